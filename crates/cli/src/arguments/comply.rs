//! What can be typed after `comply`.

use std::path::PathBuf;

use clap::Args;

use crate::inventory::Meaning;

pub(crate) const EXAMPLES: &str = "\
Examples:
  houseguest comply assets.csv --policy us-federal-contractor
  houseguest comply assets.csv --policy us-federal-contractor --format html -o attestation.html
  houseguest comply bill.cdx.json --policy us-federal-contractor --format sarif -o bill.sarif
  houseguest comply assets.csv --policy us-state-tx --as-of 2025-06-01
  houseguest comply assets.csv --policy us-federal-contractor --map 'Brand (label)=brand' --map Loc=location
  houseguest audit office.pcap --format json | houseguest comply - --policy us-federal-contractor

Columns may stand in any order and are recognised by their heads in several wordings; the report
says what each was taken for. Meanings for --map: name, brand, manufacturer, model, type, fcc-id, mac,
module, made-in, produced-in, authorised, consumer, quantity, location, ignored.

Answers: yes (an entry of a list touches it), no (the maker is known and the whole list is in the pack),
unknown (everything else, with what is missing). Exit codes: 1 if something is listed;
else 3 if lines were lost because they could not be read, or there are none; else 0.";

/// What to hold against which lists.
#[derive(Debug, Args)]
pub(crate) struct Comply {
    /// An inventory: CSV in any column order, CycloneDX JSON, our own JSON, or - for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Whose lists count; `houseguest knowledge show policies` lists them.
    #[arg(long, value_name = "POLICY", env = "HOUSEGUEST_POLICY")]
    pub(crate) policy: String,
    /// The day to answer for, as 2025-06-01; today if not given.
    #[arg(long, value_name = "DATE", value_parser = day, env = "HOUSEGUEST_AS_OF")]
    pub(crate) as_of: Option<String>,
    /// How to write the answer.
    #[arg(short, long, default_value = "text", value_parser = clap::builder::PossibleValuesParser::new(reports::comply::ALL.iter().map(reports::comply::Format::name)))]
    pub(crate) format: String,
    /// Where to write it; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What a column means, where its head does not tell; may be repeated.
    #[arg(long, value_name = "COLUMN=MEANING", value_parser = mapping)]
    pub(crate) map: Vec<(String, Meaning)>,
    /// Say nothing on standard error but failures.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

fn day(text: &str) -> Result<String, String> {
    if text.len() == 10 && knowledge::dates::is_date(text) {
        Ok(text.to_owned())
    } else {
        Err("a day looks like 2025-06-01".to_owned())
    }
}

fn mapping(text: &str) -> Result<(String, Meaning), String> {
    let (column, word) = text.rsplit_once('=').ok_or("a mapping looks like 'Column name=brand'")?;
    let meaning = Meaning::from_word(word.trim())
        .ok_or_else(|| format!("`{word}` is no meaning; there is {}", Meaning::words()))?;
    Ok((column.trim().to_owned(), meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_mappings_are_checked() {
        assert!(day("2025-06-01").is_ok());
        assert!(day("2025-06").is_err());
        assert!(day("2025-06-31").is_err());
        assert_eq!(mapping("Name = on box=brand").unwrap().0, "Name = on box");
        assert!(mapping("Name=colour").unwrap_err().contains("produced-in"));
        assert!(mapping("Name").is_err());
    }
}
