//! How the program ends: what to say, and with which exit code.

use std::process::ExitCode;

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The request makes no sense: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Nothing could be read: exit code 3.
    #[error("{0}")]
    Unreadable(String),
    /// The answer could not be written: exit code 3.
    #[error("failed to write {place}: {error}")]
    Unwritable {
        /// The file, or "standard output".
        place: String,
        /// Why.
        error: std::io::Error,
    },
    /// This program is broken: exit code 3.
    #[error("this program carries a knowledge pack it cannot read: {0}. Please build it again")]
    Broken(String),
}

/// A command's end: done, or a gate the user asked for failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done: exit code 0.
    Done,
    /// The gate of `--fail-on` failed, or a check found something: exit code 1.
    GateFailed,
    /// There is no entry for what was looked up: exit code 1.
    NothingFound,
    /// An answer was given, but some of the input could not be read: exit code 3.
    PartlyRead,
}

impl Outcome {
    /// An answer was given, and so many sources could not be read wholly.
    pub(crate) const fn answered(unread: usize) -> Self {
        if unread > 0 { Self::PartlyRead } else { Self::Done }
    }
}

impl Failure {
    /// The exit code that goes with it.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Unreadable(_) | Self::Unwritable { .. } | Self::Broken(_) => ExitCode::from(3),
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::GateFailed | Outcome::NothingFound => Self::from(1),
            Outcome::PartlyRead => Self::from(3),
        }
    }
}
