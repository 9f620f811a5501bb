//! From capture-file bytes to evidence: file formats, link to application dissectors, and the flow
//! table between them.
//!
//! Pure: bytes in, evidence out. The caller reads files and interfaces.
//!
//! **Invariants.** No input makes this crate panic, loop or grow without bound: every table and
//! buffer has a cap, and what is dropped is counted. What a packet adds to the ledger depends on that
//! packet and on earlier packets of the same flow, never on other flows.

mod protocol;
pub mod protocols;
