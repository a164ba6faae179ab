//! `/task`: what, by whom, until when, with what; shown in one message, and given by a button.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::state::{Task, tasks};
use super::{card, steps};
use crate::conversation::dialogue::{self, Dialogue, Subject, button};
use crate::conversation::effects::{Button, FileOut};
use crate::conversation::event::{MessageId, Said};
use crate::conversation::journal::{Deed, TaskDeed, units};
use crate::conversation::permissions::{Act, may};
use crate::conversation::snapshot::{About, Account};
use crate::conversation::{Turn, audience, when};
use crate::plan::{UnitCode, UnitId};
use crate::texts::Label;
use crate::texts::contexts::{Moment, TaskDraftText, TaskGiven};

/// The longest task, in characters.
const LONGEST_TASK: usize = 1500;

/// A task that is being put together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDraft {
    text: Option<String>,
    units: Vec<UnitCode>,
    due: Option<DateTime<Utc>>,
    file: Option<FileOut>,
    /// Whether it goes without a file.
    bare: bool,
}

impl TaskDraft {
    /// What is asked next.
    fn asks(&self) -> &'static str {
        if self.text.is_none() {
            "text"
        } else if self.units.is_empty() {
            "units"
        } else if self.due.is_none() {
            "due"
        } else if self.file.is_none() && !self.bare {
            "file"
        } else {
            "confirm"
        }
    }
}

/// `/task`, perhaps with the text behind it.
pub(in crate::conversation) fn begin(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    rest: &str,
) {
    if !may(account.role, Act::GiveTasks) {
        return turn.not_allowed(said, "office", "/task");
    }
    let text = Some(shortened(rest)).filter(|text| !text.is_empty());
    let task = TaskDraft { text, ..TaskDraft::default() };
    let (text, buttons) = show(turn, &task, None);
    dialogue::begin(turn, said.place.chat, Subject::Task(task), &text, buttons);
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(LONGEST_TASK).collect()
}

/// Takes a text as the next answer.
pub(in crate::conversation) fn written(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    task: &TaskDraft,
    text: &str,
) -> bool {
    let (plan, now) = (turn.plan, turn.moment.now);
    let mut task = task.clone();
    let mut problem = None;
    match task.asks() {
        "text" => task.text = Some(shortened(text)).filter(|text| !text.is_empty()),
        "units" => match audience::named(plan, text) {
            Ok(units) => task.units = codes(turn, &units),
            Err(word) => problem = Some(("units", word)),
        },
        "due" => match when::moment(plan, now, plan.local_day(now), text) {
            Some((at, _)) if at > now => task.due = Some(at),
            _ => problem = Some(("due", text.trim().to_owned())),
        },
        "file" if ["无", "没有", "不用", "无附件"].contains(&text.trim()) => {
            task.bare = true;
        }
        _ => return false,
    }
    refresh(turn, dialogue, task, problem, None);
    true
}

/// Takes a file as what goes with it.
pub(in crate::conversation) fn filed(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    task: &TaskDraft,
    file: &FileOut,
) -> bool {
    let task = TaskDraft { file: Some(file.clone()), ..task.clone() };
    refresh(turn, dialogue, task, None, None);
    true
}

/// A button of the dialogue; false if it does nothing now.
pub(in crate::conversation) fn pressed(
    turn: &mut Turn<'_>,
    account: &Account,
    (dialogue, mut task): (&Dialogue, TaskDraft),
    data: &str,
    at: Option<MessageId>,
) -> bool {
    match (data, task.asks()) {
        ("bare", "file") => task.bare = true,
        ("yes", "confirm") => {
            give(turn, account, (dialogue, &task), at);
            return true;
        }
        ("again", _) => task = TaskDraft::default(),
        (data, "units") => match audience::pressed(turn.plan, data) {
            Some(units) => task.units = codes(turn, &units),
            None => return false,
        },
        (data, "due") => {
            let days = data.strip_prefix("days:").and_then(|days| days.parse().ok());
            let Some(days) = days.filter(|days| (1..=30).contains(days)) else { return false };
            let plan = turn.plan;
            let day = plan.calendar.add_working_days(plan.local_day(turn.moment.now), days);
            let at = day.and_time(plan.reporting.deadline_time);
            task.due = Some(crate::plan::period::local_instant(at, plan.zone));
        }
        _ => return false,
    }
    refresh(turn, dialogue, task, None, at);
    true
}

