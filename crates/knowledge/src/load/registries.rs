//! The two generated tables: MAC prefixes and address blocks, one a line, tab between columns.
//!
//! Lines that start with `#` say where a table comes from. Names repeat a lot, so each is kept once.

use std::{collections::BTreeMap, net::IpAddr};

use crate::kinds::{AddressBlock, Country, Pack, Prefix};

/// A line that is not what its table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) message: &'static str,
    /// Where it starts, in bytes from the start of the file.
    pub(super) offset: usize,
    pub(super) length: usize,
}

/// Both tables while they are read, with names as keys so that their numbers follow their order.
#[derive(Default)]
pub(super) struct Registries {
    registrants: BTreeMap<Box<str>, Vec<(u64, u8)>>,
    operators: BTreeMap<Box<str>, Vec<Block>>,
}

struct Block {
    first: u128,
    last: u128,
    system: u32,
    registered_in: Option<Country>,
    anywhere: bool,
}

impl Registries {
    /// Reads lines of `prefix registrant`; the prefix is 6, 7 or 9 hexadecimal digits.
    pub(super) fn prefixes(&mut self, text: &str) -> Result<(), BadLine> {
        each_line(text, |line| {
            let (prefix, registrant) =
                line.split_once('\t').ok_or("a line is `prefix registrant`")?;
            let bits = match prefix.len() {
                6 => 24,
                7 => 28,
                9 => 36,
                _ => return Err("a prefix has 6, 7 or 9 digits"),
            };
            let number =
                u64::from_str_radix(prefix, 16).map_err(|_| "a prefix is a hexadecimal number")?;
            let first = number << (48 - u32::from(bits));
            self.registrants.entry(registrant.into()).or_default().push((first, bits));
            Ok(())
        })
    }

    /// Reads lines of `first last system operator country anywhere`; the last two may be empty.
    pub(super) fn addresses(&mut self, text: &str) -> Result<(), BadLine> {
        each_line(text, |line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [first, last, system, operator, country, anywhere] = columns.as_slice() else {
                return Err("a line is `first last system operator country anywhere`");
            };
            let block = Block {
                first: number(first)?,
                last: number(last)?,
                system: system.parse().map_err(|_| "a system is a number")?,
                registered_in: (!country.is_empty()).then(|| (*country).into()),
                anywhere: !anywhere.is_empty(),
            };
            if block.first > block.last {
                return Err("a block ends before it starts");
            }
            self.operators.entry((*operator).into()).or_default().push(block);
            Ok(())
        })
    }

    pub(super) fn finish(self, pack: &mut Pack) {
        for (index, (registrant, prefixes)) in (0..).zip(self.registrants) {
            pack.registrants.push(registrant);
            let entries =
                prefixes.iter().map(|&(first, bits)| Prefix { first, bits, registrant: index });
            pack.prefixes.extend(entries);
        }
        for (index, (operator, blocks)) in (0..).zip(self.operators) {
            pack.operators.push(operator);
            pack.addresses.extend(blocks.into_iter().map(|block| block.numbered(index)));
        }
        pack.prefixes.sort_unstable();
        pack.addresses.sort_unstable();
    }
}

impl Block {
    fn numbered(self, operator: u32) -> AddressBlock {
        let Self { first, last, system, registered_in, anywhere } = self;
        AddressBlock { first, last, system, operator, registered_in, anywhere }
    }
}

/// Hands each line that is no comment to `read`, and says where the first bad one is.
fn each_line(
    text: &str,
    mut read: impl FnMut(&str) -> Result<(), &'static str>,
) -> Result<(), BadLine> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if !bare.is_empty() && !bare.starts_with('#') {
            read(bare).map_err(|message| BadLine { message, offset, length: bare.len() })?;
        }
        offset += line.len();
    }
    Ok(())
}

fn number(address: &str) -> Result<u128, &'static str> {
    let address: IpAddr = address.parse().map_err(|_| "an address is not one")?;
    Ok(match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    })
}
