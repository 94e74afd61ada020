//! What it holds is in the documentation of `hearsay::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hearsay::fuzzing::filter(data));
