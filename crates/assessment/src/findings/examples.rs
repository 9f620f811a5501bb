//! Every rule of the repository's pack on its own examples: it fires where it says, and is silent
//! where it says.

use std::{collections::BTreeMap, fs, net::IpAddr, path::Path};

use evidence::{
    Field, Host, Ledger, Limits, Mac, Party, Recorder, Sampled, Service, Sighting, SourceId,
    Timestamp, Traffic, Transport,
};
use knowledge::{
    Knowledge, Pack,
    kinds::{Example, ExampleConversation, Purpose},
};

use super::{Rules, Subject};
use crate::{
    Settings,
    book::Book,
    devices,
    model::{
        Claim, Claims, Confidence, Destination, DeviceId, Encryption, EvidenceId, Finding,
        Identity, Role,
    },
};

/// The made-up device's own address.
const DEVICE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 30, 20));
const SIGHTING: Sighting =
    Sighting { at: Timestamp::from_parts(1_767_225_600, 0), source: SourceId(1), frame: 1 };

#[test]
fn every_rule_fires_and_is_silent_as_its_examples_say() {
    let knowledge = Knowledge::new(pack());
    let rules = &knowledge.pack().weaknesses;
    assert!(rules.len() >= 30, "only {} rules", rules.len());
    for rule in rules.values() {
        assert!(!rule.fires.is_empty() && !rule.silent.is_empty(), "{} lacks examples", rule.id);
        for example in &rule.fires {
            check(&knowledge, &rule.id, example, true);
        }
        for example in &rule.silent {
            check(&knowledge, &rule.id, example, false);
        }
    }
}

#[test]
fn every_rule_cites_sources_the_pack_has_and_says_what_to_do() {
    let pack = pack();
    for rule in pack.weaknesses.values() {
        assert!(!rule.sources.is_empty(), "{} cites nothing", rule.id);
        for source in &rule.sources {
            assert!(pack.sources.contains_key(source), "{} cites `{source}`", rule.id);
        }
        assert!(
            rule.prose.len() > 100 && rule.action.text.len() > 15,
            "{} explains little",
            rule.id
        );
    }
}

#[track_caller]
fn check(knowledge: &Knowledge, rule: &str, example: &Example, expected: bool) {
    let findings = findings(knowledge, example);
    let fired = findings.iter().find(|finding| *finding.rule == *rule);
    assert_eq!(fired.is_some(), expected, "{rule}: {}", example.note);
    if let Some(finding) = fired {
        assert!(!finding.evidence().is_empty(), "{rule}: {}", example.note);
        assert!(finding.confidence.value() > 0.0, "{rule}: {}", example.note);
    }
}

/// All that the rules find on the example's device.
fn findings(knowledge: &Knowledge, example: &Example) -> Vec<Finding> {
    let ledger = ledger(example);
    let mut grouped = devices::group(&ledger, &Settings::default());
    let place = grouped.devices.iter().position(|it| it.ips.contains(&DEVICE)).unwrap();
    grouped.devices[place].role = match &*example.role {
        "device" => Role::Device,
        "gateway" => Role::Gateway,
        "client" => Role::Client,
        _ => Role::Unknown,
    };
    let member = &grouped.devices[place];
    let mut book = Book::new(&ledger);
    let destinations: Vec<_> = member
        .conversations()
        .map(|it| (it, book.conversation(it)))
        .filter_map(|(it, cited)| destination(example, it.service, cited))
        .collect();
    let identity = Identity { kind: kind(example), ..Identity::default() };
    let rules = Rules::new(knowledge, &grouped);
    let subject =
        Subject { id: DeviceId(1), member, identity: &identity, destinations: &destinations };
    rules.check(subject, &mut book).findings
}

fn kind(example: &Example) -> Claims {
    if example.kind.is_empty() {
        return Claims::default();
    }
    let confidence = Confidence::new(0.9);
    Claims(
        [Claim { value: example.kind.clone(), id: None, confidence, reasons: Box::default() }]
            .into(),
    )
}

fn destination(example: &Example, service: Service, cited: EvidenceId) -> Option<Destination> {
    let told = example.destinations.iter().find(|it| it.peer.parse() == Ok(service.peer))?;
    let span = told.interval_seconds * told.connections.saturating_sub(1);
    Some(Destination {
        name: "service.example".into(),
        named_by: None,
        domain: None,
        addresses: [service.peer].into(),
        services: [format!("{}/{}", service.transport, service.port).into()].into(),
        organisation: None,
        server_country: None,
        operator: None,
        purpose: if told.purpose == Purpose::Unknown { Purpose::Function } else { told.purpose },
        entry: None,
        bytes_up: 1,
        bytes_down: 1,
        encryption: if told.clear { Encryption::Clear } else { Encryption::Encrypted },
        sampled: Sampled::default(),
        stream: None,
        connections: told.connections,
        first: SIGHTING.at,
        last: Timestamp(SIGHTING.at.0 + span * 1_000_000_000),
        confidence: Confidence::new(0.9),
        evidence: [cited].into(),
    })
}

fn ledger(example: &Example) -> Ledger {
    let mut recorder = Recorder::new(Limits::default());
    let host = Host::new(Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), Some(DEVICE)).unwrap();
    recorder.observe(
        host,
        None,
        Field::from_name("dhcp.offered").unwrap(),
        &DEVICE.to_string(),
        SIGHTING,
    );
    for observation in &example.observations {
        let field = Field::from_name(&observation.field)
            .unwrap_or_else(|| panic!("no field `{}`", observation.field));
        let about = observation.peer.as_ref().map(|peer| Service {
            peer: peer.parse().unwrap(),
            transport: Transport::TCP,
            port: 1,
            server: if observation.own_service { Party::Host } else { Party::Peer },
        });
        for value in &observation.values {
            for _ in 0..observation.count.max(1) {
                recorder.observe(host, about, field, value, SIGHTING);
            }
        }
    }
    for conversation in &example.conversations {
        converse(&mut recorder, host, conversation);
    }
    recorder.finish()
}

fn converse(recorder: &mut Recorder, host: Host, made_up: &ExampleConversation) {
    let mut traffic = Traffic::new(SIGHTING);
    traffic.bytes_up = made_up.bytes_up.max(60);
    if made_up.streamed_seconds > 0 {
        (traffic.streamed_up, traffic.streamed_seconds) =
            (traffic.bytes_up, made_up.streamed_seconds);
    }
    let answered = u32::from(made_up.answered);
    (traffic.frames_up, traffic.frames_down) = (1, answered.into());
    if made_up.own_service {
        (traffic.opened_by_peer, traffic.accepted_by_host) = (1, answered);
    } else {
        (traffic.opened_by_host, traffic.accepted_by_peer) = (1, answered);
    }
    for peer in &made_up.peers {
        let service = Service {
            peer: peer.parse().unwrap(),
            transport: Transport::from_name(&made_up.transport).unwrap(),
            port: made_up.port,
            server: if made_up.own_service { Party::Host } else { Party::Peer },
        };
        recorder.converse(host, service, &traffic);
    }
}

/// The repository's pack.
fn pack() -> Pack {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = BTreeMap::new();
    gather(&root, &root, &mut files);
    knowledge::load(files).unwrap_or_else(|errors| panic!("{:?}", errors.first()))
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|it| it == "toml" || it == "md") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}
