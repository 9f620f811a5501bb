//! Dossiers of made-up products on several days.

use std::collections::BTreeMap;

use super::*;
use crate::search;

const PACK: &str = include_str!("../../tests/packs/made-up.toml");

#[test]
fn the_made_up_pack_is_sound() {
    let lints = knowledge::lint(knowledge().pack());
    assert!(lints.is_empty(), "{lints:?}");
}

#[test]
fn layers_stay_apart_and_owners_are_followed_upward() {
    let told = layers_of("Lumen-Home Cam C1", "2026-11-22");
    assert_eq!(
        told,
        [
            "brand lumen",
            "maker lumen-works",
            "platform cloudhaus-home",
            "operator cloudhaus",
            "owner north-holding of lumen-works",
            "former owner old-parent of lumen-works",
            "owner city-fund of lumen-works",
            "owner top-trust of north-holding",
        ]
    );
}

#[test]
fn a_day_in_the_past_has_the_owners_of_that_day() {
    let told = layers_of("Lumen-Home", "2021-06-01");
    assert!(told.contains(&"owner old-parent of lumen-works".to_owned()), "{told:?}");
    assert!(!told.iter().any(|it| it.contains("north-holding")), "{told:?}");
    let told = layers_of("Lumen-Home", "2010-06-01");
    assert_eq!(told, ["former brand lumen"]);
    assert!(dossier_of("Lumen-Home", "2010-06-01").listings.is_empty());
}

#[test]
fn laws_are_said_of_every_company_but_the_smaller_owners() {
    let reach = dossier_of("Lumen-Home", "2026-11-22").reach;
    let told: Vec<_> = reach
        .iter()
        .map(|it| {
            let through: Vec<_> = it.through.iter().map(|it| &*it.id).collect();
            let laws: Vec<_> = it.laws.iter().map(|it| &*it.id).collect();
            format!("{}: {} by {}", it.name, through.join(" "), laws.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "China: lumen-works by cn-example",
            "Germany: cloudhaus top-trust by ",
            "European Union: cloudhaus top-trust by eu-example",
            "United Kingdom: north-holding by gb-example",
        ]
    );
    let before = dossier_of("Lumen-Home", "2016-01-01").reach;
    assert!(before.iter().all(|it| &*it.jurisdiction != "CN" || it.laws.is_empty()));
}

#[test]
fn incidents_of_other_models_are_not_said_of_this_one() {
    check_incidents(
        "Lumen-Home Cam C1",
        "2026-11-22",
        &[
            ("lumen-open-page", About::ThisModel),
            ("cloudhaus-leak", About::Platform),
            ("lumen-bulb", About::OtherModels),
        ],
    );
    check_incidents(
        "Lumen-Home Cam C1 Pro",
        "2026-11-22",
        &[
            ("cloudhaus-leak", About::Platform),
            ("lumen-open-page", About::OtherModels),
            ("lumen-bulb", About::OtherModels),
        ],
    );
    check_incidents("Lumen-Home", "2023-12-31", &[("lumen-bulb", About::ThisBrand)]);
    check_incidents("Lumin", "2026-11-22", &[]);
}

#[test]
fn support_is_judged_on_the_day() {
    let supported =
        |day: &str| dossier_of("lumen-c1", day).models.first().and_then(|it| it.supported);
    assert_eq!(supported("2025-12-31"), Some(true));
    assert_eq!(supported("2026-01-01"), Some(false));
}

#[test]
fn alternatives_say_what_is_better_and_what_is_worse() {
    let found = dossier_of("lumen-c1", "2026-11-22").alternatives;
    let eye = found.iter().find(|it| &*it.id == "lumin-eye").unwrap();
    assert_eq!(&*eye.because[0], "published updates until 2030-06-30, not 2025-12-31");
    assert!(found.iter().all(|it| &*it.id != "lumen-c1-pro"), "nobody checked that one");
    let worse = dossier_of("lumin-eye", "2026-11-22").alternatives;
    assert!(worse.iter().all(|it| &*it.id != "lumen-c1"), "{worse:?}");
}

#[test]
fn another_country_of_a_company_changes_no_alternative() {
    let mut pack = knowledge().pack().clone();
    for organisation in pack.organisations.values_mut() {
        organisation.registered_in = Some("FR".into());
        organisation.headquartered_in = Some("FR".into());
    }
    let moved = Knowledge::new(pack);
    for product in moved.pack().products.keys() {
        let view = Viewpoint { day: "2026-11-22", residence: None };
        let there = dossier(&Meant::Product(product.clone()), view, &moved).alternatives;
        let here = dossier(&Meant::Product(product.clone()), view, &knowledge()).alternatives;
        assert_eq!(there, here, "{product}");
    }
}

#[test]
fn what_is_not_known_is_said() {
    let what = |text: &str, day: &str| -> Vec<&str> {
        dossier_of(text, day).unknown.iter().map(|it| it.what).collect()
    };
    assert_eq!(what("Lumen-Home X9", "2026-11-22"), ["model", "sensors"]);
    assert_eq!(what("lumen-c1", "2026-11-22"), ["module"]);
    assert!(what("Lumen-Home", "2010-06-01").contains(&"maker"));
    assert!(what("Lumin", "2026-11-22").contains(&"owners"));
}

#[test]
fn residents_are_told_their_rights() {
    let knowledge = knowledge();
    let reading = search::find("Lumen-Home", &knowledge).readings.remove(0);
    let rights = |residence| {
        let view = Viewpoint { day: "2026-11-22", residence };
        dossier(&reading.meant, view, &knowledge).rights.len()
    };
    assert_eq!(rights(Some("DE")), 1);
    assert_eq!(rights(Some("US-CA")), 0);
    assert_eq!(rights(None), 0);
}

#[test]
fn every_statement_cites_a_text_of_the_pack() {
    for text in ["lumen-c1", "Lumin", "organisation:lumen-works"] {
        let dossier = dossier_of(text, "2026-11-22");
        assert!(!dossier.references.is_empty());
        for layer in &dossier.layers {
            assert!(!layer.cited.sources.is_empty(), "{layer:?}");
            let known = |id: &Id| dossier.references.contains_key(id);
            assert!(layer.cited.sources.iter().all(known), "{layer:?}");
        }
    }
}

#[track_caller]
fn check_incidents(text: &str, day: &str, expected: &[(&str, About)]) {
    let found = dossier_of(text, day).incidents;
    let told: Vec<_> = found.iter().map(|it| (&*it.id, it.about)).collect();
    assert_eq!(told, expected, "{text}");
}

fn layers_of(text: &str, day: &str) -> Vec<String> {
    let told = |it: &Layer| {
        let part = format!("{:?}", it.part).to_lowercase();
        let former = if it.now { "" } else { "former " };
        let of = it.of.as_ref().map_or_else(String::new, |of| format!(" of {of}"));
        format!("{former}{part} {}{of}", it.id.as_deref().unwrap_or(&it.name))
    };
    dossier_of(text, day).layers.iter().map(told).collect()
}

fn dossier_of(text: &str, day: &str) -> Dossier {
    let knowledge = knowledge();
    let reading = search::find(text, &knowledge).readings.remove(0);
    dossier(&reading.meant, Viewpoint { day, residence: None }, &knowledge)
}

fn knowledge() -> Knowledge {
    let files = BTreeMap::from([("made-up.toml".to_owned(), PACK.to_owned())]);
    Knowledge::new(knowledge::load(files).unwrap())
}
