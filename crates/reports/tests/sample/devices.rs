//! The household's devices.

use std::sync::Arc;

use assessment::{
    Applies,
    model::{
        Claim, Claims, Confidence, Destination, Device, DeviceId, Encryption, EvidenceId, Exposure,
        Grounds, Identity, Noted, Party, Provenance, Reason, Role, Score, Scores, ServerCountry,
        Through, USER,
    },
};
use evidence::{Mac, Sampled, fields};
use knowledge::kinds::{self, Purpose};

use super::{HOSTILE, at, listing, v6};

pub(super) fn plug() -> Device {
    Device {
        macs: [Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x11])].into(),
        ips: [[192, 0, 2, 11].into(), v6(0xfe80, 0x5311)].into(),
        names: ["plug-hall".into(), "Hall".into()].into(),
        identity: Identity {
            brand: Claims(
                [
                    claim("Example Lamps", Some("example-lamps"), 0.970_000_000_01, &[0, 1]),
                    claim("Other Co", None, 0.31, &[1]),
                ]
                .into(),
            ),
            model: Claims([claim("EL-110(EU)", None, 0.9, &[0])].into()),
            kind: Claims([claim("plug", None, 0.85, &[0])].into()),
            firmware: Claims([claim("1.5.4", None, 0.6, &[0])].into()),
            module_maker: Claims([claim("Modules Ltd", Some("modules"), 0.99, &[2])].into()),
            ..Identity::default()
        },
        provenance: Provenance {
            maker: Some(party("lamps-inc", "Example Lamps Inc.", "US", Some("SG"))),
            owner: Some(Party { verified: false, ..party("holding", "Holding SE", "DE", None) }),
            platform: Some("Example Cloud".into()),
            platform_operator: Some(party("lamps-inc", "Example Lamps Inc.", "US", Some("SG"))),
            ..Provenance::default()
        }
        .into(),
        exposure: vec![Exposure {
            jurisdiction: "SG".into(),
            through: vec![(Through::Maker, "lamps-inc".into())],
            laws: vec!["sg-access".into()],
        }]
        .into(),
        listings: vec![
            listing(Applies::Yes, "the brand is made by Example Lamps Inc."),
            listing(Applies::Unknown, "where it was made is not known"),
            listing(Applies::No, "another company of that name"),
        ]
        .into(),
        product: Some("example-lamps-el-110".into()),
        sensors: [kinds::Sensor::Use].into(),
        destinations: [
            destination("api.lamps.example", Purpose::Function, 1_234_567, Encryption::Encrypted),
            Destination {
                organisation: Some(party("cdn", "Delivery Network GmbH", "DE", Some("DE")).into()),
                server_country: Some(ServerCountry::Anywhere),
                ..destination("cdn.example", Purpose::Hosting, 20_000, Encryption::Mixed)
            },
        ]
        .into(),
        scores: Arc::new(Scores {
            weakness: Score { low: 40.0, high: 65.25, unknown_share: 0.333_333_33 },
            ..Scores::default()
        }),
        findings: [1, 2].into(),
        actions: [1].into(),
        ..device(3, Role::Device)
    }
}

pub(super) fn camera(text: &str) -> Device {
    Device {
        macs: [Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x22])].into(),
        ips: [[192, 0, 2, 22].into()].into(),
        names: [text.into()].into(),
        identity: Identity {
            brand: Claims([claim(text, None, 0.7, &[3])].into()),
            kind: Claims(
                [claim("camera", None, 0.45, &[3]), claim("doorbell", None, 0.3, &[3])].into(),
            ),
            ..Identity::default()
        },
        destinations: [
            Destination {
                domain: None,
                named_by: None,
                organisation: None,
                server_country: None,
                operator: None,
                entry: None,
                ..destination("203.0.113.9", Purpose::Unknown, 98_765_432, Encryption::Clear)
            },
            Destination {
                organisation: None,
                server_country: Some(ServerCountry::Registered("CN".into())),
                operator: Some(text.into()),
                ..destination(text, Purpose::P2pRelay, 5_000_000, Encryption::Unknown)
            },
        ]
        .into(),
        scores: Arc::new(Scores {
            weakness: Score { low: 80.0, high: 80.0, unknown_share: 0.1 },
            ..Scores::default()
        }),
        findings: [0].into(),
        actions: [0].into(),
        ..device(1, Role::Device)
    }
}

