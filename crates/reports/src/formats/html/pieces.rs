//! Pieces of the HTML report for faces that make pages of their own: the same words, maps and chips
//! everywhere.
//!
//! Citations lead to `#s-ID`: a page made of these ends with [`sources`]. [`behind`] links laws as
//! `/laws#law-CODE`: a site with it has a page at `/laws` with [`laws`].

use std::collections::BTreeSet;

use assessment::{
    Assessment,
    model::{Action, Device, Finding},
};
use knowledge::kinds::{Id, Law, Severity};
use maud::Markup;

use super::{finding, map, standing};
use crate::{
    countries, gaps, summary,
    summary::{Flows, Summary},
};

/// The stylesheet that goes with the pieces.
pub const STYLE: &str = super::STYLE;

/// How many devices there are, and how many of them are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Devices of this network.
    pub devices: usize,
    /// Those that something sure enough can be said of.
    pub identified: usize,
}

/// Counts the network's devices.
#[must_use]
pub fn count(assessment: &Assessment) -> Count {
    let summary = Summary::of(assessment);
    Count { devices: summary.local.len(), identified: summary.identified }
}

/// What was read: frames, bytes, time.
#[must_use]
pub fn traffic(assessment: &Assessment) -> String {
    Summary::of(assessment).traffic(assessment.sources.len())
}

/// What could not be read, and what is not known, in sentences. May hold untrusted text.
#[must_use]
pub fn not_known(assessment: &Assessment) -> Vec<String> {
    let mut lines = gaps::unread(assessment);
    lines.extend(gaps::unknown(&Summary::of(assessment)));
    lines
}

/// Text of unknown origin: visible, and kept from reordering what stands around it.
#[must_use]
pub fn said(text: &str) -> Markup {
    super::said(text)
}

/// An address of the web as a link; any other as text.
#[must_use]
pub fn link(url: &str) -> Markup {
    super::link(url)
}

/// How bad, in a word that colour only repeats.
#[must_use]
pub fn chip(severity: Severity) -> Markup {
    super::chip(severity)
}

/// A table that scrolls sideways on its own where a screen is narrow.
#[must_use]
pub fn wide(label: &str, table: &Markup) -> Markup {
    super::wide(label, table)
}

/// A rule's prose: paragraphs and lists as they stand in its file.
#[must_use]
pub fn prose(text: &str) -> Markup {
    finding::prose(text)
}

/// A country's name; the code itself where we know none.
#[must_use]
pub fn country(code: &str) -> &str {
    countries::name(code)
}

/// What its people call a place: a country, or a state of one.
#[must_use]
pub fn place(code: &str) -> String {
    countries::place(code)
}

/// Where the bytes of all devices went: two maps, and the same in tables.
#[must_use]
pub fn maps(assessment: &Assessment) -> Markup {
    map::section(&Flows::of(assessment))
}

/// Companies, lists and laws behind a device, with headings of the third level.
#[must_use]
pub fn behind(assessment: &Assessment, device: &Device) -> Markup {
    standing::companies(assessment, device, standing::Heading::Third)
}

/// A device's scores, for a list of terms.
#[must_use]
pub fn scores(device: &Device) -> Markup {
    standing::scores(device)
}

/// Some laws, state by state.
#[must_use]
pub fn laws(assessment: &Assessment, laws: &[&Law]) -> Markup {
    standing::these_laws(assessment, laws)
}

/// What the user may ask where they live.
#[must_use]
pub fn rights(assessment: &Assessment) -> Markup {
    standing::rights(assessment)
}

/// The texts of those ids, where citations lead to.
#[must_use]
pub fn sources(assessment: &Assessment, ids: &BTreeSet<&Id>) -> Markup {
    let known: Vec<_> =
        ids.iter().filter_map(|id| assessment.references.get_key_value(*id)).collect();
    super::listed(known.into_iter())
}

/// The findings of a device with their indexes, the worst first.
#[must_use]
pub fn findings_of<'a>(assessment: &'a Assessment, device: &Device) -> Vec<(usize, &'a Finding)> {
    summary::findings_of(assessment, device)
}

/// The action that gains most of those that answer a finding.
#[must_use]
pub fn answer(assessment: &Assessment, finding: usize) -> Option<&Action> {
    summary::answer(assessment, finding)
}
