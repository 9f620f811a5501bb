//! The project's own chores, as one command: `cargo xtask NAME`.
//!
//! Each chore is one file. They run programs and print what they run, so that a reader can do the
//! same by hand.

mod agree;
mod bench;
mod browser;
mod data;
mod deb;
mod interface;
mod lab;
mod live;
mod steps;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test              everything a clean clone must pass
cargo xtask check             the same and what else is installed: cargo-deny, typos
cargo xtask bench             how long each stage of an audit takes, and floods of many kinds
cargo xtask bench CAPTURE…    CPU time, wall time and memory of `houseguest audit`, beside a bare read
cargo xtask agree FOLDER      which flows of nDPI's captures we take for what nDPI takes them for
cargo xtask browser           the pages in Chromium: light, dark, phone, keyboard, axe (node, npm, Chromium)
cargo xtask data              the pack's registry tables anew, from pinned packages
cargo xtask interface         the interface for programs against its description (Python, PyPI)
cargo xtask lab [PROGRAM]     a home of network namespaces in which `watch` proves itself (root)
cargo xtask deb [PROGRAM]     a Debian package of the release program, or of PROGRAM
cargo xtask deb-try           installs, upgrades and purges that package in a copy of this system (root)
cargo xtask live [PROGRAM]    packets a second that `audit -i` hears without loss (root);
                              --replay CAPTURE before it sends that, not made packets
cargo xtask load [PROGRAM]    how fast pages are for fifty visitors while traffic pours in (root);
                              --replay CAPTURE too, --pause SECONDS between two pages of a visitor,
                              --check only to see that none fails
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("test") => steps::test(),
        Some("check") => steps::check(),
        Some("bench") => bench::run(&arguments.collect::<Vec<_>>()),
        Some("agree") => agree::run(&arguments.collect::<Vec<_>>()),
        Some("browser") => browser::run(),
        Some("interface") => interface::run(),
        Some("data") => data::run(&arguments.collect::<Vec<_>>()),
        Some("lab") => lab::run(&arguments.collect::<Vec<_>>()),
        Some("load") => live::load::run(&arguments.collect::<Vec<_>>()),
        Some("deb") => deb::make(&arguments.collect::<Vec<_>>()),
        Some("deb-try") => deb::tried::run(),
        Some("live") => live::run(&arguments.collect::<Vec<_>>()),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            steps::say(&problem);
            ExitCode::FAILURE
        }
    }
}
