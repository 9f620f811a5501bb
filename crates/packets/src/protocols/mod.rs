//! One file per protocol. To add one, write the file and name it below.

use crate::protocol::Protocol;

pub(crate) mod answers;
mod av_info;
mod credentials;
mod cursor;
mod described;
mod dns_message;
mod json;
pub(crate) mod personal;
mod starttls;
mod text;
pub(crate) mod upnp;
mod vendor_options;
mod xml;

#[cfg(test)]
pub(crate) mod rehearsal;

/// Declares each protocol's module and lists it in [`ALL`], in the order they are tried.
macro_rules! protocols {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every protocol this build can read.
        pub const ALL: &[Protocol] = &[$($name::PROTOCOL),*];
    };
}

protocols![
    tls,
    http,
    rtsp,
    ssh,
    mqtt,
    ftp,
    smtp,
    imap,
    pop,
    adb,
    dvrip,
    autokey_json,
    rotated_xml,
    frames_55aa,
    frames_f1,
    hello_2131,
    protocol_1024,
    method_json,
    scan_json,
    tlv_10001,
    mndp,
    sadp,
    dhip,
    tdp,
    hello_80,
    frames_6053,
    header_9000,
    knxnet,
    bacnet,
    bjnp,
    tlv_65001,
    text_48899,
    text_30050,
    command_json,
    pack_json,
    telnet,
    quic,
    dtls,
    dns,
    llmnr,
    mdns,
    nbns,
    netbios,
    dhcp,
    dhcpv6,
    sddp,
    ssdp,
    wsd,
    stun,
    coap,
    snmp,
    port_mapping,
    ntp,
];

pub(crate) use http::Head;
pub(crate) use text::Text;
pub(crate) use tls::Certificate;
