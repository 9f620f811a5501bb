//! Inventories that people bring: tables, CycloneDX bills of materials, our own assessments.
//!
//! **Invariants.** Every line is read or reported by its number. No input makes this panic or take
//! more than a few times its own size.

mod bill;
mod columns;
mod dates;
mod report;
mod table;

use std::path::Path;

use assessment::comply::Inventory;

pub(crate) use columns::Meaning;

/// Why a file is no inventory. Fits "failed to read …: {error}".
#[derive(Debug, thiserror::Error)]
pub(crate) enum InventoryError {
    /// No first line that names columns.
    #[error(
        "none of its first lines names a column that tells a brand, a maker or a model; say which \
         is which with --map 'Column name=brand'"
    )]
    NoHeader,
    /// A column named in `--map` is not there.
    #[error("there is no column `{0}`; its columns are {1}")]
    NoColumn(String, String),
    /// JSON of a kind unknown here.
    #[error("it is JSON, but neither CycloneDX nor an assessment of Houseguest")]
    OtherJson,
    /// It begins like JSON and is none.
    #[error("it begins like JSON and is none: {0}")]
    Json(#[from] serde_json::Error),
    /// Nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// A text that is none.
    #[error("it is not text")]
    NotText,
}

/// Reads an inventory.
///
/// # Arguments
///
/// * `name`: the file's name, for the report.
/// * `bytes`: all of it.
/// * `mapped`: columns whose meaning the user says.
pub(crate) fn read(
    name: &str,
    bytes: &[u8],
    mapped: &[(String, Meaning)],
) -> Result<Inventory, InventoryError> {
    let (text, coding) = decoded(bytes)?;
    let mut inventory = match text.trim_start().chars().next() {
        None => return Err(InventoryError::Empty),
        Some('{' | '[') => json(&text)?,
        Some(_) => table::read(&text, mapped)?,
    };
    let short = Path::new(name).file_name().and_then(|it| it.to_str()).unwrap_or(name);
    inventory.source = short.into();
    if let Some(coding) = coding {
        inventory.form = format!("{}, {coding}", inventory.form).into();
    }
    Ok(inventory)
}

fn json(text: &str) -> Result<Inventory, InventoryError> {
    let document: serde_json::Value = serde_json::from_str(text)?;
    let says = |key: &str| document.get(key).and_then(serde_json::Value::as_str);
    if says("bomFormat").is_some_and(|it| it.eq_ignore_ascii_case("CycloneDX")) {
        Ok(bill::read(&document))
    } else if says("schema").is_some_and(|it| it.starts_with("houseguest.assessment/")) {
        Ok(report::read(&document))
    } else {
        Err(InventoryError::OtherJson)
    }
}

/// The text, and in which coding where it is not UTF-8.
fn decoded(bytes: &[u8]) -> Result<(String, Option<&'static str>), InventoryError> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2).filter_map(|it| it.try_into().ok());
        let units: Vec<u16> = pairs.map(unit).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Ok((wide(rest, u16::from_le_bytes), Some("UTF-16"))),
        [0xfe, 0xff, rest @ ..] => Ok((wide(rest, u16::from_be_bytes), Some("UTF-16"))),
        _ if bytes.contains(&0) => Err(InventoryError::NotText),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            Ok(match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), None),
                Err(_) => {
                    (bytes.iter().map(|it| char::from(*it)).collect(), Some("taken for Latin-1"))
                }
            })
        }
    }
}

/// A value with something in it.
fn filled(text: &str) -> Option<Box<str>> {
    /// What people write into cells they leave empty.
    const NOTHING: [&str; 8] = ["", "-", "--", "n/a", "na", "none", "unknown", "?"];

    let text = text.trim();
    let empty = NOTHING.iter().any(|it| text.eq_ignore_ascii_case(it));
    (!empty).then(|| text.into())
}

#[cfg(test)]
mod tests;
