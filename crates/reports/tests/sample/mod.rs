//! A made-up household with something of everything, and with devices that lie about themselves.

mod devices;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

use assessment::{
    Applies, Assessment, Listing, Step,
    model::{Action, Cited, DeviceId, Evidence, EvidenceId, Finding, Placement, Witness},
};
use evidence::{Dropped, Mac, Service, Sighting, Source, SourceId, Timestamp, Transport, fields};
use knowledge::kinds::{
    self, Advice, Cost, Effort, FindingKind, Grade, Money, Severity, Shows, Skill, Verify, Weakness,
};

use self::devices::{camera, gateway, outsider, phone, plug, silent};

/// A name that tries everything: terminal codes, HTML, a formula, hidden and reordering characters.
pub(crate) const HOSTILE: &str =
    "=cmd|'/C calc'!A0\u{1b}[31m<script>alert(1)</script>\u{202e}gnp\u{200b}\"&\r\n\u{9b}2J";

/// 2026-11-21 08:00 UTC.
const MORNING: u64 = 1_795_248_000;

/// The sample household.
pub(crate) fn household() -> Assessment {
    with_untrusted(HOSTILE)
}

/// The sample household where everything a stranger can choose is `text`.
pub(crate) fn with_untrusted(text: &str) -> Assessment {
    Assessment {
        knowledge_version: "2026.11.1".into(),
        knowledge_as_of: "2026-11-21".into(),
        policy: "inform-only".into(),
        as_of: "2026-11-21".into(),
        residence: Some("US-CA".into()),
        laws: BTreeMap::from([("sg-access".into(), law(text))]),
        rights: vec![right(text)],
        sources: sources(text),
        dropped: Dropped { sightings: 12, frames: 3, bytes: 4_500, streams: 1 },
        devices: vec![plug(), camera(text), gateway(), phone(), silent(), outsider()],
        findings: findings(text),
        actions: actions(),
        placements: vec![Placement {
            device: DeviceId(1),
            advice: "cover-it".into(),
            room: text.into(),
            senses: vec![kinds::Sensor::Camera],
        }],
        advice: advice(),
        verifications: BTreeMap::new(),
        evidence: evidence(text),
        references: references(),
    }
}

fn law(text: &str) -> kinds::Law {
    kinds::Law {
        id: "sg-access".into(),
        jurisdiction: "SG".into(),
        name: "Example Access Act".into(),
        articles: Some("7".into()),
        from: Some("2019-01-01".into()),
        to: None,
        status: kinds::Status::InForce,
        subject: kinds::LawSubject::Access,
        obliges: "may be required to give access".into(),
        whom: text.into(),
        cross_border: None,
        safeguards: Some("a court decides first".into()),
        standing: kinds::Standing::Possibility,
        sources: vec!["standard".into()],
        verified: true,
        as_of: None,
        review_by: None,
        note: None,
    }
}

fn right(text: &str) -> kinds::Right {
    kinds::Right {
        id: "us-ca-know".into(),
        regions: vec!["US-CA".into()],
        asks: vec![kinds::Ask::Access],
        says: "know and get a copy".into(),
        basis: "Example Code 1798".into(),
        how: text.into(),
        deadline: Some("45 days".into()),
        answers: "the business".into(),
        complain_to: Some("the attorney general".into()),
        from: None,
        sources: vec!["standard".into()],
        verified: false,
        as_of: None,
        review_by: None,
        note: None,
    }
}

fn listing(applies: Applies, text: &str) -> Listing {
    let step = Step { says: text.into(), sources: vec!["standard".into()], verified: false };
    Listing {
        list: "a-list".into(),
        list_name: "Example List".into(),
        entry: "a-list-lamps".into(),
        entry_name: "Example Lamps Inc.".into(),
        kind: kinds::EntryKind::Entity,
        applies,
        reasons: vec![step],
        effect: "no new market authorisation".into(),
        does_not_restrict: "owning and using it".into(),
        qualifier: Some("as far as used outdoors".into()),
        waivers: Vec::new(),
        from: Some("2022-11-25".into()),
        to: None,
        determination: None,
        counted: applies != Applies::No,
        sources: vec!["standard".into()],
        verified: true,
    }
}

fn sources(text: &str) -> Vec<Source> {
    let mut first = Source::new("home.pcapng");
    for minute in 0..60 {
        first.count_frame(at(minute * 60), 9_000_000);
    }
    first.malformed = BTreeMap::from([("dns".into(), 2), (text.into(), 1)]);
    first.skipped = BTreeMap::from([("link type 127".into(), 7)]);
    first.cut = 3;
    vec![first, Source::new(text)]
}

fn findings(text: &str) -> Vec<Finding> {
    let login = rule("clear-login", "Sends a login in clear text", Severity::Critical);
    let old = Weakness {
        kind: FindingKind::Privacy,
        confidence: 0.6,
        ..rule("old-tls", "Uses an old version of TLS", Severity::Medium)
    };
    let said = Weakness { title: text.into(), ..rule("said", "", Severity::Info) };
    vec![
        Finding::new(&login, DeviceId(1), EvidenceId(3)).because(EvidenceId(6)),
        Finding::new(&old, DeviceId(3), EvidenceId(5)),
        Finding::new(&said, DeviceId(3), EvidenceId(0)),
    ]
}

