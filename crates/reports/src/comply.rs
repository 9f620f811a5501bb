//! How an inventory held against lists is shown. To add a format, write its file with a `FORMAT`
//! constant and name it below.
//!
//! All formats say the same: the numbers first, what each line was taken for, each answer with its
//! reasons, what an entry does and what it does not restrict, and what was not checked.

mod words;

use std::{
    fmt,
    io::{self, BufWriter, Write},
};

use assessment::comply::Compliance;

use crate::Options;

pub use words::headline;

/// A way to write an answer.
#[derive(Clone, Copy)]
pub struct Format {
    name: &'static str,
    says: &'static str,
    write: fn(&Compliance, &Options, &mut dyn Write) -> io::Result<()>,
}

/// Declares each format's module and lists it in [`ALL`].
macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every format, the ones for people first.
        pub const ALL: &[Format] = &[$($module::FORMAT),*];
    };
}

formats![text, html, csv, json, sarif];

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

    /// Writes `answer` to `out`, buffered.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(
        &self,
        answer: &Compliance,
        options: &Options,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        (self.write)(answer, options, &mut out)?;
        out.flush()
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
