//! A database that a rehearsal plays with: it says so in a row of its own, so that no bot that
//! serves people takes it for real.

use chrono::{DateTime, Utc};

use super::backend::on_pool;
use super::{Store, StoreError};

/// Where a database stands, for a rehearsal that goes on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached {
    /// The time of the latest thing in it.
    pub at: Option<DateTime<Utc>>,
    /// The highest number of a message in it.
    pub message: i64,
    /// The highest number of an update in it.
    pub update: i64,
}

impl Store {
    /// Says that this database is a rehearsal's, and where its data comes from.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mark_rehearsal(
        &self,
        origin: &str,
        since: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "insert into rehearsal (since, origin) \
                   select $1, $2 where not exists (select 1 from rehearsal)";
        on_pool!(&self.pool, db => {
            sqlx::query(sql).bind(since).bind(origin.to_owned()).execute(db).await?;
        });
        Ok(())
    }

    /// Where a rehearsal's data comes from; `None` if this is no rehearsal's database.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rehearsal_origin(&self) -> Result<Option<String>, StoreError> {
        let sql = "select origin from rehearsal limit 1";
        let row: Option<(String,)> =
            on_pool!(&self.pool, db => sqlx::query_as(sql).fetch_optional(db).await?);
        Ok(row.map(|(origin,)| origin))
    }

    /// How far this database has come, all plans together.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn reached(&self) -> Result<Reached, StoreError> {
        let latest = "select max(at) from (select max(at) as at from report \
                      union all select max(at) from seen_update \
                      union all select max(due) from job_run) as latest";
        let at: (Option<DateTime<Utc>>,) =
            on_pool!(&self.pool, db => sqlx::query_as(latest).fetch_one(db).await?);
        let highest = "select coalesce(max(message), 0) from (\
                       select max(message_id) as message from report \
                       union all select max(message_id) from outbox) as highest";
        let message: (i64,) =
            on_pool!(&self.pool, db => sqlx::query_as(highest).fetch_one(db).await?);
        let highest = "select coalesce(max(update_id), 0) from seen_update";
        let update: (i64,) =
            on_pool!(&self.pool, db => sqlx::query_as(highest).fetch_one(db).await?);
        Ok(Reached { at: at.0, message: message.0, update: update.0 })
    }
}
