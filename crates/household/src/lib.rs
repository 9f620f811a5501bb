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
mod household;
pub mod plan;
mod series;
mod settings;
mod slices;
mod transfer;

pub use budget::{Budget, Rolled};
pub use devices::{GuestId, KnownDevice, Remembered, UserNote};
pub use error::HouseholdError;
pub use events::{Change, EventId, StoredEvent};
pub use household::{Household, Opened, Repair};
pub use series::{Point, Step};
pub use settings::{Keepable, Setting};
pub use slices::{Span, Window};
