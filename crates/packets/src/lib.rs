//! From capture-file bytes to evidence: file formats, link to application dissectors, and the flow
//! table between them.
//!
//! Pure: bytes in, evidence out. The caller reads files and interfaces.
//!
//! **Invariants.** No input makes this crate panic, loop or grow without bound: every table and
//! buffer has a cap, and what is dropped is counted. What a packet adds to the ledger depends on that
//! packet and on earlier packets of the same flow, never on other flows.

mod account;
mod arp;
mod cdp;
mod clock;
mod dissector;
pub mod files;
mod first_bytes;
mod flow;
mod flows;
mod fragments;
mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod groups;
mod home;
mod ip;
mod link;
mod lldp;
mod memo;
mod menu;
mod neighbours;
mod pair;
mod pool;
mod protocol;
pub mod protocols;
mod reading;
mod repeats;
mod scribe;
mod seen;
mod service;
mod share;
mod station;
mod stream;
mod tcp;
mod told;

pub use dissector::{Dissector, Settings};
pub use frame::{Frame, LinkType};
pub use seen::Seen;
pub use share::Share;
pub use told::{Counted, End, Told, Views, answers, service_is_second};
