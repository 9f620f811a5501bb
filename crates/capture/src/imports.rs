//! What routers, resolvers and monitors already wrote down: leases, query logs, tables of connections,
//! exported flows.
//!
//! One file a format, each of which reads lines (or messages) that have arrived into a [`evidence::Recorder`] and does
//! no I/O. So the same reader serves a whole file, one that grows, and one that is played by a fuzzer. The
//! number of the line stands where a capture has the number of the frame.
//!
//! **Invariants.** Whatever the bytes are, nothing here panics, and what is remembered between lines has a
//! cap. A line is at most [`LONGEST_LINE`] long. Everything that is not read is counted. An address is
//! recorded with a MAC address only where one line names both.

mod adguard;
mod clock;
mod dhcpd;
mod dnsmasq;
mod dnsmasq_leases;
mod flows;
mod follow;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod import;
mod kea;
mod prefix;
mod run;
mod scribe;
mod sniff;
mod unbound;
mod zeek;

pub use clock::Clock;
pub use flows::Collector;
pub use follow::{Followed, Following, Position, Surroundings};
pub use import::{Import, LONGEST_LINE};
pub use run::{read, recognise};
pub use scribe::Homes;
pub(crate) use sniff::is_text;
pub use sniff::{Format, sniff};

use scribe::Scribe;

/// Reads one format, line by line, and remembers what later lines refer to.
trait Lines: Send {
    /// Reads a line, without its end.
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line;

    /// Reads a line of the file's beginning again, where reading goes on after a restart: true if it was one
    /// of those that say what the others mean.
    fn heading(&mut self, _line: &str) -> bool {
        false
    }

    /// The file ends here: what should have ended before it and did not, where the format marks ends.
    fn end(&mut self) -> Option<&'static str> {
        None
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// It was read.
    Read,
    /// It is of a kind that says nothing of the home's devices, by the words it is counted under.
    Skipped(&'static str),
    /// It is not what it should be.
    Malformed,
}

impl Line {
    /// Read, if there is something; else malformed.
    const fn of(read: Option<()>) -> Self {
        match read {
            Some(()) => Self::Read,
            None => Self::Malformed,
        }
    }
}
