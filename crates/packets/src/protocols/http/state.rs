//! Where one direction of an HTTP connection is, in the 32 bits it has of the flow's memory.

use super::body::Interest;
use crate::protocol::Notes;

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Length(u64),
    /// With an empty chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// One direction's state.
///
/// ```text
/// | messages (5) | interest (3) | HEAD asked | until close | chunked | bytes left (21) |
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u32);

impl State {
    /// Messages read of each direction.
    pub(super) const MOST_MESSAGES: u32 = 31;
    /// Nothing is read after a body or chunk longer than this. Our choice: a web page's parts are
    /// shorter; behind firmware and films nothing new is said.
    pub(super) const MOST_BYTES: u32 = (1 << 21) - 1;

    const CHUNKED: u32 = 1 << 21;
    const UNTIL_CLOSE: u32 = 1 << 22;
    const HEAD_ASKED: u32 = 1 << 23;
    const INTEREST_AT: u32 = 24;
    const MESSAGES_AT: u32 = 27;

    /// The state of the direction that `notes` is about.
    pub(super) fn of(notes: &Notes<'_>) -> Self {
        let [server, client] = Self::halves(*notes.memory);
        Self(if notes.to_server { client } else { server })
    }

    /// Whether the client's last request has an answer without a body, whatever its head says.
    pub(super) fn head_was_asked(notes: &Notes<'_>) -> bool {
        let [_, client] = Self::halves(*notes.memory);
        client & Self::HEAD_ASKED != 0
    }

    pub(super) fn keep(self, notes: &mut Notes<'_>) {
        let [server, client] = Self::halves(*notes.memory);
        let (server, client) = if notes.to_server { (server, self.0) } else { (self.0, client) };
        *notes.memory = u64::from(client) << 32 | u64::from(server);
    }

    fn halves(memory: u64) -> [u32; 2] {
        let [a, b, c, d, e, f, g, h] = memory.to_be_bytes();
        [u32::from_be_bytes([e, f, g, h]), u32::from_be_bytes([a, b, c, d])]
    }

    pub(super) const fn messages(self) -> u32 {
        self.0 >> Self::MESSAGES_AT
    }

    pub(super) const fn left(self) -> u32 {
        self.0 & Self::MOST_BYTES
    }

    pub(super) const fn is_chunked(self) -> bool {
        self.0 & Self::CHUNKED != 0
    }

    pub(super) const fn is_until_close(self) -> bool {
        self.0 & Self::UNTIL_CLOSE != 0
    }

    pub(super) const fn is_in_body(self) -> bool {
        self.left() > 0 || self.is_chunked() || self.is_until_close()
    }

    pub(super) const fn interest(self) -> Interest {
        Interest::from_bits(self.0 >> Self::INTEREST_AT & 0b111)
    }

    /// After a head: counts the message and starts its body. A body too long to follow counts as
    /// one until the connection's end.
    pub(super) fn begin_body(&mut self, framing: Framing, interest: Interest, head_asked: bool) {
        let messages = (self.messages() + 1).min(Self::MOST_MESSAGES);
        let (flags, left) = match framing {
            Framing::Chunked => (Self::CHUNKED, 0),
            Framing::UntilClose => (Self::UNTIL_CLOSE, 0),
            Framing::Length(length) => u32::try_from(length)
                .ok()
                .filter(|&length| length <= Self::MOST_BYTES)
                .map_or((Self::UNTIL_CLOSE, 0), |length| (0, length)),
        };
        let flags = flags | if head_asked { Self::HEAD_ASKED } else { 0 };
        self.0 = messages << Self::MESSAGES_AT | flags | left;
        self.set_interest(interest);
    }

    pub(super) const fn set_interest(&mut self, interest: Interest) {
        self.0 &= !(0b111 << Self::INTEREST_AT);
        self.0 |= interest.bits() << Self::INTEREST_AT;
    }

    /// `left` is at most [`Self::MOST_BYTES`].
    pub(super) const fn set_left(&mut self, left: u32) {
        self.0 = self.0 & !Self::MOST_BYTES | left & Self::MOST_BYTES;
    }

    pub(super) const fn end_chunks(&mut self) {
        self.0 &= !Self::CHUNKED;
    }
}
