//! The fields observations are filed under, and how private each is.
//!
//! A field's name is `protocol.field`, as rules, fingerprints and `--without` write it. To add one,
//! add a line to the list; nothing else changes.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// How much a value says about people. Ordered: more is more private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privacy {
    /// About a protocol or product line: a version, a cipher, a vendor class.
    Product,
    /// Identifies one device or address: a serial number, a host name, an address.
    Device,
    /// Says what people in the home do or where they go: names looked up, pages asked for.
    Household,
}

/// A field of a protocol, as one of the [`fields`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field(u16);

/// By name, so that the order of saved ledgers does not depend on the order of the list.
impl Ord for Field {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Field {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Field {
    /// Its place among all names in alphabetical order.
    pub(crate) fn rank(self) -> u16 {
        RANKS.get(usize::from(self.0)).copied().unwrap_or(u16::MAX)
    }

    /// Its number in this build's list.
    pub(crate) const fn number(self) -> u16 {
        self.0
    }

    /// The field of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let index = fields::ALL.iter().position(|(_, known, _)| *known == name)?;
        u16::try_from(index).ok().map(Self)
    }

    /// Every field, in the order of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        fields::ALL.iter().map(|(field, _, _)| *field)
    }

    /// Its name, `protocol.field`.
    #[must_use]
    pub fn name(self) -> &'static str {
        fields::ALL.get(usize::from(self.0)).map_or("", |(_, name, _)| name)
    }

    /// How private its values are.
    #[must_use]
    pub fn privacy(self) -> Privacy {
        fields::ALL.get(usize::from(self.0)).map_or(Privacy::Household, |(_, _, privacy)| *privacy)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Saved by name, so that the list may grow and be reordered.
impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <&str>::deserialize(deserializer)?;
        Self::from_name(name).ok_or_else(|| D::Error::custom(format_args!("no field `{name}`")))
    }
}

/// Some of the fields: which of them a record holds at all is told from a few words of memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet([u64; FieldSet::WORDS]);

impl FieldSet {
    const WORDS: usize = fields::ALL.len().div_ceil(64);

    /// Whether `field` is among them.
    #[must_use]
    pub fn contains(&self, field: Field) -> bool {
        let (word, bit) = Self::place(field);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Adds `field`.
    pub fn insert(&mut self, field: Field) {
        let (word, bit) = Self::place(field);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    /// Those of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| {
            let of = |set: &Self| set.0.get(word).copied().unwrap_or_default();
            of(&self) | of(&other)
        }))
    }

    /// Whether any field is in both.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, others)| word & others != 0)
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::all().filter(move |field| self.contains(*field))
    }

    const fn place(field: Field) -> (usize, u64) {
        (field.0 as usize / 64, 1 << (field.0 % 64))
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut set = Self::default();
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}

/// For each field of the list, how many names come before its own.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const RANKS: [u16; fields::ALL.len()] = {
    let mut ranks = [0; fields::ALL.len()];
    let mut index = 0;
    while index < ranks.len() {
        let mut other = 0;
        while other < ranks.len() {
            if comes_before(fields::ALL[other].1, fields::ALL[index].1) {
                ranks[index] += 1;
            }
            other += 1;
        }
        index += 1;
    }
    ranks
};

/// Whether `left` is before `right` in the order of bytes, as `str` has it.
const fn comes_before(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let ([one, rest @ ..], [other, others @ ..]) = (left, right) {
        if *one != *other {
            return *one < *other;
        }
        (left, right) = (rest, others);
    }
    left.len() < right.len()
}

