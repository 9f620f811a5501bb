//! What a device can do: one type per word of `what = "…"`.
//!
//! To add one, write its type with a `perform` in the file it belongs to, and name it below.

mod arrival;
mod coap;
mod http;
mod logins;
mod mdns;
mod mqtt;
pub(crate) mod names;
mod plain;
mod recorders;
mod rtsp;
mod snmp;
mod ssdp;
mod sweeps;
mod time;
mod tls;

use serde::Deserialize;

use crate::stage::{BuildError, Stage};

/// Declares the activities: the variant's name in kebab case is the word after `what =`.
macro_rules! activities {
    ($($(#[$doc:meta])* $name:ident($kind:ty)),* $(,)?) => {
        /// One thing a device does, with its parameters.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(tag = "what", rename_all = "kebab-case")]
        pub(crate) enum Activity {
            $($(#[$doc])* $name($kind)),*
        }

        impl Activity {
            /// Acts it out on `stage`.
            pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
                match self {
                    $(Self::$name(activity) => activity.perform(stage)),*
                }
            }
        }
    };
}

activities![
    Boot(arrival::Boot),
    Dns(names::Dns),
    Llmnr(names::Llmnr),
    Nbns(names::Nbns),
    MdnsAnnounce(mdns::Announce),
    MdnsAsk(mdns::Ask),
    SsdpAnnounce(ssdp::Announce),
    SsdpSearch(ssdp::Search),
    PortMapping(ssdp::PortMapping),
    Http(http::Http),
    Tls(tls::Tls),
    Mqtt(mqtt::Mqtt),
    Coap(coap::Coap),
    Rtsp(rtsp::Rtsp),
    Ftp(logins::Ftp),
    Telnet(logins::Telnet),
    Pop3(logins::Pop3),
    Imap(logins::Imap),
    Smtp(logins::Smtp),
    Snmp(snmp::Snmp),
    Ntp(time::Ntp),
    Stun(plain::Stun),
    Adb(recorders::Adb),
    Dvrip(recorders::Dvrip),
    ArpSweep(sweeps::ArpSweep),
    SynSweep(sweeps::SynSweep),
    Ping(plain::Ping),
    Udp(plain::Udp),
    Tcp(plain::Tcp),
];
