//! One file per way to reach somebody. To add one, write the file, and give it a variant here and a table
//! in the configuration.

mod desktop;
mod encoded;
mod http;
mod mail;
pub mod mqtt;
mod ntfy;
mod webhook;

pub use desktop::Desktop;
pub use mail::{Mail, Security};
pub use mqtt::Mqtt;
pub use ntfy::Ntfy;
pub use webhook::{SCHEMA, Webhook};

use crate::{Details, Message, SendError};

/// One way to one place, as the user set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// What the user calls it; no other of the same file has that name.
    pub name: String,
    /// How much its messages say.
    pub details: Details,
    /// The way.
    pub way: Way,
}

/// The ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A topic of ntfy.
    Ntfy(Ntfy),
    /// JSON to a web address.
    Webhook(Webhook),
    /// E-mail.
    Mail(Mail),
    /// A broker that programs at home listen to.
    Mqtt(Mqtt),
    /// The desktop of this machine.
    Desktop(Desktop),
}

impl Channel {
    /// Sends `message` and waits for the other side to take it; a minute at most.
    ///
    /// # Errors
    ///
    /// [`SendError`] if it was not taken.
    pub fn send(&self, message: &Message) -> Result<(), SendError> {
        match &self.way {
            Way::Ntfy(ntfy) => ntfy.send(message),
            Way::Webhook(webhook) => webhook.send(message),
            Way::Mail(mail) => mail.send(message),
            Way::Mqtt(mqtt) => mqtt.send(message),
            Way::Desktop(desktop) => desktop.send(message),
        }
    }

    /// The word of its table in the file.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.way {
            Way::Ntfy(_) => "ntfy",
            Way::Webhook(_) => "webhook",
            Way::Mail(_) => "mail",
            Way::Mqtt(_) => "mqtt",
            Way::Desktop(_) => "desktop",
        }
    }

    /// Where it leads, without what is secret: of a web address neither path nor query, for who knows
    /// a topic or a hook may use it.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.way {
            Way::Ntfy(Ntfy { url, .. }) | Way::Webhook(Webhook { url, .. }) => {
                let scheme = url.scheme_str().unwrap_or_default();
                let host = url.authority().map_or("", ureq::http::uri::Authority::as_str);
                format!("{scheme}://{host}/…")
            }
            Way::Mail(mail) => format!("{} by {}", mail.to.join(", "), mail.server),
            Way::Mqtt(mqtt) => format!("{}:{}", mqtt.server, mqtt.port),
            Way::Desktop(_) => "this machine".to_owned(),
        }
    }
}
