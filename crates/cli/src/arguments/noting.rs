//! What `note` and `identify` can be asked.

use std::path::PathBuf;

use clap::Args;

use super::Judging;

pub(super) const NOTE_EXAMPLES: &str = "\
Examples:
  houseguest note d3 home.pcap --brand BRAND --type plug --room Kitchen
  houseguest note d3 home.pcap --name 'Heater plug'
  houseguest note 00:00:5e:00:53:01 --room Hall    a device by its address, without a capture
  houseguest note d3 home.pcap --room ''           take one word back
  houseguest note d3 home.pcap --forget            take the whole note back
  houseguest note --list

What you say outranks what the traffic says, and is shown as yours; what the traffic says stays beside it.
A note is filed under something that stays with the device, so that it holds in later captures: the
address its maker gave it, else a serial number, UUID or DHCP number it announces, else its name if no
other device bears it. Notes are a plain file of TOML: $HOUSEGUEST_NOTES, else notes.toml in
$HOUSEGUEST_DATA or ~/.local/share/houseguest.";

pub(super) const IDENTIFY_EXAMPLES: &str = "\
Examples:
  houseguest identify home.pcap                          what each device is, and how sure that is
  houseguest identify home.pcap --device d3 --explain    every clue to one device, and how it was weighed
  houseguest identify home.pcap --explain --format json

A clue tells a value. Of the clues that rest on one thing (a group) only the strongest counts; groups add
up: 1 - (1 - a)(1 - b). What speaks for another value speaks against this one. Below 0.5 there is no answer.";

/// What to note, of which device.
#[derive(Debug, Args)]
pub(crate) struct Note {
    /// A device of a report, such as d3, or its MAC address.
    #[arg(value_name = "DEVICE", required_unless_present = "list")]
    pub(crate) device: Option<String>,
    /// The sources the report was made from; the built-in home if none.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// The name on the box.
    #[arg(long, value_name = "TEXT")]
    pub(crate) brand: Option<String>,
    /// The model.
    #[arg(long, value_name = "TEXT")]
    pub(crate) model: Option<String>,
    /// The kind of device, such as camera, plug or tv.
    #[arg(long = "type", value_name = "WORD")]
    pub(crate) kind: Option<String>,
    /// Where it stands.
    #[arg(long, value_name = "TEXT")]
    pub(crate) room: Option<String>,
    /// What you call it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Take the note on this device back.
    #[arg(long, conflicts_with_all = ["brand", "model", "kind", "room", "name"])]
    pub(crate) forget: bool,
    /// Show all notes.
    #[arg(long, conflicts_with_all = ["device", "forget", "brand", "model", "kind", "room", "name"])]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Whose identity to tell, and how fully.
#[derive(Debug, Args)]
pub(crate) struct Identify {
    /// Captures, folders, glob patterns, saved ledgers, or -; the built-in home if none.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Only this device, such as d3.
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<String>,
    /// Tell every clue, what it told and what was weighed against it.
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// How to write it.
    #[arg(short, long, value_enum, default_value_t = super::EntryFormat::Text)]
    pub(crate) format: super::EntryFormat,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
