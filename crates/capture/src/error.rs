//! Why captures cannot be read, in one line: what, where, and what to try.

use std::io;

use packets::files::FileError;

/// A source that could not be read, or not to its end.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}{}{}", read_so_far(*.frames), advice(.problem))]
pub struct CaptureError {
    /// The source, as the user gave it.
    pub name: String,
    /// What is wrong.
    #[source]
    pub problem: Problem,
    /// How many frames were read before; they are in the ledger.
    pub frames: u64,
}

/// What is wrong with a source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be opened.
    #[error("it cannot be opened: {0}")]
    Open(io::Error),
    /// It cannot be read on.
    #[error("it cannot be read: {0}")]
    Read(io::Error),
    /// Its compressed bytes are damaged.
    #[error("its {0} data is damaged or cut off")]
    Compressed(&'static str),
    /// It unpacks to implausibly much.
    #[error(
        "it unpacks to more than {ratio} times its size ({unpacked} bytes so far), as no capture does"
    )]
    Ratio {
        /// How many times its size is allowed.
        ratio: u64,
        /// How many bytes came out so far.
        unpacked: u64,
    },
    /// It unpacks to more than is read.
    #[error("it unpacks to more than {limit} bytes")]
    Size {
        /// How many bytes are allowed.
        limit: u64,
    },
    /// It is not, or not wholly, a capture file.
    #[error(transparent)]
    File(FileError),
    /// It is text, but no log that is read.
    #[error("it is text, but no log that this program knows")]
    Text,
    /// A folder in which nothing begins like a capture.
    #[error("there are no captures in this folder")]
    NoCaptures,
    /// A pattern that matches no file.
    #[error("no file matches this pattern")]
    NoMatch,
    /// A pattern that is none.
    #[error("this is no file pattern: {0}")]
    Pattern(&'static str),
}

fn read_so_far(frames: u64) -> String {
    match frames {
        0 => String::new(),
        1 => "; 1 frame before that was read".into(),
        frames => format!("; {frames} frames before that were read"),
    }
}

const fn advice(problem: &Problem) -> &'static str {
    match problem {
        Problem::Open(_) | Problem::NoMatch => "; try another path",
        Problem::Pattern(_) => "; try quoting the path, or another pattern",
        Problem::Read(_) | Problem::Compressed(_) => {
            "; try copying it again from where it was made"
        }
        Problem::Ratio { .. } | Problem::Size { .. } => {
            "; try unpacking it yourself and reading the parts you trust"
        }
        Problem::NoCaptures => {
            "; try a folder with pcap or pcapng files or a router's logs, also as .gz or .zst"
        }
        Problem::Text => {
            "; try leases of dnsmasq, ISC or Kea (/tmp/dhcp.leases, dhcpd.leases, kea-leases4.csv), a log \
             of names asked for (pihole.log, querylog.json, unbound.log), tables of Zeek (conn.log, dns.log), \
             or an IPFIX file"
        }
        Problem::File(FileError::Foreign { .. }) => {
            "; try a file saved by tcpdump -w, dumpcap or a router's packet capture"
        }
        Problem::File(FileError::Empty) => "; try capturing again, and give it some minutes",
        Problem::File(FileError::CutOff { .. }) => {
            "; try stopping the capture before copying its file"
        }
        Problem::File(_) => "; try saving it anew with editcap or tcpdump -r FILE -w NEW",
    }
}
