//! How long the parts of an audit take: `cargo bench --bench speed`, with `-- stages` or `-- floods` behind it
//! for one group.
//!
//! Machines are noisy: only ratios of one run are worth quoting.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

mod floods;
mod stages;
mod traffic;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

criterion::criterion_group!(speed, stages::all, floods::all);
criterion::criterion_main!(speed);
