//! The registries of numbers by columns in a pack's bytes.
//!
//! Row by row, a hundred thousand blocks take half as much room again once packed, and most of the
//! time that a pack takes to be read. By columns, a block is told by what it skips after the one
//! before and by its size, which are small numbers and often the same ones. In formats for people,
//! a block stays as it is.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A table that bytes hold by columns.
trait Table: Serialize + for<'de> Deserialize<'de> {
    type Row;
    fn of(rows: &[Self::Row]) -> Self;
    /// `None` if the columns do not fit each other.
    fn rows(self) -> Option<Vec<Self::Row>>;
}

fn write<T, S>(rows: &[T::Row], serializer: S) -> Result<S::Ok, S::Error>
where
    T: Table<Row: Serialize>,
    S: Serializer,
{
    if serializer.is_human_readable() {
        rows.serialize(serializer)
    } else {
        T::of(rows).serialize(serializer)
    }
}

fn read<'de, T, D>(deserializer: D) -> Result<Vec<T::Row>, D::Error>
where
    T: Table<Row: Deserialize<'de>>,
    D: Deserializer<'de>,
{
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    T::deserialize(deserializer)?.rows().ok_or_else(|| D::Error::custom("columns differ in length"))
}

/// `#[serde(with)]` for [`Prefix`](crate::kinds::Prefix)es.
pub(crate) mod prefixes {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Table};
    use crate::kinds::Prefix;

    /// Prefixes of up to 36 of 48 bits end in this many zeros, so that a skip is a multiple of it.
    const ZEROS: u32 = 12;

    #[derive(Serialize, Deserialize)]
    struct Columns {
        /// From the prefix before, rotated by [`ZEROS`] so that nothing is lost of others.
        skips: Vec<u64>,
        bits: Vec<u8>,
        registrants: Vec<u32>,
    }

    impl Table for Columns {
        type Row = Prefix;

        fn of(rows: &[Prefix]) -> Self {
            let before = [0].into_iter().chain(rows.iter().map(|it| it.first));
            let skip = |(row, before): (&Prefix, u64)| row.first.wrapping_sub(before);
            Self {
                skips: rows.iter().zip(before).map(|it| skip(it).rotate_right(ZEROS)).collect(),
                bits: rows.iter().map(|it| it.bits).collect(),
                registrants: rows.iter().map(|it| it.registrant).collect(),
            }
        }

        fn rows(self) -> Option<Vec<Prefix>> {
            let Self { skips, bits, registrants } = self;
            if skips.len() != bits.len() || skips.len() != registrants.len() {
                return None;
            }
            let mut first = 0_u64;
            let rows = skips.into_iter().zip(bits).zip(registrants);
            Some(
                rows.map(|((skip, bits), registrant)| {
                    first = first.wrapping_add(skip.rotate_left(ZEROS));
                    Prefix { first, bits, registrant }
                })
                .collect(),
            )
        }
    }

    pub(crate) fn serialize<S: Serializer>(
        prefixes: &[Prefix],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        super::write::<Columns, S>(prefixes, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Prefix>, D::Error> {
        super::read::<Columns, D>(deserializer)
    }
}

/// `#[serde(with)]` for [`AddressBlock`](crate::kinds::AddressBlock)s.
pub(crate) mod blocks {
    use std::collections::BTreeMap;

    use super::{Deserialize, Deserializer, Serialize, Serializer, Table};
    use crate::kinds::{AddressBlock, CountryCode};

    /// In place of a power of two: the size is the next of [`Columns::sizes`].
    const UNEVEN: u8 = u8::MAX;

    #[derive(Serialize, Deserialize)]
    struct Columns {
        /// From the end of the block before.
        skips: Vec<u128>,
        /// The power of two that is the block's number of addresses, or [`UNEVEN`].
        powers: Vec<u8>,
        /// One less than the number of addresses, for each that is no power of two.
        sizes: Vec<u128>,
        /// For each block, whose it is.
        holders: Vec<u32>,
        held: Vec<Holder>,
    }

    /// What many blocks have in common.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Holder {
        system: u32,
        operator: u32,
        registered_in: Option<CountryCode>,
        anywhere: bool,
    }

    impl Table for Columns {
        type Row = AddressBlock;

        fn of(rows: &[AddressBlock]) -> Self {
            let mut numbers: BTreeMap<Holder, u32> =
                rows.iter().map(|block| (holder(block), 0)).collect();
            for (index, number) in (0..).zip(numbers.values_mut()) {
                *number = index;
            }
            let mut columns = Self {
                skips: Vec::with_capacity(rows.len()),
                powers: Vec::with_capacity(rows.len()),
                sizes: Vec::new(),
                holders: rows.iter().filter_map(|it| numbers.get(&holder(it)).copied()).collect(),
                held: numbers.into_keys().collect(),
            };
            let mut next = 0;
            for &AddressBlock { first, last, .. } in rows {
                columns.skips.push(first.wrapping_sub(next));
                next = last.wrapping_add(1);
                let size = last.wrapping_sub(first);
                let power = power(size);
                columns.powers.push(power);
                if power == UNEVEN {
                    columns.sizes.push(size);
                }
            }
            columns
        }

        fn rows(self) -> Option<Vec<AddressBlock>> {
            let Self { skips, powers, sizes, holders, held } = self;
            if skips.len() != powers.len() || skips.len() != holders.len() {
                return None;
            }
            let mut sizes = sizes.into_iter();
            let mut next = 0_u128;
            let mut rows = Vec::with_capacity(skips.len());
            for ((skip, power), holder) in skips.into_iter().zip(powers).zip(holders) {
                let size = match power {
                    UNEVEN => sizes.next()?,
                    power => u128::MAX.checked_shr(128_u32.checked_sub(power.into())?).unwrap_or(0),
                };
                let first = next.wrapping_add(skip);
                let last = first.wrapping_add(size);
                next = last.wrapping_add(1);
                let &Holder { system, operator, registered_in, anywhere } =
                    held.get(usize::try_from(holder).ok()?)?;
                rows.push(AddressBlock { first, last, system, operator, registered_in, anywhere });
            }
            sizes.next().is_none().then_some(rows)
        }
    }

    fn holder(block: &AddressBlock) -> Holder {
        let &AddressBlock { system, operator, registered_in, anywhere, .. } = block;
        Holder { system, operator, registered_in, anywhere }
    }

    /// The power of two that `size`, which is one less, stands for.
    fn power(size: u128) -> u8 {
        if size & size.wrapping_add(1) == 0 {
            u8::try_from(size.trailing_ones()).unwrap_or(UNEVEN)
        } else {
            UNEVEN
        }
    }

    pub(crate) fn serialize<S: Serializer>(
        blocks: &[AddressBlock],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        super::write::<Columns, S>(blocks, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<AddressBlock>, D::Error> {
        super::read::<Columns, D>(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::kinds::{AddressBlock, CountryCode, Pack, Prefix};

    proptest! {
        #[test]
        fn any_blocks_read_back_as_they_were(
            blocks in prop::collection::vec(block(), 0..20),
            prefixes in prop::collection::vec(prefix(), 0..20),
        ) {
            let pack = Pack { addresses: blocks, prefixes, ..Pack::default() };
            prop_assert_eq!(Pack::from_bytes(&pack.to_bytes().unwrap()), Ok(pack));
        }
    }

    #[test]
    fn blocks_of_all_sizes_read_back_as_they_were() {
        let of = |first, last| AddressBlock { first, last, ..AddressBlock::default() };
        let mut addresses = vec![of(0, u128::MAX), of(5, 4), of(u128::MAX, u128::MAX), of(7, 11)];
        addresses.extend((0..128).map(|power| of(1, 1 << power)));
        addresses.extend((0..128).map(|power| of(9, 8_u128.wrapping_add(1 << power))));
        let pack = Pack { addresses, ..Pack::default() };
        assert_eq!(Pack::from_bytes(&pack.to_bytes().unwrap()), Ok(pack));
    }

    #[test]
    fn ten_thousand_neighbours_take_four_bytes_each() {
        let block = |at: u128| AddressBlock {
            first: (0xffff << 32) + (at << 8),
            last: (0xffff << 32) + (at << 8) + 0xff,
            system: 64496 + u32::try_from(at % 2).unwrap(),
            operator: 1,
            registered_in: CountryCode::new("NL"),
            anywhere: false,
        };
        let pack = Pack { addresses: (0..10_000).map(block).collect(), ..Pack::default() };
        let bytes = pack.to_bytes().unwrap();
        assert!(bytes.len() < 40_000, "{}", bytes.len());
    }

    fn block() -> impl Strategy<Value = AddressBlock> {
        let number = || prop_oneof![any::<u128>(), (0..1_u128 << 40), Just(0), Just(u128::MAX)];
        let country =
            prop::sample::select(vec![None, CountryCode::new("NL"), CountryCode::new("DE")]);
        (number(), number(), 0..4_u32, country, any::<bool>()).prop_map(
            |(first, last, system, registered_in, anywhere)| AddressBlock {
                first,
                last,
                system,
                operator: system / 2,
                registered_in,
                anywhere,
            },
        )
    }

    fn prefix() -> impl Strategy<Value = Prefix> {
        (any::<u64>(), any::<u8>(), any::<u32>()).prop_map(|(first, bits, registrant)| Prefix {
            first,
            bits,
            registrant,
        })
    }
}
