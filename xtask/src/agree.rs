//! How far this program and nDPI agree on what flows are: `cargo xtask agree FOLDER`.
//!
//! nDPI's own tests say, for each capture, how many flows it takes for which protocol or service
//! (`expected.tsv` beside the captures). It does not say which flow, so flows are matched by number,
//! capture by capture: each of theirs is given one of ours that its name may be, the names that can be
//! least first. What a name of theirs may be is said in `xtask/data/ndpi-names.tsv`, line by line.
//!
//! A service that nDPI names by host name or address (most of its names) is one of the protocols that
//! carry names. A connection without payload is named by its port or its address alone there, and not here:
//! such flows are counted apart, and only as far as the capture has connections without payload beyond
//! the flows that nDPI leaves unknown.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use evidence::{Limits, Recorder, Transport};
use packets::{
    Dissector, Seen, Settings,
    files::{Decoder, Step},
};

use crate::steps::say;

const NAMES: &str = include_str!("../data/ndpi-names.tsv");

/// The least part of flows that must agree; our aim.
const AIM: f64 = 0.97;

/// Our protocols that TCP does not carry: none of their flows is without payload.
const DATAGRAMS: [&str; 12] = [
    "coap",
    "dhcp",
    "dhcpv6",
    "dtls",
    "llmnr",
    "mdns",
    "ntp",
    "port_mapping",
    "quic",
    "snmp",
    "ssdp",
    "wsd",
];

/// `cargo xtask agree FOLDER`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let [folder] = arguments else {
        return Err("name the folder that holds nDPI's captures and expected.tsv".to_owned());
    };
    let agreement = Agreement::of(Path::new(folder))?;
    say(&agreement.to_string());
    if agreement.part() < AIM { Err(format!("that is less than {AIM}")) } else { Ok(()) }
}

/// What one of nDPI's names may be here.
struct Name {
    /// Names of our protocols.
    ours: BTreeSet<&'static str>,
    /// Whether we must recognise it; otherwise it only explains what we recognise.
    asked: bool,
}

/// How many flows are the same, and how many are not.
#[derive(Clone, Copy, Default)]
pub(crate) struct Count {
    theirs: u64,
    agree: u64,
    /// Without payload: nothing to recognise.
    mute: u64,
    /// We say nothing.
    silent: u64,
    /// We say something else.
    different: u64,
}

/// The outcome.
#[derive(Default)]
pub(crate) struct Agreement {
    captures: u64,
    /// By what a name may be.
    by_protocol: BTreeMap<String, Count>,
    /// Flows that we recognise and that no name of theirs covers, by our protocol.
    ours_alone: BTreeMap<&'static str, u64>,
    /// Capture, name or protocol, and how many flows, for those that differ.
    differences: Vec<String>,
}

