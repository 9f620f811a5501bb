//! The traffic with one destination, summed.

use std::net::IpAddr;

use evidence::{Conversation, Field, Observation, Sampled, Timestamp, Transport};

use super::names::Share;
use crate::{
    book::Book,
    model::{Encryption, EvidenceId, Stream},
};

/// Everything that went to one name.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    conversations: Vec<&'a Conversation>,
    naming: Vec<(&'a Observation, f64)>,
    /// In order, with the bytes to and from each.
    by_address: Vec<(IpAddr, u64)>,
    /// In order.
    ports: Vec<(Transport, u16)>,
    pub(super) bytes_up: u64,
    pub(super) bytes_down: u64,
    encrypted: bool,
    clear: bool,
    pub(super) sampled: Sampled,
    streamed_up: u64,
    streamed_seconds: u64,
    pub(super) connections: u64,
    first: Option<Timestamp>,
    pub(super) last: Timestamp,
}

impl<'a> Gathered<'a> {
    /// The most conversations cited for one destination, those of most bytes; our choice.
    const MOST_CONVERSATIONS: usize = 4;

    /// The most names cited for one destination, the surest; our choice.
    const MOST_NAMES: usize = 4;

    /// Adds `share` of `conversation`, and who gave it the name, with how sure that is.
    pub(super) fn add(
        &mut self,
        conversation: &'a Conversation,
        share: Share,
        named: Option<(&'a Observation, f64)>,
    ) {
        let (service, traffic) = (conversation.service, &conversation.traffic);
        let (up, down) = (share.of(traffic.bytes_up), share.of(traffic.bytes_down));
        self.bytes_up = self.bytes_up.saturating_add(up);
        self.bytes_down = self.bytes_down.saturating_add(down);
        self.add_address(service.peer, up.saturating_add(down));
        let port = (service.transport, service.port);
        if let Err(place) = self.ports.binary_search(&port) {
            self.ports.insert(place, port);
        }
        self.encrypted |= traffic.bytes_encrypted > 0;
        self.clear |= traffic.bytes_clear > 0;
        self.sampled.add(&traffic.sampled);
        for (sum, more) in [
            (&mut self.streamed_up, traffic.streamed_up),
            (&mut self.streamed_seconds, traffic.streamed_seconds.into()),
            (&mut self.connections, traffic.opened_by_host.into()),
        ] {
            *sum = sum.saturating_add(share.of(more));
        }
        let at = traffic.first.at;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(traffic.last);
        self.conversations.push(conversation);
        self.naming.extend(named);
    }

    fn add_address(&mut self, address: IpAddr, bytes: u64) {
        let place = self.by_address.partition_point(|(known, _)| *known < address);
        match self.by_address.get_mut(place) {
            Some((known, sum)) if *known == address => *sum = sum.saturating_add(bytes),
            _ => self.by_address.insert(place, (address, bytes)),
        }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes_up.saturating_add(self.bytes_down)
    }

    /// Puts all that was added in the order it is told: the surest names and the largest
    /// conversations first.
    pub(super) fn order(&mut self) {
        self.naming.sort_by(|(left, left_sure), (right, right_sure)| {
            let by_time = || (left.seen.first, left.key()).cmp(&(right.seen.first, right.key()));
            right_sure.total_cmp(left_sure).then_with(by_time)
        });
        self.naming.dedup_by_key(|(observation, _)| std::ptr::from_ref(*observation));
        self.conversations.sort_by_key(|it| (std::cmp::Reverse(it.traffic.bytes()), it.service));
    }

    /// The field of the surest name, once in [`order`](Self::order); `None` where there is no name.
    pub(super) fn named_by(&self) -> Option<Field> {
        self.naming.first().map(|(observation, _)| observation.field)
    }

    /// How sure the surest name is; an address is as sure as anything.
    pub(super) fn sure(&self) -> f64 {
        self.naming.iter().map(|(_, sure)| *sure).reduce(f64::max).unwrap_or(1.0)
    }

    pub(super) fn addresses(&self) -> Box<[IpAddr]> {
        self.by_address.iter().map(|(address, _)| *address).collect()
    }

    /// The address most bytes went to, the lowest of equals.
    pub(super) fn main_address(&self) -> Option<IpAddr> {
        let most = self.by_address.iter().rev().max_by_key(|(_, bytes)| *bytes);
        most.map(|(address, _)| *address)
    }

    pub(super) fn ports(&self) -> &[(Transport, u16)] {
        &self.ports
    }

    /// By the protocols, and by looking where no protocol tells: readable text is clear. What looks
    /// random may be encrypted or only compressed, so it counts for neither.
    pub(super) const fn encryption(&self) -> Encryption {
        match (self.encrypted, self.clear || self.sampled.text > 0) {
            (true, false) => Encryption::Encrypted,
            (false, true) => Encryption::Clear,
            (true, true) => Encryption::Mixed,
            (false, false) => Encryption::Unknown,
        }
    }

    pub(super) fn stream(&self) -> Option<Stream> {
        let (bytes, seconds) = (self.streamed_up, self.streamed_seconds);
        (seconds > 0).then_some(Stream { bytes, seconds })
    }

    pub(super) fn first(&self) -> Timestamp {
        self.first.unwrap_or_default()
    }

    /// Cites the surest names and the largest conversations, once in [`order`](Self::order).
    pub(super) fn cite(&self, book: &mut Book<'a>) -> Vec<EvidenceId> {
        let names = self.naming.iter().take(Self::MOST_NAMES);
        let mut cited: Vec<_> = names.map(|(it, _)| book.observation(it)).collect();
        let largest = self.conversations.iter().take(Self::MOST_CONVERSATIONS);
        cited.extend(largest.map(|it| book.conversation(it)));
        cited
    }
}
