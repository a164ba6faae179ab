//! Questions that wait for an answer: what was asked, of whom, and what each answer means.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::UserId;
use super::snapshot::ReportKey;
use crate::message::Kind;
use crate::plan::{IndicatorId, IndicatorNo, Period, Plan, Quantity, UnitId};

/// The key of a question: the report it is about, and a number that no other question of it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PendingKey {
    /// The message it is about.
    pub report: ReportKey,
    /// Its number.
    pub number: i64,
}

/// How far a question has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PendingState {
    /// Nobody has answered.
    Open,
    /// It was answered, and the words that explain the answer (说明) are to follow.
    Noting,
    /// Answered, dropped, or overtaken by a newer report.
    Closed,
}

/// A question that was asked with its answers as buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its key.
    pub key: PendingKey,
    /// For which unit the figures are.
    pub unit: UnitId,
    /// For which period; with it the question expires.
    pub period: Period,
    /// Who was asked.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// What was asked.
    pub asked: Asked,
    /// How far it has come.
    pub state: PendingState,
}

impl Pending {
    /// Whether a newer question about the same unit and period takes this one's place: an older
    /// number for an indicator must not stay one press away beside a newer one.
    pub(crate) fn overtaken_by(&self, newer: &Asked) -> bool {
        let of = |asked: &Asked| -> Vec<IndicatorNo> {
            let picks = asked.choices.iter().flat_map(|choice| &choice.figures);
            let named = picks.map(|pick| pick.indicator).filter(|_| asked.together());
            asked.about.into_iter().chain(named).collect()
        };
        let (old, new) = (of(&self.asked), of(newer));
        !old.is_empty() && old.iter().all(|no| new.contains(no))
    }

    /// What is left to ask once figures have been reported otherwise; `None` if it is as before.
    pub(crate) fn after(&self, plan: &Plan, stored: &[(IndicatorId, Quantity)]) -> Option<Self> {
        let now = |no: IndicatorNo| {
            let id = plan.indicator_numbered(no);
            stored.iter().find(|(stored, _)| Some(*stored) == id).map(|(_, total)| *total)
        };
        let closed = || Some(Self { state: PendingState::Closed, ..self.clone() });
        if let Some(about) = self.asked.about {
            return now(about).and_then(|_| closed());
        }
        if !self.asked.together() {
            // One of several indicators: answered if one of the choices came to be just so.
            let came = |choice: &Choice| {
                choice.figures.iter().any(|pick| now(pick.indicator) == Some(pick.value))
            };
            return self.asked.choices.iter().any(came).then(closed).flatten();
        }
        let mut left = self.clone();
        for choice in &mut left.asked.choices {
            choice.figures.retain(|pick| now(pick.indicator).is_none());
        }
        if left == *self {
            return None;
        }
        let nothing = left.asked.choices.iter().all(|choice| choice.figures.is_empty());
        if nothing { closed() } else { Some(left) }
    }
}

/// What was asked, as it is kept: by indicator numbers, so that a plan folder can be edited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Why: a reader's reason, or a check's (`fell`, `jumped` …).
    pub reason: String,
    /// The words in question.
    pub said: String,
    /// The one indicator it is about, where that is clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<IndicatorNo>,
    /// Values that the question names, as people read them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The answers, in the order of the buttons. That nothing is to be stored is always one more.
    pub choices: Vec<Choice>,
    /// Whether the answer settles the check that led to the question.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirms: bool,
    /// Words that came with the figures and are kept beside them once they are stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The report whose figures the answer corrects, where the question came of a reply to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<ReportKey>,
    /// The number of each figure's latest submission when this was asked: a confirmation holds for
    /// what the asked person saw, and for nothing that came since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<(IndicatorNo, u32)>,
}

impl Asked {
    /// Every indicator that an answer may be about.
    pub(crate) fn indicators(&self) -> impl Iterator<Item = IndicatorNo> {
        self.choices.iter().flat_map(|choice| &choice.figures).map(|pick| pick.indicator)
    }

    /// Whether it asks which of several indicators is meant.
    pub(crate) fn names(&self) -> bool {
        self.about.is_none()
            && ["missing_name", "ambiguous", "unknown_name"].contains(&self.reason.as_str())
    }

    /// Whether each choice is about all the figures, and not about one of several indicators.
    fn together(&self) -> bool {
        ["doubtful", "rest", "file", "other_unit"].contains(&self.reason.as_str())
    }
}

/// One answer: the figures it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What would be stored.
    pub figures: Vec<Pick>,
}

/// One figure of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// Which indicator.
    pub indicator: IndicatorNo,
    /// How much, in base units.
    pub value: Quantity,
    /// Running total or increment.
    pub kind: Kind,
    /// Whether, as a total, it may have been meant as an addition; then that is asked next.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubt: bool,
}

impl Pick {
    /// A figure that is what it says.
    #[must_use]
    pub fn new(plan: &Plan, id: IndicatorId, value: Quantity, kind: Kind) -> Self {
        Self { indicator: plan.indicator(id).no, value, kind, doubt: false }
    }
}

/// Words that explain a report (说明), kept beside it for whoever reviews it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The report.
    pub report: ReportKey,
    /// Who wrote them.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// The words.
    pub text: String,
}
