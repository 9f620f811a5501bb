//! `snmp`: asks a device what it is, with a community that is as good as a password in the clear
//! (version 2c, RFC 1901 and RFC 3416). Written by a general DER encoder, which BER readers accept.

use der::asn1::{Any, ContextSpecific, ObjectIdentifier, OctetString};
use der::{Encode, Sequence, TagMode, TagNumber};
use serde::Deserialize;

use crate::stage::{BuildError, Stage, encoder};

/// `sysDescr.0`: what the device says it is (RFC 3418).
const DESCRIPTION: &str = "1.3.6.1.2.1.1.1.0";
/// `sysObjectID.0`: its maker's number for what it is.
const OBJECT: &str = "1.3.6.1.2.1.1.2.0";
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
    /// The object that `to` says it is, asked for too if it is given.
    object: Option<String>,
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
        let description = OctetString::new(self.reply.as_bytes())
            .and_then(|text| Any::encode_from(&text))
            .map_err(encoder("SNMP description"))?;
        let encode = |object: &str| -> der::Result<Any> {
            Any::encode_from(&ObjectIdentifier::new(object)?)
        };
        let object =
            self.object.as_deref().map(encode).transpose().map_err(encoder("SNMP object"))?;
        let values: Vec<_> = [(DESCRIPTION, Some(description)), (OBJECT, object)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let names = values.iter().map(|(name, _)| (*name, Any::null())).collect();
        let question = self.message(GET, id, names).map_err(encoder("SNMP request"))?;
        let answer = self.message(RESPONSE, id, values).map_err(encoder("SNMP answer"))?;
        stage.ask(&peer, 161, &question, &answer)
    }

    fn message(&self, kind: TagNumber, id: u32, values: Vec<(&str, Any)>) -> der::Result<Vec<u8>> {
        let bindings = values
            .into_iter()
            .map(|(name, value)| Ok(Binding { name: ObjectIdentifier::new(name)?, value }))
            .collect::<der::Result<_>>()?;
        let request = Request { id, error: 0, error_index: 0, bindings };
        let request =
            ContextSpecific { tag_number: kind, tag_mode: TagMode::Implicit, value: request };
        let community = OctetString::new(self.community.as_bytes())?;
        Message { version: VERSION_2C, community, request: Any::encode_from(&request)? }.to_der()
    }
}
