//! What holds of whole assessments: the same bytes from the same evidence, no eye for countries,
//! no finding without evidence.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{collections::BTreeMap, fs, net::IpAddr, path::Path};

use assessment::{Applies, Assessment, Settings, assess, model::Scores, why::why};
use evidence::{
    Field, Host, Ledger, Limits, Mac, Party, Recorder, Service, Sighting, SourceId, Timestamp,
    Traffic, Transport, fields,
};
use knowledge::{
    Knowledge, Pack,
    kinds::{
        Against, Brand, Condition, Fingerprint, Match, Observed, Organisation, Policy, Tells,
        Weakness,
    },
};

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
fn several_workers_say_what_one_says() {
    let knowledge = Knowledge::new(pack());
    // Servers without a name of their own go by what other devices were told: evidence that devices
    // of several workers share.
    let mut recorder = Recorder::new(Limits::default());
    for number in (30..60).chain(200..230) {
        let [_, a, b, c] = u32::to_be_bytes(number);
        let host = Host::new(Some(Mac([0x00, 0x00, 0x5e, a, b, c])), Some([10, a, b, c].into()));
        for server in 1..4 {
            talk(&mut recorder, host.unwrap(), service([203, 0, 1, server].into(), 8_443), number);
        }
    }
    let ledger = home(50).merge(recorder.finish());
    let alone = assess(&ledger, &knowledge, &Settings::default());
    for workers in [2, 3, 64, 1_000] {
        let settings = Settings { workers: workers.try_into().unwrap(), ..Settings::default() };
        assert!(assess(&ledger, &knowledge, &settings) == alone, "{workers} workers");
    }
}

#[test]
fn another_country_of_the_owner_changes_nothing_but_the_legal_dimension() {
    let ledger = home(8);
    let mut pack = pack();
    let made_by = Brand {
        id: "thing".into(),
        name: "Thing".into(),
        maker: Some("thing-co".into()),
        ..Brand::default()
    };
    let organisation = |country: &str| Organisation {
        id: "thing-co".into(),
        name: "Thing Co".into(),
        registered_in: Some(country.into()),
        headquartered_in: Some(country.into()),
        ..Organisation::default()
    };
    pack.brands.insert("thing".into(), made_by);
    pack.fingerprints.insert("thing".into(), thing());
    let policy = Policy {
        id: "scored".into(),
        title: "T".into(),
        says: "S".into(),
        legal_weight: 0.25,
        laws: pack.laws.values().map(|it| it.id.clone()).collect(),
        lists: pack.lists.keys().cloned().collect(),
        standards: Vec::new(),
        home: None,
        review_by: None,
        note: None,
    };
    pack.policies.insert("scored".into(), policy);
    let assessed = |country: &str, policy: &str| {
        let mut pack = pack.clone();
        pack.organisations.insert("thing-co".into(), organisation(country));
        let settings = Settings { policy: policy.into(), ..Settings::default() };
        assess(&ledger, &Knowledge::new(pack), &settings)
    };
    let technical = |it: &Assessment| {
        it.devices.iter().map(|it| Scores { legal: None, ..*it.scores }).collect::<Vec<_>>()
    };
    let legal = |it: &Assessment| it.devices.iter().map(|it| it.scores.legal).collect::<Vec<_>>();
    let countries = ["AQ", "CN", "DE", "GB", "IL", "JP", "KR", "RU", "TW", "US"];
    let before = assessed("AQ", "scored");
    assert!(before.devices.iter().any(|it| it.provenance.maker.is_some()));
    for country in countries {
        let after = assessed(country, "scored");
        assert_eq!(technical(&before), technical(&after), "{country}");
        assert_eq!(before.findings, after.findings, "{country}");
        assert_eq!(before.actions, after.actions, "{country}");
        assert!(
            country == "AQ" || legal(&before) != legal(&after),
            "{country}: {:?}",
            legal(&after)
        );
        let informed = assessed(country, "inform-only");
        assert!(legal(&informed).iter().all(Option::is_none), "{country}");
        assert_eq!(technical(&before), technical(&informed), "{country}");
    }
}

#[test]
fn equal_flaws_score_equally_for_every_maker() {
    let pack = pack();
    let brands: Vec<_> = pack.brands.values().filter(|it| it.maker.is_some()).collect();
    let mut seen: Option<(f64, Vec<Box<str>>)> = None;
    for brand in brands.iter().step_by(40) {
        let mut pack = pack.clone();
        let tells = Tells { brand: Some(brand.id.clone()), ..Tells::default() };
        pack.fingerprints.insert("thing".into(), Fingerprint { tells, ..thing() });
        let assessment = assess(&home(8), &Knowledge::new(pack), &Settings::default());
        let rules = assessment.findings.iter().map(|it| it.rule.clone()).collect::<Vec<_>>();
        let score = assessment.devices.iter().map(|it| it.scores.weakness.high).sum::<f64>();
        let first = seen.get_or_insert((score, rules.clone()));
        assert_eq!((first.0, &first.1), (score, &rules), "{}", brand.id);
    }
    assert!(seen.is_some_and(|(score, _)| score > 0.0));
}

