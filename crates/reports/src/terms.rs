//! Words for what the pack and a dossier say by a term of their own.

use assessment::{
    Applies,
    dossier::{About, Part},
};
use knowledge::kinds::{
    Ask, EntryKind, LawSubject, LinkKind, Observable, Scope, Sensor, Standing, Status,
};

use crate::countries;

/// A place by its name, with the region's code where one is meant: `United States (US-CA)`.
pub(crate) fn place(code: &str) -> String {
    match code.split_once('-') {
        Some((country, _)) => format!("{} ({code})", countries::name(country)),
        None => countries::name(code).to_owned(),
    }
}

/// What part somebody has.
pub(crate) const fn part(part: Part) -> &'static str {
    match part {
        Part::Brand => "Brand",
        Part::Maker => "Maker",
        Part::MadeBy => "Made for it by",
        Part::Seller => "Seller",
        Part::Licensor => "Name owned by",
        Part::Platform => "Cloud and app",
        Part::Operator => "Cloud run by",
        Part::Module => "Module maker",
        Part::Owner => "Owner",
        Part::Company => "Company",
    }
}

/// The same of a company, in the middle of a sentence.
pub(crate) const fn role(part: Part) -> &'static str {
    match part {
        Part::Maker | Part::MadeBy => "its maker",
        Part::Seller => "its seller",
        Part::Operator => "runs its cloud",
        Part::Module => "makes its module",
        Part::Owner => "an owner",
        Part::Licensor => "owns its name",
        Part::Brand | Part::Platform | Part::Company => "the company",
    }
}

/// What a device can sense, as an object of "can sense".
pub(crate) const fn sensor(sensor: Sensor) -> &'static str {
    match sensor {
        Sensor::Camera => "pictures (camera)",
        Sensor::Microphone => "sound (microphone)",
        Sensor::Location => "where somebody is (location)",
        Sensor::Presence => "whether somebody is there (presence)",
        Sensor::Map => "the shape of rooms (map)",
        Sensor::Screen => "what is on its screen",
        Sensor::Body => "measures of a body",
        Sensor::Use => "use of electricity, heat or water",
        _ => "something else",
    }
}

/// The same in a word.
pub(crate) const fn sensor_word(sensor: Sensor) -> &'static str {
    match sensor {
        Sensor::Camera => "camera",
        Sensor::Microphone => "microphone",
        Sensor::Location => "location",
        Sensor::Presence => "presence",
        Sensor::Map => "map of rooms",
        Sensor::Screen => "screen contents",
        Sensor::Body => "body measures",
        Sensor::Use => "energy or water use",
        _ => "other",
    }
}

/// What kind of statement something is.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Fact => "on record",
        Standing::Finding => "found by technical means",
        Standing::Allegation => "alleged, not ruled on",
        Standing::Disputed => "contested by its subject",
        Standing::Possibility => "a possibility, not an event",
        _ => "of another kind",
    }
}

/// Whether something is in force.
pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::InForce => "in force",
        Status::Paused => "suspended for a time",
        Status::Proposed => "proposed, not adopted",
        Status::Adopted => "adopted, not yet in force",
        Status::Pending => "before a court or an authority",
        Status::Settled => "settled",
        Status::Superseded => "replaced by a later act",
        Status::Ended => "ended",
        _ => "status not known",
    }
}

/// What kind of link.
pub(crate) const fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::PublicHolding => "Public holding",
        LinkKind::PartyOrganisation => "Party body",
        LinkKind::PublicOffice => "Public office",
        LinkKind::Subsidy => "Subsidy",
        LinkKind::GovernmentContract => "Public contract",
        LinkKind::StateProgramme => "State programme",
        LinkKind::ControllingPerson => "Who controls it",
        LinkKind::OwnershipForm => "Legal form",
        _ => "Other",
    }
}

/// What a law is about.
pub(crate) const fn subject(subject: LawSubject) -> &'static str {
    match subject {
        LawSubject::Access => "access",
        LawSubject::Capability => "capability",
        LawSubject::Vulnerabilities => "flaws",
        LawSubject::Localisation => "data location",
        LawSubject::Company => "company law",
        LawSubject::Protection => "protection",
        _ => "other",
    }
}

/// What may be asked.
pub(crate) const fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Access => "access",
        Ask::Deletion => "deletion",
        Ask::Correction => "correction",
        Ask::OptOut => "opt-out",
        Ask::Portability => "portability",
        Ask::Information => "information",
        Ask::Complaint => "complaint",
        Ask::Remedy => "remedy",
        _ => "something else",
    }
}

/// How a clause can be tested.
pub(crate) const fn observable(observable: Observable) -> &'static str {
    match observable {
        Observable::Passively => "traffic can show it",
        Observable::Actively => "asking the device can show it",
        Observable::Desk => "a published text can show it",
        _ => "nothing on a network shows it",
    }
}

/// How an incident concerns what was asked for.
pub(crate) const fn about(about: About) -> &'static str {
    match about {
        About::ThisModel => "names this model",
        About::ThisBrand => "about this brand",
        About::Platform => "about its cloud and app",
        About::OtherModels => "about other models of the brand",
        About::Company => "about another product of the company",
    }
}

/// Whether a list touches something.
pub(crate) const fn applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "yes",
        Applies::No => "no",
        Applies::Unknown => "unknown",
    }
}

/// What somebody has in the company called `held`, to stand after the owner's name.
pub(crate) fn holding(share: Option<&str>, held: &str) -> String {
    match share {
        None => format!("a share not recorded of {held}"),
        Some("subsidiary") => format!("parent company of {held}"),
        Some("controlling" | "control") => format!("in control of {held}"),
        Some("affiliate") => format!("an affiliate of {held}"),
        Some(kin @ ("majority" | "minority")) => format!("a {kin} of {held}"),
        Some(share) => format!("{share} of {held}"),
    }
}

/// What an entry names.
pub(crate) const fn entry_kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Entity => "a company",
        EntryKind::Category => "a category of products",
        EntryKind::Module => "a part inside products",
        _ => "something else",
    }
}

/// Whom of a group an entry reaches.
pub(crate) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Named => "only the company named",
        Scope::Affiliates => "its subsidiaries and affiliates too",
        Scope::HalfOwned => "companies it holds at least half of too",
        _ => "others too",
    }
}

/// `since 2022`, `2010 to 2022`, `until 2022`; empty where no day is known.
pub(crate) fn time(from: Option<&str>, to: Option<&str>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => String::new(),
    }
}
