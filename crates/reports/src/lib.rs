//! What an assessment looks like outside the program: one file per output format.
//!
//! Formats only arrange what [`assessment::Assessment`] says; they decide nothing. A new one is a
//! file in `formats/` and a line in its list.
//!
//! **Invariants.** This crate opens no file and asks for no time: it writes to what the caller
//! passes. A document of any size is written piece by piece, never built whole in memory, but for
//! the page, which is bounded by [`Options::limits`]. Every text of unknown origin goes through
//! [`escape`] on its way out. The same assessment and options give the same bytes.

pub mod comply;
pub mod entries;
pub mod escape;
pub mod formats;
pub mod identify;
pub mod ids;
pub mod label;
pub mod letter;
pub mod lookup;
pub mod page;
pub mod pictures;
pub mod plan;
pub mod records;
pub mod why;
pub mod wording;

mod careful;
mod compact;
mod countries;
mod gaps;
mod layout;
mod summary;
mod terms;
mod view;

use std::num::NonZero;

pub use countries::code_of as country_code;
pub use formats::pieces;
pub use view::SCHEMA;

/// How to write, where a format leaves a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The program's version, for documents that say what made them.
    pub generated_by: Box<str>,
    /// Columns of the terminal; text is never wider, and never wider than [`Options::WIDEST`].
    pub width: usize,
    /// Whether text may carry colours.
    pub colour: Colour,
    /// Whether JSON is indented for people.
    pub pretty: bool,
    /// How much the formats made for people show of a large network.
    pub limits: Limits,
    /// How many threads write a long document; its bytes are the same whatever their number.
    pub workers: NonZero<usize>,
}

/// Whether to colour text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    #[default]
    Never,
    /// ANSI escape sequences around some words; colour never carries meaning alone.
    Always,
}

/// How much the formats made for people show. All of it is in JSON, NDJSON and CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// With more devices than this, text is a summary.
    pub devices: usize,
    /// Devices described one by one in a summary: those with the worst findings.
    pub summary_devices: usize,
    /// Findings shown in a summary.
    pub summary_findings: usize,
    /// Destinations of one device in text.
    pub destinations: usize,
    /// Devices described one by one on a page.
    pub page_devices: usize,
    /// Destinations of one device on a page.
    pub page_destinations: usize,
}

impl Options {
    /// The widest that text is set, in columns: longer lines are hard to read.
    pub const WIDEST: usize = 100;

    /// The narrowest that text is set; terminals below that wrap the lines.
    pub const NARROWEST: usize = 60;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            generated_by: env!("CARGO_PKG_VERSION").into(),
            width: Self::WIDEST,
            colour: Colour::Never,
            pretty: false,
            limits: Limits::default(),
            workers: NonZero::<usize>::MIN,
        }
    }
}

/// Our choice: a home, an office or a school floor is shown whole.
impl Default for Limits {
    fn default() -> Self {
        Self {
            devices: 200,
            summary_devices: 40,
            summary_findings: 40,
            destinations: 12,
            page_devices: 500,
            page_destinations: 50,
        }
    }
}
