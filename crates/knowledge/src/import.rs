//! Registers that people bring: from their publishers' files to entries of a pack.
//!
//! Each makes a small pack to be laid over the program's own ([`Pack::overlaid`]). A row that cannot
//! be read is counted and told by its line, never passed over in silence; a file that is no such
//! register at all is refused.

mod addresses;
mod flaws;
mod prefixes;
mod screening;

use serde::Serialize;
use thiserror::Error;

use crate::kinds::{Date, Grade, Pack, Source};

/// The registers that can be brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Register {
    /// The registration authority's list of MAC prefixes, as CSV (`oui.csv`, `mam.csv`, `oui36.csv`).
    Ieee,
    /// A table of addresses in `MaxMind`'s format: by system or by country.
    Mmdb,
    /// The Consolidated Screening List of the United States, as CSV or JSON.
    Screening,
    /// The catalogue of flaws known to be exploited, as JSON.
    Kev,
    /// Likelihoods of exploitation (EPSS), as CSV.
    Epss,
    /// The vulnerability database's records, as JSON of its interface version 2.0.
    Nvd,
}

impl Register {
    /// All of them, by the word that names each.
    pub const ALL: [(&'static str, Self); 6] = [
        ("ieee", Self::Ieee),
        ("mmdb", Self::Mmdb),
        ("screening", Self::Screening),
        ("kev", Self::Kev),
        ("epss", Self::Epss),
        ("nvd", Self::Nvd),
    ];

    /// What its publisher calls it, and who that is.
    const fn published(self) -> (&'static str, &'static str) {
        match self {
            Self::Ieee => ("MAC prefix assignments", "IEEE Registration Authority"),
            Self::Mmdb => ("Table of address blocks", "the file's maker"),
            Self::Screening => {
                ("Consolidated Screening List", "International Trade Administration")
            }
            Self::Kev => ("Known Exploited Vulnerabilities Catalog", "CISA"),
            Self::Epss => ("Exploit Prediction Scoring System", "FIRST"),
            Self::Nvd => ("National Vulnerability Database", "NIST"),
        }
    }
}

/// What a register gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Its entries.
    pub pack: Pack,
    /// How many rows became entries.
    pub rows: usize,
    /// The first rows that could not be read: line or place, and why.
    pub bad: Vec<(usize, &'static str)>,
    /// How many those are in all.
    pub bad_rows: usize,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is not the register it was said to be.
    #[error("this is not such a register: {0}")]
    Foreign(String),
    /// It holds more than a pack can.
    #[error("it has more than {0} rows")]
    TooLarge(usize),
}

/// Rows taken from one file; our choice, several times what the largest register has.
const MOST_ROWS: usize = 4_000_000;
/// Bad rows told one by one.
const MOST_TOLD: usize = 20;

/// Reads `bytes` as the file of `register`, of which the user got hold on `day`.
///
/// # Arguments
///
/// * `base`: the pack it will be laid over; its companies' whole names are matched.
///
/// # Errors
///
/// [`ImportError`] if it is no such register, or too large. Single bad rows are counted instead.
pub fn import(
    register: Register,
    bytes: &[u8],
    day: &str,
    base: &Pack,
) -> Result<Imported, ImportError> {
    let source = source(register, day);
    let mut imported = match register {
        Register::Ieee => prefixes::read(bytes)?,
        Register::Mmdb => addresses::read(bytes)?,
        Register::Screening => screening::read(bytes, &source.id, base)?,
        Register::Kev => flaws::exploited(bytes, &source.id)?,
        Register::Epss => flaws::likelihoods(bytes, &source.id)?,
        Register::Nvd => flaws::records(bytes, &source.id)?,
    };
    imported.pack.sources.insert(source.id.clone(), source);
    Ok(imported)
}

fn source(register: Register, day: &str) -> Source {
    let (title, issuer) = register.published();
    let word = Register::ALL.iter().find(|(_, it)| *it == register).map_or("", |(word, _)| *word);
    let day: Date = day.into();
    Source {
        id: format!("user-{word}").into(),
        title: format!("{title}, the user's copy").into(),
        issuer: issuer.into(),
        date: None,
        url: format!("file:{word}").into(),
        grade: Grade::Primary,
        read: Some(day),
    }
}

impl Imported {
    /// Counts a row that cannot be read.
    fn refuse(&mut self, place: usize, why: &'static str) {
        self.bad_rows += 1;
        if self.bad.len() < MOST_TOLD {
            self.bad.push((place, why));
        }
    }

    /// Counts a row that became an entry.
    fn take(&mut self) -> Result<(), ImportError> {
        self.rows += 1;
        if self.rows > MOST_ROWS { Err(ImportError::TooLarge(MOST_ROWS)) } else { Ok(()) }
    }
}

/// A comma-separated table's columns by name; refuses one that lacks some of `wanted`.
fn columns<const N: usize>(
    heads: &csv::StringRecord,
    wanted: [&str; N],
) -> Result<[usize; N], ImportError> {
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(wanted) {
        *place = heads
            .iter()
            .position(|it| it.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(name))
            .ok_or_else(|| ImportError::Foreign(format!("there is no column `{name}`")))?;
    }
    Ok(places)
}

#[cfg(test)]
mod tests;
