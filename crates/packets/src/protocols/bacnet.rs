//! Building automation on port 47808: heating, ventilation, light.
//!
//! ANSI/ASHRAE 135, annex J. Numbers are big-endian. Of a device's answer to "who is" the number of its
//! vendor is noted, as ASHRAE assigns them; its own number is not. What is passed on for a device of
//! another network says nothing of who passes it on.
//!
//! ```text
//! | 81 | function (1) | length (2) | 1 | control (1) | addresses as control says | 10 | 0 | C4 | object (4) | …
//! ```

use std::net::{IpAddr, Ipv4Addr};

use evidence::fields;

use super::cursor::Cursor;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "bacnet",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && network_part(opening.bytes).is_some()
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 47808;
const START: u8 = 0x81;
const FORWARDED: u8 = 0x04;
/// A message to one, and to all.
const TO_ONE: u8 = 0x0a;
const TO_ALL: u8 = 0x0b;
const UNCONFIRMED: u8 = 0x10;
const I_AM: u8 = 0x00;

/// What is behind the link's header, and for whom it is forwarded; `None` if it is another layout or no
/// message of a device.
fn network_part(bytes: &[u8]) -> Option<(Cursor<'_>, Option<IpAddr>)> {
    let mut cursor = Cursor::new(bytes);
    let [start, function, high, low] = cursor.array()?;
    if start != START || usize::from(u16::from_be_bytes([high, low])) != bytes.len() {
        return None;
    }
    match function {
        FORWARDED => {
            let [a, b, c, d, _, _] = cursor.array()?;
            Some((cursor, Some(Ipv4Addr::new(a, b, c, d).into())))
        }
        TO_ONE | TO_ALL => Some((cursor, None)),
        _ => None,
    }
}

/// What is behind the network's header, unless a router brings it from a network behind it.
fn application_part(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let [version, control] = cursor.array()?;
    // Version 1, no message of the network's own, and no sender of another network.
    if version != 1 || control & 0x88 != 0 {
        return None;
    }
    if control & 0x20 != 0 {
        cursor.take(2)?;
        cursor.vector8()?;
        cursor.u8()?;
    }
    Some(cursor)
}

/// The vendor's number in an "I am": behind the object, the longest message and the segmentation.
fn vendor(mut cursor: Cursor<'_>) -> Option<u32> {
    if cursor.array()? != [UNCONFIRMED, I_AM] {
        return None;
    }
    let mut values = [0; 4];
    for value in &mut values {
        let length = usize::from(cursor.u8()? & 0x07);
        let bytes = cursor.take(length).filter(|bytes| bytes.len() <= 4)?;
        *value = bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    }
    let [_object, _longest, _segmentation, vendor] = values;
    Some(vendor)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let own = network_part(bytes).filter(|(_, of)| of.is_none_or(|of| notes.sender == Some(of)));
    if let Some(vendor) = own.and_then(|(part, _)| application_part(part)).and_then(vendor) {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {vendor}", PROTOCOL.name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const I_AM_A_DEVICE: [u8; 13] =
        [0x10, 0, 0xc4, 2, 0, 0, 7, 0x22, 5, 0xc4, 0x91, 3, 0x21];

    #[test]
    fn a_device_tells_its_vendor_and_not_its_number() {
        let told = ["sender local.protocol bacnet", "sender local.product bacnet 42"];
        let i_am = [&I_AM_A_DEVICE[..], &[42]].concat();
        check("to all", &message(TO_ALL, &[&[1, 0][..], &i_am].concat()), &told);
        let routed = [&[1, 0x20, 0xff, 0xff, 0, 0xff][..], &i_am].concat();
        check("to all networks", &message(TO_ALL, &routed), &told);
        let forwarded = [&[192, 0, 2, 1, 0xba, 0xc0, 1, 0][..], &i_am].concat();
        check("forwarded, its own", &message(FORWARDED, &forwarded), &told);
        let forwarded = [&[192, 0, 2, 77, 0xba, 0xc0, 1, 0][..], &i_am].concat();
        check("forwarded for another", &message(FORWARDED, &forwarded), &[]);
        let from_behind = [&[1, 0x08, 0, 7, 1, 9][..], &i_am].concat();
        check("routed for another", &message(TO_ALL, &from_behind), &[]);
        check("who is", &message(TO_ALL, &[1, 0, 0x10, 8]), &[]);
        check("cut short", &message(TO_ALL, &[1, 0, 0x10, 0, 0xc4, 2]), &[]);
        check("of the network's own", &message(TO_ALL, &[1, 0x80, 0]), &[]);
        check("another layout", &[0x81, 0x0b, 0, 9], &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        let i_am = [&[1, 0][..], &I_AM_A_DEVICE, &[42]].concat();
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(TO_ALL, &i_am));
    }

    fn message(function: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(4 + rest.len()).unwrap().to_be_bytes();
        [&[START, function][..], &length, rest].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
