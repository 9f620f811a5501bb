//! A webhook: the message as JSON to a web address, signed where both sides share a secret.
//!
//! The shape is `docs/schema/alert.schema.json`; it only grows within its version.

use std::path::PathBuf;

use hmac::{Hmac, Mac as _};
use household::alerts::Urgency;
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::http::{
    Uri,
    header::{CONTENT_TYPE, HeaderName},
};

use super::http;
use crate::{Message, Secret, SendError, guard::Access, wording::severity_word};

/// The name and version of the shape.
pub const SCHEMA: &str = "houseguest.alert/1";

/// The header with the signature: `sha256=` and HMAC-SHA256 ([RFC 2104]) of the body, in hexadecimal.
///
/// [RFC 2104]: https://www.rfc-editor.org/rfc/rfc2104
const SIGNATURE: HeaderName = HeaderName::from_static("x-houseguest-signature");

/// A web address that takes JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The address.
    pub url: Uri,
    /// What both sides know.
    pub secret: Option<Secret>,
    /// Where it may be.
    pub access: Access,
    /// Certificates to trust instead of the machine's.
    pub trusted: Option<PathBuf>,
}

impl Webhook {
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let body = body(message).to_string();
        let mut headers = vec![(CONTENT_TYPE, "application/json".to_owned())];
        if let Some(secret) = &self.secret {
            headers.push((SIGNATURE, signature(secret, body.as_bytes())?));
        }
        http::post(&self.url, self.access, self.trusted.as_deref(), &headers, &body)
    }
}

pub(super) fn body(message: &Message) -> Value {
    let device = message.device.as_ref();
    json!({
        "schema": SCHEMA,
        "id": message.id,
        "test": message.test,
        "sent": message.at.to_string(),
        "urgency": match message.urgency { Urgency::Now => "now", Urgency::Digest => "digest" },
        "severity": severity_word(message.severity),
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "device": device.map(|(id, name)| json!({ "number": id.to_string(), "name": name })),
        "changes": message.changes,
    })
}

fn signature(secret: &Secret, body: &[u8]) -> Result<String, SendError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map_err(|_| SendError::setup("the secret cannot be used to sign"))?;
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    Ok(digest.iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn bodies_are_signed_as_the_standard_says() {
        let secret = Secret::new("Jefe").unwrap();
        assert_eq!(
            signature(&secret, b"what do ya want for nothing?").unwrap(),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
