//! What can be typed: commands, flags, help with examples.

#[cfg(feature = "alerts")]
mod alerting;
mod asking;
mod comply;
mod confining;
mod living;
mod noting;
#[cfg(feature = "server")]
mod watching;

use std::{net::IpAddr, num::NonZero, path::PathBuf, time::Duration};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use evidence::Field;
use knowledge::kinds::Severity;

#[cfg(feature = "alerts")]
pub(crate) use alerting::{Alerting, Alerts, Rule};
pub(crate) use asking::{
    AnswerFormat, EntryFormat, Identifiers, Label, LabelFormat, Letter, LetterFormat, Lookup, Show,
};
pub(crate) use comply::Comply;
pub(crate) use confining::Confining;
#[cfg(feature = "server")]
pub(crate) use living::{Erase, Home};
pub(crate) use living::{Plan, PlanFormat};
pub(crate) use noting::{Identify, Note};
#[cfg(feature = "server")]
pub(crate) use watching::Watch;

/// Who are the smart devices in this home, who makes them, whom do they talk to, and what is wrong?
///
/// Houseguest runs on your own machine and sends nothing anywhere. Every answer leads to packets it
/// saw or a source somebody published; what it does not know, it says.
#[derive(Debug, Parser)]
#[command(name = "houseguest", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  houseguest demo                          look around a built-in home
  houseguest audit home.pcapng             who is in this capture, and what is wrong
  houseguest why f1 home.pcapng            the evidence behind the first finding
  ssh router tcpdump -w - | houseguest audit -

Exit codes: 0 done, 1 a gate or check failed or nothing was found, 2 wrong usage, 3 something could
not be read or written.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say who is in captured traffic, whom they talk to, what is wrong and what to do.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(Audit),
    /// The same on a built-in home: no root, no network, made-up devices.
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(Demo),
    /// Listen all the time, remember, and show it as pages on this machine.
    #[cfg(feature = "server")]
    #[command(after_help = watching::EXAMPLES)]
    Watch(Watch),
    /// Try the channels by which `watch` tells you of changes, and say what is worth a message.
    #[cfg(feature = "alerts")]
    #[command(after_help = alerting::EXAMPLES)]
    Alerts(Alerts),
    /// Say what to do, in steps: what it gains, costs and breaks, and what will show that it is done.
    #[command(after_help = living::PLAN_EXAMPLES)]
    Plan(Plan),
    /// Take the household's memory along, check it, or erase from it.
    #[cfg(feature = "server")]
    Household {
        #[command(subcommand)]
        command: Home,
    },
    /// Show the chain of evidence behind a claim, finding, action or device.
    #[command(after_help = WHY_EXAMPLES)]
    Why(Why),
    /// Say what each device is, and with --explain every clue and how it was weighed.
    #[command(after_help = noting::IDENTIFY_EXAMPLES)]
    Identify(Identify),
    /// Note what you know of a device: brand, model, type, room, name. It outranks what traffic says.
    #[command(after_help = noting::NOTE_EXAMPLES)]
    Note(Note),
    /// Say, before you buy, who is behind a brand or model: makers, owners, lists, laws, incidents.
    #[command(after_help = asking::LOOKUP_EXAMPLES)]
    Lookup(Lookup),
    /// Draw the two-layer label of a product, or of a device in a capture.
    #[command(after_help = asking::LABEL_EXAMPLES)]
    Label(Label),
    /// Fill in the letter by which you ask a company for what is yours to ask.
    #[command(after_help = asking::LETTER_EXAMPLES)]
    Letter(Letter),
    /// Hold an inventory against the lists of a policy; exit with 1 if something is listed.
    #[command(after_help = comply::EXAMPLES)]
    Comply(Comply),
    /// Look into the knowledge pack this program carries, or check one.
    Knowledge {
        #[command(subcommand)]
        command: Knowledge,
    },
    /// Say what this machine can and cannot do for Houseguest.
    Doctor,
    /// Print a shell's completions.
    #[command(
        after_help = "Example:\n  houseguest completions bash > ~/.local/share/bash-completion/completions/houseguest"
    )]
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// Print the manual page.
    #[command(after_help = "Example:\n  houseguest man | man -l -")]
    Man,
}