impl Agreement {
    /// Compares all captures in `folder`.
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let names = names()?;
        let expected = read(&folder.join("expected.tsv"))?;
        let expected = String::from_utf8(expected).map_err(|error| error.to_string())?;
        let mut agreement = Self::default();
        for line in expected.lines().skip(1) {
            let mut columns = line.split('\t');
            let (Some(capture), Some(theirs)) = (columns.next(), columns.next()) else { continue };
            let flows = Flows::of(&folder.join(capture))?;
            agreement.compare(&names, capture, theirs, flows)?;
        }
        Ok(agreement)
    }

    /// The part of flows of protocols we both know that agree; flows that only we recognise count
    /// against it, flows without payload do not count.
    pub(crate) fn part(&self) -> f64 {
        let all = self.total();
        let alone: u64 = self.ours_alone.values().sum();
        share(all.agree, all.theirs - all.mute + alone)
    }

    fn total(&self) -> Count {
        self.by_protocol.values().fold(Count::default(), |sum, it| Count {
            theirs: sum.theirs + it.theirs,
            agree: sum.agree + it.agree,
            mute: sum.mute + it.mute,
            silent: sum.silent + it.silent,
            different: sum.different + it.different,
        })
    }

    fn compare(
        &mut self,
        names: &BTreeMap<&str, Name>,
        capture: &str,
        theirs: &str,
        mut flows: Flows,
    ) -> Result<(), String> {
        self.captures += 1;
        let mut listed = Vec::new();
        for part in theirs.split(',').filter(|part| !part.is_empty()) {
            let (name, count) = part.rsplit_once(':').ok_or_else(|| format!("{part}: no count"))?;
            let count: u64 = count.parse().map_err(|_| format!("{part}: no number"))?;
            if name == "Unknown" {
                flows.mute = flows.mute.saturating_sub(count);
            }
            let known = names.get(name).ok_or_else(|| format!("{name} is not in the table"))?;
            listed.push((!known.asked, known.ours.len(), name, known, count));
        }
        listed.sort_by_key(|(optional, width, name, ..)| (*optional, *width, *name));
        let mut missing = Vec::new();
        for (_, _, name, known, count) in listed {
            let agree = flows.take(&known.ours, count);
            if known.asked {
                let row: Vec<_> = known.ours.iter().copied().collect();
                let row = self.by_protocol.entry(row.join(", ")).or_default();
                row.theirs += count;
                row.agree += agree;
                missing.push((name, known, count - agree));
            }
        }
        for (name, known, missing) in missing.into_iter().filter(|(.., missing)| *missing > 0) {
            let over_tcp = known.ours.iter().any(|name| !DATAGRAMS.contains(name));
            let mute = if over_tcp { missing.min(flows.mute) } else { 0 };
            flows.mute -= mute;
            let different = flows.take_any(missing - mute);
            let silent = missing - mute - different;
            let row: Vec<_> = known.ours.iter().copied().collect();
            let row = self.by_protocol.entry(row.join(", ")).or_default();
            row.mute += mute;
            row.different += different;
            row.silent += silent;
            if different + silent > 0 {
                self.differences.push(format!(
                    "{capture}: {name}: {silent} not recognised, {different} as something else"
                ));
            }
        }
        for (protocol, count) in flows.recognised.into_iter().filter(|(_, count)| *count > 0) {
            *self.ours_alone.entry(protocol).or_default() += count;
            self.differences.push(format!("{capture}: {protocol}: {count} recognised here alone"));
        }
        Ok(())
    }
}

impl std::fmt::Display for Agreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.differences {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "\n| may be | flows | agree | no payload | not recognised | something else |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        let total = self.total();
        let rows = self.by_protocol.iter().map(|(name, count)| (name.as_str(), count));
        for (name, count) in rows.chain([("all", &total)]) {
            let Count { theirs, agree, mute, silent, different } = count;
            writeln!(f, "| {name} | {theirs} | {agree} | {mute} | {silent} | {different} |")?;
        }
        let alone: Vec<_> =
            self.ours_alone.iter().map(|(protocol, count)| format!("{protocol} {count}")).collect();
        writeln!(f, "\nrecognised here alone: {}", alone.join(", "))?;
        write!(f, "{} captures, {:.1} % of flows agree", self.captures, 100.0 * self.part())
    }
}

/// How many flows of a capture were taken for what.
#[derive(Default)]
struct Flows {
    recognised: BTreeMap<&'static str, u64>,
    /// Connections without payload.
    mute: u64,
}

impl Flows {
    /// Reads a capture, up to damage if there is any. Flows between the same ends are one, as nDPI
    /// counts them.
    fn of(path: &Path) -> Result<Self, String> {
        let bytes = read(path)?;
        let mut recorder = Recorder::new(Limits::default());
        let mut dissector = Dissector::new(&Settings::default());
        dissector.keep_flows();
        dissector.begin_source(&mut recorder, "capture");
        let (mut decoder, mut rest) = (Decoder::new(), &bytes[..]);
        while let Ok(step) = decoder.next(rest, true) {
            let consumed = match step {
                Step::Frame { consumed, frame } => {
                    dissector.observe(&mut recorder, &frame);
                    consumed
                }
                Step::Skip { consumed } => consumed,
                Step::Need { .. } | Step::End => break,
            };
            rest = rest.get(consumed..).unwrap_or_default();
        }
        dissector.end_source(&mut recorder);
        Ok(Self::count(dissector.take_flows()))
    }