fn rule(id: &str, title: &str, severity: Severity) -> Weakness {
    Weakness {
        id: id.into(),
        title: title.into(),
        kind: FindingKind::Weakness,
        severity,
        confidence: 0.95,
        root_cause: id.into(),
        when: kinds::Condition::All(Vec::new()),
        action: kinds::Action {
            text: "Turn it off.".into(),
            breaks: None,
            effort: Effort::Minutes,
            verified_by: None,
        },
        fires: Vec::new(),
        silent: Vec::new(),
        dimension: None,
        against: None,
        sources: vec!["standard".into()],
        verified: true,
        prose: "Anyone on the way can read it.\n\nA *second* paragraph says why it matters.".into(),
    }
}

fn advice() -> BTreeMap<kinds::Id, Advice> {
    let advice = |id: &str, title: &str, verify| Advice {
        id: id.into(),
        title: title.into(),
        rules: Vec::new(),
        types: Vec::new(),
        brands: Vec::new(),
        models: Vec::new(),
        routers: Vec::new(),
        replaces: Vec::new(),
        sensors: Vec::new(),
        rooms: Vec::new(),
        steps: vec!["Open the settings.".into(), "Switch HTTPS on.".into()],
        breaks: "Bookmarks need the new address.".into(),
        cost: Cost { minutes: 15, money: Money::None, skill: Skill::Settings },
        verify,
        sources: vec!["standard".into()],
        verified: id != "cut-off",
        as_of: None,
        review_by: None,
        note: None,
    };
    let week = Some(Verify { shows: Shows::Encrypted, days: 3 });
    let all = [
        advice("https-on", "Switch HTTPS on", week),
        advice("cut-off", "Cut it off from the internet", week),
        advice("cover-it", "Think of whether it should see this room", None),
    ];
    all.into_iter().map(|it| (it.id.clone(), it)).collect()
}

fn actions() -> Vec<Action> {
    vec![
        Action {
            rule: "clear-login".into(),
            device: DeviceId(1),
            text: "Turn on HTTPS in the camera's settings, then change its password.".into(),
            breaks: Some("Old viewing apps may stop working.".into()),
            effort: Effort::Hour,
            verified_by: Some("No login in clear text for a week.".into()),
            findings: vec![0],
            guides: ["https-on".into(), "cut-off".into()].into(),
        },
        Action {
            rule: "old-tls".into(),
            device: DeviceId(3),
            text: "Update the firmware.".into(),
            breaks: None,
            effort: Effort::Minutes,
            verified_by: None,
            findings: vec![1],
            guides: std::sync::Arc::default(),
        },
    ]
}

fn evidence(text: &str) -> Cited {
    let peer = Service {
        peer: [203, 0, 113, 5].into(),
        transport: Transport::TCP,
        port: 443,
        server: evidence::Party::Peer,
    };
    let said =
        |field, value: &str| Witness::Observation { field, value: value.into(), about: None };
    let seen = [
        said(fields::DHCP_HOST_NAME, "EL110"),
        said(fields::DNS_QUERY, "api.lamps.example"),
        Witness::Registration {
            mac: Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x11]),
            registrant: "Modules Ltd".into(),
        },
        said(fields::UPNP_FRIENDLY_NAME, text),
        said(fields::DHCP_SERVES, "yes"),
        Witness::Observation {
            field: fields::TLS_SNI,
            value: "api.lamps.example".into(),
            about: Some(peer),
        },
        Witness::Conversation { service: peer, bytes_up: 1_234_567, bytes_down: 411_522 },
    ];
    let entry = |(number, what): (u32, Witness)| {
        let first = Sighting {
            at: at(u64::from(number) * 61),
            source: SourceId::of("home.pcapng"),
            frame: u64::from(number) * 17 + 1,
        };
        let evidence = Evidence { what, first, source: 0, last: at(7_200), count: 2 };
        (EvidenceId(number), evidence)
    };
    (0..).zip(seen).map(entry).collect()
}

fn references() -> BTreeMap<kinds::Id, kinds::Source> {
    let source = |id: &str, title: &str, date: Option<&str>| kinds::Source {
        id: id.into(),
        title: title.into(),
        issuer: "Example Press".into(),
        date: date.map(Into::into),
        url: format!("https://press.example/{id}").into(),
        grade: Grade::Primary,
        read: date.map(Into::into),
    };
    [
        source("company-register", "Extract of the register", Some("2026-10-01")),
        source("lamp-manual", "Manual of the EL-110", Some("2024")),
        source("standard", "Cyber security for <consumer> things", None),
    ]
    .map(|source| (source.id.clone(), source))
    .into()
}

/// An address that begins and ends so; `2001` stands for the documentation prefix.
fn v6(first: u16, last: u16) -> IpAddr {
    let second = if first == 0x2001 { 0xdb8 } else { 0 };
    Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, last).into()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_parts(MORNING + seconds, 0)
}
