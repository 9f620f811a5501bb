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
