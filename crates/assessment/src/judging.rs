//! Devices judged one after another, by one worker or by several side by side.
//!
//! Each worker takes a stretch of the devices, and its own book. What they say is put together in the
//! order of the devices and numbered as one worker would have numbered it, so that the answer does not
//! depend on how many there were.

use std::{num::NonZero, sync::Arc};

use evidence::Ledger;
use knowledge::{Knowledge, kinds::Date};

use crate::{
    Settings,
    attribution::{
        destinations::{Names, destinations},
        identity,
        makers::Makers,
    },
    book::{Book, Renumbering},
    clues::Clues,
    devices::{self, Grouped, Member, roles},
    findings::{Rules, Subject},
    model::{Claims, Device, Finding, Identity},
    notes::{self, Filed},
    standing::Standing,
    workers::side_by_side,
};

/// All that stays the same from one device to the next.
pub(crate) struct Network<'n, 'a, 'k> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) grouped: &'n Grouped<'a>,
    pub(crate) rules: Rules<'k, 'a>,
    pub(crate) notes: Filed<'n>,
    pub(crate) knowledge: &'k Knowledge,
    pub(crate) settings: &'n Settings,
    pub(crate) day: &'n Date,
}

/// What was said of a stretch of the devices.
pub(crate) struct Judged<'a> {
    pub(crate) devices: Vec<Device>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) book: Book<'a>,
}

/// Those who judge, each with what it looked up so far.
pub(crate) struct Workers<'a, 'k>(Vec<Worker<'a, 'k>>);

struct Worker<'a, 'k> {
    /// How many devices are its own, after those of the workers before it.
    share: usize,
    clues: Clues<'a, 'k>,
}

impl<'a, 'k> Workers<'a, 'k> {
    /// Shares the devices out among so many workers, and lets them settle what part each device
    /// plays.
    pub(crate) fn settle(
        grouped: &mut Grouped<'a>,
        knowledge: &'k Knowledge,
        workers: NonZero<usize>,
    ) -> Self {
        let makers = Makers::of(knowledge);
        let settle = |members: &mut [Member<'a>]| {
            let mut clues = Clues::new(Arc::clone(&makers));
            let share = members.len();
            for member in members {
                roles::settle(member, &mut clues);
            }
            Worker { share, clues }
        };
        let mut rest = &mut *grouped.devices;
        let mut stretches = Vec::new();
        for share in shares(rest, workers) {
            let (stretch, others) = rest.split_at_mut(share);
            stretches.push(stretch);
            rest = others;
        }
        Self(side_by_side(stretches, settle))
    }

