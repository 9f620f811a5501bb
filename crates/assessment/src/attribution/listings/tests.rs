use std::collections::BTreeMap;

use super::*;

const TODAY: &str = "2026-11-22";

/// Companies, brands and lists that nobody has.
const PACK: &str = include_str!("tests/pack.toml");

#[test]
fn an_entry_reaches_affiliates_only_where_it_says_so() {
    let camera = brand("budgetcam", "camera");
    check(&camera, TODAY, "yes covered-optics, unknown named-by-place, no named-optics");
}

#[test]
fn ownership_counts_as_it_was_on_the_day() {
    let recorder = brand("soldcam", "recorder");
    check(&recorder, "2021-05-31", "yes covered-optics");
    check(&recorder, "2022-01-01", "yes covered-optics, no named-optics");
    check(&recorder, TODAY, "no covered-optics, no named-optics");
    check(&recorder, "2017-01-01", "");
}

#[test]
fn a_minority_leaves_it_unknown() {
    let camera = made_by("minority", "camera");
    check(&camera, TODAY, "unknown covered-optics, unknown named-by-place");
}

#[test]
fn an_entry_about_some_kinds_of_device_needs_the_kind() {
    check(&made_by("budget", "plug"), TODAY, "no covered-optics, no named-optics");
    let unknown = Subject { kind: None, ..made_by("budget", "") };
    let asked = "unknown covered-optics, unknown covered-routers, unknown named-by-place";
    check(&unknown, TODAY, &format!("{asked}, no named-optics"));
}

#[test]
fn a_factory_of_another_trade_is_not_its_namesake() {
    check(&made_by("scales", "scale"), TODAY, "");
}

#[test]
fn a_licensed_name_says_nothing_of_the_maker() {
    check(&brand("licensed", "tv"), TODAY, "no covered-optics, no named-optics");
}

#[test]
fn a_name_that_two_companies_sell_is_never_a_yes() {
    check(&brand("twin", "plug"), TODAY, "unknown named-twin");
    check(&made_by("twin-a", "plug"), TODAY, "yes named-twin");
    check(&made_by("twin-b", "plug"), TODAY, "");
    let reasons = reasons(&brand("twin", "plug"), "named-twin");
    assert!(reasons.contains("Twin Systems Inc.; Twin Technologies Co., Ltd."), "{reasons}");
}

#[test]
fn a_written_name_matches_whole() {
    check(&brand("written", "plug"), TODAY, "yes named-moonbean");
    let named = Subject { names: vec!["MOON-BEAN".into()], ..made_by("harmless", "plug") };
    check(&named, TODAY, "yes named-moonbean");
    let other = Subject { names: vec!["Moonbean Toys".into()], ..made_by("harmless", "plug") };
    check(&other, TODAY, "");
}

#[test]
fn who_runs_the_cloud_is_not_who_makes_the_product() {
    let camera = brand("sensing", "plug");
    check(&camera, TODAY, "unknown named-optics, no covered-optics");
}

#[test]
fn a_category_asks_for_class_place_and_day() {
    let router = Subject {
        parties: vec![(Part::Maker, "twin-b".into())],
        kind: Some("router".into()),
        produced_in: Some(vec!["BB".into(), "CC".into()]),
        authorised: Some("2026-05-01".into()),
        consumer: Some(true),
        ..Subject::default()
    };
    let with = |change: fn(&mut Subject)| {
        let mut subject = router.clone();
        change(&mut subject);
        subject
    };
    check(&router, TODAY, "yes covered-routers");
    check(&router, "2026-03-22", "");
    check(&with(|it| it.produced_in = None), TODAY, "unknown covered-routers");
    check(&with(|it| it.produced_in = Some(vec!["BB".into()])), TODAY, "no covered-routers");
    let partly = |it: &mut Subject| {
        it.produced_in = None;
        it.made_in = vec!["BB".into()];
    };
    check(&with(partly), TODAY, "unknown covered-routers");
    let abroad = |it: &mut Subject| {
        it.produced_in = None;
        it.made_in = vec!["CC".into()];
    };
    check(&with(abroad), TODAY, "yes covered-routers");
    check(&with(|it| it.authorised = None), TODAY, "unknown covered-routers");
    check(&with(|it| it.authorised = Some("2026-03".into())), TODAY, "unknown covered-routers");
    check(&with(|it| it.authorised = Some("2026-03-22".into())), TODAY, "no covered-routers");
    check(&with(|it| it.authorised = Some("2026-03-23".into())), TODAY, "yes covered-routers");
    check(&with(|it| it.consumer = None), TODAY, "unknown covered-routers");
    check(&with(|it| it.consumer = Some(false)), TODAY, "no covered-routers");
    check(&with(|it| it.kind = Some("plug".into())), TODAY, "");
}

