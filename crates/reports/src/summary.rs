//! Counts over a whole assessment that more than one format tells.

use std::{cmp::Reverse, collections::BTreeMap};

use assessment::{
    Assessment,
    model::{Action, Device, DeviceId, Finding, ServerCountry},
};
use evidence::{Timestamp, Unit};
use knowledge::kinds::Severity;

use crate::wording;

/// What can be said in a sentence or two about all devices.
pub(crate) struct Summary<'a> {
    pub(crate) local: Vec<&'a Device>,
    pub(crate) identified: usize,
    pub(crate) others: usize,
    pub(crate) by_severity: BTreeMap<Severity, usize>,
    /// How many frames, lines and records were read; what there is none of is not in it.
    pub(crate) read: BTreeMap<Unit, u64>,
    pub(crate) bytes: u64,
    pub(crate) span: Option<(Timestamp, Timestamp)>,
}

impl<'a> Summary<'a> {
    pub(crate) fn of(assessment: &'a Assessment) -> Self {
        let local: Vec<&Device> = assessment.devices.iter().filter(|it| it.local).collect();
        let mut by_severity = BTreeMap::new();
        for finding in &assessment.findings {
            *by_severity.entry(finding.severity).or_default() += 1;
        }
        let sources = &assessment.sources;
        let sum = |of: fn(&evidence::Source) -> u64| {
            sources.iter().fold(0_u64, |sum, source| sum.saturating_add(of(source)))
        };
        let mut read = BTreeMap::new();
        for source in sources {
            let all: &mut u64 = read.entry(Unit::of(&source.name).0).or_default();
            *all = all.saturating_add(source.frames);
        }
        let first = sources.iter().filter_map(|source| source.first).min();
        let last = sources.iter().filter_map(|source| source.last).max();
        Self {
            identified: local.iter().filter(|it| wording::device(it).is_some()).count(),
            others: assessment.devices.len() - local.len(),
            local,
            by_severity,
            read,
            bytes: sum(|source| source.bytes),
            span: first.zip(last),
        }
    }

    /// The network's devices, or the `most` with the worst findings if there are more than `limit`.
    pub(crate) fn shown(
        &self,
        assessment: &Assessment,
        limit: usize,
        most: usize,
    ) -> Vec<&'a Device> {
        let mut devices = self.local.clone();
        if devices.len() > limit {
            devices.sort_by_key(|device| (Reverse(worst_finding(assessment, device)), device.id));
            devices.truncate(most);
        }
        devices
    }

    /// One or two sentences: how many devices, how many findings.
    pub(crate) fn headline(&self) -> String {
        let devices = match (self.local.len(), self.identified) {
            (0, _) => return "No device of this network was seen in this traffic.".to_owned(),
            (all, known) if all == known => {
                format!("{} on this network, all identified.", wording::counted(all, "device"))
            }
            (all, known) => format!(
                "{} on this network: {} identified, {} unknown.",
                wording::counted(all, "device"),
                wording::count(known as u64),
                wording::count((all - known) as u64),
            ),
        };
        format!("{devices} {}", self.findings())
    }

    fn findings(&self) -> String {
        let all: usize = self.by_severity.values().sum();
        if all == 0 {
            return "No finding, which is not proof of safety.".to_owned();
        }
        let each = self.by_severity.iter().rev();
        let each =
            each.map(|(severity, count)| format!("{count} {}", wording::severity(*severity)));
        format!("{}: {}.", wording::counted(all, "finding"), each.collect::<Vec<_>>().join(", "))
    }

    /// What the traffic was: how much, over which time.
    pub(crate) fn traffic(&self, sources: usize) -> String {
        let span =
            self.span.map_or("no time known".to_owned(), |(from, to)| wording::span(from, to));
        let read = self
            .read
            .iter()
            .map(|(unit, count)| format!("{} {}s", wording::count(*count), unit.word()))
            .collect::<Vec<_>>();
        let read = if read.is_empty() { "0 frames".to_owned() } else { read.join(", ") };
        format!(
            "Seen in {}: {read}, {}, {span}.",
            wording::counted(sources, "source"),
            wording::bytes(self.bytes),
        )
    }
}

