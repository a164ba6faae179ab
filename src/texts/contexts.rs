//! What each template is given. Numbers arrive as people read them (`1647家`, `7.3%`).

mod broadcast;
mod desk;
mod issuing;
mod papers;
mod people;
mod quality;
mod reporting;
mod review;
mod standing;
mod tasks;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;

pub use broadcast::{
    Bulletin, BulletinCaption, GroupEnds, Names, NoBulletin, NoGroup, OutOfReach, OverdueNotice,
    Reminder, TotalLine, Unreachable,
};
pub use desk::{
    DeadlineText, DialogueDropped, EscalationText, EscalationUnit, ExtensionText, LockText, Morning,
};
pub use issuing::{Change, Correcting, Correction, DraftLine, DraftText};
pub use papers::{
    MaterialLine, MaterialList, MaterialPart, MaterialText, NoticeStanding, NoticeText,
    SubstituteText, TermWords,
};
pub use people::{
    Apology, ChoosePlan, Flooded, GroupAsk, GroupBound, GroupUnbound, Help, InviteProblem,
    InviteUsage, Invited, NotAllowed, NotText, PersonLine, PlanChosen, PlanMark, Revoke, Revoked,
    Stranger, UnknownCommand, Welcome, Who, WhyReminded,
};
pub use quality::{Counted, EvidenceLine, EvidenceText, FlagText, FlagWords, FlaggedLine};
pub use reporting::{
    Answered, Asking, EditTooLate, FigureLine, FileRefused, FormSent, FormText, GuideDone,
    GuideStep, GuideStored, Noted, OutsidePlan, PeriodClosed, Question, Remark, Reported,
    ReportedFor, SeveralPeriods, Talk, Upload, UploadLine, UploadProblem, WhatIsRight, Withdrawn,
    WithdrawnFor,
};
pub use review::{
    Returned, ReturnedAgain, ReturnedLine, ReviewCard, ReviewCount, ReviewLine, ReviewList,
    ReviewOne, Suspect, TargetText, Trail, TrailLine,
};
pub use standing::{
    Assess, AssessGroup, AssessLine, AssessUnit, Mine, Missing, MissingUnit, MyLine, Place, Rank,
    RankByIndicator, RankChoose, RankLine, ScoreLine, TrendCaption, UnitCard, Why,
};
pub use tasks::{TaskBoard, TaskCard, TaskDraftText, TaskDue, TaskGiven, TaskLine, TaskStepText};

use super::Text;
use crate::plan::{Cycle, IndicatorId, Period, Plan, UnitId};

