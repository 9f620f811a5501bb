use evidence::{Field, Host, Ledger, Mac, Recorder, Sighting, SourceId, Timestamp, fields};
use knowledge::{
    Knowledge, Pack,
    kinds::{Brand, Fingerprint, Match, Organisation, Tells},
};

use super::*;
use crate::{Settings, assess, model::Device, why::why};

const OWN: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);
const CHOSEN: Mac = Mac([2, 0, 0x5e, 0, 0x53, 2]);
const OTHER: Mac = Mac([2, 0, 0x5e, 0, 0x53, 3]);

#[test]
fn the_users_word_outranks_and_leaves_ours_beside_it() {
    let device = noted(&brand("Other Lamps"));
    let brand = &device.identity.brand;
    assert_eq!(shown(&device), "Other Lamps 0.99 other, Acme 0.90 acme");
    assert!(brand.answer().unwrap().is_users());
    assert!(!brand.candidates().next().unwrap().is_users());
    assert_eq!(device.provenance.maker.as_ref().map(|it| &*it.id), Some("other-co"));
}

#[test]
fn what_the_user_says_too_keeps_our_reasons() {
    let device = noted(&brand("acme"));
    assert_eq!(shown(&device), "Acme 0.99 acme");
    assert_eq!(device.identity.brand.0[0].reasons.len(), 2);
}

#[test]
fn a_brand_is_taken_by_whole_name_or_alias_and_never_by_a_similar_one() {
    check("OTHER", Some("other"));
    check("other lamps", Some("other"));
    check("Other-Lamps", Some("other"));
    check("Othr", None);
    check("Lamps", None);
    let knowledge = Knowledge::new(pack());
    let Brands::None(near) = brand_named("Othr", &knowledge) else { panic!("taken") };
    assert_eq!(near, ["Other".into()]);
    let device = noted(&brand("Home Made"));
    assert_eq!(shown(&device), "Home Made 0.99 -, Acme 0.90 acme");
    assert!(device.provenance.maker.is_none());
}

#[test]
fn a_model_that_only_another_brands_clue_names_is_no_answer_any_more() {
    let models = |note: &Note| {
        let device = noted(note);
        device.identity.model.answer().map(|it| it.value.to_string())
    };
    assert_eq!(models(&brand("Acme")).as_deref(), Some("A1"));
    assert_eq!(models(&brand("Other")), None);
    let with_model = Note { model: Some("O2".into()), ..brand("Other") };
    assert_eq!(models(&with_model).as_deref(), Some("O2"));
}

#[test]
fn a_network_address_tells_only_what_shows_no_other() {
    let named = |mac: Option<Mac>| {
        let mut recorder = Recorder::default();
        let at = Sighting { at: Timestamp(1), source: SourceId::of("home"), frame: 1 };
        let host = Host::new(mac, Some([192, 168, 1, 5].into())).unwrap();
        recorder.observe(host, None, fields::DNS_QUERY, "a.example", at);
        let note = Note {
            name: Some("Attic".into()),
            ..Note::new("ip 192.168.1.5".parse().unwrap(), "2026-11-22".into())
        };
        let assessment = assessed(&recorder.finish(), &[note]);
        let noted = assessment.devices.iter().find_map(|it| it.note.clone());
        noted.and_then(|it| it.name)
    };
    assert_eq!(named(None).as_deref(), Some("Attic"));
    assert_eq!(named(Some(OWN)), None);
}

#[test]
fn every_part_of_a_note_answers_to_why() {
    let note = Note {
        room: Some("Hall".into()),
        name: Some("Lamp".into()),
        kind: Some("bulb".into()),
        ..brand("Other")
    };
    let assessment = assessed(&ledger(&[(OWN, LAMP)]), &[note]);
    for id in ["d1.brand", "d1.type", "d1.room", "d1.name"] {
        let chain = why(&assessment, id).unwrap();
        let step = &chain.stated[0].steps[0];
        let says = "the user's note of 2026-11-22, filed under mac 00:00:5e:00:53:01";
        assert_eq!((step.says, step.entry), (Some(says), None), "{id}");
        assert_eq!(step.seen[0].evidence.first.frame, 7, "{id}");
    }
}

#[test]
fn a_note_under_what_two_devices_bear_is_applied_to_neither() {
    let name = (fields::DHCP_HOST_NAME, "lamp");
    let note = |key: &str| Note { device: key.parse().unwrap(), ..brand("Other") };
    let count = |ledger: &Ledger, key: &str| {
        let devices = assessed(ledger, &[note(key)]).devices;
        devices.iter().filter(|it| it.note.is_some()).count()
    };
    let one = ledger(&[(CHOSEN, &[name]), (OTHER, &[])]);
    assert_eq!(count(&one, "name LAMP"), 1);
    assert_eq!(count(&one, "mac 02:00:5e:00:53:02"), 1);
    assert_eq!(count(&one, "mac 02:00:5e:00:53:09"), 0);
    assert_eq!(count(&ledger(&[(CHOSEN, &[name]), (OTHER, &[name])]), "name lamp"), 0);
}

