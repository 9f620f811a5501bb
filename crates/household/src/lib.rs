//! The long-running memory of one home: what was seen hour by hour, which devices live here, what
//! changed, what is to be done, and what the user said about it.
//!
//! One SQLite file, one writer ([`Household::open`]); others may look ([`Household::look`]). The file
//! survives what happens to small computers: power cuts at any instant, full disks, clocks that jump,
//! damaged pages. What is lost is said ([`Repair`]), never passed over: rows carry checksums, tables
//! are counted, and a backup of the day before stands beside the file.
//!
//! **Invariants.** `now` is always the caller's: this crate reads and writes files, and asks no clock.
//! A device's number ([`GuestId`]) is never given to another. What was committed is there at the next
//! opening, or its loss is said. What was erased is gone from the file and its backup.

pub mod alerts;
mod backup;
mod budget;
mod clock;
mod devices;
mod erase;
mod error;
mod events;
mod files;
mod household;
mod identity;
mod log;
mod mend;
pub mod plan;
mod remember;
mod schema;
mod series;
mod settings;
mod slices;
mod stored;
mod sums;
mod transfer;
mod words;

pub use budget::{Budget, Rolled};
pub use devices::{GuestId, KnownDevice, UserNote};
pub use error::HouseholdError;
pub use events::{Change, EventId, Seconds, StoredEvent};
pub use household::{Household, Opened};
pub use mend::Repair;
pub use remember::{LONG_ABSENCE, Remembered, SENSOR_SILENCE};
pub use series::{Point, Step};
pub use settings::{Keepable, Setting};
pub use slices::{Span, Window};
pub use words::Tongue;
