//! `boot`: a device comes online. It asks for an address by DHCP if its description says so,
//! announces it by ARP, and finds the IPv6 router if it speaks IPv6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use edge_dhcp::{DhcpOption, Ipv4Addrs, MessageType, Options, Packet};
use etherparse::icmpv6::RouterAdvertisementHeader;
use etherparse::{ArpOperation, Icmpv6Type};
use serde::Deserialize;

use crate::home::{Dhcp, Host};
use crate::link::{self, Endpoint};
use crate::quantity::{MILLISECOND, SECOND};
use crate::stage::{BuildError, Stage, encoder, solicited_node};

/// Comes online.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Boot {}

impl Boot {
    #[expect(clippy::unused_self, reason = "every activity is performed alike")]
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        if let Some(dhcp) = &stage.me.dhcp {
            ask_for_address(stage, dhcp)?;
        }
        let me = (stage.me.mac, stage.me.ip);
        stage.pass(20 * MILLISECOND);
        stage.send(link::arp(ArpOperation::REQUEST, me, ([0; 6], stage.me.ip))?);
        match stage.me.ipv6 {
            Some(ip) => find_router(stage, ip),
            None => Ok(()),
        }
    }
}

/// Discover, offer, request, acknowledgement (RFC 2131 section 3.1).
fn ask_for_address(stage: &mut Stage<'_>, dhcp: &Dhcp) -> Result<(), BuildError> {
    let transaction = stage.number();
    let (me, gateway) = (stage.me, &stage.home.gateway);
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let client = Endpoint { mac: me.mac, ip: nobody, port: 68, hops: 64 };
    let leased = Endpoint { ip: me.ip.into(), ..client };
    let server = Endpoint { mac: gateway.mac, ip: gateway.ip.into(), port: 67, hops: gateway.hops };
    let everyone = link::everybody(67);
    let rounds =
        [(MessageType::Discover, MessageType::Offer), (MessageType::Request, MessageType::Ack)];
    for (asks, answers) in rounds {
        let request = client_message(me, gateway, transaction, asks, dhcp)?;
        stage.udp(&client, &everyone, &request)?;
        stage.pass(8 * MILLISECOND);
        let answer = server_message(stage, transaction, answers)?;
        stage.udp(&server, &leased, &answer)?;
        stage.pass(12 * MILLISECOND);
    }
    Ok(())
}

fn client_message(
    me: &Host,
    gateway: &Host,
    transaction: u32,
    kind: MessageType,
    dhcp: &Dhcp,
) -> Result<Vec<u8>, BuildError> {
    const VENDOR_CLASS: u8 = 60;
    const LARGEST: u16 = 1500;

    let identifier = [&[1], &me.mac[..]].concat();
    let mut options =
        vec![DhcpOption::MessageType(kind), DhcpOption::ClientIdentifier(&identifier)];
    if kind == MessageType::Request {
        options.push(DhcpOption::RequestedIpAddress(me.ip));
        options.push(DhcpOption::ServerIdentifier(gateway.ip));
    }
    options.push(DhcpOption::MaximumMessageSize(LARGEST));
    if let Some(class) = &dhcp.vendor_class {
        options.push(DhcpOption::Unrecognized(VENDOR_CLASS, class.as_bytes()));
    }
    if let Some(name) = &dhcp.host_name {
        options.push(DhcpOption::HostName(name));
    }
    options.push(DhcpOption::ParameterRequestList(&dhcp.parameters));
    let request = Packet::new_request(me.mac, transaction, 0, None, false, Options::new(&options));
    encode(&request)
}

fn server_message(
    stage: &Stage<'_>,
    transaction: u32,
    kind: MessageType,
) -> Result<Vec<u8>, BuildError> {
    const LEASE_SECONDS: u32 = 86_400;

    let (me, gateway) = (stage.me, [stage.home.gateway.ip]);
    let options = [
        DhcpOption::MessageType(kind),
        DhcpOption::ServerIdentifier(stage.home.gateway.ip),
        DhcpOption::IpAddressLeaseTime(LEASE_SECONDS),
        DhcpOption::SubnetMask(stage.home.network.mask()),
        DhcpOption::Router(Ipv4Addrs::new(&gateway)),
        DhcpOption::DomainNameServer(Ipv4Addrs::new(&gateway)),
    ];
    let nothing = Options::new(&[]);
    let request = Packet::new_request(me.mac, transaction, 0, None, false, nothing);
    encode(&request.new_reply(Some(me.ip), Options::new(&options)))
}

fn encode(message: &Packet<'_>) -> Result<Vec<u8>, BuildError> {
    let mut room = [0; 1024];
    message.encode(&mut room).map(<[u8]>::to_vec).map_err(encoder("DHCP message"))
}

/// Duplicate address detection, router solicitation and advertisement (RFC 4861, RFC 4862).
fn find_router(stage: &mut Stage<'_>, global: Ipv6Addr) -> Result<(), BuildError> {
    const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    const ALL_ROUTERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2);

    let (mac, mine) = (stage.me.mac, stage.me.link_local());
    let (all_nodes, all_routers) =
        (link::multicast_mac(ALL_NODES.into()), link::multicast_mac(ALL_ROUTERS.into()));
    let source_option = [&[1, 1], &mac[..]].concat();
    detect_duplicates(stage, mine)?;
    stage.pass(SECOND);
    let kind = Icmpv6Type::RouterSolicitation;
    let to = (all_routers, ALL_ROUTERS);
    stage.send(link::neighbour((mac, mine), to, kind, &source_option)?);
    stage.pass(3 * MILLISECOND);
    let (router_mac, router) = (stage.home.gateway.mac, stage.home.gateway.link_local());
    let kind = Icmpv6Type::RouterAdvertisement(RouterAdvertisementHeader {
        cur_hop_limit: 64,
        managed_address_config: false,
        other_config: false,
        router_lifetime: 1800,
    });
    let body = advertisement(stage);
    stage.send(link::neighbour((router_mac, router), (all_nodes, ALL_NODES), kind, &body)?);
    stage.pass(30 * MILLISECOND);
    detect_duplicates(stage, global)
}

/// What follows a router advertisement's header: two timers, our network card, and the prefix.
fn advertisement(stage: &Stage<'_>) -> Vec<u8> {
    const ON_LINK_AND_AUTONOMOUS: u8 = 0xc0;
    const VALID_SECONDS: u32 = 86_400;
    const PREFERRED_SECONDS: u32 = 14_400;

    let prefix = stage.home.prefix.unwrap_or(Ipv6Addr::UNSPECIFIED);
    [
        &[0; 8],
        &[1, 1][..],
        &stage.home.gateway.mac,
        &[3, 4, 64, ON_LINK_AND_AUTONOMOUS],
        &VALID_SECONDS.to_be_bytes(),
        &PREFERRED_SECONDS.to_be_bytes(),
        &[0; 4],
        &prefix.octets(),
    ]
    .concat()
}

fn detect_duplicates(stage: &mut Stage<'_>, ip: Ipv6Addr) -> Result<(), BuildError> {
    let group = solicited_node(ip);
    let to = (link::multicast_mac(group.into()), group);
    let from = (stage.me.mac, Ipv6Addr::UNSPECIFIED);
    let kind = Icmpv6Type::NeighborSolicitation;
    stage.send(link::neighbour(from, to, kind, &ip.octets())?);
    Ok(())
}
