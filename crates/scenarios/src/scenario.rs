//! A scenario: a home and its day, as a person writes it in TOML.
//!
//! ```toml
//! [home]
//! name = "A flat with a lamp"
//! network = "192.168.20.0/24"
//! gateway = "Router"
//! start = 2026-03-14T00:00:00Z
//! lasts = "24h"
//!
//! [[device]]
//! name = "Router"
//! mac = "02:00:5e:10:00:01"
//! ip = "192.168.20.1"
//!
//! [[device]]
//! name = "Lamp"
//! mac = "02:00:5e:10:00:02"
//! ip = "192.168.20.10"
//!
//! [[device.does]]
//! what = "tls"
//! to = "cloud.example"
//! every = "1h"
//! ```

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;
use thiserror::Error;

use crate::Frames;
use crate::activities::Activity;
use crate::home::{Dhcp, Home, Host, Mdns, Network, Upnp, assign_addresses, with_interface};
use crate::quantity::{Mac, Span};
use crate::stage::{BuildError, Memory, Stage};
use crate::when::{self, When, Window};

/// A home and what happens in it; made by [`Scenario::parse`].
///
/// **Invariant.** Every activity was tried once and can be acted out.
#[derive(Clone, Debug)]
pub struct Scenario {
    name: String,
    pub(crate) home: Home,
    pub(crate) acts: Vec<Act>,
}

/// One activity of one host.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// Which of the home's hosts acts.
    pub(crate) host: usize,
    pub(crate) when: When,
    pub(crate) activity: Activity,
}

/// Why a text is no scenario.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// It is no TOML, or has keys no scenario has.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// The start is no moment of time that a capture can begin at.
    #[error("`start = {0}` is no moment such as 2026-03-14T00:00:00Z")]
    Start(String),
    /// The IPv6 prefix is not one.
    #[error("`ipv6 = {0:?}` is no prefix such as 2001:db8:20::/64")]
    Prefix(String),
    /// `gateway` names no device.
    #[error("the gateway `{0}` is no device of this home")]
    Gateway(String),
    /// Two hosts have the same name.
    #[error("two devices are called `{0}`")]
    Twice(String),
    /// A device's address is not of the home's network.
    #[error("`{device}` has the address {ip}, which is outside the home's network")]
    Outside {
        /// The device.
        device: String,
        /// Its address.
        ip: Ipv4Addr,
    },
    /// An activity is not understood.
    #[error("activity {number} of `{device}`: {why}")]
    Activity {
        /// The device.
        device: String,
        /// Which of its activities, counted from 1.
        number: usize,
        /// What is wrong with it.
        why: String,
    },
    /// An activity is understood, but cannot be acted out.
    #[error("activity {number} of `{device}`: {why}")]
    Unplayable {
        /// The device.
        device: String,
        /// Which of its activities, counted from 1.
        number: usize,
        /// What is missing.
        why: BuildError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    home: HomeText,
    device: Vec<DeviceText>,
    #[serde(default)]
    visitor: Vec<VisitorText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeText {
    name: String,
    network: Network,
    ipv6: Option<String>,
    gateway: String,
    start: toml::value::Datetime,
    lasts: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceText {
    name: String,
    mac: Mac,
    ip: Ipv4Addr,
    #[serde(default)]
    ipv6: bool,
    resolver: Option<IpAddr>,
    #[serde(default = "usual_hops")]
    hops: u8,
    dhcp: Option<Dhcp>,
    mdns: Option<Mdns>,
    upnp: Option<Upnp>,
    #[serde(default)]
    does: Vec<toml::Table>,
}

/// A host beyond the gateway that opens connections into the home.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitorText {
    name: String,
    ip: Ipv4Addr,
    #[serde(default)]
    does: Vec<toml::Table>,
}

const fn usual_hops() -> u8 {
    64
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] says what is wrong and where. A scenario that parses can be acted out.
    pub fn parse(toml: &str) -> Result<Self, ScenarioError> {
        let Document { home, device, visitor } = toml::from_str(toml)?;
        let window = window(&home)?;
        let prefix = home.ipv6.as_deref().map(read_prefix).transpose()?;
        let (mut hosts, mut deeds) = (Vec::new(), Vec::new());
        let way_out = device
            .iter()
            .find(|device| device.name == home.gateway)
            .map(|gateway| (gateway.mac.0, gateway.ip))
            .ok_or_else(|| ScenarioError::Gateway(home.gateway.clone()))?;
        for mut device in device {
            if !home.network.contains(device.ip) {
                return Err(ScenarioError::Outside { device: device.name, ip: device.ip });
            }
            deeds.push(std::mem::take(&mut device.does));
            hosts.push(device.into_host(prefix, way_out.1));
        }
        for mut visitor in visitor {
            deeds.push(std::mem::take(&mut visitor.does));
            hosts.push(visitor.into_host(way_out));
        }
        let Some(gateway) = hosts.iter().find(|host| host.name == home.gateway).cloned() else {
            return Err(ScenarioError::Gateway(home.gateway));
        };
        refuse_namesakes(&hosts)?;
        let servers = assign_addresses(deeds.iter().flatten().flat_map(outside_names));
        let network = home.network;
        let built = Home { window, network, prefix, hosts, gateway, servers };
        let acts = read_acts(&built, deeds)?;
        Ok(Self { name: home.name, home: built, acts })
    }

    /// What the home is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Acts the scenario out: its frames in time order, the same for the same `seed`.
    #[must_use]
    pub fn frames(&self, seed: u64) -> Frames<'_> {
        Frames::new(self, seed)
    }
}

