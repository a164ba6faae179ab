//! Dialogues (草稿): what somebody is putting together in a private chat, one a chat.
//!
//! Kept like the guided form, so it goes on after a restart; its message is edited in place.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::effects::{Button, FileOut, What};
use super::event::{ChatId, MessageId, Pressed, Said};
use super::journal::TaskStep;
use super::permissions::{Act, may};
use super::snapshot::{Account, ReportKey};
use super::{Turn, approval, deadlines, evidence, flags, materials, notices, targets, tasks};
use crate::plan::{Period, Term, UnitCode};
use crate::texts::{self, Label, Text};

/// How long after its last answer a dialogue takes a text as the next one.
const LIVELY: TimeDelta = TimeDelta::minutes(30);

/// What is being put together in a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialogue {
    /// The private chat.
    pub chat: ChatId,
    /// What it is.
    pub about: Subject,
    /// The outbox key of its message.
    pub message: String,
    /// When it was last worked on.
    pub at: DateTime<Utc>,
    /// Whether it is over.
    pub done: bool,
}

/// What a dialogue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A deadline to be moved.
    Deadline {
        /// Which period's.
        period: Period,
        /// To when.
        to: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// A target to be changed.
    Target(targets::TargetDraft),
    /// A task to be given.
    Task(tasks::TaskDraft),
    /// Words or a file to go with a step of a task.
    Step {
        /// Which task.
        number: u32,
        /// Which unit.
        unit: UnitCode,
        /// Which step.
        step: TaskStep,
    },
    /// Files that may be a material.
    Material {
        /// The files.
        files: Vec<FileOut>,
        /// What it may be.
        choices: Vec<(String, Term)>,
        /// The report that it may bear out.
        #[serde(default)]
        report: Option<ReportKey>,
    },
    /// Files that may bear out a report.
    Evidence {
        /// The files.
        files: Vec<FileOut>,
        /// The report.
        report: ReportKey,
        /// The words beside them.
        #[serde(default)]
        words: String,
    },
    /// How much of a figure is flagged.
    Flag {
        /// Under which unit it is kept.
        unit: UnitCode,
        /// The indicator's number.
        indicator: String,
        /// What is flagged.
        label: String,
    },
    /// The reason why a material goes back.
    Return {
        /// Which material.
        material: String,
        /// For which term.
        term: Term,
        /// Which unit.
        unit: UnitCode,
    },
    /// A notice to be sent.
    Notice {
        /// The text.
        text: String,
        /// To these units.
        units: Vec<UnitCode>,
    },
}

impl Subject {
    /// Who may work on it.
    fn act(&self) -> Act {
        match self {
            Self::Deadline { .. } => Act::SetDeadlines,
            Self::Target(_) => Act::SetTargets,
            Self::Task(_) | Self::Step { step: TaskStep::Returned, .. } => Act::GiveTasks,
            Self::Step { .. } => Act::AnswerTasks,
            Self::Material { .. } => Act::SendMaterials,
            // Whoever reported, for the own unit or another: those may also undo it.
            Self::Evidence { .. } => Act::Withdraw,
            // Who reviews which indicator is looked at when the number comes.
            Self::Flag { .. } => Act::SeeHistory,
            Self::Return { .. } => Act::HandleMaterials,
            Self::Notice { .. } => Act::SendNotices,
        }
    }
}

/// The dialogue of a chat, if it is not over.
pub(super) fn open(turn: &Turn<'_>, chat: ChatId, account: &Account) -> Option<Dialogue> {
    let dialogue = turn.snapshot.dialogues.get(&chat).filter(|dialogue| !dialogue.done)?;
    may(account.role, dialogue.about.act()).then(|| dialogue.clone())
}

/// Whether a dialogue still takes a text as the next answer.
pub(super) fn is_lively(turn: &Turn<'_>, dialogue: &Dialogue) -> bool {
    turn.moment.now - dialogue.at <= LIVELY
}

