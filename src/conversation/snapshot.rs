//! What the store knows that a batch of events may touch, as plain values.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::assess::YearBook;
use super::dialogue::Dialogue;
use super::draft::Draft;
use super::effects::{BulletinRow, Origin, Report, Submission};
use super::event::{ChatId, Contents, MessageId, UserId};
use super::guide::Guide;
use super::journal::Entry;
use super::levels::Rolled;
use super::pending::{Pending, PendingKey, PendingState};
use super::review::Book;
use crate::plan::{Counts, Escalate, IndicatorId, JobKind, Period, Plan, Quantity, UnitId};
use crate::progress::Figures;
use crate::texts::Language;

/// What an account may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The leadership group (领导小组).
    Leader,
    /// Its office (领导小组办公室).
    Office,
    /// A liaison (联络员) of a unit or of a lead department.
    Liaison,
    /// A unit's own leader (单位负责人): looks at its figures, and is told when it is overdue.
    Head,
    /// Whoever was one of these and is not any more: a stranger whose name stays in the history.
    Former,
}

/// A bound account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub user: UserId,
    /// The name shown when it was bound.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// For whom it speaks, if it is a liaison or a unit's leader.
    pub unit: Option<UnitId>,
    /// The language of its texts.
    pub language: Language,
    /// When it was bound.
    pub bound_at: DateTime<Utc>,
    /// Since when it cannot be reached, because it blocked the bot.
    pub blocked_at: Option<DateTime<Utc>>,
}

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// The leadership group: rankings and late lists go there.
    Leadership,
    /// A work group of liaisons: late lists go there.
    Work,
}

/// A bound group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundGroup {
    /// The chat.
    pub chat: ChatId,
    /// Its title when it was bound.
    pub title: String,
    /// What it is for.
    pub kind: GroupKind,
}

/// An invitation, known by the hash of its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// SHA-256 of the code, in hex: the code itself is never kept.
    pub hash: String,
    /// The role it gives.
    pub role: Role,
    /// The unit it gives it for.
    pub unit: Option<UnitId>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
    /// Who used it.
    pub used_by: Option<UserId>,
}

/// A total in force, and the submission it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The running total, in base units.
    pub total: Quantity,
    /// The period it was reported for.
    pub period: Period,
    /// The number of the submission that reported it.
    pub revision: u32,
}

/// The figure (当前数) of one unit and indicator: what is in force, and what came last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Current {
    /// What is in force; `None` when all submissions were withdrawn.
    pub in_force: Option<InForce>,
    /// The number of the latest submission, withdrawals counted.
    pub latest: u32,
    /// Who sent the latest one.
    pub by: UserId,
    /// How the latest one came about.
    pub origin: Origin,
    /// What the latest one said.
    pub value: Quantity,
}

/// The key of a report: the message it was made by. `edition` is 0, or the update that edited it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReportKey {
    /// The chat.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// 0 for the text as first sent, else the number of the update that changed it.
    pub edition: i64,
}

/// What a message of the bot is about, so that a reply to it can be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// It reads a report back.
    Report(ReportKey),
    /// It asks a question.
    Question(PendingKey),
    /// It is about the task with this number.
    Task(u32),
    /// It says that a figure was sent back.
    Returned {
        /// Under which unit the figure is kept.
        unit: UnitId,
        /// Which indicator.
        indicator: IndicatorId,
        /// The period it was for.
        period: Period,
        /// The report it came with.
        report: ReportKey,
    },
    /// It says what was flagged in a figure.
    Flagged {
        /// Under which unit the figure is kept.
        unit: UnitId,
        /// Which indicator.
        indicator: IndicatorId,
        /// The period it was for.
        period: Period,
        /// The report it came with.
        report: ReportKey,
    },
}

/// A report with the submissions it made, and the withdrawals of those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The report.
    pub report: Report,
    /// Its submissions, in order of revision.
    pub submissions: Vec<Submission>,
}

/// What a job did to each unit, and why: kept for `/why_reminded`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTrace {
    /// The job's title.
    pub title: String,
    /// What it does.
    pub kind: JobKind,
    /// The period it acted on.
    pub period: Period,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// What it did for each unit.
    pub outcomes: Vec<(UnitId, Outcome)>,
}

/// What a job did for a unit, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "did")]
pub enum Outcome {
    /// Nothing: everything was in.
    Done,
    /// Reminded those who can be reached.
    Sent {
        /// How many figures were missing.
        missing: usize,
        /// How many people were reminded.
        liaisons: usize,
    },
    /// Everything is in but for questions that nobody has answered: reminded of those.
    Asked {
        /// How many questions.
        questions: usize,
        /// How many people were reminded.
        liaisons: usize,
    },
    /// Nobody is bound; the office was told.
    Unbound {
        /// How many figures were missing.
        missing: usize,
    },
    /// Everybody has blocked the bot; the office was told.
    Blocked {
        /// How many figures were missing.
        missing: usize,
    },
    /// Nothing: what is missing is missing in a plan below, which reminds its own units.
    Below {
        /// How many figures were missing.
        missing: usize,
    },
    /// Nothing yet: it was given longer.
    Extended {
        /// How many figures were missing.
        missing: usize,
    },
    /// Told to others, since it stayed overdue.
    Escalated {
        /// To whom.
        to: Escalate,
        /// How many figures were missing.
        missing: usize,
    },
    /// Named in a bulletin.
    Ranked {
        /// Its rank.
        rank: u32,
        /// How many figures were missing.
        missing: usize,
    },
}

