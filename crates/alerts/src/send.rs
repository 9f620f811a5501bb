//! Why a message did not arrive.

use std::io;

use thiserror::Error;

/// Why a message did not arrive, and what that says of the next try.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what}")]
pub struct SendError {
    /// Where the trouble lies.
    pub blame: Blame,
    /// One line, for people; no secret, and nothing that the other side wrote.
    pub what: String,
}

/// Where the trouble lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The network or the other side: it may work in a moment.
    Moment,
    /// How the channel is set up: it works once the user has changed that.
    Setup,
    /// The message itself: it will never be taken.
    Message,
}

impl SendError {
    /// It may work in a moment.
    pub fn moment(what: impl Into<String>) -> Self {
        Self { blame: Blame::Moment, what: what.into() }
    }

    /// It works once the user has changed something.
    pub fn setup(what: impl Into<String>) -> Self {
        Self { blame: Blame::Setup, what: what.into() }
    }

    /// It will never be taken.
    pub fn message(what: impl Into<String>) -> Self {
        Self { blame: Blame::Message, what: what.into() }
    }
}

impl From<io::Error> for SendError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Self::moment("the other side did not answer in time")
            }
            io::ErrorKind::UnexpectedEof => Self::moment("the other side closed the connection"),
            // How TLS says that a certificate is not to be trusted.
            io::ErrorKind::InvalidData => Self::setup(format!("{error}")),
            _ => Self::moment(format!("{error}")),
        }
    }
}
