//! Tasks (交办事项): the office gives one to units; they answer 收到, progress and 办结; it accepts or returns.
//!
//! - [`guide`]: `/task`, putting one together in one message
//! - [`state`]: how tasks stand, read off the journal

pub mod guide;
pub mod state;

use serde_json::json;

use super::dialogue::{self, Subject};
use super::effects::{Button, FileOut, What};
use super::event::{MessageId, Place, Pressed, Said};
use super::journal::{Deed, TaskDeed, TaskStep};
use super::permissions::{Act, may};
use super::snapshot::{About, Account, Role};
use super::{Turn, audience};
use crate::plan::{UnitCode, UnitId};
use crate::texts::contexts::{Moment, TaskBoard, TaskCard, TaskLine, TaskStepText};
use crate::texts::{self, Label};

pub use guide::TaskDraft;
use state::{Task, tasks};

/// The longest words kept with a step, in characters.
const LONGEST_WORDS: usize = 2000;

/// How many tasks the board shows.
const MOST_SHOWN: usize = 15;

impl TaskStep {
    /// The word in templates.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Progress => "progress",
            Self::Done => "done",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        }
    }
}

/// Words that begin a step, as people write them.
const STEPS: [(&str, TaskStep); 9] = [
    ("收到", TaskStep::Received),
    ("已收到", TaskStep::Received),
    ("办结", TaskStep::Done),
    ("已办结", TaskStep::Done),
    ("进展", TaskStep::Progress),
    ("认可", TaskStep::Accepted),
    ("同意办结", TaskStep::Accepted),
    ("退回", TaskStep::Returned),
    ("done", TaskStep::Done),
];

/// A step that a text begins with, the number behind it (办结3号), and the other words.
fn read_step(text: &str) -> Option<(TaskStep, Option<u32>, &str)> {
    let text = text.trim();
    let (word, step) = STEPS.into_iter().find(|(word, _)| text.starts_with(word))?;
    let rest = text[word.len()..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest[..end].parse().ok().filter(|_| {
        let behind = &rest[end..];
        behind.is_empty() || behind.starts_with('号') || behind.starts_with("\u{53f7}")
    });
    let rest = if number.is_some() { rest[end..].trim_start_matches('号') } else { rest };
    let words = rest.trim_start_matches(|c: char| c.is_whitespace() || "，,。.：:！!".contains(c));
    Some((step, number, words))
}

/// Whether a text may be a step of a task, so that tasks must be loaded.
pub(super) fn begins_with_step(text: &str) -> bool {
    read_step(text).is_some()
}

/// Takes a text that answers a task: as a reply to its message, or by its first word.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    if said.place.group.is_some() {
        return false;
    }
    let replied = said.reply_to.and_then(|to| turn.snapshot.replied.get(&(said.place.chat, to)));
    if let Some(About::Task(number)) = replied {
        let (step, words) = match read_step(&said.text) {
            Some((step, _, words)) => (step, words),
            None => (TaskStep::Progress, said.text.trim()),
        };
        return answer(turn, account, *number, step, (words, None));
    }
    if said.reply_to.is_some() {
        return false;
    }
    let Some((step, number, words)) = read_step(&said.text) else { return false };
    let Some(unit) = account.unit.filter(|_| may(account.role, Act::AnswerTasks)) else {
        return false;
    };
    let all = tasks(turn.plan, &turn.snapshot.journal);
    let open: Vec<&Task> = all.iter().filter(|task| task.is_open_for(unit)).collect();
    match (number, &open[..]) {
        (Some(number), _)
            if all.iter().any(|one| one.number == number && one.part(unit).is_some()) =>
        {
            answer(turn, account, number, step, (words, None))
        }
        // 进展 without a number more often begins a report.
        (None, [one]) if matches!(step, TaskStep::Received | TaskStep::Done) => {
            answer(turn, account, one.number, step, (words, None))
        }
        (None, [_, _, ..]) if matches!(step, TaskStep::Received | TaskStep::Done) => {
            let tasks = open.iter().map(|task| (task.number, task.text.clone())).collect();
            turn.reply(&said.place, None, &TaskStepText::Which { step: step.word(), tasks }, &[]);
            true
        }
        _ => false,
    }
}

