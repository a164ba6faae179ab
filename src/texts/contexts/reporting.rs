//! Contexts of texts about figures: read-backs, cards, who is missing, the ranking on demand.

use serde::Serialize;

use super::{FlagWords, Moment, Named, PeriodWords};

/// One figure as stored.
#[derive(Debug, Clone, Serialize)]
pub struct FigureLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The total now in force.
    pub total: String,
    /// What was added, if an increment was sent.
    pub increment: Option<String>,
    /// Whether that was nothing.
    pub unchanged: bool,
    /// The target.
    pub target: Option<String>,
    /// Completion.
    pub completion: Option<String>,
    /// The name as written, where it was read as something close to it.
    pub written: Option<String>,
    /// The share of its whole, if it is under the least it should be, and that least.
    pub short_share: Option<(String, String)>,
    /// What is flagged in it.
    pub flags: Vec<FlagWords>,
}

/// Something the reader is not sure of.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// The reason's name, as the reader gives it, or `newer`.
    pub reason: &'static str,
    /// The words in question.
    pub said: String,
    /// The indicator, where it is clear.
    pub indicator: Option<Named>,
    /// What it may mean.
    pub choices: Vec<Named>,
    /// Whether it may mean others besides.
    pub more: bool,
    /// The values that contradict each other.
    pub values: Vec<String>,
    /// The other unit.
    pub unit: Option<String>,
    /// The other period.
    pub period: Option<PeriodWords>,
    /// An answer as one would write it.
    pub example: String,
}

/// What was stored, what was not, and what is still missing.
#[derive(Debug, Serialize)]
pub struct Reported {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// Whether it came after the deadline.
    pub late: bool,
    /// How it came: `sent`, `edited` by changing a message, `corrected` by a reply, `on_behalf` by
    /// the office.
    pub how: &'static str,
    /// Whether the office reports for the unit.
    pub on_behalf: bool,
    /// What was stored.
    pub figures: Vec<FigureLine>,
    /// What the message reported before it was changed, and reports no more.
    pub withdrawn: Vec<Named>,
    /// What it reported before and is in doubt now: it stands, and how much.
    pub kept: Vec<(Named, String)>,
    /// What was not.
    pub questions: Vec<Question>,
    /// What is still missing.
    pub missing: Vec<Named>,
    /// Whether words that explain it are to follow.
    pub noting: bool,
}

/// A question with its answers as buttons.
#[derive(Debug, Serialize)]
pub struct Asking {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// A reader's reason or a check's.
    pub reason: String,
    /// The words in question.
    pub said: String,
    /// The indicator, where it is clear.
    pub about: Option<Named>,
    /// Values that the question names; first the other unit's name, if there is one.
    pub values: Vec<String>,
    /// Whether there are several choices.
    pub several: bool,
    /// The figures that the first choice stands for.
    pub figures: Vec<Named>,
    /// What is confirmed together with the figure that is asked about, with its value.
    pub beside: Vec<String>,
    /// Whether the office reports for the unit.
    pub on_behalf: bool,
}

/// What stands in place of a question that was answered and stored nothing.
#[derive(Debug, Serialize)]
pub struct Answered {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// The words in question.
    pub said: String,
    /// Whether nothing is to be stored; else another question follows.
    pub dropped: bool,
}

/// A figure read from a file.
#[derive(Debug, Serialize)]
pub struct UploadLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The total.
    pub total: String,
    /// The target.
    pub target: Option<String>,
    /// Completion.
    pub completion: Option<String>,
    /// Why the total looks wrong, if it does.
    pub doubt: Option<&'static str>,
    /// The last total.
    pub last: Option<String>,
    /// The cell whose formula made it.
    pub formula: Option<String>,
}

/// A cell of a file that could not be taken.
#[derive(Debug, Serialize)]
pub struct UploadProblem {
    /// `F7`.
    pub cell: String,
    /// Why, in one word.
    pub why: &'static str,
    /// What stands there.
    pub said: String,
    /// The row's indicator, where it is clear.
    pub named: Option<Named>,
}

/// What was read from a file, before it is stored.
#[derive(Debug, Serialize)]
pub struct Upload {
    /// The unit.
    pub unit: String,
    /// The period.
    pub period: PeriodWords,
    /// The file's name.
    pub name: String,
    /// What would be stored.
    pub figures: Vec<UploadLine>,
    /// How many figures are in already, just so.
    pub same: usize,
    /// What could not be taken, cell by cell.
    pub problems: Vec<UploadProblem>,
    /// How many more such cells there are.
    pub more: usize,
    /// What was read and cannot be stored as it is.
    pub remarks: Vec<Question>,
}

