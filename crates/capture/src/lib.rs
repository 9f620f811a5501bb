//! LISTEN: files, folders, pipes and live interfaces to a ledger.
//!
//! The only crate that opens captures. It finds them ([`expand`]), looks through compression, and
//! hands their bytes to `packets`, which knows the formats. What others wrote down is read in [`imports`].
//!
//! **Invariants.** Nothing is sent and nothing is changed. What could be read before a failure is in
//! the ledger. Memory does not grow with a file's size, and a small file cannot keep the program
//! busy beyond [`Limits`].

mod error;
pub mod imports;
mod input;
#[cfg(target_os = "linux")]
mod live;
mod read;
mod unpack;

pub use error::{CaptureError, Problem};
pub use input::{Input, expand};
#[cfg(target_os = "linux")]
pub use live::{Heard, Live, LiveError};
pub use read::{Progress, Summary, frames, read};
pub use unpack::{Limits, read_whole};
