//! `snmp`: asks a device what it is, with a community that is as good as a password in the clear
//! (version 2c, RFC 1901 and RFC 3416). Written by a general DER encoder, which BER readers accept.

use der::asn1::{Any, ContextSpecific, ObjectIdentifier, OctetString};
use der::{Encode, Sequence, TagMode, TagNumber};
use serde::Deserialize;

use crate::stage::{BuildError, Stage, encoder};

/// `sysDescr.0`: what the device says it is (RFC 3418).
const DESCRIPTION: &str = "1.3.6.1.2.1.1.1.0";
const VERSION_2C: u8 = 1;
const GET: TagNumber = TagNumber::N0;
const RESPONSE: TagNumber = TagNumber::N2;

/// Asks `to` for its description.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snmp {
    to: String,
    #[serde(default = "public")]
    community: String,
    /// What `to` says it is.
    reply: String,
}

#[derive(Sequence)]
struct Message {
    version: u8,
    community: OctetString,
    request: Any,
}

#[derive(Sequence)]
struct Request {
    id: u32,
    error: u8,
    error_index: u8,
    bindings: Vec<Binding>,
}

#[derive(Clone, Sequence)]
struct Binding {
    name: ObjectIdentifier,
    value: Any,
}

fn public() -> String {
    "public".to_owned()
}

impl Snmp {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let peer = stage.reach(&self.to)?;
        let id = stage.number() >> 1;
        let question = self.message(GET, id, Any::null()).map_err(encoder("SNMP request"))?;
        let description = OctetString::new(self.reply.as_bytes())
            .and_then(|text| Any::encode_from(&text))
            .map_err(encoder("SNMP description"))?;
        let answer = self.message(RESPONSE, id, description).map_err(encoder("SNMP answer"))?;
        stage.ask(&peer, 161, &question, &answer)
    }

    fn message(&self, kind: TagNumber, id: u32, value: Any) -> der::Result<Vec<u8>> {
        let name = ObjectIdentifier::new(DESCRIPTION)?;
        let bindings = vec![Binding { name, value }];
        let request = Request { id, error: 0, error_index: 0, bindings };
        let request =
            ContextSpecific { tag_number: kind, tag_mode: TagMode::Implicit, value: request };
        let community = OctetString::new(self.community.as_bytes())?;
        Message { version: VERSION_2C, community, request: Any::encode_from(&request)? }.to_der()
    }
}
