//! JSON with a command and a short number on ports 9898 and 4321: how gateways of one platform announce
//! themselves and their sensors at home.
//!
//! The platform's makers published it for developers. A program asks the group "whois"; a gateway answers
//! "iam", and by itself says every few seconds that it lives. The model of the gateway is noted; its
//! number and the sensors' readings are not.

use evidence::fields;

use super::{json, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "command-json",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && PORTS.contains(&opening.port) && opening.bytes.starts_with(START)
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORTS: [u16; 2] = [9898, 4321];
const START: &[u8] = b"{\"cmd\":\"";
/// The longest message read; our choice, several times what devices send.
const LONGEST: usize = 2 * 1024;

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if !bytes.starts_with(START) {
        return;
    }
    let text = readable(bytes.get(..LONGEST).unwrap_or(bytes));
    let of_itself = match json::text_under(&text, "cmd") {
        Some("iam") => true,
        // A heartbeat of a sensor comes from the gateway too, which alone has a token to tell.
        Some("heartbeat") => json::text_under(&text, "token").is_some(),
        _ => false,
    };
    let Some(model) = json::text_under(&text, "model").filter(|_| of_itself) else { return };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    notes.sender(fields::LOCAL_PRODUCT, &format!("{} {model}", PROTOCOL.name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const IAM: &[u8] =
        b"{\"cmd\":\"iam\",\"port\":\"9898\",\"sid\":\"00005e005301\",\"model\":\"gateway\"}";

    #[test]
    fn a_gateway_tells_its_model_and_not_its_number() {
        let told = ["sender local.protocol command-json", "sender local.product command-json gateway"];
        check("answer", IAM, &told);
        let lives = b"{\"cmd\":\"heartbeat\",\"model\":\"gateway\",\"sid\":\"1\",\"token\":\"a1\"}";
        check("sign of life", lives, &told);
        let sensor = b"{\"cmd\":\"heartbeat\",\"model\":\"plug\",\"sid\":\"2\",\"token\":\"\"}";
        check("of a sensor", sensor, &[]);
        let sensor = b"{\"cmd\":\"heartbeat\",\"model\":\"plug\",\"sid\":\"2\",\"data\":\"{}\"}";
        check("of a sensor, without a token", sensor, &[]);
        check("report", b"{\"cmd\":\"report\",\"model\":\"motion\",\"sid\":\"2\"}", &[]);
        check("search", b"{\"cmd\":\"whois\"}", &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, 9898, IAM);
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, 9898).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
