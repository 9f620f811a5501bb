//! What `lookup`, `label` and `letter` can be asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use knowledge::kinds::Ask;

use super::{Judging, day, residence};

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  houseguest knowledge show                      how many facts of each kind, how many verified
  houseguest knowledge show policies             one kind
  houseguest knowledge show law CN               a state's access laws, on one schema for all
  houseguest knowledge show org BRAND            a company: owners, brands, links, lists, incidents
  houseguest knowledge show list us-fcc-covered  a list: what it restricts and what not, entries, acts
  houseguest knowledge show telnet-login         any entry by its id, with its sources
  houseguest knowledge show 00:00:5e:00:53:01    who registered that address's prefix";

pub(super) const LOOKUP_EXAMPLES: &str = "\
Examples:
  houseguest lookup BRAND                        who is behind a brand, and what is known of it
  houseguest lookup BRAND MODEL --residence US-CA
  houseguest lookup 2ABCD-CAMC1                  the FCC ID on a label, or its first signs
  houseguest lookup 4006381333931                a barcode
  houseguest lookup BRAND --as-of 2025-06-01     as things stood on that day
  houseguest lookup BRAND MODEL --format html -o page.html

Only exact names are taken for an answer; similar ones are offered.
Exit codes: 0 something was found, 1 nothing was, 2 wrong usage.";

pub(super) const LABEL_EXAMPLES: &str = "\
Examples:
  houseguest label BRAND MODEL                   two layers: a glance, then details
  houseguest label BRAND MODEL --format svg -o label.svg
  houseguest label --device d3 home.pcap --format html -o label.html
                                                 declared beside observed, for a device in a capture";

pub(super) const LETTER_EXAMPLES: &str = "\
Examples:
  houseguest letter BRAND --residence DE         ask for a copy of the data
  houseguest letter 'BRAND MODEL' --residence US-CA --ask deletion
  houseguest letter d3 home.pcap --residence US-CA --ask opt-out
                                                 with the destinations that device was seen to talk with";

/// What to look up, from where and as of when.
#[derive(Debug, Args)]
pub(crate) struct Lookup {
    /// A brand, a model, both, a company, an FCC ID, a barcode or a domain.
    #[arg(required = true, value_name = "TEXT")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) view: View,
    /// Tell all as text: every clause, every law whole, every source. The other formats always do.
    #[arg(long)]
    pub(crate) full: bool,
    /// How to write the answer.
    #[arg(short, long, value_enum, default_value_t = AnswerFormat::Text)]
    pub(crate) format: AnswerFormat,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// From where and as of when something is looked at.
#[derive(Debug, Args)]
pub(crate) struct View {
    /// Which lists and standards are marked as yours; `houseguest knowledge show policies` lists policies.
    #[arg(long, default_value = "inform-only", value_name = "POLICY", env = "HOUSEGUEST_POLICY")]
    pub(crate) policy: String,
    /// Where you live, as ISO 3166 (US-CA, DE): adds what you may ask there.
    #[arg(long, value_name = "PLACE", value_parser = residence, env = "HOUSEGUEST_RESIDENCE")]
    pub(crate) residence: Option<String>,
    /// The day as of which owners, lists and laws are stated, as 2026-11-22; today if not given.
    #[arg(long, value_name = "DATE", value_parser = day, env = "HOUSEGUEST_AS_OF")]
    pub(crate) as_of: Option<String>,
}

/// What to draw a label of.
#[derive(Debug, Args)]
pub(crate) struct Label {
    /// A brand and model; with --device, the sources it is in (the built-in home if none).
    #[arg(value_name = "TEXT|SOURCE", required_unless_present = "device")]
    pub(crate) words: Vec<String>,
    /// A device of a report, such as d3.
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<String>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// How to draw it.
    #[arg(short, long, value_enum, default_value_t = LabelFormat::Text)]
    pub(crate) format: LabelFormat,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Which letter to write.
#[derive(Debug, Args)]
pub(crate) struct Letter {
    /// A brand, a brand and model, a company; or a device of a report, such as d3.
    #[arg(value_name = "BRAND|DEVICE")]
    pub(crate) about: String,
    /// With a device: the sources it is in; the built-in home if none.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// What to ask.
    #[arg(long, value_enum, default_value_t = Asking::Access)]
    pub(crate) ask: Asking,
    /// Whether the letter names the device's addresses and names, by which the company can tell it.
    #[arg(long, value_enum, default_value_t = Identifiers::No)]
    pub(crate) identifiers: Identifiers,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// How to write it.
    #[arg(short, long, value_enum, default_value_t = LetterFormat::Text)]
    pub(crate) format: LetterFormat,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// Words for a terminal.
    Text,
    /// One JSON document for programs.
    Json,
    /// One page to read, print or send.
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelFormat {
    /// Words for a terminal.
    Text,
    /// A picture.
    Svg,
    /// One page with the picture and its text.
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LetterFormat {
    /// Plain text.
    Text,
    /// One page to print.
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Identifiers {
    /// Nothing that tells this device from others of its model.
    No,
    /// Its link-layer addresses and the names it goes by.
    Yes,
}

/// What a letter can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asking {
    /// Which data are held, and a copy.
    Access,
    /// That data be deleted.
    Deletion,
    /// That data be corrected.
    Correction,
    /// That data not be sold, shared or used for advertising.
    OptOut,
    /// The data in a form to take along.
    Portability,
    /// What is done with data, by whom, where.
    Information,
    /// That an authority look into it.
    Complaint,
    /// Repair, replacement or the money back.
    Remedy,
}

impl Asking {
    /// As the pack has it.
    pub(crate) const fn ask(self) -> Ask {
        match self {
            Self::Access => Ask::Access,
            Self::Deletion => Ask::Deletion,
            Self::Correction => Ask::Correction,
            Self::OptOut => Ask::OptOut,
            Self::Portability => Ask::Portability,
            Self::Information => Ask::Information,
            Self::Complaint => Ask::Complaint,
            Self::Remedy => Ask::Remedy,
        }
    }
}

/// What of the pack to show.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A kind, an id, a name, a kind and one of these, a domain or a MAC address; how much the pack
    /// holds if not given.
    #[arg(value_name = "TEXT")]
    pub(crate) words: Vec<String>,
    /// The day as of which it is shown, as 2026-11-22; today if not given.
    #[arg(long, value_name = "DATE", value_parser = day, env = "HOUSEGUEST_AS_OF")]
    pub(crate) as_of: Option<String>,
    /// How to show it.
    #[arg(short, long, value_enum, default_value_t = EntryFormat::Text)]
    pub(crate) format: EntryFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EntryFormat {
    /// Words for a terminal.
    Text,
    /// One JSON document for programs.
    Json,
}
