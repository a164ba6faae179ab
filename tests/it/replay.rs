//! The fuzz targets' own entries, fed for a moment with inputs that are changed at random: bytes
//! lost, changed, doubled, and pieces of one put into another. The seed is printed; `FUZZ_SEED` brings
//! a run back, `FUZZ_RUNS` makes it longer.

use std::time::{Duration, Instant};

#[path = "../../fuzz/entries/mod.rs"]
mod entries;

use entries::{TARGETS, Target};

/// How long a target is fed if nobody says how often.
const MOMENT: Duration = Duration::from_millis(1500);

/// A small generator (xorshift), so that a failure can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }
}

/// Numbers, brackets and marks that readers stumble over.
const SCRAPS: [&[u8]; 16] = [
    b"-1",
    b"9223372036854775807",
    b"18446744073709551616",
    b"1e309",
    b"0.1",
    b":",
    b",",
    b"\"",
    b"{",
    b"[",
    b"]}",
    b"\\u0000",
    b"\xff",
    b"\n",
    "万".as_bytes(),
    "\u{202e}".as_bytes(),
];

fn changed(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(24)).min(bytes.len());
        match dice.below(6) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.below(256).to_le_bytes()[0];
                }
            }
            2 => {
                let scrap = SCRAPS[dice.below(SCRAPS.len())];
                drop(bytes.splice(at..end, scrap.iter().copied()));
            }
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
            4 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len());
                let piece = other[from..(from + dice.below(40)).min(other.len())].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            // Its digits become others: numbers stay numbers.
            _ => {
                let digits = bytes.iter_mut().skip(at).filter(|byte| byte.is_ascii_digit());
                if let Some(digit) = digits.take(1 + dice.below(3)).last() {
                    *digit = b"0123456789"[dice.below(10)];
                }
            }
        }
    }
    bytes
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn replay(target: &Target) {
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.entry)(seed);
    }
    let seed = number("FUZZ_SEED").unwrap_or(0x5eed_2019);
    let runs = number("FUZZ_RUNS");
    println!("FUZZ_SEED={seed}");
    let (mut dice, mut count, started) = (Dice(seed | 1), 0, Instant::now());
    while runs.map_or_else(|| started.elapsed() < MOMENT, |runs| count < runs) {
        let bytes = changed(&mut dice, &seeds);
        let result = std::panic::catch_unwind(|| (target.entry)(&bytes));
        assert!(result.is_ok(), "seed {seed}, run {count}: {:?}", String::from_utf8_lossy(&bytes));
        count += 1;
    }
    println!("{}: {count} runs in {:?}", target.name, started.elapsed());
}

#[test]
fn updates_of_any_content_become_events() {
    replay(&TARGETS[0]);
}

#[test]
fn plan_folders_of_any_content_load_or_say_why() {
    replay(&TARGETS[1]);
}

#[test]
fn files_of_any_content_are_read_or_refused() {
    replay(&TARGETS[2]);
}

#[test]
fn buttons_of_any_content_do_no_harm() {
    replay(&TARGETS[3]);
}

/// Writes what the fuzz targets start from into `fuzz/corpus`.
#[test]
#[ignore = "only before fuzzing"]
fn write_the_fuzz_corpus() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let write = |target: &str, seeds: &[Vec<u8>]| {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:04}")), seed).unwrap();
        }
    };
    for target in TARGETS {
        write(target.name, &(target.seeds)());
    }
    let cases =
        [include_str!("../messages/examples.jsonl"), include_str!("../messages/cases.jsonl")];
    let text =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].clone();
    let texts =
        cases.iter().flat_map(|file| file.lines()).filter(|line| !line.is_empty()).map(text);
    let message = |(unit, text): (u8, serde_json::Value)| {
        [&[unit][..], text.as_str().unwrap_or_default().as_bytes()].concat()
    };
    let units = (0..27).cycle();
    write("message_reader", &units.zip(texts).map(message).collect::<Vec<_>>());
}
