//! The plan as people and programs read it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod sample;

use std::collections::BTreeMap;

use evidence::Timestamp;
use reports::{
    Options,
    plan::{Done, Form, Plan, Remembered, Standing, Waiting},
};

#[test]
fn a_plan_says_what_to_do_how_and_what_shows_it() {
    insta::assert_snapshot!(written(Form::Text, remembered()));
}

#[test]
fn a_plan_for_programs_holds_what_it_names() {
    let plan: serde_json::Value = serde_json::from_str(&written(Form::Json, remembered())).unwrap();
    assert_eq!(plan["schema"], "houseguest.plan/1");
    assert_eq!(plan["steps"][0]["state"], "came-back");
    assert_eq!(plan["steps"][1]["state"], "open");
    for step in plan["steps"].as_array().unwrap() {
        for id in step["advice"].as_array().unwrap() {
            assert!(plan["advice"].get(id.as_str().unwrap()).is_some(), "{id}");
        }
    }
    assert_eq!(plan["done"][0]["shown_by"], "not seen any more");
    assert_eq!(plan["placements"][0]["senses"][0], "camera");
}

#[test]
fn nothing_to_do_is_no_proof_of_safety() {
    let assessment = assessment::Assessment::default();
    let plan = Plan { assessment: &assessment, remembered: Remembered::default() };
    let mut out = Vec::new();
    plan.write(Form::Text, &Options::default(), &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "Nothing to do, as far as was seen. That is not proof of safety.\n"
    );
}

#[test]
fn steps_that_wait_are_something_to_do() {
    let assessment = assessment::Assessment::default();
    let remembered = Remembered { waiting: remembered().waiting, ..Remembered::default() };
    let plan = Plan { assessment: &assessment, remembered };
    let mut out = Vec::new();
    plan.write(Form::Text, &Options::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.starts_with("1 step still to be done, of which nothing was seen lately\n"),
        "{text}"
    );
    assert!(!text.contains("Nothing to do"), "{text}");
}

fn written(form: Form, remembered: Remembered) -> String {
    let assessment = sample::household();
    let plan = Plan { assessment: &assessment, remembered };
    let mut out = Vec::new();
    plan.write(form, &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn remembered() -> Remembered {
    let at = |day: u64| Timestamp::from_parts(1_795_248_000 + day * 86_400, 0);
    let standing = Standing { since: at(0), last_seen: at(9), came_back: Some(at(9)) };
    Remembered {
        standing: BTreeMap::from([(0, standing)]),
        waiting: vec![Waiting {
            device: sample::HOSTILE.into(),
            text: "Switch it off.".into(),
            rule: "old".into(),
            last_seen: at(1),
        }],
        done: vec![Done {
            device: "Kettle".into(),
            text: "Update it.".into(),
            rule: "old-tls".into(),
            at: at(8),
            by: "not seen any more",
        }],
    }
}
