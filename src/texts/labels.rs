//! Short words: buttons, answers to presses, command descriptions. One `labels.toml` a language.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Language, spoken};

macro_rules! labels {
    ($($(#[$doc:meta])* $variant:ident = $key:literal),* $(,)?) => {
        /// One short text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Label { $($(#[$doc])* $variant),* }

        impl Label {
            /// Every label.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),* }
            }
        }
    };
}

labels! {
    /// The button that undoes a report.
    Withdraw = "withdraw",
    /// The answer once it is undone.
    WithdrawDone = "withdraw-done",
    /// The button belongs to another unit.
    NotYourButton = "not-your-button",
    /// The button's report is undone already.
    AlreadyWithdrawn = "already-withdrawn",
    /// There is no report that the word could undo.
    NothingToWithdraw = "nothing-to-withdraw",
    /// Something newer has come since.
    Superseded = "superseded",
    /// The report was changed or corrected since: `{}` is what stands now.
    ChangedSince = "changed-since",
    /// The answer to thanks.
    YouAreWelcome = "you-are-welcome",
    /// The report's period is over.
    PeriodOver = "period-over",
    /// Nobody knows this button any more.
    DeadButton = "dead-button",
    /// The button that makes a group the leadership group.
    BindLeadership = "bind-leadership",
    /// The button that makes a group a work group.
    BindWork = "bind-work",
    /// Only the office may press this.
    OfficeOnly = "office-only",
    /// The answer once it is done.
    Done = "done",
    /// The question is settled already.
    AlreadyAnswered = "already-answered",
    /// The question has gone with its period.
    QuestionExpired = "question-expired",
    /// The answer that nothing is to be stored.
    ReportNothing = "report-nothing",
    /// The same for several figures.
    NotNow = "not-now",
    /// The answer that a doubtful figure is wrong.
    NotThis = "not-this",
    /// The answer that a doubtful figure is right: `{}` is the figure.
    Confirm = "confirm",
    /// The answer that a doubtful addition of `{}` is right, `{}` in all.
    ConfirmAddition = "confirm-addition",
    /// The same, with words to follow.
    ConfirmAndExplain = "confirm-and-explain",
    /// The answer that an increment is the total: `{}`.
    AsTotal = "as-total",
    /// The answer that it is another addition of `{}`, `{}` in all.
    OnceMore = "once-more",
    /// The answer that it is as last time: `{}`.
    SameAsLast = "same-as-last",
    /// The answer that it is the writer's own unit `{}`, `{}` figures.
    ForOwnUnit = "for-own-unit",
    /// The answer that doubtful numbers are the own unit's `{}` totals, `{}` figures.
    OwnTotals = "own-totals",
    /// The same as additions.
    OwnAdditions = "own-additions",
    /// The answer that the other `{}` figures are as before.
    RestUnchanged = "rest-unchanged",
    /// The answer that doubtful numbers are totals.
    AreTotals = "are-totals",
    /// The answer that they are additions.
    AreAdditions = "are-additions",
    /// The answer that all `{}` figures of a file are right.
    StoreAll = "store-all",
    /// The answer that there is nothing of it.
    Zero = "zero",
    /// Goes to the next indicator.
    Skip = "skip",
    /// Goes to the one before.
    Back = "back",
    /// Ends the form.
    End = "end",
    /// Fills in the same indicator again.
    FillAgain = "fill-again",
    /// The figure has changed since the button was shown.
    FigureChanged = "figure-changed",
    /// There is no figure of the last period to repeat.
    NoLast = "no-last",
    /// The form is over.
    GuideOver = "guide-over",
    /// What `/report` does.
    CommandReport = "command-report",
    /// The name of a bulletin's files: of plan `{}`, year `{}`, number `{}`.
    BulletinFile = "bulletin-file",
    /// What `/my` does.
    CommandMy = "command-my",
    /// What `/template` does.
    CommandTemplate = "command-template",
    /// What `/rank` does.
    CommandRank = "command-rank",
    /// What `/bulletin` does.
    CommandBulletin = "command-bulletin",
    /// What `/missing` does.
    CommandMissing = "command-missing",
    /// The button that takes files as evidence for the last report.
    EvidenceIs = "evidence-is",
    /// The answer that they are none.
    EvidenceIsNot = "evidence-is-not",
    /// The button that hands out all `{}` files of a figure.
    EvidenceAll = "evidence-all",
    /// The button that hands out the file `{}`.
    EvidenceFile = "evidence-file",
    /// There is no such file.
    EvidenceGone = "evidence-gone",
    /// The button that flags a figure.
    ReviewFlag = "review-flag",
    /// The button that flags something of the label `{}`.
    FlagSet = "flag-set",
    /// The button that lifts the flag `{}` of `{}`.
    FlagLift = "flag-lift",
    /// The flag was lifted already.
    FlagGone = "flag-gone",
    /// A rate has nothing to be counted.
    FlagNoRates = "flag-no-rates",
    /// What `/flag` does.
    CommandFlag = "command-flag",
    /// Progress of a task named figures: they were not reported.
    StepIsNoReport = "step-is-no-report",
    /// `{}` still waits for words.
    StillOpen = "still-open",
    /// What waits: a task.
    OpenTask = "open-task",
    /// What waits: words about a task.
    OpenStep = "open-step",
    /// What waits: a notice.
    OpenNotice = "open-notice",
    /// What waits: why a material goes back.
    OpenReturn = "open-return",
    /// What waits: how much is flagged.
    OpenFlag = "open-flag",
    /// What waits: why a figure goes back.
    OpenReason = "open-reason",
    /// What waits: a line of the bulletin.
    OpenLine = "open-line",
    /// The words of evidence named figures: they were not reported.
    EvidenceIsNoReport = "evidence-is-no-report",
    /// The leader of the unit `{}`.
    HeadOf = "head-of",
    /// What `/help` does.
    CommandHelp = "command-help",
    /// What `/plan` does.
    CommandPlan = "command-plan",
    /// What `/invite` does.
    CommandInvite = "command-invite",
    /// What `/bind` does.
    CommandBind = "command-bind",
    /// What `/why_reminded` does.
    CommandWhyReminded = "command-why-reminded",
    /// What `/language` does.
    CommandLanguage = "command-language",
    /// Only leaders and the office may press this.
    LeadersOnly = "leaders-only",
    /// The page before.
    PageBack = "page-back",
    /// The next page.
    PageOn = "page-on",
    /// All units.
    AllUnits = "all-units",
    /// By one indicator.
    ByIndicator = "by-indicator",
    /// What `/why` does.
    CommandWhy = "command-why",
    /// What `/unit` does.
    CommandUnit = "command-unit",
    /// What `/trend` does.
    CommandTrend = "command-trend",
    /// The button that unbinds `{}`.
    Revoke = "revoke",
    /// The answer that it is meant.
    RevokeNow = "revoke-now",
    /// The answer that it is not.
    RevokeNot = "revoke-not",
    /// The account is unbound already.
    AlreadyRevoked = "already-revoked",
    /// The last office account stays.
    LastOffice = "last-office",
    /// What `/who` does.
    CommandWho = "command-who",
    /// The button that lets a draft go.
    DraftPublish = "draft-publish",
    /// The button that holds it back.
    DraftHold = "draft-hold",
    /// The button that adds a line.
    DraftLine = "draft-line",
    /// The button that makes it anew.
    DraftRenew = "draft-renew",
    /// The button that takes a correction back.
    DraftDrop = "draft-drop",
    /// The draft went out already.
    DraftIssued = "draft-issued",
    /// The draft will not go out.
    DraftDropped = "draft-dropped",
    /// The draft is being made.
    DraftComing = "draft-coming",
    /// There is a newer draft.
    DraftOlder = "draft-older",
    /// Somebody has let it go.
    DraftApproved = "draft-approved",
    /// Somebody has held it back.
    DraftIsHeld = "draft-is-held",
    /// No more lines fit.
    DraftFull = "draft-full",
    /// The next message is the line.
    DraftWrite = "draft-write",
    /// What `/assess` does.
    CommandAssess = "command-assess",
    /// What `/correct` does.
    CommandCorrect = "command-correct",
    /// The name of a correction's files: plan `{}`, year `{}`, number `{}`, correction `{}`.
    CorrectionFile = "correction-file",
    /// The dialogue is over.
    DialogueOver = "dialogue-over",
    /// Leaves a dialogue.
    DialogueDrop = "dialogue-drop",
    /// The button is for somebody else.
    NotForYou = "not-for-you",
    /// Moves a deadline and tells everybody.
    DeadlineMove = "deadline-move",
    /// Locks a period.
    LockYes = "lock-yes",
    /// All departments.
    Departments = "departments",
    /// In `{}` working days.
    WorkingDays = "working-days",
    /// The task has no file.
    TaskBare = "task-bare",
    /// Gives the task.
    TaskGive = "task-give",
    /// The unit has received task `{}`.
    TaskReceived = "task-received",
    /// The unit has done task `{}`.
    TaskDone = "task-done",
    /// Done, without words.
    TaskDoneBare = "task-done-bare",
    /// The office accepts task `{}`.
    TaskAccept = "task-accept",
    /// The office returns task `{}`.
    TaskReturn = "task-return",
    /// Sends the notice.
    NoticeSend = "notice-send",
    /// Notice `{}` was read.
    NoticeRead = "notice-read",
    /// It was read before.
    AlreadyRead = "already-read",
    /// The file is no material.
    MaterialNot = "material-not",
    /// Returns a material.
    MaterialReturn = "material-return",
    /// The name of a ZIP, of term `{}`.
    MaterialZip = "material-zip",
    /// A month: year `{}`, month `{}`.
    TermMonth = "term-month",
    /// A quarter: year `{}`, quarter `{}`.
    TermQuarter = "term-quarter",
    /// A year: `{}`.
    TermYear = "term-year",
    /// Invites somebody who is not bound.
    SubstituteInvite = "substitute-invite",
    /// What `/deadline` does.
    CommandDeadline = "command-deadline",
    /// What `/extend` does.
    CommandExtend = "command-extend",
    /// What `/lock` does.
    CommandLock = "command-lock",
    /// What `/unlock` does.
    CommandUnlock = "command-unlock",
    /// What `/task` does.
    CommandTask = "command-task",
    /// What `/tasks` does.
    CommandTasks = "command-tasks",
    /// What `/notice` does.
    CommandNotice = "command-notice",
    /// What `/materials` does.
    CommandMaterials = "command-materials",
    /// What `/substitute` does.
    CommandSubstitute = "command-substitute",
    /// What `/review` does.
    CommandReview = "command-review",
    /// What `/audit` does.
    CommandAudit = "command-audit",
    /// What `/target` does.
    CommandTarget = "command-target",
    /// Changes a target.
    TargetSet = "target-set",
    /// Changes a target, and the county's to `{}`.
    TargetBoth = "target-both",
    /// Changes a target, and not the county's.
    TargetOnly = "target-only",
    /// How `/audit` is asked.
    TrailUsage = "trail-usage",
    /// Accepts all `{}` that are open.
    ReviewAll = "review-all",
    /// Goes through them one by one.
    ReviewOneByOne = "review-one-by-one",
    /// Shows all indicators under review.
    ReviewList = "review-list",
    /// Accepts one figure.
    ReviewAccept = "review-accept",
    /// Sends one figure back.
    ReviewReturn = "review-return",
    /// Goes to the next one open.
    ReviewNext = "review-next",
    /// Back to the indicator.
    ReviewBack = "review-back",
    /// The reason is other words.
    ReviewWrite = "review-write",
    /// It does not go back.
    ReviewNotBack = "review-not-back",
    /// The figure is accepted.
    ReviewAccepted = "review-accepted",
    /// It is noted, and another lead must accept too.
    ReviewAgreed = "review-agreed",
    /// All are accepted.
    ReviewAllDone = "review-all-done",
    /// The figure was sent back.
    ReviewReturned = "review-returned",
    /// It was sent back before.
    ReviewSentBack = "review-sent-back",
    /// It was accepted before.
    ReviewDone = "review-done",
    /// There is nothing open.
    ReviewNothingOpen = "review-nothing-open",
    /// Nothing was sent back.
    ReviewKept = "review-kept",
    /// Only reviewers may press this.
    ReviewersOnly = "reviewers-only",
    /// The language was changed.
    LanguageChanged = "language-changed",
}

static LABELS: LazyLock<HashMap<Language, HashMap<String, String>>> = LazyLock::new(|| {
    Language::ALL.into_iter().map(|language| (language, spoken(language, "labels"))).collect()
});

impl Label {
    /// The label in a language, as plain text.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        LABELS.get(&language).and_then(|labels| labels.get(self.key())).map_or("?", String::as_str)
    }

    /// The label with values in place of each `{}`.
    #[must_use]
    pub fn with(self, language: Language, values: &[&str]) -> String {
        let filled = |text: String, value: &&str| text.replacen("{}", value, 1);
        values.iter().fold(self.text(language).to_owned(), filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_there_in_both_languages_and_no_other() {
        for language in Language::ALL {
            for label in Label::ALL {
                assert_ne!(label.text(language), "?", "{label:?} in {language:?}");
            }
            assert_eq!(LABELS[&language].len(), Label::ALL.len(), "{language:?}");
        }
    }
}
