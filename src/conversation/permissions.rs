//! Who may do what: the one table of permissions.

use super::snapshot::{Account, Role};
use crate::plan::{IndicatorId, Plan};

/// Something an account may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Report figures for its own unit.
    Report,
    /// Report figures on a unit's behalf (代报).
    ReportFor,
    /// Undo a report of its own unit.
    Withdraw,
    /// See its own unit's card.
    SeeOwnUnit,
    /// See the ranking of all units.
    SeeRanking,
    /// See one's own place in the ranking.
    SeeOwnPlace,
    /// See who has not reported.
    SeeMissing,
    /// Invite others.
    Invite,
    /// Say what a group is for.
    BindGroup,
    /// Ask why a reminder went out or did not.
    AskWhyReminded,
    /// See who is bound, and unbind them.
    ManageAccounts,
    /// Let a bulletin go, hold it back, add to it, correct it.
    IssueBulletin,
    /// See how all units are assessed.
    SeeAssessment,
    /// Move deadlines, give longer, lock and open periods.
    SetDeadlines,
    /// Give tasks, and accept or return them.
    GiveTasks,
    /// Answer a task given to its own unit.
    AnswerTasks,
    /// Send notices.
    SendNotices,
    /// Send its own unit's materials.
    SendMaterials,
    /// List, read and return materials.
    HandleMaterials,
    /// Say who stands in for it.
    NameSubstitute,
    /// Accept figures, or send them back (审核).
    Review,
    /// See every revision of a figure.
    SeeHistory,
    /// Change targets.
    SetTargets,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 23] = [
        Self::Report,
        Self::ReportFor,
        Self::Withdraw,
        Self::SeeOwnUnit,
        Self::SeeRanking,
        Self::SeeOwnPlace,
        Self::SeeMissing,
        Self::Invite,
        Self::BindGroup,
        Self::AskWhyReminded,
        Self::ManageAccounts,
        Self::IssueBulletin,
        Self::SeeAssessment,
        Self::SetDeadlines,
        Self::GiveTasks,
        Self::AnswerTasks,
        Self::SendNotices,
        Self::SendMaterials,
        Self::HandleMaterials,
        Self::NameSubstitute,
        Self::Review,
        Self::SeeHistory,
        Self::SetTargets,
    ];
}

/// Whether a role may do something. A liaison does all of it for its own unit only.
pub fn may(role: Role, act: Act) -> bool {
    use Act::{
        AnswerTasks, AskWhyReminded, BindGroup, GiveTasks, HandleMaterials, Invite, IssueBulletin,
        ManageAccounts, NameSubstitute, Report, ReportFor, Review, SeeAssessment, SeeHistory,
        SeeMissing, SeeOwnPlace, SeeOwnUnit, SeeRanking, SendMaterials, SendNotices, SetDeadlines,
        SetTargets, Withdraw,
    };
    match role {
        Role::Liaison => {
            matches!(
                act,
                Report
                    | Withdraw
                    | SeeOwnUnit
                    | SeeOwnPlace
                    | SeeMissing
                    | AnswerTasks
                    | SendMaterials
                    | NameSubstitute
                    | SeeHistory
            )
        }
        Role::Head => matches!(act, SeeOwnUnit | SeeOwnPlace | SeeMissing),
        Role::Former => false,
        Role::Leader => matches!(act, SeeRanking | SeeMissing | SeeAssessment),
        Role::Office => {
            matches!(
                act,
                ReportFor
                    | Withdraw
                    | SeeRanking
                    | SeeMissing
                    | Invite
                    | BindGroup
                    | AskWhyReminded
                    | ManageAccounts
                    | IssueBulletin
                    | SeeAssessment
                    | SetDeadlines
                    | GiveTasks
                    | SendNotices
                    | HandleMaterials
                    | Review
                    | SetTargets
                    | SeeHistory
            )
        }
    }
}

/// What a liaison may do besides, whose department leads (牵头) the indicator it is about.
pub fn lead_may(act: Act) -> bool {
    matches!(act, Act::Review) || may(Role::Liaison, act)
}

/// Whether an account speaks for a department that leads an indicator.
pub fn leads(plan: &Plan, account: &Account) -> bool {
    account.role == Role::Liaison && plan.indicators().any(|(id, _)| reviews(plan, account, id))
}

/// Whether an account reviews an indicator: the office any, a liaison those its department leads.
pub fn reviews(plan: &Plan, account: &Account, indicator: IndicatorId) -> bool {
    let leads = |unit| plan.indicator(indicator).leads.iter().any(|lead| lead.unit == unit);
    match account.role {
        Role::Liaison => lead_may(Act::Review) && account.unit.is_some_and(leads),
        role => may(role, Act::Review),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_matrix() {
        let row = |role| -> String {
            Act::ALL.iter().map(|act| if may(role, *act) { 'x' } else { '.' }).collect()
        };
        // Report ReportFor Withdraw OwnUnit Ranking OwnPlace Missing Invite BindGroup Why Accounts
        // Issue Assess | SetDeadlines GiveTasks AnswerTasks SendNotices SendMaterials
        // HandleMaterials NameSubstitute Review SeeHistory SetTargets
        assert_eq!(row(Role::Liaison), "x.xx.xx........x.x.x.x.");
        assert_eq!(row(Role::Head), "...x.xx................");
        assert_eq!(row(Role::Leader), "....x.x.....x..........");
        assert_eq!(row(Role::Former), ".......................");
        assert_eq!(row(Role::Office), ".xx.x.xxxxxxxxx.x.x.xxx");
        let lead = Act::ALL.iter().map(|act| if lead_may(*act) { 'x' } else { '.' });
        assert_eq!(lead.collect::<String>(), "x.xx.xx........x.x.xxx.");
    }
}
