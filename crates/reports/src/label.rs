//! The two-layer label of a product: a glance that fits a card, details below, and a code that holds
//! the glance for a camera, with no network.
//!
//! The layers and much of the vocabulary follow the security and privacy label of Carnegie Mellon
//! University (Emami-Naeini and others, "Ask the Experts", IEEE Symposium on Security and Privacy,
//! 2020): what people need to decide comes first, what experts need second. Where a device was
//! seen in traffic, what it does stands beside what is declared of it.

mod code;
mod html;
mod layers;
mod svg;
mod text;

use std::io::{self, Write};

use assessment::{Assessment, dossier::Dossier, model::Device};

use crate::Options;

/// A label, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Brand, model and type.
    title: String,
    /// As of when, and by which pack.
    stamp: String,
    /// When and where the device was seen; `None` for a look-up.
    seen: Option<String>,
    glance: Vec<Row>,
    details: Vec<Group>,
    /// What the code holds.
    code: String,
}

/// A line of the first layer.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    label: &'static str,
    /// What the pack says.
    declared: String,
    /// What traffic showed; `None` where traffic cannot show it, or there was none.
    observed: Option<String>,
    /// Whether it is something to look at.
    stands_out: bool,
}

/// A part of the second layer.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    heading: &'static str,
    lines: Vec<String>,
}

/// How to draw a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines for a terminal.
    Text,
    /// A picture.
    Svg,
    /// One file that stands alone.
    Html,
}

impl Label {
    /// The label of what `dossier` is about, with what was seen of it in traffic.
    ///
    /// # Arguments
    ///
    /// * `pack`: the pack's version and the day it was last checked.
    #[must_use]
    pub fn new(
        dossier: &Dossier,
        seen: Option<(&Assessment, &Device)>,
        pack: (&str, &str),
    ) -> Self {
        layers::label(dossier, seen, pack)
    }

    /// Draws it to `out`.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(&self, form: Form, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Text => text::write(self, options, out),
            Form::Svg => svg::write(self, out),
            Form::Html => html::write(self, options, out),
        }
    }
}

/// What stands below the code.
const ABOUT_CODE: &str =
    "The code holds this first layer as plain text; reading it needs no network.";