pub(super) fn gateway() -> Device {
    Device {
        macs: [Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x01])].into(),
        ips: [[192, 0, 2, 1].into()].into(),
        names: ["路由器 客厅 的一个非常非常非常长的名字".into()].into(),
        identity: Identity {
            kind: Claims([claim("router", None, 0.96, &[4])].into()),
            ..Identity::default()
        },
        ..device(0, Role::Gateway)
    }
}

pub(super) fn phone() -> Device {
    Device {
        macs: [Mac([0x02, 0x00, 0x5e, 0x00, 0x53, 0x44])].into(),
        ips: [v6(0x2001, 0x44)].into(),
        note: Some(noted(HOSTILE).into()),
        identity: Identity {
            brand: Claims(
                [users("Example Phones"), claim("Example Lamps", Some("example-lamps"), 0.9, &[1])]
                    .into(),
            ),
            ..Identity::default()
        },
        destinations: [destination(
            "api.lamps.example",
            Purpose::Function,
            640,
            Encryption::Encrypted,
        )]
        .into(),
        ..device(4, Role::Client)
    }
}

pub(super) fn silent() -> Device {
    Device { macs: [Mac([0x00, 0x00, 0x5e, 0x00, 0x53, 0x55])].into(), ..device(5, Role::Unknown) }
}

pub(super) fn outsider() -> Device {
    Device { local: false, ips: [[198, 51, 100, 7].into()].into(), ..device(6, Role::Unknown) }
}

fn device(id: u32, role: Role) -> Device {
    Device {
        id: DeviceId(id),
        local: true,
        role,
        bytes_up: 104_000_000 / u64::from(id + 1),
        bytes_down: 2_000_000,
        first: at(0),
        last: at(43_200 + 840),
        scores: Arc::new(Scores {
            weakness: Score { low: 0.0, high: 0.0, unknown_share: 1.0 },
            ..Scores::default()
        }),
        ..Device::default()
    }
}

fn claim(value: &str, id: Option<&str>, confidence: f64, evidence: &[u32]) -> Claim {
    let grounds = |number: u32| Grounds {
        entry: "lamps-host-name".into(),
        strength: 0.75,
        group: "name".into(),
        sources: vec!["lamp-manual".into()],
        verified: number != 1,
    };
    let reason =
        |number: &u32| Reason { evidence: EvidenceId(*number), grounds: grounds(*number).into() };
    Claim {
        value: value.into(),
        id: id.map(Into::into),
        confidence: Confidence::new(confidence),
        reasons: evidence.iter().map(reason).collect(),
    }
}

fn noted(room: &str) -> Noted {
    Noted {
        on: "2026-11-22".into(),
        key: "name example phone".into(),
        says: "the user's note of 2026-11-22, filed under name example phone".into(),
        room: Some(room.into()),
        name: Some("Reading tablet".into()),
        evidence: EvidenceId(0),
    }
}

fn users(value: &str) -> Claim {
    let note = noted("");
    let grounds = Grounds {
        entry: note.says,
        strength: 0.99,
        group: USER.into(),
        sources: Vec::new(),
        verified: true,
    };
    let reason = Reason { evidence: note.evidence, grounds: grounds.into() };
    let confidence = Confidence::MOST;
    Claim { value: value.into(), id: None, confidence, reasons: [reason].into() }
}

fn party(id: &str, name: &str, country: &str, registered_in: Option<&str>) -> Party {
    Party {
        id: id.into(),
        name: name.into(),
        country: Some(country.into()),
        registered_in: registered_in.map(Into::into),
        sources: vec!["company-register".into()],
        verified: true,
    }
}

fn destination(name: &str, purpose: Purpose, sent: u64, encryption: Encryption) -> Destination {
    Destination {
        name: name.into(),
        named_by: Some(fields::TLS_SNI),
        domain: Some("lamps.example".into()),
        addresses: [[203, 0, 113, 5].into(), v6(0x2001, 5)].into(),
        services: ["tcp/443".into(), "udp/443".into()].into(),
        organisation: Some(party("lamps-inc", "Example Lamps Inc.", "US", None).into()),
        server_country: Some(ServerCountry::Registered("IE".into())),
        operator: Some("Example Hosting".into()),
        purpose,
        entry: Some("lamps.example".into()),
        bytes_up: sent,
        bytes_down: sent / 3,
        encryption,
        sampled: Sampled::default(),
        stream: None,
        connections: 0,
        first: at(0),
        last: at(3_600),
        confidence: Confidence::new(0.9),
        evidence: [EvidenceId(5), EvidenceId(6)].into(),
    }
}
