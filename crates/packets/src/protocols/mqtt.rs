//! MQTT without TLS: who a client says it is, whether it logs in for all to read, and its topics, and
//! what personal data they and the beginnings of payloads hold.
//!
//! Wire format: [MQTT 3.1.1] and [MQTT 5.0]. Payloads are kept nowhere.
//!
//! [MQTT 3.1.1]: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html
//! [MQTT 5.0]: https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html

use evidence::{Field, fields};

use super::{cursor::Cursor, personal};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[1883],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && (is_connect(opening.bytes) || is_message(opening.bytes))
    },
    datagram: None,
    stream: Some(read),
};

const NAME: &str = "mqtt";

/// The most of a packet that is waited for: a topic is at most 64 KiB by its format, hardly 1 KiB in
/// truth. Our choice.
const LONGEST_LOOK: usize = 4096;

/// Packets read of each direction; our choice.
const MOST_PACKETS: u64 = 500;

/// In the flow's memory: whether the client said it speaks version 5. The low bits are [`Skip`]'s.
const VERSION_5: u64 = 1 << 63;

/// Control packet types (MQTT 5.0, section 2.1.2).
mod kind {
    pub(super) const CONNECT: u8 = 1;
    pub(super) const PUBLISH: u8 = 3;
    pub(super) const SUBSCRIBE: u8 = 8;
    pub(super) const DISCONNECT: u8 = 14;
}

/// A packet's fixed header.
struct FixedHeader {
    kind: u8,
    /// Bytes that follow the header.
    length: usize,
    /// Bytes of the header itself.
    bytes: usize,
}

impl FixedHeader {
    /// `Ok(None)` if the header is not whole, `Err` if it cannot be one.
    fn read(bytes: &[u8]) -> Result<Option<Self>, ()> {
        let mut rest = Cursor::new(bytes);
        let Some(first) = rest.u8() else { return Ok(None) };
        let (kind, flags) = (first >> 4, first & 0xf);
        // Bits reserved for each type: SUBSCRIBE, UNSUBSCRIBE and PUBREL have 2, PUBLISH its own.
        let are_right = match kind {
            0 => false,
            kind::PUBLISH => flags & 0b110 != 0b110,
            6 | 8 | 10 => flags == 2,
            _ => flags == 0,
        };
        if !are_right {
            return Err(());
        }
        let Some(length) = variable(&mut rest) else {
            return if bytes.len() > 4 { Err(()) } else { Ok(None) };
        };
        Ok(Some(Self { kind, length, bytes: bytes.len() - rest.rest().len() }))
    }
}

