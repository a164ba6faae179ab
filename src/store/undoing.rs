//! The messages that somebody may want to undo.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;

use super::backend::on_tx;
use super::rows::code;
use super::{StoreError, Work};
use crate::conversation::{ChatId, MessageId};
use crate::plan::{Plan, UnitId};

impl Work {
    /// The messages that 撤回 in a chat may mean: those by which the person of a private chat last
    /// submitted what was not taken back, their latest report, and those that the units' figures in
    /// force come from.
    pub(super) async fn latest_reports(
        &mut self,
        plan: &Plan,
        chat: ChatId,
        mut units: BTreeSet<UnitId>,
    ) -> Result<Vec<(ChatId, MessageId)>, StoreError> {
        // What a message says of a figure is its last row about it; in a private chat, the person's
        // number is the chat's.
        let submitted = "select sent.chat_id, sent.message_id from submission sent \
            where sent.plan = $1 and sent.user_id = $2 and sent.origin <> 'withdrawal' and not exists ( \
            select 1 from submission later where later.plan = sent.plan and later.unit = sent.unit \
            and later.indicator = sent.indicator and later.chat_id = sent.chat_id \
            and later.message_id = sent.message_id and later.revision > sent.revision) \
            group by sent.chat_id, sent.message_id \
            order by max(sent.at) desc, sent.message_id desc limit 5";
        let reported = "select chat_id, message_id from report where plan = $1 and user_id = $2 \
            order by at desc, message_id desc limit 1";
        let mut rows: Vec<(i64, i64)> = Vec::new();
        for sql in [submitted, reported] {
            let found: Vec<(i64, i64)> = on_tx!(&mut self.tx, db => {
                sqlx::query_as(sql).bind(plan.id.clone()).bind(chat.0).fetch_all(db).await?
            });
            rows.extend(found);
        }
        let holders =
            |unit: UnitId| plan.carried(unit).iter().map(move |id| plan.holder(unit, *id));
        units = units.iter().flat_map(|unit| holders(*unit).chain([*unit])).collect();
        if !units.is_empty() {
            let found: Vec<(i64, i64)> = on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new(
                    "select distinct sent.chat_id, sent.message_id from figure \
                     join submission sent on sent.plan = figure.plan and sent.unit = figure.unit \
                     and sent.indicator = figure.indicator and sent.revision = figure.in_force_revision \
                     where figure.plan = ",
                );
                query.push_bind(plan.id.clone()).push(" and figure.unit in (");
                let mut separated = query.separated(", ");
                for unit in &units {
                    separated.push_bind(code(plan, *unit));
                }
                separated.push_unseparated(")");
                query.build_query_as().fetch_all(db).await?
            });
            rows.extend(found);
        }
        Ok(rows.into_iter().map(|row| (ChatId(row.0), MessageId(row.1))).collect())
    }
}