/// Everything a decision may look at.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Accounts, at least of all who act in the batch.
    pub accounts: HashMap<UserId, Account>,
    /// Groups, at least all in which something happens in the batch.
    pub groups: HashMap<ChatId, BoundGroup>,
    /// Invitations whose codes are shown in the batch.
    pub invites: HashMap<String, Invite>,
    /// When somebody who shows a code in the batch has shown wrong ones lately.
    pub wrong_codes: HashMap<UserId, Vec<DateTime<Utc>>>,
    /// Figures, at least of all units whose liaisons act in the batch.
    pub figures: HashMap<(UnitId, IndicatorId), Current>,
    /// Those among them that are the totals of plans below.
    pub rolled: BTreeMap<(UnitId, IndicatorId), Rolled>,
    /// When those were complete for the period that a job acts on.
    pub completed: HashMap<(UnitId, IndicatorId), DateTime<Utc>>,
    /// Reports made by messages that the batch edits or whose buttons it presses, in order.
    pub reports: HashMap<(ChatId, MessageId), Vec<Reported>>,
    /// What was submitted for the figures of those reports, from the first of them on, in order.
    pub history: HashMap<(UnitId, IndicatorId), Vec<Submission>>,
    /// Questions that are not closed, of the chats and units that the batch touches.
    pub pending: HashMap<PendingKey, Pending>,
    /// Forms that are being filled in, of the chats that the batch touches.
    pub guides: HashMap<ChatId, Guide>,
    /// Dialogues of the chats that the batch touches.
    pub dialogues: HashMap<ChatId, Dialogue>,
    /// What was done at the desk, in order: of the topics that were asked for.
    pub journal: Vec<Entry>,
    /// Kept files that the batch hands out, by hash.
    pub kept: HashMap<String, Contents>,
    /// What the bot's messages are about that the batch replies to.
    pub replied: HashMap<(ChatId, MessageId), About>,
    /// The latest job runs, newest first, where somebody asks for them.
    pub job_traces: Vec<JobTrace>,
    /// The bulletins that somebody wants to see, by period and edition.
    pub bulletins: BTreeMap<(Period, u32), BulletinRow>,
    /// Bulletins on their way or gone, where somebody of the office may decide on them.
    pub drafts: BTreeMap<(Period, u32), Draft>,
    /// What the years are assessed by that somebody asks for.
    pub years: BTreeMap<i32, YearBook>,
    /// Everything sent for the period that a job acts on, in the order of time.
    pub sent: Vec<Submission>,
    /// What reviewers have said.
    pub book: Book,
}

impl Snapshot {
    /// What is in force for a unit and indicator.
    pub fn in_force(&self, unit: UnitId, indicator: IndicatorId) -> Option<InForce> {
        self.figures.get(&(unit, indicator)).and_then(|current| current.in_force)
    }

    /// What is in force once these submissions stand.
    pub fn in_force_after(
        &self,
        recent: &[Submission],
        unit: UnitId,
        indicator: IndicatorId,
    ) -> Option<InForce> {
        let same = |row: &&Submission| (row.unit, row.indicator) == (unit, indicator);
        match recent.iter().rev().find(same) {
            Some(row) => row.in_force,
            None => self.in_force(unit, indicator),
        }
    }

    /// The total in force.
    pub fn total(&self, unit: UnitId, indicator: IndicatorId) -> Option<Quantity> {
        self.in_force(unit, indicator).map(|figure| figure.total)
    }

    /// Whether a figure was reported for a period (or a later one).
    pub fn reported(&self, unit: UnitId, indicator: IndicatorId, period: Period) -> bool {
        match self.rolled.get(&(unit, indicator)) {
            Some(rolled) => rolled.is_complete(period),
            None => self.in_force(unit, indicator).is_some_and(|figure| figure.period >= period),
        }
    }

    /// The period a unit's report belongs to when it names none. After a deadline that a holiday has
    /// moved, that is the period just closed until nothing of it is missing.
    pub fn period_for(&self, plan: &Plan, unit: UnitId, now: DateTime<Utc>) -> Option<Period> {
        let period = plan.period_at(now)?;
        if let Some(before) = self.owed(plan, unit, now) {
            return Some(before);
        }
        let current = plan.current_period(now).filter(|current| *current > period);
        let done =
            now > plan.deadline_of(unit, period) && self.missing(plan, unit, period).is_empty();
        Some(current.filter(|_| done).unwrap_or(period))
    }

    /// The period before this one, where a unit was given longer for it and has not reported all.
    fn owed(&self, plan: &Plan, unit: UnitId, now: DateTime<Utc>) -> Option<Period> {
        let before = plan.period_at(now)?.previous();
        let longer = plan.orders.extension(before, unit).is_some_and(|until| now <= until);
        (longer && !self.missing(plan, unit, before).is_empty()).then_some(before)
    }