/// Takes a text as an answer to the chat's dialogue; false if there is none that waits for words.
pub(super) fn answered(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    if said.place.group.is_some() || said.reply_to.is_some() {
        return false;
    }
    let dialogue =
        open(turn, said.place.chat, account).filter(|dialogue| is_lively(turn, dialogue));
    let Some(dialogue) = dialogue else { return false };
    match &dialogue.about {
        Subject::Task(task) => tasks::guide::written(turn, &dialogue, task, &said.text),
        Subject::Step { number, unit, step } => {
            close(turn, &dialogue);
            tasks::step(turn, account, (*number, unit), *step, (&said.text, None));
            // Progress may well name figures: they are words of the task, and that is said.
            let own = account.unit.filter(|_| may(account.role, Act::Report));
            let reading = own.map(|own| turn.desk.lexicon.read(turn.plan, own, &said.text));
            if reading.is_some_and(|reading| !reading.figures.is_empty()) {
                let html = Label::StepIsNoReport.text(turn.language);
                turn.say((&said.place, MessageId(0)), html, &[], None);
            }
            true
        }
        Subject::Return { material, term, unit } => {
            close(turn, &dialogue);
            materials::returned(turn, account, (material, *term, unit), &said.text);
            true
        }
        Subject::Notice { units, .. } => {
            let text = said.text.trim().to_owned();
            notices::show(turn, &dialogue, Subject::Notice { text, units: units.clone() }, None);
            true
        }
        Subject::Flag { unit, indicator, label } => {
            let figure = (unit, indicator.as_str(), label.as_str());
            flags::desk::answered(turn, (said, account), &dialogue, figure)
        }
        Subject::Deadline { .. }
        | Subject::Target(_)
        | Subject::Material { .. }
        | Subject::Evidence { .. } => false,
    }
}

/// Says that something still waits for words, where a message was none of them.
pub(super) fn still_open(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let now = turn.moment.now;
    let dialogue = open(turn, said.place.chat, account).filter(|one| is_lively(turn, one));
    let subject = dialogue.and_then(|dialogue| match dialogue.about {
        Subject::Task(_) => Some(Label::OpenTask),
        Subject::Step { .. } => Some(Label::OpenStep),
        Subject::Notice { .. } => Some(Label::OpenNotice),
        Subject::Return { .. } => Some(Label::OpenReturn),
        Subject::Flag { .. } => Some(Label::OpenFlag),
        Subject::Deadline { .. }
        | Subject::Target(_)
        | Subject::Material { .. }
        | Subject::Evidence { .. } => None,
    });
    let asked = turn.snapshot.book.asks.get(&account.user);
    let reason = asked.filter(|ask| ask.revision > 0 && now - ask.at <= LIVELY);
    let line = approval::awaits_line(turn, account);
    let waiting = [subject, reason.map(|_| Label::OpenReason), line.then_some(Label::OpenLine)];
    for label in waiting.into_iter().flatten() {
        let what = label.text(turn.language);
        let html = Label::StillOpen.with(turn.language, &[what]);
        turn.say((&said.place, MessageId(0)), &html, &[], None);
    }
}

/// Takes a file as an answer to the chat's dialogue; false if there is none that waits for one.
pub(super) fn filed(
    turn: &mut Turn<'_>,
    chat: ChatId,
    account: &Account,
    file: (&FileOut, &str),
) -> bool {
    let dialogue = open(turn, chat, account).filter(|dialogue| is_lively(turn, dialogue));
    let Some(dialogue) = dialogue else { return false };
    match &dialogue.about {
        Subject::Task(task) => tasks::guide::filed(turn, &dialogue, task, file.0),
        Subject::Step { number, unit, step } => {
            close(turn, &dialogue);
            tasks::step(turn, account, (*number, unit), *step, (file.1, Some(file.0.clone())));
            true
        }
        _ => false,
    }
}

