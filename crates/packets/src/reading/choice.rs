//! Which protocol a flow speaks: proposed by its port, or recognised by its first bytes.

use super::{Desk, Reading};
use crate::{
    flow::Who,
    menu::Menu,
    pair::Side,
    protocol::{Cover, Opening, Protocol},
    stream::{Stage, Stream},
};

/// Which protocol a flow speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Not known yet.
    Open,
    /// Not the one its port proposed.
    NotByPort,
    /// The one its port proposed, which has not read anything yet.
    ByPort(u8),
    /// The one that recognised it, or has read some of it.
    Sure(u8),
}

/// Whether a direction's bytes can be shown to a protocol.
pub(super) enum Verdict {
    /// Show them.
    Read(&'static Protocol),
    /// Wait for more of them.
    Wait,
    /// They are of no use; perhaps the next segment is.
    Drop,
}

impl Reading {
    #[inline]
    pub(super) fn datagram_protocol(
        &mut self,
        who: &Who,
        from: Side,
        payload: &[u8],
        menu: &Menu,
    ) -> Option<&'static Protocol> {
        if let Choice::Sure(index) | Choice::ByPort(index) = self.choice {
            return Menu::protocol(index);
        }
        if *self.looked.of(from) || payload.is_empty() {
            return None;
        }
        *self.looked.of_mut(from) = true;
        let opening = Opening { bytes: payload, in_stream: false, port: who.port() };
        let (index, choice) = menu
            .by_port(opening.port, false)
            .map(|index| (index, by_port(index, &opening)))
            .or_else(|| recognise(&opening))?;
        Some(self.settle_on(choice, Menu::protocol(index)?))
    }

    /// Finds the protocol for a direction, once.
    pub(super) fn agree(
        &mut self,
        stream: &mut Stream,
        who: &Who,
        from: Side,
        bytes: &[u8],
        desk: &mut Desk<'_>,
    ) -> Verdict {
        let opening = Opening { bytes, in_stream: true, port: who.port() };
        // What its port proposed, the other direction may have refused since.
        let agreed = stream.stage >= Stage::Agreed && self.choice != Choice::NotByPort;
        let index = match self.choice {
            Choice::Sure(index) | Choice::ByPort(index) if agreed || !stream.joined => {
                Some((index, self.choice))
            }
            Choice::Sure(index) | Choice::ByPort(index) => Menu::protocol(index)
                .is_some_and(|protocol| (protocol.recognises)(&opening))
                .then_some((index, self.choice)),
            Choice::Open if !stream.joined => desk
                .menu
                .by_port(opening.port, true)
                .map(|index| (index, by_port(index, &opening)))
                .or_else(|| recognise(&opening)),
            Choice::Open | Choice::NotByPort => recognise(&opening),
        };
        match index.and_then(|(index, choice)| Some((Menu::protocol(index)?, choice))) {
            Some((protocol, _)) if agreed => Verdict::Read(protocol),
            Some((protocol, choice)) => {
                stream.stage = Stage::Agreed;
                stream.tries = 0;
                if matches!(self.choice, Choice::Open | Choice::NotByPort) {
                    self.settle_on(choice, protocol);
                }
                Verdict::Read(protocol)
            }
            None => self.pass(stream, who, from, bytes, desk),
        }
    }

    /// No protocol recognises a direction's first bytes.
    fn pass(
        &mut self,
        stream: &mut Stream,
        who: &Who,
        from: Side,
        bytes: &[u8],
        desk: &mut Desk<'_>,
    ) -> Verdict {
        /// Fewer bytes than this may be too few to recognise anything by; our choice.
        const FEW_BYTES: usize = 16;
        /// How many segments may begin a message that is recognised; our choice.
        const MOST_TRIES: u16 = 4;
        self.look_for_tls(bytes);
        stream.tries += 1;
        if !stream.joined && bytes.len() < FEW_BYTES && stream.tries < MOST_TRIES {
            stream.shown = bytes.len();
            return Verdict::Wait;
        }
        if !*self.looked.of(from) {
            *self.looked.of_mut(from) = true;
            self.sample(who, from, bytes, desk);
        }
        if stream.joined && stream.tries == 1 && !is_tls_data(bytes) {
            desk.scribe(who, from, true).cut();
        }
        if !stream.joined || stream.tries >= MOST_TRIES || is_tls_data(bytes) {
            stream.stop();
        }
        Verdict::Drop
    }

    /// The protocol says that these bytes are not its own.
    pub(super) fn reject(&mut self, stream: &mut Stream, bytes: &[u8]) {
        if let Choice::ByPort(_) = self.choice
            && stream.stage < Stage::Begun
        {
            self.choice = Choice::NotByPort;
            self.cover = Cover::Unknown;
            stream.stage = Stage::Unknown;
            stream.tries = 0;
        } else {
            self.look_for_tls(bytes);
            stream.stop();
        }
    }

    /// The protocol that the port proposed has read something.
    pub(super) const fn confirm(&mut self) {
        if let Choice::ByPort(index) = self.choice {
            self.choice = Choice::Sure(index);
        }
    }

    const fn settle_on(
        &mut self,
        choice: Choice,
        protocol: &'static Protocol,
    ) -> &'static Protocol {
        self.choice = choice;
        self.cover = protocol.cover;
        protocol
    }

    fn look_for_tls(&mut self, bytes: &[u8]) {
        if self.cover == Cover::Unknown && is_tls_record(bytes) {
            self.cover = Cover::Encrypted;
        }
    }
}

/// The protocol that the port proposes: for sure where the bytes can be no other.
fn by_port(index: u8, opening: &Opening<'_>) -> Choice {
    let is_sure = Menu::protocol(index).is_some_and(|protocol| (protocol.recognises)(opening));
    if is_sure { Choice::Sure(index) } else { Choice::ByPort(index) }
}

fn recognise(opening: &Opening<'_>) -> Option<(u8, Choice)> {
    Menu::recognise(opening).map(|index| (index, Choice::Sure(index)))
}

/// Whether bytes begin with the head of a TLS record (RFC 8446, section 5.1), so that a connection
/// joined in its middle is still known to be encrypted.
fn is_tls_record(bytes: &[u8]) -> bool {
    const LONGEST: u16 = (16 << 10) + 2_048;
    match bytes {
        [20..=23, 3, 0..=4, high, low, ..] => {
            (1..=LONGEST).contains(&u16::from_be_bytes([*high, *low]))
        }
        _ => false,
    }
}

/// Whether that record holds encrypted data, in which there is nothing to read.
fn is_tls_data(bytes: &[u8]) -> bool {
    is_tls_record(bytes) && bytes.first() == Some(&23)
}
