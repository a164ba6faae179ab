//! Several programs on one PostgreSQL database: no leader, no election; each takes what is free.
//!
//! - Who decides holds the plan's turn until the commit, a row lock: what a later message is decided
//!   on contains all that an earlier one caused, whichever program took it in.
//! - Who sends to a chat holds the chat until nothing is left for it, a row with an end: a program
//!   that is gone keeps a chat from the others for [`LEASE`] and no longer.
//! - Jobs are claimed by their key, in [`jobs`](super::jobs).
//!
//! An SQLite file has one program, by its lock: there, everything is free.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::QueryBuilder;

use super::backend::{Pool, Tx};
use super::plans::place;
use super::{Store, StoreError, Work};
use crate::conversation::{ChatId, PlanNo};
use crate::plan::Plan;

/// What one plan sends to one chat: in order, and by one program at a time.
pub type Lane = (PlanNo, ChatId);

/// How long a chat is held without a word from its holder.
pub const LEASE: Duration = Duration::from_secs(25);

/// The same for the database, which counts it on its own clock.
const UNTIL: &str = "now() + interval '25 seconds'";

impl Work {
    /// Waits until no other program decides for this plan.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn take_turn(&mut self, plan: &Plan) -> Result<(), StoreError> {
        self.take_turns(&[plan]).await
    }

    /// The same for several plans, always in one order, so that no two programs wait for each other.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn take_turns(&mut self, plans: &[&Plan]) -> Result<(), StoreError> {
        let mut wanted: Vec<String> = plans.iter().map(|plan| plan.id.clone()).collect();
        wanted.retain(|plan| !self.turns.contains(plan));
        wanted.sort_unstable();
        wanted.dedup();
        // SQLite has one writer from the beginning of a transaction.
        if let Tx::Postgres(tx) = &mut self.tx {
            let take = "select plan from plan_turn where plan = $1 for update";
            for plan in &wanted {
                let taken = sqlx::query(take).bind(plan.clone()).fetch_optional(&mut **tx).await?;
                if taken.is_none() {
                    let first = "insert into plan_turn (plan) values ($1) on conflict do nothing";
                    sqlx::query(first).bind(plan.clone()).execute(&mut **tx).await?;
                    sqlx::query(take).bind(plan.clone()).execute(&mut **tx).await?;
                }
            }
        }
        self.turns.extend(wanted);
        Ok(())
    }
}

impl Store {
    /// Whether other programs may be at work on the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.pool, Pool::Postgres(_))
    }

    /// Says that this program is alive; how many are, itself among them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn alive(&self, plans: &[&Plan]) -> Result<u32, StoreError> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(1) };
        let mut tx = pool.begin().await?;
        let mut query = QueryBuilder::new("insert into replica (plan, name, until) ");
        query.push_values(plans, |mut row, plan| {
            row.push_bind(plan.id.clone()).push_bind(self.replica.to_string()).push(UNTIL);
        });
        query.push(" on conflict (plan, name) do update set until = excluded.until");
        query.build().execute(&mut *tx).await?;
        let ids: Vec<String> = plans.iter().map(|plan| plan.id.clone()).collect();
        let gone = "delete from replica where plan = any($1) and until < now() - interval '1 hour'";
        sqlx::query(gone).bind(ids.clone()).execute(&mut *tx).await?;
        let count =
            "select count(distinct name) from replica where plan = any($1) and until > now()";
        let (alive,): (i64,) = sqlx::query_as(count).bind(ids).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(u32::try_from(alive).unwrap_or(1).max(1))
    }

    /// Takes chats, or keeps them longer; those that another program holds are left out.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_chats(
        &self,
        plans: &[&Plan],
        chats: &[Lane],
    ) -> Result<HashSet<Lane>, StoreError> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(chats.iter().copied().collect()) };
        if chats.is_empty() {
            return Ok(HashSet::new());
        }
        // All programs take rows in one order, so that no two wait for each other.
        let mut chats: Vec<(&str, i64)> =
            chats.iter().map(|(no, chat)| (plans[no.0].id.as_str(), chat.0)).collect();
        chats.sort_unstable();
        chats.dedup();
        let mut taken = HashSet::new();
        for chats in chats.chunks(1000) {
            let mut query =
                QueryBuilder::new("insert into chat_turn (plan, chat_id, replica, until) ");
            query.push_values(chats, |mut row, (plan, chat)| {
                row.push_bind((*plan).to_owned()).push_bind(*chat);
                row.push_bind(self.replica.to_string()).push(UNTIL);
            });
            query.push(
                " on conflict (plan, chat_id) do update set replica = excluded.replica, \
                 until = excluded.until where chat_turn.replica = excluded.replica \
                 or chat_turn.until < now() returning plan, chat_id",
            );
            let rows: Vec<(String, i64)> =
                query.build_query_as().persistent(false).fetch_all(pool).await?;
            let lane = |(plan, chat): (String, i64)| Some((place(plans, &plan)?, ChatId(chat)));
            taken.extend(rows.into_iter().filter_map(lane));
        }
        Ok(taken)
    }

    /// Lets go of chats for which nothing is left to send.
    ///
    /// # Errors
    /// If the database fails; then they are free after [`LEASE`].
    pub async fn release_chats(&self, plans: &[&Plan], chats: &[Lane]) -> Result<(), StoreError> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(()) };
        if chats.is_empty() {
            return Ok(());
        }
        let mut query = QueryBuilder::new("delete from chat_turn where replica = ");
        query.push_bind(self.replica.to_string()).push(" and (plan, chat_id) in (");
        let mut separated = query.separated(", ");
        for (no, chat) in chats {
            separated.push("(");
            separated.push_bind_unseparated(plans[no.0].id.clone()).push_unseparated(", ");
            separated.push_bind_unseparated(chat.0).push_unseparated(")");
        }
        separated.push_unseparated(")");
        query.build().persistent(false).execute(pool).await?;
        Ok(())
    }

    /// Lets go of everything: this program ends.
    ///
    /// # Errors
    /// If the database fails; then all of it is free after [`LEASE`].
    pub async fn leave(&self, plans: &[&Plan]) -> Result<(), StoreError> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(()) };
        let ids: Vec<String> = plans.iter().map(|plan| plan.id.clone()).collect();
        for sql in [
            "delete from chat_turn where plan = any($1) and replica = $2",
            "delete from replica where plan = any($1) and name = $2",
        ] {
            let query = sqlx::query(sql).bind(ids.clone()).bind(self.replica.to_string());
            query.execute(pool).await?;
        }
        Ok(())
    }
}