macro_rules! text {
    ($($context:ident = $name:literal),* $(,)?) => {
        $(impl Text for $context { const NAME: &'static str = $name; })*
    };
}

text! {
    Answered = "answered",
    Apology = "apology",
    Asking = "asking",
    Assess = "assess",
    AssessUnit = "assess-unit",
    Bulletin = "bulletin",
    BulletinCaption = "bulletin-caption",
    ChoosePlan = "choose-plan",
    Correcting = "correcting",
    DraftText = "draft",
    DraftLine = "draft-line",
    DeadlineText = "deadline",
    DialogueDropped = "dialogue-dropped",
    EditTooLate = "edit-too-late",
    EscalationText = "escalation",
    EvidenceText = "evidence",
    ExtensionText = "extension",
    FileRefused = "file-refused",
    FlagText = "flag",
    Flooded = "flooded",
    FormText = "form",
    FormSent = "form-sent",
    GroupAsk = "group-ask",
    GroupBound = "group-bound",
    GroupUnbound = "group-unbound",
    GuideStep = "guide",
    GuideDone = "guide-done",
    GuideStored = "guide-stored",
    Help = "help",
    InviteProblem = "invite-problem",
    InviteUsage = "invite-usage",
    Invited = "invited",
    LockText = "lock",
    MaterialText = "material",
    MaterialList = "material-list",
    Mine = "mine",
    Missing = "missing",
    Morning = "morning",
    NoBulletin = "no-bulletin",
    NoGroup = "no-group",
    NotAllowed = "not-allowed",
    NotText = "not-text",
    NoticeText = "notice",
    NoticeStanding = "notice-standing",
    Noted = "noted",
    OutOfReach = "out-of-reach",
    OutsidePlan = "outside-plan",
    PeriodClosed = "period-closed",
    PlanChosen = "plan-chosen",
    PlanMark = "plan-mark",
    SeveralPeriods = "several-periods",
    WhatIsRight = "what-is-right",
    OverdueNotice = "overdue-notice",
    Rank = "rank",
    RankByIndicator = "rank-by-indicator",
    RankChoose = "rank-choose",
    Remark = "remark",
    Reminder = "reminder",
    Reported = "reported",
    ReportedFor = "reported-for",
    Returned = "returned",
    ReturnedAgain = "returned-again",
    ReviewCard = "review",
    ReviewList = "review-list",
    ReviewOne = "review-one",
    Revoke = "revoke",
    Revoked = "revoked",
    Stranger = "stranger",
    SubstituteText = "substitute",
    Talk = "talk",
    TaskBoard = "task-board",
    TaskCard = "task",
    TaskDraftText = "task-draft",
    TaskDue = "task-due",
    TaskGiven = "task-given",
    TaskStepText = "task-step",
    TargetText = "target",
    Trail = "trail",
    TrendCaption = "trend-caption",
    UnitCard = "unit-card",
    UnknownCommand = "unknown-command",
    Unreachable = "unreachable",
    Upload = "upload",
    Welcome = "welcome",
    Who = "who",
    Why = "why",
    WhyReminded = "why-reminded",
    Withdrawn = "withdrawn",
    WithdrawnFor = "withdrawn-for",
}

/// A period, with its deadline, for the word macros.
#[derive(Debug, Clone, Serialize)]
pub struct PeriodWords {
    year: i32,
    number: u32,
    weekly: bool,
    deadline: Moment,
}

impl PeriodWords {
    /// The same with the deadline of one unit, which may have been given longer.
    #[must_use]
    pub fn due_from(plan: &Plan, unit: UnitId, period: Period) -> Self {
        Self::due_at(plan, period, plan.deadline_of(unit, period))
    }

    /// The words' values for a period with another deadline.
    #[must_use]
    pub fn due_at(plan: &Plan, period: Period, deadline: DateTime<Utc>) -> Self {
        Self { deadline: Moment::of(plan, deadline), ..Self::of(plan, period) }
    }

    /// The words' values for a period of a plan.
    #[must_use]
    pub fn of(plan: &Plan, period: Period) -> Self {
        let weekly = period.cycle == Cycle::Weekly;
        let deadline = Moment::of(plan, plan.deadline(period));
        Self { year: period.year, number: period.number, weekly, deadline }
    }

    /// A week as an example, and a moment after its deadline.
    pub(super) fn example() -> (Self, Moment) {
        let moment = |day, time: &str, weekday| Moment {
            year: 2019,
            month: 6,
            day,
            time: time.to_owned(),
            weekday,
        };
        let deadline = moment(20, "17:00", 4);
        (Self { year: 2019, number: 25, weekly: true, deadline }, moment(21, "09:00", 5))
    }
}

/// A local day and time.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    year: i32,
    month: u32,
    day: u32,
    time: String,
    weekday: u32,
}

impl Moment {
    /// A day without an hour.
    #[must_use]
    pub fn day(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
            day: day.day(),
            time: String::new(),
            weekday: day.weekday().number_from_monday(),
        }
    }

    /// The plan's local reckoning of an instant; `weekday` counts from Monday = 1.
    #[must_use]
    pub fn of(plan: &Plan, at: DateTime<Utc>) -> Self {
        let local = at.with_timezone(&plan.zone);
        Self {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            time: local.format("%H:%M").to_string(),
            weekday: local.weekday().number_from_monday(),
        }
    }
}

/// An indicator by number and short name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// `3.1`.
    pub no: String,
    /// `公司制`.
    pub name: String,
}

impl Named {
    /// Number and short name of an indicator.
    #[must_use]
    pub fn of(plan: &Plan, id: IndicatorId) -> Self {
        let indicator = plan.indicator(id);
        Self { no: indicator.no.to_string(), name: indicator.short.clone() }
    }

    /// The same for a list.
    #[must_use]
    pub fn all(plan: &Plan, ids: &[IndicatorId]) -> Vec<Self> {
        ids.iter().map(|id| Self::of(plan, *id)).collect()
    }
}
