//! What is printed on boxes and labels: FCC IDs, barcodes; and domains.
//!
//! An FCC ID begins with the code of the company that applied (three signs beginning with a letter,
//! or five beginning with a digit, as the FCC describes them). A barcode's first digits name the office of GS1
//! that gave out the number, and nothing about the place of production (GS1, "company prefix").

use knowledge::Knowledge;

use super::{By, Found, Meant, Remark};

/// Adds what `text` means as a code, where it looks like one.
pub(super) fn find(text: &str, knowledge: &Knowledge, found: &mut Found) {
    let bare = text.trim();
    if let Some(barcode) = barcode(bare) {
        return find_barcode(&barcode, knowledge, found);
    }
    let bare = bare.strip_prefix("FCC ID").unwrap_or(bare).trim_start_matches([':', ' ']);
    find_authorisation(bare, knowledge, found);
    if found.readings.is_empty() && bare.contains('.') && !bare.contains(' ') {
        find_domain(&bare.to_lowercase(), knowledge, found);
    }
}

fn find_authorisation(text: &str, knowledge: &Knowledge, found: &mut Found) {
    let asked = sign(text);
    for product in knowledge.pack().products.values() {
        if product.fcc_ids.iter().any(|id| sign(id) == asked) {
            found.add(Meant::Product(product.id.clone()), By::FccId);
        }
    }
    if !found.readings.is_empty() || asked.len() < 3 || text.contains(' ') {
        return;
    }
    for organisation in knowledge.pack().organisations.values() {
        let mut codes = organisation.grantee_codes.iter();
        let Some(code) = codes.find(|code| asked.starts_with(&sign(code)) && is_code(code)) else {
            continue;
        };
        found.add(Meant::Organisation(organisation.id.clone()), By::GranteeCode);
        if asked.len() > code.len() {
            found.remarks.push(Remark::OnlyGrantee(code.clone()));
        }
    }
}

fn is_code(code: &str) -> bool {
    let digit = code.starts_with(|letter: char| letter.is_ascii_digit());
    code.len() == if digit { 5 } else { 3 }
}

/// Letters and digits, upper case: dashes are set differently on every label.
fn sign(text: &str) -> String {
    let signs = text.chars().filter(char::is_ascii_alphanumeric);
    signs.map(|it| it.to_ascii_uppercase()).collect()
}

fn find_barcode(barcode: &str, knowledge: &Knowledge, found: &mut Found) {
    for product in knowledge.pack().products.values() {
        if product.barcodes.iter().any(|it| padded(it) == barcode) {
            found.add(Meant::Product(product.id.clone()), By::Barcode);
        }
    }
    if found.readings.is_empty() {
        let prefix = barcode.get(1..4).unwrap_or_default();
        found.remarks.push(Remark::Barcode(prefix.into()));
    }
}

/// The number as 14 digits, if its length and check digit are those of a barcode.
fn barcode(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|it| !matches!(it, ' ' | '-')).collect();
    let fits = matches!(digits.len(), 8 | 12 | 13 | 14);
    if !fits || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let padded = padded(&digits);
    let weighted = padded.bytes().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    sum.is_multiple_of(10).then_some(padded)
}

fn padded(digits: &str) -> String {
    format!("{digits:0>14}")
}

fn find_domain(name: &str, knowledge: &Knowledge, found: &mut Found) {
    let Some(destination) = knowledge.destination(name) else { return };
    if let Some(brand) = &destination.brand {
        found.add(Meant::Brand { brand: brand.clone(), model: None }, By::Domain);
    }
    if let Some(organisation) = &destination.organisation {
        found.add(Meant::Organisation(organisation.clone()), By::Domain);
    }
}