#[test]
fn a_category_may_ask_where_the_maker_is() {
    check(
        &made_by("optics", "camera"),
        TODAY,
        "yes covered-optics, yes named-by-place, yes named-optics",
    );
    check(&made_by("harmless", "camera"), TODAY, "no named-by-place");
    check(&made_by("radio", "camera"), "2026-07-01", "unknown named-by-place");
}

#[test]
fn an_approved_maker_leaves_the_category_unknown() {
    let router = Subject {
        parties: vec![(Part::Maker, "harmless".into())],
        kind: Some("router".into()),
        made_in: vec!["CC".into()],
        authorised: Some("2026-05-01".into()),
        consumer: Some(true),
        ..Subject::default()
    };
    check(&router, TODAY, "unknown covered-routers");
    check(&router, "2026-04-01", "yes covered-routers");
    check(&router, "2027-10-02", "yes covered-routers");
    let found = listings(&router, TODAY, &knowledge());
    assert_eq!(found[0].waivers.len(), 1);
}

#[test]
fn a_covered_part_touches_its_host() {
    let host = Subject { modules: vec!["radio-module".into()], ..made_by("harmless", "plug") };
    check(&host, "2026-01-01", "yes covered-modules, unknown covered-radio");
    check(&host, "2025-12-25", "unknown covered-radio");
    check(&host, TODAY, "");
    check(&made_by("harmless", "plug"), "2026-01-01", "");
}

#[test]
fn entries_and_lists_count_within_their_days() {
    let camera = made_by("optics", "plug");
    check(&camera, "2021-05-31", "no covered-optics");
    check(&camera, "2021-06-15", "unknown named-optics, no covered-optics");
    check(&camera, "2021-07-01", "yes named-optics, no covered-optics");
    check(&camera, "2020-12-31", "");
}

#[test]
fn one_determination_counts_once() {
    let found = listings(&made_by("optics", "camera"), TODAY, &knowledge());
    let counted: Vec<_> = found.iter().map(|it| (&*it.entry, it.counted)).collect();
    let expected = [("covered-optics", true), ("named-by-place", true), ("named-optics", false)];
    assert_eq!(counted, expected);
}

#[test]
fn reasons_lead_from_the_product_to_the_entry() {
    assert_eq!(
        reasons(&brand("budgetcam", "camera"), "covered-optics"),
        "the brand Budgetcam is made by Budgetcam Ltd. [box]; Bluegate Optics Co., Ltd. holds 51% \
         of Budgetcam Ltd. since 2019 [filing]; the entry \"Bluegate Optics Company\" names \
         Bluegate Optics Co., Ltd. and reaches its subsidiaries and affiliates [act]"
    );
}

fn brand(id: &str, kind: &str) -> Subject {
    let knowledge = knowledge();
    let subject = Register::new(&knowledge).product_of(&id.into(), TODAY);
    Subject { kind: Some(kind.into()), ..subject }
}

fn made_by(id: &str, kind: &str) -> Subject {
    let parties = vec![(Part::Maker, id.into())];
    Subject { parties, kind: Some(kind.into()), ..Subject::default() }
}

fn knowledge() -> Knowledge {
    let files = BTreeMap::from([("pack.toml".to_owned(), PACK.to_owned())]);
    Knowledge::new(::knowledge::load(files).unwrap())
}

fn reasons(subject: &Subject, entry: &str) -> String {
    let found = listings(subject, TODAY, &knowledge());
    let listing = found.iter().find(|it| &*it.entry == entry).unwrap();
    let step = |step: &Step| match step.sources.as_slice() {
        [] => step.says.to_string(),
        sources => format!("{} [{}]", step.says, sources.join(" ")),
    };
    listing.reasons.iter().map(step).collect::<Vec<_>>().join("; ")
}

/// What touches `subject` on `day`, as `yes entry`, in order.
#[track_caller]
fn check(subject: &Subject, day: &str, expected: &str) {
    let found: Vec<_> = listings(subject, day, &knowledge())
        .iter()
        .map(|it| {
            let applies = match it.applies {
                Applies::Yes => "yes",
                Applies::Unknown => "unknown",
                Applies::No => "no",
            };
            format!("{applies} {}", it.entry)
        })
        .collect();
    assert_eq!(found.join(", "), expected, "on {day}");
}
