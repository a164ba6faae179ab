//! What one event means: (Snapshot, Event, now) → Effects.
//!
//! In: an [`Incoming`] event, what the store knows ([`Snapshot`]), the [`Moment`]. Out: [`Effects`]:
//! rows to keep and messages to send. Pure: no I/O, no clock, no chat platform, no database; what
//! is decided here has not happened until the store commits it.
//!
//! - [`event`], [`snapshot`], [`effects`]: the three kinds of value
//! - [`permissions`]: who may do what
//! - `report`: figures by message, by a changed message, by reply, on a unit's behalf
//! - `checks`: totals that are asked about before they are stored
//! - [`pending`], `ask`, `choices`, `note`: questions, their answers by button or text, explanations
//! - `ledger`: what stands of a figure's submissions, and what changing one of them comes to
//! - [`guide`]: figures one by one, in one message
//! - `form`, `upload`: the unit's form as a workbook, and what comes back
//! - [`withdraw`]: undoing a report
//! - [`form`]: a unit's form as a workbook
//! - [`binding`]: accounts, invitations, groups
//! - [`draft`], [`approval`]: bulletins that wait for the office, and corrections of past ones
//! - [`flood`]: how much one person may send, how often a code may be guessed
//! - [`assess`]: `/assess`: a year's points, each explained
//! - [`archive`]: `/bulletin`: a past bulletin as it was
//! - `cards`: `/my`, and `/why` a unit stands where it stands
//! - [`standing`]: `/rank`, `/unit`, `/trend`
//! - [`review`]: lead departments accept figures or send them back
//! - `targets`: `/target`: targets that change
//! - `trail`: `/audit`: every revision of a figure
//! - [`evidence`]: photos, files and words that bear figures out
//! - [`flags`]: what reviewers found 注销 or 异常 in a figure
//! - [`levels`]: figures that are the totals of a plan below
//! - [`plans`]: several plans in one bot, and which of them an event belongs to
//! - `people`: `/who` is bound, and unbinding them
//! - [`journal`]: what was done at the office's desk, append-only
//! - [`dialogue`]: what somebody is putting together in a chat; `when`: days and times as people write them
//! - `deadlines`: `/deadline`, `/extend`, `/lock`, `/unlock`; [`quiet`]: what waits for the morning
//! - [`tasks`], [`materials`], [`notices`], [`substitutes`]: the desk's own topics
//! - [`views`]: `/missing`, `/help`, `/why_reminded`
//! - [`needs`]: what must be loaded before a batch can be decided

mod apply;
pub mod approval;
pub mod archive;
mod ask;
pub mod assess;
mod audience;
pub mod binding;
mod cards;
mod checks;
mod choices;
mod deadlines;
pub mod dialogue;
pub mod draft;
pub mod effects;
pub mod event;
pub mod evidence;
pub mod flags;
pub mod flood;
mod form;
pub mod guide;
pub mod journal;
pub(crate) mod ledger;
pub mod levels;
mod lost;
pub mod materials;
pub mod needs;
mod note;
pub mod notices;
pub mod pending;
mod people;
pub mod permissions;
pub mod plans;
pub mod quiet;
mod report;
pub mod review;
pub mod snapshot;
pub mod standing;
pub mod substitutes;
mod targets;
pub mod tasks;
mod tell;
mod trail;
mod upload;
pub mod views;
mod when;
pub mod withdraw;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use dialogue::{Dialogue, Subject};
pub use draft::{Draft, DraftState, DraftWords};
pub use effects::{
    Audit, Blob, Button, Effects, FileOut, Origin, Outgoing, Priority, Report, Source, Submission,
    What,
};
pub use event::{
    ChatId, Contents, Event, FileIn, FileProblem, Incoming, MessageId, Person, Place, Pressed,
    Said, SentFile, UserId,
};

