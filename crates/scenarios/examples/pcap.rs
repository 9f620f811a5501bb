//! Writes a scenario as a capture file: `cargo run --example pcap -- SCENARIO.toml OUT.pcap [SEED]`.

use std::error::Error;
use std::io::BufWriter;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("give a scenario and the file to write".into());
    };
    let seed = arguments.next().map_or(Ok(0), |seed| seed.parse())?;
    let scenario = scenarios::Scenario::parse(&fs::read_to_string(from)?)?;
    scenarios::pcap::write(scenario.frames(seed), &mut BufWriter::new(fs::File::create(to)?))?;
    Ok(())
}
