//! The pack as one compact block of bytes: what the program carries.
//!
//! A mark and a format version, then the pack in postcard's format. A block of another version is
//! refused rather than guessed at.

use thiserror::Error;

use crate::kinds::Pack;

const MARK: &[u8; 4] = b"HGKP";

/// Raised whenever a kind changes, for postcard does not name fields.
const VERSION: u8 = 1;

/// Why bytes are not a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodedError {
    /// They do not start as a pack does.
    #[error("these bytes are no knowledge pack")]
    Mark,
    /// They are of another format.
    #[error("the knowledge pack has format {found}, and this program reads format {VERSION}")]
    Version {
        /// The format they name.
        found: u8,
    },
    /// They end early, go on after the end, or hold what no pack holds.
    #[error("the knowledge pack is damaged")]
    Damaged,
}

impl Pack {
    /// The pack as bytes; equal packs give equal bytes.
    ///
    /// # Errors
    ///
    /// [`EncodedError::Damaged`] if something in it has no form in bytes, which no loaded pack has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodedError> {
        let mut start = MARK.to_vec();
        start.push(VERSION);
        postcard::to_extend(self, start).map_err(|_| EncodedError::Damaged)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`EncodedError`], on any bytes that are not a whole pack of this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodedError> {
        let rest = bytes.strip_prefix(MARK).ok_or(EncodedError::Mark)?;
        let (&found, body) = rest.split_first().ok_or(EncodedError::Damaged)?;
        if found != VERSION {
            return Err(EncodedError::Version { found });
        }
        match postcard::take_from_bytes(body) {
            Ok((pack, [])) => Ok(pack),
            _ => Err(EncodedError::Damaged),
        }
    }
}
