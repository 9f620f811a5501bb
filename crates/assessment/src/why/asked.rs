//! What can be asked about, and how it is written.

use std::fmt;

use crate::model::{Assessment, Device, DeviceId, EvidenceId};

/// Something that can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A finding, by its place from 0; written `f1` for the first.
    Finding(usize),
    /// An action, by its place from 0; written `a1` for the first.
    Action(usize),
    /// A piece of evidence: `o12`.
    Evidence(EvidenceId),
    /// All that is said about what a device is: `d2`.
    Device(DeviceId),
    /// One property of a device: `d2.brand`.
    Property(DeviceId, Property),
    /// A destination of a device, counted from 1: `d2.to3`.
    Destination(DeviceId, usize),
    /// An entry of a list that may touch a device, counted from 1: `d2.list1`.
    Listing(DeviceId, usize),
    /// A jurisdiction whose law could reach the companies behind a device, counted from 1: `d2.law1`.
    Exposure(DeviceId, usize),
}

/// A property of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// The name on the box.
    Brand,
    /// The model.
    Model,
    /// The kind of device.
    Type,
    /// The operating system.
    Os,
    /// The firmware's version.
    Firmware,
    /// The maker of its radio module.
    ModuleMaker,
    /// The legal maker.
    Maker,
    /// Who sells it, where another.
    Seller,
    /// Whose name is on it, where that is licensed.
    LicensedFrom,
    /// Who controls the maker.
    Owner,
    /// Who runs its cloud and app.
    PlatformOperator,
    /// Where it stands, as the user noted.
    Room,
    /// What the user calls it.
    Name,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// It is not written like anything that can be asked about.
    #[error(
        "`{text}` is no id: a finding is f1, an action a1, evidence o1, a device d1, one property \
         of it d1.{}, its first destination d1.to1",
        Property::names()
    )]
    NoId {
        /// What was asked.
        text: Box<str>,
    },
    /// There is nothing of that number.
    #[error("there is no {asked} here: {known}")]
    NotHere {
        /// What was asked.
        asked: Asked,
        /// Which ids of that kind there are.
        known: Box<str>,
    },
}

impl Asked {
    /// Reads an id; letters' case does not matter.
    ///
    /// # Errors
    ///
    /// [`NoAnswer::NoId`] for any other text.
    pub fn from_text(text: &str) -> Result<Self, NoAnswer> {
        Self::read(text.trim()).ok_or_else(|| NoAnswer::NoId { text: text.into() })
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (id, part) = match text.split_once('.') {
            Some((id, part)) => (id, Some(part)),
            None => (text.as_str(), None),
        };
        let (kind, number) = id.split_at_checked(1)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match (kind, part) {
            ("f", None) => Some(Self::Finding(place(number)?)),
            ("a", None) => Some(Self::Action(place(number)?)),
            ("o", None) => Some(Self::Evidence(EvidenceId(number.parse().ok()?))),
            ("d", None) => Some(Self::Device(DeviceId(number.parse().ok()?))),
            ("d", Some(part)) => {
                let device = DeviceId(number.parse().ok()?);
                let numbered = |word| part.strip_prefix(word)?.parse().ok();
                if let Some(number) = numbered("to") {
                    Some(Self::Destination(device, number))
                } else if let Some(number) = numbered("list") {
                    Some(Self::Listing(device, number))
                } else if let Some(number) = numbered("law") {
                    Some(Self::Exposure(device, number))
                } else {
                    Some(Self::Property(device, Property::from_name(part)?))
                }
            }
            _ => None,
        }
    }

    /// The answer where this names nothing in `assessment`.
    pub(super) fn missing(self, assessment: &Assessment) -> NoAnswer {
        let count = |kind: char, count: usize| match count {
            0 => "there are none".to_owned(),
            1 => format!("the only one is {kind}1"),
            _ => format!("they are {kind}1 to {kind}{count}"),
        };
        let known = match self {
            Self::Finding(_) => count('f', assessment.findings.len()),
            Self::Action(_) => count('a', assessment.actions.len()),
            Self::Evidence(_) => ends(assessment.evidence.keys()),
            Self::Device(_) | Self::Property(..) => {
                ends(assessment.devices.iter().map(|device| device.id))
            }
            Self::Destination(id, _) => of(assessment, id, "to", |it| it.destinations.len()),
            Self::Listing(id, _) => of(assessment, id, "list", |it| it.listings.len()),
            Self::Exposure(id, _) => of(assessment, id, "law", |it| it.exposure.len()),
        };
        NoAnswer::NotHere { asked: self, known: known.into() }
    }
}

/// Which numbered parts of a device there are.
fn of(
    assessment: &Assessment,
    id: DeviceId,
    word: &str,
    count: impl Fn(&Device) -> usize,
) -> String {
    let device = assessment.devices.iter().find(|device| device.id == id);
    match device.map(count) {
        None => ends(assessment.devices.iter().map(|device| device.id)),
        Some(0) => "there is none of this device".to_owned(),
        Some(count) => format!("they are {id}.{word}1 to {id}.{word}{count}"),
    }
}

/// The place from 0 of what is numbered from 1.
fn place(number: &str) -> Option<usize> {
    number.parse::<usize>().ok()?.checked_sub(1)
}

fn ends<T: fmt::Display>(ids: impl IntoIterator<Item = T>) -> String {
    let mut ids = ids.into_iter();
    match (ids.next(), ids.last()) {
        (None, _) => "there are none".into(),
        (Some(only), None) => format!("the only one is {only}"),
        (Some(first), Some(last)) => format!("they are {first} to {last}"),
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finding(index) => write!(f, "f{}", index + 1),
            Self::Action(index) => write!(f, "a{}", index + 1),
            Self::Evidence(id) => id.fmt(f),
            Self::Device(id) => id.fmt(f),
            Self::Property(id, property) => write!(f, "{id}.{}", property.name()),
            Self::Destination(id, number) => write!(f, "{id}.to{number}"),
            Self::Listing(id, number) => write!(f, "{id}.list{number}"),
            Self::Exposure(id, number) => write!(f, "{id}.law{number}"),
        }
    }
}

impl Property {
    /// Every property, in the order they are told.
    pub const ALL: [Self; 13] = [
        Self::Brand,
        Self::Model,
        Self::Type,
        Self::Os,
        Self::Firmware,
        Self::ModuleMaker,
        Self::Maker,
        Self::Seller,
        Self::LicensedFrom,
        Self::Owner,
        Self::PlatformOperator,
        Self::Room,
        Self::Name,
    ];

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Model => "model",
            Self::Type => "type",
            Self::Os => "os",
            Self::Firmware => "firmware",
            Self::ModuleMaker => "module_maker",
            Self::Maker => "maker",
            Self::Seller => "seller",
            Self::LicensedFrom => "licensed_from",
            Self::Owner => "owner",
            Self::PlatformOperator => "platform_operator",
            Self::Room => "room",
            Self::Name => "name",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.name() == name.replace('-', "_"))
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join("|")
    }
}
