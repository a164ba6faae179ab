//! What the fuzz targets and the replay in `cargo test` share: a file and an entry a target, each
//! with what it starts from. An entry takes any bytes, and panics where what comes of them is not
//! sound. The message reader's entry is beside its tests: `src/message/tests/bytes.rs`.

pub mod callback;
pub mod county;
pub mod plan_loader;
pub mod sheet;
pub mod update;

/// An entry, by the name of its fuzz target.
pub struct Target {
    pub name: &'static str,
    pub entry: fn(&[u8]),
    /// Inputs that mean something, to be changed from there.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

pub const TARGETS: [Target; 4] = [
    Target { name: "update", entry: update::entry, seeds: update::seeds },
    Target { name: "plan_loader", entry: plan_loader::entry, seeds: plan_loader::seeds },
    Target { name: "sheet", entry: sheet::entry, seeds: sheet::seeds },
    Target { name: "callback", entry: callback::entry, seeds: callback::seeds },
];
