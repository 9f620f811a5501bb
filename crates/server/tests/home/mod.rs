//! Homes to be shown: the built-in one, an empty one, one behind a password, a hostile one.

use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

use assessment::{
    Assessment, Settings, assess,
    model::{Claim, Confidence, Noted},
};
use evidence::{Ledger, Limits, Recorder, Timestamp};
use household::{GuestId, Household, UserNote};
use knowledge::{Knowledge, Pack};
use packets::{Dissector, Frame, LinkType};
use reports::Options;
use scenarios::Scenario;
use server::{Ear, Gate, Hint, House, Keys, Known, Present, fresh_token};

/// The host that requests are for.
pub(crate) const HOST: &str = "127.0.0.1:8420";

pub(crate) struct Home;

impl Home {
    pub(crate) fn sample() -> House {
        showing(gate(Keys::default()), assessment().clone()).of_sample()
    }

    pub(crate) fn empty() -> House {
        House::new(Knowledge::new(pack().clone()), Options::default(), gate(Keys::default()))
    }

    /// The same, from which the sample home can be visited.
    pub(crate) fn empty_beside_the_sample() -> House {
        let hint = Hint { says: "Here is what to type.".to_owned(), ..Hint::default() };
        let sample = |gate| {
            let house = House::new(Knowledge::new(pack().clone()), Options::default(), gate);
            house.publish(Present { assessment: assessment().clone(), ..Present::default() });
            Some(house.of_sample())
        };
        Self::empty().advising(vec![hint]).showing(Box::new(sample))
    }

    pub(crate) fn guarded() -> House {
        showing(gate(keys()), assessment().clone())
    }

    pub(crate) fn guarded_with_token() -> (House, String) {
        let (mut keys, token) = (keys(), fresh_token().unwrap());
        keys.add_token("test", &token).unwrap();
        (showing(gate(keys), assessment().clone()), token)
    }

    /// The sample home with a memory, and the key of one of its devices.
    pub(crate) fn remembering() -> (House, String) {
        Self::remembering_what(|_, _| {})
    }

    /// The same, after its user said something of that device.
    pub(crate) fn remembering_what(say: impl Fn(&mut Household, GuestId)) -> (House, String) {
        let assessment = assessment().clone();
        let key = Present::key(assessment.devices.first().unwrap());
        let mut household = Household::in_memory().unwrap();
        let now = Timestamp::from_parts(1_775_000_000, 0);
        let remembered = household.remember(&assessment, now).unwrap();
        say(&mut household, *remembered.devices.values().next().unwrap());
        let devices = household.devices().unwrap().into_iter().map(|it| (it.id, it)).collect();
        let events = household.events(Timestamp(0), 100).unwrap();
        let plan = household.plan().unwrap();
        let known = Known::new(&assessment, &remembered.devices, devices, events, plan);
        let knowledge = Knowledge::new(pack().clone());
        let house = House::new(knowledge, Options::default(), gate(Keys::default()));
        let house = house.remembering(household);
        house.publish(Present { assessment, known, ..Present::default() });
        (house, key)
    }

