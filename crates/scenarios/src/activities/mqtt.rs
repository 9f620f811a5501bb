//! `mqtt`: a session with a broker in clear text (MQTT 3.1.1).

use bytes::BytesMut;
use mqttbytes::v4::{
    ConnAck, Connect, ConnectReturnCode, PingReq, PingResp, Publish, SubAck, Subscribe,
    SubscribeReasonCode,
};
use mqttbytes::{Error, QoS};
use serde::Deserialize;

use crate::quantity::Span;
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Connects, with a login if the scenario says so, subscribes, and publishes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mqtt {
    to: String,
    #[serde(default = "usual_port")]
    port: u16,
    client: String,
    user: Option<String>,
    #[serde(default)]
    password: String,
    subscribe: Option<String>,
    topic: Option<String>,
    #[serde(default)]
    message: String,
    /// How often it publishes, or says it is still there, before it leaves.
    #[serde(default = "once")]
    messages: u32,
    #[serde(default = "a_minute")]
    pause: Span,
}

const fn usual_port() -> u16 {
    1883
}

const fn once() -> u32 {
    1
}

const fn a_minute() -> Span {
    Span(60 * crate::quantity::SECOND)
}

impl Mqtt {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let peer = stage.reach(&self.to)?;
        let client = stage.my_port(&peer)?;
        let round_trip = stage.round_trip(&peer);
        let mut connection = Connection::open(stage, client, peer.port(self.port), round_trip)?;
        connection.say(stage, Side::Client, &self.connect()?)?;
        let welcome = ConnAck::new(ConnectReturnCode::Success, false);
        connection.say(stage, Side::Server, &written(|to| welcome.write(to))?)?;
        if let Some(topic) = &self.subscribe {
            let mut request = Subscribe::new(topic, QoS::AtMostOnce);
            request.pkid = 1;
            connection.say(stage, Side::Client, &written(|to| request.write(to))?)?;
            let granted = vec![SubscribeReasonCode::Success(QoS::AtMostOnce)];
            let answer = SubAck::new(1, granted);
            connection.say(stage, Side::Server, &written(|to| answer.write(to))?)?;
        }
        for _ in 0..self.messages {
            if let Some(topic) = &self.topic {
                let publish = Publish::new(topic, QoS::AtMostOnce, self.message.as_bytes());
                connection.say(stage, Side::Client, &written(|to| publish.write(to))?)?;
            } else {
                connection.say(stage, Side::Client, &written(|to| PingReq.write(to))?)?;
                connection.say(stage, Side::Server, &written(|to| PingResp.write(to))?)?;
            }
            stage.pass(self.pause.0);
        }
        connection.close(stage)
    }

    fn connect(&self) -> Result<Vec<u8>, BuildError> {
        let mut connect = Connect::new(&self.client);
        connect.keep_alive = 120;
        connect.clean_session = true;
        if let Some(user) = &self.user {
            connect.set_login(user, &self.password);
        }
        written(|to| connect.write(to))
    }
}

fn written(
    write: impl FnOnce(&mut BytesMut) -> Result<usize, Error>,
) -> Result<Vec<u8>, BuildError> {
    let mut bytes = BytesMut::new();
    write(&mut bytes)
        .map_err(|error| BuildError::Encoder { what: "MQTT packet", why: format!("{error:?}") })?;
    Ok(bytes.to_vec())
}
