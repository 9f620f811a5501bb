//! MQTT: alerts as events, and each guest as a device that home automation finds by itself.
//!
//! `<topic>/alert` and `<topic>/g7/alert` take the messages, `<topic>/g7/state` holds how things stand,
//! `<topic>/status` whether we are there (our will says `offline` for us). What [`discovery`] says goes
//! beneath `<prefix>/device/`.

pub mod discovery;
mod session;

use std::path::PathBuf;

use serde_json::json;

pub use session::Session;

use super::webhook::body;
use crate::{Message, Secret, SendError};

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mqtt {
    /// Its name or address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Who logs in, where one must.
    pub user: Option<String>,
    /// With which password.
    pub password: Option<Secret>,
    /// Where our topics begin; also the first part of every identifier we give.
    pub topic: String,
    /// Where home automation looks for devices; `None` to show it none.
    pub prefix: Option<String>,
    /// Certificates to trust instead of the machine's.
    pub trusted: Option<PathBuf>,
}

impl Mqtt {
    /// Sends one message over a connection of its own.
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let mut session = Session::open(self, "once", false)?;
        session.alert(message)?;
        session.close();
        Ok(())
    }

    /// Whether we are there.
    #[must_use]
    pub fn status(&self) -> String {
        format!("{}/status", self.topic)
    }
}

/// What an `event` is: the type that home automation asks for, and the message.
fn event(message: &Message) -> String {
    let mut event = body(message);
    let kind = match message.urgency {
        _ if message.test => "test",
        household::alerts::Urgency::Now => "alert",
        household::alerts::Urgency::Digest => "digest",
    };
    if let Some(fields) = event.as_object_mut() {
        fields.insert("event_type".to_owned(), json!(kind));
    }
    event.to_string()
}

/// The kinds of `event`.
pub const EVENT_TYPES: [&str; 3] = ["alert", "digest", "test"];
