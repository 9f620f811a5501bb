//! The saved form: magic, version, then the ledger in postcard's encoding.
//!
//! Canonical: equal ledgers are equal bytes. Reading checks everything it relies on (order, limits
//! of size), since a saved ledger may come from anyone.

use crate::{Ledger, Observation};

/// The version written. Readers refuse others: version 1 said nothing of what bytes looked like nor of
/// live streams.
pub const FORMAT_VERSION: u8 = 2;

/// How a saved ledger begins.
pub const MAGIC: &[u8; 8] = b"hgledger";

/// Why bytes are no saved ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It does not begin like one.
    #[error("it is not a saved ledger")]
    Foreign,
    /// It was written by another version of the format.
    #[error("its format is version {found}, and this program reads version {FORMAT_VERSION}")]
    Version {
        /// The version it names.
        found: u8,
    },
    /// It is cut short or altered.
    #[error("it is damaged")]
    Damaged,
}

impl Ledger {
    /// Writes the saved form.
    ///
    /// # Errors
    ///
    /// None in practice: postcard fails only on types a ledger does not have.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SavedError> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(FORMAT_VERSION);
        postcard::to_extend(self, bytes).map_err(|_| SavedError::Damaged)
    }

    /// Reads the saved form.
    ///
    /// # Errors
    ///
    /// [`SavedError`] where `bytes` are not what [`Ledger::to_bytes`] of this version writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SavedError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(SavedError::Foreign)?;
        let (&found, body) = rest.split_first().ok_or(SavedError::Damaged)?;
        if found != FORMAT_VERSION {
            return Err(SavedError::Version { found });
        }
        let (ledger, rest): (Self, _) =
            postcard::take_from_bytes(body).map_err(|_| SavedError::Damaged)?;
        if rest.is_empty() && ledger.is_canonical() { Ok(ledger) } else { Err(SavedError::Damaged) }
    }

    fn is_canonical(&self) -> bool {
        self.hosts.values().all(|record| {
            record.observations.is_sorted_by(|left, right| left.key() < right.key())
                && record.conversations.is_sorted_by(|left, right| left.service < right.service)
                && record.observations.iter().all(|it| it.value.len() <= Observation::LONGEST_VALUE)
        })
    }
}