#[test]
fn a_device_is_told_again_by_its_steadiest_identifier() {
    let usn = (fields::SSDP_USN, "uuid:2f402f80-da50-11e1-9b23::upnp:rootdevice");
    let name = (fields::MDNS_NAME, "lamp");
    steadiest(&[(OWN, &[usn, name])], "mac 00:00:5e:00:53:01");
    steadiest(&[(CHOSEN, &[usn, name])], "uuid 2f402f80-da50-11e1-9b23");
    steadiest(&[(CHOSEN, &[name])], "name lamp");
    steadiest(&[(CHOSEN, &[name]), (OTHER, &[name])], "");
    steadiest(&[(CHOSEN, &[])], "");
}

#[test]
fn types_are_words_of_the_vocabulary() {
    assert_eq!(kind_named("Set Top_Box"), Some("set-top-box"));
    assert_eq!(kind_named("toaster"), None);
}

type Said<'a> = &'a [(Field, &'a str)];

const LAMP: Said<'_> = &[(fields::UPNP_MANUFACTURER, "Acme")];

#[track_caller]
fn steadiest(stations: &[(Mac, Said<'_>)], expected: &str) {
    let found = identifiers_of(&ledger(stations), &Settings::default(), DeviceId(1));
    let first = found.first().map(ToString::to_string).unwrap_or_default();
    assert_eq!(first, expected, "{stations:?}");
}

#[track_caller]
fn check(text: &str, id: Option<&str>) {
    let knowledge = Knowledge::new(pack());
    let found = match brand_named(text, &knowledge) {
        Brands::One(brand) => Some(&*brand.id),
        _ => None,
    };
    assert_eq!(found, id, "{text}");
}

fn brand(text: &str) -> Note {
    Note { brand: Some(text.into()), ..Note::new(Identifier::Mac(OWN), "2026-11-22".into()) }
}

fn noted(note: &Note) -> Device {
    assessed(&ledger(&[(OWN, LAMP)]), std::slice::from_ref(note)).devices[0].clone()
}

fn assessed(ledger: &Ledger, notes: &[Note]) -> crate::Assessment {
    let settings = Settings { notes: notes.to_vec(), ..Settings::default() };
    assess(ledger, &Knowledge::new(pack()), &settings)
}

fn shown(device: &Device) -> String {
    let claims = device.identity.brand.0.iter().map(|it| {
        let id = it.id.as_deref().unwrap_or("-");
        format!("{} {:.2} {id}", it.value, it.confidence.value())
    });
    claims.collect::<Vec<_>>().join(", ")
}

fn ledger(stations: &[(Mac, Said<'_>)]) -> Ledger {
    let mut recorder = Recorder::default();
    let seen = Sighting { at: Timestamp(1), source: SourceId::of("home.pcap"), frame: 7 };
    for (number, (mac, said)) in (10..).zip(stations) {
        let host = Host::new(Some(*mac), Some([192, 168, 1, number].into())).unwrap();
        recorder.observe(host, None, fields::ARP_SENDER, &format!("192.168.1.{number}"), seen);
        for (field, value) in *said {
            recorder.observe(host, None, *field, value, seen);
        }
    }
    recorder.finish()
}

fn pack() -> Pack {
    let mut pack = Pack::default();
    for (id, name, alias) in [("acme", "Acme", "Acme Home"), ("other", "Other Lamps", "Other")] {
        let maker = format!("{id}-co");
        let organisation = Organisation {
            id: maker.as_str().into(),
            name: maker.as_str().into(),
            ..Organisation::default()
        };
        pack.organisations.insert(maker.as_str().into(), organisation);
        let brand = Brand {
            id: id.into(),
            name: name.into(),
            aliases: vec![alias.into()],
            maker: Some(maker.into()),
            ..Brand::default()
        };
        pack.brands.insert(id.into(), brand);
    }
    let tells = Tells { brand: Some("acme".into()), model: Some("A1".into()), ..Tells::default() };
    let fingerprint = Fingerprint {
        id: "acme-upnp".into(),
        field: "upnp.manufacturer".into(),
        matches: Match::Prefix("Acme".into()),
        also: None,
        tells,
        strength: 0.9,
        group: None,
        examples: Vec::new(),
        counterexamples: Vec::new(),
        sources: Vec::new(),
        verified: true,
        note: None,
    };
    pack.fingerprints.insert("acme-upnp".into(), fingerprint);
    pack
}
