//! Tables of addresses in `MaxMind`'s DB format: who routes a block, or where it is registered.
//!
//! Format: <https://maxmind.github.io/MaxMind-DB/>.

use std::{collections::BTreeMap, net::IpAddr};

use maxminddb::Reader;
use serde::Deserialize;

use super::{ImportError, Imported};
use crate::kinds::{AddressBlock, CountryCode};

/// A row, of any of the common tables.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    #[serde(alias = "asn", alias = "autonomous_system_number")]
    system: Option<Number>,
    #[serde(alias = "as_name", alias = "name", alias = "autonomous_system_organization")]
    operator: Option<String>,
    country_code: Option<String>,
    country: Option<Place>,
    registered_country: Option<Place>,
}

/// A system's number, also where a table writes `AS64496`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u32),
    Written(String),
}

/// A country, by its code alone or with its names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Place {
    Code(String),
    Detailed { iso_code: Option<String> },
}

/// Reads every block of the table.
pub(super) fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let foreign = |error: maxminddb::MaxMindDbError| ImportError::Foreign(error.to_string());
    let table = Reader::from_source(bytes).map_err(foreign)?;
    let mut imported = Imported::default();
    let mut operators: BTreeMap<Box<str>, u32> = BTreeMap::from([("".into(), 0)]);
    imported.pack.operators.push("".into());
    for (place, found) in
        (1..).zip(table.networks(maxminddb::WithinOptions::default()).map_err(foreign)?)
    {
        let row = found.and_then(|it| Ok((it.network()?, it.decode::<Row>()?)));
        let Ok((network, Some(row))) = row else {
            imported.refuse(place, "the row is damaged");
            continue;
        };
        let Some((first, last)) = span(network.ip(), network.prefix()) else {
            imported.refuse(place, "the block is none");
            continue;
        };
        let name = row.operator.unwrap_or_default();
        let next = u32::try_from(operators.len()).unwrap_or(u32::MAX);
        let operator = *operators.entry(name.as_str().into()).or_insert_with(|| {
            imported.pack.operators.push(name.as_str().into());
            next
        });
        let country = row.country_code.or(code(row.country)).or(code(row.registered_country));
        imported.pack.addresses.push(AddressBlock {
            first,
            last,
            system: row.system.and_then(number).unwrap_or_default(),
            operator,
            registered_in: country.and_then(|it| CountryCode::new(&it.to_uppercase())),
            anywhere: false,
        });
        imported.take()?;
    }
    imported.pack.addresses.sort_unstable();
    Ok(imported)
}

fn number(number: Number) -> Option<u32> {
    match number {
        Number::Plain(number) => Some(number),
        Number::Written(text) => text.trim_start_matches(['A', 'S', 'a', 's']).parse().ok(),
    }
}

fn code(place: Option<Place>) -> Option<String> {
    match place? {
        Place::Code(code) => Some(code),
        Place::Detailed { iso_code } => iso_code,
    }
}

/// The first and last address of a block, IPv4 mapped into IPv6; `None` for a length beyond the
/// address.
fn span(address: IpAddr, length: u8) -> Option<(u128, u128)> {
    let (first, free) = match address {
        IpAddr::V4(v4) => (v4.to_ipv6_mapped().to_bits(), 32_u32.checked_sub(length.into())?),
        IpAddr::V6(v6) => (v6.to_bits(), 128_u32.checked_sub(length.into())?),
    };
    let hosts = 1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
    Some((first & !hosts, first | hosts))
}
