use evidence::{Field, Sighting, Source, SourceId, Timestamp};
use knowledge::kinds::{FindingKind, Severity};

use super::*;
use crate::model::{Confidence, Evidence, Witness};

#[test]
fn ids_read_back_as_written() {
    for text in ["f1", "a12", "o3", "d2", "d2.brand", "d2.type", "d2.module_maker", "d2.to3"] {
        assert_eq!(Asked::from_text(text).map(|it| it.to_string()).as_deref(), Ok(text));
    }
    assert_eq!(Asked::from_text("D2.Module-Maker"), Asked::from_text("d2.module_maker"));
    for text in
        ["", "f", "d", "x1", "d2.", "d2.colour", "f1.brand", "f+1", "o1o", "é1", "d99999999999"]
    {
        assert!(Asked::from_text(text).is_err(), "{text}");
    }
}

#[test]
fn a_finding_leads_to_its_frames() {
    let assessment = assessment();
    let chain = why(&assessment, "f1").unwrap();
    let step = &chain.stated[0].steps[0];
    assert_eq!(step.entry, Some("a-rule"));
    assert_eq!(step.seen[0].source, "home.pcap");
    assert_eq!(step.seen[0].evidence.first.frame, 17);
}

#[test]
fn an_action_leads_to_what_it_answers() {
    let mut assessment = assessment();
    assessment.actions.push(Action {
        rule: "a-rule".into(),
        device: DeviceId(1),
        text: "Do it.".into(),
        breaks: None,
        effort: knowledge::kinds::Effort::Minutes,
        verified_by: None,
        findings: vec![0],
        guides: std::sync::Arc::default(),
    });
    let chain = why(&assessment, "a1").unwrap();
    let said: Vec<_> = chain.stated.iter().map(|it| (it.property, it.value)).collect();
    assert_eq!(said, [("action", "Do it."), ("finding", "A title")]);
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    check("f2", "there is no f2 here: the only one is f1");
    check("a1", "there is no a1 here: there are none");
    check("o9", "there is no o9 here: the only one is o1");
    check("d4.brand", "there is no d4.brand here: there are none");
}

#[track_caller]
fn check(id: &str, error: &str) {
    assert_eq!(why(&assessment(), id).map_err(|it| it.to_string()), Err(error.into()), "{id}");
}

fn assessment() -> Assessment {
    let first =
        Sighting { at: Timestamp::from_parts(1, 0), source: SourceId::of("home.pcap"), frame: 17 };
    let evidence = Evidence {
        what: Witness::Observation {
            field: Field::from_name("dns.query").unwrap(),
            value: "a.example".into(),
            about: None,
        },
        first,
        source: 0,
        last: first.at,
        count: 1,
    };
    let finding = Finding {
        rule: "a-rule".into(),
        kind: FindingKind::Weakness,
        device: DeviceId(1),
        title: "A title".into(),
        severity: Severity::Low,
        confidence: Confidence::new(0.9),
        root_cause: "a-cause".into(),
        references: ["a-text".into()].into(),
        verified: true,
        explanation: "".into(),
        dimension: None,
        against: Vec::new(),
        evidence: vec![EvidenceId(1)],
    };
    Assessment {
        sources: vec![Source::new("home.pcap")],
        findings: vec![finding],
        evidence: [(EvidenceId(1), evidence)].into_iter().collect(),
        ..Assessment::default()
    }
}
