//! Materials (工作总结等材料): documents that are due every month, quarter or year.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::period::local_instant;
use super::{Plan, UnitId};

/// So many days before a term ends, its material is taken already.
const EARLY_DAYS: u64 = 10;

/// How often a material is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Yearly,
}

/// What a material is about: `2019-05`, `2019Q2`, `2019`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// The year.
    pub year: i32,
    /// The month from 1 to 12, the quarter from 1 to 4, or 1.
    pub number: u32,
    /// Month, quarter or year.
    pub every: Every,
}

impl Term {
    /// The term that contains a day.
    #[must_use]
    pub fn containing(day: NaiveDate, every: Every) -> Self {
        let number = match every {
            Every::Monthly => day.month(),
            Every::Quarterly => day.month0() / 3 + 1,
            Every::Yearly => 1,
        };
        Self { year: day.year(), number, every }
    }

    /// The term of the same kind that words name: 一季度, 2019年第1季度, 2018年, 5月. What they leave out
    /// is as in a term that is being collected, or a year earlier where that is still to come.
    #[must_use]
    pub fn named_in(words: &str, collected: Self) -> Option<Self> {
        let year = words.match_indices("20").find_map(|(at, _)| {
            let rest = words[at..].get(4..)?;
            rest.starts_with(['年', 'Q', 'q', '-']).then(|| words[at..at + 4].parse().ok())?
        });
        let before =
            |mark: &str| words.match_indices(mark).find_map(|(at, _)| number(&words[..at]));
        let number = match collected.every {
            Every::Monthly => before("月"),
            Every::Quarterly => before("季度").or_else(|| {
                let (_, rest) = words.split_once(['Q', 'q'])?;
                rest.chars().next()?.to_digit(10)
            }),
            Every::Yearly => year.map(|_| 1),
        };
        let number = number.unwrap_or(collected.number);
        let guessed = if number > collected.number { collected.year - 1 } else { collected.year };
        let named = Self { year: year.unwrap_or(guessed), number, ..collected };
        named.to_string().parse().ok()
    }

    /// Whether it lies in a plan's time, at least in part.
    #[must_use]
    pub fn is_in(self, plan: &Plan) -> bool {
        let last = Term::containing(plan.end, self.every);
        let first = Term::containing(plan.start, self.every);
        (first..=last).contains(&self)
    }

    /// The first day.
    fn first_day(self) -> NaiveDate {
        let month = match self.every {
            Every::Monthly => self.number,
            Every::Quarterly => self.number * 3 - 2,
            Every::Yearly => 1,
        };
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.every {
            Every::Monthly => write!(f, "{:04}-{:02}", self.year, self.number),
            Every::Quarterly => write!(f, "{:04}Q{}", self.year, self.number),
            Every::Yearly => write!(f, "{:04}", self.year),
        }
    }
}

/// The small number that a text ends with, in figures or Chinese: 第12, 一.
fn number(text: &str) -> Option<u32> {
    let figures = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if figures < text.len() {
        return text[figures..].parse().ok();
    }
    let digit = |c: char| "一二三四五六七八九十".chars().zip(1..).find(|(d, _)| *d == c);
    let mut last = text.chars().rev().map_while(digit).map(|(_, value)| value);
    match (last.next()?, last.next()) {
        (value, Some(10)) => Some(10 + value),
        (value, _) => Some(value),
    }
}

/// A text that names no term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no term: write 2019-05, 2019Q2 or 2019")]
pub struct NotATerm(pub String);

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let wrong = || NotATerm(text.to_owned());
        let (year, number, every, most) = match text.split_once(['Q', 'q', '-']) {
            Some((year, number)) if text.contains('-') => (year, number, Every::Monthly, 12),
            Some((year, number)) => (year, number, Every::Quarterly, 4),
            None => (text, "1", Every::Yearly, 1),
        };
        let year: i32 = year.parse().map_err(|_| wrong())?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let fits = (1900..=9999).contains(&year) && (1..=most).contains(&number);
        if fits { Ok(Self { year, number, every }) } else { Err(wrong()) }
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A material: one `[[materials]]` of `plan.toml`.
#[derive(Debug, Clone)]
pub struct Material {
    /// The lasting key.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// How often.
    pub every: Every,
    /// The words by which a file or a text is known to be it.
    pub words: Vec<String>,
    /// The groups and units it is due from.
    pub from: Vec<String>,
    /// The working days from the due day on which those who have not sent it are reminded.
    pub remind: Vec<i32>,
    /// When it is due, for the term before that day.
    pub(super) due: cron::Schedule,
}

impl Material {
    /// When a cron expression says it is due; `None` if that cannot be read.
    pub(super) fn due_by(cron: &str) -> Option<cron::Schedule> {
        cron::Schedule::from_str(cron).ok()
    }

