//! LLDP (IEEE 802.1AB): what switches, access points, telephones, cameras and printers say of themselves to
//! their neighbour on the wire; of the extensions, the inventory of LLDP-MED (ANSI/TIA-1057).

use evidence::{Field, Host, Mac, fields};

use crate::protocols::Text;

/// Parts of a message that are read; our choice: real ones have some twenty.
const MOST_PARTS: usize = 64;

/// The organisation whose parts are LLDP-MED's.
const MED: [u8; 3] = [0x00, 0x12, 0xbb];

/// Hands over what the sender of `message` says of itself; false if it breaks off.
#[must_use]
pub(crate) fn notes(source: Mac, message: &[u8], mut note: impl FnMut(Host, Field, &str)) -> bool {
    let Some(host) = Host::new(Some(source), None) else { return true };
    let mut rest = message;
    for _ in 0..MOST_PARTS {
        // The end need not be said where the frame ends.
        let Some((&[high, low], after)) = rest.split_first_chunk() else { return rest.is_empty() };
        let length = usize::from(high & 1) << 8 | usize::from(low);
        let Some((value, after)) = after.split_at_checked(length) else { return false };
        let said = match (high >> 1, value) {
            (0, _) => return true,
            (5, name) => Some((fields::LLDP_NAME, name)),
            (6, description) => Some((fields::LLDP_DESCRIPTION, description)),
            // The capabilities that it has, and those of them that are in use.
            (7, &[_, _, high, low]) => {
                note_capabilities(host, u16::from_be_bytes([high, low]), &mut note);
                None
            }
            (127, [a, b, c, kind, text @ ..]) if [*a, *b, *c] == MED => {
                of_inventory(*kind).map(|field| (field, text))
            }
            _ => None,
        };
        if let Some((field, text)) = said {
            // Some end their texts with a zero.
            let text = text.split(|&byte| byte == 0).next().unwrap_or_default().trim_ascii();
            let mut shown = Text::new();
            shown.push(text);
            if !text.is_empty() {
                note(host, field, &shown.get());
            }
        }
        rest = after;
    }
    true
}

/// Notes in words what the sender says it does (IEEE 802.1AB, table 8-4).
fn note_capabilities(host: Host, in_use: u16, note: &mut impl FnMut(Host, Field, &str)) {
    /// From the lowest bit on; the first says that it is none of these.
    const NAMES: [&str; 8] = [
        "other",
        "repeater",
        "bridge",
        "wlan-access-point",
        "router",
        "telephone",
        "cable-modem",
        "station",
    ];
    let mut shown = Text::new();
    let mut before: &[u8] = b"";
    for (bit, name) in NAMES.iter().enumerate() {
        if in_use & (1 << bit) != 0 {
            shown.push(before);
            shown.push(name.as_bytes());
            before = b",";
        }
    }
    if in_use != 0 {
        note(host, fields::LLDP_CAPABILITIES, &shown.get());
    }
}

/// What a part of LLDP-MED's inventory says, by its number. The serial number is passed over.
const fn of_inventory(kind: u8) -> Option<Field> {
    match kind {
        6 => Some(fields::LLDP_FIRMWARE),
        9 => Some(fields::LLDP_MAKER),
        10 => Some(fields::LLDP_MODEL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts by their number.
    fn message(parts: &[(u8, &[u8])]) -> Vec<u8> {
        let part = |(kind, value): &(u8, &[u8])| {
            let length = u8::try_from(value.len()).unwrap();
            [&[kind << 1, length], *value].concat()
        };
        parts.iter().flat_map(part).collect()
    }

    #[test]
    fn a_device_introduces_itself_to_its_neighbour() {
        let whole = message(&[
            (1, b"\x04\x00\x00\x5e\x00\x53\x01"),
            (5, b"camera-1\0"),
            (6, b"Acme camera, 1.2"),
            (7, b"\x00\x3c\x00\x24"),
            (127, b"\x00\x12\xbb\x06 V1.2"),
            (127, b"\x00\x12\xbb\x09Acme"),
            (127, b"\x00\x12\xbb\x0aAC-12"),
            (127, b"\x00\x80\xc2\x01ab"),
            (0, b""),
        ]);
        let said = [
            "lldp.name camera-1",
            "lldp.description Acme camera, 1.2",
            "lldp.capabilities bridge,telephone",
            "lldp.firmware V1.2",
            "lldp.maker Acme",
            "lldp.model AC-12",
        ];
        assert_eq!(read(&whole), (said.map(str::to_owned).to_vec(), true));
        let padded = [&whole[..], &[0; 20]].concat();
        assert_eq!(read(&padded), read(&whole));
        for length in 0..whole.len() {
            let (part, _) = read(&whole[..length]);
            assert!(said.iter().zip(&part).all(|(said, it)| said == it), "{length} bytes");
        }
        assert!(!read(&whole[..whole.len() - 3]).1, "breaks off");
    }

    #[test]
    fn what_says_nothing_is_passed_over() {
        assert_eq!(read(&message(&[(5, b""), (5, b" \0x"), (127, b"ab")])), (vec![], true));
        assert_eq!(read(&[]), (vec![], true));
        assert_eq!(read(&message(&[(1, &b"x"[..]); 200])), (vec![], true));
        assert_eq!(
            read(&message(&[(7, b"\x00\x04\0\0"), (7, b"\0")])),
            (vec![], true),
            "none in use"
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