/// How bad a device's worst finding is, and how many it has.
pub(crate) fn worst_finding(assessment: &Assessment, device: &Device) -> Option<(Severity, usize)> {
    let found = device.findings.iter().filter_map(|index| assessment.findings.get(*index));
    let worst = found.map(|finding| finding.severity).max()?;
    Some((worst, device.findings.len()))
}

/// The findings of a device with their indexes, the worst first.
pub(crate) fn findings_of<'a>(
    assessment: &'a Assessment,
    device: &Device,
) -> Vec<(usize, &'a Finding)> {
    let indexes = device.findings.iter();
    let mut found: Vec<(usize, &Finding)> =
        indexes.filter_map(|index| Some((*index, assessment.findings.get(*index)?))).collect();
    found.sort_by_key(|(index, finding)| (Reverse(finding.severity), *index));
    found
}

/// The first action, the one that gains most, that answers a finding.
pub(crate) fn answer(assessment: &Assessment, index: usize) -> Option<&Action> {
    let device = device(assessment, assessment.findings.get(index)?.device)?;
    let mut actions = device.actions.iter().filter_map(|action| assessment.actions.get(*action));
    actions.find(|action| action.findings.contains(&index))
}

/// The device of that number, which mostly is its place, counted from 0 or 1.
pub(crate) fn device(assessment: &Assessment, id: DeviceId) -> Option<&Device> {
    let number = usize::try_from(id.0).ok()?;
    let near = [Some(number), number.checked_sub(1)].into_iter().flatten();
    let near = near.filter_map(|place| assessment.devices.get(place));
    near.chain(&assessment.devices).find(|device| device.id == id)
}

/// Bytes sent and received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) up: u64,
    pub(crate) down: u64,
}

/// Where the bytes of all the network's devices went, each byte once in each of the three.
#[derive(Debug, Default)]
pub(crate) struct Flows<'a> {
    /// By the country the servers' addresses are registered in.
    pub(crate) servers: BTreeMap<Where<'a>, Bytes>,
    /// By the home of the organisation behind the name.
    pub(crate) homes: BTreeMap<Where<'a>, Bytes>,
    /// By organisation; `None` where it is not known.
    pub(crate) organisations: BTreeMap<Option<&'a str>, (Bytes, Option<&'a str>)>,
}

/// A place, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Where<'a> {
    /// In a country, by its code.
    Country(&'a str),
    /// In many places at once.
    Anywhere,
    /// Not known.
    Unknown,
}

impl<'a> Flows<'a> {
    pub(crate) fn of(assessment: &'a Assessment) -> Self {
        let mut flows = Self::default();
        let devices = assessment.devices.iter().filter(|device| device.local);
        for destination in devices.flat_map(|device| &device.destinations) {
            let add = |sum: &mut Bytes| {
                sum.up = sum.up.saturating_add(destination.bytes_up);
                sum.down = sum.down.saturating_add(destination.bytes_down);
            };
            let organisation = destination.organisation.as_ref();
            let home = organisation.and_then(|party| party.country.as_deref());
            add(flows.servers.entry(server(destination.server_country.as_ref())).or_default());
            add(flows.homes.entry(home.map_or(Where::Unknown, Where::Country)).or_default());
            let name = organisation.map(|party| &*party.name);
            let (sum, country) = flows.organisations.entry(name).or_default();
            add(sum);
            *country = country.or(home);
        }
        flows
    }
}

fn server(country: Option<&ServerCountry>) -> Where<'_> {
    match country {
        None => Where::Unknown,
        Some(ServerCountry::Anywhere) => Where::Anywhere,
        Some(ServerCountry::Registered(code)) => Where::Country(code),
    }
}
