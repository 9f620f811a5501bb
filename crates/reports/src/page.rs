//! A page of statements, each with what it rests on: what look-ups and the pages of companies, lists
//! and laws have in common.
//!
//! Whoever fills a page decides what is said; how it is set, in text or HTML, is decided here once.
//! Texts on a page are not yet made visible: that is done on the way out.

mod html;
mod text;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assessment::dossier::Cited;
use knowledge::kinds::{Id, Source};
use maud::Markup;

use crate::Options;

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// A line or two below the title.
    pub lead: Vec<String>,
    /// Its parts.
    pub sections: Vec<Section>,
    /// The last lines: what it was made from.
    pub foot: Vec<String>,
    /// Every published text cited.
    pub references: BTreeMap<Id, Source>,
}

/// A part of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// A sentence that holds for all of it.
    pub note: Option<String>,
    /// What it says.
    pub lines: Vec<Line>,
}

/// A statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it is about, in a word or three.
    pub label: String,
    /// The statement.
    pub text: String,
    /// What belongs to it, each a sentence or two.
    pub more: Vec<String>,
    /// What it rests on.
    pub cited: Option<Cited>,
    /// The entry it is about, where that is another than the one that says it.
    pub about: Option<Id>,
}

/// How to write a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines for a terminal or a mail.
    Text,
    /// One file that stands alone.
    Html,
}

impl Page {
    /// Writes the page to `out`.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(&self, form: Form, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Text => text::write(self, options, out),
            Form::Html => html::write(self, out),
        }
    }

    /// Its parts and sources as a piece of a larger page; title, lead and foot are left to the caller.
    ///
    /// # Arguments
    ///
    /// * `entries`: what the address of an entry's own page begins with.
    #[must_use]
    pub fn parts(&self, entries: &str) -> Markup {
        html::parts(self, Some(entries))
    }

    /// What such pieces add to [`crate::pieces::STYLE`].
    pub const STYLE: &str = html::MORE_STYLE;

    /// Adds a part, unless it says nothing.
    pub(crate) fn add(&mut self, heading: &str, note: Option<&str>, lines: Vec<Line>) {
        if !lines.is_empty() {
            let (heading, note) = (heading.to_owned(), note.map(str::to_owned));
            self.sections.push(Section { heading, note, lines });
        }
    }
}

impl Line {
    /// A statement that rests on something.
    pub(crate) fn cited(label: &str, text: impl Into<String>, cited: &Cited) -> Self {
        Self { cited: Some(cited.clone()), ..Self::plain(label, text) }
    }

    /// A statement that sums up others.
    pub(crate) fn plain(label: &str, text: impl Into<String>) -> Self {
        Self { label: label.to_owned(), text: text.into(), ..Self::default() }
    }

    /// Adds what belongs to it; what is empty is left out.
    pub(crate) fn and(mut self, more: impl Into<String>) -> Self {
        let more = more.into();
        if !more.is_empty() {
            self.more.push(more);
        }
        self
    }

    /// Adds `more` behind a word or two, where there is something.
    pub(crate) fn and_of(self, what: &str, more: Option<&str>) -> Self {
        match more {
            Some(more) => self.and(format!("{what}: {more}")),
            None => self,
        }
    }
}

/// What is doubtful about a statement, in words.
fn doubts(cited: &Cited) -> Vec<&'static str> {
    let mut doubts = Vec::new();
    if !cited.verified {
        doubts.push("unverified");
    }
    if cited.stale {
        doubts.push("due to be checked again");
    }
    doubts
}
