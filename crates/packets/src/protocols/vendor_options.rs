//! Parts of DHCP options whose meaning an enterprise gives: DHCPv4's 125 ([RFC 3925]), DHCPv6's 17
//! ([RFC 8415], section 21.17).
//!
//! Of two that say what a device is: the Broadband Forum's (TR-069, annex F: what devices that a provider
//! manages, and gateways in their answers, tell each other by DHCPv4) and `CableLabs`' (CL-SP-CANN-DHCP-Reg:
//! what cable modems tell by DHCPv6). Both hold serial numbers, of which only the length is noted.
//!
//! [RFC 3925]: https://www.rfc-editor.org/rfc/rfc3925
//! [RFC 8415]: https://www.rfc-editor.org/rfc/rfc8415

use evidence::{Field, fields};

use super::personal;

/// Who sent the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Client,
    Server,
}

/// IANA's numbers of the two enterprises.
const FORUM: u32 = 3561;
const CABLE_LABS: u32 = 4491;

/// Notes what part `code` of `enterprise`'s says of its sender, if it is known to.
pub(super) fn note_part(
    enterprise: u32,
    code: u16,
    value: &[u8],
    from: From,
    note: &mut impl FnMut(Field, &str),
) {
    let field = match (enterprise, from, code) {
        (FORUM, From::Client, 1) | (FORUM, From::Server, 4) => fields::DHCP_MAKER_PREFIX,
        (FORUM, From::Client, 3) | (FORUM, From::Server, 6) | (CABLE_LABS, From::Client, 9) => {
            fields::DHCP_PRODUCT
        }
        (CABLE_LABS, From::Client, 10) => fields::DHCP_MAKER,
        (FORUM, From::Client, 2) | (FORUM, From::Server, 5) | (CABLE_LABS, From::Client, 4) => {
            personal::look_at_parameter(b"serialnumber", value, "dhcp option", &mut |line| {
                note(fields::CLEAR_PERSONAL, line);
            });
            return;
        }
        _ => return,
    };
    let value = value.trim_ascii();
    let is_shown = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if let Ok(text) = std::str::from_utf8(value)
        && !text.is_empty()
        && value.iter().all(is_shown)
    {
        note(field, text);
    }
}
