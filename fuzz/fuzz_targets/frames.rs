//! Any bytes as frames of one link.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| packets::fuzzing::frames(bytes));
