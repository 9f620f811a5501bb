use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use assessment::{
    Applies,
    comply::{Compliance, comply},
};
use knowledge::{Knowledge, kinds::Policy};

use super::*;
use crate::embedded;

#[test]
fn every_labelled_case_is_judged_as_labelled() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/inventory/cases.csv"),
    )
    .unwrap();
    let cases = Cases::of(&text);
    assert!(cases.0.len() >= 80, "{} cases", cases.0.len());
    let knowledge = Knowledge::new(embedded::own().unwrap());
    let mut wrong = String::new();
    for ((policy, day), lines) in cases.by_question() {
        let read = read("cases.csv", text.as_bytes(), &[]).unwrap();
        let answer = comply(read, &knowledge.pack().policies[policy], day, &knowledge);
        for line in answer.lines.iter().filter(|it| lines.contains_key(&it.item.line.unwrap())) {
            let case = lines[&line.item.line.unwrap()];
            let found = match case["list"].as_str() {
                "" => line.applies,
                list => line.answers.iter().find(|it| &*it.list == list).unwrap().applies,
            };
            if word(found) != case["expected"] {
                let _ = writeln!(
                    wrong,
                    "{}: {} as of {day}, {policy} {}: found {}, not {}: {}",
                    line.item.place,
                    case["brand"],
                    case["list"],
                    word(found),
                    case["expected"],
                    case["why"]
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A case: its cells by column.
type Cells = BTreeMap<String, String>;

/// The cases by line.
struct Cases(BTreeMap<u64, Cells>);

impl Cases {
    fn of(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let heads = reader.headers().unwrap().clone();
        let cases = reader.records().map(|record| {
            let record = record.unwrap();
            let cells = heads.iter().zip(record.iter());
            let cells = cells.map(|(head, cell)| (head.to_owned(), cell.to_owned())).collect();
            (record.position().unwrap().line(), cells)
        });
        Self(cases.collect())
    }

    /// The cases of each policy and day.
    fn by_question(&self) -> BTreeMap<(&str, &str), BTreeMap<u64, &Cells>> {
        let mut questions: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (line, case) in &self.0 {
            let question = (case["policy"].as_str(), case["as_of"].as_str());
            questions.entry(question).or_default().insert(*line, case);
        }
        questions
    }
}

#[test]
fn columns_stand_in_any_order_with_any_separator() {
    let expected = "Acme|C1|camera|4";
    check("Brand,Model,Type,Qty\nAcme,C1,camera,4\n", expected, "");
    check("Qty;Type;Model;Make\n4;camera;C1;Acme\n", expected, "");
    check("qty\tDEVICE TYPE\tModel No.\tBrand name\r\n4\tcamera\tC1\tAcme\r\n", expected, "");
    check("\u{feff}Brand|Model|Type|Qty\nAcme|C1|camera|4", expected, "");
    check("Brand,Model,Type,Qty\n\"Acme\",\"C1\",\"camera\",\"4\"\n", expected, "");
}

#[test]
fn a_line_that_cannot_be_read_is_told_and_costs_no_other() {
    let heads = "Brand,Model,Type,Qty";
    let good = "Acme,C1,camera,4";
    let expected = "Acme|C1|camera|4";
    let few = format!("{heads}\nAcme,C1\n{good}\n");
    check(&few, expected, "line 2: 2 cells where the heads are 4: skipped");
    let open = format!("{heads}\n\"Acme,C1,camera,4\n{good}\n");
    check(&open, expected, "line 2: a quote is opened and not closed: skipped");
    let before_quotes = format!("{heads}\nBell,\"B,plug,1\nAcme,\"C1\",camera,4\n");
    check(&before_quotes, expected, "line 2: a quote is opened and not closed: skipped");
    let over_lines = format!("{heads}\nBell,\"B\nwhite\"\n{good}\n");
    check(&over_lines, expected, "lines 2 to 3: 2 cells where the heads are 4: skipped");
    let empty = format!("{heads}\n,,,\n,,,\n{good}\n,,,\n");
    check(&empty, expected, "lines 2 to 3: empty: passed over; line 5: empty: passed over");
    let title = format!("Assets of an office\n{heads}\n{good}\n");
    check(&title, expected, "line 1: stands above the columns' heads: passed over");
}

#[test]
fn cells_may_hold_line_breaks() {
    let text = "Brand,Model,Type,Qty\nAcme,\"C1\nwhite\",camera,4\nBell,B,plug,1\n";
    check(text, "Acme|C1\nwhite|camera|4; Bell|B|plug|1", "");
}

#[test]
fn a_quote_inside_a_cell_is_a_letter() {
    let text = "Brand,Model,Type,Qty\nAcme,55\" wide,tv,1\nBell,65\",tv,2\n";
    check(text, "Acme|55\" wide|tv|1; Bell|65\"|tv|2", "");
    let doubled = "Brand,Model,Type,Qty\nAcme,\"55\"\" wide\",tv,1\n";
    check(doubled, "Acme|55\" wide|tv|1", "");
}

#[test]
fn values_that_are_not_understood_are_told() {
    let text = "Brand,Made in,Authorisation date,Consumer\nAcme,Chnia,soon,maybe\n";
    let read = read("t.csv", text.as_bytes(), &[]).unwrap();
    let told: Vec<_> = read.problems.iter().map(|it| &*it.what).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(read.items.len(), 1);
}

#[test]
fn columns_can_be_mapped_by_hand() {
    let text = "Thing;Who\nC1;Acme\n";
    assert!(matches!(read("t.csv", text.as_bytes(), &[]), Err(InventoryError::NoHeader)));
    let mapped = [("who".to_owned(), Meaning::Brand), ("Thing".to_owned(), Meaning::Model)];
    let found = read("t.csv", text.as_bytes(), &mapped).unwrap();
    assert_eq!(found.items[0].brand.as_deref(), Some("Acme"));
    let missing = [("Who".to_owned(), Meaning::Brand), ("What".to_owned(), Meaning::Model)];
    let error = read("t.csv", text.as_bytes(), &missing).unwrap_err().to_string();
    assert_eq!(error, "there is no column `What`; its columns are Thing, Who");
}

#[test]
fn other_codings_are_read() {
    let text = "Brand,Model\nAcmé,C1\n";
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read("t.csv", &wide, &[]).unwrap().items[0].brand.as_deref(), Some("Acmé"));
    let latin: Vec<u8> = text.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    let read_latin = read("t.csv", &latin, &[]).unwrap();
    assert_eq!(read_latin.items[0].brand.as_deref(), Some("Acmé"));
    assert!(read_latin.form.contains("Latin-1"));
    assert!(matches!(read("t.bin", b"\0\x01\x02", &[]), Err(InventoryError::NotText)));
}

#[test]
fn components_within_components_are_read() {
    let text = r#"{ "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": { "component": { "type": "device", "name": "Door station",
            "manufacturer": { "name": "Acme" } } },
        "components": [
            { "type": "device", "name": "Board", "supplier": { "name": "Bell" },
              "description": "IP camera", "components": [
                { "type": "firmware", "name": "boot", "publisher": "Coil" } ] },
            { "type": "library" } ] }"#;
    let found = read("b.json", text.as_bytes(), &[]).unwrap();
    let told: Vec<_> = found
        .items
        .iter()
        .map(|it| {
            let of = |text: &Option<Box<str>>| text.as_deref().unwrap_or("-").to_owned();
            format!("{} {} {} {}", it.place, of(&it.manufacturer), of(&it.model), of(&it.kind))
        })
        .collect();
    assert_eq!(
        told,
        [
            "metadata.component Acme Door station -",
            "components[0] Bell Board camera",
            "components[0].components[0] Coil boot software",
        ]
    );
    assert_eq!(found.problems[0].place.as_ref(), "components[1]");
}

