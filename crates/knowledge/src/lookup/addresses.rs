//! Who routes an address.

use std::net::IpAddr;

use super::Knowledge;
use crate::kinds::AddressBlock;

impl Knowledge {
    /// The block `address` is in, and the name of its operator.
    #[must_use]
    pub fn address(&self, address: IpAddr) -> Option<(&AddressBlock, &str)> {
        let number = match address {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let blocks = &self.pack.addresses;
        let after = blocks.partition_point(|it| it.first <= number);
        let block = blocks.get(after.checked_sub(1)?).filter(|it| number <= it.last)?;
        let operator = self.pack.operators.get(usize::try_from(block.operator).ok()?)?;
        Some((block, operator))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_address_is_in_the_block_that_spans_it() {
        check("192.0.2.0", Some("Net"));
        check("192.0.2.255", Some("Net"));
        check("192.0.3.0", None);
        check("2001:db8::1", Some("Net"));
        check("::", None);
    }

    #[track_caller]
    fn check(address: &str, operator: Option<&str>) {
        let blocks = "192.0.2.0\t192.0.2.255\t64496\tNL\n2001:db8::\t2001:db8::ff\t64496\t\n";
        let files = [("addresses/ip.tsv", blocks), ("addresses/systems.tsv", "64496\tNet\n")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let knowledge = Knowledge::new(crate::load(BTreeMap::from(files)).unwrap());
        let found = knowledge.address(address.parse().unwrap()).map(|(_, operator)| operator);
        assert_eq!(found, operator, "{address}");
    }
}
