//! Words to whom the user named: alerts leave the machine here, and nowhere else.
//!
//! `household` decides which changes are worth a message; this crate says it ([`word`]) and sends it
//! ([`Channel::send`]). It is a crate of its own since it has a permission that no other has, TELL, and
//! since what it needs for it (TLS) is in no program that only listens.
//!
//! **Invariants.** Nothing is sent but to places of the user's own file ([`Config`]). A message holds
//! the device's name, what changed and what to do, and less where the user wishes ([`Details`]); names
//! are cleaned. No redirect is followed, and a web address leads to a public address unless the user says
//! otherwise ([`guard`]). Every wait has an end. Secrets are in no error and in no debug output.

pub mod channels;
pub mod clean;
mod config;
pub mod guard;
mod queue;
mod secret;
mod send;
mod trust;
mod wire;
mod wording;

pub use channels::{Channel, Way};
pub use config::{Config, ConfigError};
pub use queue::{Entry, Queue};
pub use secret::Secret;
pub use send::{Blame, SendError};
pub use wording::{Details, Message, Told, severity_word, test_message, word};
