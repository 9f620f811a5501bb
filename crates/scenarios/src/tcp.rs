//! TCP connections, acted out segment by segment: handshake, data with acknowledgements, farewell.

use crate::link::{self, Control, Endpoint, Segment};
use crate::quantity::{MILLISECOND, SECOND};
use crate::stage::{BuildError, Stage};

/// The most bytes one segment carries: an Ethernet frame less an IPv6 and a TCP header, so that
/// both families can use it.
pub(crate) const SEGMENT_SIZE: u16 = 1440;

/// The receive window both sides offer; most stacks start near it.
const WINDOW: u16 = 64_240;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The host that opened the connection.
    Client,
    /// The host that was called.
    Server,
}

/// One connection between two hosts, open until [`Connection::close`].
#[derive(Debug)]
pub(crate) struct Connection {
    client: Speaker,
    server: Speaker,
    /// Nanoseconds for the way there and back.
    round_trip: u64,
    last: Option<Side>,
}

#[derive(Debug)]
struct Speaker {
    endpoint: Endpoint,
    next: u32,
}

impl Connection {
    /// Shakes hands.
    pub(crate) fn open(
        stage: &mut Stage<'_>,
        client: Endpoint,
        server: Endpoint,
        round_trip: u64,
    ) -> Result<Self, BuildError> {
        let mut connection = Self {
            client: Speaker { endpoint: client, next: stage.number() },
            server: Speaker { endpoint: server, next: stage.number() },
            round_trip,
            last: None,
        };
        let flags = Segment { control: Control::Open, ..Segment::default() };
        connection.segment(stage, Side::Client, flags, &[])?;
        connection.client.next = connection.client.next.wrapping_add(1);
        stage.pass(round_trip);
        let flags = Segment { acknowledgement: Some(0), ..flags };
        connection.segment(stage, Side::Server, flags, &[])?;
        connection.server.next = connection.server.next.wrapping_add(1);
        stage.pass(MILLISECOND / 5);
        connection.acknowledge(stage, Side::Client)?;
        Ok(connection)
    }

    /// Says `bytes`, in as many segments as that needs, and lets the other side acknowledge.
    pub(crate) fn say(
        &mut self,
        stage: &mut Stage<'_>,
        side: Side,
        bytes: &[u8],
    ) -> Result<(), BuildError> {
        /// Receivers merge segments before they answer; ours acknowledge every tenth.
        const SEGMENTS_PER_ACKNOWLEDGEMENT: usize = 10;
        /// Nanoseconds a full segment takes on a home's line: about 50 Mbit/s.
        const SEGMENT_TIME: u64 = 230_000;

        if self.last.is_some_and(|last| last != side) {
            stage.pass(self.round_trip / 2 + MILLISECOND / 2);
        }
        self.last = Some(side);
        let count = bytes.len().div_ceil(usize::from(SEGMENT_SIZE));
        for (index, part) in bytes.chunks(usize::from(SEGMENT_SIZE)).enumerate() {
            let last = index + 1 == count;
            let control = if last { Control::LastData } else { Control::Data };
            let flags = Segment { acknowledgement: Some(0), control, ..Segment::default() };
            self.segment(stage, side, flags, part)?;
            let length = u32::try_from(part.len()).unwrap_or(0);
            let speaker = self.speaker(side);
            speaker.next = speaker.next.wrapping_add(length);
            stage.pass(SEGMENT_TIME);
            if last || (index + 1) % SEGMENTS_PER_ACKNOWLEDGEMENT == 0 {
                self.acknowledge(stage, side.other())?;
            }
        }
        Ok(())
    }

    /// Says goodbye, first the client.
    pub(crate) fn close(mut self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let farewell =
            Segment { acknowledgement: Some(0), control: Control::Close, ..Segment::default() };
        for side in [Side::Client, Side::Server] {
            stage.pass(self.round_trip / 2 + MILLISECOND);
            self.segment(stage, side, farewell, &[])?;
            let speaker = self.speaker(side);
            speaker.next = speaker.next.wrapping_add(1);
        }
        stage.pass(MILLISECOND);
        self.acknowledge(stage, Side::Client)
    }

    fn acknowledge(&mut self, stage: &mut Stage<'_>, side: Side) -> Result<(), BuildError> {
        let flags = Segment { acknowledgement: Some(0), ..Segment::default() };
        self.segment(stage, side, flags, &[])
    }

    /// Sends one segment; a present acknowledgement number is filled in here.
    fn segment(
        &self,
        stage: &mut Stage<'_>,
        side: Side,
        flags: Segment,
        payload: &[u8],
    ) -> Result<(), BuildError> {
        let (from, to) = match side {
            Side::Client => (&self.client, &self.server),
            Side::Server => (&self.server, &self.client),
        };
        let segment = Segment {
            sequence: from.next,
            acknowledgement: flags.acknowledgement.map(|_| to.next),
            window: WINDOW,
            ..flags
        };
        stage.send(link::tcp(&from.endpoint, &to.endpoint, segment, payload)?);
        Ok(())
    }

    const fn speaker(&mut self, side: Side) -> &mut Speaker {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }
}

impl Side {
    /// Who listens.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// A call that is not answered, or answered with "nobody listens here".
pub(crate) fn knock(
    stage: &mut Stage<'_>,
    client: Endpoint,
    server: Endpoint,
    refused: bool,
) -> Result<(), BuildError> {
    let call = Segment {
        sequence: stage.number(),
        control: Control::Open,
        window: WINDOW,
        ..Segment::default()
    };
    stage.send(link::tcp(&client, &server, call, &[])?);
    if refused {
        let answer = Segment {
            acknowledgement: Some(call.sequence.wrapping_add(1)),
            control: Control::Reset,
            ..Segment::default()
        };
        let call_time = stage.now();
        stage.pass(SECOND / 50);
        stage.send(link::tcp(&server, &client, answer, &[])?);
        stage.turn_back(call_time);
    }
    Ok(())
}
