//! Working days (工作日): weekends, State Council holidays, and the weekends worked to make up for them.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// What `holidays.csv` says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// A rest day by notice (放假).
    Off,
    /// A Saturday or Sunday that is worked (调休上班).
    Work,
}

/// Says which days are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, DayKind>,
}

impl Calendar {
    /// A calendar from the days a notice names; all other days follow the week.
    #[must_use]
    pub fn new(days: BTreeMap<NaiveDate, DayKind>) -> Self {
        Self { days }
    }

    /// Whether offices work on this day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        match self.days.get(&day) {
            Some(DayKind::Off) => false,
            Some(DayKind::Work) => true,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The day itself if it is worked, else the nearest working day after (`forward`) or before it.
    #[must_use]
    pub fn nearest_working_day(&self, day: NaiveDate, forward: bool) -> NaiveDate {
        let mut day = day;
        while !self.is_working_day(day) {
            day = step(day, forward);
        }
        day
    }

    /// The working day `count` working days after `day` (before it, if negative).
    ///
    /// 0 is the day itself if worked, else the next working day.
    #[must_use]
    pub fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        if count == 0 {
            return self.nearest_working_day(day, true);
        }
        let mut day = day;
        for _ in 0..count.unsigned_abs() {
            day = self.nearest_working_day(step(day, count > 0), count > 0);
        }
        day
    }
}

fn step(day: NaiveDate, forward: bool) -> NaiveDate {
    let next = if forward {
        day.checked_add_days(Days::new(1))
    } else {
        day.checked_sub_days(Days::new(1))
    };
    next.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_working_saturday_counts_and_a_holiday_does_not() {
        let calendar = Calendar::new(BTreeMap::from([
            (day("2019-10-01"), DayKind::Off),
            (day("2019-09-29"), DayKind::Work),
        ]));
        assert!(calendar.is_working_day(day("2019-09-29")), "a Sunday, worked");
        assert!(!calendar.is_working_day(day("2019-10-01")), "a Tuesday, off");
        assert_eq!(calendar.add_working_days(day("2019-10-02"), -2), day("2019-09-29"));
        assert_eq!(calendar.nearest_working_day(day("2019-10-01"), true), day("2019-10-02"));
        assert_eq!(calendar.nearest_working_day(day("2019-10-01"), false), day("2019-09-30"));
        assert_eq!(calendar.add_working_days(day("2019-10-05"), 0), day("2019-10-07"));
    }
}