pub use evidence::Evidence;
pub use flags::Flag;
pub use journal::{Deed, Entry, Topic};
pub use needs::{Needs, Wanted};
pub use pending::{Note, Pending, PendingKey, PendingState};
pub use plans::{Desks, PlanNo};
pub use review::{Book, Review, ReviewAsk, Verdict};
pub use snapshot::{
    About, Account, BoundGroup, Current, GroupKind, InForce, Invite, ReportKey, Reported, Role,
    Snapshot,
};

use crate::message::Lexicon;
use crate::picture::Fonts;
use crate::plan::{IndicatorId, Plan, UnitId};
use crate::texts::{Label, Language, contexts};

/// When an event is decided, and where a fresh secret comes from if it needs one.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The time.
    pub now: DateTime<Utc>,
    /// Makes a code nobody can guess, for an invitation.
    pub fresh_code: fn() -> String,
}

/// The reporting desk: a plan, its reader, and the bot's name.
#[derive(Debug)]
pub struct Desk {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its reader.
    pub lexicon: Lexicon,
    /// The bot's user name, for links.
    pub bot_name: String,
    /// The fonts of pictures; without them a bulletin is text only.
    pub fonts: Option<Fonts>,
    /// The figures are made up, and every picture and workbook says so.
    pub made_up: bool,
    /// The bot has other plans beside this one.
    pub several: bool,
}

/// One event being decided.
pub(crate) struct Turn<'a> {
    pub desk: &'a Desk,
    pub plan: &'a Plan,
    pub snapshot: &'a Snapshot,
    pub moment: &'a Moment,
    pub update: i64,
    pub language: Language,
    pub effects: Effects,
    replies: usize,
}

impl Desk {
    /// A desk for a plan.
    pub fn new(plan: Arc<Plan>, bot_name: String) -> Self {
        let lexicon = Lexicon::new(&plan);
        Self { plan, lexicon, bot_name, fonts: None, made_up: false, several: false }
    }

    /// The same with fonts, so that bulletins have pictures.
    #[must_use]
    pub fn with_fonts(self, fonts: Fonts) -> Self {
        Self { fonts: Some(fonts), ..self }
    }

    /// The same with pictures and workbooks that say that the figures are made up.
    #[must_use]
    pub fn with_made_up(self, made_up: bool) -> Self {
        Self { made_up, ..self }
    }

    /// Decides what one event means.
    pub fn decide(&self, snapshot: &Snapshot, incoming: &Incoming, moment: &Moment) -> Effects {
        let person = match &incoming.event {
            Event::Said(said) | Event::Edited(said) => Some(said.person.user),
            Event::SentOther { person, .. } => Some(person.user),
            Event::SentFile(sent) => Some(sent.person.user),
            Event::Pressed(pressed) => Some(pressed.person.user),
            _ => None,
        };
        let account = person.and_then(|user| snapshot.accounts.get(&user));
        let account = account.filter(|account| account.role != Role::Former);
        let orders = journal::orders(&self.plan, &snapshot.journal);
        let ruled = (!orders.is_empty())
            .then(|| self.plan.under(orders).as_of(self.plan.local_day(moment.now)));
        let mut turn = Turn {
            desk: self,
            plan: ruled.as_ref().unwrap_or(&self.plan),
            snapshot,
            moment,
            update: incoming.update,
            language: account.map_or(Language::default(), |account| account.language),
            effects: Effects::default(),
            replies: 0,
        };
        match &incoming.event {
            Event::Said(said) if said.addressed => turn.said(said, account),
            Event::Edited(said) => report::edited(&mut turn, said, account),
            Event::SentOther { place, message, .. } if place.group.is_none() => {
                turn.sent_other(place, *message, account);
            }
            Event::SentFile(sent) => upload::sent(&mut turn, sent, account),
            Event::Pressed(pressed) => turn.pressed(pressed, account),
            Event::Blocked { person, blocked } => binding::blocked(&mut turn, person, *blocked),
            Event::Group { person, place, inside } => {
                binding::moved(&mut turn, person, place, *inside);
            }
            Event::Left { person, place } => lost::left(&mut turn, person.user, place),
            Event::Refused { chat } => lost::refused(&mut turn, *chat),
            Event::Migrated { from, to } => turn.effects.groups_moved.push((*from, *to)),
            Event::Said(_) | Event::SentOther { .. } | Event::Nothing => {}
        }
        let mut effects = turn.effects;
        quiet::hold(&self.plan, &mut effects, moment.now);
        effects
    }

