use evidence::{Field, Host, Recorder, Service, SourceId, Timestamp, Traffic, Transport};
use knowledge::{
    Pack,
    kinds::{Also, Destination, Exclusive, Match, ModuleMaker, Only, Prefix, Purpose, Tells},
};

use super::*;
use crate::{Settings, assess};

#[test]
fn groups_add_up_and_votes_within_one_do_not() {
    check("one name", &[(fields::DHCP_HOST_NAME, "lamp-1")], "acme 0.600");
    let names = [(fields::DHCP_HOST_NAME, "lamp-1"), (fields::MDNS_NAME, "lamp-1")];
    check("two names", &names, "acme 0.600");
    let both = [(fields::DHCP_HOST_NAME, "lamp-1"), (fields::UPNP_MANUFACTURER, "Acme")];
    check("name and description", &both, "acme 0.960");
}

#[test]
fn rivals_speak_against_each_other_and_stay() {
    let both = [(fields::UPNP_MANUFACTURER, "Acme"), (fields::MDNS_NAME, "other-1")];
    check("two brands", &both, "? acme 0.360 other 0.060");
}

#[test]
fn a_system_does_not_speak_against_what_it_is_made_of() {
    let systems = |value| {
        let said = [(fields::DHCP_VENDOR_CLASS, "linux"), (fields::HTTP_TITLE, value)];
        shown(&assessed(UNKNOWN, &said).os)
    };
    assert_eq!(systems("Home Assistant"), "Home Assistant 0.800 Linux 0.700");
    assert_eq!(systems("Windows"), "? Windows 0.240 Linux 0.140");
}

#[test]
fn where_a_thing_goes_is_a_clue_where_nothing_else_explains_it() {
    check("alone", &[(fields::DNS_QUERY, "api.other.example")], "other 0.600");
    let both = [(fields::UPNP_MANUFACTURER, "Acme"), (fields::TLS_SNI, "api.other.example")];
    check("against what it says", &both, "acme 0.900 other 0.060");
    let phone = [(fields::HTTP_USER_AGENT, "phone"), (fields::DNS_QUERY, "api.other.example")];
    check("a phone's app", &phone, "");
    let certificate = (fields::TLS_CERTIFICATE_NAME, "api.lamps.example");
    check("a certificate it is shown", &[certificate], "acme 0.500");
    check("and a phone is", &[(fields::HTTP_USER_AGENT, "phone"), certificate], "");
}

#[test]
fn what_is_looked_up_for_others_tells_nothing() {
    let serves = (fields::DNS_SERVES, "recursive");
    check("the home's name server", &[serves, (fields::DNS_QUERY, "api.other.example")], "");
    let goes = [serves, (fields::TLS_SNI, "api.other.example")];
    check("where it goes itself", &goes, "other 0.600");
    let portal = [(fields::DNS_SERVES, "not recursive"), (fields::DNS_QUERY, "api.other.example")];
    check("one that asks nobody for others", &portal, "other 0.600");
}

#[test]
fn a_prefix_alone_is_no_answer_and_a_module_makers_names_no_brand() {
    let acme = assessed(Mac([0, 0, 0x5e, 0, 0, 1]), &[(fields::ARP_SENDER, "192.168.1.9")]);
    assert_eq!(shown(&acme.brand), "? acme 0.300");
    let module = assessed(Mac([0, 0, 0x5f, 0, 0, 1]), &[(fields::ARP_SENDER, "192.168.1.9")]);
    assert_eq!(shown(&module.brand), "");
    assert_eq!(shown(&module.module_maker), "chips 0.850");
}

