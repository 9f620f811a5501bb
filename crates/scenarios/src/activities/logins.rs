//! `ftp`, `telnet`, `pop3`, `imap`, `smtp`: old protocols that say user and password in the clear.

use serde::Deserialize;

use crate::activities::http::base64;
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Declares a login protocol: its port, and the lines said, first the server's greeting.
macro_rules! login {
    ($(#[$doc:meta])* $name:ident, $port:expr, $talk:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(Login);

        impl $name {
            pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
                let talk: fn(&Login) -> Talk = $talk;
                self.0.act(stage, $port, talk(&self.0))
            }
        }
    };
}

/// Who logs in where, with what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    to: String,
    port: Option<u16>,
    user: String,
    password: String,
    /// What the server greets with.
    banner: String,
    /// What is said once logged in.
    #[serde(default)]
    then: Vec<String>,
}

/// What is said, turn by turn.
type Talk = Vec<(Side, Vec<u8>)>;

login!(
    /// File transfer (RFC 959).
    Ftp,
    21,
    |login| {
        lines(&[
            (Side::Server, format!("220 {}", login.banner)),
            (Side::Client, format!("USER {}", login.user)),
            (Side::Server, "331 Password required".to_owned()),
            (Side::Client, format!("PASS {}", login.password)),
            (Side::Server, "230 Logged in".to_owned()),
        ])
    }
);

login!(
    /// A remote terminal (RFC 854), with the options of a common server.
    Telnet,
    23,
    |login| {
        // IAC DO TERMINAL-TYPE, IAC WILL ECHO, IAC WILL SUPPRESS-GO-AHEAD, and the consent.
        const OFFERS: &[u8] = &[255, 253, 24, 255, 251, 1, 255, 251, 3];
        const CONSENT: &[u8] = &[255, 252, 24, 255, 253, 1, 255, 253, 3];

        let mut talk = vec![(Side::Server, OFFERS.to_vec()), (Side::Client, CONSENT.to_vec())];
        talk.push((Side::Server, format!("{}\r\nlogin: ", login.banner).into_bytes()));
        talk.push((Side::Client, format!("{}\r\n", login.user).into_bytes()));
        talk.push((Side::Server, format!("{}\r\nPassword: ", login.user).into_bytes()));
        talk.push((Side::Client, format!("{}\r\n", login.password).into_bytes()));
        talk.push((Side::Server, b"\r\n# ".to_vec()));
        talk
    }
);

login!(
    /// Fetching mail (RFC 1939).
    Pop3,
    110,
    |login| {
        lines(&[
            (Side::Server, format!("+OK {}", login.banner)),
            (Side::Client, format!("USER {}", login.user)),
            (Side::Server, "+OK".to_owned()),
            (Side::Client, format!("PASS {}", login.password)),
            (Side::Server, "+OK logged in".to_owned()),
        ])
    }
);

login!(
    /// Reading mail (RFC 9051).
    Imap,
    143,
    |login| {
        lines(&[
            (Side::Server, format!("* OK {}", login.banner)),
            (Side::Client, format!("a1 LOGIN {} {}", login.user, login.password)),
            (Side::Server, "a1 OK LOGIN completed".to_owned()),
        ])
    }
);

login!(
    /// Sending mail (RFC 5321, RFC 4616).
    Smtp,
    25,
    |login| {
        let secret = base64(&format!("\0{}\0{}", login.user, login.password));
        lines(&[
            (Side::Server, format!("220 {}", login.banner)),
            (Side::Client, "EHLO device.home.arpa".to_owned()),
            (Side::Server, "250-Hello\r\n250 AUTH PLAIN LOGIN".to_owned()),
            (Side::Client, format!("AUTH PLAIN {secret}")),
            (Side::Server, "235 Authentication successful".to_owned()),
        ])
    }
);

impl Login {
    fn act(&self, stage: &mut Stage<'_>, port: u16, talk: Talk) -> Result<(), BuildError> {
        let peer = stage.reach(&self.to)?;
        let client = stage.my_port(&peer)?;
        let round_trip = stage.round_trip(&peer);
        let server = peer.port(self.port.unwrap_or(port));
        let mut connection = Connection::open(stage, client, server, round_trip)?;
        for (side, bytes) in talk {
            connection.say(stage, side, &bytes)?;
        }
        for line in &self.then {
            connection.say(stage, Side::Client, format!("{line}\r\n").as_bytes())?;
        }
        connection.close(stage)
    }
}

fn lines(talk: &[(Side, String)]) -> Talk {
    talk.iter().map(|(side, line)| (*side, format!("{line}\r\n").into_bytes())).collect()
}
