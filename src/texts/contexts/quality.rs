//! Contexts of evidence (佐证) and flags (标注).

use serde::Serialize;

use super::{Moment, Named, PeriodWords};

/// A piece of evidence beside a figure.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceLine {
    /// The file's name.
    pub name: Option<String>,
    /// The words.
    pub text: Option<String>,
}

/// What was flagged in a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlagWords {
    /// 注销, 异常.
    pub label: String,
    /// How much of it.
    pub number: String,
}

/// What rankings go by, where that is not the figure in force.
#[derive(Debug, Clone, Serialize)]
pub struct Counted {
    /// How much counts; `None` if nothing does yet.
    pub total: Option<String>,
}

/// About evidence.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum EvidenceText {
    /// How to hand it in.
    Usage {
        /// Whether it may be for any unit.
        on_behalf: bool,
        /// The plan below that has the report.
        below: Option<String>,
    },
    /// Is this evidence?
    Ask {
        /// The files' names.
        names: Vec<String>,
        /// For the report of these figures; empty while they are asked about.
        of: Vec<String>,
    },
    /// It is kept.
    Taken {
        /// Whose report it goes with.
        unit: String,
        /// For which period that is.
        period: Option<PeriodWords>,
        /// Its figures; empty while they are asked about.
        figures: Vec<Named>,
        /// The files' names.
        names: Vec<String>,
        /// The words.
        words: String,
        /// Whether the figures came with it, and not before.
        beside: bool,
    },
    /// It is not kept.
    Refused {
        /// The file's name.
        name: String,
        /// `too_big`, `unavailable`, `kind`.
        why: &'static str,
        /// The most megabytes that are taken.
        most: usize,
    },
    /// Under a file that is handed out.
    Shown {
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
        /// For which period.
        period: PeriodWords,
        /// Who sent it.
        who: String,
        /// When.
        at: Moment,
        /// The words with it.
        words: String,
    },
    /// To a reviewer: something has come for what was sent back or flagged.
    Came {
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
        /// For which period.
        period: PeriodWords,
        /// Who sent it.
        who: String,
        /// The file's name.
        name: Option<String>,
        /// The words.
        words: String,
    },
}

/// A figure with flags.
#[derive(Debug, Clone, Serialize)]
pub struct FlaggedLine {
    /// The unit.
    pub unit: String,
    /// The indicator.
    pub indicator: Named,
    /// The figure in force.
    pub total: String,
    /// What was flagged.
    pub flags: Vec<FlagWords>,
}

/// About flags.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum FlagText {
    /// How to write one, and those that stand.
    Usage {
        /// The words of the plan.
        labels: Vec<String>,
        /// The flags that stand.
        lines: Vec<FlaggedLine>,
    },
    /// Why there is none: `number`, `none` (no figure), `rate`, `too_many`, `same`, `not_flagged`.
    Refused {
        /// The word.
        why: &'static str,
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
        /// The figure in force.
        total: Option<String>,
        /// The flag that is meant.
        label: String,
    },
    /// Which of them?
    Choose {
        /// The figure.
        line: FlaggedLine,
    },
    /// How much?
    Ask {
        /// The figure.
        line: FlaggedLine,
        /// What is flagged.
        label: String,
        /// A number as one would write it.
        example: String,
    },
    /// It is set, or lifted.
    Done {
        /// The figure with its flags.
        line: FlaggedLine,
        /// What was set or lifted.
        flag: FlagWords,
        /// Whether it was lifted.
        lifted: bool,
        /// Why.
        reason: String,
        /// What rankings go by, where flags are taken off.
        counts: Option<String>,
    },
    /// The same to those who report the figure.
    Told {
        /// The figure with its flags.
        line: FlaggedLine,
        /// For which period.
        period: PeriodWords,
        /// What was set or lifted.
        flag: FlagWords,
        /// Whether it was lifted.
        lifted: bool,
        /// Why.
        reason: String,
        /// What rankings go by, where flags are taken off.
        counts: Option<String>,
        /// Who did it.
        by: String,
    },
    /// To whoever flagged a figure that has become less since.
    Fell {
        /// The figure with its flags.
        line: FlaggedLine,
        /// The figure before.
        before: String,
    },
}
