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
    /// Totals among `figures` that may have been meant as what one stretch of time brought.
    /// The rules take them for totals; a conversation may make sure.
    pub doubts: Vec<Doubt>,
    /// What was said of all indicators that the message does not name: 其余无变化, 零报告.
    pub rest: Option<Rest>,
    /// The period that the message says it is for: 上周, 第24周. What 上周 stands before is history
    /// and no figure; [`Reading::unlabelled`] is the text to read where that period is reported.
    pub period: Option<Labelled>,
    /// Another label than that one, the first of them: 第24周小升规1,第25周小升规2. Both may mean the same
    /// period (上周(第24周)); where they do not, it is not clear which figures are whose.
    pub other_period: Option<Labelled>,
}

/// A total that may have been meant otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// Whose figure.
    pub indicator: IndicatorId,
    /// What was said beside it.
    pub why: Doubtful,
}

/// What makes a total doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubtful {
    /// 本周3家: this period, and no 新增.
    Period,
    /// 小升规新增3: 新增 that belongs to no name, and no period.
    New,
    /// 5月份3家, 今年完成3家: another stretch of time, and no 新增.
    Stretch,
}

/// One statement about many indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// What is said.
    pub what: RestIs,
    /// Of which indicators.
    pub scope: Scope,
    /// Where it stands: bytes of the message.
    pub span: Range<usize>,
}

/// What is said of many indicators at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestIs {
    /// 无变化, 同上周: as in the period before.
    Unchanged,
    /// 无, 零报告, 均为0: nothing. Whether that is no increase or a total of zero was not said.
    Nothing,
}

/// Which indicators a statement about many is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// 无变化 alone: every indicator of the unit.
    All,
    /// 其余: every indicator of the unit that the message does not name.
    Others,
    /// 1-5项: these, as far as the unit carries them; in the plan's order.
    Only(Vec<IndicatorId>),
}

/// The period that a message says it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Which one.
    pub period: PeriodWord,
    /// Where it stands: bytes of the message.
    pub span: Range<usize>,
}

/// How a message names a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodWord {
    /// 上周, 上期, 上个月: the one before this.
    Last,
    /// 第24周, 第24期.
    Number(u32),
}

impl Reading {
    /// The message without the words that name its period, every other byte where it was.
    ///
    /// `text` is the message that was read. Read again, it says what the message reports for that
    /// period: 上周小升规2 holds no figure for this week, and a 2 for the last.
    #[must_use]
    pub fn unlabelled(&self, text: &str) -> String {
        let span = self.period.as_ref().map_or(0..0, |label| label.span.clone());
        match (text.get(..span.start), text.get(span.end..)) {
            (Some(before), Some(behind)) => [before, &" ".repeat(span.len()), behind].concat(),
            _ => text.to_owned(),
        }
    }
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
