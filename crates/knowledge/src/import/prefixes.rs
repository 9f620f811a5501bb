//! The registration authority's CSV: `Registry,Assignment,Organization Name,Organization Address`.
//!
//! The address is a mailing address and is left out: nothing of who controls a maker follows from it.

use std::collections::BTreeMap;

use super::{ImportError, Imported, columns};
use crate::kinds::Prefix;

/// Reads one or several of the authority's files, one after the other.
pub(super) fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let heads = table.headers().map_err(|error| ImportError::Foreign(error.to_string()))?.clone();
    let [assignment, name] = columns(&heads, ["Assignment", "Organization Name"])?;
    let mut imported = Imported::default();
    let mut registrants: BTreeMap<Box<str>, Vec<(u64, u8)>> = BTreeMap::new();
    for (row, record) in (2..).zip(table.byte_records()) {
        let Ok(record) = record else {
            imported.refuse(row, "the row is damaged");
            continue;
        };
        let text = |place| String::from_utf8_lossy(record.get(place).unwrap_or_default());
        let (assignment, name) = (text(assignment), text(name));
        if assignment.trim() == "Assignment" {
            continue;
        }
        match prefix(assignment.trim()) {
            Some(prefix) if !name.trim().is_empty() => {
                registrants.entry(name.trim().into()).or_default().push(prefix);
                imported.take()?;
            }
            Some(_) => imported.refuse(row, "nobody is named"),
            None => imported.refuse(row, "an assignment has 6, 7 or 9 hexadecimal digits"),
        }
    }
    for (index, (name, prefixes)) in (0..).zip(registrants) {
        imported.pack.registrants.push(name);
        let numbered = prefixes.into_iter();
        let numbered = numbered.map(|(first, bits)| Prefix { first, bits, registrant: index });
        imported.pack.prefixes.extend(numbered);
    }
    imported.pack.prefixes.sort_unstable();
    Ok(imported)
}

fn prefix(digits: &str) -> Option<(u64, u8)> {
    let bits: u8 = match digits.len() {
        6 => 24,
        7 => 28,
        9 => 36,
        _ => return None,
    };
    let number = u64::from_str_radix(digits, 16).ok()?;
    Some((number << (48 - u32::from(bits)), bits))
}
