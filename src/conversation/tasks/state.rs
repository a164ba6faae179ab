//! How tasks stand: read off the journal, deed by deed.

use chrono::{DateTime, Utc};

use crate::conversation::effects::FileOut;
use crate::conversation::journal::{Deed, Entry, TaskDeed, TaskStep, units};
use crate::plan::{Plan, UnitId};

/// A task as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub number: u32,
    /// What is to be done.
    pub text: String,
    /// What goes with it.
    pub file: Option<FileOut>,
    /// Until when.
    pub due: DateTime<Utc>,
    /// Each unit's part.
    pub parts: Vec<Part>,
}

/// A unit's part in a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// How far it has come; `None` if it was only given.
    pub step: Option<TaskStep>,
}

impl Part {
    /// Whether the unit has still to do something.
    fn is_open(&self) -> bool {
        !matches!(self.step, Some(TaskStep::Done | TaskStep::Accepted))
    }
}

impl Task {
    /// A unit's part.
    pub fn part(&self, unit: UnitId) -> Option<&Part> {
        self.parts.iter().find(|part| part.unit == unit)
    }

    /// Whether a unit has still to do something about it.
    pub fn is_open_for(&self, unit: UnitId) -> bool {
        self.part(unit).is_some_and(Part::is_open)
    }

    /// Whether anybody, the office too, has still to do something about it.
    pub fn is_open(&self) -> bool {
        self.parts.iter().any(|part| part.step != Some(TaskStep::Accepted))
    }

    /// The units that are at a step.
    pub fn units_at(&self, step: TaskStep) -> Vec<UnitId> {
        let at = self.parts.iter().filter(|part| part.step == Some(step));
        at.map(|part| part.unit).collect()
    }

    /// The units that have not reported it done although it is due.
    pub fn overdue(&self, now: DateTime<Utc>) -> Vec<UnitId> {
        let late = self.parts.iter().filter(|part| now > self.due && part.is_open());
        late.map(|part| part.unit).collect()
    }
}

/// All tasks, by number.
pub fn tasks(plan: &Plan, journal: &[Entry]) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    for entry in journal {
        let Deed::Task(deed) = &entry.deed else { continue };
        match deed {
            TaskDeed::Given { number, text, units: codes, due, file } => {
                let parts = units(plan, codes).into_iter().map(|unit| Part { unit, step: None });
                tasks.push(Task {
                    number: *number,
                    text: text.clone(),
                    file: file.clone(),
                    due: *due,
                    parts: parts.collect(),
                });
            }
            TaskDeed::Step { number, unit, step, .. } => {
                let unit = plan.unit_coded(unit);
                let task = tasks.iter_mut().find(|task| task.number == *number);
                let part = task
                    .and_then(|task| task.parts.iter_mut().find(|part| Some(part.unit) == unit));
                if let Some(part) = part {
                    part.step = Some(*step);
                }
            }
        }
    }
    tasks
}
