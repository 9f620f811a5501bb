//! What holds of whole assessments: the same bytes from the same evidence, no eye for countries,
//! no finding without evidence.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{collections::BTreeMap, fs, net::IpAddr, path::Path};

use assessment::{Assessment, Settings, assess, why::why};
use evidence::{
    Field, Host, Ledger, Limits, Mac, Party, Recorder, Service, Sighting, SourceId, Timestamp,
    Traffic, Transport, fields,
};
use knowledge::{Knowledge, Pack};

#[test]
fn the_same_evidence_gives_the_same_assessment() {
    let knowledge = Knowledge::new(pack());
    let ledger = home(8);
    let first = assess(&ledger, &knowledge, &Settings::default());
    let again = assess(&ledger, &knowledge, &Settings::default());
    assert!(first == again);
    assert!(first.findings.len() >= 8, "{}", first.findings.len());
}

#[test]
fn another_country_of_the_owner_changes_no_score_finding_or_advice() {
    let ledger = home(8);
    let mut pack = pack();
    let before = assess(&ledger, &Knowledge::new(pack.clone()), &Settings::default());
    for organisation in pack.organisations.values_mut() {
        organisation.registered_in = Some("AQ".into());
        organisation.headquartered_in = Some("AQ".into());
        organisation.owners.clear();
    }
    for block in &mut pack.addresses {
        block.registered_in = Some("AQ".into());
    }
    let after = assess(&ledger, &Knowledge::new(pack), &Settings::default());
    let scores = |it: &Assessment| it.devices.iter().map(|it| it.scores).collect::<Vec<_>>();
    assert_eq!(scores(&before), scores(&after));
    assert_eq!(before.findings, after.findings);
    assert_eq!(before.actions, after.actions);
}

#[test]
fn every_finding_has_evidence_and_every_claim_an_answer_to_why() {
    let knowledge = Knowledge::new(pack());
    let assessment = assess(&home(8), &knowledge, &Settings::default());
    for (index, finding) in assessment.findings.iter().enumerate() {
        assert!(!finding.evidence().is_empty(), "{}", finding.rule);
        let chain = why(&assessment, &format!("f{}", index + 1)).unwrap();
        let seen = &chain.stated[0].steps[0].seen;
        assert_eq!(seen.len(), finding.evidence().len(), "{}", finding.rule);
        assert!(seen.is_sorted_by_key(|it| it.evidence.first), "{}", finding.rule);
    }
    for device in &assessment.devices {
        assert!(why(&assessment, &device.id.to_string()).is_ok());
        for number in 1..=device.destinations.len() {
            let chain = why(&assessment, &format!("{}.to{number}", device.id)).unwrap();
            assert!(!chain.stated[0].steps[0].seen.is_empty(), "{}", device.id);
        }
    }
}

#[test]
fn an_action_answers_all_findings_of_its_cause_on_its_device() {
    let knowledge = Knowledge::new(pack());
    let assessment = assess(&home(8), &knowledge, &Settings::default());
    let answered: usize = assessment.actions.iter().map(|it| it.findings.len()).sum();
    assert_eq!(answered, assessment.findings.len());
    for action in &assessment.actions {
        let causes = action.findings.iter().map(|it| &assessment.findings[*it]);
        let mut causes: Vec<_> = causes.map(|it| (it.device, &it.root_cause)).collect();
        causes.dedup();
        assert_eq!(causes.len(), 1, "{}", action.rule);
        assert_eq!(causes[0].0, action.device);
    }
}

/// A made-up network of `hosts` devices with about eight conversations each. Every fifth uses
/// withdrawn encryption, every seventh asks a name server of its own.
fn home(hosts: u32) -> Ledger {
    let mut recorder = Recorder::new(Limits::default());
    for number in 1..=hosts {
        let [_, a, b, c] = number.to_be_bytes();
        let ip = IpAddr::from([10, a, b, c]);
        let host = Host::new(Some(Mac([0x00, 0x00, 0x5e, a, b, c])), Some(ip)).unwrap();
        recorder.observe(host, None, fields::DHCP_NAME_SERVER, "10.255.0.1", at(number));
        recorder.observe(
            host,
            None,
            fields::DHCP_HOST_NAME,
            &format!("thing-{number}"),
            at(number),
        );
        for destination in 0..8_u8 {
            let peer = IpAddr::from([203, 0, destination, c]);
            let service = service(peer, 443);
            let name = format!("s{destination}.service-{}.example", c % 16);
            recorder.observe(host, Some(service), fields::TLS_SNI, &name, at(number));
            recorder.observe(host, None, fields::DNS_ANSWER, &format!("{name} {peer}"), at(number));
            talk(&mut recorder, host, service, number);
        }
        if number % 5 == 0 {
            let service = service(IpAddr::from([203, 0, 1, c]), 443);
            observe(&mut recorder, host, service, "tls.version", "TLS 1.0", number);
            observe(&mut recorder, host, service, "tls.cipher", "TLS_RSA_WITH_RC4_128_SHA", number);
        }
        if number % 7 == 0 {
            talk(&mut recorder, host, service(IpAddr::from([8, 8, 8, 8]), 53), number);
        }
        if number <= 8 {
            let service = service(IpAddr::from([203, 0, 2, c]), 80);
            observe(
                &mut recorder,
                host,
                service,
                "http.login",
                "basic, user 5, password 8",
                number,
            );
        }
    }
    recorder.finish()
}

fn observe(
    recorder: &mut Recorder,
    host: Host,
    service: Service,
    field: &str,
    value: &str,
    number: u32,
) {
    recorder.observe(host, Some(service), Field::from_name(field).unwrap(), value, at(number));
}

fn talk(recorder: &mut Recorder, host: Host, service: Service, number: u32) {
    let mut traffic = Traffic::new(at(number));
    (traffic.frames_up, traffic.frames_down) = (4, 4);
    (traffic.bytes_up, traffic.bytes_down) = (400, 4_000);
    traffic.bytes_encrypted = 4_000;
    recorder.converse(host, service, &traffic);
}

fn service(peer: IpAddr, port: u16) -> Service {
    Service { peer, transport: Transport::TCP, port, server: Party::Peer }
}

fn at(number: u32) -> Sighting {
    let at = Timestamp::from_parts(1_767_225_600 + u64::from(number), 0);
    Sighting { at, source: SourceId::of("made up"), frame: u64::from(number) }
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
        } else if path.extension().is_some_and(|it| it == "toml" || it == "md" || it == "tsv") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}