/// To somebody who says that a report is wrong, and not what of it.
#[derive(Debug, Serialize)]
pub struct WhatIsRight {
    /// What it reported.
    pub figures: Vec<Named>,
    /// How a correction is written.
    pub example: String,
}

/// A file that was not read.
#[derive(Debug, Serialize)]
pub struct FileRefused {
    /// Its name.
    pub name: String,
    /// Why, in one word.
    pub why: &'static str,
    /// What belongs to it: a unit, a number, names.
    pub detail: String,
    /// The most megabytes that are read.
    pub most: usize,
}

/// One step of the guided form.
#[derive(Debug, Serialize)]
pub struct GuideStep {
    /// The unit.
    pub unit: String,
    /// The period.
    pub period: PeriodWords,
    /// The indicator asked for.
    pub named: Named,
    /// Its official name.
    pub full: String,
    /// The unit of its number.
    pub measure: String,
    /// Its place among those asked for, from 1.
    pub at: usize,
    /// How many are asked for.
    pub of: usize,
    /// How many are in.
    pub in_already: usize,
    /// The target.
    pub target: Option<String>,
    /// The last total, from an earlier period.
    pub last: Option<String>,
    /// The total reported for this period already.
    pub now: Option<String>,
    /// What became of the last answer, as HTML from another template.
    pub words: String,
}

/// An answer in the guided form was stored.
#[derive(Debug, Serialize)]
pub struct GuideStored {
    /// The indicator.
    pub named: Named,
    /// Its total.
    pub total: String,
}

/// The guided form is over.
#[derive(Debug, Serialize)]
pub struct GuideDone {
    /// The unit.
    pub unit: String,
    /// The period.
    pub period: PeriodWords,
    /// How many are asked for.
    pub of: usize,
    /// What is missing.
    pub missing: Vec<Named>,
}

/// A remark by itself.
#[derive(Debug, Serialize)]
pub struct Remark {
    /// What it is about.
    pub question: Question,
    /// For which unit.
    pub unit: String,
}

/// The period that a message names takes no reports.
#[derive(Debug, Serialize)]
pub struct PeriodClosed {
    /// The number it names; `None` if it says 上周.
    pub number: Option<u32>,
    /// The periods that do, the present one first.
    pub open: Vec<PeriodWords>,
}

/// A message names several periods, so nothing of it was stored.
#[derive(Debug, Serialize)]
pub struct SeveralPeriods {
    /// Two of them, as written.
    pub labels: Vec<String>,
}

/// An explanation was kept.
#[derive(Debug, Serialize)]
pub struct Noted {
    /// The words.
    pub text: String,
}

/// What the office reported for a unit, told to its liaisons.
#[derive(Debug, Serialize)]
pub struct ReportedFor {
    /// The unit.
    pub unit: String,
    /// The period.
    pub period: PeriodWords,
    /// The office.
    pub office: String,
    /// What was stored.
    pub figures: Vec<FigureLine>,
}

/// To a unit's liaisons: what the office has taken back of their figures.
#[derive(Debug, Serialize)]
pub struct WithdrawnFor {
    /// The unit.
    pub unit: String,
    /// The period.
    pub period: PeriodWords,
    /// The office.
    pub office: String,
    /// Each figure and what is in force again.
    pub figures: Vec<(Named, Option<String>)>,
}

/// A message of a period that is over was changed; nothing was.
#[derive(Debug, Serialize)]
pub struct EditTooLate {
    /// The period.
    pub period: PeriodWords,
}

/// A message in which there is nothing to report.
#[derive(Debug, Serialize)]
pub struct Talk {
    /// Whether this account may report at all.
    pub reports: bool,
    /// A message as one would write it.
    pub example: String,
}

/// What was undone.
#[derive(Debug, Serialize)]
pub struct Withdrawn {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// Each figure and what is in force again.
    pub figures: Vec<(Named, Option<String>)>,
    /// What is missing now.
    pub missing: Vec<Named>,
}

/// There is no period to report for.
#[derive(Debug, Serialize)]
pub struct OutsidePlan {
    /// The plan's short name.
    pub plan: String,
    /// The plan's first day.
    pub start: Moment,
    /// The plan's last day.
    pub end: Moment,
}

/// The words of a form (报送表), a line each; see [`form_words`](crate::texts::form_words).
#[derive(Debug, Serialize)]
pub struct FormText {
    /// The plan's short name.
    pub plan: String,
    /// The unit.
    pub unit: String,
    /// The period it is for.
    pub period: PeriodWords,
}

/// The words under a form.
#[derive(Debug, Serialize)]
pub struct FormSent {
    /// The unit.
    pub unit: String,
    /// The period it is for.
    pub period: PeriodWords,
}
