//! The desk's journal (台账): what the office and the units did besides reporting figures.
//!
//! Append-only, like submissions: how something stands is always read off the deeds themselves.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::effects::FileOut;
use super::event::UserId;
use crate::plan::{Orders, Period, Plan, Quantity, TargetOrder, Term, UnitCode, UnitId};

/// One deed, with who did it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` for the program itself.
    pub by: Option<UserId>,
    /// What.
    pub deed: Deed,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// About deadlines.
    Calendar(CalendarDeed),
    /// About a target.
    Target(TargetDeed),
    /// About substitutes.
    Substitute(SubstituteDeed),
    /// About a task.
    Task(TaskDeed),
    /// About a material.
    Material(MaterialDeed),
    /// About a notice.
    Notice(NoticeDeed),
    /// Something that is done once, by its key: a step of the escalation, a reminder.
    Once(String),
}

/// What a deed is about: so much is loaded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Deadlines.
    Calendar,
    /// Targets.
    Target,
    /// Substitutes.
    Substitute,
    /// Tasks.
    Task,
    /// Materials.
    Material,
    /// Notices.
    Notice,
    /// What is done once.
    Once,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 7] = [
        Self::Calendar,
        Self::Target,
        Self::Substitute,
        Self::Task,
        Self::Material,
        Self::Notice,
        Self::Once,
    ];

    /// What every decision looks at.
    pub const ALWAYS: [Self; 3] = [Self::Calendar, Self::Target, Self::Substitute];
}

impl Deed {
    /// What it is about.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Calendar(_) => Topic::Calendar,
            Self::Target(_) => Topic::Target,
            Self::Substitute(_) => Topic::Substitute,
            Self::Task(_) => Topic::Task,
            Self::Material(_) => Topic::Material,
            Self::Notice(_) => Topic::Notice,
            Self::Once(_) => Topic::Once,
        }
    }
}

/// A deed about deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarDeed {
    /// A period's deadline was moved.
    Moved {
        /// Which period.
        period: Period,
        /// To when.
        to: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// One unit was given longer.
    Extended {
        /// Which period.
        period: Period,
        /// Which unit.
        unit: UnitCode,
        /// Until when.
        to: DateTime<Utc>,
    },
    /// A period takes no more figures.
    Locked {
        /// Which.
        period: Period,
    },
    /// It does again.
    Unlocked {
        /// Which.
        period: Period,
    },
}

/// A target was changed (目标调整).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDeed {
    /// Whose.
    pub unit: UnitCode,
    /// The indicator's number.
    pub indicator: String,
    /// The new target, in base units.
    pub target: i64,
    /// The county's new target, if that changes with it.
    pub county: Option<i64>,
    /// The first day on which it is in force.
    pub from: NaiveDate,
    /// The document.
    pub basis: String,
}

/// A deed about substitutes (AB 角).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubstituteDeed {
    /// A liaison named somebody to stand in.
    Named {
        /// Whom they stand in for.
        of: UserId,
        /// Who: somebody bound already …
        by: Option<UserId>,
        /// … or whoever uses the invitation with this hash; their account ends with the time.
        invite: Option<String>,
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
    /// The invited one is bound.
    Bound {
        /// The invitation.
        invite: String,
        /// Who.
        by: UserId,
    },
    /// The one who was away is back.
    Ended {
        /// Who.
        of: UserId,
    },
}

/// A deed about a task (交办事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskDeed {
    /// The office gave it.
    Given {
        /// Its number, from 1.
        number: u32,
        /// What is to be done.
        text: String,
        /// By whom.
        units: Vec<UnitCode>,
        /// Until when.
        due: DateTime<Utc>,
        /// What goes with it.
        file: Option<FileOut>,
    },
    /// A unit, or the office about a unit, went a step.
    Step {
        /// Which task.
        number: u32,
        /// Which unit.
        unit: UnitCode,
        /// Which step.
        step: TaskStep,
        /// The words with it.
        words: String,
        /// The file with it.
        file: Option<FileOut>,
    },
}