/// A file that replies to a task's message; false if it does not.
pub(super) fn filed(
    turn: &mut Turn<'_>,
    (place, to): (&Place, Option<MessageId>),
    account: &Account,
    (file, words): (&FileOut, &str),
) -> bool {
    let replied = to.and_then(|to| turn.snapshot.replied.get(&(place.chat, to)));
    let Some(About::Task(number)) = replied else { return false };
    let (step, words) = match read_step(words) {
        Some((step, _, words)) => (step, words),
        None => (TaskStep::Progress, words),
    };
    answer(turn, account, *number, step, (words, Some(file.clone())))
}

/// What somebody answers about a task, for the unit they speak for or must mean.
fn answer(
    turn: &mut Turn<'_>,
    account: &Account,
    number: u32,
    step: TaskStep,
    with: (&str, Option<FileOut>),
) -> bool {
    let plan = turn.plan;
    let office = may(account.role, Act::GiveTasks);
    let unit = if office {
        let all = tasks(plan, &turn.snapshot.journal);
        let task = all.into_iter().find(|task| task.number == number);
        let waiting = task.map(|task| task.units_at(TaskStep::Done)).unwrap_or_default();
        match waiting[..] {
            [unit] if matches!(step, TaskStep::Accepted | TaskStep::Returned) => Some(unit),
            _ => {
                let place = Place { chat: account.user.into(), group: None };
                turn.reply(&place, None, &TaskStepText::PressInstead { number }, &[]);
                return true;
            }
        }
    } else {
        account.unit
    };
    let Some(unit) = unit else { return false };
    let code = plan.unit(unit).code.clone();
    self::step(turn, account, (number, &code), step, with);
    true
}

/// Goes a step, if the one who does may and the task stands so; tells the other side.
pub(super) fn step(
    turn: &mut Turn<'_>,
    account: &Account,
    (number, code): (u32, &UnitCode),
    step: TaskStep,
    (words, file): (&str, Option<FileOut>),
) {
    let plan = turn.plan;
    let place = Place { chat: account.user.into(), group: None };
    let office = matches!(step, TaskStep::Accepted | TaskStep::Returned);
    let allowed = if office {
        may(account.role, Act::GiveTasks)
    } else {
        may(account.role, Act::AnswerTasks) && account.unit == plan.unit_coded(code)
    };
    let all = tasks(plan, &turn.snapshot.journal);
    let found = all.iter().find(|task| task.number == number);
    let found = found.zip(plan.unit_coded(code)).filter(|(task, unit)| task.part(*unit).is_some());
    let Some((task, unit)) = found.filter(|_| allowed) else {
        return turn.reply(&place, None, &TaskStepText::Unknown { number }, &[]);
    };
    let now = task.part(unit).and_then(|part| part.step);
    if !may_follow(now, step) {
        let at = now.map_or("given", TaskStep::word);
        return turn.reply(&place, None, &TaskStepText::Stands { number, at }, &[]);
    }
    let words: String = words.trim().chars().take(LONGEST_WORDS).collect();
    let deed = TaskDeed::Step {
        number,
        unit: code.clone(),
        step,
        words: words.clone(),
        file: file.clone(),
    };
    turn.enter(account.user, Deed::Task(deed));
    let detail = json!({ "task": number, "step": step.word() });
    turn.audit(account.user, "task-step", code.to_string(), detail);
    let told = TaskStepText::Told {
        number,
        unit: plan.unit(unit).name.clone(),
        by: account.name.clone(),
        step: step.word(),
        late: step == TaskStep::Done && turn.moment.now > task.due,
        words,
        task: task.text.clone(),
    };
    let noted = TaskStepText::Noted {
        number,
        unit: plan.unit(unit).name.clone(),
        step: step.word(),
        file: file.as_ref().map(|file| file.name.clone()),
    };
    turn.reply(&place, None, &noted, &[]);
    let others: Vec<Account> = if office {
        turn.snapshot.liaisons(unit).into_iter().cloned().collect()
    } else {
        turn.snapshot.with_role(Role::Office).into_iter().cloned().collect()
    };
    // That it arrived is seen on the board; the office is told what it must look at.
    if step == TaskStep::Received {
        return;
    }
    let what = format!("task-{}:{number}:{code}", step.word());
    for other in &others {
        let buttons = match step {
            TaskStep::Done => verdict(other, number, code),
            TaskStep::Returned => steps(other, number, false),
            _ => Vec::new(),
        };
        turn.tell(other, &what, &told, &buttons, Some(About::Task(number)));
        if let Some(file) = file.as_ref().filter(|_| other.blocked_at.is_none()) {
            turn.tell_file(other.user.into(), &what, file);
        }
    }
}

