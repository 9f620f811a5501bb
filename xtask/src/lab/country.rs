//! Addresses of two countries, as the pack knows them, for the lab's cloud: they stand in its namespace
//! alone.

use std::{fs, net::Ipv4Addr, path::Path};

/// A server's address, and the country it is registered in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) country: String,
    pub(super) address: Ipv4Addr,
}

/// One address of each of two countries, of networks that are not told to answer from many.
pub(super) fn two() -> Result<[Place; 2], String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge/addresses");
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let (blocks, networks) = (read("ipv4.tsv")?, read("networks.toml")?);
    let named: Vec<&str> =
        networks.lines().filter_map(|line| line.strip_prefix("system = ")).collect();
    let place = |country: &str| {
        blocks
            .lines()
            .find_map(|line| block(line, country, &named))
            .ok_or_else(|| format!("the pack has no address that is registered in {country}"))
    };
    Ok([place("DE")?, place("JP")?])
}

/// An address in a block of that country with more than a few, if that is what the line says.
fn block(line: &str, country: &str, named: &[&str]) -> Option<Place> {
    const MANY: u32 = 4_096;
    /// Not the first, which some take for the network's own.
    const WITHIN: u32 = 77;

    let mut fields = line.split('\t');
    let first: Ipv4Addr = fields.next()?.parse().ok()?;
    let last: Ipv4Addr = fields.next()?.parse().ok()?;
    let system = fields.next()?;
    let fits = fields.next()? == country && last.to_bits() - first.to_bits() >= MANY;
    (fits && !named.contains(&system)).then(|| Place {
        country: country.to_owned(),
        address: Ipv4Addr::from_bits(first.to_bits() + WITHIN),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_of_unnamed_networks_are_taken() {
        check("192.0.0.0\t192.0.255.255\t64500\tDE", Some("192.0.0.77"));
        check("192.0.0.0\t192.0.0.255\t64500\tDE", None);
        check("192.0.0.0\t192.0.255.255\t64500\tJP", None);
        check("192.0.0.0\t192.0.255.255\t64501\tDE", None);
        check("# first\tlast\tsystem\tregistered in", None);
    }

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let found = block(line, "DE", &["64501"]).map(|place| place.address.to_string());
        assert_eq!(found.as_deref(), expected, "{line}");
    }
}
