//! Changes in words: for pages, messages and programs alike.

use evidence::Timestamp;

use crate::Change;

/// How what is in a change is written: the caller's, for this crate knows no countries' names.
#[derive(Clone, Copy, Debug)]
pub struct Tongue {
    /// A country, by its code.
    pub country: fn(&str) -> &str,
    /// A moment.
    pub moment: fn(Timestamp) -> String,
    /// A number.
    pub number: fn(u64) -> String,
}

impl Change {
    /// Its kind, as other programs read it: the word it is stored under.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NewDevice => "new-device",
            Self::DeviceBack { .. } => "device-back",
            Self::Joined { .. } => "joined",
            Self::NewCountry { .. } => "new-country",
            Self::NewOrganisation { .. } => "new-organisation",
            Self::NewFinding { .. } => "new-finding",
            Self::FindingGone { .. } => "finding-gone",
            Self::StepVerified { .. } => "step-verified",
            Self::StepCameBack { .. } => "step-came-back",
            Self::NewFirmware { .. } => "new-firmware",
            Self::ListingChanged { .. } => "listing-changed",
            Self::LawChanged { .. } => "law-changed",
            Self::SilentSensor { .. } => "silent-sensor",
            Self::SensorHeard => "sensor-heard",
            Self::Gap { .. } => "gap",
            Self::ClockSetBack { .. } => "clock-set-back",
            Self::Repaired { .. } => "repaired",
            Self::BudgetFull { .. } => "budget-full",
            Self::Erased => "erased",
            Self::Unknown => "unknown",
        }
    }

    /// What kind of thing happened, in words that tell nothing else.
    #[must_use]
    pub const fn general(&self) -> &'static str {
        match self {
            Self::NewDevice => "seen for the first time",
            Self::DeviceBack { .. } => "back after a long time",
            Self::Joined { .. } => "told to be the same as another",
            Self::NewCountry { .. } => "talks with a country that is new to it",
            Self::NewOrganisation { .. } => "talks with an organisation that is new to it",
            Self::NewFinding { .. } => "new finding",
            Self::FindingGone { .. } => "finding not seen any more",
            Self::StepVerified { .. } => "step of the plan done",
            Self::StepCameBack { .. } => "step of the plan to be done again",
            Self::NewFirmware { .. } => "other firmware",
            Self::ListingChanged { .. } => "a list says something else of it",
            Self::LawChanged { .. } => "a law that could reach a company behind it changed",
            Self::SilentSensor { .. } => "sensor is silent",
            Self::SensorHeard => "sensor is heard of again",
            Self::Gap { .. } => "nobody was watching for a while",
            Self::ClockSetBack { .. } => "the clock of the computer was set back",
            Self::Repaired { .. } => "the memory of Houseguest was mended",
            Self::BudgetFull { .. } => "no room for older history",
            Self::Erased => "a device was erased, as you wished",
            Self::Unknown => "something that this version has no words for",
        }
    }

    /// All of it, to be read after its device's name. Untrusted where devices say it.
    #[must_use]
    pub fn sentence(&self, tongue: Tongue) -> String {
        let moment = |seconds: u64| (tongue.moment)(Timestamp::from_parts(seconds, 0));
        match self {
            Self::DeviceBack { last_seen } => {
                format!("back; it was last seen {}", moment(*last_seen))
            }
            Self::NewCountry { country } => {
                format!("talks with servers in {} for the first time", (tongue.country)(country))
            }
            Self::NewOrganisation { name, .. } => format!("talks with {name} for the first time"),
            Self::NewFinding { title, severity, .. } => {
                format!("new finding ({severity}): {title}")
            }
            Self::FindingGone { title, .. } => format!("not seen any more: {title}"),
            Self::StepVerified { text, .. } => format!("done: {text}"),
            Self::StepCameBack { text, .. } => format!("to be done again: {text}"),
            Self::NewFirmware { from, to } => format!("its firmware was {from} and is {to}"),
            Self::ListingChanged { name, to, .. } => match to {
                Some(to) => format!("the list {name} now says of it: {to}"),
                None => format!("the list {name} says nothing of it any more"),
            },
            Self::LawChanged { law, jurisdiction, reaches } => {
                let reaches = if *reaches { "could now reach" } else { "can no longer reach" };
                format!("{} ({law}) {reaches} a company behind it", (tongue.country)(jurisdiction))
            }
            Self::SilentSensor { last_seen } => format!("silent since {}", moment(*last_seen)),
            Self::Gap { from, to } => {
                format!("nobody was watching from {} to {}", moment(*from), moment(*to))
            }
            Self::Repaired { what } => format!("the memory of Houseguest was mended: {what}"),
            Self::BudgetFull { rows } => {
                format!("no room: {} of the oldest rows were dropped", (tongue.number)(*rows))
            }
            other => other.general().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Tongue = Tongue {
        country: |_| "Somewhere",
        moment: |at| at.seconds().to_string(),
        number: |number| number.to_string(),
    };

    #[test]
    fn every_change_is_known_by_the_word_it_is_stored_under_and_has_words() {
        let text = || "text".into();
        for change in [
            Change::NewDevice,
            Change::DeviceBack { last_seen: 7 },
            Change::Joined { other: 1 },
            Change::NewCountry { country: "DE".into() },
            Change::NewOrganisation { organisation: text(), name: text() },
            Change::NewFinding { rule: text(), title: text(), severity: text() },
            Change::FindingGone { rule: text(), title: text() },
            Change::StepVerified { step: 1, text: text() },
            Change::StepCameBack { step: 1, text: text() },
            Change::NewFirmware { from: text(), to: text() },
            Change::ListingChanged {
                list: text(),
                name: text(),
                entry: text(),
                from: None,
                to: None,
            },
            Change::LawChanged { law: text(), jurisdiction: "DE".into(), reaches: true },
            Change::SilentSensor { last_seen: 7 },
            Change::SensorHeard,
            Change::Gap { from: 7, to: 8 },
            Change::ClockSetBack { from: 8, to: 7 },
            Change::Repaired { what: text() },
            Change::BudgetFull { rows: 3 },
            Change::Erased,
        ] {
            let stored = serde_json::to_value(&change).unwrap();
            assert_eq!(stored["kind"], change.kind());
            let (general, sentence) = (change.general(), change.sentence(PLAIN));
            assert!(!general.is_empty() && !sentence.is_empty());
            assert!(!general.contains("text"), "{general}");
            let tells = stored.as_object().unwrap().values().any(|it| it == "text");
            assert_eq!(tells, sentence.contains("text"), "{sentence}");
        }
    }

    #[test]
    fn what_is_untold_is_said_in_the_readers_words() {
        let country = Change::NewCountry { country: "DE".into() };
        assert_eq!(country.sentence(PLAIN), "talks with servers in Somewhere for the first time");
        let gap = Change::Gap { from: 7, to: 9 };
        assert_eq!(gap.sentence(PLAIN), "nobody was watching from 7 to 9");
    }
}
