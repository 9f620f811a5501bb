//! What a ledger keeps of one host, and the fields it is in.
//!
//! A host says something in a tenth of all fields. Many are asked for, one after another, by every part
//! of the program; most of these questions are answered without a look at the record.

use evidence::{Conversation, Field, FieldSet, HostRecord, Observation};

/// A host's record, at hand.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    record: &'a HostRecord,
    fields: FieldSet,
}

impl<'a> Kept<'a> {
    /// Looks through `record` once.
    #[must_use]
    pub fn of(record: &'a HostRecord) -> Self {
        let fields = record.observations().iter().map(|observation| observation.field).collect();
        Self { record, fields }
    }

    /// Everything the host said and showed, by field and value.
    #[must_use]
    pub fn observations(self) -> &'a [Observation] {
        self.record.observations()
    }

    /// All its traffic, by peer.
    #[must_use]
    pub fn conversations(self) -> &'a [Conversation] {
        self.record.conversations()
    }

    /// The fields in which it said or showed anything.
    #[must_use]
    pub const fn fields(self) -> FieldSet {
        self.fields
    }

    /// The observations of one field; they lie together, since a record is ordered by field.
    #[must_use]
    pub fn observed(self, field: Field) -> &'a [Observation] {
        /// Up to so many, looking at each is faster than comparing names; measured.
        const FEW: usize = 64;

        if !self.fields.contains(field) {
            return &[];
        }
        let all = self.observations();
        let start = if all.len() <= FEW {
            all.iter().position(|observation| observation.field == field).unwrap_or(all.len())
        } else {
            all.partition_point(|observation| observation.field < field)
        };
        let rest = all.get(start..).unwrap_or_default();
        let end = rest.iter().position(|observation| observation.field != field);
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }
}
