use knowledge::kinds::Policy;

use super::*;

const TODAY: &str = "2026-11-22";

/// The companies and lists that [`crate::attribution::listings`] is tried on.
const PACK: &str = include_str!("../attribution/listings/tests/pack.toml");

#[test]
fn no_is_said_only_of_known_makers_and_whole_lists() {
    let plug = item("", "plug");
    check(Item { brand: given("Harmless Inc."), ..plug.clone() }, &["covered"], "no");
    check(Item { brand: given("Harmless Inc."), ..plug.clone() }, &["covered", "named"], "unknown");
    check(Item { brand: given("Nobody Knows"), ..plug.clone() }, &["covered"], "unknown");
    check(plug, &["covered"], "unknown");
    check(Item { brand: given("Nobody Knows"), ..item("", "plug") }, &["proposed"], "no");
}

#[test]
fn a_name_is_read_whole() {
    check(item("Budgetcam", "IP camera"), &["covered"], "yes");
    check(item("BUDGET-CAM", "IP camera"), &["covered"], "yes");
    check(item("Budgetcam Ltd.", "IP camera"), &["covered"], "yes");
    check(item("Budgetcam Pro", "IP camera"), &["covered"], "unknown");
    check(item("Bluegate Scale Factory", "scale"), &["covered"], "no");
    check(item("Bluegate Optics", "camera"), &["covered"], "yes");
}

#[test]
fn a_kind_or_model_may_complete_a_brands_name() {
    let tv = Item { model: given("X-55"), ..item("Bluegate", "TV") };
    assert_eq!(judged(tv, &["covered"]).makers, ["Harmless Inc.".into()]);
    let by_model = Item { model: given("TV 55"), ..item("Bluegate", "") };
    assert_eq!(judged(by_model, &["covered"]).makers, ["Harmless Inc.".into()]);
}

#[test]
fn a_name_that_is_also_licensed_leaves_the_maker_open() {
    let line = judged(item("Bluegate", "camera"), &["covered"]);
    let makers = ["Bluegate Optics Co., Ltd.".into(), "Harmless Inc.".into()];
    assert_eq!((line.applies, &*line.makers), (Applies::Unknown, &makers[..]));
}

#[test]
fn without_a_brand_the_first_words_may_name_one() {
    let named = Item { model: given("Budgetcam C1 outdoor"), ..item("", "camera") };
    check(named, &["covered"], "yes");
    let program = Item { model: given("Budgetcam player"), ..item("", "software") };
    check(program, &["covered"], "unknown");
    let inside = Item { model: given("Mount for Budgetcam"), ..item("", "camera") };
    check(inside, &["covered"], "unknown");
}

#[test]
fn the_legal_maker_given_decides_among_namesakes() {
    check(item("Twin", "plug"), &["named"], "unknown");
    let of = |maker: &str| Item { manufacturer: given(maker), ..item("Twin", "plug") };
    assert_eq!(judged(of("Twin Systems Inc."), &["named"]).makers, ["Twin Systems Inc.".into()]);
    check(of("Twin Technologies Co., Ltd."), &["named"], "yes");
    let stranger = judged(of("Somebody Else"), &["named"]);
    assert!(
        stranger.read.iter().any(|it| it.says.contains("\"Somebody Else\" is not in the pack"))
    );
}

#[test]
fn two_companies_on_one_line_are_both_told() {
    let both = Item { manufacturer: given("Harmless Inc."), ..item("Budgetcam", "camera") };
    let line = judged(both, &["covered"]);
    assert_eq!(line.applies, Applies::Unknown);
    assert_eq!(line.makers.len(), 2);
}

#[test]
fn near_names_are_offered_and_not_taken() {
    let line = judged(item("Budgetcma", "camera"), &["covered"]);
    assert_eq!(
        (line.applies, line.near),
        (Applies::Unknown, vec!["Budgetcam".into(), "Budgetcam Ltd.".into()])
    );
}

#[test]
fn every_answer_has_its_reasons() {
    let line = judged(item("Sensing", "plug"), &["covered", "named", "proposed"]);
    let answers: Vec<_> = line
        .answers
        .iter()
        .map(|it| (&*it.list, it.applies, it.why.as_deref().unwrap_or("an entry")))
        .collect();
    let expected = [
        ("covered", Applies::No, "an entry"),
        ("named", Applies::Unknown, "an entry"),
        ("proposed", Applies::No, "the list was not in force that day"),
    ];
    assert_eq!(answers, expected);
}

fn given(text: &str) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn item(brand: &str, kind: &str) -> Item {
    Item { place: "line 2".into(), brand: given(brand), kind: given(kind), ..Item::default() }
}

#[track_caller]
fn check(item: Item, lists: &[&str], expected: &str) {
    let line = judged(item, lists);
    let found = match line.applies {
        Applies::Yes => "yes",
        Applies::Unknown => "unknown",
        Applies::No => "no",
    };
    assert_eq!(found, expected, "{line:#?}");
}

/// The line as `lists` answer it; only `covered` is whole.
fn judged(item: Item, lists: &[&str]) -> Line {
    let files = BTreeMap::from([("pack.toml".to_owned(), PACK.to_owned())]);
    let mut pack = ::knowledge::load(files).unwrap();
    pack.lists.get_mut("covered").unwrap().complete = true;
    let policy = Policy {
        id: "p".into(),
        title: "P".into(),
        says: "S".into(),
        legal_weight: 0.0,
        lists: lists.iter().map(|it| (*it).into()).collect(),
        laws: Vec::new(),
        standards: Vec::new(),
        home: None,
        review_by: None,
        note: None,
    };
    let inventory = Inventory { items: vec![item], ..Inventory::default() };
    comply(inventory, &policy, TODAY, &Knowledge::new(pack)).lines.remove(0)
}
