//! Any bytes as every log that is imported, and as datagrams of flows.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| capture::imports::fuzzing::imports(bytes));
