//! Everything, for people: figures in force and the whole history.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::backend::on_pool;
use super::rows::{SubmissionRow, indicator, unit};
use super::{Store, StoreError};
use crate::plan::Plan;

/// A figure in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureExport {
    /// The unit's name.
    pub unit: String,
    /// The indicator's number.
    pub indicator: String,
    /// The indicator's short name.
    pub name: String,
    /// The total, in base units.
    pub total: i64,
    /// The target, in base units.
    pub target: Option<i64>,
    /// The base unit.
    pub base_unit: String,
    /// The period it was reported for.
    pub period: String,
    /// The plan below whose total it is; empty for what was reported.
    pub rolled_up_from: String,
}

/// A submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubmissionExport {
    /// The unit's name.
    pub unit: String,
    /// The indicator's number.
    pub indicator: String,
    /// Its number among the submissions of this unit and indicator.
    pub revision: i64,
    /// The period it was sent for.
    pub period: String,
    /// `total`, `increment` or `withdrawal`.
    pub origin: String,
    /// What was written, in base units.
    pub value: i64,
    /// The total in force after it.
    pub total: Option<i64>,
    /// The total in force before it.
    pub before: Option<i64>,
    /// Whether it came after the deadline.
    pub late: bool,
    /// The sender's number on the chat platform.
    pub user: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The message it came with: chat and number.
    pub message: String,
    /// What the sender explained, if anything.
    pub note: String,
    /// The files and words that bear it out, if any.
    pub evidence: String,
}

impl Store {
    /// All figures in force, in the annex's order.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn all_figures(&self, plan: &Plan) -> Result<Vec<FigureExport>, StoreError> {
        let mut work = self.begin().await?;
        let mut all = work.reported_figures(plan).await?;
        let rolled = work.rolled(plan, None).await?;
        drop(work);
        all.extend(rolled.iter().map(|(cell, one)| (*cell, one.current())));
        let mut figures: Vec<_> = all.into_iter().collect();
        figures.sort_by_key(|(key, _)| *key);
        let export = figures.into_iter().filter_map(|((unit, id), current)| {
            let figure = current.in_force?;
            let indicator = plan.indicator(id);
            Some(FigureExport {
                unit: plan.unit(unit).name.clone(),
                indicator: indicator.no.to_string(),
                name: indicator.short.clone(),
                total: figure.total.0,
                target: plan.target(unit, id).map(|target| target.0),
                base_unit: indicator.measure.base.clone(),
                period: figure.period.to_string(),
                rolled_up_from: rolled
                    .get(&(unit, id))
                    .map(|one| one.from.clone())
                    .unwrap_or_default(),
            })
        });
        Ok(export.collect())
    }

    /// Every submission, in the order of time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn all_submissions(&self, plan: &Plan) -> Result<Vec<SubmissionExport>, StoreError> {
        let sql = "select * from submission where plan = $1 order by at, unit, indicator, revision";
        let rows: Vec<SubmissionRow> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let sql = "select chat_id, message_id, edition, text from note where plan = $1 order by at";
        let notes: Vec<(i64, i64, i64, String)> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let mut by_report: HashMap<(i64, i64, i64), Vec<String>> = HashMap::new();
        for (chat, message, edition, text) in notes {
            by_report.entry((chat, message, edition)).or_default().push(text);
        }
        let mut borne: HashMap<(String, String, String), Vec<String>> = HashMap::new();
        for one in self.all_evidence(plan).await? {
            let words = if one.file.is_empty() { one.text } else { one.file };
            borne.entry((one.unit, one.indicator, one.message)).or_default().push(words);
        }
        let export = rows.into_iter().filter_map(|row| {
            indicator(plan, &row.indicator)?;
            let notes = by_report.get(&(row.chat_id, row.message_id, row.edition));
            let message = format!("{}:{}", row.chat_id, row.message_id);
            let of = plan.unit(unit(plan, &row.unit)?).name.clone();
            let evidence = borne.get(&(of.clone(), row.indicator.clone(), message.clone()));
            Some(SubmissionExport {
                unit: of,
                evidence: evidence.map(|all| all.join(" / ")).unwrap_or_default(),
                indicator: row.indicator,
                revision: row.revision,
                period: row.period,
                origin: row.origin,
                value: row.value,
                total: row.total,
                before: row.before_total,
                late: row.late,
                user: row.user_id,
                at: row.at,
                message,
                note: notes.map(|notes| notes.join(" / ")).unwrap_or_default(),
            })
        });
        Ok(export.collect())
    }
}
