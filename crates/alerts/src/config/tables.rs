//! The tables of the file as they are written, and what makes channels of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Spanned;
use ureq::http::Uri;

use crate::{
    Channel, Details, Secret, Way,
    channels::{Desktop, Mail, Mqtt, Ntfy, Security, Webhook},
    guard::Access,
};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) pages: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) ntfy: Vec<Spanned<NtfyTable>>,
    #[serde(default)]
    pub(super) webhook: Vec<Spanned<WebhookTable>>,
    #[serde(default)]
    pub(super) mail: Vec<Spanned<MailTable>>,
    #[serde(default)]
    pub(super) mqtt: Vec<Spanned<MqttTable>>,
    #[serde(default)]
    pub(super) desktop: Vec<Spanned<DesktopTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NtfyTable {
    name: Option<String>,
    details: Option<Details>,
    url: String,
    token: Option<Secret>,
    token_file: Option<PathBuf>,
    #[serde(default)]
    allow_private: bool,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookTable {
    name: Option<String>,
    details: Option<Details>,
    url: String,
    secret: Option<Secret>,
    secret_file: Option<PathBuf>,
    #[serde(default)]
    allow_private: bool,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailTable {
    name: Option<String>,
    details: Option<Details>,
    server: String,
    port: Option<u16>,
    #[serde(default = "starttls")]
    security: Security,
    user: Option<String>,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
    from: String,
    to: Vec<String>,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MqttTable {
    name: Option<String>,
    details: Option<Details>,
    server: String,
    port: Option<u16>,
    #[serde(default)]
    tls: bool,
    user: Option<String>,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
    topic: Option<String>,
    discovery: Option<bool>,
    discovery_prefix: Option<String>,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DesktopTable {
    name: Option<String>,
    details: Option<Details>,
}

const fn starttls() -> Security {
    Security::Starttls
}

impl NtfyTable {
    pub(super) fn channel(self, folder: &Path) -> Result<Channel, String> {
        let url = web(&self.url)?;
        if url.path().trim_matches('/').is_empty() {
            return Err("the topic is missing: url = \"https://ntfy.example/topic\"".to_owned());
        }
        let access = access(self.allow_private);
        let token = secret(self.token, self.token_file, "token", folder)?;
        let trusted = self.ca_file.map(|file| folder.join(file));
        named(
            self.name,
            "ntfy",
            self.details.unwrap_or_else(|| as_far_as(access)),
            Way::Ntfy(Ntfy { url, token, access, trusted }),
        )
    }
}

impl WebhookTable {
    pub(super) fn channel(self, folder: &Path) -> Result<Channel, String> {
        let url = web(&self.url)?;
        let access = access(self.allow_private);
        let secret = secret(self.secret, self.secret_file, "secret", folder)?;
        let trusted = self.ca_file.map(|file| folder.join(file));
        named(
            self.name,
            "webhook",
            self.details.unwrap_or_else(|| as_far_as(access)),
            Way::Webhook(Webhook { url, secret, access, trusted }),
        )
    }
}

impl MailTable {
    pub(super) fn channel(self, folder: &Path) -> Result<Channel, String> {
        let password = secret(self.password, self.password_file, "password", folder)?;
        if self.user.is_some() != password.is_some() {
            return Err("a login needs user and password, both or neither".to_owned());
        }
        if self.security == Security::None && password.is_some() {
            return Err("the password would be readable on the way: security = \"starttls\" or \
                        \"tls\", or no user and password"
                .to_owned());
        }
        if self.to.is_empty() {
            return Err("nobody to write to: to = [\"you@mail.example\"]".to_owned());
        }
        for address in self.to.iter().chain([&self.from]) {
            mail_address(address)?;
        }
        let port = match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        let mail = Mail {
            server: server(self.server)?,
            port: self.port.unwrap_or(port),
            security: self.security,
            user: self.user,
            password,
            from: self.from,
            to: self.to,
            trusted: self.ca_file.map(|file| folder.join(file)),
        };
        named(self.name, "mail", self.details.unwrap_or(Details::Short), Way::Mail(mail))
    }
}

impl MqttTable {
    pub(super) fn channel(self, folder: &Path) -> Result<Channel, String> {
        let details = self.details.unwrap_or(Details::Full);
        // Names and addresses of devices are what discovery is about: it goes with full details only.
        let discovery = self.discovery.unwrap_or(details == Details::Full);
        if discovery && details != Details::Full {
            return Err("discovery tells names and addresses of devices: details = \"full\", or \
                        discovery = false"
                .to_owned());
        }
        let password = secret(self.password, self.password_file, "password", folder)?;
        if password.is_some() && self.user.is_none() {
            return Err("a password needs a user".to_owned());
        }
        let prefix = topic(self.discovery_prefix, "discovery_prefix", "homeassistant")?;
        let mqtt = Mqtt {
            server: server(self.server)?,
            port: self.port.unwrap_or(if self.tls { 8883 } else { 1883 }),
            tls: self.tls,
            user: self.user,
            password,
            topic: topic(self.topic, "topic", "houseguest")?,
            prefix: discovery.then_some(prefix),
            trusted: self.ca_file.map(|file| folder.join(file)),
        };
        named(self.name, "mqtt", details, Way::Mqtt(mqtt))
    }
}

impl DesktopTable {
    pub(super) fn channel(self) -> Result<Channel, String> {
        let details = self.details.unwrap_or(Details::Full);
        named(self.name, "desktop", details, Way::Desktop(Desktop::default()))
    }
}

/// A channel of that name; of its kind's, where the user gave none.
fn named(name: Option<String>, kind: &str, details: Details, way: Way) -> Result<Channel, String> {
    let name = name.unwrap_or_else(|| kind.to_owned());
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
        return Err("a channel's name is up to 40 letters, digits, - _ and .".to_owned());
    }
    Ok(Channel { name, details, way })
}

/// What a message may say by default: all of it at home, less where others carry it.
const fn as_far_as(access: Access) -> Details {
    match access {
        Access::Home => Details::Full,
        Access::Public => Details::Short,
    }
}

const fn access(allow_private: bool) -> Access {
    if allow_private { Access::Home } else { Access::Public }
}

/// A secret that stands in the file, or in a file of its own.
fn secret(
    there: Option<Secret>,
    file: Option<PathBuf>,
    key: &str,
    folder: &Path,
) -> Result<Option<Secret>, String> {
    match (there, file) {
        (Some(_), Some(_)) => Err(format!("{key} and {key}_file are both given: leave one away")),
        (there, None) => Ok(there),
        (None, Some(file)) => {
            let path = folder.join(file);
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("failed to read {}: {error}", path.display()))?;
            let found = Secret::new(&text);
            found.map(Some).ok_or_else(|| format!("{} holds no {key} of one line", path.display()))
        }
    }
}

/// A web address that may be posted to.
fn web(text: &str) -> Result<Uri, String> {
    const SHAPE: &str = "an address looks like https://server.example/place";
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let url: Option<Uri> = text.parse().ok();
    let url = match (scheme, url) {
        ("http" | "https", Some(url)) => url,
        ("" | "http" | "https", _) => return Err(SHAPE.to_owned()),
        _ => return Err(format!("only http and https are sent to; {SHAPE}")),
    };
    let authority = url.authority().ok_or(SHAPE)?;
    if authority.host().is_empty() {
        return Err(SHAPE.to_owned());
    }
    if authority.as_str().contains('@') {
        return Err("no user and password in an address: use token, or secret".to_owned());
    }
    Ok(url)
}

/// Where the pages are.
pub(super) fn pages(text: &str) -> Result<String, String> {
    let url = web(text)?;
    if url.query().is_some() {
        return Err("pages is an address such as http://192.0.2.1:8420".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn server(name: String) -> Result<String, String> {
    let fits = |it: char| it.is_ascii_alphanumeric() || ".-:_".contains(it);
    if name.is_empty() || !name.chars().all(fits) {
        return Err("server is a name or an address alone, with the port under port".to_owned());
    }
    Ok(name)
}

fn mail_address(address: &str) -> Result<(), String> {
    let odd = |it: char| !it.is_ascii_graphic() || "<>,;:\\\"()[]".contains(it);
    let parts = address.split_once('@');
    let fits =
        parts.is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    if fits && !address.contains(odd) {
        Ok(())
    } else {
        Err("an e-mail address looks like you@mail.example, without a name around it".to_owned())
    }
}

fn topic(text: Option<String>, key: &str, default: &str) -> Result<String, String> {
    let text = text.unwrap_or_else(|| default.to_owned());
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_/".contains(it);
    let parts = !text.is_empty() && text.split('/').all(|part| !part.is_empty());
    if parts && text.len() <= 60 && text.chars().all(fits) {
        Ok(text)
    } else {
        Err(format!("{key} is letters, digits, - and _, in parts with / between"))
    }
}
