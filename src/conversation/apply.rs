//! What one event of a batch decided, as the next one sees it.

use std::collections::HashSet;

use super::effects::Effects;
use super::event::UserId;
use super::flood;
use super::pending::PendingState;
use super::snapshot::{BoundGroup, Reported, Snapshot};

impl Snapshot {
    /// Takes over what was decided, so that the next event of the batch sees it.
    pub fn apply(&mut self, effects: &Effects) {
        for account in &effects.accounts {
            self.accounts.insert(account.user, account.clone());
        }
        for group in &effects.groups {
            self.groups.insert(group.chat, group.clone());
        }
        for chat in &effects.groups_left {
            self.groups.remove(chat);
        }
        for (from, to) in &effects.groups_moved {
            if let Some(group) = self.groups.remove(from) {
                self.groups.insert(*to, BoundGroup { chat: *to, ..group });
            }
        }
        for invite in effects.invites.iter().chain(&effects.invites_used) {
            self.invites.insert(invite.hash.clone(), invite.clone());
        }
        for audit in effects.audit.iter().filter(|audit| audit.act == flood::WRONG_CODE) {
            let user = audit.actor.unwrap_or(UserId(0));
            self.wrong_codes.entry(user).or_default().push(audit.at);
        }
        for pending in &effects.pending {
            if pending.state == PendingState::Closed {
                self.pending.remove(&pending.key);
            } else {
                self.pending.insert(pending.key, pending.clone());
            }
        }
        for draft in &effects.drafts {
            self.drafts.insert((draft.period, draft.edition), draft.clone());
        }
        self.journal.extend(effects.journal.iter().cloned());
        for dialogue in &effects.dialogues {
            self.dialogues.insert(dialogue.chat, dialogue.clone());
        }
        for guide in &effects.guides {
            self.guides.insert(guide.chat, guide.clone());
        }
        for submission in &effects.submissions {
            let key = (submission.unit, submission.indicator);
            self.figures.insert(key, submission.current());
            self.history.entry(key).or_default().push(submission.clone());
            self.book.latest.insert(key, submission.clone());
        }
        for review in &effects.reviews {
            self.book.add(review);
        }
        for flag in &effects.flags {
            self.book.flag(flag);
            self.book.all_flags.entry(flag.cell()).or_default().push(flag.clone());
        }
        for one in &effects.evidence {
            let reported = self.reports.get(&one.report).into_iter().flatten();
            let rows = reported.flat_map(|one| &one.submissions).chain(&effects.submissions);
            let rows = rows.filter(|row| (row.report.chat, row.report.message) == one.report);
            let all = rows.map(|row| (row.unit, row.indicator));
            let cells: HashSet<_> = one.cell.map_or_else(|| all.collect(), |cell| [cell].into());
            for cell in cells {
                self.book.evidence.entry(cell).or_default().push(one.clone());
            }
        }
        for ask in &effects.review_asks {
            self.book.asks.insert(ask.user, *ask);
        }
        for report in &effects.reports {
            let editions = self.reports.entry((report.key.chat, report.key.message)).or_default();
            editions.push(Reported { report: report.clone(), submissions: Vec::new() });
        }
        for submission in &effects.submissions {
            let key = submission.report;
            let editions = self.reports.get_mut(&(key.chat, key.message));
            let edition = editions.and_then(|all| all.iter_mut().find(|one| one.report.key == key));
            if let Some(edition) = edition {
                edition.submissions.push(submission.clone());
            }
        }
    }
}
