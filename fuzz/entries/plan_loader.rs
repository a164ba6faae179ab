//! A plan folder of any content: a plan that can be used, or problems.

use liaison_bot::message::Lexicon;
use liaison_bot::progress::{Figures, rank};

use super::county::{folder, now};

/// The first byte picks the file, the others are in it.
pub fn entry(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(text).into_owned();
    let mut folder = folder();
    let file = match first % 5 {
        0 => &mut folder.plan_toml,
        1 => &mut folder.units_csv,
        2 => &mut folder.indicators_csv,
        3 => &mut folder.targets_csv,
        _ => &mut folder.holidays_csv,
    };
    *file = text;
    match folder.load() {
        Err(problems) => assert!(!problems.is_empty()),
        Ok(plan) => {
            // Learning a plan's names takes as long as loading ten: not for each.
            if bytes.len().is_multiple_of(16) {
                let lexicon = Lexicon::new(&plan);
                for (unit, _) in plan.units().take(2) {
                    let _ = lexicon.read(&plan, unit, "小升规 2");
                }
            }
            if let Some(period) = plan.period_at(now()) {
                let _ = plan.deadline(period);
            }
            let _ = rank(&plan, &Figures::new(&plan), plan.local_day(now()));
        }
    }
}

/// The seed plan's files.
pub fn seeds() -> Vec<Vec<u8>> {
    let folder = folder();
    let files = [
        folder.plan_toml,
        folder.units_csv,
        folder.indicators_csv,
        folder.targets_csv,
        folder.holidays_csv,
    ];
    (0..).zip(files).map(|(at, text)| [&[at][..], text.as_bytes()].concat()).collect()
}