    /// The sample home whose every text from a device is an attack.
    pub(crate) fn hostile() -> House {
        let mut assessment = assessment().clone();
        for (number, device) in assessment.devices.iter_mut().enumerate() {
            let attack = attack(number);
            device.names = [attack.clone(), attack.clone()].into();
            let identity = &mut device.identity;
            for claims in [&mut identity.model, &mut identity.firmware, &mut identity.os] {
                for claim in &mut claims.0 {
                    claim.value.clone_from(&attack);
                }
                let reasons = identity.brand.0.first().map(|it| it.reasons.clone());
                if let Some(reasons) = reasons.filter(|_| claims.0.is_empty()) {
                    let (value, confidence) = (attack.clone(), Confidence::new(0.9));
                    claims.0 = [Claim { value, id: None, confidence, reasons }].into();
                }
            }
            for to in &mut device.destinations {
                to.name.clone_from(&attack);
                to.operator = Some((*attack).into());
            }
        }
        for source in &mut assessment.sources {
            source.name = attack(0);
        }
        let evidence = assessment.evidence.iter().next().map(|(id, _)| id).unwrap();
        for (number, device) in assessment.devices.iter_mut().enumerate().skip(1).step_by(2) {
            let text = Some(attack(number));
            let (name, room) = (text.clone().filter(|_| number % 4 == 1), text);
            let (on, key, says) = ("2026-03-14".into(), attack(number), attack(number));
            device.note = Some(Box::new(Noted { on, key, says, room, name, evidence }));
        }
        let mut household = Household::in_memory().unwrap();
        let now = Timestamp::from_parts(1_775_000_000, 0);
        let remembered = household.remember(&assessment, now).unwrap();
        for guest in remembered.devices.values() {
            let text = Some(attack(3));
            let note =
                UserNote { name: text.clone(), room: text.clone(), text, ..UserNote::default() };
            household.set_note(*guest, &note).unwrap();
        }
        let house = Self::empty().remembering(household);
        let known = house.memory(|household| {
            let devices = household.devices().unwrap().into_iter().map(|it| (it.id, it)).collect();
            let events = household.events(Timestamp(0), 100).unwrap();
            let plan = household.plan().unwrap();
            Known::new(&assessment, &remembered.devices, devices, events, plan)
        });
        let ears = vec![Ear { name: attack(3), failure: Some(attack(3)), ..Ear::default() }];
        let (known, trouble) = (known.unwrap(), Some(attack(3)));
        house.publish(Present { assessment, known, ears, trouble, ..Present::default() });
        house
    }
}

fn attack(number: usize) -> Box<str> {
    let long = "A".repeat(if number == 3 { 10_000 } else { 3 });
    format!(
        "<script>alert({number})</script>\"'><img src=x onerror=x\">\u{1b}[31m\u{202e}gnp\u{200b}&{long}"
    )
    .into()
}

fn showing(gate: Gate, assessment: Assessment) -> House {
    let house = House::new(Knowledge::new(pack().clone()), Options::default(), gate);
    house.publish(Present { assessment, ..Present::default() });
    house
}

fn gate(keys: Keys) -> Gate {
    Gate::new(keys, "127.0.0.1".parse().unwrap(), Vec::new()).unwrap()
}

fn keys() -> Keys {
    let mut keys = Keys::default();
    keys.set_password("correct horse").unwrap();
    keys
}

pub(crate) fn assessment() -> &'static Assessment {
    static ASSESSMENT: OnceLock<Assessment> = OnceLock::new();

    ASSESSMENT.get_or_init(|| {
        let settings = Settings { residence: Some("US-CA".into()), ..Settings::default() };
        assess(&ledger(), &Knowledge::new(pack().clone()), &settings)
    })
}

fn ledger() -> Ledger {
    let mut dissector = Dissector::new(&packets::Settings::default());
    let mut recorder = Recorder::new(Limits::default());
    dissector.begin_source(&mut recorder, "demo");
    let home = Scenario::parse(scenarios::DEMO).unwrap();
    for (frame, number) in home.frames(1).zip(1_u64..) {
        let frame = Frame {
            number,
            at: Timestamp(frame.at),
            link: LinkType::ETHERNET,
            wire_length: u32::try_from(frame.bytes.len()).unwrap(),
            bytes: &frame.bytes,
        };
        dissector.observe(&mut recorder, &frame);
    }
    dissector.end_source(&mut recorder);
    recorder.finish()
}

/// The repository's pack.
fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();

    PACK.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
        let mut files = BTreeMap::new();
        gather(&root, &root, &mut files);
        knowledge::load(files).unwrap()
    })
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.insert(name.replace('\\', "/"), text);
        }
    }
}
