//! Takes down for the ledger what a protocol reads in a flow.

use std::{cell::OnceCell, sync::Arc};

use evidence::{Field, Host, Recorder, Seen, Service};

use crate::{
    account::Account,
    flow::Who,
    memo::Saying,
    pair::{Pair, Side},
    protocol::{Sink, Whose},
    repeats::Repeats,
};

/// Writes what a message from `from` says.
pub(crate) struct Scribe<'a> {
    pub(crate) recorder: &'a mut Recorder,
    pub(crate) account: &'a mut Account,
    pub(crate) who: &'a Who,
    pub(crate) from: Side,
    /// When the message came: once, or all the times that it did.
    pub(crate) seen: Seen,
    /// Where to count what comes again, if not written down at once.
    pub(crate) repeats: Option<&'a mut Repeats>,
    pub(crate) wholeness: Wholeness,
    /// The two ends, once one of them is asked for: a message says many things of one host.
    pub(crate) hosts: Pair<OnceCell<Option<Host>>>,
}

/// How much of a message the capture holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wholeness {
    Whole,
    /// A part: what is wrong with it is the capture's fault.
    Cut,
    /// A part, and that has been counted.
    CutAndCounted,
}

impl Sink for Scribe<'_> {
    fn note(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool) {
        let (host, about) = match whose {
            Whose::Sender => self.end(self.from, in_conversation),
            Whose::Receiver => self.end(self.from.other(), in_conversation),
            // Whichever worker's it is, it must be taken down once.
            Whose::Named(host) => (self.who.counts.then_some(host), None),
        };
        let Some(host) = host else { return };
        self.recorder.observe_often(host, about, field, value, &self.seen);
    }

    fn again(&mut self, saying: &Arc<Saying>) {
        // Where stations are learned as they speak, who is who may change.
        let repeats = self.repeats.as_mut().filter(|_| !self.who.learns());
        let counted =
            repeats.is_some_and(|repeats| repeats.count(saying, self.from, self.seen.first));
        if !counted {
            saying.repeat(self);
        }
    }

    fn malformed(&mut self, protocol: &'static str) {
        match self.wholeness {
            Wholeness::Whole if self.who.counts => self.account.malformed(protocol),
            Wholeness::Cut => self.cut(),
            Wholeness::Whole | Wholeness::CutAndCounted => {}
        }
    }
}

impl<'a> Scribe<'a> {
    /// Writes what a whole message says.
    pub(crate) fn new(
        recorder: &'a mut Recorder,
        account: &'a mut Account,
        who: &'a Who,
        from: Side,
        seen: Seen,
    ) -> Self {
        let (wholeness, hosts) = (Wholeness::Whole, Pair::default());
        Self { recorder, account, who, from, seen, repeats: None, wholeness, hosts }
    }

    fn end(&self, side: Side, in_conversation: bool) -> (Option<Host>, Option<Service>) {
        let host = self.hosts.of(side).get_or_init(|| self.who.host(side));
        (*host, in_conversation.then(|| self.who.service(side)))
    }

    /// Counts the message as one of which the capture holds only a part, once.
    pub(crate) const fn cut(&mut self) {
        self.wholeness = Wholeness::CutAndCounted;
        if self.who.counts {
            self.account.cut();
        }
    }
}