    /// Whether words name it.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        self.words.iter().any(|word| text.contains(word.as_str()))
    }

    /// Whether it is due from a unit.
    #[must_use]
    pub fn is_due_from(&self, plan: &Plan, unit: UnitId) -> bool {
        let group = plan.group_of(unit).and_then(|group| plan.groups.get(group));
        let named = |from: &String| plan.unit_named(from) == Some(unit);
        self.from.iter().any(|from| named(from) || group.is_some_and(|g| g.name == *from))
    }

    /// When a term's is due: the first firing after the term, on a working day by the plan's rule.
    #[must_use]
    pub fn due(&self, plan: &Plan, term: Term) -> DateTime<Utc> {
        let months = match term.every {
            Every::Monthly => 1,
            Every::Quarterly => 3,
            Every::Yearly => 12,
        };
        let after = local_instant(
            (term.first_day() + Months::new(months)).and_hms_opt(0, 0, 0).unwrap_or_default(),
            plan.zone,
        );
        let before = (after - chrono::TimeDelta::seconds(1)).with_timezone(&plan.zone);
        let Some(due) = self.due.after(&before).next() else { return after };
        let day = plan.calendar.nearest_working_day(due.date_naive(), plan.reporting.moves_forward);
        local_instant(day.and_time(due.time()), plan.zone)
    }

    /// The terms whose material is being collected: that before this day, and in a term's last days
    /// also that term itself, since some are early.
    #[must_use]
    pub fn open_terms(&self, plan: &Plan, now: DateTime<Utc>) -> Vec<Term> {
        let today = plan.local_day(now);
        let current = Term::containing(today, self.every);
        let last_day = current.first_day().pred_opt().unwrap_or_default();
        let last = Term::containing(last_day, self.every);
        let inside = last_day >= plan.start && last.first_day() <= plan.end;
        let ending = Term::containing(today + Days::new(EARLY_DAYS), self.every) != current;
        let early = ending && today >= plan.start && today <= plan.end;
        [Some(last).filter(|_| inside), Some(current).filter(|_| early)]
            .into_iter()
            .flatten()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_written_and_read_back() {
        for text in ["2019-05", "2019Q2", "2019"] {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for text in ["", "2019-13", "2019Q5", "2019Q0", "Q2", "19"] {
            assert!(text.parse::<Term>().is_err(), "{text}");
        }
    }

    #[test]
    fn words_name_a_term_of_the_year_they_are_written_in() {
        let named = |words: &str, collected: &str| {
            Term::named_in(words, collected.parse().unwrap()).map(|term| term.to_string())
        };
        for (words, collected, term) in [
            ("季度工作总结.docx", "2019Q2", "2019Q2"),
            ("兰江一季度工作总结", "2019Q2", "2019Q1"),
            ("2018年第4季度总结", "2019Q2", "2018Q4"),
            ("四季度工作总结", "2019Q1", "2018Q4"),
            ("2019Q1.pdf", "2019Q2", "2019Q1"),
            ("年度工作总结", "2018", "2018"),
            ("2019年度工作总结", "2018", "2019"),
            ("十二月小结", "2020-01", "2019-12"),
            ("5月小结", "2019-06", "2019-05"),
        ] {
            assert_eq!(named(words, collected).as_deref(), Some(term), "{words}");
        }
        assert_eq!(named("九季度", "2019Q2"), None);
    }

    #[test]
    fn a_material_is_due_after_its_term_on_a_working_day() {
        let plan = crate::plan::load::lanxi();
        let quarterly = plan.materials.iter().find(|one| one.every == Every::Quarterly).unwrap();
        let due = |term: &str| {
            let at = quarterly.due(&plan, term.parse().unwrap()).with_timezone(&plan.zone);
            at.format("%Y-%m-%d %H:%M").to_string()
        };
        assert_eq!(due("2019Q2"), "2019-07-10 17:00", "a Wednesday");
        assert_eq!(due("2020Q1"), "2020-04-10 17:00");
        assert_eq!(due("2018Q4"), "2019-01-10 17:00");
        assert_eq!(due("2019Q4"), "2020-01-10 17:00");
        assert_eq!(due("2020Q2"), "2020-07-10 17:00");
        assert_eq!(due("2018Q1"), "2018-04-10 17:00");
        let open = |at: &str| {
            let terms = quarterly.open_terms(&plan, at.parse().unwrap());
            terms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(open("2019-07-01T02:00:00Z"), "2019Q2");
        assert_eq!(open("2019-06-25T02:00:00Z"), "2019Q1 2019Q2", "some are early");
        assert_eq!(open("2018-02-01T02:00:00Z"), "", "nothing before the plan");
        assert_eq!(open("2021-01-05T02:00:00Z"), "2020Q4");
        assert_eq!(open("2021-03-30T02:00:00Z"), "2020Q4");
    }
}
