//! A network interface, listened to while it happens (Linux).
//!
//! Packets come through a ring that the kernel fills and the program empties block by block, so one
//! call serves hundreds of packets and nothing is copied twice. What the program could not keep up
//! with is lost, and counted: the kernel says how much.
//!
//! Opening needs the right to listen (`CAP_NET_RAW`, or root). Nothing is ever sent.

mod ring;

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use evidence::{Recorder, Timestamp};
use packets::{Dissector, Frame, LinkType};

use ring::{Packet, Ring};

/// An interface being listened to.
#[derive(Debug)]
pub struct Live {
    name: String,
    ring: Ring,
    link: LinkType,
    frames: u64,
    bytes: u64,
    /// A frame whose VLAN tag the kernel took off and that is put together again.
    tagged: Vec<u8>,
}

/// What was heard so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Frames handed on.
    pub frames: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// Frames that the kernel had no room for: they were on the wire and nobody looked at them.
    pub lost: u64,
}

/// Why an interface cannot be listened to, and what to try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// There is none of that name.
    #[error("there is no interface `{name}`; there is {}", known.join(", "))]
    NoInterface {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The right to listen is missing.
    #[error(
        "listening needs the right to: run it as root, or once \
         `setcap cap_net_raw=ep` on the program"
    )]
    NotAllowed,
    /// The interface is down. Packets come again once it is up.
    #[error("the interface is down")]
    Down,
    /// The interface is not there any more; another of its name is another, for [`Live::again`].
    #[error("the interface is gone")]
    Gone,
    /// Something else failed.
    #[error("{what} failed: {error}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

/// How long the kernel may keep a block that is not full; our choice: quick enough for people.
const PATIENCE: Duration = Duration::from_millis(100);

impl Live {
    /// Listens to the interface called `name`, with everything that passes by it.
    ///
    /// # Errors
    ///
    /// [`LiveError`] if there is none of that name, or it may not be listened to.
    pub fn open(name: &str) -> Result<Self, LiveError> {
        let ring = Ring::open(name)?;
        let link = ring.link();
        Ok(Self { name: name.to_owned(), ring, link, frames: 0, bytes: 0, tagged: Vec::new() })
    }

    /// Listens to another interface of the same name, as soon as there is one, in place of one that is
    /// [`LiveError::Gone`]; whether there is. Needs no right.
    ///
    /// # Errors
    ///
    /// [`LiveError`] if it is there and cannot be listened to.
    pub fn again(&mut self) -> Result<bool, LiveError> {
        let found = self.ring.again(&self.name)?;
        self.link = self.ring.link();
        Ok(found)
    }

    /// Hands on all packets that came, waiting a little for the first; whether any came.
    ///
    /// # Errors
    ///
    /// [`LiveError::Down`], once, if the interface went down: call again, it may come up.
    /// [`LiveError::Gone`] if it went away.
    pub fn receive(
        &mut self,
        dissector: &mut Dissector,
        recorder: &mut Recorder,
    ) -> Result<bool, LiveError> {
        let Self { ring, link, frames, bytes, tagged, .. } = self;
        ring.take(PATIENCE, |packet| {
            *frames += 1;
            *bytes += u64::from(packet.wire_length);
            let frame = Frame {
                number: *frames,
                at: Timestamp::from_parts(packet.seconds.into(), packet.nanoseconds.into()),
                link: *link,
                wire_length: packet.wire_length + packet.tag_length(),
                bytes: packet.whole(tagged),
            };
            dissector.observe(recorder, &frame);
        })
    }

    /// Listens until `stop` is set or `most` time has passed by the packets' own clock and by the
    /// waits between them; tells `progress` now and then what was heard. An interface that goes down is
    /// waited for, if anything was heard of it.
    ///
    /// # Errors
    ///
    /// [`LiveError`] if the interface went away, or is down from the start; what was heard before is
    /// recorded.
    pub fn listen(
        &mut self,
        most: Option<Duration>,
        stop: &AtomicBool,
        dissector: &mut Dissector,
        recorder: &mut Recorder,
        progress: &mut dyn FnMut(Heard),
    ) -> Result<Heard, LiveError> {
        dissector.begin_source(recorder, &self.name);
        let mut passed = Duration::ZERO;
        let mut result = Ok(());
        while !stop.load(Ordering::Relaxed) && most.is_none_or(|most| passed < most) {
            result = self.go_on(dissector, recorder);
            if result.is_err() {
                break;
            }
            passed += self.ring.waited();
            progress(self.heard());
        }
        // What the kernel had ready when it was to end was on the wire before.
        if result.is_ok() {
            result = self.go_on(dissector, recorder);
        }
        let heard = self.heard();
        dissector.count_lost(heard.lost);
        dissector.end_source(recorder);
        result.map(|()| heard)
    }

    /// Receives; that the interface is down is nothing to end for once it was up.
    fn go_on(
        &mut self,
        dissector: &mut Dissector,
        recorder: &mut Recorder,
    ) -> Result<(), LiveError> {
        match self.receive(dissector, recorder) {
            Err(LiveError::Down) if self.frames > 0 => Ok(()),
            result => result.map(drop),
        }
    }

    /// What was heard since the interface was opened.
    #[must_use]
    pub fn heard(&mut self) -> Heard {
        Heard { frames: self.frames, bytes: self.bytes, lost: self.ring.lost() }
    }
}

impl Packet<'_> {
    /// The bytes of a VLAN tag: two for its type, two for its content.
    const TAG_BYTES: u32 = 4;
    /// Two addresses stand before a tag.
    const BEFORE_TAG: usize = 12;

    const fn tag_length(&self) -> u32 {
        if self.tag.is_some() { Self::TAG_BYTES } else { 0 }
    }

    /// The frame with the VLAN tag that the kernel took off.
    fn whole<'s>(&'s self, room: &'s mut Vec<u8>) -> &'s [u8] {
        let (Some((kind, content)), Some((addresses, rest))) =
            (self.tag, self.bytes.split_at_checked(Self::BEFORE_TAG))
        else {
            return self.bytes;
        };
        room.clear();
        room.extend_from_slice(addresses);
        room.extend_from_slice(&kind.to_be_bytes());
        room.extend_from_slice(&content.to_be_bytes());
        room.extend_from_slice(rest);
        room
    }
}