#[test]
fn a_prefix_on_one_brands_products_only_is_just_enough() {
    let prefix = Mac([0, 0, 0x5c, 0, 0, 1]);
    let mine = assessed(prefix, &[(fields::ARP_SENDER, "192.168.1.9")]);
    assert_eq!(shown(&mine.brand), "mine 0.550");
    assert_eq!(shown(&mine.kind), "scale 0.550");
    assert!(mine.brand.answer().unwrap().is_by_prefix());
    let computer = assessed(prefix, &[(fields::HTTP_USER_AGENT, "phone")]);
    assert_eq!(shown(&computer.brand), "? mine 0.300", "an adapter in a computer");
    let chosen = assessed(Mac([2, 0, 0x5c, 0, 0, 1]), &[(fields::ARP_SENDER, "192.168.1.9")]);
    assert_eq!(shown(&chosen.brand), "", "an address that the device chose");
    let said = assessed(prefix, &[(fields::UPNP_MANUFACTURER, "Acme")]);
    assert_eq!(shown(&said.brand), "acme 0.630 mine 0.055", "against what it says");
}

#[test]
fn a_device_that_names_its_maker_is_of_the_brand_that_goes_by_the_name() {
    check("a brand", &[(fields::HTTP_SERVER, "made by OTHER")], "other 0.700");
    check("nobody's", &[(fields::HTTP_SERVER, "made by Stranger")], "");
    check("two brands'", &[(fields::HTTP_SERVER, "made by Twin")], "");
}

#[test]
fn some_clues_tell_only_beside_another() {
    check("alone", &[(fields::LOCAL_ASKED, "lamps")], "");
    let acme = assessed(Mac([0, 0, 0x5e, 0, 0, 1]), &[(fields::LOCAL_ASKED, "lamps")]);
    assert_eq!(shown(&acme.brand), "acme 0.650");
    let reasons = &acme.brand.answer().unwrap().reasons;
    let entries: Vec<_> = reasons.iter().map(|it| (&*it.entry, &*it.group)).collect();
    assert_eq!(entries, [("asks", "local"), ("asks", "local"), ("acme", "mac")]);
    let beside = [(fields::LOCAL_ASKED, "lamps"), (fields::UPNP_MANUFACTURER, "Acme")];
    check("beside something else", &beside, "acme 0.900");
}

#[test]
fn a_port_may_tell_only_beside_a_prefix_too() {
    let asking = |mac, agent: Option<&str>| {
        let mut recorder = Recorder::default();
        let host = Host::new(Some(mac), Some("192.168.1.9".parse().unwrap())).unwrap();
        let peer = "192.0.2.1".parse().unwrap();
        let service = Service { peer, transport: Transport::UDP, port: 9, server: Party::Peer };
        let now = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        recorder.converse(host, service, &Traffic { frames_up: 1, ..Traffic::new(now) });
        if let Some(agent) = agent {
            recorder.observe(host, None, fields::HTTP_USER_AGENT, agent, now);
        }
        let ledger = recorder.finish();
        let assessment = assess(&ledger, &Knowledge::new(pack()), &Settings::default());
        shown(&assessment.devices[0].identity.brand)
    };
    let acme = Mac([0, 0, 0x5e, 0, 0, 1]);
    assert_eq!(asking(UNKNOWN, None), "");
    assert_eq!(asking(acme, None), "acme 0.650");
    assert_eq!(asking(acme, Some("phone")), "? acme 0.300", "a phone's app asks");
}

#[test]
fn a_brand_that_makes_one_kind_tells_the_kind_once_it_is_known() {
    let kind = |said: &[(Field, &str)]| shown(&assessed(UNKNOWN, said).kind);
    assert_eq!(kind(&[(fields::DNS_QUERY, "api.other.example")]), "scale 0.600");
    assert_eq!(kind(&[(fields::DHCP_HOST_NAME, "lamp-1")]), "");
    let torn = [(fields::UPNP_MANUFACTURER, "Acme"), (fields::MDNS_NAME, "other-1")];
    assert_eq!(kind(&torn), "");
}

#[test]
fn who_hands_out_addresses_is_a_router_only_where_it_is_the_way_out() {
    let kind = |router: &str| {
        let mut recorder = Recorder::default();
        let now = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        for (last, field, value) in [
            (1, fields::ARP_SENDER, "192.168.1.1"),
            (2, fields::DHCP_SERVES, "offer"),
            (3, fields::DHCP_ROUTER, router),
        ] {
            let mac = Mac([0, 0, 0x5d, 0, 0, last]);
            let host = Host::new(Some(mac), Some([192, 168, 1, last].into())).unwrap();
            recorder.observe(host, None, field, value, now);
        }
        let knowledge = Knowledge::new(pack());
        let assessment = assess(&recorder.finish(), &knowledge, &Settings::default());
        shown(&assessment.devices[1].identity.kind)
    };
    assert_eq!(kind("192.168.1.2"), "router 0.500");
    assert_eq!(kind("192.168.1.1"), "");
}

