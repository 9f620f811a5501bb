//! The program `houseguest`.

mod arguments;
mod calendar;
mod commands;
mod embedded;
mod failure;
mod installed;
mod inventory;
mod notes;
mod output;
mod progress;

use std::process::ExitCode;

/// Faster than the system's where many small values come and go, as they do here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(arguments::parse())
}
