//! A made-up home: ledgers as a recorder would leave them, assessments as they would be made of them.

use std::sync::Arc;

use assessment::{
    Applies, Assessment, Listing,
    devices::Identifier,
    model::{
        Action, Claim, Claims, Confidence, Destination, Device, DeviceId, Encryption, Evidence,
        EvidenceId, Exposure, Finding, Identity, ServerCountry, Witness,
    },
};
use evidence::{
    Field, Host, Ledger, Mac, Party, Recorder, Sampled, Service, Sighting, SourceId, Timestamp,
    Traffic, Transport, fields,
};
use household::{Change, Household, StoredEvent};
use knowledge::kinds::{
    self, Condition, Dimension, Effort, EntryKind, FindingKind, Purpose, Severity, Shows, Verify,
    Weakness,
};

pub(super) const HOUR: u64 = 3_600;
pub(super) const DAY: u64 = 24 * HOUR;

/// A Monday in 2026, at midnight.
pub(super) const MONDAY: u64 = 1_767_571_200;

pub(super) const CAMERA: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);
pub(super) const LAMP: Mac = Mac([0, 0, 0x5e, 0, 0x53, 0x22]);
pub(super) const PHONE: Mac = Mac([2, 0, 0x5e, 0, 0x53, 3]);
pub(super) const PHONE_TOMORROW: Mac = Mac([2, 0, 0x5e, 0, 0x53, 4]);

/// Where the lamp talks to.
const CLOUD: [u8; 4] = [203, 0, 113, 9];

/// So many seconds after the Monday began.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_parts(MONDAY + seconds, 0)
}

/// What one host says and how much it sends at one moment.
pub(super) fn ledger(mac: Mac, seconds: u64, said: &[(Field, &str)], bytes: u64) -> Ledger {
    let mut recorder = Recorder::default();
    let when = at(seconds);
    recorder.source("eth0").count_frame(when, bytes);
    let seen = Sighting { at: when, source: SourceId::of("eth0"), frame: 1 };
    let host = Host::new(Some(mac), Some([192, 168, 1, mac.0[5]].into())).unwrap();
    for (field, value) in said {
        recorder.observe(host, None, *field, value, seen);
    }
    let service = Service {
        peer: [203, 0, 113, 9].into(),
        transport: Transport::TCP,
        port: 443,
        server: Party::Peer,
    };
    let mut traffic = Traffic::new(seen);
    (traffic.frames_up, traffic.bytes_up) = (1, bytes);
    recorder.converse(host, service, &traffic);
    recorder.finish()
}

/// A ledger in which the lamp says its name.
pub(super) fn lamp(seconds: u64) -> Ledger {
    ledger(LAMP, seconds, &[(fields::DHCP_HOST_NAME, "lamp")], 1_000)
}

/// An assessment, put together by hand.
#[derive(Default)]
pub(super) struct Said {
    pub(super) assessment: Assessment,
}

impl Said {
    /// A device with an address, seen until then.
    pub(super) fn device(mut self, mac: Mac, first: u64, last: u64) -> Self {
        let number = u32::try_from(self.assessment.devices.len()).unwrap() + 1;
        let assigned = !mac.is_locally_administered();
        self.assessment.devices.push(Device {
            id: DeviceId(number),
            local: true,
            macs: [mac].into(),
            identifiers: assigned.then_some(Identifier::Mac(mac)).into_iter().collect(),
            first: at(first),
            last: at(last),
            ..Device::default()
        });
        self
    }

    fn latest(&mut self) -> &mut Device {
        self.assessment.devices.last_mut().unwrap()
    }

    pub(super) fn told_by(mut self, identifier: &str) -> Self {
        add(&mut self.latest().identifiers, identifier.parse().unwrap());
        self
    }

    pub(super) fn called(mut self, name: &str) -> Self {
        add(&mut self.latest().names, name.into());
        self.told_by(&format!("name {name}"))
    }

    pub(super) fn is(mut self, of: impl Fn(&mut Identity) -> &mut Claims, value: &str) -> Self {
        let claim = Claim {
            value: value.into(),
            id: None,
            confidence: Confidence::new(0.9),
            reasons: Box::default(),
        };
        add(&mut of(&mut self.latest().identity).0, claim);
        self
    }

    pub(super) fn talks_with(mut self, country: &str, organisation: &str) -> Self {
        let (first, last) = (self.latest().first, self.latest().last);
        let destination = Destination {
            name: format!("{organisation}.example").into(),
            named_by: None,
            domain: None,
            addresses: Box::default(),
            services: [].into(),
            organisation: Some(Arc::new(assessment::model::Party {
                id: organisation.into(),
                name: organisation.into(),
                country: None,
                registered_in: None,
                sources: Vec::new(),
                verified: true,
            })),
            server_country: Some(ServerCountry::Registered(country.into())),
            operator: None,
            purpose: Purpose::Unknown,
            entry: None,
            bytes_up: 1,
            bytes_down: 1,
            encryption: Encryption::Unknown,
            sampled: Sampled::default(),
            stream: None,
            connections: 0,
            first,
            last,
            confidence: Confidence::new(0.9),
            evidence: Box::default(),
        };
        add(&mut self.latest().destinations, destination);
        self
    }

    /// What an entry of a list answers for the latest device.
    pub(super) fn listed(mut self, list: &str, entry: &str, applies: Applies) -> Self {
        self.latest().listings = [Listing {
            list: list.into(),
            list_name: list.into(),
            entry: entry.into(),
            entry_name: entry.into(),
            kind: EntryKind::Category,
            applies,
            reasons: Vec::new(),
            effect: "".into(),
            does_not_restrict: "".into(),
            qualifier: None,
            waivers: Vec::new(),
            from: None,
            to: None,
            determination: None,
            counted: applies == Applies::Yes,
            sources: Vec::new(),
            verified: true,
        }]
        .into();
        self
    }

