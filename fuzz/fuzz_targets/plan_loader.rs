//! See `entries/plan_loader.rs`.

#![no_main]

#[expect(dead_code, reason = "each target needs one of them")]
#[path = "../entries/mod.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::plan_loader::entry(bytes));
