//! The program `houseguest`.

mod arguments;
mod commands;
mod embedded;
mod failure;
mod output;
mod progress;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run(arguments::parse())
}
