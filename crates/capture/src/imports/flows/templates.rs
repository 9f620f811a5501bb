//! Templates: which fields the records of a set have, and how long each is.

use std::collections::BTreeMap;

use super::bytes::Bytes;

/// How many templates one exporter may have; our choice: exporters use a dozen.
const MOST_TEMPLATES: usize = 256;

/// How many fields one may have; our choice: the widest in use have some sixty.
const MOST_FIELDS: usize = 256;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Nine,
    Ten,
}

impl Version {
    pub(super) const fn is_templates(self, set: u16) -> bool {
        matches!((self, set), (Self::Nine, 0) | (Self::Ten, 2))
    }

    pub(super) const fn is_options(self, set: u16) -> bool {
        matches!((self, set), (Self::Nine, 1) | (Self::Ten, 3))
    }
}

/// One field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its number in the registry of information elements.
    pub(super) kind: u16,
    /// Whose registry; 0 for IANA's.
    pub(super) enterprise: u32,
    /// How many bytes; [`Field::VARIABLE`] where each record says.
    pub(super) length: u16,
}

impl Field {
    pub(super) const VARIABLE: u16 = 65_535;
}

/// The fields of a record, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) fields: Vec<Field>,
    /// Whether its records say something of the exporter rather than of flows.
    pub(super) is_options: bool,
}

impl Template {
    /// How many bytes a record has at least; not 0 for those that were learned.
    pub(super) fn shortest(&self) -> usize {
        let length = |field: &Field| match field.length {
            Field::VARIABLE => 1,
            length => usize::from(length),
        };
        self.fields.iter().map(length).sum()
    }
}

/// Those of one exporter, by number.
#[derive(Debug, Default)]
pub(super) struct Templates(BTreeMap<u16, Template>);

impl Templates {
    pub(super) fn get(&self, id: u16) -> Option<&Template> {
        self.0.get(&id)
    }

    /// Reads a set of templates; false if it is broken.
    pub(super) fn learn(&mut self, set: &[u8], version: Version, is_options: bool) -> bool {
        let mut bytes = Bytes::new(set);
        // Fewer bytes are padding.
        while bytes.left() >= 4 {
            let read = match (version, is_options) {
                (Version::Nine, true) => options_of_nine(&mut bytes),
                _ => template(&mut bytes, version, is_options),
            };
            let Some((id, template)) = read else { return false };
            if id < 256 {
                // Padding of whole words reads like a template with the number 0.
                return id == 0;
            }
            if template.fields.is_empty() {
                self.0.remove(&id);
            } else if template.shortest() == 0 {
                // There would be no end of records in a set.
                return false;
            } else if self.0.len() < MOST_TEMPLATES || self.0.contains_key(&id) {
                self.0.insert(id, template);
            }
        }
        true
    }
}

fn template(bytes: &mut Bytes<'_>, version: Version, is_options: bool) -> Option<(u16, Template)> {
    let (id, count) = (bytes.u16()?, bytes.u16()?);
    if is_options && count > 0 {
        let _scope_fields = bytes.u16()?;
    }
    let fields = (0..count).map(|_| field(bytes, version)).collect::<Option<Vec<_>>>()?;
    (fields.len() <= MOST_FIELDS).then_some((id, Template { fields, is_options }))
}

/// Version 9 counts the bytes of scope and of other fields (RFC 3954, section 6.1).
fn options_of_nine(bytes: &mut Bytes<'_>) -> Option<(u16, Template)> {
    let (id, scope, others) = (bytes.u16()?, bytes.u16()?, bytes.u16()?);
    let mut fields = Vec::new();
    for place in 0..(usize::from(scope) + usize::from(others)) / 4 {
        let field = field(bytes, Version::Nine)?;
        // What a scope is named by has numbers of its own.
        let is_scope = place < usize::from(scope) / 4;
        fields.push(if is_scope { Field { enterprise: u32::MAX, ..field } } else { field });
    }
    (fields.len() <= MOST_FIELDS).then_some((id, Template { fields, is_options: true }))
}

fn field(bytes: &mut Bytes<'_>, version: Version) -> Option<Field> {
    let (kind, length) = (bytes.u16()?, bytes.u16()?);
    let foreign = version == Version::Ten && kind & 0x8000 != 0;
    let enterprise = if foreign { bytes.u32()? } else { 0 };
    let kind = if foreign { kind & 0x7fff } else { kind };
    Some(Field { kind, enterprise, length })
}
