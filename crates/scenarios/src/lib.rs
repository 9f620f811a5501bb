//! Deterministic test homes: a scenario in TOML and a seed become the frames of a home.
//!
//! Rules about traffic need traffic to be tried on, and traffic of real homes is private. So a
//! scenario tells in words a person can read who lives in a home and what each device does, and
//! this crate acts it out: `boot` becomes a DHCP exchange, `tls` a lookup, a handshake and records
//! of opaque bytes. The built-in home that `houseguest demo` shows is one such scenario.
//!
//! Messages are written with encoders of other projects wherever one exists, never with our own
//! dissectors: a misreading of a specification must not agree with itself.
//!
//! **Invariants.** This crate depends on no other crate of the workspace. It performs no I/O and
//! never asks for the time or for randomness: the same scenario and seed give the same bytes. What
//! [`Scenario::parse`] accepts can be acted out.

mod activities;
mod frames;
mod home;
mod link;
pub mod pcap;
mod quantity;
mod scenario;
mod stage;
mod tcp;
mod when;

pub use frames::{Frame, Frames};
pub use scenario::{Scenario, ScenarioError};
pub use stage::BuildError;

/// The built-in home: what `houseguest demo` shows, in [`Scenario::parse`]'s language.
pub const DEMO: &str = include_str!("../../../corpus/demo/scenario.toml");

/// Where its devices stand, as its people's notes.
pub const DEMO_ROOMS: &str = include_str!("../../../corpus/demo/rooms.toml");
