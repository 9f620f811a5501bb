//! The knowledge pack this program carries.

use knowledge::{Knowledge, Pack};

use crate::failure::Failure;

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));

/// Decodes the pack and makes it ready for look-ups.
pub(crate) fn knowledge() -> Result<Knowledge, Failure> {
    Ok(Knowledge::new(pack()?))
}

/// Decodes the pack.
pub(crate) fn pack() -> Result<Pack, Failure> {
    Pack::from_bytes(BYTES).map_err(|error| Failure::Broken(error.to_string()))
}

/// Its size in bytes.
pub(crate) const fn size() -> usize {
    BYTES.len()
}
