//! What a protocol's file says about itself, and how it reads: the contract between the flow table
//! and `protocols/`.
//!
//! A protocol never sees the ledger. It is handed bytes and a [`Notes`] to write into, which knows who
//! sent them, in which frame, in which conversation.

use std::sync::Arc;

use evidence::{Field, Host, Timestamp};

use crate::memo::{Known, Listening, Saying};

/// One protocol: how to recognise it and how to read it.
#[derive(Clone, Copy)]
pub struct Protocol {
    /// Its name, as counts of malformed messages show it.
    pub(crate) name: &'static str,
    /// Whether its payload can be read by anyone on the way.
    pub(crate) cover: Cover,
    /// UDP: ports on which datagrams are taken for this protocol without a look.
    pub(crate) datagram_ports: &'static [u16],
    /// TCP: ports on which streams are tried as this protocol first.
    pub(crate) stream_ports: &'static [u16],
    /// Whether a first payload, on whatever port, can only be this protocol. Cheap and strict.
    pub(crate) recognises: fn(&Opening<'_>) -> bool,
    /// Reads one datagram.
    pub(crate) datagram: Option<ReadDatagram>,
    /// Reads one direction of a stream, piece by piece.
    pub(crate) stream: Option<ReadStream>,
}

/// Reads a datagram's payload.
pub(crate) type ReadDatagram = fn(&[u8], &mut Notes<'_>) -> Result<(), Malformed>;

/// Reads what follows in a direction of a stream.
pub(crate) type ReadStream = fn(&[u8], &mut Notes<'_>) -> Progress;

/// Whether a protocol hides its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cover {
    /// Encrypted.
    Encrypted,
    /// Readable on the way.
    Clear,
    /// Depends on what is inside, or not known.
    Unknown,
}

/// The first payload of a flow in one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<'a> {
    /// The payload.
    pub(crate) bytes: &'a [u8],
    /// Whether it came in TCP; otherwise UDP.
    pub(crate) in_stream: bool,
    /// The service's port.
    pub(crate) port: u16,
}

/// How far a stream dissector came with the bytes it was given. They begin where the last call
/// stopped consuming, in order; each direction is read apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many bytes are read and done with (more than 0); call again with what follows.
    Consumed(usize),
    /// The message is not whole yet; call again with more.
    More,
    /// Nothing further in this direction is of interest.
    Finished,
    /// These bytes are not this protocol.
    Foreign,
}

/// Why bytes could not be read as the protocol they claim to be.
///
/// Traffic is often wrong, so this is counted and reported, never fatal. Offsets are in bytes from
/// the start of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Malformed {
    /// The bytes end before the field does.
    #[error("{what} at byte {offset} is cut short by {missing} bytes")]
    Truncated {
        /// The field's name in its RFC.
        what: &'static str,
        /// Where the field starts.
        offset: usize,
        /// How many bytes are lacking.
        missing: usize,
    },
    /// A field has a value its specification forbids.
    #[error("{what} has the forbidden value {value}")]
    Forbidden {
        /// The field's name in its RFC.
        what: &'static str,
        /// What was found instead.
        value: u64,
    },
}

/// Which end of the message an observation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The end that sent these bytes.
    Sender,
    /// The end they were sent to.
    Receiver,
    /// A host the message itself names: a DHCP client has no address yet, or sits behind a relay.
    Named(Host),
}

/// Where a dissector writes what it read, and what it may know about the message.
pub(crate) struct Notes<'a> {
    /// When the frame was captured.
    pub(crate) at: Timestamp,
    /// Whether the bytes go to the service's end (a request) or come from it (an answer).
    pub(crate) to_server: bool,
    /// The service's port.
    pub(crate) port: u16,
    /// The sender's network address, where it has one.
    pub(crate) sender: Option<std::net::IpAddr>,
    /// Something to remember for this flow, 0 at first: for protocols that need both directions.
    pub(crate) memory: &'a mut u64,
    /// Bytes to remember for this flow, none at first, where 64 bits are too few (a message split
    /// over datagrams). Whoever writes here keeps it under [`Notes::STORE_BYTES`] and empties it
    /// when done; the flow table cuts what is beyond.
    pub(crate) store: &'a mut Vec<u8>,
    /// Set by a dissector that learns its flow is encrypted, or is not (STARTTLS, MQTT, …).
    pub(crate) cover: &'a mut Cover,
    /// What was read of messages before, for those that come again word for word.
    pub(crate) known: &'a mut Known,
    pub(crate) sink: &'a mut dyn Sink,
}

/// Takes observations down; the flow table implements it.
pub(crate) trait Sink {
    /// An observation of one end; `in_conversation` files it under this flow's service too.
    fn note(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool);
    /// All that a message says which came before, word for word.
    fn again(&mut self, saying: &Arc<Saying>);
    /// A message that broke its own rules: counted for the source.
    fn malformed(&mut self, protocol: &'static str);
}

impl Notes<'_> {
    /// The most bytes a flow may keep in [`Notes::store`]. Our choice: a post-quantum ClientHello
    /// is some 2 KiB.
    pub(crate) const STORE_BYTES: usize = 16 * 1024;

    /// The sender said or showed `value`.
    pub(crate) fn sender(&mut self, field: Field, value: &str) {
        self.sink.note(Whose::Sender, field, value, false);
    }

    /// The receiver was told `value`.
    pub(crate) fn receiver(&mut self, field: Field, value: &str) {
        self.sink.note(Whose::Receiver, field, value, false);
    }

    /// The sender said `value`, in this very conversation.
    pub(crate) fn sender_here(&mut self, field: Field, value: &str) {
        self.sink.note(Whose::Sender, field, value, true);
    }

    /// The receiver was told `value`, in this very conversation.
    pub(crate) fn receiver_here(&mut self, field: Field, value: &str) {
        self.sink.note(Whose::Receiver, field, value, true);
    }

    /// The message said `value` of `host`, which need be neither end.
    pub(crate) fn named(&mut self, host: Host, field: Field, value: &str) {
        self.sink.note(Whose::Named(host), field, value, false);
    }

    /// Reads a message as `read` does; one that came before is not read again, but what it said is
    /// noted again. `read` must go by the message alone, and only note what it says.
    pub(crate) fn again(
        &mut self,
        reader: &'static str,
        message: &[u8],
        read: ReadDatagram,
    ) -> Result<(), Malformed> {
        let hash = self.known.sayings.hash(message);
        if let Some(saying) = self.known.sayings.get(hash, reader, message) {
            self.sink.again(saying);
            return Ok(());
        }
        if !self.known.sayings.comes_again(hash) {
            return read(message, self);
        }
        let (done, saying) = self.listen(|notes| read(message, notes));
        done?;
        let weight = saying.weight();
        self.known.sayings.keep(hash, reader, message, saying.into(), weight);
        Ok(())
    }

    /// Lets `read` write here, and keeps what it wrote.
    pub(crate) fn listen<T>(&mut self, read: impl FnOnce(&mut Notes<'_>) -> T) -> (T, Saying) {
        let mut listening = Listening { saying: Saying::default(), sink: self.sink };
        let mut notes = Notes {
            at: self.at,
            to_server: self.to_server,
            port: self.port,
            sender: self.sender,
            memory: self.memory,
            store: self.store,
            cover: self.cover,
            known: self.known,
            sink: &mut listening,
        };
        let done = read(&mut notes);
        (done, listening.saying)
    }

    /// Counts a message of `protocol` that broke its own rules.
    pub(crate) fn malformed(&mut self, protocol: &'static str) {
        self.sink.malformed(protocol);
    }
}
