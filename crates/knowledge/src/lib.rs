//! The knowledge pack: cited facts about makers, products, destinations and weaknesses.
//!
//! A pack is a folder of small text files (the repository's `knowledge/`), each fact with the source
//! that somebody read. It is checked by a linter, embedded in the program as one compact block of
//! bytes, and looked up through [`Knowledge`].
//!
//! **Invariants.** No I/O: files come in as names and texts. No fact without a source. Five layers
//! stay apart: brand, maker, module maker, platform, owner. The same schema serves every state.

pub mod dates;
mod difference;
mod encode;
pub mod import;
pub mod kinds;
mod lint;
mod load;
mod lookup;
mod overlay;
mod shares;

pub use difference::{Change, Difference, difference};
pub use encode::EncodedError;
pub use kinds::Pack;
pub use lint::{
    DEVICE_TYPES, Figures, Lint, Located, Problem, ROLES, figures, is_built_on, is_narrower, lint,
};
pub use load::{PackError, load};
pub use lookup::{Clue, Knowledge};
pub use shares::Share;
