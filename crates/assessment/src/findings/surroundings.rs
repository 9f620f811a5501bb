//! What rules need to know of the rest of the network: what is inside, who the gateway is, what
//! others were told and said of a device's services.

use std::{collections::BTreeSet, net::IpAddr};

use evidence::{Field, Observation, Party, fields};
use hashbrown::{HashMap, HashSet};

use super::condition::Test;
use crate::{
    devices::{Grouped, Home, Member},
    model::Role,
};

/// The network around a device.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    home: Home,
    gateways: HashSet<IpAddr>,
    given: HashMap<Field, HashSet<IpAddr>>,
    /// What clients said to services of each address.
    clients: HashMap<IpAddr, Vec<Heard<'a>>>,
    /// Addresses that several devices have had, one after the other.
    passed_on: HashSet<IpAddr>,
}

/// What a client said to a service.
#[derive(Debug)]
struct Heard<'a> {
    observation: &'a Observation,
    /// The client's addresses.
    client: Box<[IpAddr]>,
}

impl Heard<'_> {
    /// Whether the service was `member`'s: it served that client there at that time.
    fn was_said_to(&self, member: &Member<'_>) -> bool {
        let at = self.observation.seen.first.at;
        self.observation.about.is_some_and(|said| {
            member.conversations().any(|it| {
                let (service, traffic) = (it.service, it.traffic);
                service.server == Party::Host
                    && (service.transport, service.port) == (said.transport, said.port)
                    && self.client.contains(&service.peer)
                    && (traffic.first.at..=traffic.last).contains(&at)
            })
        })
    }
}

impl<'a> Surroundings<'a> {
    /// Gathers what `tests` ask about the network of `grouped`.
    pub(super) fn of<'t, 'k: 't>(
        grouped: &Grouped<'a>,
        tests: impl Iterator<Item = &'t Test<'k>> + Clone,
    ) -> Self {
        let mut given: HashMap<Field, HashSet<IpAddr>> = HashMap::new();
        let mut services = BTreeSet::new();
        for test in tests {
            test.each(&mut |leaf| match leaf {
                Test::Talks(talks) => {
                    let fields = talks.unless_peer_in.iter();
                    given.extend(fields.map(|field| (*field, HashSet::new())));
                }
                Test::Observed(observed) if observed.wanted.own_service == Some(true) => {
                    services.insert(observed.field);
                }
                _ => {}
            });
        }
        let mut clients: HashMap<IpAddr, Vec<Heard<'a>>> = HashMap::new();
        let mut gateways = HashSet::new();
        let (mut had, mut passed_on) = (HashSet::new(), HashSet::new());
        for member in &grouped.devices {
            passed_on.extend(member.ips.iter().copied().filter(|ip| !had.insert(*ip)));
            for (field, addresses) in &mut given {
                addresses.extend(
                    member.observed(*field).filter_map(|it| it.value.parse::<IpAddr>().ok()),
                );
            }
            let of_service = services.iter().flat_map(|field| member.observed(*field));
            for observation in of_service {
                if let Some(service) = observation.about.filter(|it| it.server == Party::Peer) {
                    let heard = Heard { observation, client: member.ips.as_slice().into() };
                    clients.entry(service.peer).or_default().push(heard);
                }
            }
            let routers = member.observed(fields::DHCP_ROUTER);
            gateways.extend(routers.filter_map(|it| it.value.parse::<IpAddr>().ok()));
            if member.role == Role::Gateway {
                gateways.extend(member.ips.iter().copied());
            }
        }
        Self { home: grouped.home.clone(), gateways, given, clients, passed_on }
    }

    /// Whether `address` is inside the home; groups and broadcasts are.
    pub(super) fn is_inside(&self, address: IpAddr) -> bool {
        self.home.contains(address)
    }

    /// Whether `address` is the way out.
    pub(super) fn is_gateway(&self, address: IpAddr) -> bool {
        self.gateways.contains(&address)
    }

    /// Whether any device of the network was given `address` in `field`.
    pub(super) fn was_given(&self, field: Field, address: IpAddr) -> bool {
        self.given.get(&field).is_some_and(|addresses| addresses.contains(&address))
    }

    /// What clients said in talking to services of `member`. Where its address was another's before or
    /// after, only what it is seen to have served: blank beats blaming the wrong device.
    pub(super) fn said_to<'s>(
        &'s self,
        member: &'s Member<'_>,
    ) -> impl Iterator<Item = &'a Observation> + 's {
        member.ips.iter().flat_map(move |ip| {
            let heard = self.clients.get(ip).into_iter().flatten();
            let passed_on = self.passed_on.contains(ip);
            heard.filter(move |it| !passed_on || it.was_said_to(member)).map(|it| it.observation)
        })
    }
}
