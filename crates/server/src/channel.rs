//! The ways by which alerts reach people, as the pages show them. What sends is elsewhere and says here
//! how it went.

use evidence::Timestamp;

/// A way to somebody, as the user set it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// What the user calls it.
    pub name: Box<str>,
    /// What kind: `ntfy`, `mail`, ….
    pub kind: Box<str>,
    /// Where it leads, without what is secret.
    pub place: Box<str>,
    /// How much its messages say, in a word.
    pub details: Box<str>,
    /// Messages that wait to be sent.
    pub waiting: usize,
    /// How it went the last time; `None` where nothing was sent since the program started.
    pub last: Option<Outcome>,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// When.
    pub at: Timestamp,
    /// Why the message did not arrive; `None` where it did.
    pub failure: Option<Box<str>>,
}