fn may_follow(now: Option<TaskStep>, next: TaskStep) -> bool {
    use TaskStep::{Accepted, Done, Progress, Received, Returned};
    match next {
        Received => now.is_none(),
        Progress | Done => !matches!(now, Some(Accepted | Done)),
        Accepted | Returned => now == Some(Done),
    }
}

/// The office's buttons under what a unit reports done.
fn verdict(to: &Account, number: u32, unit: &UnitCode) -> Vec<Vec<Button>> {
    let button = |label: Label, word: &str| Button {
        label: label.with(to.language, &[&number.to_string()]),
        data: format!("task:{word}:{number}:{unit}"),
    };
    vec![vec![button(Label::TaskAccept, "ok"), button(Label::TaskReturn, "back")]]
}

/// A liaison's buttons under a task.
fn steps(to: &Account, number: u32, fresh: bool) -> Vec<Vec<Button>> {
    let button = |label: Label, word: &str| Button {
        label: label.with(to.language, &[&number.to_string()]),
        data: format!("task:{word}:{number}"),
    };
    let mut row = vec![button(Label::TaskDone, "done")];
    if fresh {
        row.insert(0, button(Label::TaskReceived, "got"));
    }
    vec![row]
}

/// A task as a liaison sees it.
fn card(turn: &Turn<'_>, task: &Task, unit: UnitId) -> TaskCard {
    TaskCard {
        number: task.number,
        unit: turn.plan.unit(unit).name.clone(),
        text: task.text.clone(),
        due: Moment::of(turn.plan, task.due),
        office: turn.plan.titles.office.clone(),
        file: task.file.as_ref().map(|file| file.name.clone()),
        at: task.part(unit).and_then(|part| part.step).map_or("given", TaskStep::word),
    }
}

