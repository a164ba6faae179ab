//! Contexts of what the office decides: drafts, corrections.

use serde::Serialize;

use super::{Moment, Named, PeriodWords};

/// What a correction (更正) of a bulletin says of itself.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// Its number.
    pub number: u32,
    /// Why there is one; may be empty.
    pub reason: String,
    /// What is otherwise than in the one before, as far as there is room.
    pub changes: Vec<Change>,
    /// How many changes there are.
    pub count: usize,
}

/// Something that a correction changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The unit.
    pub unit: String,
    /// The figure; `None` for the unit's rank.
    pub figure: Option<Named>,
    /// What it was; `None` if not reported.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
}

/// Under a draft: what it is, and what happens if nobody decides.
#[derive(Debug, Serialize)]
pub struct DraftText {
    /// The period.
    pub period: PeriodWords,
    /// The number of the correction, if it is one.
    pub correction: Option<u32>,
    /// `wanted`, `open`, `approved`, `held`, `unanswered`, `issued`, `dropped`.
    pub state: &'static str,
    /// When it goes out.
    pub due: Moment,
    /// What silence means: `publish` or `hold`.
    pub silence: &'static str,
    /// Who decided.
    pub who: Option<String>,
    /// The lines that were added.
    pub lines: Vec<String>,
}

/// A line for a bulletin.
#[derive(Debug, Serialize)]
pub struct DraftLine {
    /// `ask`, `added`, `long`, `full`, `kept`.
    pub step: &'static str,
    /// The most characters.
    pub most: usize,
    /// The line.
    pub line: String,
}

/// The answer to `/correct`.
#[derive(Debug, Serialize)]
pub struct Correcting {
    /// `which`, `long`, `coming`, `nothing`.
    pub step: &'static str,
    /// What was written.
    pub words: String,
    /// The bulletin.
    pub period: Option<PeriodWords>,
    /// The number of the correction.
    pub correction: u32,
}
