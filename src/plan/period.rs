//! Reporting periods (报送期) and their deadlines (截止).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Calendar;

/// How long one period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cycle {
    /// Monday to Sunday, numbered as ISO 8601 numbers weeks.
    Weekly,
    /// A calendar month.
    Monthly,
}

/// One reporting period: `2019-W25` or `2019-M06`, ordered by time within a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The (ISO) year.
    pub year: i32,
    /// Its number in the year: week 1–53 or month 1–12.
    pub number: u32,
    /// Weeks or months.
    pub cycle: Cycle,
}

impl Period {
    /// The period that contains a day.
    #[must_use]
    pub fn containing(day: NaiveDate, cycle: Cycle) -> Self {
        match cycle {
            Cycle::Weekly => {
                let week = day.iso_week();
                Self { year: week.year(), number: week.week(), cycle }
            }
            Cycle::Monthly => Self { year: day.year(), number: day.month(), cycle },
        }
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        match self.cycle {
            Cycle::Weekly => NaiveDate::from_isoywd_opt(self.year, self.number, Weekday::Mon),
            Cycle::Monthly => NaiveDate::from_ymd_opt(self.year, self.number, 1),
        }
        .unwrap_or_default()
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day() - Days::new(1)
    }

    /// The period after this one.
    #[must_use]
    pub fn next(self) -> Self {
        let later = match self.cycle {
            Cycle::Weekly => self.first_day() + Days::new(7),
            Cycle::Monthly => self.first_day() + Months::new(1),
        };
        Self::containing(later, self.cycle)
    }

    /// The period before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::containing(self.first_day() - Days::new(1), self.cycle)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.cycle {
            Cycle::Weekly => 'W',
            Cycle::Monthly => 'M',
        };
        write!(f, "{:04}-{letter}{:02}", self.year, self.number)
    }
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a period: write 2019-W25 or 2019-M06")]
pub struct NotAPeriod(pub String);

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let wrong = || NotAPeriod(text.to_owned());
        let (year, rest) = text.split_once('-').ok_or_else(wrong)?;
        let cycle = match rest.get(..1) {
            Some("W") => Cycle::Weekly,
            Some("M") => Cycle::Monthly,
            _ => return Err(wrong()),
        };
        let year = year.parse().map_err(|_| wrong())?;
        let number = rest[1..].parse().map_err(|_| wrong())?;
        let first = match cycle {
            Cycle::Weekly => NaiveDate::from_isoywd_opt(year, number, Weekday::Mon),
            Cycle::Monthly => NaiveDate::from_ymd_opt(year, number, 1),
        };
        first.map(|_| Self { year, number, cycle }).ok_or_else(wrong)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// When figures are due: the `[reporting]` table of `plan.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporting {
    /// Weeks or months.
    pub cycle: Cycle,
    /// Days from the period's first day to the deadline's day (Thursday of a week: 3).
    pub deadline_offset: u64,
    /// The local time of the deadline.
    pub deadline_time: NaiveTime,
    /// How many periods back still take late reports that name their period (上周, 第24周).
    pub late_periods: u32,
    /// Whether a deadline on a rest day moves to the next working day (else to the one before).
    pub moves_forward: bool,
}

impl Reporting {
    /// The working day on which a period's figures are due.
    #[must_use]
    pub fn deadline_day(&self, period: Period, calendar: &Calendar) -> NaiveDate {
        let day = period.first_day() + Days::new(self.deadline_offset);
        calendar.nearest_working_day(day, self.moves_forward)
    }

    /// The instant at which a period's figures are due.
    #[must_use]
    pub fn deadline(&self, period: Period, calendar: &Calendar, zone: Tz) -> DateTime<Utc> {
        local_instant(self.deadline_day(period, calendar).and_time(self.deadline_time), zone)
    }
}

/// A local time as an instant; a time that a clock change skips counts as the next valid hour.
#[must_use]
pub fn local_instant(local: chrono::NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    (0..=3)
        .find_map(|hours| {
            zone.from_local_datetime(&(local + chrono::Duration::hours(hours))).earliest()
        })
        .map_or_else(|| local.and_utc(), |instant| instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_run_over_the_turn_of_the_year() {
        assert_eq!(period("2018-W52").next(), period("2019-W01"));
        assert_eq!(period("2019-W01").first_day(), "2018-12-31".parse().unwrap());
        assert_eq!(period("2020-W53").last_day(), "2021-01-03".parse().unwrap());
        assert_eq!(period("2019-M01").previous(), period("2018-M12"));
        assert!("2019-W53".parse::<Period>().is_err(), "2019 has 52 weeks");
    }

    #[test]
    fn written_and_read_back() {
        for text in ["2019-W01", "2018-M12"] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in ["", "2019", "2019-", "2019-X01", "2019-M13", "2019-周1"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
