//! Headers of SSDP and HTTP in which televisions, players and consoles name their maker and model to those
//! with whom they share pictures and sound: `av=5.0; cn="Example Corporation"; mn="EX-1"; mv="2.0";`.
//!
//! There is no public standard; servers of media note what comes. The company and the model are noted, the
//! name of the host (`hn`) is not.

use evidence::fields;

use crate::protocol::Notes;

/// A client's header and a server's.
pub(super) const HEADERS: [&str; 2] = ["X-AV-Client-Info", "X-AV-Server-Info"];

/// Parts read of one header; our choice: devices send some six.
const MOST_PARTS: usize = 16;

/// Notes the company and the model that a header's `value` names.
pub(super) fn note(value: &str, notes: &mut Notes<'_>) {
    let mut rest = value;
    for _ in 0..MOST_PARTS {
        let Some((name, after)) = rest.split_once('=') else { return };
        let after = after.trim_start();
        // What is in quotation marks may hold a semicolon.
        let (value, behind) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        rest = behind;
        let field = match name.trim_start_matches([';', ' ']).trim() {
            "cn" => fields::UPNP_AV_MAKER,
            "mn" => fields::UPNP_AV_MODEL,
            _ => continue,
        };
        let value = value.trim();
        if !value.is_empty() {
            notes.sender(field, value);
        }
    }
}
