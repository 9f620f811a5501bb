//! Single frames: Ethernet, ARP, IP, ICMP, UDP and TCP, written by `etherparse`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{
    ArpHardwareId, ArpOperation, ArpPacket, EtherType, Icmpv4Type, Icmpv6Type, IpNumber,
    PacketBuilder, PacketBuilderStep, TcpHeader, TcpOptionElement, UdpHeader, ip_number,
};

use crate::stage::{BuildError, encoder};

/// The Ethernet address all hosts of a network listen to.
const BROADCAST: [u8; 6] = [0xff; 6];

/// One end of a datagram or connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Whose network card, or the gateway's for hosts beyond it.
    pub(crate) mac: [u8; 6],
    /// Its address.
    pub(crate) ip: IpAddr,
    /// Its port.
    pub(crate) port: u16,
    /// The hop limit its datagrams still have when they pass.
    pub(crate) hops: u8,
}

impl Endpoint {
    /// The same host, sending with another hop limit.
    pub(crate) const fn with_hops(self, hops: u8) -> Self {
        Self { hops, ..self }
    }
}

/// The fields of a TCP header that differ from segment to segment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Segment {
    pub(crate) sequence: u32,
    pub(crate) acknowledgement: Option<u32>,
    pub(crate) control: Control,
    pub(crate) window: u16,
}

/// What a TCP segment is for, which decides its flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Control {
    /// Opens a connection, or agrees to.
    Open,
    /// Carries data that more will follow, or none at all.
    #[default]
    Data,
    /// Carries the last data of a message.
    LastData,
    /// Says that nothing will follow.
    Close,
    /// Says that there is no such connection.
    Reset,
}

/// The Ethernet address of a multicast group (RFC 1112 section 6.4, RFC 2464 section 7).
pub(crate) const fn multicast_mac(group: IpAddr) -> [u8; 6] {
    match group {
        IpAddr::V4(group) => {
            let [_, b, c, d] = group.octets();
            [0x01, 0x00, 0x5e, b & 0x7f, c, d]
        }
        IpAddr::V6(group) => {
            let [.., a, b, c, d] = group.octets();
            [0x33, 0x33, a, b, c, d]
        }
    }
}

/// Every host of the network at once, at `port`.
pub(crate) const fn everybody(port: u16) -> Endpoint {
    Endpoint { mac: BROADCAST, ip: IpAddr::V4(Ipv4Addr::BROADCAST), port, hops: 64 }
}

/// A UDP datagram in its frame.
pub(crate) fn udp(from: &Endpoint, to: &Endpoint, payload: &[u8]) -> Result<Vec<u8>, BuildError> {
    let datagram = ip_header(from, to)?;
    let datagram: PacketBuilderStep<UdpHeader> = datagram.udp(from.port, to.port);
    let mut bytes = Vec::with_capacity(datagram.size(payload.len()));
    datagram.write(&mut bytes, payload).map_err(encoder("UDP datagram"))?;
    Ok(bytes)
}

/// A TCP segment in its frame; a SYN carries the options of a common stack.
pub(crate) fn tcp(
    from: &Endpoint,
    to: &Endpoint,
    segment: Segment,
    payload: &[u8],
) -> Result<Vec<u8>, BuildError> {
    let mut header = TcpHeader::new(from.port, to.port, segment.sequence, segment.window);
    header.ack = segment.acknowledgement.is_some();
    header.acknowledgment_number = segment.acknowledgement.unwrap_or(0);
    header.syn = segment.control == Control::Open;
    header.fin = segment.control == Control::Close;
    header.rst = segment.control == Control::Reset;
    header.psh = segment.control == Control::LastData;
    if header.syn {
        let options = [
            TcpOptionElement::MaximumSegmentSize(crate::tcp::SEGMENT_SIZE),
            TcpOptionElement::SelectiveAcknowledgementPermitted,
            TcpOptionElement::Noop,
            TcpOptionElement::WindowScale(7),
        ];
        header.set_options(&options).map_err(|error| BuildError::Encoder {
            what: "TCP options",
            why: format!("{error:?}"),
        })?;
    }
    let packet = ip_header(from, to)?.tcp_header(header);
    let mut bytes = Vec::with_capacity(packet.size(payload.len()));
    packet.write(&mut bytes, payload).map_err(encoder("TCP segment"))?;
    Ok(bytes)
}

