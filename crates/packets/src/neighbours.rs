//! Neighbour discovery ([RFC 4861]): addresses claimed and looked for, and what routers
//! announce, name servers ([RFC 8106]) among it.
//!
//! [RFC 4861]: https://www.rfc-editor.org/rfc/rfc4861
//! [RFC 8106]: https://www.rfc-editor.org/rfc/rfc8106

use std::{fmt::Write as _, net::IpAddr};

use evidence::{Field, fields};

use crate::protocols::Text;

/// More options than any router sends; our choice.
const MOST_OPTIONS: usize = 64;

/// Notes what a message says of its sender; false if it is cut short.
pub(crate) fn read(message: &[u8], mut note: impl FnMut(Field, &str)) -> bool {
    const ADVERTISEMENT_BYTES: usize = 16;
    match message.first() {
        Some(134) => {
            // Without a lifetime it routes to some networks, but is no way out (RFC 4861, 4.2).
            let way_out = !matches!(message.get(6..8), Some([0, 0]));
            let says = if way_out { "router advertisement" } else { "not a default router" };
            note(fields::ICMPV6_ROUTER, says);
            message.get(ADVERTISEMENT_BYTES..).is_some_and(|options| announced(options, note))
        }
        Some(135) => target(message, |target| note(fields::ICMPV6_ASKED, target)),
        Some(136) => target(message, |target| note(fields::ICMPV6_TARGET, target)),
        _ => true,
    }
}

fn target(message: &[u8], note: impl FnOnce(&str)) -> bool {
    let target = message.get(8..).and_then(<[u8]>::first_chunk::<16>);
    target.map(|target| note(&Text::from(IpAddr::from(*target)).get())).is_some()
}

/// Walks the options of a router advertisement; lengths are in units of 8 bytes.
fn announced(mut options: &[u8], mut note: impl FnMut(Field, &str)) -> bool {
    const PREFIX: u8 = 3;
    const NAME_SERVERS: u8 = 25;
    for _ in 0..MOST_OPTIONS {
        let &[kind, units, ..] = options else { return options.is_empty() };
        let length = usize::from(units) * 8;
        let Some((option, rest)) = options.split_at_checked(length).filter(|_| length > 0) else {
            return false;
        };
        match (kind, option) {
            (PREFIX, [_, _, length, _, _, _, _, _, _, _, _, _, _, _, _, _, prefix @ ..]) => {
                if let Some(prefix) = prefix.first_chunk::<16>() {
                    let mut text = Text::from(IpAddr::from(*prefix));
                    // Writing to a text cannot fail.
                    let _ = write!(text, "/{length}");
                    note(fields::ICMPV6_PREFIX, &text.get());
                }
            }
            (NAME_SERVERS, [_, _, _, _, _, _, _, _, servers @ ..]) => {
                for server in servers.as_chunks::<16>().0 {
                    note(fields::ICMPV6_NAME_SERVER, &Text::from(IpAddr::from(*server)).get());
                }
            }
            _ => {}
        }
        options = rest;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routers_announce_prefixes_and_name_servers() {
        let mut message = vec![134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        message.extend([3, 4, 64, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        message.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        message.extend([25, 3, 0, 0, 0, 0, 0, 0]);
        message.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let expected = [
            "icmpv6.router router advertisement",
            "icmpv6.prefix 2001:db8::/64",
            "icmpv6.name_server fe80::1",
        ];
        check("whole", &message, true, &expected);
        check("cut short", &message[..message.len() - 1], false, &expected[..2]);
        message[17] = 0;
        check("an option without length", &message, false, &expected[..1]);
        let leads_only_to_some = [134, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let says = ["icmpv6.router not a default router"];
        check("without a lifetime", &leads_only_to_some, true, &says);
    }

    #[test]
    fn neighbours_ask_and_claim() {
        let mut message = [0; 24];
        message[8] = 0xfe;
        message[9] = 0x80;
        message[0] = 135;
        check("asked", &message, true, &["icmpv6.asked fe80::"]);
        message[0] = 136;
        check("claimed", &message, true, &["icmpv6.target fe80::"]);
        check("cut short", &message[..20], false, &[]);
        check("echo", &[128, 0, 0, 0], true, &[]);
    }

    #[track_caller]
    fn check(name: &str, message: &[u8], whole: bool, expected: &[&str]) {
        let mut notes = Vec::new();
        assert_eq!(
            read(message, |field, value| notes.push(format!("{field} {value}"))),
            whole,
            "{name}"
        );
        assert_eq!(notes, expected, "{name}");
    }
}