    /// The period that is shown to a unit: this one, or the one before as long as it is owed.
    pub fn period_shown(&self, plan: &Plan, unit: UnitId, now: DateTime<Utc>) -> Option<Period> {
        self.owed(plan, unit, now).or_else(|| plan.period_at(now))
    }

    /// The indicators a unit is asked for and has not reported for a period, in the annex's order.
    pub fn missing(&self, plan: &Plan, unit: UnitId, period: Period) -> Vec<IndicatorId> {
        self.missing_after(&[], plan, unit, period)
    }

    /// The same once these submissions stand.
    pub fn missing_after(
        &self,
        recent: &[Submission],
        plan: &Plan,
        unit: UnitId,
        period: Period,
    ) -> Vec<IndicatorId> {
        let there = |id: IndicatorId| {
            let holder = plan.holder(unit, id);
            if self.rolled.contains_key(&(holder, id)) {
                return self.reported(holder, id, period);
            }
            let figure = self.in_force_after(recent, holder, id);
            figure.is_some_and(|figure| figure.period >= period)
        };
        plan.expected(unit).iter().copied().filter(|id| !there(*id)).collect()
    }

    /// All figures that count in rankings: those in force, or by the plan's rule the last ones that a
    /// reviewer has accepted; without what was flagged, where the plan takes that off. Only whole if
    /// the snapshot was loaded whole.
    pub fn all_figures(&self, plan: &Plan) -> Figures {
        let mut figures = Figures::new(plan);
        let mut set = |cell: &(UnitId, IndicatorId), total| {
            figures.set(cell.0, cell.1, Some(self.book.counts_of(plan, *cell, total)));
        };
        if plan.review.counts == Counts::Reviewed {
            self.book.accepted.iter().for_each(|(cell, figure)| set(cell, figure.total));
            // The plan below has its own rule for what counts there.
            let rolled = self.rolled.iter().filter_map(|(cell, one)| Some((cell, one.total?)));
            rolled.for_each(|(cell, total)| set(cell, total));
        } else {
            let now = |current: &Current| current.in_force.map(|figure| figure.total);
            let in_force = self.figures.iter().filter_map(|(cell, one)| Some((cell, now(one)?)));
            in_force.for_each(|(cell, total)| set(cell, total));
        }
        figures
    }

    /// Units that sent everything there is of some indicator only after the deadline. A correction
    /// after it makes nobody late.
    pub fn late_units(&self, plan: &Plan, period: Period) -> HashSet<UnitId> {
        let mut first: HashMap<(UnitId, IndicatorId), bool> = HashMap::new();
        for row in self.sent.iter().filter(|row| row.origin != Origin::Withdrawal) {
            let late = first.entry((row.unit, row.indicator)).or_insert(true);
            *late &= row.late;
        }
        let late = first.into_iter().filter(|(_, late)| *late).map(|((unit, _), _)| unit);
        let below =
            self.completed.iter().filter(|((unit, _), at)| **at > plan.deadline_of(*unit, period));
        late.chain(below.map(|((unit, _), _)| *unit)).collect()
    }

    /// How many units below have not reported something that a unit's figures are made of.
    pub fn lacking_below(&self, unit: UnitId, period: Period) -> usize {
        let own = self.rolled.iter().filter(|((of, _), _)| *of == unit);
        let lacking: HashSet<UnitId> = own.flat_map(|(_, rolled)| rolled.lacking(period)).collect();
        lacking.len()
    }

    /// What was asked about a unit's figures for a period and nobody has answered, oldest first.
    pub fn open_questions(&self, unit: UnitId, period: Period) -> Vec<&Pending> {
        let open = |one: &&Pending| {
            (one.unit, one.period, one.state) == (unit, period, PendingState::Open)
        };
        let mut questions: Vec<&Pending> = self.pending.values().filter(open).collect();
        questions.sort_by_key(|one| (one.at, one.key.number));
        questions
    }

    /// The liaisons of a unit, in the order they were bound.
    pub fn liaisons(&self, unit: UnitId) -> Vec<&Account> {
        let mut liaisons: Vec<&Account> = self
            .accounts
            .values()
            .filter(|account| account.role == Role::Liaison && account.unit == Some(unit))
            .collect();
        liaisons.sort_by_key(|account| (account.bound_at, account.user));
        liaisons
    }

    /// All accounts of a role, in the order they were bound.
    pub fn with_role(&self, role: Role) -> Vec<&Account> {
        let mut accounts: Vec<&Account> =
            self.accounts.values().filter(|account| account.role == role).collect();
        accounts.sort_by_key(|account| (account.bound_at, account.user));
        accounts
    }

    /// The groups of a kind, by number.
    pub fn groups_of(&self, kind: GroupKind) -> Vec<&BoundGroup> {
        let mut groups: Vec<&BoundGroup> =
            self.groups.values().filter(|group| group.kind == kind).collect();
        groups.sort_by_key(|group| group.chat);
        groups
    }
}