#[test]
fn a_makers_site_tells_the_brand_where_its_name_does_not() {
    let site = (fields::UPNP_MANUFACTURER_URL, "http://www.other.example/lamps");
    check("a brand's domain", &[site], "other 0.550");
    check("an unknown name", &[(fields::UPNP_MANUFACTURER, "Stranger"), site], "other 0.550");
    check("a name", &[(fields::UPNP_MANUFACTURER, "Acme"), site], "acme 0.900");
    check("a stranger's", &[(fields::UPNP_MANUFACTURER_URL, "http://stranger.example/")], "");
}

#[test]
fn every_claim_has_a_reason() {
    let identity = assessed(UNKNOWN, &[(fields::UPNP_MANUFACTURER, "Acme")]);
    let reason = &identity.brand.answer().unwrap().reasons[0];
    assert_eq!((&*reason.entry, reason.strength), ("acme-upnp", 0.9));
    assert_eq!(identity.brand.answer().unwrap().id.as_deref(), Some("acme"));
}

const UNKNOWN: Mac = Mac([0, 0, 0x5d, 0, 0, 1]);

#[track_caller]
fn check(name: &str, said: &[(Field, &str)], brand: &str) {
    assert_eq!(shown(&assessed(UNKNOWN, said).brand), brand, "{name}");
}

/// Values with how sure each is, behind a question mark if none is the answer.
fn shown(claims: &Claims) -> String {
    let mut words: Vec<_> = claims.0.first().map(|_| "?".to_owned()).into_iter().collect();
    words.retain(|_| claims.answer().is_none());
    for claim in &claims.0 {
        words.push(format!("{} {:.3}", claim.value, claim.confidence.value()));
    }
    words.join(" ")
}

fn assessed(mac: Mac, said: &[(Field, &str)]) -> Identity {
    let now = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
    let host = Host::new(Some(mac), None).unwrap();
    let mut recorder = Recorder::default();
    for (field, value) in said {
        recorder.observe(host, None, *field, value, now);
    }
    let assessment = assess(&recorder.finish(), &Knowledge::new(pack()), &Settings::default());
    assessment.devices[0].identity.clone()
}

