//! SADP, as a family of cameras and recorders answers a search at home.
//!
//! There is no public standard; owners' analyses of the maker's search tool describe it. A device
//! answers the `Probe` of the tool with a `ProbeMatch` to the group. Its model and version are noted;
//! its serial number and addresses are not.

use evidence::fields;

use super::xml::for_each_text;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "sadp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && opening.bytes.starts_with(b"<")
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 37020;

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    let mut answers = false;
    for_each_text(bytes, |path, text| {
        let field = match path {
            "ProbeMatch/DeviceDescription" => fields::LOCAL_PRODUCT,
            "ProbeMatch/SoftwareVersion" => fields::LOCAL_VERSION,
            _ => return,
        };
        answers = true;
        notes.sender(field, &format!("{} {text}", PROTOCOL.name));
    });
    if answers {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ProbeMatch><Uuid>FC25</Uuid>\n\
        <Types>inquiry</Types><DeviceDescription>AB-2CD</DeviceDescription>\
        <DeviceSN>AB-2CD2015</DeviceSN><MAC>00-00-5e-00-53-01</MAC>\
        <SoftwareVersion>V5.2.5build 141201</SoftwareVersion></ProbeMatch>";

    #[test]
    fn an_answer_tells_model_and_version_and_not_the_serial_number() {
        let told = [
            "sender local.product sadp AB-2CD",
            "sender local.version sadp V5.2.5build 141201",
            "sender local.protocol sadp",
        ];
        check("answer", ANSWER, &told);
        check("search", "<Probe><Uuid>13A8</Uuid><Types>inquiry</Types></Probe>", &[]);
        check("another root", "<a><ProbeMatch><DeviceDescription>x</DeviceDescription>", &[]);
        check("nothing", "<", &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, ANSWER.as_bytes());
    }

    #[track_caller]
    fn check(name: &str, text: &str, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(text.as_bytes());
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
