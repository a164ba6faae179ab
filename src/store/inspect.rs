//! Whether a database is whole and as this program wants it: read only, beside a running bot.

use chrono::{DateTime, Utc};
use sqlx::migrate::Migrator;

use super::backend::{Pool, on_pool};
use super::{Store, StoreError};
use crate::plan::Plan;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The schema it has, and the one this program brings.
    pub schema: (i64, i64),
    /// What is broken in the file, in SQLite's words; PostgreSQL looks after itself.
    pub damage: Vec<String>,
    /// Triggers that keep history append-only and are not there, or switched off.
    pub unguarded: Vec<String>,
}

/// What waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// How many messages.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub since: Option<DateTime<Utc>>,
    /// How many were given up.
    pub dead: i64,
}

impl Store {
    /// Reads the whole database through.
    ///
    /// # Errors
    /// If it cannot be read at all, or was never set up.
    pub async fn inspect(&self) -> Result<Inspection, StoreError> {
        let (known, sql) = match &self.pool {
            Pool::Sqlite(_) => (
                sqlx::migrate!("migrations/sqlite"),
                "select name from sqlite_schema where type = 'trigger'",
            ),
            Pool::Postgres(_) => (
                sqlx::migrate!("migrations/postgres"),
                "select tgname::text from pg_trigger where not tgisinternal and tgenabled <> 'D'",
            ),
        };
        let damage = match &self.pool {
            Pool::Sqlite(pool) => {
                let lines: Vec<(String,)> =
                    sqlx::query_as("pragma integrity_check(5)").fetch_all(pool).await?;
                lines.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect()
            }
            Pool::Postgres(_) => Vec::new(),
        };
        let latest = "select max(version) from _sqlx_migrations where success";
        let (has, there): ((Option<i64>,), Vec<(String,)>) = on_pool!(&self.pool, db => {
            (sqlx::query_as(latest).fetch_one(db).await?, sqlx::query_as(sql).fetch_all(db).await?)
        });
        let has = has.0.unwrap_or_default();
        let there = |name: &String| there.iter().any(|(trigger,)| trigger == name);
        let unguarded = guards(&known, has).into_iter().filter(|name| !there(name)).collect();
        let newest = known.iter().map(|migration| migration.version).max().unwrap_or_default();
        Ok(Inspection { schema: (has, newest), damage, unguarded })
    }

    /// What waits to be sent.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn backlog(&self, plan: &Plan) -> Result<Backlog, StoreError> {
        let waiting =
            "select count(*), min(queued_at) from outbox where state = 'queued' and plan = $1";
        let dead = "select count(*) from outbox where state = 'dead' and plan = $1";
        let ((waiting, since), (dead,)): ((i64, Option<DateTime<Utc>>), (i64,)) = on_pool!(
            &self.pool,
            db => {
                let waiting = sqlx::query_as(waiting).bind(plan.id.clone()).fetch_one(db).await?;
                (waiting, sqlx::query_as(dead).bind(plan.id.clone()).fetch_one(db).await?)
            }
        );
        Ok(Backlog { waiting, since, dead })
    }
}

/// The append-only triggers that the migrations up to a version make, read off the migrations.
fn guards(known: &Migrator, version: i64) -> Vec<String> {
    let applied = known.iter().filter(|migration| migration.version <= version);
    let made = applied.flat_map(|migration| {
        let words: Vec<&str> = migration.sql.as_str().split_whitespace().collect();
        let named = words.windows(3).filter(|words| {
            words[0].eq_ignore_ascii_case("create") && words[1].eq_ignore_ascii_case("trigger")
        });
        named.map(|words| words[2].to_owned()).collect::<Vec<_>>()
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guards_are_those_of_the_migrations() {
        let sqlite = guards(&sqlx::migrate!("migrations/sqlite"), 1);
        let postgres = guards(&sqlx::migrate!("migrations/postgres"), 1);
        assert!(sqlite.contains(&"submission_no_delete".to_owned()), "{sqlite:?}");
        assert!(postgres.contains(&"audit_append_only".to_owned()), "{postgres:?}");
        // Update and delete are two triggers on SQLite and one on PostgreSQL.
        assert_eq!(sqlite.len(), 2 * postgres.len());
        assert!(guards(&sqlx::migrate!("migrations/sqlite"), 0).is_empty());
    }
}