#[test]
fn our_own_assessments_are_inventories() {
    let text = r#"{ "schema": "houseguest.assessment/1", "devices": [
        { "id": "d1", "local": true, "names": ["lamp"], "addresses": { "mac": ["00:00:5e:00:53:01"] },
          "identity": { "brand": { "value": "Acme" }, "model": null, "type": { "value": "bulb" } } },
        { "id": "d2", "local": false, "identity": {} } ] }"#;
    let found = read("a.json", text.as_bytes(), &[]).unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.items[0].brand.as_deref(), Some("Acme"));
    assert_eq!(found.items[0].place.as_ref(), "device d1");
}

#[test]
fn a_brand_that_only_a_prefix_tells_is_no_maker() {
    let device = |product: &str, groups: &str| {
        format!(
            r#"{{ "schema": "houseguest.assessment/1", "devices": [ {{ "id": "d1", "product": {product},
                "identity": {{ "brand": {{ "value": "Acme", "reasons": [{groups}] }} }} }} ] }}"#
        )
    };
    let (mac, name) = (r#"{ "group": "mac" }"#, r#"{ "group": "name" }"#);
    for (product, groups, brand) in [
        ("null", mac.to_owned(), None),
        ("null", format!("{mac}, {name}"), Some("Acme")),
        ("\"acme-c1\"", mac.to_owned(), Some("Acme")),
        ("null", String::new(), Some("Acme")),
    ] {
        let found = read("a.json", device(product, &groups).as_bytes(), &[]).unwrap();
        assert_eq!(found.items[0].brand.as_deref(), brand, "{product} {groups}");
        assert_eq!(found.problems.len(), usize::from(brand.is_none()), "{:?}", found.problems);
        assert!(found.problems.iter().all(|it| !it.lost && &*it.place == "device d1"));
    }
}