const AUDIT_EXAMPLES: &str = "\
Examples:
  houseguest audit home.pcap                     a table, then each device, then findings
  houseguest audit captures/ --format html -o home.html
  houseguest audit monday.pcap.gz 'tuesday-*.pcap.zst' --format json
  ssh router 'tcpdump -i br-lan -w -' | houseguest audit -
  houseguest audit -i eth0 --for 10m             listen for ten minutes, then report
  houseguest audit dhcp.leases pihole.log        what a router wrote down, without a capture
  houseguest audit home.pcap --fail-on high      exit code 1 if something is that bad
  houseguest audit home.pcap --save monday.ledger; houseguest audit *.ledger";

const DEMO_EXAMPLES: &str = "\
Examples:
  houseguest demo
  houseguest demo --format html -o demo.html
  houseguest demo --capture demo.pcap            write the built-in home's traffic, to look at it otherwise

The built-in home stands in US-CA unless --residence says otherwise.";

const WHY_EXAMPLES: &str = "\
Examples:
  houseguest why f1                              the first finding in the built-in home
  houseguest why d3.brand home.pcap              why device 3 of that capture has that brand
  houseguest why d3.to1 home.pcap                why its first destination has that name
  houseguest why o12 home.pcap                   one piece of evidence
  houseguest why a1 --state /var/lib/houseguest  the first step of the plan of what is watched

Identifiers stand in every report. Name the same sources and options as for the report.";

/// What to assess, and how.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Captures (pcap, pcapng), leases and query logs of routers, tables of Zeek, IPFIX files, all also .gz and
    /// .zst; folders, glob patterns, saved ledgers, or - for standard input.
    #[arg(required_unless_present = "interface", value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Listen to this interface of the machine instead, until Ctrl-C (Linux).
    #[arg(short, long, value_name = "NAME", conflicts_with = "sources")]
    pub(crate) interface: Option<String>,
    /// Listen that long: 90s, 10m, 24h.
    #[arg(long = "for", value_name = "TIME", requires = "interface", value_parser = duration)]
    pub(crate) most: Option<Duration>,
    #[command(flatten)]
    pub(crate) confining: Confining,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) showing: Showing,
    /// Write the evidence to a file that `audit` reads again: evidence of many days or sensors adds up.
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Write the traffic as a capture instead of assessing it.
    #[arg(long, value_name = "FILE")]
    pub(crate) capture: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) showing: Showing,
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// What to explain: f1, a1, o12, d2, d2.brand, d2.type, d2.model, d2.to3.
    pub(crate) id: String,
    /// The sources the report was made from; the built-in home if none.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// The folder in which `watch` remembers, for what `plan` said of it.
    #[cfg(feature = "server")]
    #[arg(long, value_name = "FOLDER", conflicts_with = "sources")]
    pub(crate) state: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Options that change what is concluded.
#[derive(Clone, Debug, Args)]
pub(crate) struct Judging {
    /// Which lists, laws and weights count; `houseguest knowledge show policies` lists them.
    #[arg(long, default_value = "inform-only", value_name = "POLICY", env = "HOUSEGUEST_POLICY")]
    pub(crate) policy: String,
    /// Where you live, as ISO 3166 (US-CA, DE): the report says what you may ask of the companies.
    #[arg(long, value_name = "PLACE", value_parser = residence, env = "HOUSEGUEST_RESIDENCE")]
    pub(crate) residence: Option<String>,
    /// State owners, lists and laws as of this day (2025-06-01); today if not given.
    #[arg(long, value_name = "DATE", value_parser = day, env = "HOUSEGUEST_AS_OF")]
    pub(crate) as_of: Option<String>,
    /// Networks that are yours though their addresses are public.
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(crate) home_net: Vec<(IpAddr, u8)>,
    /// Judge as if this field had never been seen (such as `dhcp.host_name`); may be repeated.
    #[arg(long, value_name = "FIELD", value_parser = field)]
    pub(crate) without: Vec<Field>,
    /// Read, judge and write JSON with so many threads, 64 at most; one, if not given, but for reading
    /// several captures: that takes one a core.
    #[arg(short, long, value_name = "THREADS", value_parser = threads)]
    pub(crate) jobs: Option<NonZero<usize>>,
    /// The file of your notes; `$HOUSEGUEST_NOTES`, else `notes.toml` beside your data, if not given.
    #[arg(long, value_name = "FILE")]
    pub(crate) notes: Option<PathBuf>,
    /// Judge without your notes.
    #[arg(long)]
    pub(crate) no_notes: bool,
}

