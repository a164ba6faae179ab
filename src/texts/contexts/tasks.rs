//! Contexts of tasks (交办事项).

use serde::Serialize;

use super::Moment;

/// A task as a liaison gets it.
#[derive(Debug, Serialize)]
pub struct TaskCard {
    /// Its number.
    pub number: u32,
    /// The unit.
    pub unit: String,
    /// What is to be done.
    pub text: String,
    /// Until when.
    pub due: Moment,
    /// Who gives it.
    pub office: String,
    /// The name of the file with it.
    pub file: Option<String>,
    /// `given`, or the step the unit has come to.
    pub at: &'static str,
}

/// A task that is due, or overdue.
#[derive(Debug, Serialize)]
pub struct TaskDue {
    /// Its number.
    pub number: u32,
    /// What is to be done.
    pub text: String,
    /// Until when.
    pub due: Moment,
    /// Whether that has passed.
    pub late: bool,
    /// The units that are late, for the office; nobody for a liaison.
    pub units: Vec<String>,
}

/// A task that is being put together.
#[derive(Debug, Serialize)]
pub struct TaskDraftText {
    /// `text`, `units`, `due`, `file` or `confirm`.
    pub asks: &'static str,
    /// What is to be done.
    pub text: Option<String>,
    /// By whom.
    pub units: Vec<String>,
    /// Units that nobody can be reached of.
    pub nobody: Vec<String>,
    /// Until when.
    pub due: Option<Moment>,
    /// The name of the file with it.
    pub file: Option<String>,
    /// What could not be read: `units` or `due`, and the words.
    pub problem: Option<(&'static str, String)>,
}

/// A task was given.
#[derive(Debug, Serialize)]
pub struct TaskGiven {
    /// Its number.
    pub number: u32,
    /// Until when.
    pub due: Moment,
    /// To how many units.
    pub units: usize,
    /// To how many people.
    pub people: usize,
    /// Units that nobody can be reached of.
    pub nobody: Vec<String>,
}

/// A step of a task.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskStepText {
    /// Words or a file are to follow.
    Ask {
        /// Which task.
        number: u32,
        /// `done` or `returned`.
        step: &'static str,
    },
    /// It is noted, to whoever did it.
    Noted {
        /// Which task.
        number: u32,
        /// The unit.
        unit: String,
        /// The step.
        step: &'static str,
        /// The name of the file with it.
        file: Option<String>,
    },
    /// To the other side.
    Told {
        /// Which task.
        number: u32,
        /// The unit.
        unit: String,
        /// Who did it.
        by: String,
        /// The step.
        step: &'static str,
        /// Whether it is done later than it was due.
        late: bool,
        /// The words with it.
        words: String,
        /// What is to be done.
        task: String,
    },
    /// Which of several tasks?
    Which {
        /// The step.
        step: &'static str,
        /// Numbers and texts.
        tasks: Vec<(u32, String)>,
    },
    /// There is no such task for this unit.
    Unknown {
        /// The number.
        number: u32,
    },
    /// It stands so that the step makes no sense.
    Stands {
        /// Which task.
        number: u32,
        /// `given`, or the step it has come to.
        at: &'static str,
    },
    /// The office is to press the buttons under a unit's message.
    PressInstead {
        /// Which task.
        number: u32,
    },
}

/// One task on the board.
#[derive(Debug, Serialize)]
pub struct TaskLine {
    /// Its number.
    pub number: u32,
    /// What is to be done.
    pub text: String,
    /// Until when.
    pub due: Moment,
    /// How many units are overdue.
    pub overdue: usize,
    /// Steps, and the units at each.
    pub units: Vec<(&'static str, Vec<String>)>,
    /// How many units are done and accepted.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// The board of tasks.
#[derive(Debug, Serialize)]
pub struct TaskBoard {
    /// The unit whose tasks they are; `None` for all.
    pub own: Option<String>,
    /// The number that was asked for.
    pub number: Option<u32>,
    /// The tasks, newest first.
    pub tasks: Vec<TaskLine>,
}
