//! `rtsp`: asks a camera for its picture, logging in over clear text (RFC 2326, RFC 7617).

use serde::Deserialize;

use crate::activities::http::{base64, message};
use crate::quantity::Size;
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Describes and, if `video` is given, plays a stream.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rtsp {
    to: String,
    #[serde(default = "usual_port")]
    port: u16,
    path: String,
    user: Option<String>,
    #[serde(default)]
    password: String,
    agent: String,
    server: String,
    #[serde(default)]
    video: Size,
}

const fn usual_port() -> u16 {
    554
}

impl Rtsp {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        /// Of one interleaved packet: fits a segment (RFC 2326 section 10.12).
        const VIDEO_PACKET: usize = 1400;

        let peer = stage.reach(&self.to)?;
        let client = stage.my_port(&peer)?;
        let round_trip = stage.round_trip(&peer);
        let url = format!("rtsp://{}:{}{}", peer.authority(), self.port, self.path);
        let mut connection = Connection::open(stage, client, peer.port(self.port), round_trip)?;
        for (number, method) in (1..).zip(["OPTIONS", "DESCRIBE", "PLAY"]) {
            let start = format!("{method} {url} RTSP/1.0");
            let request = message(&start, &self.request_headers(number), &[]);
            connection.say(stage, Side::Client, &request)?;
            let headers = [
                ("CSeq", number.to_string()),
                ("Server", self.server.clone()),
                ("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN".to_owned()),
            ];
            let answer = message("RTSP/1.0 200 OK", &headers, &[]);
            connection.say(stage, Side::Server, &answer)?;
        }
        for _ in 0..self.video.0 / VIDEO_PACKET {
            let length = u16::try_from(VIDEO_PACKET).unwrap_or(0);
            let packet =
                [&[b'$', 0][..], &length.to_be_bytes(), &stage.opaque(VIDEO_PACKET)].concat();
            connection.say(stage, Side::Server, &packet)?;
        }
        connection.close(stage)
    }

    fn request_headers(&self, number: u32) -> Vec<(&'static str, String)> {
        let mut headers = vec![("CSeq", number.to_string()), ("User-Agent", self.agent.clone())];
        headers.extend(self.user.as_ref().map(|user| {
            ("Authorization", format!("Basic {}", base64(&format!("{user}:{}", self.password))))
        }));
        headers
    }
}
