//! What people type, and what it must be taken for.

use std::collections::BTreeMap;

use super::*;

const PACK: &str = include_str!("../../tests/packs/made-up.toml");

#[test]
fn a_text_is_taken_for_all_it_can_mean_and_nothing_else() {
    check("Lumen-Home", &["brand lumen"]);
    check("lumen home", &["brand lumen"]);
    check("LUMENHOME", &["brand lumen"]);
    check("Glowy", &["brand lumen"]);
    check("lumen", &["brand lumen", "organisation lumen-works"]);
    check("Lumin", &["brand lumin"]);
    check("Lumen Works Ltd", &["organisation lumen-works"]);
    check("Lumen-Home Cam C1", &["product lumen-c1", "family lumen Cam C1: lumen-c1 lumen-c1-pro"]);
    check("Lumen-Home C1-EU", &["product lumen-c1"]);
    check("cam c1 pro", &["product lumen-c1-pro"]);
    check("Lumen-Home Cam", &["family lumen Cam: lumen-c1 lumen-c1-pro"]);
    check("Lumen-Home X9", &["brand lumen without X9"]);
    check("Lumen-Home Glowy", &["brand lumen"]);
    check("Cloudhaus Home", &["organisation cloudhaus"]);
    check("brand:lumen", &["brand lumen"]);
    check("organisation:lumen-works", &["organisation lumen-works"]);
    check("lumen-c1", &["product lumen-c1"]);
}

#[test]
fn codes_on_labels_lead_to_products_or_companies() {
    check("2ABCDCAMC1", &["product lumen-c1"]);
    check("FCC ID: 2abcd-camc1", &["product lumen-c1"]);
    check("2ABCD", &["organisation lumen-works"]);
    check("2ABCD-OTHER", &["organisation lumen-works"]);
    check("4006381333931", &["product lumen-c1"]);
    check("4 006381 333931", &["product lumen-c1"]);
    check("4006381333932", &[]);
    check("cam7.lumen.example", &["brand lumen", "organisation lumen-works"]);
}

#[test]
fn a_barcode_without_a_product_is_remarked_on() {
    let found = find("5901234123457", &knowledge());
    assert_eq!(found.remarks, [Remark::Barcode("590".into())]);
    assert!(found.readings.is_empty());
}

#[test]
fn what_is_similar_is_only_offered() {
    check("Luman-Home", &[]);
    check("", &[]);
    check("!!", &[]);
    let near = |text: &str| -> Vec<String> {
        find(text, &knowledge()).nearest.iter().map(|it| it.name.to_string()).collect()
    };
    assert!(near("Luman-Home").contains(&"Lumen-Home".to_owned()));
    assert_eq!(near("Lumen-Home Cam C2"), ["Cam C1"]);
    assert_eq!(near("zzzzzzzz"), [""; 0]);
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let readings = find(text, &knowledge()).readings;
    let told: Vec<_> = readings.iter().map(|it| told(&it.meant)).collect();
    assert_eq!(told, expected, "{text}");
}

fn told(meant: &Meant) -> String {
    match meant {
        Meant::Product(id) => format!("product {id}"),
        Meant::Family { brand, name, products } => {
            format!("family {brand} {name}: {}", products.join(" "))
        }
        Meant::Brand { brand, model: None } => format!("brand {brand}"),
        Meant::Brand { brand, model: Some(model) } => format!("brand {brand} without {model}"),
        Meant::Organisation(id) => format!("organisation {id}"),
    }
}

fn knowledge() -> Knowledge {
    let files = BTreeMap::from([("made-up.toml".to_owned(), PACK.to_owned())]);
    Knowledge::new(knowledge::load(files).unwrap())
}
