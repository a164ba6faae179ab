//! The audit log as a chain: each row holds the SHA-256 of the row before it and of its own contents, so
//! that a row changed, added or taken out behind the bot's back is found.
//!
//! One chain a plan. Whoever adds to it holds the plan's turn, so several programs on one PostgreSQL
//! add one after the other. The chain's head names everything before it: written down elsewhere, it
//! also shows that the end was not cut off.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, QueryBuilder};

use super::backend::{on_pool, on_tx};
use super::{Store, StoreError, Work};
use crate::conversation::Audit;
use crate::conversation::needs::hex;
use crate::plan::Plan;

/// The most rows in one statement.
const MOST_ROWS: usize = 1000;

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct AuditRow {
    /// Its number in the database.
    pub id: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Who; nobody for the program itself.
    pub actor: Option<i64>,
    /// What.
    pub act: String,
    /// On whom or what.
    pub subject: String,
    /// The rest, as JSON.
    pub detail: String,
    /// The hash of the row before it; empty in the first one.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

impl AuditRow {
    /// What the row's hash must be. Instants count to the microsecond, as PostgreSQL keeps them.
    fn right_hash(&self, plan: &str) -> String {
        let at = self.at.timestamp_micros();
        let contents =
            (&self.previous, plan, at, self.actor, &self.act, &self.subject, &self.detail);
        // A tuple of strings and numbers cannot fail to be JSON.
        let bytes = serde_json::to_vec(&contents).unwrap_or_default();
        hex(&Sha256::digest(bytes))
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// This row is not as it was written.
    #[error(
        "审计记录第 {0} 行与写入时不符，有人动过数据库；请查明，并与备份比对 / row {0} of the audit log is not as it was written: somebody changed the database; find out what, and compare with a backup"
    )]
    Changed(i64),
    /// Something before this row was taken out, put in, or moved.
    #[error(
        "审计记录第 {0} 行之前有缺失或插入，有人动过数据库；请查明，并与备份比对 / something before row {0} of the audit log was taken out or put in: somebody changed the database; find out what, and compare with a backup"
    )]
    Gap(i64),
}

/// Looks through a plan's chain. Gives its head, empty if there are no rows.
///
/// # Errors
/// Where it is first broken.
pub fn verify(plan: &str, rows: &[AuditRow]) -> Result<String, Broken> {
    let mut head = String::new();
    for row in rows {
        if row.hash != row.right_hash(plan) {
            return Err(Broken::Changed(row.id));
        }
        if row.previous != head {
            return Err(Broken::Gap(row.id));
        }
        head.clone_from(&row.hash);
    }
    Ok(head)
}

impl Store {
    /// A plan's audit log, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn audit_log(&self, plan: &Plan) -> Result<Vec<AuditRow>, StoreError> {
        let sql = "select id, at, actor, act, subject, detail, previous, hash from audit \
                   where plan = $1 order by id";
        Ok(on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        }))
    }
}

impl Work {
    /// Puts rows at the end of the plan's chain.
    pub(super) async fn note_acts(
        &mut self,
        plan: &Plan,
        acts: &[Audit],
    ) -> Result<(), StoreError> {
        if acts.is_empty() {
            return Ok(());
        }
        self.take_turn(plan).await?;
        let sql = "select hash from audit where plan = $1 order by id desc limit 1";
        let head: Option<(String,)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_optional(db).await?
        });
        let mut previous = head.map(|(hash,)| hash).unwrap_or_default();
        let mut rows = Vec::with_capacity(acts.len());
        for act in acts {
            let mut row = AuditRow {
                id: 0,
                at: act.at,
                actor: act.actor.map(|user| user.0),
                act: act.act.to_owned(),
                subject: act.subject.clone(),
                detail: act.detail.to_string(),
                previous: previous.clone(),
                hash: String::new(),
            };
            row.hash = row.right_hash(&plan.id);
            previous.clone_from(&row.hash);
            rows.push(row);
        }
        for rows in rows.chunks(MOST_ROWS) {
            on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new(
                    "insert into audit (plan, at, actor, act, subject, detail, previous, hash) ",
                );
                query.push_values(rows, |mut b, row| {
                    b.push_bind(plan.id.clone())
                        .push_bind(row.at)
                        .push_bind(row.actor)
                        .push_bind(row.act.clone())
                        .push_bind(row.subject.clone())
                        .push_bind(row.detail.clone())
                        .push_bind(row.previous.clone())
                        .push_bind(row.hash.clone());
                });
                query.build().execute(db).await?;
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(count: i64) -> Vec<AuditRow> {
        let mut rows: Vec<AuditRow> = Vec::new();
        for id in 1..=count {
            let previous = rows.last().map(|row| row.hash.clone()).unwrap_or_default();
            let mut row = AuditRow {
                id,
                at: DateTime::UNIX_EPOCH,
                actor: Some(id),
                act: "bind".to_owned(),
                subject: id.to_string(),
                detail: "{}".to_owned(),
                previous,
                hash: String::new(),
            };
            row.hash = row.right_hash("lanxi");
            rows.push(row);
        }
        rows
    }

    #[test]
    fn whatever_is_changed_taken_out_or_put_in_is_found() {
        let whole = chain(5);
        assert_eq!(verify("lanxi", &whole), Ok(whole[4].hash.clone()));
        assert_eq!(verify("lanxi", &[]), Ok(String::new()));
        let mut changed = whole.clone();
        changed[2].subject = "9".to_owned();
        assert_eq!(verify("lanxi", &changed), Err(Broken::Changed(3)));
        // Whoever makes the row's hash anew breaks the next one.
        changed[2].hash = changed[2].right_hash("lanxi");
        assert_eq!(verify("lanxi", &changed), Err(Broken::Gap(4)));
        let mut out = whole.clone();
        out.remove(1);
        assert_eq!(verify("lanxi", &out), Err(Broken::Gap(3)));
        let mut first = whole.clone();
        first.remove(0);
        assert_eq!(verify("lanxi", &first), Err(Broken::Gap(2)));
        let mut moved = whole.clone();
        moved.swap(1, 2);
        assert_eq!(verify("lanxi", &moved), Err(Broken::Gap(3)));
        assert_eq!(verify("another", &whole), Err(Broken::Changed(1)));
    }
}
