//! Which moment it is, where a visitor means "from now".

use std::time::{SystemTime, UNIX_EPOCH};

use evidence::Timestamp;

/// This moment.
#[expect(clippy::disallowed_methods, reason = "a visitor who asks for a month means from now")]
pub(crate) fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_parts(now.as_secs(), now.subsec_nanos().into())
}
