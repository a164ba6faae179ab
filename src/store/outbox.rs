//! The outbox: what is to be sent, and what became of it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::on_pool;
use super::plans::place;
use super::replicas::Lane;
use super::{Store, StoreError};
use crate::conversation::{ChatId, MessageId, PlanNo, Priority, What};
use crate::plan::Plan;

/// A message waiting to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number; the order within a chat.
    pub id: i64,
    /// What it is, in words.
    pub key: String,
    /// Whose it is.
    pub plan: PlanNo,
    /// Where it goes.
    pub chat: ChatId,
    /// What it does there.
    pub what: What,
    /// Who waits for it.
    pub priority: Priority,
}

impl OutboxRow {
    /// In which order it goes: one after the other in a plan's chat.
    #[must_use]
    pub fn lane(&self) -> Lane {
        (self.plan, self.chat)
    }
}

/// What was read of the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queued {
    /// The rows.
    pub rows: Vec<OutboxRow>,
    /// Chats of which there may be more, once these are sent.
    pub deep: Vec<Lane>,
    /// Whether there may be more at once.
    pub more: bool,
    /// Whether rows wait in chats that another program serves.
    pub elsewhere: bool,
}

/// Chats that this program may send to, and whether others have rows waiting too.
struct Mine {
    chats: HashSet<Lane>,
    elsewhere: bool,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    plan: String,
    key: String,
    chat_id: i64,
    body: String,
    priority: i64,
    place: i64,
}

