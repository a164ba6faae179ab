//! What a message was read as: figures, and questions about what was unclear.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::plan::{IndicatorId, Quantity, UnitId};

/// Everything that one message says in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What is clear, in the order written.
    pub figures: Vec<ReadFigure>,
    /// What must be asked, in the order written. Empty when nothing needs asking.
    pub asks: Vec<Ask>,
}

/// One figure that was read with certainty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFigure {
    /// Which indicator it is for.
    pub indicator: IndicatorId,
    /// How much, in the indicator's base unit.
    pub value: Quantity,
    /// Running total or increment.
    pub kind: Kind,
    /// Where it stands: bytes of the message, from the name to the number.
    pub span: Range<usize>,
    /// The name as written where a slip of one character was read as the right name; else empty.
    pub written: String,
}

/// Whether a figure is the running total or what was added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 累计: the total since the plan's start.
    Total,
    /// 本期新增: to be added to the last total.
    Increment,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Total => "total",
            Self::Increment => "increment",
        })
    }
}

/// One question: nothing of the figure it is about was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Why it must be asked.
    pub reason: Reason,
    /// The words in question: bytes of the message.
    pub span: Range<usize>,
    /// The words in question, as written.
    pub said: String,
    /// What an unclear name may mean.
    pub choices: Vec<IndicatorId>,
    /// The values that contradict each other.
    pub values: Vec<Quantity>,
    /// The indicator it is about, where that is known.
    pub indicator: Option<IndicatorId>,
    /// The unit that was named, for [`Reason::OtherUnit`].
    pub unit: Option<UnitId>,
}

/// Why something is asked instead of taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A name that fits several indicators, a range, an estimate, or a number whose unit is unclear.
    Ambiguous,
    /// A number beside a name that the plan does not know.
    UnknownName,
    /// A name beside something that is no number.
    UnknownValue,
    /// A number without a name.
    MissingName,
    /// A name without a number.
    MissingValue,
    /// Two values for one indicator.
    Conflict,
    /// Less than nothing.
    Negative,
    /// Finer than one base unit (2.5家).
    NotWhole,
    /// More than can be stored.
    TooLarge,
    /// A part (其中) larger than its whole.
    PartExceedsWhole,
    /// The message speaks of another unit: nothing of it is taken.
    OtherUnit,
    /// An indicator that the writer's unit does not carry.
    NotYours,
}

impl Reason {
    /// The reason's name as data files write it: `part_exceeds_whole`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ambiguous => "ambiguous",
            Self::UnknownName => "unknown_name",
            Self::UnknownValue => "unknown_value",
            Self::MissingName => "missing_name",
            Self::MissingValue => "missing_value",
            Self::Conflict => "conflict",
            Self::Negative => "negative",
            Self::NotWhole => "not_whole",
            Self::TooLarge => "too_large",
            Self::PartExceedsWhole => "part_exceeds_whole",
            Self::OtherUnit => "other_unit",
            Self::NotYours => "not_yours",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
