//! Jobs: which firings are done, and what they did.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::backend::{on_pool, on_tx};
use super::rows::{code, unit};
use super::{Store, StoreError, Work};
use crate::conversation::snapshot::Outcome;
use crate::plan::{Period, Plan, UnitId};

/// A firing of a job, done or skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRun {
    /// The job's name.
    pub job: String,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// The period it acted on.
    pub period: Period,
    /// Whether it was carried out; false if it was missed by more than its grace.
    pub made: bool,
    /// What it did for each unit, and why.
    pub outcomes: Vec<(UnitId, Outcome)>,
}

#[derive(FromRow)]
struct RunRow {
    job: String,
    due: DateTime<Utc>,
    period: String,
    made: bool,
    outcomes: String,
}

impl Store {
    /// When a job was last due and done (or skipped).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn last_run(
        &self,
        plan: &str,
        job: &str,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "select due from job_run where plan = $1 and job = $2 order by due desc limit 1";
        let last: Option<(DateTime<Utc>,)> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.to_owned()).bind(job.to_owned()).fetch_optional(db).await?
        });
        Ok(last.map(|(due,)| due))
    }
}

impl Store {
    /// The latest firings, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn latest_runs(&self, plan: &Plan, count: i64) -> Result<Vec<JobRun>, StoreError> {
        self.begin().await?.latest_runs(plan, count).await
    }
}

/// What a firing did, as JSON.
fn outcomes(plan: &Plan, run: &JobRun) -> Result<String, StoreError> {
    let outcomes: BTreeMap<String, Outcome> =
        run.outcomes.iter().map(|(unit, outcome)| (code(plan, *unit), *outcome)).collect();
    serde_json::to_string(&outcomes).map_err(|error| StoreError::Content(error.to_string()))
}

impl Work {
    /// Takes a firing for this transaction; false if it was done before. Another program that has
    /// taken it and not committed yet is waited for.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn claim_job(
        &mut self,
        plan: &Plan,
        run: &JobRun,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "insert into job_run (plan, job, due, period, at, made, outcomes) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (plan, job, due) do nothing";
        let outcomes = outcomes(plan, run)?;
        let rows = on_tx!(&mut self.tx, db => {
            sqlx::query(sql)
                .bind(plan.id.clone())
                .bind(run.job.clone())
                .bind(run.due)
                .bind(run.period.to_string())
                .bind(now)
                .bind(run.made)
                .bind(outcomes)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(rows == 1)
    }

    /// Notes what a firing that was taken has done.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_outcomes(&mut self, plan: &Plan, run: &JobRun) -> Result<(), StoreError> {
        let sql = "update job_run set outcomes = $4 where plan = $1 and job = $2 and due = $3";
        let outcomes = outcomes(plan, run)?;
        on_tx!(&mut self.tx, db => {
            sqlx::query(sql)
                .bind(plan.id.clone())
                .bind(run.job.clone())
                .bind(run.due)
                .bind(outcomes)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// The latest firings, newest first.
    pub(super) async fn latest_runs(
        &mut self,
        plan: &Plan,
        count: i64,
    ) -> Result<Vec<JobRun>, StoreError> {
        let sql = "select job, due, period, made, outcomes from job_run where plan = $1 \
                   order by due desc, job limit $2";
        let rows: Vec<RunRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(count).fetch_all(db).await?
        });
        let run = |row: RunRow| {
            let outcomes: BTreeMap<String, Outcome> = serde_json::from_str(&row.outcomes).ok()?;
            let outcomes = outcomes.into_iter();
            Some(JobRun {
                job: row.job,
                due: row.due,
                period: row.period.parse().ok()?,
                made: row.made,
                outcomes: outcomes
                    .filter_map(|(key, one)| Some((unit(plan, &key)?, one)))
                    .collect(),
            })
        };
        Ok(rows.into_iter().filter_map(run).collect())
    }
}
