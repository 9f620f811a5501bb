//! From evidence and knowledge to what a person wants to know: which devices are here, what each
//! is, where its data goes, what is wrong with it, and what to do.
//!
//! [`assess`] is the whole crate: pure, the same inputs give the same bytes. Its modules follow one
//! another, each using only those before it: `devices`, `attribution`, `findings`, `scores`, `advice`.
//!
//! **Invariants.** A claim or finding cannot be made without evidence. What was not seen is `None`
//! or "unknown", never a guess. No vendor, product or domain name stands in this code.

mod advice;
mod assess;
mod attribution;
pub mod book;
mod cited;
mod clues;
pub mod comply;
pub mod devices;
pub mod dossier;
pub mod findings;
mod judging;
pub mod letters;
pub mod model;
pub mod notes;
mod scores;
pub mod search;
mod settings;
mod standing;
mod sureness;
pub mod why;
mod workers;

pub use assess::assess;
pub use attribution::{
    companies::{Companies, Named},
    identity::explained,
    listings::{Applies, Listing, Part, Register, Step, Subject, listings},
    ownership::{Owner, Stake, owners},
    rights::{letter, rights},
};
pub use model::Assessment;
pub use settings::Settings;
