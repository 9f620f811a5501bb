//! SDDP: how projectors, televisions, receivers and thermostats tell controllers of home automation what
//! they are.
//!
//! There is no public standard; the implementations of openHAB and of the package `sddp-discovery-protocol`
//! document it. A message is a head as of HTTP in a datagram, its values in quotation marks or not. The
//! maker, the model and the kind (`Primary-Proxy`) are noted; host names, which bear serial numbers, and
//! addresses are not.

use evidence::{Field, fields};

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "sddp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && STARTS.iter().any(|start| opening.bytes.starts_with(start))
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

/// How messages begin: those that introduce their sender, and the question.
const STARTS: [&[u8]; 5] = [
    b"NOTIFY ALIVE SDDP/1.",
    b"NOTIFY IDENTIFY SDDP/1.",
    b"NOTIFY * SDDP/1.",
    b"SDDP/1.0 200 OK",
    SEARCH,
];
const SEARCH: &[u8] = b"SEARCH * SDDP/1.";
/// Header lines read of one message. Our choice: devices send some ten.
const MOST_LINES: usize = 32;
const HEADERS: [(&str, Field); 3] = [
    ("Manufacturer", fields::SDDP_MANUFACTURER),
    ("Model", fields::SDDP_MODEL),
    ("Primary-Proxy", fields::SDDP_KIND),
];

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if bytes.starts_with(SEARCH) {
        return;
    }
    let lines = bytes.split(|byte| *byte == b'\n').skip(1).take(MOST_LINES).map(<[u8]>::trim_ascii);
    for line in lines.take_while(|line| !line.is_empty()) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let value = value.strip_suffix(b"\"").unwrap_or(value).trim_ascii();
        let header = HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        if let Some((_, field)) = header.filter(|_| !value.is_empty()) {
            notes.sender(*field, &readable(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 1902;
    const ALIVE: &str = "NOTIFY ALIVE SDDP/1.0\r\nFrom: \"192.0.2.9:1902\"\r\n\
        Host: \"ACME_PROJECTOR-00005E005301\"\r\nMax-Age: 1800\r\nType: \"ACME:Projector\"\r\n\
        Primary-Proxy: \"projector\"\r\nProxies: \"projector\"\r\nManufacturer: \"ACME\"\r\n\
        Model: \"AC-3100\"\r\nDriver: \"projector_ACME.c4i\"\r\n\r\nModel: \"behind the head\"";

    #[test]
    fn a_device_tells_its_maker_model_and_kind() {
        let told = ["sddp.kind projector", "sddp.manufacturer ACME", "sddp.model AC-3100"];
        check(ALIVE, &told);
        check(&ALIVE.replace("NOTIFY ALIVE SDDP/1.0", "SDDP/1.0 200 OK"), &told);
        check(&ALIVE.replace('"', ""), &told);
        check("SEARCH * SDDP/1.0\r\nModel: \"x\"\r\n", &[]);
        check("NOTIFY ALIVE SDDP/1.0\r\nModel: \"\"\r\nModel\r\n", &[]);
    }

    #[test]
    fn messages_are_recognised_on_any_port() {
        let recognised =
            |bytes| (PROTOCOL.recognises)(&Opening { bytes, in_stream: false, port: 50_000 });
        assert!(recognised(ALIVE.as_bytes()) && recognised(b"SEARCH * SDDP/1.0\r\n"));
        assert!(!recognised(b"NOTIFY * HTTP/1.1\r\n") && !recognised(b"SDDP/1.0 404 NOT FOUND"));
    }

    #[track_caller]
    fn check(message: &str, expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).answered(message.as_bytes());
        let expected: Vec<_> = expected.iter().map(|it| format!("sender {it}")).collect();
        assert_eq!(read.lines(), expected, "{message}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message.as_bytes());
    }
}