fn codes(turn: &Turn<'_>, units: &[UnitId]) -> Vec<UnitCode> {
    units.iter().map(|unit| turn.plan.unit(*unit).code.clone()).collect()
}

fn refresh(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    task: TaskDraft,
    problem: Option<(&'static str, String)>,
    at: Option<MessageId>,
) {
    let shown = show(turn, &task, problem);
    dialogue::update(turn, dialogue, Subject::Task(task), (&shown.0, shown.1), at);
}

fn show(
    turn: &Turn<'_>,
    task: &TaskDraft,
    problem: Option<(&'static str, String)>,
) -> (TaskDraftText, Vec<Vec<Button>>) {
    let plan = turn.plan;
    let ids = units(plan, &task.units);
    let nobody = ids
        .iter()
        .filter(|unit| turn.snapshot.liaisons(**unit).iter().all(|one| one.blocked_at.is_some()));
    let text = TaskDraftText {
        asks: task.asks(),
        text: task.text.clone(),
        units: audience::names(plan, &ids),
        nobody: nobody.map(|unit| plan.unit(*unit).name.clone()).collect(),
        due: task.due.map(|due| Moment::of(plan, due)),
        file: task.file.as_ref().map(|file| file.name.clone()),
        problem,
    };
    let label = |label: Label| label.text(turn.language).to_owned();
    let mut buttons = match task.asks() {
        "units" => audience::buttons(turn),
        "due" => {
            let days = [1, 3, 5, 10].map(|days| {
                let shown = Label::WorkingDays.with(turn.language, &[&days.to_string()]);
                button(shown, &format!("days:{days}"))
            });
            vec![days.to_vec()]
        }
        "file" => vec![vec![button(label(Label::TaskBare), "bare")]],
        "confirm" => vec![vec![
            button(label(Label::TaskGive), "yes"),
            button(label(Label::FillAgain), "again"),
        ]],
        _ => Vec::new(),
    };
    buttons.push(vec![button(label(Label::DialogueDrop), "drop")]);
    (text, buttons)
}

/// Gives the task to its units.
fn give(
    turn: &mut Turn<'_>,
    account: &Account,
    (dialogue, task): (&Dialogue, &TaskDraft),
    at: Option<MessageId>,
) {
    let plan = turn.plan;
    let (Some(text), Some(due)) = (task.text.clone(), task.due) else { return };
    let number = tasks(plan, &turn.snapshot.journal).last().map_or(1, |task| task.number + 1);
    let deed = TaskDeed::Given {
        number,
        text: text.clone(),
        units: task.units.clone(),
        due,
        file: task.file.clone(),
    };
    turn.enter(account.user, Deed::Task(deed));
    let detail = json!({ "units": task.units, "due": due });
    turn.audit(account.user, "task", number.to_string(), detail);
    let given = Task { number, text, file: task.file.clone(), due, parts: Vec::new() };
    let ids = units(plan, &task.units);
    let (mut people, mut nobody) = (0, Vec::new());
    for unit in &ids {
        let to: Vec<Account> =
            turn.snapshot.reminded(plan, *unit, turn.moment.now).into_iter().cloned().collect();
        let card = card(turn, &given, *unit);
        let reachable = to.iter().filter(|one| one.blocked_at.is_none());
        if reachable.clone().count() == 0 {
            nobody.push(plan.unit(*unit).name.clone());
        }
        for liaison in reachable {
            let buttons = steps(liaison, number, true);
            turn.tell(
                liaison,
                &format!("task:{number}"),
                &card,
                &buttons,
                Some(About::Task(number)),
            );
            if let Some(file) = &task.file {
                turn.tell_file(liaison.user.into(), &format!("task:{number}"), file);
            }
            people += 1;
        }
    }
    let text = TaskGiven { number, due: Moment::of(plan, due), units: ids.len(), people, nobody };
    dialogue::finish(turn, dialogue, &text, at);
}
