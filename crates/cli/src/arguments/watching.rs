//! What `watch` takes.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

use super::{Confining, Judging, duration};

pub(super) const EXAMPLES: &str = "\
Examples:
  houseguest watch                               a first page on http://127.0.0.1:8420 that says what to do
  houseguest watch --sample                      the built-in home
  houseguest watch -i eth0                       this machine's network
  houseguest watch -i br-lan -i br-guest         several networks of a router
  ssh router 'tcpdump -i br-lan -U -w -' | houseguest watch -
  houseguest watch captures/                     captures, to look around in; new ones are read as they come
  houseguest watch --import /var/log/pihole/pihole.log --import /etc/pihole/dhcp.leases
  houseguest watch --netflow 192.0.2.5:2055      flows that a router exports to this machine
  houseguest watch --set-password                read a password from standard input, then
  houseguest watch -i eth0 --listen 192.0.2.5:8420 --name house.example

The pages are for this machine only unless --listen names another address, which needs a password.
They are not encrypted: on a network that others use, reach them through ssh -L or a proxy with TLS.";

/// What to listen to, and where to show it.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Captures, folders to follow, patterns, saved ledgers, or - for a capture that arrives on standard input.
    /// All but the last are shown and not remembered. With nothing to listen to, the first page says what there is.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Listen to this interface of the machine; may be repeated (Linux).
    #[arg(short, long, value_name = "NAME")]
    pub(crate) interface: Vec<String>,
    /// Follow a log, lease file or folder, and remember what is in it; may be repeated.
    #[arg(long, value_name = "PATH", conflicts_with = "sample")]
    pub(crate) import: Vec<PathBuf>,
    /// How often to look at what is followed: 30s, 5m.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = super::duration)]
    pub(crate) every: Duration,
    /// Take flows (NetFlow 5 and 9, IPFIX) that a router sends to this address of the machine.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "sample")]
    pub(crate) netflow: Option<SocketAddr>,
    /// Show the built-in home: no root, no network, made-up devices.
    #[arg(long, conflicts_with_all = ["interface", "sources"])]
    pub(crate) sample: bool,
    /// Where the pages are.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8420",
        env = "HOUSEGUEST_LISTEN"
    )]
    pub(crate) listen: SocketAddr,
    /// A name of this machine that the pages may be asked for by; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// Where the memory, the password and the tokens are kept; a folder beside your data if not given.
    #[arg(long, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
    pub(crate) state: Option<PathBuf>,
    /// Read a password from standard input, keep what it hashes to, and leave.
    #[arg(long, conflicts_with_all = ["interface", "sources", "sample"])]
    pub(crate) set_password: bool,
    /// Make a token by which a program may read, print it once, and leave.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["interface", "sources", "sample", "set_password"])]
    pub(crate) new_token: Option<String>,
    /// Write down what was heard so often, at most every 10m: what a power cut costs.
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = write_every)]
    pub(crate) write_every: Duration,
    /// How much of the disk the memory may take, its backup included: 200MB, 4GB; the oldest goes first.
    #[arg(long, value_name = "SIZE", default_value = "1GB", value_parser = budget)]
    pub(crate) budget: u64,
    /// From now on, tick a step of the plan when what it answers did not show for so long; a week at first.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) tick_after: Option<Duration>,
    /// From now on, learn what is usual for so long before alerting of what is new; a week at first.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) learn_for: Option<Duration>,
    #[command(flatten)]
    pub(crate) confining: Confining,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Bytes: at least what the memory of a small home takes in a few days.
fn budget(text: &str) -> Result<u64, String> {
    const LEAST: u64 = 20_000_000;

    let units = [("GB", 1_000_000_000), ("MB", 1_000_000)];
    let size = units.into_iter().find_map(|(unit, bytes)| {
        let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
        number.checked_mul(bytes)
    });
    size.filter(|it| *it >= LEAST).ok_or_else(|| "20MB or more, such as 200MB or 4GB".to_owned())
}

/// Half of a silence in our own watching that would be told, and less.
fn write_every(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    let fits = (Duration::from_secs(1)..=Duration::from_mins(10)).contains(&time);
    fits.then_some(time).ok_or_else(|| "between 1s and 10m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read_as_people_write_them() {
        assert_eq!(budget("1GB"), Ok(1_000_000_000));
        assert_eq!(budget("200 MB"), Ok(200_000_000));
        for wrong in ["19MB", "1", "GB", "-1GB", "1.5GB", "99999999999999GB", ""] {
            assert!(budget(wrong).is_err(), "{wrong}");
        }
    }
}
