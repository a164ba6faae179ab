//! Which period the heading of a table names.

use crate::plan::{Cycle, Period};

/// `2019年第25周`, `2019年6月` in a heading.
pub(super) fn period_in(line: &str, cycle: Cycle) -> Option<Period> {
    let (before, after) = line.split_once('年')?;
    let year = before.get(before.len().checked_sub(4)?..)?;
    let after = after.trim_start().trim_start_matches('第').trim_start();
    let digits: String = after.chars().take_while(char::is_ascii_digit).take(2).collect();
    let (mark, letter) = match cycle {
        Cycle::Weekly => ('周', 'W'),
        Cycle::Monthly => ('月', 'M'),
    };
    let behind = after[digits.len()..].trim_start();
    // 2019年6月20日 is a day, no month.
    let rest = behind.strip_prefix(mark)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    format!("{year}-{letter}{number:02}").parse().ok()
}

/// `第24周`, `24周` at the head of a line: of the year of the period that is wanted.
pub(super) fn of_this_year(line: &str, wanted: Period, cycle: Cycle) -> Option<Period> {
    let mark = match cycle {
        Cycle::Weekly => '周',
        Cycle::Monthly => return None, // 6月 may be a day's
    };
    let (_, behind) = line.split_once('第')?;
    let (number, _) = behind.split_once(mark)?;
    let number: u32 = number.trim().parse().ok()?;
    let year = wanted.to_string();
    let year = year.split('-').next()?;
    format!("{year}-W{number:02}").parse().ok()
}