#[test]
fn what_speaks_against_a_finding_makes_it_less_sure_and_is_kept() {
    let mut pack = pack();
    let rule = pack.weaknesses.get_mut("http-login-clear").unwrap();
    let sure = assess(&home(1), &Knowledge::new(pack_with(rule.clone())), &Settings::default());
    rule.against =
        Some(Against { when: Condition::Observed(observed("tls.sni")), confidence: 0.5 });
    let unsure = assess(&home(1), &Knowledge::new(pack_with(rule.clone())), &Settings::default());
    let of = |it: &Assessment| it.findings.first().cloned().unwrap();
    assert!((of(&unsure).confidence.value() - of(&sure).confidence.value() / 2.0).abs() < 1e-9);
    assert!(of(&sure).against.is_empty() && !of(&unsure).against.is_empty());
    let score = |it: &Assessment| it.devices.first().unwrap().scores.weakness.high;
    assert!(score(&unsure) < score(&sure));
}

#[test]
fn a_prefix_alone_tells_a_brand_at_most_and_never_a_company_or_country() {
    let knowledge = Knowledge::new(pack());
    let mut recorder = Recorder::new(Limits::default());
    let claimed = knowledge.pack().brands.values().flat_map(|it| &it.registrants);
    let claimed: std::collections::BTreeSet<_> = claimed.collect();
    let prefixes = knowledge.pack().prefixes.iter().filter(|prefix| {
        let registrants = &knowledge.pack().registrants;
        prefix.bits == 24
            && registrants.get(prefix.registrant as usize).is_some_and(|it| claimed.contains(it))
    });
    for (number, prefix) in (1_u32..).zip(prefixes.step_by(50)) {
        let [.., a, b, c, _, _, _] = prefix.first.to_be_bytes();
        let [_, _, d, e] = number.to_be_bytes();
        let ip = IpAddr::from([10, 1, d, e]);
        let host = Host::new(Some(Mac([a, b, c, 0, d, e])), Some(ip)).unwrap();
        talk(&mut recorder, host, service(IpAddr::from([203, 0, 113, 1]), 443), number);
    }
    let assessment = assess(&recorder.finish(), &knowledge, &Settings::default());
    assert!(assessment.devices.len() > 50, "{}", assessment.devices.len());
    let mut named = 0;
    for device in &assessment.devices {
        if let Some(claim) = device.identity.brand.answer() {
            let brand = claim.id.as_ref().and_then(|id| knowledge.pack().brands.get(id)).unwrap();
            let registrant = device.macs.first().and_then(|mac| knowledge.registrant(*mac));
            assert!(brand.exclusive_to(registrant.unwrap()).is_some(), "{:?}", device.macs);
            assert!(claim.confidence.value() < 0.6 && device.is_told_by_prefix());
            named += 1;
        }
        assert_eq!(device.provenance.parties().count(), 0, "{:?}", device.macs);
        assert!(device.provenance.platform.is_none() && device.exposure.is_empty());
        assert!(device.listings.iter().all(|it| it.applies != Applies::Yes), "{:?}", device.macs);
    }
    assert!(named > 0 && named < assessment.devices.len(), "{named}");
}

/// A clue that makes every host of [`home`] one brand's.
fn thing() -> Fingerprint {
    Fingerprint {
        id: "thing".into(),
        field: "dhcp.host_name".into(),
        matches: Match::Prefix("thing-".into()),
        also: None,
        tells: Tells { brand: Some("thing".into()), ..Tells::default() },
        strength: 0.9,
        group: Some("name".into()),
        examples: Vec::new(),
        counterexamples: Vec::new(),
        sources: Vec::new(),
        verified: true,
        note: None,
    }
}

/// The pack with that rule alone.
fn pack_with(rule: Weakness) -> Pack {
    let mut pack = pack();
    pack.weaknesses = BTreeMap::from([(rule.id.clone(), rule)]);
    pack
}

fn observed(field: &str) -> Observed {
    Observed {
        field: field.into(),
        matches: None,
        except: None,
        unless_in: None,
        peer: None,
        own_service: None,
        distinct: 1,
        count: 1,
    }
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
        for number in 1..=device.listings.len() {
            assert!(why(&assessment, &format!("{}.list{number}", device.id)).is_ok());
        }
        for number in 1..=device.exposure.len() {
            assert!(why(&assessment, &format!("{}.law{number}", device.id)).is_ok());
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

#[test]
fn who_has_an_address_after_another_is_not_blamed_for_what_the_other_did() {
    let host = |number: u8, ip: [u8; 4]| {
        Host::new(Some(Mac([0x00, 0x00, 0x5e, 0, 0, number])), Some(ip.into())).unwrap()
    };
    let (laptop, laptop_ip) = (host(1, [10, 0, 0, 70]), IpAddr::from([10, 0, 0, 70]));
    let (camera, heir) = (host(2, [10, 0, 0, 20]), host(3, [10, 0, 0, 20]));
    let page = service(IpAddr::from([10, 0, 0, 20]), 80);
    let served = Service { peer: laptop_ip, server: Party::Host, ..page };
    let mut recorder = Recorder::new(Limits::default());
    observe(&mut recorder, laptop, page, "http.login", "basic, user 5, password 8", 1);
    talk(&mut recorder, laptop, page, 1);
    talk(&mut recorder, camera, served, 1);
    // Later the same laptop opens a page of another device there, and logs in nowhere.
    talk(&mut recorder, laptop, page, 900);
    talk(&mut recorder, heir, served, 900);
    let assessment = assess(&recorder.finish(), &Knowledge::new(pack()), &Settings::default());
    let blamed = assessment.findings.iter().filter(|it| &*it.rule == "http-login-clear");
    let blamed: Vec<_> = blamed.map(|it| it.device).collect();
    let camera =
        assessment.devices.iter().find(|it| *it.macs == [Mac([0x00, 0x00, 0x5e, 0, 0, 2])]);
    assert_eq!(blamed, [camera.unwrap().id]);
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