/// A step of a unit's part in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStep {
    /// Received (收到).
    Received,
    /// Under way: words or a file (进展).
    Progress,
    /// Reported done (办结).
    Done,
    /// The office accepts it (认可).
    Accepted,
    /// The office returns it (退回).
    Returned,
}

/// A deed about a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialDeed {
    /// A unit sent it.
    Sent {
        /// Which material, by name.
        material: String,
        /// For which term.
        term: Term,
        /// Which unit.
        unit: UnitCode,
        /// The file; a text is kept as one.
        file: FileOut,
    },
    /// The office returned it.
    Returned {
        /// Which material.
        material: String,
        /// For which term.
        term: Term,
        /// Which unit.
        unit: UnitCode,
        /// Why.
        reason: String,
    },
}

/// A deed about a notice (通知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeDeed {
    /// The office sent it.
    Sent {
        /// Its number, from 1.
        number: u32,
        /// The text.
        text: String,
        /// To whom.
        to: Vec<UserId>,
    },
    /// Somebody pressed 已读.
    Read {
        /// Which.
        number: u32,
    },
}

/// The orders about deadlines that a journal adds up to.
#[must_use]
pub fn orders(plan: &Plan, journal: &[Entry]) -> Orders {
    let mut orders = Orders::default();
    for entry in journal {
        if let Deed::Target(deed) = &entry.deed {
            let id = deed.indicator.parse().ok().and_then(|no| plan.indicator_numbered(no));
            if let Some((unit, indicator)) = plan.unit_coded(&deed.unit).zip(id) {
                let (target, county) = (Quantity(deed.target), deed.county.map(Quantity));
                orders.set_target(TargetOrder { unit, indicator, target, county, from: deed.from });
            }
        }
        let Deed::Calendar(deed) = &entry.deed else { continue };
        match deed {
            CalendarDeed::Moved { period, to, .. } => orders.move_deadline(*period, *to),
            CalendarDeed::Extended { period, unit, to } => {
                if let Some(unit) = plan.unit_coded(unit) {
                    orders.extend(*period, unit, *to);
                }
            }
            CalendarDeed::Locked { period } => orders.lock(*period),
            CalendarDeed::Unlocked { period } => orders.unlock(*period),
        }
    }
    orders
}

/// Somebody standing in for a liaison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Substitution {
    /// Whom they stand in for.
    pub of: UserId,
    /// Who stands in, once known.
    pub by: Option<UserId>,
    /// Whether the account was made only for that.
    pub guest: bool,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// The substitutions of a journal, the last one of each liaison.
#[must_use]
pub fn substitutions(journal: &[Entry]) -> Vec<Substitution> {
    let mut all: Vec<(Substitution, Option<&str>)> = Vec::new();
    for entry in journal {
        let Deed::Substitute(deed) = &entry.deed else { continue };
        match deed {
            SubstituteDeed::Named { of, by, invite, from, until } => {
                all.retain(|(one, _)| one.of != *of || one.guest && one.by.is_some());
                let guest = invite.is_some();
                let one = Substitution { of: *of, by: *by, guest, from: *from, until: *until };
                all.push((one, invite.as_deref()));
            }
            SubstituteDeed::Bound { invite, by } => {
                for (one, _) in all.iter_mut().filter(|(_, by)| *by == Some(invite.as_str())) {
                    one.by = Some(*by);
                }
            }
            SubstituteDeed::Ended { of } => {
                let day = entry.at.date_naive().pred_opt().unwrap_or_default();
                for (one, _) in all.iter_mut().filter(|(one, _)| one.of == *of) {
                    one.until = one.until.min(day);
                }
            }
        }
    }
    all.into_iter().map(|(one, _)| one).collect()
}

/// Whether something that is done once has been done.
#[must_use]
pub fn done_once(journal: &[Entry], key: &str) -> bool {
    journal.iter().any(|entry| matches!(&entry.deed, Deed::Once(done) if done == key))
}

/// The units that codes name, those the plan still has.
#[must_use]
pub fn units(plan: &Plan, codes: &[UnitCode]) -> Vec<UnitId> {
    codes.iter().filter_map(|code| plan.unit_coded(code)).collect()
}
