//! The generated tables: MAC prefixes, address blocks and the systems that announce them.
//!
//! One entry a line, tab between columns; lines that start with `#` say where a table comes from.
//! Names repeat a lot, so a pack keeps each once and counts into the list of them.

use std::{collections::BTreeMap, net::IpAddr};

use crate::kinds::{AddressBlock, CountryCode, Pack, Prefix};

/// A line that is not what its table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) message: &'static str,
    /// Where it starts, in bytes from the start of the file.
    pub(super) offset: usize,
    pub(super) length: usize,
}

/// The tables while they are read.
#[derive(Default)]
pub(super) struct Registries {
    /// Prefixes by registrant, so that registrants are numbered in the order of their names.
    registrants: BTreeMap<Box<str>, Vec<(u64, u8)>>,
    /// The operator of each system.
    systems: BTreeMap<u32, Box<str>>,
    /// Blocks whose operator is still to be numbered.
    blocks: Vec<AddressBlock>,
}

impl Registries {
    /// Reads lines of `prefix registrant`; the prefix is 6, 7 or 9 hexadecimal digits.
    pub(super) fn prefixes(&mut self, text: &str) -> Result<(), BadLine> {
        each_line(text, |columns| {
            let [prefix, registrant] = columns else { return Err("a line is `prefix registrant`") };
            let bits = match prefix.len() {
                6 => 24,
                7 => 28,
                9 => 36,
                _ => return Err("a prefix has 6, 7 or 9 digits"),
            };
            let number =
                u64::from_str_radix(prefix, 16).map_err(|_| "a prefix is a hexadecimal number")?;
            let first = number << (48 - u32::from(bits));
            self.registrants.entry((*registrant).into()).or_default().push((first, bits));
            Ok(())
        })
    }

    /// Reads lines of `system operator`.
    pub(super) fn systems(&mut self, text: &str) -> Result<(), BadLine> {
        each_line(text, |columns| {
            let [system, operator] = columns else { return Err("a line is `system operator`") };
            self.systems.insert(system_number(system)?, (*operator).into());
            Ok(())
        })
    }

    /// Reads lines of `first last system country`; the country may be empty.
    pub(super) fn addresses(&mut self, text: &str) -> Result<(), BadLine> {
        each_line(text, |columns| {
            let [first, last, system, country] = columns else {
                return Err("a line is `first last system country`");
            };
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return Err("a block ends before it starts");
            }
            let registered_in = CountryCode::new(country);
            if registered_in.is_none() && !country.is_empty() {
                return Err("a country has two capital letters");
            }
            self.blocks.push(AddressBlock {
                first,
                last,
                system: system_number(system)?,
                operator: 0,
                registered_in,
                anywhere: false,
            });
            Ok(())
        })
    }

    /// Numbers the names, and marks the blocks of networks that answer from many places.
    pub(super) fn finish(mut self, pack: &mut Pack) {
        for (index, (registrant, prefixes)) in (0..).zip(self.registrants) {
            pack.registrants.push(registrant);
            let entries =
                prefixes.iter().map(|&(first, bits)| Prefix { first, bits, registrant: index });
            pack.prefixes.extend(entries);
        }
        for (system, network) in &pack.networks {
            self.systems.insert(*system, network.name.clone());
        }
        let mut numbers: BTreeMap<&str, u32> =
            self.blocks.iter().map(|block| (operator(&self.systems, block.system), 0)).collect();
        for (index, (operator, number)) in (0..).zip(&mut numbers) {
            pack.operators.push((*operator).into());
            *number = index;
        }
        for mut block in self.blocks {
            let operator = operator(&self.systems, block.system);
            block.operator = numbers.get(operator).copied().unwrap_or_default();
            block.anywhere = pack.networks.get(&block.system).is_some_and(|it| it.anywhere);
            pack.addresses.push(block);
        }
        pack.prefixes.sort_unstable();
        pack.addresses.sort_unstable();
    }
}

/// The name of a system's operator; empty where the tables do not say.
fn operator(systems: &BTreeMap<u32, Box<str>>, system: u32) -> &str {
    systems.get(&system).map_or("", AsRef::as_ref)
}

/// Hands the columns of each line that is no comment to `read`, and says where the first bad one is.
fn each_line(
    text: &str,
    mut read: impl FnMut(&[&str]) -> Result<(), &'static str>,
) -> Result<(), BadLine> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if !bare.is_empty() && !bare.starts_with('#') {
            let columns: Vec<_> = bare.split('\t').collect();
            read(&columns).map_err(|message| BadLine { message, offset, length: bare.len() })?;
        }
        offset += line.len();
    }
    Ok(())
}

fn system_number(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "a system is a number")
}

fn number(address: &str) -> Result<u128, &'static str> {
    let address: IpAddr = address.parse().map_err(|_| "an address is not one")?;
    Ok(match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_in_their_order_and_marks_what_is_anywhere() {
        let mut tables = Registries::default();
        assert_eq!(tables.prefixes("# made\n00005e\tZed\n0050c2000\tAlpha\n"), Ok(()));
        assert_eq!(tables.systems("64496\tExample Net\n"), Ok(()));
        let lines = "192.0.2.0\t192.0.2.255\t64496\tNL\n2001:db8::\t2001:db8::ff\t64497\t\n";
        assert_eq!(tables.addresses(lines), Ok(()));
        let mut pack = Pack::default();
        tables.finish(&mut pack);
        assert_eq!(pack.registrants, ["Alpha".into(), "Zed".into()]);
        assert_eq!(
            pack.prefixes.first().map(|it| (it.first, it.bits, it.registrant)),
            Some((0x5e00_0000, 24, 1))
        );
        assert_eq!(pack.operators, ["".into(), "Example Net".into()]);
        assert_eq!(pack.addresses.first().map(|it| (it.operator, it.system)), Some((1, 64496)));
    }

    #[test]
    fn says_where_a_bad_line_is() {
        check_prefixes("00005\tA\n", 0, "a prefix has 6, 7 or 9 digits");
        check_prefixes("# a\n00005e\tA\nzz005e\tA\n", 13, "a prefix is a hexadecimal number");
        check_prefixes("00005e A\n", 0, "a line is `prefix registrant`");
    }

    #[track_caller]
    fn check_prefixes(text: &str, offset: usize, message: &'static str) {
        let bad = Registries::default().prefixes(text).unwrap_err();
        assert_eq!((bad.offset, bad.message), (offset, message));
    }
}
