//! What the plan, and the household that it is followed in, can be asked.

use std::path::PathBuf;

#[cfg(feature = "server")]
use clap::Subcommand;
use clap::{Args, ValueEnum};

use super::{Gate, Judging};

pub(super) const PLAN_EXAMPLES: &str = "\
Examples:
  houseguest plan                                what to do in the home that `watch` remembers
  houseguest plan home.pcap                      what to do after a capture
  houseguest plan --sample                       the plan of the built-in home
  houseguest plan --state /var/lib/houseguest --format json
  houseguest plan --fail-on high                 exit code 1 while something that bad is to be done
  houseguest why a1 home.pcap                    why the first step

The step that gains most for what it costs comes first; what cannot wait comes before all. A step is done
when later traffic shows it, so only a household can tell: captures know nothing of before.";

/// Whose plan, and how it is shown.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Captures, folders, patterns, saved ledgers or - as for `audit`; the remembered home if none.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// The plan of the built-in home.
    #[arg(long, conflicts_with = "sources")]
    pub(crate) sample: bool,
    /// The folder in which `watch` remembers; that of `watch` if not given.
    #[cfg(feature = "server")]
    #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
    pub(crate) state: Option<PathBuf>,
    /// How to write it.
    #[arg(short, long, value_enum, default_value = "text")]
    pub(crate) format: PlanFormat,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 if a step answers a finding this bad or worse.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<Gate>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[cfg(feature = "server")]
const HOME_EXAMPLES: &str = "\
Examples:
  houseguest household check                     is the memory whole? what is damaged is mended
  houseguest household export home.jsonl         all of it as text, to keep or to take along
  houseguest household import home.jsonl --state new/
  houseguest household erase g7 --yes            forget one device, for good
  houseguest household erase --all --yes         forget everything

One program at a time may change the memory: end a running `watch` first. Export only reads, and may run
beside it. An exported household says who lives with which devices: keep it as you keep your keys.";

/// What can be done with the household's memory.
#[cfg(feature = "server")]
#[derive(Debug, Subcommand)]
pub(crate) enum Home {
    /// Write all of it as lines of JSON; - for standard output.
    #[command(after_help = HOME_EXAMPLES)]
    Export {
        /// Where to; an existing file is not written over.
        file: PathBuf,
        /// The folder of the memory; that of `watch` if not given.
        #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
        state: Option<PathBuf>,
    },
    /// Take what export wrote, also by an earlier version, into an empty memory; - for standard input.
    #[command(after_help = HOME_EXAMPLES)]
    Import {
        /// Where from.
        file: PathBuf,
        /// The folder of the memory; that of `watch` if not given.
        #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
        state: Option<PathBuf>,
    },
    /// Forget one device or everything, also in the backup.
    #[command(after_help = HOME_EXAMPLES)]
    Erase(Erase),
    /// Check every page and row, mend what can be mended, and say what is lost.
    #[command(after_help = HOME_EXAMPLES)]
    Check {
        /// The folder of the memory; that of `watch` if not given.
        #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
        state: Option<PathBuf>,
    },
}

/// What to forget.
#[cfg(feature = "server")]
#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// The device: its number in the household (g7), its MAC address, or the name you gave it.
    #[arg(value_name = "DEVICE", required_unless_present = "all")]
    pub(crate) device: Option<String>,
    /// Forget everything: devices, history, notes, settings.
    #[arg(long, conflicts_with = "device")]
    pub(crate) all: bool,
    /// Yes, for good. Without it, nothing is erased and you are told what would be.
    #[arg(long)]
    pub(crate) yes: bool,
    /// The folder of the memory; that of `watch` if not given.
    #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
    pub(crate) state: Option<PathBuf>,
}
