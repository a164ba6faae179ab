//! Contexts of the office's desk: deadlines, locks, escalation.

use serde::Serialize;

use super::{MissingUnit, Moment, Named, PeriodWords};

/// Moving a period's deadline.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum DeadlineText {
    /// How to write it.
    Usage {
        /// The current period's number.
        number: u32,
    },
    /// It cannot be moved so.
    Refused {
        /// Which period.
        period: PeriodWords,
        /// To when.
        to: Moment,
        /// Whether that is since the period is locked; else the time is past or before the period.
        locked: bool,
    },
    /// What would change.
    Preview {
        /// Which period.
        period: PeriodWords,
        /// From when.
        from: Moment,
        /// To when.
        to: Moment,
        /// Whether that is a working day.
        works: bool,
        /// Why.
        reason: String,
        /// How many people would be told.
        people: usize,
    },
    /// It is done, to the office.
    Done {
        /// Which period.
        period: PeriodWords,
        /// To when.
        to: Moment,
        /// How many people were told.
        people: usize,
        /// How many groups.
        groups: usize,
    },
    /// It is done, to everybody concerned.
    Told {
        /// Which period.
        period: PeriodWords,
        /// From when.
        from: Moment,
        /// To when.
        to: Moment,
        /// Why.
        reason: String,
        /// Who did it.
        office: String,
    },
}

/// A dialogue was dropped.
#[derive(Debug, Serialize)]
pub struct DialogueDropped {}

/// One unit was given longer.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum ExtensionText {
    /// How to write it.
    Usage {},
    /// To the office.
    Done {
        /// The unit.
        unit: String,
        /// The period.
        period: PeriodWords,
        /// Until when.
        to: Moment,
        /// How many working days.
        days: u32,
        /// How many people were told.
        people: usize,
    },
    /// To the unit.
    Told {
        /// The unit.
        unit: String,
        /// The period.
        period: PeriodWords,
        /// Until when.
        to: Moment,
        /// Who did it.
        office: String,
    },
}

/// Closing a period, and opening it again.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum LockText {
    /// How to write it.
    Usage {},
    /// Shall it be locked?
    Ask {
        /// Which period.
        period: PeriodWords,
        /// How many units are asked for figures.
        of: usize,
        /// Those that have something missing.
        units: Vec<MissingUnit>,
        /// Whether its deadline is still to come.
        early: bool,
    },
    /// It is locked.
    Done {
        /// Which period.
        period: PeriodWords,
    },
    /// It was locked before.
    Already {
        /// Which period.
        period: PeriodWords,
    },
    /// It was left open.
    Left {},
    /// It is open again.
    Opened {
        /// Which period.
        period: PeriodWords,
    },
}

/// A unit that stays overdue.
#[derive(Debug, Clone, Serialize)]
pub struct EscalationUnit {
    /// The unit.
    pub unit: String,
    /// How many figures are missing.
    pub missing: usize,
    /// Whether nothing has come at all.
    pub nothing: bool,
    /// So many working days after the deadline.
    pub days: u32,
    /// `liaisons`, `head` or `leadership`.
    pub to: &'static str,
    /// How many people were told.
    pub reached: usize,
}

/// Overdue units are told to more people.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum EscalationText {
    /// To the unit's liaisons, or to its leader.
    Unit {
        /// The unit.
        row: EscalationUnit,
        /// The period, with the unit's own deadline.
        period: PeriodWords,
        /// What is missing.
        missing: Vec<Named>,
        /// How many units of a plan below have not reported, if all of it is missing there.
        below: usize,
        /// Who asks.
        office: String,
    },
    /// To the leadership group.
    Leadership {
        /// The period.
        period: PeriodWords,
        /// The units.
        units: Vec<EscalationUnit>,
    },
    /// To the office: who was told.
    Office {
        /// The period.
        period: PeriodWords,
        /// Units whose liaisons were all told.
        liaisons: Vec<String>,
        /// Units whose leader was told.
        heads: Vec<String>,
        /// Units without a liaison who can be reached.
        no_liaisons: Vec<String>,
        /// Units without a leader who can be reached.
        no_heads: Vec<String>,
    },
}

/// Several messages in one.
#[derive(Debug, Serialize)]
pub struct Morning {
    /// How many.
    pub count: usize,
}