    /// A message as a liaison of a unit would write it, about what is named first.
    pub fn example(&self, unit: UnitId, about: &[IndicatorId], snapshot: &Snapshot) -> String {
        let lines = about.iter().take(2).map(|id| {
            let indicator = self.plan.indicator(*id);
            let target = self.plan.target(unit, *id).map_or(10, |target| target.0);
            let scale = indicator.measure.scale;
            let rough = (target / 10 / scale * scale).max(scale.min(target.max(1)));
            let value = snapshot.total(unit, *id).map_or(rough, |total| total.0);
            let value = crate::plan::Quantity(value);
            let shown = &indicator.measure;
            let written = if shown.scale == 1 { shown.number(value) } else { shown.show(value) };
            format!("{} {written}", indicator.short)
        });
        lines.collect::<Vec<_>>().join("，")
    }
}

impl Turn<'_> {
    fn said(&mut self, said: &Said, account: Option<&Account>) {
        if let Some((name, rest)) = command(&said.text) {
            return self.command(said, account, &name, rest);
        }
        let Some(account) = account else {
            return self.stranger(&said.place, said.message);
        };
        let group = said.place.group.is_some();
        if group && !self.snapshot.groups.contains_key(&said.place.chat) {
            return self.reply(&said.place, Some(said.message), &contexts::GroupUnbound {}, &[]);
        }
        // A report for a unit is nothing else, whatever else waits for words.
        if report::behalf::named(self, said, account).is_some() {
            report::said(self, said, account);
            return dialogue::still_open(self, said, account);
        }
        if tasks::said(self, said, account)
            || evidence::said(self, said, account)
            || flags::desk::said(self, said, account)
            || dialogue::answered(self, said, account)
            || materials::said(self, said, account)
            || approval::line(self, said, account)
            || review::desk::reason(self, said, account)
        {
            return;
        }
        report::said(self, said, account);
    }

    fn command(&mut self, said: &Said, account: Option<&Account>, name: &str, rest: &str) {
        if name == "start" && said.place.group.is_none() {
            return binding::start(self, said, account, rest);
        }
        let Some(account) = account else {
            return self.stranger(&said.place, said.message);
        };
        let in_group = said.place.group.is_some();
        let bound = self.snapshot.groups.contains_key(&said.place.chat);
        match name {
            "bind" => binding::bind_group(self, said, account, rest),
            _ if in_group && !bound => {
                self.reply(&said.place, Some(said.message), &contexts::GroupUnbound {}, &[]);
            }
            "help" | "start" => views::help(self, said, account),
            "rank" => standing::rank(self, said, account, rest),
            "unit" => standing::unit(self, said, account, rest),
            "trend" => standing::trend(self, said, account, rest),
            "why" => cards::why(self, said, account, rest),
            "bulletin" => archive::bulletin(self, said, account, rest),
            "assess" if !in_group => assess::command(self, said, account, rest),
            "correct" if !in_group => approval::correct(self, said, account, rest),
            "missing" => views::missing(self, said, account),
            "target" if !in_group => targets::target(self, said, account, rest),
            "audit" if !in_group => trail::audit(self, said, account, rest),
            "review" if !in_group => review::desk::review(self, said, account, rest),
            "flag" if !in_group => flags::desk::command(self, said, account, rest),
            "who" | "revoke" if !in_group => {
                people::who(self, said, account, rest, name == "revoke");
            }
            "my" | "who" | "revoke" | "plan" | "report" | "template" | "invite"
            | "why_reminded" | "language" | "correct" | "assess" | "deadline" | "extend"
            | "lock" | "unlock" | "task" | "notice" | "materials" | "substitute" | "flag"
                if in_group =>
            {
                let text = contexts::NotAllowed { who: "private", command: format!("/{name}") };
                self.reply(&said.place, Some(said.message), &text, &[]);
            }
            "deadline" => deadlines::deadline(self, said, account, rest),
            "extend" => deadlines::extend(self, said, account, rest),
            "lock" => deadlines::lock(self, said, account, rest),
            "unlock" => deadlines::unlock(self, said, account, rest),
            "task" => tasks::guide::begin(self, said, account, rest),
            "tasks" => tasks::board(self, said, account, rest),
            "notice" => notices::notice(self, said, account, rest),
            "materials" => materials::list(self, said, account, rest),
            "substitute" => substitutes::substitute(self, said, account, rest),
            "my" => cards::mine(self, said, account),
            "report" => guide::begin(self, said, account),
            "template" => form::template(self, said, account),
            "invite" => binding::invite(self, said, account, rest),
            "why_reminded" => views::why_reminded(self, said, account, rest),
            "language" => binding::language(self, said, account, rest),
            _ => {
                let text = contexts::UnknownCommand { command: format!("/{name}") };
                self.reply(&said.place, Some(said.message), &text, &[]);
            }
        }
    }

    fn sent_other(&mut self, place: &Place, message: MessageId, account: Option<&Account>) {
        let Some(account) = account else { return self.stranger(place, message) };
        let example = match account.unit {
            Some(unit) => self.desk.example(unit, self.plan.expected(unit), self.snapshot),
            None => "/help".to_owned(),
        };
        self.reply(place, Some(message), &contexts::NotText { example }, &[]);
    }

    fn pressed(&mut self, pressed: &Pressed, account: Option<&Account>) {
        let (kind, rest) = pressed.data.split_once(':').unwrap_or((&pressed.data, ""));
        match kind {
            "undo" => withdraw::pressed(self, pressed, account, rest),
            "guide" => guide::pressed(self, pressed, account, rest),
            "ask" => ask::pressed(self, pressed, account, rest),
            "revoke" => people::pressed(self, pressed, account, rest),
            "audit" => trail::pressed(self, pressed, account, rest),
            "evidence" => evidence::handing::pressed(self, pressed, account, rest),
            "review" => review::desk::pressed(self, pressed, account, rest),
            "rank" => standing::pressed(self, pressed, account, rest),
            "draft" => approval::pressed(self, pressed, account, rest),
            "bind" => binding::group_chosen(self, pressed, account, rest),
            "dialogue" => dialogue::pressed(self, pressed, account, rest),
            "lock" => deadlines::locked(self, pressed, account, rest),
            "task" => tasks::pressed(self, pressed, account, rest),
            "material" => materials::pressed(self, pressed, account, rest),
            "notice" => notices::read(self, pressed, account, rest),
            "substitute" => substitutes::pressed(self, pressed, account, rest),
            _ => self.answer(pressed, Label::DeadButton),
        }
    }

    fn stranger(&mut self, place: &Place, message: MessageId) {
        let titles = &self.plan.titles;
        let several = self.desk.several && !self.snapshot.groups.contains_key(&place.chat);
        let (office, plan) = (titles.office.clone(), titles.short.clone());
        let text = contexts::Stranger { office, plan, several };
        self.reply(place, Some(message), &text, &[]);
    }
}

/// A command and what follows it: `/invite@bot 兰江` → (`invite`, `兰江`). `-` counts as `_`.
fn command(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('\u{ff0f}'))?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let name = rest[..end].split('@').next().unwrap_or_default();
    let shaped = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    (shaped && !name.is_empty())
        .then(|| (name.to_ascii_lowercase().replace('-', "_"), rest[end..].trim()))
}
