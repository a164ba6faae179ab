//! See `entries/update.rs`.

#![no_main]

#[expect(dead_code, reason = "each target needs one of them")]
#[path = "../entries/mod.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::update::entry(bytes));