    /// Judges all devices of `network`, those that were shared out.
    pub(crate) fn judge(self, network: &Network<'_, 'a, 'k>) -> Judged<'a> {
        let mut rest = &*network.grouped.devices;
        let mut stretches = Vec::new();
        for worker in self.0 {
            let (stretch, others) = rest.split_at(worker.share);
            // The first has room for those of all others too, which are put behind its own.
            let room = if stretches.is_empty() { rest.len() } else { stretch.len() };
            stretches.push((stretch, worker.clues, room));
            rest = others;
        }
        let judge = |(members, clues, room)| network.judge(members, clues, room);
        let mut judged = side_by_side(stretches, judge).into_iter().peekable();
        let Some(mut all) = judged.next() else {
            return network.judge(rest, Clues::new(Makers::of(network.knowledge)), 0);
        };
        while let Some(later) = judged.next() {
            all.append(later, judged.peek().is_some());
        }
        all
    }
}

impl<'a, 'k> Network<'_, 'a, 'k> {
    fn judge(&self, members: &[Member<'a>], mut clues: Clues<'a, 'k>, room: usize) -> Judged<'a> {
        let Self { ledger, grouped, rules, notes, knowledge, settings, day } = self;
        let names = Names::of_all(&grouped.devices, knowledge);
        let mut standing = Standing::on(day, settings, Arc::clone(clues.makers()));
        let mut book = Book::new(ledger);
        let mut devices = Vec::with_capacity(room);
        let mut findings = Vec::new();
        for member in members {
            let mut device = describe(member);
            device.identity = identity::identify(member, &mut clues, &mut book);
            if let Some(note) = notes.on(device.id) {
                notes::apply(note, member, &mut device, knowledge, &mut book);
            }
            device.role = roles::of_kind(device.role, device.identity.kind.answer());
            standing.describe(&mut device);
            device.destinations = destinations(member, &names, &grouped.home, &mut book).into();
            let (identity, destinations) = (&device.identity, &*device.destinations);
            let subject = Subject { id: device.id, member, identity, destinations };
            let checked = rules.check(subject, &mut book);
            device.scores = standing.score(&device, &checked);
            findings.extend(checked.findings);
            devices.push(device);
        }
        Judged { devices, findings, book }
    }
}

impl Judged<'_> {
    /// Puts what was said of the devices after these behind it. `are_more`: whether another stretch
    /// is to be put behind that.
    fn append(&mut self, mut later: Self, are_more: bool) {
        let renumbering = self.book.append(&mut later.book);
        for device in &mut later.devices {
            renumber_device(device, &renumbering);
        }
        for finding in &mut later.findings {
            let cited = finding.evidence.iter_mut().chain(&mut finding.against);
            cited.for_each(|id| *id = renumbering.of(*id));
        }
        self.devices.append(&mut later.devices);
        self.findings.append(&mut later.findings);
        if are_more {
            self.book.learn(later.book, &renumbering);
        }
    }
}

fn renumber_device(device: &mut Device, renumbering: &Renumbering) {
    let Identity { brand, model, kind, os, firmware, module_maker } = &mut device.identity;
    for Claims(claims) in [brand, model, kind, os, firmware, module_maker] {
        let reasons = claims.iter_mut().flat_map(|claim| &mut claim.reasons);
        reasons.for_each(|reason| reason.evidence = renumbering.of(reason.evidence));
    }
    let cited = device.destinations.iter_mut().flat_map(|it| &mut it.evidence);
    let noted = device.note.as_mut().map(|note| &mut note.evidence);
    cited.chain(noted).for_each(|id| *id = renumbering.of(*id));
}

/// How many devices each of at most so many workers takes, so that each has about as much to look at.
fn shares(members: &[Member<'_>], workers: NonZero<usize>) -> Vec<usize> {
    /// What is done for each device, be ever so little kept of it, as if it were kept; about as measured.
    const OWN: usize = 32;

    let weight = |member: &Member<'_>| {
        let kept = |record: &&evidence::HostRecord| {
            record.observations().len() + record.conversations().len()
        };
        OWN + member.records().iter().map(kept).sum::<usize>()
    };
    let each = members.iter().map(weight).sum::<usize>().div_ceil(workers.get());
    let mut shares = vec![0];
    let mut taken = 0;
    for member in members {
        if taken >= each {
            shares.push(0);
            taken = 0;
        }
        taken += weight(member);
        if let Some(share) = shares.last_mut() {
            *share += 1;
        }
    }
    shares
}

/// What needs no pack to be said.
fn describe(member: &Member<'_>) -> Device {
    let traffic = member.conversations().map(|conversation| conversation.traffic);
    let (bytes_up, bytes_down) = traffic.fold((0_u64, 0_u64), |(up, down), traffic| {
        (up.saturating_add(traffic.bytes_up), down.saturating_add(traffic.bytes_down))
    });
    Device {
        id: member.id,
        local: member.local,
        role: member.role,
        macs: member.macs.as_slice().into(),
        ips: member.ips.as_slice().into(),
        names: devices::names(member).into(),
        identifiers: Box::default(),
        note: None,
        identity: Identity::default(),
        provenance: Arc::default(),
        exposure: Arc::default(),
        destinations: Box::default(),
        bytes_up,
        bytes_down,
        first: member.first().map(|first| first.at).unwrap_or_default(),
        last: member.last().unwrap_or_default(),
        listings: Arc::default(),
        sensors: Arc::default(),
        product: None,
        scores: Arc::default(),
        findings: Box::default(),
        actions: Box::default(),
    }
}
