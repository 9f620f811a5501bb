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
    take_memory_in_small_pages();
    commands::run(arguments::parse())
}

/// What is kept of a capture is written once, a little for each host: clearing pages of two MiB ahead of it costs more than it saves,
/// in time and in memory. Where the system refuses, all goes on as it is.
fn take_memory_in_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
