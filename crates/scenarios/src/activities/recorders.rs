//! `adb`, `dvrip`: two control protocols that were never meant for a network with strangers.

use serde::Deserialize;

use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Opens the Android debugging bridge of `to` (TCP 5555) and runs a command.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adb {
    to: String,
    /// What the device says it is, such as `device::ro.product.model=…;`.
    banner: String,
    #[serde(default = "uptime")]
    command: String,
}

/// Logs into the recorder `to` with DVRIP, also called Sofia (TCP 34567).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dvrip {
    to: String,
    user: String,
    /// The short hash the protocol sends instead of the password.
    hash: String,
    /// What the device says it is.
    kind: String,
}

fn uptime() -> String {
    "shell:uptime".to_owned()
}

impl Adb {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const VERSION: u32 = 0x0100_0001;
        const LARGEST: u32 = 0x0010_0000;
        const MINE: u32 = 1;
        const THEIRS: u32 = 7;

        let connect = |banner: &str| adb_message(*b"CNXN", VERSION, LARGEST, banner);
        let talk = [
            (Side::Client, connect("host::features=shell_v2,cmd")),
            (Side::Server, connect(&self.banner)),
            (Side::Client, adb_message(*b"OPEN", MINE, 0, &self.command)),
            (Side::Server, adb_message(*b"OKAY", THEIRS, MINE, "")),
            (Side::Server, adb_message(*b"WRTE", THEIRS, MINE, " 21:04:11 up 9 days\n")),
            (Side::Client, adb_message(*b"OKAY", MINE, THEIRS, "")),
            (Side::Server, adb_message(*b"CLSE", THEIRS, MINE, "")),
        ];
        converse(stage, &self.to, 5555, &talk)
    }
}

impl Dvrip {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const LOGIN: u16 = 1000;
        const LOGGED_IN: u16 = 1001;
        const KEEP_ALIVE: u16 = 1006;
        const ALIVE: u16 = 1007;
        const SESSION: u32 = 0x11;

        let login = format!(
            "{{ \"EncryptType\" : \"MD5\", \"LoginType\" : \"DVRIP-Web\", \
             \"PassWord\" : \"{}\", \"UserName\" : \"{}\" }}\n",
            self.hash, self.user
        );
        let logged_in = format!(
            "{{ \"AliveInterval\" : 20, \"ChannelNum\" : 1, \"DeviceType \" : \"{}\", \
             \"Ret\" : 100, \"SessionID\" : \"0x00000011\" }}\n",
            self.kind
        );
        let alive = "{ \"Name\" : \"KeepAlive\", \"SessionID\" : \"0x00000011\" }\n";
        let talk = [
            (Side::Client, dvrip_message(0, 0, LOGIN, &login)),
            (Side::Server, dvrip_message(SESSION, 0, LOGGED_IN, &logged_in)),
            (Side::Client, dvrip_message(SESSION, 1, KEEP_ALIVE, alive)),
            (Side::Server, dvrip_message(SESSION, 1, ALIVE, alive)),
        ];
        converse(stage, &self.to, 34_567, &talk)
    }
}

fn converse(
    stage: &mut Stage<'_>,
    to: &str,
    port: u16,
    talk: &[(Side, Vec<u8>)],
) -> Result<(), BuildError> {
    let peer = stage.reach(to)?;
    let client = stage.my_port(&peer)?;
    let round_trip = stage.round_trip(&peer);
    let mut connection = Connection::open(stage, client, peer.port(port), round_trip)?;
    for (side, bytes) in talk {
        connection.say(stage, *side, bytes)?;
    }
    connection.close(stage)
}

/// A message of the debugging bridge: six little-endian words and the data. The checksum is the
/// sum of the data's bytes, the magic is the command with all bits turned.
fn adb_message(command: [u8; 4], first: u32, second: u32, data: &str) -> Vec<u8> {
    let data = if data.is_empty() { Vec::new() } else { [data.as_bytes(), &[0]].concat() };
    let length = u32::try_from(data.len()).unwrap_or(0);
    let sum = data.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let command = u32::from_le_bytes(command);
    let words = [command, first, second, length, sum, !command];
    words.into_iter().flat_map(u32::to_le_bytes).chain(data).collect()
}

/// A DVRIP message: a 20-byte header in little-endian and JSON.
fn dvrip_message(session: u32, sequence: u32, kind: u16, json: &str) -> Vec<u8> {
    const MAGIC: [u8; 4] = [0xff, 0, 0, 0];

    let data = [json.as_bytes(), &[0]].concat();
    let length = u32::try_from(data.len()).unwrap_or(0);
    [
        &MAGIC[..],
        &session.to_le_bytes(),
        &sequence.to_le_bytes(),
        &[0, 0],
        &kind.to_le_bytes(),
        &length.to_le_bytes(),
        &data,
    ]
    .concat()
}
