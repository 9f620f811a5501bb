//! What was seen, when, of which host, and where in which capture: the narrow waist of the program.
//!
//! Every producer (a dissected packet, an imported lease file, later an answered probe) writes
//! [`Observation`]s and [`Conversation`]s through a [`Recorder`], and every later stage reads the
//! finished [`Ledger`] and nothing else. So a new producer changes no consumer, and a saved ledger
//! replays the whole analysis.
//!
//! **Invariants.** This crate depends on no other crate of the workspace, performs no I/O and never
//! asks for the time. A ledger never holds payloads. It is bounded: [`Limits`] caps every
//! collection and [`Dropped`] counts what did not fit. Merging ledgers is associative and
//! commutative, and the empty ledger changes nothing, so nothing here may depend on the order of
//! arrival. Every [`Field`] carries a [`Privacy`] class and only [`Ledger::scrub`] lowers it.

mod address;
mod conversation;
pub mod domain;
mod field;
mod ledger;
mod merge;
mod observation;
mod recorder;
mod said;
mod sample;
mod saved;
mod scrub;
mod source;
mod store;
mod time;
mod values;

pub use address::{Host, Mac, address_share};
pub use conversation::{Conversation, Party, Sampled, Service, Traffic, Transport};
pub use field::{Field, FieldSet, Privacy, fields};
pub use ledger::{Dropped, HostRecord, Ledger, Limits};
pub use observation::{Observation, Seen, Sighting};
pub use recorder::Recorder;
pub use saved::{FORMAT_VERSION, MAGIC, SavedError};
pub use source::{Source, SourceId, Unit};
pub use time::Timestamp;