/// Options that change how it is shown.
#[derive(Debug, Args)]
pub(crate) struct Showing {
    /// How to write the report.
    #[arg(short, long, default_value = "text", value_parser = clap::builder::PossibleValuesParser::new(reports::formats::ALL.iter().map(reports::formats::Format::name)))]
    pub(crate) format: String,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 if a finding is this bad or worse.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<Gate>,
    /// Say nothing on standard error but failures.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say what was read from each source, and what could not be.
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Knowledge {
    /// Check a pack: every fact cited, every name known, every rule tried on its own examples.
    Lint {
        /// The pack's folder; the pack this program carries if not given.
        folder: Option<PathBuf>,
    },
    /// Make a pack of a folder, to be signed and given to others.
    Build {
        /// The pack's folder.
        folder: PathBuf,
        /// Where to write it.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Take a newer pack that a key you trust has signed, or go back.
    #[command(after_help = UPDATE_EXAMPLES)]
    Update(Update),
    /// Lay a public register that you have got hold of over the pack.
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(Import),
    /// Say what changes from one pack to another, and which of your devices that touches.
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(Diff),
    /// Show what the pack says of something: a company, list or law as a page, anything else as written.
    #[command(after_help = asking::SHOW_EXAMPLES)]
    Show(Show),
}

/// Taking a newer pack.
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The pack, a file.
    #[arg(required_unless_present = "back")]
    pub(crate) file: Option<PathBuf>,
    /// Its signature; FILE.minisig if not given.
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: Option<PathBuf>,
    /// The publisher's public key, as text or in a file; the remembered one if not given.
    #[arg(long, value_name = "KEY", env = "HOUSEGUEST_KEY")]
    pub(crate) key: Option<String>,
    /// Trust that key from now on.
    #[arg(long, requires = "key")]
    pub(crate) remember: bool,
    /// Take it even if it is not newer than the one in use, so long as it is newer than the program's own.
    #[arg(long)]
    pub(crate) older: bool,
    /// Put the pack before the last update back.
    #[arg(long, conflicts_with_all = ["file", "signature", "key", "older"])]
    pub(crate) back: bool,
}

const UPDATE_EXAMPLES: &str = "\
Examples:
  houseguest knowledge update houseguest.pack --key publisher.pub --remember
  houseguest knowledge update houseguest.pack
  houseguest knowledge update --back

A pack with a wrong signature, cut off, too large or not newer is refused, and the pack in use stays.
Nothing is fetched: get the file and its .minisig from the publisher, by any way you like.";

/// Laying a register over the pack.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Which register: ieee, mmdb, screening, kev, epss or nvd.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(knowledge::import::Register::ALL.map(|(word, _)| word)))]
    pub(crate) register: String,
    /// Its files, as their publisher makes them, also .gz and .zst.
    #[arg(required_unless_present = "forget", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Do without it again.
    #[arg(long, conflicts_with = "files")]
    pub(crate) forget: bool,
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  houseguest knowledge import ieee oui.csv mam.csv oui36.csv      newest MAC prefixes
  houseguest knowledge import screening consolidated.csv          newest lists of the United States
  houseguest knowledge import kev known_exploited_vulnerabilities.json
  houseguest knowledge import epss epss_scores.csv.gz
  houseguest knowledge import kev --forget";

/// Comparing two packs.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The older pack, a folder or file; with one only, what it changes in the pack in use.
    pub(crate) old: PathBuf,
    /// The newer pack.
    pub(crate) new: Option<PathBuf>,
    /// A report of my home (audit --format json): show only what touches its devices.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// With --report, show everything else too.
    #[arg(long, requires = "report")]
    pub(crate) all: bool,
    /// text or json.
    #[arg(short, long, default_value = "text", value_parser = ["text", "json"])]
    pub(crate) format: String,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  houseguest knowledge diff houseguest.pack                       what it would change
  houseguest knowledge diff houseguest.pack --report home.json    which of my devices that touches";

/// Severities as `--fail-on` takes them.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Gate {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Gate {
    /// The severity meant.
    pub(crate) const fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
        }
    }
}

