//! Arbitrary bytes through the message reader: the first picks the unit, the others are the message.
//! It must not panic, and the reading must be sound.

#![no_main]

use std::sync::LazyLock;

use liaison_bot::message::Lexicon;
use liaison_bot::plan::{Plan, PlanFolder, UnitId};

#[path = "../../src/message/tests/bytes.rs"]
mod bytes;

static COUNTY: LazyLock<(Plan, Lexicon)> = LazyLock::new(|| {
    let folder = PlanFolder {
        plan_toml: include_str!("../../seeds/lanxi-2018-2020/plan.toml").into(),
        units_csv: include_str!("../../seeds/lanxi-2018-2020/units.csv").into(),
        indicators_csv: include_str!("../../seeds/lanxi-2018-2020/indicators.csv").into(),
        targets_csv: include_str!("../../seeds/lanxi-2018-2020/targets.csv").into(),
        holidays_csv: include_str!("../../seeds/lanxi-2018-2020/holidays.csv").into(),
    };
    let plan = folder.load().expect("the seed plan loads");
    let lexicon = Lexicon::new(&plan);
    (plan, lexicon)
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (plan, lexicon) = &*COUNTY;
    bytes::read_bytes(plan, lexicon, bytes);
});
