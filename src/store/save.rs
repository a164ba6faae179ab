//! A batch's effects: a statement a table, all in the batch's transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::backend::on_tx;
use super::rows::{about, code, number, word};
use super::{StoreError, Work};
use crate::conversation::guide::Guide;
use crate::conversation::{
    Account, Blob, BoundGroup, Effects, Invite, Outgoing, Pending, Submission,
};
use crate::plan::{IndicatorId, Plan, UnitId};

/// An update that could not be handled, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The update's number.
    pub update: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// What came.
    pub raw: String,
}

/// The most parameters in one statement; SQLite takes 32,766.
const MOST_BINDS: usize = 30_000;

/// Inserts rows, many in a statement: columns, rows, how a row is bound, what follows `values (…)`.
macro_rules! insert {
    ($work:expr, $into:expr, $columns:expr, $rows:expr, |$b:ident, $row:ident| $bind:block, $then:expr) => {{
        for rows in $rows.chunks(MOST_BINDS / $columns) {
            on_tx!(&mut $work.tx, db => {
                let mut query = QueryBuilder::new(concat!("insert into ", $into, " "));
                query.push_values(rows, |mut $b, $row| $bind);
                query.push(concat!(" ", $then));
                query.build().persistent(rows.len() < 4).execute(db).await?;
            });
        }
    }};
}