/// A variable-length integer of at most 4 bytes.
fn variable(bytes: &mut Cursor<'_>) -> Option<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21] {
        let byte = bytes.u8()?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn is_connect(bytes: &[u8]) -> bool {
    let Ok(Some(header)) = FixedHeader::read(bytes) else { return false };
    let body = bytes.get(header.bytes..).unwrap_or_default();
    header.kind == kind::CONNECT
        && (body.starts_with(b"\0\x04MQTT") || body.starts_with(b"\0\x06MQIsdp"))
}

/// Whether a message under a readable topic fills the segment: so a connection is known whose beginning
/// was not captured, as they last for weeks.
fn is_message(bytes: &[u8]) -> bool {
    let Ok(Some(FixedHeader { kind: kind::PUBLISH, length, bytes: header })) =
        FixedHeader::read(bytes)
    else {
        return false;
    };
    let body = bytes.get(header..).unwrap_or_default();
    let topic = Cursor::new(body).vector16().and_then(|topic| std::str::from_utf8(topic).ok());
    let is_topic = |topic: &str| {
        topic.len() > 2 && !topic.contains(|it: char| it.is_control() || ['+', '#'].contains(&it))
    };
    body.len() == length && topic.is_some_and(is_topic)
}

/// What one direction remembers: packets read, and bytes of payload still to skip.
struct Skip {
    packets: u64,
    bytes: u64,
}

impl Skip {
    const BYTES_BITS: u32 = 20;
    const BITS: u32 = 30;

    const fn at(notes: &Notes<'_>) -> u32 {
        if notes.to_server { 0 } else { Self::BITS }
    }

    const fn of(notes: &Notes<'_>) -> Self {
        let bits = *notes.memory >> Self::at(notes) & ((1 << Self::BITS) - 1);
        Self { packets: bits >> Self::BYTES_BITS, bytes: bits & ((1 << Self::BYTES_BITS) - 1) }
    }

    /// Returns whether it fits.
    const fn keep(&self, notes: &mut Notes<'_>) -> bool {
        let bits = self.packets << Self::BYTES_BITS | self.bytes;
        let at = Self::at(notes);
        *notes.memory &= !(((1 << Self::BITS) - 1) << at);
        *notes.memory |= bits << at;
        self.bytes < 1 << Self::BYTES_BITS
    }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut skip = Skip::of(notes);
    if skip.bytes > 0 {
        let count = bytes.len().min(usize::try_from(skip.bytes).unwrap_or(usize::MAX));
        skip.bytes -= count as u64;
        skip.keep(notes);
        return Progress::Consumed(count);
    }
    let header = match FixedHeader::read(bytes) {
        Ok(Some(header)) => header,
        Ok(None) => return Progress::More,
        Err(()) if skip.packets == 0 => return Progress::Foreign,
        Err(()) => {
            notes.malformed(NAME);
            return Progress::Finished;
        }
    };
    let body = bytes.get(header.bytes..).unwrap_or_default();
    let wanted = header.length.min(LONGEST_LOOK);
    let is_told = [kind::CONNECT, kind::PUBLISH, kind::SUBSCRIBE].contains(&header.kind);
    if is_told && body.len() < wanted {
        return Progress::More;
    }
    let here = body.get(..header.length).unwrap_or(body);
    let read = match header.kind {
        kind::CONNECT => note_connect(here, notes),
        kind::PUBLISH => note_publish(here, notes),
        kind::SUBSCRIBE => note_subscribe(here, notes),
        kind::DISCONNECT => return Progress::Finished,
        _ => Some(()),
    };
    if read.is_none() {
        if skip.packets == 0 {
            return Progress::Foreign;
        }
        notes.malformed(NAME);
    }
    skip.packets += 1;
    skip.bytes = (header.length - here.len()) as u64;
    if skip.packets >= MOST_PACKETS || skip.bytes >= 1 << Skip::BYTES_BITS {
        return Progress::Finished;
    }
    skip.keep(notes);
    Progress::Consumed(header.bytes + here.len())
}

fn note_connect(body: &[u8], notes: &mut Notes<'_>) -> Option<()> {
    const WILL: u8 = 0b100;
    const PASSWORD: u8 = 0b100_0000;
    const USER: u8 = 0b1000_0000;

    let mut rest = Cursor::new(body);
    if ![&b"MQTT"[..], b"MQIsdp"].contains(&rest.vector16()?) {
        return None;
    }
    let is_5 = rest.u8()? == 5;
    let (flags, _keep_alive) = (rest.u8()?, rest.u16()?);
    if is_5 {
        *notes.memory |= VERSION_5;
        skip_properties(&mut rest)?;
    }
    let client = rest.vector16()?;
    let client = String::from_utf8_lossy(client);
    note_personal_data(client.as_bytes(), "mqtt client id", notes);
    notes.sender(fields::MQTT_CLIENT_ID, &personal::without_emails(&client));
    if flags & WILL != 0 {
        if is_5 {
            skip_properties(&mut rest)?;
        }
        let (topic, message) = (rest.vector16()?, rest.vector16()?);
        note_personal_data(topic, "mqtt topic", notes);
        note_personal_data(message, "mqtt payload", notes);
    }
    let user = if flags & USER != 0 { Some(rest.vector16()?) } else { None };
    note_personal_data(user.unwrap_or_default(), "mqtt user name", notes);
    let password = if flags & PASSWORD != 0 { Some(rest.vector16()?) } else { None };
    let parts = [("user", user), ("password", password)];
    let said = parts.iter().filter_map(|(name, part)| Some(format!("{name} {}", (*part)?.len())));
    let login = said.collect::<Vec<_>>().join(", ");
    if !login.is_empty() {
        notes.sender_here(fields::MQTT_LOGIN, &login);
    }
    Some(())
}

fn note_publish(body: &[u8], notes: &mut Notes<'_>) -> Option<()> {
    let mut rest = Cursor::new(body);
    note_topic(rest.vector16()?, notes);
    // Before the payload stand a number or properties at most, which are no text to find anything in.
    note_personal_data(rest.rest(), "mqtt payload", notes);
    Some(())
}

fn note_subscribe(body: &[u8], notes: &mut Notes<'_>) -> Option<()> {
    let mut rest = Cursor::new(body);
    let _identifier = rest.u16()?;
    if *notes.memory & VERSION_5 != 0 {
        skip_properties(&mut rest)?;
    }
    while !rest.is_empty() {
        note_topic(rest.vector16()?, notes);
        let _options = rest.u8()?;
    }
    Some(())
}

/// Topics are the client's, whichever way they go. Version 5 leaves out those said before.
fn note_topic(topic: &[u8], notes: &mut Notes<'_>) {
    if topic.is_empty() {
        return;
    }
    note_personal_data(topic, "mqtt topic", notes);
    let topic = String::from_utf8_lossy(topic);
    note_of_client(fields::MQTT_TOPIC, &personal::without_emails(&topic), notes);
}

fn note_personal_data(text: &[u8], place: &str, notes: &mut Notes<'_>) {
    personal::look(text, place, &mut |line| note_of_client(fields::CLEAR_PERSONAL, line, notes));
}

fn note_of_client(field: Field, value: &str, notes: &mut Notes<'_>) {
    if notes.to_server {
        notes.sender_here(field, value);
    } else {
        notes.receiver_here(field, value);
    }
}

fn skip_properties(rest: &mut Cursor<'_>) -> Option<()> {
    let length = variable(rest)?;
    rest.take(length).map(|_| ())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const CONNECT: &[u8] = b"\x10\x25\0\x04MQTT\x04\xc6\0\x3c\0\x04plug\0\x01w\0\x01m\0\x05admin\0\x06secret";

    #[test]
    fn tells_the_client_and_that_it_logs_in() {
        let expected = ["sender mqtt.client_id plug", "sender here mqtt.login user 5, password 6"];
        check("version 3.1.1", &[CONNECT], &[], &expected);
        let five = b"\x10\x12\0\x04MQTT\x05\x02\0\x3c\x03\x21\0\x14\0\x02id";
        check("version 5, no login", &[five], &[], &["sender mqtt.client_id id"]);
        let old = b"\x10\x10\0\x06MQIsdp\x03\x02\0\x3c\0\x02id";
        check("version 3.1", &[old], &[], &["sender mqtt.client_id id"]);
    }

    #[test]
    fn tells_topics_both_ways_and_skips_payloads() {
        let mut publish = b"\x30\xfb\x3e\0\x03a/b".to_vec();
        publish.resize(3 + 8059, b'x');
        let client = [CONNECT, b"\x82\x08\0\x01\0\x03c/#\0", &publish, b"\xc0\0\xe0\0"].concat();
        check(
            "subscribed and published",
            &[&client],
            &[b"\x20\x02\0\0\x30\x06\0\x03c/1x"],
            &[
                "sender mqtt.client_id plug",
                "sender here mqtt.login user 5, password 6",
                "sender here mqtt.topic c/#",
                "sender here mqtt.topic a/b",
                "receiver here mqtt.topic c/1",
            ],
        );
    }

    #[test]
    fn a_message_tells_a_connection_under_way() {
        for (bytes, expected) in [
            (&b"\x30\x06\0\x03c/1x"[..], true),
            (b"\x32\x08\0\x03c/1\0\x07x", true),
            (b"\x30\x06\0\x03c/1", false),
            (b"\x30\x06\0\x03c/#x", false),
            (b"\x30\x06\0\x03c\x01/x", false),
            (b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0", false),
            (b"\xc0\0", false),
        ] {
            assert_eq!(is_message(bytes), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn personal_data_is_told_by_kind_and_length() {
        check(
            "in a topic and a payload",
            &[CONNECT, b"\x30\x28\0\x0fu/a@example.com{\"ssid\":\"TheNet\",\"x\":1}"],
            &[b"\x20\x02\0\0\x30\x10\0\x03c/1sn=AB12CD34"],
            &[
                "sender mqtt.client_id plug",
                "sender here mqtt.login user 5, password 6",
                "sender here clear.personal email, 13 bytes, in mqtt topic",
                "sender here mqtt.topic u/[email]",
                "sender here clear.personal ssid, 6 bytes, in mqtt payload as ssid",
                "receiver here mqtt.topic c/1",
                "receiver here clear.personal serial number, 8 bytes, in mqtt payload as sn",
            ],
        );
    }

    proptest! {
        #[test]
        fn never_panics(noise in prop::collection::vec(any::<u8>(), 0..100), to_server: bool) {
            let flow = Rehearsal::new(PROTOCOL, 1883).client(CONNECT);
            if to_server { flow.client(&noise) } else { flow.server(&noise) };
        }
    }

    #[track_caller]
    fn check(name: &str, client: &[&[u8]], server: &[&[u8]], expected: &[&str]) {
        for step in [usize::MAX, 1] {
            let mut flow = Rehearsal::new(PROTOCOL, 1883);
            for bytes in client.iter().flat_map(|bytes| bytes.chunks(step)) {
                flow = flow.client(bytes);
            }
            for bytes in server.iter().flat_map(|bytes| bytes.chunks(step)) {
                flow = flow.server(bytes);
            }
            assert_eq!(flow.lines(), expected, "{name} in steps of {step}");
            assert_eq!(flow.malformed(), 0, "{name}");
        }
    }
}
