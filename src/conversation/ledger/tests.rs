use proptest::prelude::*;

use super::*;
use crate::conversation::event::UserId;
use crate::conversation::snapshot::ReportKey;
use crate::plan::{IndicatorId, Period, UnitId};

fn row(revision: u32, message: i64, what: (Origin, i64), place: Option<u32>) -> Submission {
    let period: Period = "2019-W25".parse().unwrap();
    Submission {
        unit: UnitId(0),
        indicator: IndicatorId(0),
        revision,
        period,
        origin: what.0,
        value: Quantity(what.1),
        place: place.unwrap_or(revision),
        in_force: None,
        before: None,
        late: false,
        report: ReportKey { chat: ChatId(1), message: MessageId(message), edition: 0 },
        by: UserId(1),
        at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// Puts a row behind others as the desk does: with what is in force before and after it.
fn push(rows: &mut Vec<Submission>, message: i64, what: (Origin, i64), place: Option<u32>) {
    let revision = u32::try_from(rows.len()).unwrap() + 1;
    let mut new = row(revision, message, what, place);
    new.before = Ledger::of(rows.iter()).in_force();
    rows.push(new);
    let now = Ledger::of(rows.iter()).in_force();
    rows.last_mut().unwrap().in_force = now;
}

fn total(rows: &[Submission]) -> Option<i64> {
    Ledger::of(rows).in_force().map(|now| now.total.0)
}

const TOTAL: Origin = Origin::Total;
const ADDED: Origin = Origin::Increment;
const BACK: Origin = Origin::Withdrawal;

#[test]
fn a_changed_addition_changes_the_sum() {
    let mut rows = Vec::new();
    push(&mut rows, 1, (TOTAL, 20), None);
    push(&mut rows, 2, (ADDED, 3), None);
    push(&mut rows, 3, (ADDED, 2), None);
    assert_eq!(total(&rows), Some(25));
    push(&mut rows, 2, (ADDED, 4), Some(2));
    assert_eq!(total(&rows), Some(26));
    push(&mut rows, 3, (BACK, 2), Some(3));
    assert_eq!(total(&rows), Some(24));
    push(&mut rows, 1, (TOTAL, 30), Some(1));
    assert_eq!(total(&rows), Some(34));
    push(&mut rows, 1, (BACK, 30), Some(1));
    assert_eq!(total(&rows), None, "an addition to nothing is no total");
}

#[test]
fn a_correction_taken_back_gives_way_to_what_it_corrected() {
    let mut rows = Vec::new();
    push(&mut rows, 1, (TOTAL, 20), None);
    push(&mut rows, 2, (TOTAL, 22), Some(1));
    assert_eq!(total(&rows), Some(22));
    push(&mut rows, 2, (BACK, 22), Some(1));
    assert_eq!(total(&rows), Some(20));
    push(&mut rows, 1, (BACK, 20), Some(1));
    assert_eq!(total(&rows), None);
}

#[test]
fn a_later_total_covers_what_is_before_it() {
    let mut rows = Vec::new();
    push(&mut rows, 1, (TOTAL, 20), None);
    push(&mut rows, 2, (TOTAL, 22), None);
    push(&mut rows, 1, (TOTAL, 21), Some(1));
    assert_eq!(total(&rows), Some(22));
    let ledger = Ledger::of(&rows);
    let place = ledger.of_message(ChatId(1), MessageId(1)).unwrap();
    assert_eq!(place, 1);
    assert_eq!(ledger.covered(place).map(|row| row.value.0), Some(22));
}

proptest! {
    /// Whatever was said, corrected and taken back: from any row on, the books come to the same.
    #[test]
    fn any_end_of_the_history_comes_to_the_same(
        deeds in proptest::collection::vec((0..4_u8, 0..100_i64, any::<prop::sample::Index>()), 1..40),
    ) {
        let mut rows = Vec::new();
        push(&mut rows, 0, (TOTAL, 50), None);
        for (message, (deed, value, which)) in (1..).zip(deeds) {
            let ledger = Ledger::of(&rows);
            let standing: Vec<(u32, i64)> = rows
                .iter()
                .filter_map(|row| Some((ledger.place_of(row.revision)?, row.report.message.0)))
                .collect();
            let chosen = (!standing.is_empty()).then(|| *which.get(&standing));
            let origin = if value % 2 == 0 { TOTAL } else { ADDED };
            match (deed, chosen) {
                (1, Some((place, said))) => push(&mut rows, said, (origin, value), Some(place)),
                (2, Some((place, _))) => push(&mut rows, message, (origin, value), Some(place)),
                (3, Some((place, said))) => push(&mut rows, said, (BACK, 0), Some(place)),
                _ => push(&mut rows, message, (origin, value), None),
            }
        }
        let whole = Ledger::of(&rows).in_force();
        prop_assert_eq!(whole, rows.last().unwrap().in_force);
        for first in 1..rows.len() {
            // From a row on whose later rows change nothing older.
            let older = |row: &Submission| row.place < rows[first].revision;
            if rows[first..].iter().any(older) {
                continue;
            }
            prop_assert_eq!(Ledger::of(&rows[first..]).in_force(), whole, "from {}", first);
        }
    }
}
