//! What rules need to know of the rest of the network: what is inside, who the gateway is, what
//! others were told and said of a device's services.

use std::{collections::BTreeSet, net::IpAddr};

use evidence::{Field, Observation, Party, fields};
use hashbrown::{HashMap, HashSet};

use super::condition::Test;
use crate::{
    devices::{Grouped, Home},
    model::Role,
};

/// The network around a device.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    home: Home,
    gateways: HashSet<IpAddr>,
    given: HashMap<Field, HashSet<IpAddr>>,
    clients: HashMap<(IpAddr, Field), Vec<&'a Observation>>,
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
        let mut clients: HashMap<(IpAddr, Field), Vec<&'a Observation>> = HashMap::new();
        let mut gateways = HashSet::new();
        for member in &grouped.devices {
            for (field, addresses) in &mut given {
                addresses.extend(
                    member.observed(*field).filter_map(|it| it.value.parse::<IpAddr>().ok()),
                );
            }
            let of_service = services.iter().flat_map(|field| member.observed(*field));
            for observation in of_service {
                if let Some(service) = observation.about.filter(|it| it.server == Party::Peer) {
                    clients.entry((service.peer, observation.field)).or_default().push(observation);
                }
            }
            let routers = member.observed(fields::DHCP_ROUTER);
            gateways.extend(routers.filter_map(|it| it.value.parse::<IpAddr>().ok()));
            if member.role == Role::Gateway {
                gateways.extend(member.ips.iter().copied());
            }
        }
        Self { home: grouped.home.clone(), gateways, given, clients }
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

    /// What clients said in `field` in talking to services at `address`.
    pub(super) fn said_to(
        &self,
        address: IpAddr,
        field: Field,
    ) -> impl Iterator<Item = &'a Observation> + '_ {
        self.clients.get(&(address, field)).into_iter().flatten().copied()
    }
}