#[test]
fn nothing_makes_the_reader_panic() {
    let texts = [
        "",
        "\n\n\n",
        "{",
        "[]",
        "{}",
        "\"",
        "Brand\n\"\n\"\n\"",
        "Brand,Brand,Brand\n1,2,3",
        "brand\u{0}",
        "Brand;\n;;;;;;\n",
        "{\"bomFormat\":\"CycloneDX\",\"components\":3}",
        "{\"schema\":\"houseguest.assessment/1\",\"devices\":[3,null,{}]}",
    ];
    for text in texts {
        let _ = read("t", text.as_bytes(), &[]);
    }
}

fn word(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "yes",
        Applies::Unknown => "unknown",
        Applies::No => "no",
    }
}

/// The brand, model, type and quantity of each line, and what was told of others.
#[track_caller]
fn check(text: &str, items: &str, problems: &str) {
    let found = read("t.csv", text.as_bytes(), &[]).unwrap();
    let told = found.items.iter().map(|it| {
        let cells = [&it.brand, &it.model, &it.kind, &it.quantity];
        cells.map(|it| it.as_deref().unwrap_or("-")).join("|")
    });
    assert_eq!(told.collect::<Vec<_>>().join("; "), items);
    let told = found.problems.iter().map(|it| format!("{}: {}", it.place, it.what));
    assert_eq!(told.collect::<Vec<_>>().join("; "), problems);
}

#[test]
fn five_thousand_lines_are_judged() {
    let knowledge = Knowledge::new(embedded::own().unwrap());
    let policy: &Policy = &knowledge.pack().policies["us-federal-contractor"];
    let names: Vec<&str> = knowledge.pack().brands.values().map(|it| &*it.name).collect();
    let mut text = "Brand,Model,Type\n".to_owned();
    for number in 0..5_000 {
        let brand = names[number % names.len()];
        let _ = writeln!(text, "\"{brand}\",M{number},camera");
    }
    let read = read("t.csv", text.as_bytes(), &[]).unwrap();
    let answer: Compliance = comply(read, policy, "2026-11-22", &knowledge);
    assert_eq!(answer.lines.len() + answer.inventory.problems.len(), 5_000);
}