impl Store {
    /// Rows waiting, replies first, then by number; none of those already known, at most `limit`,
    /// and of each chat only the first `each`: a chat that cannot be served, however much waits
    /// for it, keeps nobody else's rows away. A row that cannot be read is marked dead.
    ///
    /// Where nobody else takes rows away, those up to a number that all were read before need not be
    /// looked at again: `after` is that number, or 0.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn queued(
        &self,
        plans: &[&Plan],
        limit: usize,
        each: usize,
        known: &HashSet<i64>,
        after: i64,
    ) -> Result<Queued, StoreError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let first = i64::try_from(each).unwrap_or(i64::MAX);
        // Numbers, written out: there may be more of them than a statement takes parameters.
        let known = if after > 0 { &HashSet::new() } else { known };
        let known: Vec<String> = known.iter().map(i64::to_string).collect();
        let mine = self.free_chats(plans, most, &known).await?;
        let elsewhere = mine.as_ref().is_some_and(|mine| mine.elsewhere);
        if mine.as_ref().is_some_and(|mine| mine.chats.is_empty()) {
            return Ok(Queued { elsewhere, ..Queued::default() });
        }
        let rows: Vec<Row> = on_pool!(&self.pool, db => {
            let mut query = QueryBuilder::new(
                "select id, plan, key, chat_id, body, priority, place from outbox join (\
                     select id as ranked, row_number() over \
                         (partition by plan, chat_id order by priority, id) as place \
                     from outbox where state = 'queued' and ",
            );
            match &mine {
                None => among(&mut query, plans),
                Some(mine) => in_lanes(&mut query, plans, &mine.chats),
            }
            // The plus keeps SQLite from walking all rows after it, sent ones too, by their number.
            query.push(" and +id > ").push_bind(after);
            query.push(") as places on ranked = id where place <= ").push_bind(first);
            if !known.is_empty() {
                query.push(" and id not in (").push(known.join(",")).push(")");
            }
            query.push(" order by priority, id limit ").push_bind(most);
            let persistent = known.is_empty() && mine.is_none();
            query.build_query_as().persistent(persistent).fetch_all(db).await?
        });
        let more = rows.len() == limit;
        let mut queued = Queued { more, elsewhere, ..Queued::default() };
        for row in rows {
            let Some(plan) = place(plans, &row.plan) else { continue };
            if row.place == first {
                queued.deep.push((plan, ChatId(row.chat_id)));
            }
            match serde_json::from_str(&row.body) {
                Ok(what) => queued.rows.push(OutboxRow {
                    id: row.id,
                    key: row.key,
                    plan,
                    chat: ChatId(row.chat_id),
                    what,
                    priority: if row.priority == 0 { Priority::Reply } else { Priority::Broadcast },
                }),
                Err(error) => self.mark_dead(row.id, &error.to_string()).await?,
            }
        }
        Ok(queued)
    }

    /// Takes the chats that have rows waiting and that no other program serves. It is done before
    /// the rows are read: one that was read earlier may have been sent since. `None` where there
    /// can be no other program.
    async fn free_chats(
        &self,
        plans: &[&Plan],
        most: i64,
        known: &[String],
    ) -> Result<Option<Mine>, StoreError> {
        if !self.is_shared() {
            return Ok(None);
        }
        let rows: Vec<(String, i64)> = on_pool!(&self.pool, db => {
            let mut query =
                QueryBuilder::new("select plan, chat_id from outbox where state = 'queued' and ");
            among(&mut query, plans);
            if !known.is_empty() {
                query.push(" and id not in (").push(known.join(",")).push(")");
            }
            query.push(" group by plan, chat_id order by min(priority), min(id) limit ");
            query.push_bind(most);
            query.build_query_as().persistent(known.is_empty()).fetch_all(db).await?
        });
        let lane = |(plan, chat): (String, i64)| Some((place(plans, &plan)?, ChatId(chat)));
        let waiting: Vec<Lane> = rows.into_iter().filter_map(lane).collect();
        let chats = self.take_chats(plans, &waiting).await?;
        let elsewhere = chats.len() < waiting.len();
        Ok(Some(Mine { chats, elsewhere }))
    }

    /// The contents of a file that a row refers to by its hash.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn blob(&self, plan: &Plan, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select bytes from blob where plan = $1 and hash = $2";
        let found: Option<(Vec<u8>,)> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(hash).fetch_optional(db).await?
        });
        match found {
            Some((bytes,)) => Ok(Some(bytes)),
            None => self.kept_file(plan, hash).await,
        }
    }

    /// The number of the message that was sent under a key.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sent_as(&self, plan: &Plan, key: &str) -> Result<Option<MessageId>, StoreError> {
        let sql = "select message_id from outbox where plan = $1 and key = $2 and state = 'sent'";
        let row: Option<(Option<i64>,)> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(key).fetch_optional(db).await?
        });
        Ok(row.and_then(|(number,)| number).map(MessageId))
    }

    /// How many rows are waiting.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn queued_count(&self, plan: &Plan) -> Result<i64, StoreError> {
        let sql = "select count(*) from outbox where plan = $1 and state = 'queued'";
        let count: (i64,) = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_one(db).await?
        });
        Ok(count.0)
    }

    /// Marks rows as sent, with the numbers Telegram gave them.
    ///
    /// # Errors
    /// If the database fails; until it stands, the rows must not be sent again.
    pub async fn mark_sent(
        &self,
        sent: &[(i64, Option<i64>)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for sent in sent.chunks(1000) {
            let _writing = self.writing().await;
            on_pool!(&self.pool, db => {
                let mut query = QueryBuilder::new("update outbox set state = 'sent', sent_at = ");
                query.push_bind(now);
                query.push(", message_id = v.column2 from (");
                query.push_values(sent, |mut row, (id, message)| {
                    row.push_bind(*id).push_bind(*message);
                });
                query.push(") as v where outbox.id = v.column1");
                query.build().persistent(sent.len() < 4).execute(db).await?;
            });
        }
        self.health().works();
        if let Some(taken) = &self.taken
            && let Err(error) = taken.marked(sent.iter().map(|(id, _)| *id))
        {
            tracing::warn!(%error, "the database's .sent file was not emptied");
        }
        Ok(())
    }

    /// Notes that sending failed; the row stays.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mark_failed(&self, id: i64, error: &str) -> Result<(), StoreError> {
        let _writing = self.writing().await;
        let sql = "update outbox set attempts = attempts + 1, last_error = $2 where id = $1";
        on_pool!(&self.pool, db => { sqlx::query(sql).bind(id).bind(error).execute(db).await?; });
        Ok(())
    }

    /// Gives a row up for good, with the reason.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mark_dead(&self, id: i64, error: &str) -> Result<(), StoreError> {
        let _writing = self.writing().await;
        let sql = "update outbox set state = 'dead', last_error = $2 where id = $1";
        on_pool!(&self.pool, db => { sqlx::query(sql).bind(id).bind(error).execute(db).await?; });
        Ok(())
    }

    /// A group has a new number: its binding and what waits for it follow.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn migrate_chat(
        &self,
        plan: &Plan,
        from: ChatId,
        to: ChatId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.take_turn(plan).await?;
        work.move_chat(plan, from.0, to.0).await?;
        work.commit().await
    }

    /// Forgets what nobody asks for any more: update numbers after 30 days, sent messages and
    /// questions after 90, files too unless they still wait to be sent. Figures, reports and the
    /// audit log stay for ever.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tidy(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        for (sql, days) in [
            ("delete from seen_update where at < $1", 30),
            ("delete from outbox where state = 'sent' and sent_at < $1", 90),
            ("delete from question where at < $1", 90),
            (
                "delete from blob where at < $1 and not exists (select 1 from outbox \
                 where outbox.plan = blob.plan and state = 'queued' \
                 and body like '%' || hash || '%') and not exists (select 1 from bulletin \
                 where bulletin.plan = blob.plan and messages like '%' || hash || '%') \
                 and not exists (select 1 from draft where draft.plan = blob.plan \
                 and messages like '%' || hash || '%' and state not in ('issued', 'dropped'))",
                90,
            ),
        ] {
            let before = now - chrono::TimeDelta::days(days);
            let _writing = self.writing().await;
            on_pool!(&self.pool, db => { sqlx::query(sql).bind(before).execute(db).await?; });
        }
        Ok(())
    }
}

/// `plan in (…)`.
fn among<DB>(query: &mut QueryBuilder<DB>, plans: &[&Plan])
where
    DB: sqlx::Database,
    String: sqlx::Type<DB> + for<'a> sqlx::Encode<'a, DB>,
{
    query.push("plan in (");
    let mut separated = query.separated(", ");
    for plan in plans {
        separated.push_bind(plan.id.clone());
    }
    separated.push_unseparated(")");
}

/// The rows of these chats: each plan with its own.
fn in_lanes<DB>(query: &mut QueryBuilder<DB>, plans: &[&Plan], lanes: &HashSet<Lane>)
where
    DB: sqlx::Database,
    String: sqlx::Type<DB> + for<'a> sqlx::Encode<'a, DB>,
{
    query.push("(false");
    for (at, plan) in plans.iter().enumerate() {
        let chats = lanes.iter().filter(|(no, _)| no.0 == at);
        let chats: Vec<String> = chats.map(|(_, chat)| chat.0.to_string()).collect();
        if !chats.is_empty() {
            query.push(" or plan = ").push_bind(plan.id.clone());
            query.push(" and chat_id in (").push(chats.join(",")).push(")");
        }
    }
    query.push(")");
}
