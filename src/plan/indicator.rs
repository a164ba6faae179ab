//! Indicators (指标): what is counted, in which unit, and who carries it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Measure, Quantity, UnitId};

/// An indicator's number as the annex gives it: `1` … `18`, a part (其中) `3.1`, a goal of the text `G1`.
///
/// Ordered as people list them: the annex first, a part behind its whole, goals last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorNo {
    goal: bool,
    main: u16,
    part: u16,
}

impl IndicatorNo {
    /// Whether this is a goal of the text that the annex lacks (`G1` …).
    #[must_use]
    pub fn is_goal(self) -> bool {
        self.goal
    }

    /// Whether this is the annex's number `main`, or its part `main.part`.
    #[must_use]
    pub fn is(self, main: u32, part: u32) -> bool {
        !self.goal && u32::from(self.main) == main && u32::from(self.part) == part
    }

    /// Whether this is a part of another indicator (`3.1`).
    #[must_use]
    pub fn is_part(self) -> bool {
        self.part > 0
    }
}

impl fmt::Display for IndicatorNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let goal = if self.goal { "G" } else { "" };
        write!(f, "{goal}{}", self.main)?;
        if self.part > 0 { write!(f, ".{}", self.part) } else { Ok(()) }
    }
}

/// A text that is no indicator number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an indicator number: write 1, 3.1 or G1")]
pub struct NotANumber(pub String);

impl FromStr for IndicatorNo {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(text.to_owned());
        let plain = |digits: &str| {
            let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
            digits.parse::<u16>().ok().filter(|_| canonical).ok_or_else(wrong)
        };
        let (goal, rest) = text.strip_prefix(['G', 'g']).map_or((false, text), |rest| (true, rest));
        let (main, part) = match rest.split_once('.') {
            Some((main, part)) => (plain(main)?, plain(part)?),
            None => (plain(rest)?, 0),
        };
        Ok(Self { goal, main, part })
    }
}

impl Serialize for IndicatorNo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IndicatorNo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An indicator's place in the plan: its row in `indicators.csv`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorId(pub u16);

impl IndicatorId {
    /// The place as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who carries an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Split over the units (annex rows with a figure for each).
    ByUnits,
    /// Carried by its lead departments as one figure, kept under the first lead.
    ByLeads,
}

/// Which units are asked for an indicator in every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Every unit that carries it.
    Yes,
    /// Only units with a target of their own.
    OwnTarget,
    /// Nobody: it is reported when there is something to say.
    No,
}

/// A lead department (牵头部门) and, where the plan splits an indicator among leads, its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The department.
    pub unit: UnitId,
    /// Its share of the county target, if the plan names one (11: 市商务局 35, 市旅游局 5).
    pub share: Option<Quantity>,
}

/// One row of `indicators.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its number in the annex.
    pub no: IndicatorNo,
    /// The official name.
    pub name: String,
    /// What people call it, and what replies and tables show.
    pub short: String,
    /// Other names people use for it.
    pub aliases: Vec<String>,
    /// How it is measured.
    pub measure: Measure,
    /// The county's target (全市), if the plan gives a number.
    pub target: Option<Quantity>,
    /// Who carries it.
    pub carried: Carried,
    /// Lead departments, the first named first; empty where every unit leads for itself.
    pub leads: Vec<Lead>,
    /// Whether it counts in the ranking.
    pub ranked: bool,
    /// Which units are asked for it every period.
    pub expected: Expected,
    /// The indicator this one is a part (其中) of.
    pub whole: Option<IndicatorId>,
    /// The least share of its whole this part should have, in 0.01 %.
    pub min_share: Option<Quantity>,
    /// Where in the document it stands.
    pub source: String,
}

impl Indicator {
    /// Every name this indicator answers to, the official one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.short.as_str()]
            .into_iter()
            .chain(self.aliases.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_sort_as_people_list_them() {
        let mut numbers: Vec<IndicatorNo> =
            ["G1", "11.1", "2", "11", "3.1", "3", "10"].map(|n| n.parse().unwrap()).to_vec();
        numbers.sort();
        let text: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["2", "3", "3.1", "10", "11", "11.1", "G1"]);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "G", "01", "1.", ".1", "1.0", "x", "1.1.1", "99999", "+1"] {
            assert!(text.parse::<IndicatorNo>().is_err(), "{text}");
        }
    }
}