impl DeviceText {
    fn into_host(self, prefix: Option<Ipv6Addr>, gateway: Ipv4Addr) -> Host {
        Host {
            name: self.name,
            mac: self.mac.0,
            ip: self.ip,
            ipv6: prefix.filter(|_| self.ipv6).map(|prefix| with_interface(prefix, self.mac.0)),
            outside: false,
            resolver: self.resolver.unwrap_or(IpAddr::V4(gateway)),
            hops: self.hops,
            dhcp: self.dhcp,
            mdns: self.mdns,
            upnp: self.upnp,
        }
    }
}

impl VisitorText {
    fn into_host(self, (mac, gateway): ([u8; 6], Ipv4Addr)) -> Host {
        Host {
            name: self.name,
            mac,
            ip: self.ip,
            ipv6: None,
            outside: true,
            resolver: IpAddr::V4(gateway),
            hops: 51,
            dhcp: None,
            mdns: None,
            upnp: None,
        }
    }
}

fn window(home: &HomeText) -> Result<Window, ScenarioError> {
    let text = home.start.to_string();
    let start = text.parse::<jiff::Timestamp>().ok();
    let start = start.and_then(|start| u64::try_from(start.as_nanosecond()).ok());
    let start = start.ok_or(ScenarioError::Start(text))?;
    Ok(Window { start, length: home.lasts.0 })
}

fn read_prefix(text: &str) -> Result<Ipv6Addr, ScenarioError> {
    text.strip_suffix("/64")
        .and_then(|prefix| prefix.parse().ok())
        .ok_or_else(|| ScenarioError::Prefix(text.to_owned()))
}

fn refuse_namesakes(hosts: &[Host]) -> Result<(), ScenarioError> {
    let mut seen = BTreeSet::new();
    hosts
        .iter()
        .find(|host| !seen.insert(&host.name))
        .map_or(Ok(()), |host| Err(ScenarioError::Twice(host.name.clone())))
}

/// The domain names an activity mentions as somebody to talk to or to ask about.
fn outside_names(deed: &toml::Table) -> impl Iterator<Item = &str> {
    let one = deed.get("to").into_iter();
    let many = deed.get("names").and_then(toml::Value::as_array).into_iter().flatten();
    one.chain(many).filter_map(toml::Value::as_str).filter(|name| {
        let labels_fit = name.split('.').all(|label| !label.is_empty() && label.len() < 64);
        let bytes_fit = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        name.contains('.') && labels_fit && bytes_fit && name.parse::<IpAddr>().is_err()
    })
}

/// Reads all activities, and tries each once.
fn read_acts(home: &Home, deeds: Vec<Vec<toml::Table>>) -> Result<Vec<Act>, ScenarioError> {
    let mut acts = Vec::new();
    for (place, (host, deeds)) in home.hosts.iter().zip(deeds).enumerate() {
        for (number, deed) in (1..).zip(deeds) {
            let device = || host.name.clone();
            let (when, activity) = read_deed(deed).map_err(|why| ScenarioError::Activity {
                device: device(),
                number,
                why,
            })?;
            let mut memory = Memory::new(0);
            let mut stage = Stage::new(home, host, &mut memory, home.window.start);
            activity.perform(&mut stage).map_err(|why| ScenarioError::Unplayable {
                device: device(),
                number,
                why,
            })?;
            acts.push(Act { host: place, when, activity });
        }
    }
    Ok(acts)
}

/// Splits an activity's table into its clock part and the activity itself.
fn read_deed(deed: toml::Table) -> Result<(When, Activity), String> {
    let (clock, rest): (toml::Table, toml::Table) =
        deed.into_iter().partition(|(key, _)| when::KEYS.contains(&key.as_str()));
    let when: When = clock.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    if when.is_empty() {
        return Err("say when, with `at` or `every`".to_owned());
    }
    let activity = rest.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    Ok((when, activity))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "[home]\nname = 'A test'\nnetwork = '192.168.20.0/24'\n\
        gateway = 'Router'\nstart = 2026-03-14T12:00:00Z\nlasts = '1h'\n\
        [[device]]\nname = 'Router'\nmac = '02:00:5e:10:00:01'\nip = '192.168.20.1'\n";

    #[test]
    fn says_what_is_wrong_and_where() {
        let does = |deed: &str| format!("{HOME}[[device.does]]\n{deed}");
        check(&HOME.replace("gateway = 'Router'", "gateway = 'Box'"), "the gateway `Box`");
        check(&HOME.replace("'192.168.20.1'", "'192.168.21.1'"), "outside the home's network");
        check(&HOME.replace("14T12:00:00Z", "14"), "no moment");
        check(&HOME.replace("lasts", "last"), "unknown field `last`");
        check(&format!("{HOME}{}", HOME.split_at(HOME.find("[[").unwrap()).1), "two devices");
        check(&does("what = 'boot'"), "activity 1 of `Router`: say when");
        check(&does("what = 'fly'\nat = '12:01'"), "unknown variant `fly`");
        check(&does("what = 'ping'\nto = 'Box'\nat = '12:01'"), "`Box` is no device");
        check(&does("what = 'ping'\nat = '25:01'\nto = 'x.example'"), "`25:01` is no time of day");
        check(&does("what = 'ssdp-announce'\nat = '12:01'"), "needs a `[device.upnp]` table");
        check(&does("what = 'tls'\nto = 'a.example'\ncipher = 'X'\nat = '12:01'"), "`X` is not");
        check(&does("what = 'boot'\nat = '12:01'\nspeed = 3"), "unknown field `speed`");
    }

    #[track_caller]
    fn check(toml: &str, words: &str) {
        let error = Scenario::parse(toml).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
