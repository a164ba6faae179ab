//! Contexts of texts to people: who they are, what they may do, how it works.

use serde::Serialize;

use super::{Moment, Named, PeriodWords};

/// Something went wrong with one message; the rest of the batch went on.
#[derive(Debug, Serialize)]
pub struct Apology {}

/// To somebody who sends more than can be handled: nothing of it is stored for a while.
#[derive(Debug, Serialize)]
pub struct Flooded {
    /// Until when.
    pub until: Moment,
}

/// To somebody who is not bound.
#[derive(Debug, Serialize)]
pub struct Stranger {
    /// The office that gives out invitations.
    pub office: String,
    /// The plan's short name.
    pub plan: String,
    /// Whether the bot has other plans too, so that it is not known whose office to ask.
    pub several: bool,
}

/// Somebody of several plans is asked which one is meant, or asks which there are.
#[derive(Debug, Serialize)]
pub struct ChoosePlan {
    /// The names of the plans somebody is bound in.
    pub plans: Vec<String>,
    /// The one that was chosen last, where somebody asks.
    pub current: Option<String>,
    /// How many messages wait for the answer.
    pub waiting: usize,
    /// Whether it is about a file for which there is no room while others wait.
    pub file: bool,
    /// Whether it is about a group.
    pub is_group: bool,
}

/// A plan was chosen.
#[derive(Debug, Serialize)]
pub struct PlanChosen {
    /// Its name.
    pub plan: String,
    /// How many messages waited and are handled now.
    pub waiting: usize,
    /// How many waited too long for that.
    pub expired: usize,
    /// Whether it is about a group.
    pub is_group: bool,
}

/// Over a message to somebody of several plans.
#[derive(Debug, Serialize)]
pub struct PlanMark {
    /// The name of the plan that speaks.
    pub plan: String,
}

/// To somebody who has just been bound.
#[derive(Debug, Serialize)]
pub struct Welcome {
    /// `leader`, `office` or `liaison`.
    pub role: &'static str,
    /// For whom, if a liaison.
    pub unit: Option<String>,
    /// The plan's name.
    pub plan: String,
    /// What is asked every period.
    pub expected: Vec<Named>,
    /// The period that is due.
    pub period: Option<PeriodWords>,
    /// A message as one would write it.
    pub example: String,
}

/// An invitation that does not hold.
#[derive(Debug, Serialize)]
pub struct InviteProblem {
    /// `unknown`, `used`, `expired`, `for_another` or `too_often`.
    pub why: &'static str,
    /// Who gives out new ones.
    pub office: String,
    /// Until when no other may be shown, after too many wrong ones.
    pub until: Option<Moment>,
}

/// The office asked for an invitation without saying for whom, or for nobody known.
#[derive(Debug, Serialize)]
pub struct InviteUsage {
    /// The command, without the slash.
    pub command: &'static str,
    /// The name that is no unit.
    pub unknown: Option<String>,
    /// Names that are.
    pub units: Vec<String>,
}

/// An invitation, to be passed on.
#[derive(Debug, Serialize)]
pub struct Invited {
    /// `leader`, `office` or `liaison`.
    pub role: &'static str,
    /// For which unit.
    pub unit: Option<String>,
    /// The link.
    pub link: String,
    /// Until when it holds.
    pub expires: Moment,
    /// How many liaisons the unit has already.
    pub bound: usize,
}

/// Help by role.
#[derive(Debug, Serialize)]
pub struct Help {
    /// `leader`, `office`, `liaison` or `group`.
    pub role: &'static str,
    /// For whom, if a liaison.
    pub unit: Option<String>,
    /// A message as one would write it.
    pub example: String,
    /// The period that is due.
    pub period: Option<PeriodWords>,
    /// Commands and what they do.
    pub commands: Vec<(String, &'static str)>,
}

/// The group is bound.
#[derive(Debug, Serialize)]
pub struct GroupBound {
    /// `leadership` or `work`.
    pub kind: &'static str,
    /// The group.
    pub title: String,
}

/// What is this group for?
#[derive(Debug, Serialize)]
pub struct GroupAsk {
    /// The group.
    pub title: String,
}

/// A group nobody has bound.
#[derive(Debug, Serialize)]
pub struct GroupUnbound {}

/// This account may not do that.
#[derive(Debug, Serialize)]
pub struct NotAllowed {
    /// `office`: only the office; `liaison`: only liaisons; `leaders`: leaders and
    /// the office; `reviewer`: lead departments and the office; `history`: own figures only; `group`: only in a group; `private`.
    pub who: &'static str,
    /// The command.
    pub command: String,
}

/// A picture, a voice message, a sticker.
#[derive(Debug, Serialize)]
pub struct NotText {
    /// A message as one would write it.
    pub example: String,
}

/// A command nobody knows.
#[derive(Debug, Serialize)]
pub struct UnknownCommand {
    /// As written.
    pub command: String,
}

/// Why a reminder went out, or did not.
#[derive(Debug, Serialize)]
pub struct WhyReminded {
    /// The unit.
    pub unit: String,
    /// Job, when, and what it did; newest first.
    pub runs: Vec<(String, Moment, serde_json::Value)>,
}

/// Somebody who is bound.
#[derive(Debug, Serialize)]
pub struct PersonLine {
    /// The name shown when bound.
    pub name: String,
    /// Since when.
    pub since: Moment,
    /// Whether the bot is blocked.
    pub blocked: bool,
}

/// Who is bound.
#[derive(Debug, Serialize)]
pub struct Who {
    /// For whom, and who.
    pub of: Vec<(String, Vec<PersonLine>)>,
    /// Units that report and have nobody.
    pub unbound: Vec<String>,
    /// Groups: title and kind.
    pub groups: Vec<(String, &'static str)>,
}

/// Unbinding somebody: asked, done, or left.
#[derive(Debug, Serialize)]
pub struct Revoke {
    /// `ask`, `done`, `kept`.
    pub step: &'static str,
    /// Whom.
    pub name: String,
    /// For whom they spoke.
    pub of: String,
}

/// To whoever was unbound.
#[derive(Debug, Serialize)]
pub struct Revoked {
    /// For whom they spoke.
    pub of: String,
    /// Who did it.
    pub office: String,
}