macro_rules! fields {
    ($($constant:ident $name:literal $privacy:ident: $doc:literal;)*) => {
        /// Every field there is, as constants.
        pub mod fields {
            use super::{Field, Privacy};

            #[expect(non_camel_case_types, reason = "numbers the list")]
            enum Number { $($constant),* }

            $(#[doc = $doc] pub const $constant: Field = Field(Number::$constant as u16);)*

            pub(super) const ALL: &[(Field, &str, Privacy)] =
                &[$(($constant, $name, Privacy::$privacy)),*];
        }
    };
}

fields! {
    ADB_BANNER "adb.banner" Device: "Android debug bridge: the CNXN system identity string.";
    ARP_ASKED "arp.asked" Device: "ARP: an address the host asked for.";
    ARP_SENDER "arp.sender" Device: "ARP: an address the host claimed as its own.";
    CDP_CAPABILITIES "cdp.capabilities" Product: "CDP: what the sender says it does: `router,switch`.";
    CDP_NAME "cdp.name" Device: "CDP: the device identifier, as a rule its name.";
    CDP_PLATFORM "cdp.platform" Product: "CDP: the platform, as a rule maker and model.";
    CDP_SOFTWARE "cdp.software" Product: "CDP: the first line of the software's version.";
    CLEAR_PERSONAL "clear.personal" Device: "Personal data that anyone on the way could read: its kind, its length and where it stood; never the value.";
    COAP_PATH "coap.path" Product: "CoAP: a resource path asked for or served.";
    COAP_RESPONSE "coap.response" Product: "CoAP: response code to a request in the clear.";
    COAP_TYPE "coap.type" Product: "CoAP: a type of resource (`rt`) in a list that the host gave, or its kind of device by OCF: `oic.d.light`.";
    DHCP_CLIENT_ID "dhcp.client_id" Device: "DHCPv4 option 61, as hexadecimal.";
    DHCP_ENTERPRISE "dhcp.enterprise" Product: "DHCPv4 options 124 and 125 of a client: an enterprise's number as IANA gives it.";
    DHCP_HOST_NAME "dhcp.host_name" Device: "DHCPv4 option 12, or option 81's name.";
    DHCP_MAKER "dhcp.maker" Product: "DHCPv6 option 17: the maker's name as cable modems give it.";
    DHCP_MAKER_PREFIX "dhcp.maker_prefix" Product: "DHCPv4 option 125: the maker's MAC prefix as the Broadband Forum's part gives it.";
    DHCP_MESSAGE_SIZE "dhcp.message_size" Product: "DHCPv4 option 57.";
    DHCP_NAME_SERVER "dhcp.name_server" Device: "DHCPv4 option 6 given to the host: one address.";
    DHCP_OFFERED "dhcp.offered" Device: "An address a DHCPv4 server gave the host.";
    DHCP_PARAMETER_LIST "dhcp.parameter_list" Product: "DHCPv4 option 55 in its order: `1,3,6,15`.";
    DHCP_PRODUCT "dhcp.product" Product: "DHCPv4 option 125 and DHCPv6 option 17: the class of product or the model as devices that a provider manages and cable modems give it.";
    DHCP_ROUTER "dhcp.router" Device: "DHCPv4 option 3 given to the host: one address.";
    DHCP_SERVES "dhcp.serves" Product: "The host answered as a DHCPv4 server.";
    DHCP_SERVER "dhcp.server" Device: "The address of the DHCPv4 server that answered the host.";
    DHCP_SERVER_WORD "dhcp.server_word" Product: "DHCPv4 option 43 of an answering server, where it is one word of letters.";
    DHCP_VENDOR_CLASS "dhcp.vendor_class" Product: "DHCPv4 option 60, or option 124's text.";
    DHCPV6_DUID "dhcpv6.duid" Device: "DHCPv6 client identifier, as hexadecimal.";
    DHCPV6_ENTERPRISE "dhcpv6.enterprise" Product: "DHCPv6 options 16 and 17 of a client: an enterprise's number as IANA gives it.";
    DHCPV6_HOST_NAME "dhcpv6.host_name" Device: "DHCPv6 client FQDN (option 39).";
    DHCPV6_NAME_SERVER "dhcpv6.name_server" Device: "DHCPv6 option 23 given to the host: one address.";
    DHCPV6_OFFERED "dhcpv6.offered" Device: "An address a DHCPv6 server gave the host.";
    DHCPV6_OPTION_REQUEST "dhcpv6.option_request" Product: "DHCPv6 option 6 in its order.";
    DHCPV6_SERVES "dhcpv6.serves" Product: "The host answered as a DHCPv6 server.";
    DHCPV6_VENDOR_CLASS "dhcpv6.vendor_class" Product: "DHCPv6 option 16's text.";
    DNS_ANSWER "dns.answer" Household: "A resolver told the host: `name address`.";
    DNS_QUERY "dns.query" Household: "A name the host looked up.";
    DNS_SERVES "dns.serves" Product: "The host answered DNS queries.";
    DVRIP_COMMAND "dvrip.command" Product: "DVRIP: a message number seen to or from the host's port.";
    FTP_BANNER "ftp.banner" Product: "FTP: the server's greeting.";
    FTP_LOGIN "ftp.login" Product: "FTP: a login was sent in the clear; lengths only.";
    HTTP_FIRMWARE "http.firmware" Product: "HTTP: the firmware's version as the host's description of itself gives it (ONVIF, HNAP, Hue, …).";
    HTTP_HOST "http.host" Household: "HTTP: the Host the client asked.";
    HTTP_LOGIN "http.login" Product: "HTTP: credentials sent in the clear: scheme and lengths only.";
    HTTP_MAKER "http.maker" Product: "HTTP: the maker's name as the host's description of itself gives it.";
    HTTP_MODEL "http.model" Product: "HTTP: the model as the host's description of itself gives it.";
    HTTP_REQUEST "http.request" Household: "HTTP: `METHOD host/path` without the query.";
    HTTP_SERVER "http.server" Product: "HTTP: the server's Server header.";
    HTTP_TITLE "http.title" Product: "HTTP: title of a page the host served.";
    HTTP_USER_AGENT "http.user_agent" Product: "HTTP: the client's User-Agent.";
    HTTP_CHALLENGE "http.challenge" Product: "HTTP: WWW-Authenticate of a server, scheme and realm.";
    HTTP_CONTENT_TYPE "http.content_type" Product: "HTTP: content type the server sent.";
    ICMPV6_PREFIX "icmpv6.prefix" Device: "Router advertisement: an on-link prefix the host announced.";
    ICMPV6_ROUTER "icmpv6.router" Product: "The host sent router advertisements.";
    ICMPV6_NAME_SERVER "icmpv6.name_server" Device: "Router advertisement: a recursive DNS server announced.";
    ICMPV6_TARGET "icmpv6.target" Device: "Neighbour advertisement: an address the host claimed.";
    ICMPV6_ASKED "icmpv6.asked" Device: "Neighbour solicitation: an address the host asked for.";
    IGMP_GROUP "igmp.group" Product: "A group the host joined.";
    IMAP_BANNER "imap.banner" Product: "IMAP: the server's greeting.";
    IMAP_LOGIN "imap.login" Product: "IMAP: a login was sent in the clear; lengths only.";
    LINK_BRINGS "link.brings" Product: "Frames with this link-layer address brought packets of senders outside: it forwards.";
    LINK_PROTOCOL "link.protocol" Product: "A protocol right above the link layer that the host spoke: `eapol`, `lldp`, `0x88e1`.";
    LLDP_CAPABILITIES "lldp.capabilities" Product: "LLDP: what the sender says it does, of the standard's list: `bridge,wlan-access-point`.";
    LLDP_DESCRIPTION "lldp.description" Product: "LLDP: the system description, as a rule product, system and version.";
    LLDP_FIRMWARE "lldp.firmware" Product: "LLDP-MED: the firmware's version.";
    LLDP_MAKER "lldp.maker" Product: "LLDP-MED: the maker's name.";
    LLDP_MODEL "lldp.model" Product: "LLDP-MED: the model.";
    LLDP_NAME "lldp.name" Device: "LLDP: the system name.";
    LLMNR_QUERY "llmnr.query" Household: "LLMNR: a name the host looked for.";
    LLMNR_NAME "llmnr.name" Device: "LLMNR: a name the host answered for.";
    LOCAL_ASKED "local.asked" Product: "A maker's local protocol in which the host asked another device, by its name.";
    LOCAL_PRODUCT "local.product" Product: "A product as a maker's local protocol names it: `protocol number`.";
    LOCAL_PROTOCOL "local.protocol" Product: "A maker's local protocol recognised, by its name.";
    LOCAL_TEXT "local.text" Device: "Text a maker's local protocol announced, `key=value`.";
    LOCAL_VERSION "local.version" Product: "A version a maker's local protocol announced: `protocol version`.";
    MAC_REGISTRANT "mac.registrant" Product: "Never recorded: the registry's name for a MAC prefix, as fingerprints match it.";
    MDNS_NAME "mdns.name" Device: "mDNS: a host name the host announced for an address, without `.local`.";
    MDNS_QUERY "mdns.query" Product: "mDNS: a service type or name asked for, without `.local`.";
    MDNS_SERVICE "mdns.service" Device: "mDNS: an instance announced: `Lamp 1._kind._tcp`.";
    MDNS_TYPE "mdns.type" Product: "mDNS: a service type the host announced: `_kind._tcp`.";
    MDNS_TXT "mdns.txt" Device: "mDNS: one `type key=value` of a TXT record.";
    MQTT_CLIENT_ID "mqtt.client_id" Device: "MQTT: the client identifier.";
    MQTT_LOGIN "mqtt.login" Product: "MQTT: CONNECT with user name or password in the clear; lengths only.";
    MQTT_TOPIC "mqtt.topic" Device: "MQTT: a topic published or subscribed to.";
    NBNS_NAME "nbns.name" Device: "NetBIOS: a name the host registered or answered for.";
    NBNS_QUERY "nbns.query" Household: "NetBIOS: a name the host looked for.";
    NETBIOS_COMMENT "netbios.comment" Device: "NetBIOS: the comment of a browser announcement.";
    NTP_SERVES "ntp.serves" Product: "The host answered NTP.";
    POP_BANNER "pop.banner" Product: "POP3: the server's greeting.";
    POP_LOGIN "pop.login" Product: "POP3: a login was sent in the clear; lengths only.";
    PORT_MAPPING_ASKED "port_mapping.asked" Device: "UPnP, NAT-PMP or PCP: `tcp 8080 to 192.0.2.5:80`.";
    QUIC_ALPN "quic.alpn" Product: "QUIC Initial: an application protocol offered.";
    QUIC_JA4 "quic.ja4" Product: "QUIC Initial: JA4 of the ClientHello.";
    QUIC_SNI "quic.sni" Household: "QUIC Initial: the server name asked for.";
    QUIC_VERSION "quic.version" Product: "QUIC: the version of a long header.";
    RTSP_LOGIN "rtsp.login" Product: "RTSP: credentials sent in the clear: scheme and lengths only.";
    RTSP_REQUEST "rtsp.request" Product: "RTSP: `METHOD path`.";
    RTSP_SERVER "rtsp.server" Product: "RTSP: the Server header.";
    RTSP_USER_AGENT "rtsp.user_agent" Product: "RTSP: the client's User-Agent.";
    RTSP_CHALLENGE "rtsp.challenge" Product: "RTSP: WWW-Authenticate of a server.";
    SDDP_KIND "sddp.kind" Product: "SDDP: the kind of device, as Primary-Proxy gives it.";
    SDDP_MANUFACTURER "sddp.manufacturer" Product: "SDDP: Manufacturer.";
    SDDP_MODEL "sddp.model" Product: "SDDP: Model.";
    SMTP_BANNER "smtp.banner" Product: "SMTP: the server's greeting.";
    SMTP_LOGIN "smtp.login" Product: "SMTP: AUTH was sent in the clear; mechanism only.";
    SNMP_COMMUNITY "snmp.community" Product: "SNMP v1/v2c: `public`, `private` or `other (n characters)`.";
    SNMP_DESCRIPTION "snmp.description" Device: "SNMP: sysDescr of the answering host, without serial numbers; systems put their host's name into it.";
    SNMP_DEVICE "snmp.device" Product: "SNMP: hrDeviceDescr of the answering host's first device, on printers the maker and model.";
    SNMP_DEVICE_TYPE "snmp.device_type" Product: "SNMP: `printer` where hrDeviceType of the answering host's first device says so.";
    SNMP_ENTERPRISE "snmp.enterprise" Product: "SNMP: the number, as IANA gives it, of the enterprise whose sysObjectID the answering host has.";
    SNMP_MAKER "snmp.maker" Product: "SNMP: the maker's name in a printer's device identifier (IEEE 1284).";
    SNMP_MODEL "snmp.model" Product: "SNMP: the model in a printer's device identifier (IEEE 1284).";
    SNMP_NAME "snmp.name" Device: "SNMP: sysName of the answering host.";
    SNMP_OBJECT "snmp.object" Product: "SNMP: sysObjectID of the answering host, below the enterprises: `8072.3.2.10`.";
    SNMP_VERSION "snmp.version" Product: "SNMP: the version used.";
    SSDP_LOCATION "ssdp.location" Device: "SSDP: where the host says its description is.";
    SSDP_SEARCH "ssdp.search" Product: "SSDP: what the host searched for (ST).";
    SSDP_SERVER "ssdp.server" Product: "SSDP: the Server header of a host's announcement.";
    SSDP_TYPE "ssdp.type" Product: "SSDP: a device or service type the host announced (NT, ST).";
    SSDP_USN "ssdp.usn" Device: "SSDP: the unique service name the host announced.";
    SSDP_USER_AGENT "ssdp.user_agent" Product: "SSDP: the User-Agent of a search.";
    SSH_BANNER "ssh.banner" Product: "SSH: the identification string of the host that sent it.";
    SSH_CLIENT "ssh.client" Product: "SSH: the identification string the host sent as a client.";
    STUN_SOFTWARE "stun.software" Product: "STUN: the SOFTWARE attribute.";
    STUN_USED "stun.used" Product: "The host sent a STUN binding or allocation request.";
    TELNET_BANNER "telnet.banner" Product: "Telnet: the first text the server showed.";
    TELNET_LOGIN "telnet.login" Product: "Telnet: a login was typed in the clear; lengths only.";
    TLS_ALPN "tls.alpn" Product: "TLS: an application protocol the client offered.";
    TLS_CERTIFICATE_EXPIRED "tls.certificate.expired" Product: "A certificate shown after its end: that end's time.";
    TLS_CERTIFICATE_ISSUER "tls.certificate.issuer" Product: "Issuer of the leaf the server showed.";
    TLS_CERTIFICATE_KEY "tls.certificate.key" Product: "Its public key: `rsa 1024`, `ec 256`.";
    TLS_CERTIFICATE_NAME "tls.certificate.name" Household: "A DNS name of the leaf the server showed.";
    TLS_CERTIFICATE_SELF_SIGNED "tls.certificate.self_signed" Product: "Issuer and subject are the same.";
    TLS_CERTIFICATE_SIGNATURE "tls.certificate.signature" Product: "Its signature algorithm.";
    TLS_CERTIFICATE_SUBJECT "tls.certificate.subject" Device: "Subject of the leaf the server showed.";
    TLS_CIPHER "tls.cipher" Product: "The cipher suite the server chose, by its IANA name.";
    TLS_JA4 "tls.ja4" Product: "JA4 of the host's ClientHello.";
    TLS_OFFERED "tls.offered" Product: "A broken cipher suite the client offered, by its IANA name.";
    TLS_SNI "tls.sni" Household: "The server name the client asked for.";
    TLS_VERSION "tls.version" Product: "The version the server chose: `TLS 1.2`.";
    TLS_CLIENT_VERSION "tls.client_version" Product: "The highest version the client offered.";
    TRAFFIC_SERVICE "traffic.service" Product: "Never recorded: a conversation as fingerprints name it, `serves tcp/9999`, `uses udp/6667`.";
    TRAFFIC_STREAM "traffic.stream" Product: "Never recorded: `up` where something went up that has the shape of live sound or video, as fingerprints match it.";
    UPNP_AV_MAKER "upnp.av_maker" Product: "SSDP and HTTP: the company as X-AV-Client-Info or X-AV-Server-Info gives it.";
    UPNP_AV_MODEL "upnp.av_model" Product: "SSDP and HTTP: the model as X-AV-Client-Info or X-AV-Server-Info gives it.";
    UPNP_CATEGORY "upnp.category" Product: "UPnP description: the kind of device as `X_deviceCategory` or `X_DEVICE_TYPE` gives it.";
    UPNP_FRIENDLY_NAME "upnp.friendly_name" Device: "UPnP description: friendlyName.";
    UPNP_MANUFACTURER "upnp.manufacturer" Product: "UPnP description: manufacturer.";
    UPNP_MANUFACTURER_URL "upnp.manufacturer_url" Product: "UPnP description: manufacturerURL, without its query.";
    UPNP_MODEL "upnp.model" Product: "UPnP description: modelName.";
    UPNP_MODEL_NUMBER "upnp.model_number" Product: "UPnP description: modelNumber.";
    UPNP_MODEL_DESCRIPTION "upnp.model_description" Product: "UPnP description: modelDescription.";
    UPNP_MODEL_URL "upnp.model_url" Product: "UPnP description: modelURL, without its query.";
    UPNP_TYPE "upnp.type" Product: "UPnP description: deviceType.";
    WSD_CATEGORY "wsd.category" Product: "WS-Discovery metadata: the kind of device as `DeviceCategory` gives it.";
    WSD_MANUFACTURER "wsd.manufacturer" Product: "WS-Discovery metadata: Manufacturer.";
    WSD_MODEL "wsd.model" Product: "WS-Discovery metadata: `ModelName`.";
    WSD_SCOPE "wsd.scope" Device: "WS-Discovery: a scope the host announced.";
    WSD_TYPE "wsd.type" Product: "WS-Discovery: a type the host announced.";
    WSD_SEARCH "wsd.search" Product: "WS-Discovery: a type the host probed for.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for field in Field::all() {
            assert_eq!(Field::from_name(field.name()), Some(field), "{field}");
            assert!(field.name().contains('.'), "{field}");
        }
    }

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        let every_third: Vec<_> = Field::all().step_by(3).collect();
        let set: FieldSet = every_third.iter().copied().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), every_third);
        let rest: FieldSet = Field::all().filter(|field| !set.contains(*field)).collect();
        assert_eq!(rest.iter().count() + every_third.len(), Field::all().count());
        assert_eq!(rest.or(set).iter().count(), Field::all().count());
    }

    #[test]
    fn fields_are_in_the_order_of_their_names() {
        for (one, other) in Field::all().flat_map(|one| Field::all().map(move |it| (one, it))) {
            assert_eq!(one.cmp(&other), one.name().cmp(other.name()), "{one} {other}");
        }
    }
}
