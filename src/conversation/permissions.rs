//! Who may do what: the one table of permissions.

use super::snapshot::Role;

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
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 13] = [
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
    ];
}

/// Whether a role may do something. A liaison does all of it for its own unit only.
pub fn may(role: Role, act: Act) -> bool {
    use Act::{
        AskWhyReminded, BindGroup, Invite, IssueBulletin, ManageAccounts, Report, ReportFor,
        SeeAssessment, SeeMissing, SeeOwnPlace, SeeOwnUnit, SeeRanking, Withdraw,
    };
    match role {
        Role::Liaison => {
            matches!(act, Report | Withdraw | SeeOwnUnit | SeeOwnPlace | SeeMissing)
        }
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
            )
        }
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
        // Report ReportFor Withdraw OwnUnit Ranking OwnPlace Missing Invite BindGroup Why Accounts Issue Assess
        assert_eq!(row(Role::Liaison), "x.xx.xx......");
        assert_eq!(row(Role::Leader), "....x.x.....x");
        assert_eq!(row(Role::Former), ".............");
        assert_eq!(row(Role::Office), ".xx.x.xxxxxxx");
    }
}