    fn count(seen: Vec<Seen>) -> Self {
        let mut by_ends: BTreeMap<_, Seen> = BTreeMap::new();
        for flow in seen {
            let same = by_ends.entry((flow.transport, flow.ends)).or_insert_with(|| flow.clone());
            same.protocol = same.protocol.or(flow.protocol);
            same.spoke |= flow.spoke;
        }
        let mut flows = Self::default();
        for flow in by_ends.into_values() {
            match flow.protocol {
                Some(protocol) => *flows.recognised.entry(protocol).or_default() += 1,
                None if !flow.spoke && flow.transport == Transport::TCP => flows.mute += 1,
                None => {}
            }
        }
        flows
    }

    /// Takes up to `count` flows that are one of `wanted`.
    fn take(&mut self, wanted: &BTreeSet<&str>, count: u64) -> u64 {
        let mut left = count;
        for (_, there) in self.recognised.iter_mut().filter(|(name, _)| wanted.contains(*name)) {
            let taken = left.min(*there);
            *there -= taken;
            left -= taken;
        }
        count - left
    }

    fn take_any(&mut self, count: u64) -> u64 {
        let all = self.recognised.keys().copied().collect();
        self.take(&all, count)
    }
}

/// The table of names: theirs, ours (`-` where we know no such protocol, `?` before those that it may
/// be without our having to see it), and why.
fn names() -> Result<BTreeMap<&'static str, Name>, String> {
    let mut names = BTreeMap::new();
    for line in NAMES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut columns = line.split('\t');
        let (Some(theirs), Some(ours)) = (columns.next(), columns.next()) else {
            return Err(format!("`{line}` has no two columns"));
        };
        let listed = ours.trim_start_matches(['?', '-']);
        let name = Name {
            ours: listed.split(' ').filter(|it| !it.is_empty()).collect(),
            asked: listed == ours,
        };
        if names.insert(theirs, name).is_some() {
            return Err(format!("{theirs} is named twice"));
        }
    }
    Ok(names)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[expect(clippy::cast_precision_loss, reason = "counts of flows are far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_flows_of_ndpis_captures_agree() {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures/protocols/ndpi");
        if !folder.is_dir() {
            say(&format!("skipped: there are no captures in {}", folder.display()));
            return;
        }
        let agreement = Agreement::of(&folder).unwrap_or_else(|error| panic!("{error}"));
        assert!(agreement.part() >= AIM, "{agreement}");
    }

    #[test]
    fn each_flow_is_matched_once() {
        check("the same", "DNS:2,TLS:1", &[("dns", 2), ("tls", 1)], 0, [3, 3, 0, 0, 0], 0);
        check("a service", "Google:2,TLS:1", &[("dns", 1), ("tls", 2)], 0, [3, 3, 0, 0, 0], 0);
        check("one too few", "Google:2,TLS:1", &[("tls", 2)], 0, [3, 2, 0, 1, 0], 0);
        check("without payload", "TLS:3", &[("tls", 2)], 1, [3, 2, 1, 0, 0], 0);
        check("payload unknown", "TLS:3,Unknown:1", &[("tls", 2)], 1, [3, 2, 0, 1, 0], 0);
        check("something else", "SSH:1", &[("dns", 1)], 0, [1, 0, 0, 0, 1], 0);
        check("not read here", "BGP:1", &[("dns", 1)], 0, [0, 0, 0, 0, 0], 1);
        check("need not be seen", "Zoom:4", &[("tls", 1)], 0, [0, 0, 0, 0, 0], 0);
    }

    #[track_caller]
    fn check(
        name: &str,
        theirs: &str,
        ours: &[(&'static str, u64)],
        mute: u64,
        [flows, agree, without, silent, different]: [u64; 5],
        alone: u64,
    ) {
        let names = names().unwrap_or_else(|error| panic!("{error}"));
        let flows_of_ours = Flows { recognised: ours.iter().copied().collect(), mute };
        let mut agreement = Agreement::default();
        let compared = agreement.compare(&names, "capture", theirs, flows_of_ours);
        assert_eq!(compared, Ok(()), "{name}");
        let Count { theirs, agree: same, mute, silent: quiet, different: other } =
            agreement.total();
        assert_eq!(
            [theirs, same, mute, quiet, other],
            [flows, agree, without, silent, different],
            "{name}"
        );
        assert_eq!(agreement.ours_alone.values().sum::<u64>(), alone, "{name}");
    }
}
