//! The output formats. To add one, write its file with a `FORMAT` constant and name it below.

use std::{
    fmt,
    io::{self, BufWriter, Write},
};

use assessment::Assessment;

use crate::Options;

/// A way to write an assessment.
#[derive(Clone, Copy)]
pub struct Format {
    name: &'static str,
    says: &'static str,
    write: fn(&Assessment, &Options, &mut dyn Write) -> io::Result<()>,
}

/// Declares each format's module and lists it in [`ALL`].
macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every format, the ones for people first.
        pub const ALL: &[Format] = &[$($module::FORMAT),*];
    };
}

formats![text, html, json, ndjson, csv, csv_destinations, csv_findings];

pub use html::pieces;

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|format| format.name == name)
    }

    /// What `--format` names it by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is for, in a few words.
    #[must_use]
    pub const fn says(&self) -> &'static str {
        self.says
    }

    /// Writes `assessment` to `out`, buffered.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(
        &self,
        assessment: &Assessment,
        options: &Options,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        (self.write)(assessment, options, &mut out)?;
        out.flush()
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
