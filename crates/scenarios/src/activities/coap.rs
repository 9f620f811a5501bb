//! `coap`: a request to a constrained device, or a report by it to everybody (RFC 7252).

use std::net::{IpAddr, Ipv4Addr};

use coap_lite::{CoapOption, MessageClass, MessageType, Packet, RequestType, ResponseType};
use serde::Deserialize;

use crate::link::{self, Endpoint};
use crate::quantity::Payload;
use crate::stage::{BuildError, Stage, encoder};

const PORT: u16 = 5683;

/// Asks `to` for `path`; without `to`, the question goes to all CoAP nodes and nobody answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Coap {
    to: Option<String>,
    #[serde(default = "usual_port")]
    port: u16,
    path: String,
    reply: Option<Payload>,
}

const fn usual_port() -> u16 {
    PORT
}

impl Coap {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const ALL_NODES: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 1, 187));

        let mut request = Packet::new();
        request.header.set_type(MessageType::NonConfirmable);
        request.header.code = MessageClass::Request(RequestType::Get);
        request.header.message_id = stage.short();
        request.set_token(stage.opaque(4));
        for part in self.path.split('/').filter(|part| !part.is_empty()) {
            request.add_option(CoapOption::UriPath, part.as_bytes().to_vec());
        }
        let bytes = request.to_bytes().map_err(encoder("CoAP request"))?;
        let Some(to) = &self.to else {
            let from = stage.me_at(ALL_NODES, PORT)?.with_hops(1);
            let mac = link::multicast_mac(ALL_NODES);
            let to = Endpoint { mac, ip: ALL_NODES, port: PORT, hops: 1 };
            return stage.udp(&from, &to, &bytes);
        };
        let mut reply = Packet::new();
        reply.header.set_type(MessageType::NonConfirmable);
        reply.header.code = MessageClass::Response(ResponseType::Content);
        reply.header.message_id = stage.short();
        reply.set_token(request.get_token().to_vec());
        reply.payload = self.reply.as_ref().map(|it| stage.carry(it)).unwrap_or_default();
        let answer = reply.to_bytes().map_err(encoder("CoAP answer"))?;
        let peer = stage.reach(to)?;
        stage.ask(&peer, self.port, &bytes, &answer)
    }
}