    /// A law that could reach a company behind the latest device.
    pub(super) fn reached_by(mut self, jurisdiction: &str, law: &str) -> Self {
        let laws = vec![law.into()];
        let (jurisdiction, through) = (jurisdiction.into(), Vec::new());
        self.latest().exposure = [Exposure { jurisdiction, through, laws }].into();
        self
    }

    /// What the latest device's latest destination is like.
    pub(super) fn encrypting(mut self, encryption: Encryption) -> Self {
        let destination = self.latest().destinations.last_mut().unwrap();
        destination.encryption = encryption;
        destination.addresses = [CLOUD.into()].into();
        self
    }

    /// Something wrong, seen in traffic with the cloud until then.
    pub(super) fn in_clear(mut self, rule: &str, severity: Severity, last: u64) -> Self {
        self = self.wrong(rule, severity, last);
        let service = Service {
            peer: CLOUD.into(),
            transport: Transport::TCP,
            port: 1883,
            server: Party::Peer,
        };
        let finding = self.assessment.findings.pop().unwrap();
        let what = Witness::Conversation { service, bytes_up: 1, bytes_down: 1 };
        let seen = Sighting { at: at(last), source: SourceId(1), frame: 1 };
        let first = seen;
        let evidence = Evidence { what, first, source: 0, last: at(last), count: 1 };
        let evidence = self.assessment.evidence.push(evidence);
        self.assessment.findings.push(finding.because(evidence));
        self
    }

    /// What the pack says shows a rule's finding to be gone.
    pub(super) fn verified(mut self, rule: &str, shows: Shows, days: u16) -> Self {
        self.assessment.verifications.insert(rule.into(), Verify { shows, days });
        self
    }

    /// Something wrong with the latest device, seen until then, and advice for it.
    pub(super) fn wrong(mut self, rule: &str, severity: Severity, last: u64) -> Self {
        let weakness = weakness(rule, severity);
        let seen = Sighting { at: at(last), source: SourceId(1), frame: 1 };
        let evidence: EvidenceId = self.assessment.evidence.push(Evidence {
            what: Witness::Address { mac: LAMP },
            first: seen,
            source: 0,
            last: at(last),
            count: 1,
        });
        let device = self.latest().id;
        let finding = Finding::new(&weakness, device, evidence);
        let (place, step) = (self.assessment.findings.len(), self.assessment.actions.len());
        add(&mut self.latest().findings, place);
        add(&mut self.latest().actions, step);
        self.assessment.findings.push(finding);
        self.assessment.actions.push(Action {
            rule: rule.into(),
            device,
            text: weakness.action.text.into(),
            breaks: None,
            effort: Effort::Minutes,
            verified_by: None,
            findings: vec![place],
            guides: std::sync::Arc::default(),
        });
        self
    }
}

/// A rule; one whose name begins with `support` is about support.
fn weakness(rule: &str, severity: Severity) -> Weakness {
    Weakness {
        id: rule.into(),
        title: format!("Has {rule}").into(),
        kind: FindingKind::Weakness,
        severity,
        confidence: 0.9,
        root_cause: format!("cause-{rule}").into(),
        when: Condition::All(Vec::new()),
        action: kinds::Action {
            text: format!("Put {rule} right.").into(),
            breaks: None,
            effort: Effort::Minutes,
            verified_by: None,
        },
        dimension: rule.starts_with("support").then_some(Dimension::Support),
        against: None,
        fires: Vec::new(),
        silent: Vec::new(),
        sources: Vec::new(),
        verified: false,
        prose: "".into(),
    }
}

/// Events in the words of a table: `g1 new-device`.
pub(super) fn shown(events: &[StoredEvent]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let whose = event.device.map_or_else(String::new, |id| format!("{id} "));
            let says = match &event.change {
                Change::NewCountry { country } => format!("country {country}"),
                Change::NewOrganisation { organisation, .. } => {
                    format!("organisation {organisation}")
                }
                Change::NewFinding { rule, severity, .. } => format!("finding {rule} {severity}"),
                Change::FindingGone { rule, .. } => format!("gone {rule}"),
                Change::NewFirmware { from, to } => format!("firmware {from} {to}"),
                Change::ListingChanged { list, entry, from, to, .. } => {
                    let said =
                        |word: &Option<Box<str>>| word.as_deref().unwrap_or("nothing").to_owned();
                    format!("list {list}/{entry}: {}, then {}", said(from), said(to))
                }
                Change::LawChanged { law, jurisdiction, reaches } => {
                    format!("law {law} of {jurisdiction}: {reaches}")
                }
                Change::Joined { other } => format!("joined g{other}"),
                Change::Gap { from, to } => format!("gap {}", to - from),
                Change::ClockSetBack { from, to } => format!("back {}", from - to),
                other => {
                    let words = serde_json::to_value(other).unwrap();
                    words["kind"].as_str().unwrap().to_owned()
                }
            };
            format!("{whose}{says}")
        })
        .collect()
}

/// All events, in order.
pub(super) fn all_events(household: &Household) -> Vec<String> {
    let mut events = household.events(Timestamp::EPOCH, 1_000).unwrap();
    events.reverse();
    shown(&events)
}

/// Puts one more at the end.
pub(super) fn add<T>(list: &mut Box<[T]>, another: T) {
    *list = std::mem::take(list).into_iter().chain([another]).collect();
}
