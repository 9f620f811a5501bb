//! CDP (Cisco Discovery Protocol): what switches, access points, telephones, cameras and routers say of
//! themselves to their neighbour on the wire. There is no public standard; the dissectors of tcpdump and
//! Wireshark document it.
//!
//! ```text
//! | version (1) | time to live (1) | checksum (2) | type (2) | length with the head (2) | value | …
//! ```

use evidence::{Field, Host, Mac, fields};

use crate::protocols::Text;

/// Parts of a message that are read; our choice: real ones have some twenty.
const MOST_PARTS: usize = 64;

/// What a part is, by its type.
mod parts {
    pub(super) const NAME: u16 = 1;
    pub(super) const CAPABILITIES: u16 = 4;
    pub(super) const SOFTWARE: u16 = 5;
    pub(super) const PLATFORM: u16 = 6;
}

/// Hands over what the sender of `message` says of itself; false if it breaks off.
#[must_use]
pub(crate) fn notes(source: Mac, message: &[u8], mut note: impl FnMut(Host, Field, &str)) -> bool {
    let Some(host) = Host::new(Some(source), None) else { return true };
    let Some((&[1 | 2, _, _, _], mut rest)) = message.split_first_chunk() else { return false };
    for _ in 0..MOST_PARTS {
        let Some((&[high, low, length_high, length_low], _)) = rest.split_first_chunk() else {
            return rest.is_empty();
        };
        let length = usize::from(u16::from_be_bytes([length_high, length_low]));
        let Some((part, after)) = rest.split_at_checked(length) else { return false };
        let Some(value) = part.get(4..) else { return false };
        let field = match u16::from_be_bytes([high, low]) {
            parts::NAME => Some(fields::CDP_NAME),
            parts::SOFTWARE => Some(fields::CDP_SOFTWARE),
            parts::PLATFORM => Some(fields::CDP_PLATFORM),
            parts::CAPABILITIES => {
                if let &[.., high, low] = value {
                    note_capabilities(host, u16::from_be_bytes([high, low]), &mut note);
                }
                None
            }
            _ => None,
        };
        if let Some(field) = field {
            note_line(host, field, value, &mut note);
        }
        rest = after;
    }
    true
}

/// Notes the first line of a text; some end it with a zero.
fn note_line(host: Host, field: Field, value: &[u8], note: &mut impl FnMut(Host, Field, &str)) {
    let is_end = |byte: &u8| matches!(byte, 0 | b'\r' | b'\n');
    let line = value.split(is_end).next().unwrap_or_default().trim_ascii();
    if !line.is_empty() {
        let mut shown = Text::new();
        shown.push(line);
        note(host, field, &shown.get());
    }
}

/// Notes in words what the sender says it does.
fn note_capabilities(host: Host, does: u16, note: &mut impl FnMut(Host, Field, &str)) {
    /// From the lowest bit on.
    const NAMES: [&str; 8] = [
        "router",
        "bridge",
        "source-route-bridge",
        "switch",
        "host",
        "multicast-filter",
        "repeater",
        "telephone",
    ];
    let mut shown = Text::new();
    for (bit, name) in NAMES.iter().enumerate() {
        if does & (1 << bit) != 0 {
            shown.push(if shown.get().is_empty() { b"" } else { b"," });
            shown.push(name.as_bytes());
        }
    }
    if !shown.get().is_empty() {
        note(host, fields::CDP_CAPABILITIES, &shown.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A telephone's message in Scapy's tests, with another maker, address and name.
    const TELEPHONE: &[u8] = b"\x02\xb4\xd7\xdb\0\x01\0\x13SIP00005E005301\
        \0\x02\0\x11\0\0\0\x01\x01\x01\xcc\0\x04\xc0\0\x02\x21\0\x03\0\x0aPort 1\
        \0\x04\0\x08\0\0\0\x10\0\x05\0\x10P003-08-2-00\0\x06\0\x16Acme IP Phone 7960\
        \0\x0f\0\x08 \x02\0\x01\0\x0b\0\x05\x01\0\x10\0\x06\x18\x9c";
    const SAID: [&str; 4] = [
        "cdp.name SIP00005E005301",
        "cdp.capabilities host",
        "cdp.software P003-08-2-00",
        "cdp.platform Acme IP Phone 7960",
    ];

    #[test]
    fn a_device_introduces_itself_to_its_neighbour() {
        assert_eq!(read(TELEPHONE), (SAID.map(str::to_owned).to_vec(), true));
        let switch = b"\x01\xb4\0\0\0\x04\0\x08\0\0\0\xa9\0\x05\0\x0eV 1\nBy me\0";
        let said =
            ["cdp.capabilities router,switch,multicast-filter,telephone", "cdp.software V 1"];
        assert_eq!(read(switch), (said.map(str::to_owned).to_vec(), true));
    }

    #[test]
    fn what_is_damaged_is_read_as_far_as_it_goes() {
        for length in 0..TELEPHONE.len() {
            let (part, _) = read(&TELEPHONE[..length]);
            assert!(SAID.iter().zip(&part).all(|(said, it)| said == it), "{length} bytes");
        }
        let mut damaged = TELEPHONE.to_vec();
        for place in 0..damaged.len() {
            for byte in [0, 1, 3, 0x7f, 0xff, TELEPHONE[place]] {
                damaged[place] = byte;
                let _ = read(&damaged);
            }
        }
        assert!(!read(&TELEPHONE[..TELEPHONE.len() - 3]).1, "breaks off");
        assert_eq!(read(b"\x02\xb4\0\0\0\x01\0\x03x"), (vec![], false), "shorter than its head");
        assert_eq!(read(b"\x09\xb4\0\0"), (vec![], false), "another version");
        assert_eq!(
            read(&[b"\x02\xb4\0\0", &[0, 9, 0, 4].repeat(200)[..]].concat()),
            (vec![], true)
        );
    }

    fn read(message: &[u8]) -> (Vec<String>, bool) {
        let mut said = Vec::new();
        let whole = notes(Mac([0, 0, 0x5e, 0, 0x53, 1]), message, |_, field, value| {
            said.push(format!("{field} {value}"));
        });
        (said, whole)
    }
}
