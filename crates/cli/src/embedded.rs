//! The knowledge pack this program carries, with what the user installed over it.

use knowledge::{Knowledge, Pack};

use crate::{failure::Failure, installed};

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));

/// Decodes the pack and makes it ready for look-ups.
pub(crate) fn knowledge() -> Result<Knowledge, Failure> {
    Ok(Knowledge::new(pack()?))
}

/// The pack to use: the program's own, or a newer one, with the user's registers over it.
pub(crate) fn pack() -> Result<Pack, Failure> {
    Ok(installed::over(own()?))
}

/// The program's own pack.
pub(crate) fn own() -> Result<Pack, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::Broken(error.to_string());
    let bytes = zstd::decode_all(BYTES).map_err(|error| broken(&error))?;
    Pack::from_bytes(&bytes).map_err(|error| broken(&error))
}

/// Its size in the program, in bytes.
pub(crate) const fn size() -> usize {
    BYTES.len()
}
