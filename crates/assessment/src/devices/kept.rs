//! What a ledger keeps of one host, and the fields it is in.
//!
//! A host says something in a tenth of all fields. Many are asked for, one after another, by every part
//! of the program; most of these questions are answered without a look at the record.

use std::num::NonZero;

use evidence::{Field, FieldSet, Host, HostRecord, Ledger, Observation};

use crate::workers::side_by_side;

/// A host's record, looked through once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a> {
    pub(super) record: &'a HostRecord,
    /// The fields in which the host said or showed anything.
    pub(super) fields: FieldSet,
}

impl<'a> Kept<'a> {
    pub(super) fn of(record: &'a HostRecord) -> Self {
        let fields = record.observations().iter().map(|observation| observation.field).collect();
        Self { record, fields }
    }

    /// All hosts of a ledger in its order, looked through by so many threads.
    pub(super) fn all(ledger: &'a Ledger, workers: NonZero<usize>) -> Vec<(&'a Host, Self)> {
        let hosts: Vec<_> = ledger.hosts().collect();
        let stretch = hosts.len().div_ceil(workers.get()).max(1);
        let look = |stretch: &[(&'a Host, &'a HostRecord)]| -> Vec<_> {
            stretch.iter().map(|(host, record)| (*host, Self::of(record))).collect()
        };
        side_by_side(hosts.chunks(stretch).collect(), look).concat()
    }

    /// The observations of one field.
    pub(super) fn observed(self, field: Field) -> &'a [Observation] {
        if self.fields.contains(field) { observed(self.record, field) } else { &[] }
    }
}

/// The observations of one field; they lie together, since a record is ordered by field.
pub(super) fn observed(record: &HostRecord, field: Field) -> &[Observation] {
    /// Up to so many, looking at each is faster than comparing names; measured.
    const FEW: usize = 64;

    let all = record.observations();
    let start = if all.len() <= FEW {
        all.iter().position(|observation| observation.field == field).unwrap_or(all.len())
    } else {
        all.partition_point(|observation| observation.field < field)
    };
    let rest = all.get(start..).unwrap_or_default();
    let end = rest.iter().position(|observation| observation.field != field);
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}