/// A button under a task's message.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let mut parts = data.split(':');
    let (word, number) = (parts.next().unwrap_or_default(), parts.next());
    let number = number.and_then(|number| number.parse().ok());
    let (Some(account), Some(number)) = (account, number) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let plan = turn.plan;
    let act = if matches!(word, "ok" | "back") { Act::GiveTasks } else { Act::AnswerTasks };
    if !may(account.role, act) {
        return turn.answer(pressed, Label::NotForYou);
    }
    let code = match (parts.next(), account.unit) {
        (Some(code), _) if act == Act::GiveTasks => UnitCode::new(code),
        (None, Some(unit)) => plan.unit(unit).code.clone(),
        _ => return turn.answer(pressed, Label::DeadButton),
    };
    let all = tasks(plan, &turn.snapshot.journal);
    let part = plan.unit_coded(&code).and_then(|unit| {
        let task = all.iter().find(|task| task.number == number)?;
        task.part(unit).map(|part| (task, unit, part.step))
    });
    let Some((task, unit, now)) = part else { return turn.answer(pressed, Label::DeadButton) };
    let next = match word {
        "got" => TaskStep::Received,
        "done" => TaskStep::Done,
        "ok" => TaskStep::Accepted,
        _ => TaskStep::Returned,
    };
    if !may_follow(now, next) {
        return turn.answer(pressed, Label::AlreadyAnswered);
    }
    match next {
        TaskStep::Received => {
            let deed = TaskDeed::Step {
                number,
                unit: code.clone(),
                step: next,
                words: String::new(),
                file: None,
            };
            turn.enter(account.user, Deed::Task(deed));
            let text = TaskCard { at: "received", ..card(turn, task, unit) };
            let (html, buttons) =
                (texts::render(turn.language, &text), steps(account, number, false));
            turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons });
        }
        TaskStep::Accepted => self::step(turn, account, (number, &code), next, ("", None)),
        TaskStep::Done | TaskStep::Returned | TaskStep::Progress => {
            let ask = TaskStepText::Ask { number, step: next.word() };
            let buttons = match next {
                TaskStep::Done => vec![dialogue::yes_or_drop(turn, Label::TaskDoneBare)],
                _ => vec![vec![dialogue::button(
                    Label::DialogueDrop.text(turn.language).to_owned(),
                    "drop",
                )]],
            };
            let drafted = Subject::Step { number, unit: code, step: next };
            dialogue::begin(turn, pressed.place.chat, drafted, &ask, buttons);
        }
    }
    turn.answer(pressed, Label::Done);
}

/// `/tasks`: the board; `/tasks 3`: one task, unit by unit. A liaison sees its own unit's.
pub(super) fn board(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    let plan = turn.plan;
    let office = may(account.role, Act::GiveTasks) || account.role == Role::Leader;
    let own = account.unit.filter(|_| !office);
    if !office && own.is_none() {
        return turn.not_allowed(said, "office", "/tasks");
    }
    let number: Option<u32> = rest.trim_end_matches('号').trim().parse().ok();
    let all = tasks(plan, &turn.snapshot.journal);
    let mine = |task: &&Task| own.is_none_or(|unit| task.part(unit).is_some());
    let meant = |task: &&Task| match number {
        Some(number) => task.number == number,
        None => match own {
            Some(unit) => task.is_open_for(unit),
            None => task.is_open(),
        },
    };
    let shown: Vec<TaskLine> = all
        .iter()
        .filter(mine)
        .filter(meant)
        .rev()
        .take(MOST_SHOWN)
        .map(|task| line(turn, task, own))
        .collect();
    let text =
        TaskBoard { own: own.map(|unit| plan.unit(unit).name.clone()), number, tasks: shown };
    turn.reply(&said.place, Some(said.message), &text, &[]);
}

fn line(turn: &Turn<'_>, task: &Task, own: Option<UnitId>) -> TaskLine {
    let plan = turn.plan;
    let of = |step: Option<TaskStep>| {
        let units = task.parts.iter().filter(|part| part.step == step);
        let units: Vec<UnitId> =
            units.map(|part| part.unit).filter(|unit| own.is_none_or(|own| own == *unit)).collect();
        (step.map_or("given", TaskStep::word), audience::names(plan, &units))
    };
    let steps = [
        None,
        Some(TaskStep::Received),
        Some(TaskStep::Progress),
        Some(TaskStep::Returned),
        Some(TaskStep::Done),
        Some(TaskStep::Accepted),
    ];
    TaskLine {
        number: task.number,
        text: task.text.clone(),
        due: Moment::of(plan, task.due),
        overdue: task.overdue(turn.moment.now).len(),
        units: steps.map(of).into_iter().filter(|(_, units)| !units.is_empty()).collect(),
        done: task.parts.iter().filter(|part| part.step == Some(TaskStep::Accepted)).count(),
        of: task.parts.len(),
    }
}
