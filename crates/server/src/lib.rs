//! The pages and the interface for programs: what a household sees of Houseguest.
//!
//! Pages are made here, on the machine itself, and work without scripts; nothing is loaded from
//! elsewhere, and a strict content policy holds that. What is shown is a [`Present`]: an assessment
//! that whoever watches the network puts into the [`House`] whole, so that no page shows half of one.
//!
//! **Invariants.** Every text that came from a device goes through `reports::pieces::said`, and maud
//! escapes the rest. No request changes anything without the token of its own visitor. Only requests
//! to a name of this machine are answered. Nothing is ever sent but answers.

mod api;
mod channel;
mod clock;
mod events;
mod forms;
mod gate;
mod house;
mod keys;
mod known;
mod metrics;
mod openapi;
mod pages;
mod present;
mod routes;
mod serve;
mod visit;

pub use channel::{Channel, Outcome};
pub use gate::{Gate, GateError};
pub use house::{Hint, House, MakeSample};
pub use keys::{Keys, KeysError, fresh_token};
pub use known::Known;
pub use present::{Ear, Present};
pub use routes::router;
pub use serve::{ServeError, listen, serve};
