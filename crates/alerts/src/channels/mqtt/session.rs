//! A connection to a broker (MQTT 3.1.1), with every message acknowledged before the next.

use std::io::{Read as _, Write as _};

use bytes::BytesMut;
use mqttbytes::{
    Error, QoS,
    v4::{Connect, ConnectReturnCode, Disconnect, LastWill, Packet, PingReq, Publish, read},
};

use super::{Mqtt, event};
use crate::{Message, SendError, wire::Wire};

/// After so many seconds without a word from us the broker takes us for gone; [`Session::stay`] is to be
/// called more often.
const KEEP_ALIVE: u16 = 60;

/// The largest packet that is read; nothing but acknowledgements is asked for.
const LARGEST: usize = 16 << 10;

/// An open connection.
pub struct Session {
    wire: Wire,
    heard: BytesMut,
    number: u16,
    topic: String,
    /// Whether the broker says `offline` for us when we are gone.
    stays: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl Session {
    /// Connects.
    ///
    /// # Arguments
    ///
    /// * `who`: the second half of the client's name; a broker has one connection of a name at a time.
    /// * `stays`: whether to be `online` from now on, and `offline` afterwards.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the broker does not answer, or not to us.
    pub fn open(mqtt: &Mqtt, who: &str, stays: bool) -> Result<Self, SendError> {
        let mut wire = Wire::dial(&mqtt.server, mqtt.port)?;
        if mqtt.tls {
            wire = wire.secure(&mqtt.server, mqtt.trusted.as_deref())?;
        }
        let topic = mqtt.topic.clone();
        let mut session = Self { wire, heard: BytesMut::new(), number: 0, topic, stays };
        let mut connect = Connect::new(format!("{}-{who}", mqtt.topic.replace('/', "-")));
        connect.keep_alive = KEEP_ALIVE;
        if stays {
            let will = LastWill::new(mqtt.status(), "offline", QoS::AtLeastOnce, true);
            connect.last_will = Some(will);
        }
        if let Some(user) = &mqtt.user {
            let password = mqtt.password.as_ref().map_or("", |it| it.expose());
            connect.set_login(user.as_str(), password);
        }
        session.write(|packet| connect.write(packet))?;
        match session.read()? {
            Packet::ConnAck(answer) => accepted(answer.code)?,
            _ => return Err(SendError::moment("what answers there is no MQTT broker")),
        }
        if stays {
            session.publish(&mqtt.status(), "online", true)?;
        }
        Ok(session)
    }

    /// Sends a message where subscribers look for it: its device's topic, and that of all.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the broker did not take it.
    pub fn alert(&mut self, message: &Message) -> Result<(), SendError> {
        let event = event(message);
        if let Some((id, _)) = &message.device {
            let topic = format!("{}/{id}/alert", self.topic);
            self.publish(&topic, &event, false)?;
        }
        let topic = format!("{}/alert", self.topic);
        self.publish(&topic, &event, false)
    }

    /// Publishes, and waits until the broker has it.
    ///
    /// # Errors
    ///
    /// [`SendError`] if it did not take it.
    pub fn publish(&mut self, topic: &str, text: &str, retained: bool) -> Result<(), SendError> {
        self.number = self.number.checked_add(1).unwrap_or(1);
        let mut publish = Publish::new(topic, QoS::AtLeastOnce, text);
        publish.pkid = self.number;
        publish.retain = retained;
        self.write(|packet| publish.write(packet))?;
        loop {
            match self.read()? {
                Packet::PubAck(taken) if taken.pkid == self.number => return Ok(()),
                Packet::PingResp | Packet::PubAck(_) => {}
                _ => return Err(SendError::moment("the broker answered something else")),
            }
        }
    }

    /// Says that we are still there.
    ///
    /// # Errors
    ///
    /// [`SendError`] if the connection is gone.
    pub fn stay(&mut self) -> Result<(), SendError> {
        self.write(|packet| PingReq.write(packet))?;
        match self.read()? {
            Packet::PingResp => Ok(()),
            _ => Err(SendError::moment("the broker answered something else")),
        }
    }

    /// Leaves; says first that we are gone, for a broker does so only for who leaves without a word.
    pub fn close(mut self) {
        if self.stays {
            let topic = format!("{}/status", self.topic);
            let _ = self.publish(&topic, "offline", true);
        }
        let _ = self.write(|packet| Disconnect.write(packet));
    }

    fn write(
        &mut self,
        packet: impl FnOnce(&mut BytesMut) -> Result<usize, Error>,
    ) -> Result<(), SendError> {
        let mut bytes = BytesMut::new();
        packet(&mut bytes).map_err(|_| SendError::message("it does not fit into MQTT"))?;
        self.wire.begin();
        self.wire.write_all(&bytes)?;
        Ok(self.wire.flush()?)
    }

    fn read(&mut self) -> Result<Packet, SendError> {
        loop {
            match read(&mut self.heard, LARGEST) {
                Ok(packet) => return Ok(packet),
                Err(Error::InsufficientBytes(_)) => {}
                Err(_) => return Err(SendError::moment("what answers there is no MQTT broker")),
            }
            let mut buffer = [0; 1024];
            let read = self.wire.read(&mut buffer)?;
            if read == 0 {
                return Err(SendError::moment("the broker closed the connection"));
            }
            self.heard.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
    }
}

fn accepted(code: ConnectReturnCode) -> Result<(), SendError> {
    match code {
        ConnectReturnCode::Success => Ok(()),
        ConnectReturnCode::ServiceUnavailable => {
            Err(SendError::moment("the broker does not work now"))
        }
        ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
            Err(SendError::setup("the broker does not take the user and password"))
        }
        ConnectReturnCode::RefusedProtocolVersion | ConnectReturnCode::BadClientId => {
            Err(SendError::setup("the broker does not speak MQTT 3.1.1 with us"))
        }
    }
}