impl Work {
    /// Keeps what was decided, the numbers of the updates it was decided from, and what was set
    /// aside. A row of the outbox whose key is there already is not queued again.
    ///
    /// # Errors
    /// If the database fails; then nothing of the batch may be committed.
    pub async fn save(
        &mut self,
        plan: &Plan,
        effects: &Effects,
        seen: &[i64],
        set_aside: &[SetAside],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if !effects.audit.is_empty() {
            self.take_turn(plan).await?;
        }
        insert!(
            self,
            "seen_update (plan, update_id, at)",
            3,
            seen,
            |b, update| {
                b.push_bind(plan.id.clone()).push_bind(*update).push_bind(now);
            },
            "on conflict (plan, update_id) do nothing"
        );
        insert!(
            self,
            "set_aside (plan, update_id, at, reason, raw)",
            5,
            set_aside,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(row.update)
                    .push_bind(row.at)
                    .push_bind(row.reason.clone())
                    .push_bind(row.raw.clone());
            },
            ""
        );
        self.save_people(plan, effects).await?;
        self.save_figures(plan, effects).await?;
        self.save_reviews(plan, effects).await?;
        self.save_quality(plan, effects).await?;
        insert!(
            self,
            "bulletin (plan, period, edition, at, numbers, text, messages)",
            7,
            effects.bulletins,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(row.period.to_string())
                    .push_bind(i64::from(row.edition))
                    .push_bind(row.at)
                    .push_bind(row.numbers.to_string())
                    .push_bind(row.text.clone())
                    .push_bind(serde_json::to_string(&row.messages).unwrap_or_default());
            },
            "on conflict (plan, period, edition) do nothing"
        );
        self.save_drafts(plan, &effects.drafts).await?;
        self.save_questions(plan, effects).await?;
        self.keep(plan, &effects.blobs, now).await?;
        self.save_desk(plan, effects, now).await?;
        self.queue(plan, &effects.outbox, now).await?;
        self.note_acts(plan, &effects.audit).await?;
        Ok(())
    }

    async fn save_people(&mut self, plan: &Plan, effects: &Effects) -> Result<(), StoreError> {
        let accounts = last_by(&effects.accounts, |account: &Account| account.user);
        insert!(
            self,
            "account (plan, user_id, name, role, unit, language, bound_at, blocked_at)",
            8,
            accounts,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(row.user.0)
                    .push_bind(row.name.clone())
                    .push_bind(row.role.word())
                    .push_bind(row.unit.map(|unit| code(plan, unit)))
                    .push_bind(row.language.code())
                    .push_bind(row.bound_at)
                    .push_bind(row.blocked_at);
            },
            "on conflict (plan, user_id) do update set name = excluded.name, role = excluded.role, \
            unit = excluded.unit, language = excluded.language, bound_at = excluded.bound_at, \
            blocked_at = excluded.blocked_at"
        );
        let groups = last_by(&effects.groups, |group: &BoundGroup| group.chat);
        insert!(
            self,
            "chat_group (plan, chat_id, title, kind)",
            4,
            groups,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(row.chat.0)
                    .push_bind(row.title.clone())
                    .push_bind(row.kind.word());
            },
            "on conflict (plan, chat_id) do update set title = excluded.title, kind = excluded.kind"
        );
        for chat in &effects.groups_left {
            on_tx!(&mut self.tx, db => {
                sqlx::query("delete from chat_group where plan = $1 and chat_id = $2")
                    .bind(plan.id.clone()).bind(chat.0).execute(db).await?;
            });
        }
        for (from, to) in &effects.groups_moved {
            self.move_chat(plan, from.0, to.0).await?;
        }
        let invites: Vec<&Invite> = effects.invites.iter().chain(&effects.invites_used).collect();
        let invites = last_by(&invites, |invite: &&Invite| invite.hash.clone());
        insert!(
            self,
            "invite (hash, plan, role, unit, expires_at, used_by)",
            6,
            invites,
            |b, row| {
                b.push_bind(row.hash.clone())
                    .push_bind(plan.id.clone())
                    .push_bind(row.role.word())
                    .push_bind(row.unit.map(|unit| code(plan, unit)))
                    .push_bind(row.expires_at)
                    .push_bind(row.used_by.map(|user| user.0));
            },
            "on conflict (plan, hash) do update set used_by = excluded.used_by"
        );
        Ok(())
    }

    async fn save_figures(&mut self, plan: &Plan, effects: &Effects) -> Result<(), StoreError> {
        insert!(
            self,
            "report (chat_id, message_id, edition, plan, unit, period, user_id, source, text, at)",
            10,
            effects.reports,
            |b, row| {
                b.push_bind(row.key.chat.0)
                    .push_bind(row.key.message.0)
                    .push_bind(row.key.edition)
                    .push_bind(plan.id.clone())
                    .push_bind(code(plan, row.unit))
                    .push_bind(row.period.to_string())
                    .push_bind(row.by.0)
                    .push_bind(word(row.source))
                    .push_bind(row.text.clone())
                    .push_bind(row.at);
            },
            ""
        );
        insert!(
            self,
            "submission (plan, unit, indicator, revision, period, origin, value, place, total, \
            in_force_period, in_force_revision, before_total, before_period, before_revision, late, \
            chat_id, message_id, edition, user_id, at)",
            20,
            effects.submissions,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(code(plan, row.unit))
                    .push_bind(number(plan, row.indicator))
                    .push_bind(i64::from(row.revision))
                    .push_bind(row.period.to_string())
                    .push_bind(word(row.origin))
                    .push_bind(row.value.0)
                    .push_bind(i64::from(row.place))
                    .push_bind(row.in_force.map(|figure| figure.total.0))
                    .push_bind(row.in_force.map(|figure| figure.period.to_string()))
                    .push_bind(row.in_force.map(|figure| i64::from(figure.revision)))
                    .push_bind(row.before.map(|figure| figure.total.0))
                    .push_bind(row.before.map(|figure| figure.period.to_string()))
                    .push_bind(row.before.map(|figure| i64::from(figure.revision)))
                    .push_bind(row.late)
                    .push_bind(row.report.chat.0)
                    .push_bind(row.report.message.0)
                    .push_bind(row.report.edition)
                    .push_bind(row.by.0)
                    .push_bind(row.at);
            },
            ""
        );
        let key = |row: &Submission| -> (UnitId, IndicatorId) { (row.unit, row.indicator) };
        let latest = last_by(&effects.submissions, key);
        insert!(
            self,
            "figure (plan, unit, indicator, total, period, in_force_revision, latest, user_id, origin, value)",
            10,
            latest,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(code(plan, row.unit))
                    .push_bind(number(plan, row.indicator))
                    .push_bind(row.in_force.map(|figure| figure.total.0))
                    .push_bind(row.in_force.map(|figure| figure.period.to_string()))
                    .push_bind(row.in_force.map(|figure| i64::from(figure.revision)))
                    .push_bind(i64::from(row.revision))
                    .push_bind(row.by.0)
                    .push_bind(word(row.origin))
                    .push_bind(row.value.0);
            },
            "on conflict (plan, unit, indicator) do update set total = excluded.total, \
            period = excluded.period, in_force_revision = excluded.in_force_revision, \
            latest = excluded.latest, user_id = excluded.user_id, origin = excluded.origin, \
            value = excluded.value"
        );
        Ok(())
    }

    async fn save_questions(&mut self, plan: &Plan, effects: &Effects) -> Result<(), StoreError> {
        let questions = last_by(&effects.pending, |pending: &Pending| pending.key);
        insert!(
            self,
            "question (chat_id, message_id, edition, number, plan, unit, period, user_id, at, asked, state)",
            11,
            questions,
            |b, row| {
                b.push_bind(row.key.report.chat.0)
                    .push_bind(row.key.report.message.0)
                    .push_bind(row.key.report.edition)
                    .push_bind(row.key.number)
                    .push_bind(plan.id.clone())
                    .push_bind(code(plan, row.unit))
                    .push_bind(row.period.to_string())
                    .push_bind(row.by.0)
                    .push_bind(row.at)
                    .push_bind(serde_json::to_string(&row.asked).unwrap_or_default())
                    .push_bind(word(row.state));
            },
            "on conflict (plan, chat_id, message_id, edition, number) do update set \
            state = excluded.state, asked = excluded.asked, at = excluded.at, user_id = excluded.user_id"
        );
        let guides = last_by(&effects.guides, |guide: &Guide| guide.chat);
        insert!(
            self,
            "guide (chat_id, plan, unit, period, asks, confirming, message, at, done)",
            9,
            guides,
            |b, row| {
                b.push_bind(row.chat.0)
                    .push_bind(plan.id.clone())
                    .push_bind(code(plan, row.unit))
                    .push_bind(row.period.to_string())
                    .push_bind(row.asks.to_string())
                    .push_bind(
                        row.confirming.as_ref().and_then(|one| serde_json::to_string(one).ok()),
                    )
                    .push_bind(row.message.clone())
                    .push_bind(row.at)
                    .push_bind(row.done);
            },
            "on conflict (plan, chat_id) do update set unit = excluded.unit, \
            period = excluded.period, asks = excluded.asks, confirming = excluded.confirming, \
            message = excluded.message, at = excluded.at, done = excluded.done"
        );
        insert!(
            self,
            "note (chat_id, message_id, edition, plan, user_id, at, text)",
            7,
            effects.notes,
            |b, row| {
                b.push_bind(row.report.chat.0)
                    .push_bind(row.report.message.0)
                    .push_bind(row.report.edition)
                    .push_bind(plan.id.clone())
                    .push_bind(row.by.0)
                    .push_bind(row.at)
                    .push_bind(row.text.clone());
            },
            ""
        );
        Ok(())
    }

    /// Keeps files. One that is there already is not written again; it only stays longer.
    pub(super) async fn keep(
        &mut self,
        plan: &Plan,
        blobs: &[Blob],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let blobs = last_by(blobs, |blob: &Blob| blob.hash.clone());
        insert!(
            self,
            "blob (plan, hash, media_type, bytes, at)",
            5,
            blobs,
            |b, row| {
                b.push_bind(plan.id.clone())
                    .push_bind(row.hash.clone())
                    .push_bind(row.media_type)
                    .push_bind(row.contents.bytes().to_vec())
                    .push_bind(now);
            },
            "on conflict (plan, hash) do update set at = excluded.at"
        );
        Ok(())
    }

    async fn queue(
        &mut self,
        plan: &Plan,
        outbox: &[Outgoing],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        insert!(
            self,
            "outbox (key, plan, chat_id, body, priority, queued_at, about)",
            7,
            outbox,
            |b, row| {
                let body = serde_json::to_string(&row.what).unwrap_or_default();
                b.push_bind(row.key.clone())
                    .push_bind(plan.id.clone())
                    .push_bind(row.chat.0)
                    .push_bind(body)
                    .push_bind(row.priority as i64)
                    .push_bind(now)
                    .push_bind(row.about.map(|what| about(plan, what)));
            },
            "on conflict (plan, key) do nothing"
        );
        Ok(())
    }

    /// A group has a new number: its binding and what waits for it follow.
    pub(super) async fn move_chat(
        &mut self,
        plan: &Plan,
        from: i64,
        to: i64,
    ) -> Result<(), StoreError> {
        for statement in [
            "delete from chat_group where plan = $1 and chat_id = $3 and exists \
             (select 1 from chat_group old where old.plan = $1 and old.chat_id = $2)",
            "update chat_group set chat_id = $3 where plan = $1 and chat_id = $2",
            "update question set state = 'closed' where plan = $1 and chat_id = $2 and $3 <> $2",
            "update outbox set chat_id = $3 where plan = $1 and chat_id = $2 and state = 'queued'",
        ] {
            on_tx!(&mut self.tx, db => {
                sqlx::query(statement).bind(plan.id.clone()).bind(from).bind(to).execute(db).await?;
            });
        }
        Ok(())
    }
}

/// The last row of each key, in the order of their first: `on conflict` takes a key only once.
fn last_by<T: Clone, K: Eq + std::hash::Hash>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut last: Vec<T> = Vec::new();
    for row in rows {
        if let Some(place) = places.get(&key(row)) {
            last[*place] = row.clone();
        } else {
            places.insert(key(row), last.len());
            last.push(row.clone());
        }
    }
    last
}
