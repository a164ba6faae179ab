//! The questions that a batch may answer, and the reports it is about.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;

use super::backend::on_tx;
use super::load::{LONGEST_LIST, named, padded};
use super::rows::{QuestionRow, code};
use super::{StoreError, Work};
use crate::conversation::{About, ChatId, MessageId, Needs, ReportKey, Snapshot};
use crate::plan::{Plan, UnitId};

impl Work {
    /// Open questions of the chats, and of the units whose people act: what one liaison reports may
    /// answer what another was asked.
    pub(super) async fn questions(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        let units: BTreeSet<UnitId> =
            snapshot.accounts.values().filter_map(|account| account.unit).collect();
        let rows: Vec<QuestionRow> = on_tx!(&mut self.tx, db => {
            let mut query =
                QueryBuilder::new("select * from question where state <> 'closed' and plan = ");
            query.push_bind(plan.id.clone());
            if !needs.whole {
                query.push(" and (chat_id in (");
                let mut separated = query.separated(", ");
                for chat in padded(needs.chats.iter().take(LONGEST_LIST)) {
                    separated.push_bind(chat.0);
                }
                separated.push_unseparated(")");
                if !units.is_empty() {
                    query.push(" or unit in (");
                    let mut separated = query.separated(", ");
                    for unit in padded(&units) {
                        separated.push_bind(code(plan, *unit));
                    }
                    separated.push_unseparated(")");
                }
                query.push(")");
            }
            query.build_query_as().fetch_all(db).await?
        });
        let questions = rows.into_iter().filter_map(|row| row.value(plan));
        snapshot.pending = questions.map(|pending| (pending.key, pending)).collect();
        Ok(())
    }

    /// The messages whose reports the batch may change, or is about.
    pub(super) async fn touched(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        snapshot: &Snapshot,
    ) -> Result<BTreeSet<(ChatId, MessageId)>, StoreError> {
        let mut messages = needs.messages.clone();
        for chat in &needs.latest {
            let acting = snapshot.accounts.values().filter_map(|account| account.unit);
            let acting = acting.chain(named(plan, needs)).collect();
            messages.extend(self.latest_reports(plan, *chat, acting).await?);
        }
        // An answer stands in the place of what its question is about, or corrects.
        let here = |report: &ReportKey| needs.chats.contains(&report.chat);
        let asked = snapshot.pending.values();
        let reports = asked.flat_map(|one| [Some(one.key.report), one.asked.corrects]).flatten();
        messages.extend(reports.filter(here).map(|report| (report.chat, report.message)));
        messages.extend(snapshot.replied.values().filter_map(|about| match about {
            About::Report(report) => Some((report.chat, report.message)),
            About::Question(question) => Some((question.report.chat, question.report.message)),
            About::Task(_) | About::Returned { .. } | About::Flagged { .. } => None,
        }));
        Ok(messages)
    }
}