/// A button of a dialogue.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let found =
        account.and_then(|account| Some((account, open(turn, pressed.place.chat, account)?)));
    let Some((account, dialogue)) = found else { return turn.answer(pressed, Label::DialogueOver) };
    if data == "drop" {
        let dropped = texts::contexts::DialogueDropped {};
        finish(turn, &dialogue, &dropped, Some(pressed.message));
        return turn.answer(pressed, Label::Done);
    }
    let at = Some(pressed.message);
    let done = match dialogue.about.clone() {
        Subject::Deadline { period, to, reason } if data == "yes" => {
            deadlines::moved(turn, account, (period, to, reason), &dialogue, at);
            true
        }
        Subject::Target(draft) if ["yes", "both"].contains(&data) => {
            targets::set(turn, account, (draft, data == "both"), &dialogue, at);
            true
        }
        Subject::Task(task) => tasks::guide::pressed(turn, account, (&dialogue, task), data, at),
        Subject::Step { number, unit, step } if data == "yes" => {
            close(turn, &dialogue);
            tasks::step(turn, account, (number, &unit), step, ("", None));
            true
        }
        Subject::Material { files, report: Some(report), .. } if data == "evidence" => {
            evidence::chosen(turn, account, &dialogue, (&files, report, ""), at)
        }
        Subject::Material { files, choices, .. } => {
            materials::chosen(turn, account, &dialogue, (files, choices), data, at)
        }
        Subject::Evidence { files, report, words } if data == "evidence" => {
            evidence::chosen(turn, account, &dialogue, (&files, report, &words), at)
        }
        Subject::Notice { text, units } => {
            notices::pressed(turn, account, (&dialogue, text, units), data, at)
        }
        _ => false,
    };
    turn.answer(pressed, if done { Label::Done } else { Label::DeadButton });
}

/// Begins a dialogue with its message.
pub(super) fn begin<T: Text>(
    turn: &mut Turn<'_>,
    chat: ChatId,
    about: Subject,
    text: &T,
    buttons: Vec<Vec<Button>>,
) {
    let message = turn.next_key(chat);
    let html = texts::render(turn.language, text);
    turn.send(chat, What::Send { html, buttons, reply_to: None });
    turn.effects.dialogues.push(Dialogue {
        chat,
        about,
        message,
        at: turn.moment.now,
        done: false,
    });
}

/// Shows a dialogue as it is now.
pub(super) fn update<T: Text>(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    about: Subject,
    (text, buttons): (&T, Vec<Vec<Button>>),
    at: Option<MessageId>,
) {
    edit(turn, dialogue, text, buttons, at);
    turn.effects.dialogues.push(Dialogue { about, at: turn.moment.now, ..dialogue.clone() });
}

/// Shows what a dialogue came to, and ends it.
pub(super) fn finish<T: Text>(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    text: &T,
    at: Option<MessageId>,
) {
    edit(turn, dialogue, text, Vec::new(), at);
    close(turn, dialogue);
}

/// Ends a dialogue.
pub(super) fn close(turn: &mut Turn<'_>, dialogue: &Dialogue) {
    turn.effects.dialogues.push(Dialogue { done: true, at: turn.moment.now, ..dialogue.clone() });
}

fn edit<T: Text>(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    text: &T,
    buttons: Vec<Vec<Button>>,
    at: Option<MessageId>,
) {
    let html = texts::render(turn.language, text);
    let what = match at {
        Some(message) => What::Edit { message, html, buttons },
        None => What::EditSent { of: dialogue.message.clone(), html, buttons },
    };
    turn.send(dialogue.chat, what);
}

/// A button of the chat's dialogue.
pub(super) fn button(label: String, data: &str) -> Button {
    Button { label, data: format!("dialogue:{data}") }
}

/// The two buttons that do it, or leave it.
pub(super) fn yes_or_drop(turn: &Turn<'_>, yes: Label) -> Vec<Button> {
    let text = |label: Label| label.text(turn.language).to_owned();
    vec![button(text(yes), "yes"), button(text(Label::DialogueDrop), "drop")]
}