/// Reads the command line; prints help or what is wrong with it, and leaves with 2, by itself.
pub(crate) fn parse() -> Arguments {
    Arguments::parse()
}

/// The command line as data, for completions and the manual page.
pub(crate) fn command() -> clap::Command {
    Arguments::command()
}

fn field(name: &str) -> Result<Field, String> {
    Field::from_name(name).ok_or_else(|| {
        let protocol = name.split('.').next().unwrap_or_default();
        let near: Vec<_> = Field::all()
            .map(Field::name)
            .filter(|known| known.split('.').next() == Some(protocol))
            .collect();
        if near.is_empty() {
            "no such field; they look like `dhcp.host_name`".to_owned()
        } else {
            format!("no such field; try one of {}", near.join(", "))
        }
    })
}

fn network(text: &str) -> Result<(IpAddr, u8), String> {
    const SHAPE: &str = "a network looks like 192.0.2.0/24 or 2001:db8::/48";
    let (address, length) = text.split_once('/').ok_or(SHAPE)?;
    let address: IpAddr = address.parse().map_err(|_| SHAPE)?;
    let length: u8 = length.parse().map_err(|_| SHAPE)?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    if length <= longest { Ok((address, length)) } else { Err(SHAPE.to_owned()) }
}

/// How many threads; more than some dozens only get in each other's way.
fn threads(text: &str) -> Result<NonZero<usize>, String> {
    const MOST: usize = 64;
    let threads = text.parse().ok().filter(|threads: &NonZero<usize>| threads.get() <= MOST);
    threads.ok_or_else(|| format!("there can be 1 to {MOST} threads"))
}

/// A number and a unit: seconds, minutes, hours or days.
fn duration(text: &str) -> Result<Duration, String> {
    const SHAPE: &str = "a time looks like 90s, 10m, 24h or 7d";
    let unit = text.chars().last().ok_or(SHAPE)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(SHAPE.to_owned()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| SHAPE)?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(|| SHAPE.to_owned())
}

/// A whole day of the calendar.
pub(crate) fn day(text: &str) -> Result<String, String> {
    if text.len() == "2026-11-21".len() && knowledge::dates::is_date(text) {
        Ok(text.to_owned())
    } else {
        Err("a day looks like 2025-06-01".to_owned())
    }
}

fn residence(text: &str) -> Result<String, String> {
    let mut parts = text.split('-');
    let country = parts.next().unwrap_or_default();
    let country_fits = country.len() == 2 && country.bytes().all(|it| it.is_ascii_alphabetic());
    let region_fits = parts.next().is_none_or(|region| {
        (1..=3).contains(&region.len()) && region.bytes().all(|it| it.is_ascii_alphanumeric())
    });
    if country_fits && region_fits && parts.next().is_none() {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("a place is a country code, with a region if it matters: DE, US-CA".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn networks_and_places_are_checked() {
        check(network("192.0.2.0/24").is_ok(), true, "a network");
        check(network("192.0.2.0/33").is_ok(), false, "too long");
        check(network("192.0.2.0").is_ok(), false, "no length");
        check(threads("64").is_ok(), true, "many threads");
        check(threads("65").is_ok(), false, "too many threads");
        check(threads("0").is_ok(), false, "no thread");
        check(duration("10m") == Ok(Duration::from_mins(10)), true, "ten minutes");
        check(duration("10").is_ok(), false, "no unit");
        check(duration("m").is_ok(), false, "no number");
        check(residence("us-ca").is_ok(), true, "a state");
        check(residence("Germany").is_ok(), false, "a name");
        check(field("dhcp.host_name").is_ok(), true, "a field");
        check(field("dhcp.hostname").is_ok(), false, "a misspelling");
    }

    #[track_caller]
    fn check(found: bool, expected: bool, what: &str) {
        assert_eq!(found, expected, "{what}");
    }
}