pub(super) fn pack() -> Pack {
    let mut pack = Pack::default();
    for (id, registrants) in [("acme", vec!["Acme Ltd".into()]), ("other", vec![])] {
        pack.brands.insert(id.into(), brand(id, registrants));
    }
    let exclusive = Exclusive { adapters: true, ..Exclusive::default() };
    let only = Only { kind: "scale".into(), ..Only::default() };
    let mine = brand("mine", vec!["Mine Ltd".into()]);
    let mine = Brand { exclusive: Some(exclusive), only: Some(only.clone()), ..mine };
    pack.brands.insert("mine".into(), mine);
    pack.modules.insert("chips".into(), module("chips", "Chips Ltd"));
    for (id, field, value, brand, strength) in [
        ("acme-dhcp", fields::DHCP_HOST_NAME, "lamp-", Some("acme"), 0.6),
        ("acme-mdns", fields::MDNS_NAME, "lamp-", Some("acme"), 0.6),
        ("acme-upnp", fields::UPNP_MANUFACTURER, "Acme", Some("acme"), 0.9),
        ("other-mdns", fields::MDNS_NAME, "other-", Some("other"), 0.6),
        ("acme-certificate", fields::TLS_CERTIFICATE_NAME, "api.lamps", Some("acme"), 0.5),
        ("phone", fields::HTTP_USER_AGENT, "phone", None, 0.8),
    ] {
        pack.fingerprints.insert(id.into(), fingerprint(id, field, value, brand, strength));
    }
    for (id, field, value, system, strength) in [
        ("linux", fields::DHCP_VENDOR_CLASS, "linux", "Linux", 0.7),
        ("hub", fields::HTTP_TITLE, "Home Assistant", "Home Assistant", 0.8),
        ("windows", fields::HTTP_TITLE, "Windows", "Windows", 0.8),
    ] {
        let tells = Tells { os: Some(system.into()), ..Tells::default() };
        let told = fingerprint(id, field, value, None, strength);
        pack.fingerprints.insert(id.into(), Fingerprint { tells, ..told });
    }
    let tells = Tells { kind: Some("router".into()), ..Tells::default() };
    let serves = fingerprint("serves", fields::DHCP_SERVES, "", None, 0.5);
    pack.fingerprints.insert("serves".into(), Fingerprint { tells, ..serves });
    let names = fingerprint("names", fields::HTTP_SERVER, "", None, 0.7);
    let tells = Tells { brand_named: Some("$m".into()), ..Tells::default() };
    let matches = Match::Pattern("^made by (?<m>.+)$".into());
    pack.fingerprints.insert("names".into(), Fingerprint { matches, tells, ..names });
    let site = fingerprint("site", fields::UPNP_MANUFACTURER_URL, "", None, 0.55);
    let tells = Tells { brand_site: Some("$0".into()), ..Tells::default() };
    let matches = Match::Pattern("^http://.+$".into());
    pack.fingerprints.insert("site".into(), Fingerprint { matches, tells, ..site });
    for id in ["twin-1", "twin-2"] {
        pack.brands.insert(id.into(), Brand { name: "Twin".into(), ..brand(id, vec![]) });
    }
    let asks = fingerprint("asks", fields::LOCAL_ASKED, "lamps", Some("acme"), 0.5);
    let port = fingerprint("port", fields::TRAFFIC_SERVICE, "uses udp/9", Some("acme"), 0.5);
    let beside = Also {
        field: fields::MAC_REGISTRANT.name().into(),
        matches: Match::Exact("Acme Ltd".into()),
    };
    let port = Fingerprint { also: Some(beside.clone()), ..port };
    pack.fingerprints.insert("port".into(), port);
    pack.fingerprints.insert("asks".into(), Fingerprint { also: Some(beside), ..asks });
    if let Some(other) = pack.brands.get_mut("other") {
        other.only = Some(only);
    }
    pack.destinations.push(destination("other.example", "other"));
    pack.registrants = vec!["Acme Ltd".into(), "Chips Ltd".into(), "Mine Ltd".into()];
    let prefix = |first, registrant| Prefix { first, bits: 24, registrant };
    pack.prefixes = vec![prefix(0x5c00_0000, 2), prefix(0x5e00_0000, 0), prefix(0x5f00_0000, 1)];
    pack
}

fn fingerprint(
    id: &str,
    field: Field,
    value: &str,
    brand: Option<&str>,
    strength: f64,
) -> Fingerprint {
    let role = brand.is_none().then(|| "client".into());
    Fingerprint {
        id: id.into(),
        field: field.name().into(),
        matches: Match::Prefix(value.into()),
        also: None,
        tells: Tells { brand: brand.map(Into::into), role, ..Tells::default() },
        strength,
        group: None,
        examples: Vec::new(),
        counterexamples: Vec::new(),
        sources: Vec::new(),
        verified: true,
        note: None,
    }
}

fn brand(id: &str, registrants: Vec<Box<str>>) -> Brand {
    Brand { id: id.into(), name: id.into(), registrants, verified: true, ..Brand::default() }
}

fn module(id: &str, registrant: &str) -> ModuleMaker {
    ModuleMaker {
        id: id.into(),
        name: id.into(),
        registrants: vec![registrant.into()],
        verified: true,
        ..ModuleMaker::default()
    }
}

fn destination(suffix: &str, brand: &str) -> Destination {
    Destination {
        suffix: suffix.into(),
        exact: false,
        organisation: None,
        brand: Some(brand.into()),
        platform: None,
        purpose: Purpose::Function,
        sources: Vec::new(),
        verified: true,
        note: None,
    }
}