/// An ICMP echo request, or the answer to one.
pub(crate) fn ping(
    from: &Endpoint,
    to: &Endpoint,
    echo: Icmpv4Type,
    payload: &[u8],
) -> Result<Vec<u8>, BuildError> {
    let packet = ip_header(from, to)?.icmpv4(echo);
    let mut bytes = Vec::with_capacity(packet.size(payload.len()));
    packet.write(&mut bytes, payload).map_err(encoder("ICMP message"))?;
    Ok(bytes)
}

/// A neighbour discovery message (RFC 4861): its body after the first eight bytes is `body`.
pub(crate) fn neighbour(
    (from_mac, from): ([u8; 6], Ipv6Addr),
    (to_mac, to): ([u8; 6], Ipv6Addr),
    message: Icmpv6Type,
    body: &[u8],
) -> Result<Vec<u8>, BuildError> {
    const HOP_LIMIT: u8 = 255;

    let packet = PacketBuilder::ethernet2(from_mac, to_mac)
        .ipv6(from.octets(), to.octets(), HOP_LIMIT)
        .icmpv6(message);
    let mut bytes = Vec::with_capacity(packet.size(body.len()));
    packet.write(&mut bytes, body).map_err(encoder("neighbour discovery message"))?;
    Ok(bytes)
}

/// An ARP packet: `sender` asks about or tells `target`.
pub(crate) fn arp(
    operation: ArpOperation,
    sender: ([u8; 6], Ipv4Addr),
    target: ([u8; 6], Ipv4Addr),
) -> Result<Vec<u8>, BuildError> {
    const UNKNOWN: [u8; 6] = [0; 6];

    let to = if target.0 == UNKNOWN { BROADCAST } else { target.0 };
    let packet = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        operation,
        &sender.0,
        &sender.1.octets(),
        &target.0,
        &target.1.octets(),
    );
    let packet = PacketBuilder::ethernet2(sender.0, to).arp(packet.map_err(encoder("ARP packet"))?);
    let mut bytes = Vec::with_capacity(packet.size());
    packet.write(&mut bytes).map_err(encoder("ARP packet"))?;
    Ok(bytes)
}

fn ip_header(
    from: &Endpoint,
    to: &Endpoint,
) -> Result<PacketBuilderStep<etherparse::IpHeaders>, BuildError> {
    // The builder fills in lengths, the protocol number and checksums when the packet is written.
    const SET_LATER: IpNumber = ip_number::UDP;

    let headers = match (from.ip, to.ip) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => etherparse::IpHeaders::Ipv4(
            etherparse::Ipv4Header::new(
                0,
                from.hops,
                SET_LATER,
                source.octets(),
                destination.octets(),
            )
            .map_err(encoder("IPv4 header"))?,
            etherparse::Ipv4Extensions::default(),
        ),
        (IpAddr::V6(source), IpAddr::V6(destination)) => etherparse::IpHeaders::Ipv6(
            etherparse::Ipv6Header {
                hop_limit: from.hops,
                next_header: SET_LATER,
                source: source.octets(),
                destination: destination.octets(),
                ..etherparse::Ipv6Header::default()
            },
            etherparse::Ipv6Extensions::default(),
        ),
        _ => return Err(BuildError::MixedFamilies { from: from.ip, to: to.ip }),
    };
    Ok(PacketBuilder::ethernet2(from.mac, to.mac).ip(headers))
}
