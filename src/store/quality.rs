//! Evidence (佐证) and flags (标注): what is loaded with reviews, histories and rankings, and how it is kept.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::{on_pool, on_tx};
use super::rows::{code, indicator, number, unit, unit_if_any};
use super::{Store, StoreError, Work};
use crate::conversation::effects::FileOut;
use crate::conversation::review::book::Cell;
use crate::conversation::{Book, ChatId, Effects, Evidence, Flag, MessageId, UserId};
use crate::plan::{Period, Plan, Quantity, UnitId};

/// The most values in one list.
const LONGEST_LIST: usize = 1000;

/// Evidence with each figure it bears out.
const EVIDENCE: &str = "select distinct e.id, e.chat_id, e.message_id, e.period, e.unit, e.indicator, \
    e.file_name, e.file_hash, e.text, e.user_id, e.at, s.unit as of_unit, s.indicator as of_indicator \
    from evidence e join submission s on s.plan = e.plan and s.chat_id = e.chat_id \
    and s.message_id = e.message_id and (e.unit is null or e.unit = s.unit and e.indicator = s.indicator) ";

/// The flags that stand: of each figure and label the last, up to a period.
const STANDING: &str = "select f.* from flag f join (select max(id) as id from flag where plan = $1 \
    and period <= $2 group by unit, indicator, label) l on l.id = f.id where f.plan = $1 \
    and f.number > 0 order by f.id";

#[derive(FromRow)]
struct EvidenceRow {
    chat_id: i64,
    message_id: i64,
    period: String,
    unit: Option<String>,
    indicator: Option<String>,
    file_name: Option<String>,
    file_hash: Option<String>,
    text: String,
    user_id: i64,
    at: DateTime<Utc>,
    of_unit: String,
    of_indicator: String,
}

impl EvidenceRow {
    /// The evidence, and the figure it bears out.
    fn value(self, plan: &Plan) -> Option<(Cell, Evidence)> {
        let cell = |of: &str, no: &str| Some((unit(plan, of)?, indicator(plan, no)?));
        let file = self.file_name.zip(self.file_hash);
        let of = cell(&self.of_unit, &self.of_indicator)?;
        let evidence = Evidence {
            report: (ChatId(self.chat_id), MessageId(self.message_id)),
            period: self.period.parse().ok()?,
            cell: self.unit.zip(self.indicator).map(|_| of),
            file: file.map(|(name, hash)| FileOut { name, hash }),
            text: self.text,
            by: UserId(self.user_id),
            at: self.at,
        };
        Some((of, evidence))
    }
}

#[derive(FromRow)]
struct FlagRow {
    unit: String,
    indicator: String,
    period: String,
    revision: i64,
    label: String,
    number: i64,
    reason: String,
    lead: Option<String>,
    user_id: i64,
    at: DateTime<Utc>,
}

impl FlagRow {
    fn value(self, plan: &Plan) -> Option<Flag> {
        let lead = unit_if_any(plan, self.lead.as_deref())?;
        Some(Flag {
            unit: unit(plan, &self.unit)?,
            indicator: indicator(plan, &self.indicator)?,
            period: self.period.parse().ok()?,
            revision: u32::try_from(self.revision).ok()?,
            label: self.label,
            number: Quantity(self.number),
            reason: self.reason,
            lead,
            by: UserId(self.user_id),
            at: self.at,
        })
    }
}

/// Evidence as an export lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EvidenceExport {
    /// The unit's name.
    pub unit: String,
    /// The indicator's number.
    pub indicator: String,
    /// The period of the report.
    pub period: String,
    /// The file's name; empty for words alone.
    pub file: String,
    /// SHA-256 of the file, in hex.
    pub hash: String,
    /// The words with it.
    pub text: String,
    /// The sender's number on the chat platform.
    pub user: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The message that reported: chat and number.
    pub message: String,
}

/// A flag as an export lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FlagExport {
    /// The unit's name.
    pub unit: String,
    /// The indicator's number.
    pub indicator: String,
    /// What was flagged.
    pub label: String,
    /// How much, in base units; 0 lifts it.
    pub number: i64,
    /// The period of the figure that was looked at.
    pub period: String,
    /// The number of its last submission then.
    pub revision: i64,
    /// Why.
    pub reason: String,
    /// The reviewer's number on the chat platform.
    pub user: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

impl Store {
    /// All evidence, in the order of time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn all_evidence(&self, plan: &Plan) -> Result<Vec<EvidenceExport>, StoreError> {
        let rows: Vec<EvidenceRow> = on_pool!(&self.pool, db => {
            let mut query = QueryBuilder::new(EVIDENCE);
            query.push("where e.plan = ").push_bind(plan.id.clone()).push(" order by e.id");
            query.build_query_as().fetch_all(db).await?
        });
        let export = rows.into_iter().filter_map(|row| {
            let (cell, one) = row.value(plan)?;
            let (file, hash) = one.file.map(|file| (file.name, file.hash)).unwrap_or_default();
            Some(EvidenceExport {
                unit: plan.unit(cell.0).name.clone(),
                indicator: number(plan, cell.1),
                period: one.period.to_string(),
                file,
                hash,
                text: one.text,
                user: one.by.0,
                at: one.at,
                message: format!("{}:{}", one.report.0.0, one.report.1.0),
            })
        });
        Ok(export.collect())
    }

    /// All flags ever set and lifted, in the order of time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn all_flags(&self, plan: &Plan) -> Result<Vec<FlagExport>, StoreError> {
        let sql = "select * from flag where plan = $1 order by id";
        let rows: Vec<FlagRow> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let export = rows.into_iter().filter_map(|row| {
            indicator(plan, &row.indicator)?;
            Some(FlagExport {
                unit: plan.unit(unit(plan, &row.unit)?).name.clone(),
                indicator: row.indicator,
                label: row.label,
                number: row.number,
                period: row.period,
                revision: row.revision,
                reason: row.reason,
                user: row.user_id,
                at: row.at,
            })
        });
        Ok(export.collect())
    }
}

impl Work {
    /// The evidence of each figure for its period.
    pub(super) async fn evidence(
        &mut self,
        plan: &Plan,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        let rows: Vec<EvidenceRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new(EVIDENCE);
            query.push(
                "join figure f on f.plan = s.plan and f.unit = s.unit and f.indicator = s.indicator \
                 and f.period = e.period where e.plan = ",
            );
            query.push_bind(plan.id.clone()).push(" order by e.id");
            query.build_query_as().fetch_all(db).await?
        });
        for (cell, one) in rows.into_iter().filter_map(|row| row.value(plan)) {
            book.evidence.entry(cell).or_default().push(one);
        }
        Ok(())
    }

    /// All evidence of one figure, and all flags.
    pub(super) async fn quality(
        &mut self,
        plan: &Plan,
        cell: Cell,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        let (of, no) = (code(plan, cell.0), number(plan, cell.1));
        let rows: Vec<EvidenceRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new(EVIDENCE);
            query.push("where e.plan = ").push_bind(plan.id.clone());
            query.push(" and s.unit = ").push_bind(of.clone());
            query.push(" and s.indicator = ").push_bind(no.clone()).push(" order by e.id");
            query.build_query_as().fetch_all(db).await?
        });
        let all = rows.into_iter().filter_map(|row| row.value(plan));
        book.evidence.insert(cell, all.map(|(_, one)| one).collect());
        let sql = "select * from flag where plan = $1 and unit = $2 and indicator = $3 order by id";
        let rows: Vec<FlagRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(of).bind(no).fetch_all(db).await?
        });
        book.all_flags.insert(cell, rows.into_iter().filter_map(|row| row.value(plan)).collect());
        Ok(())
    }

    /// The flags that stand, of all figures or of those kept under some units, as of a period.
    pub(super) async fn flags(
        &mut self,
        plan: &Plan,
        units: Option<&BTreeSet<UnitId>>,
        until: Option<Period>,
    ) -> Result<HashMap<Cell, Vec<Flag>>, StoreError> {
        let mut flags: HashMap<Cell, Vec<Flag>> = HashMap::new();
        if plan.review.flags.is_empty() || units.is_some_and(BTreeSet::is_empty) {
            return Ok(flags);
        }
        let until = until.map_or_else(|| "9999".to_owned(), |period| period.to_string());
        // Few stand at a time: whose they are is looked at here.
        let rows: Vec<FlagRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(STANDING).bind(plan.id.clone()).bind(until).fetch_all(db).await?
        });
        let wanted = |flag: &Flag| units.is_none_or(|units| units.contains(&flag.unit));
        for flag in rows.into_iter().filter_map(|row| row.value(plan)).filter(wanted) {
            flags.entry(flag.cell()).or_default().push(flag);
        }
        Ok(flags)
    }

    /// Keeps evidence and flags.
    pub(super) async fn save_quality(
        &mut self,
        plan: &Plan,
        effects: &Effects,
    ) -> Result<(), StoreError> {
        for rows in effects.evidence.chunks(LONGEST_LIST) {
            on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new(
                    "insert into evidence (plan, chat_id, message_id, period, unit, indicator, \
                     file_name, file_hash, text, user_id, at) ",
                );
                query.push_values(rows, |mut b, row| {
                    b.push_bind(plan.id.clone())
                        .push_bind(row.report.0.0)
                        .push_bind(row.report.1.0)
                        .push_bind(row.period.to_string())
                        .push_bind(row.cell.map(|cell| code(plan, cell.0)))
                        .push_bind(row.cell.map(|cell| number(plan, cell.1)))
                        .push_bind(row.file.as_ref().map(|file| file.name.clone()))
                        .push_bind(row.file.as_ref().map(|file| file.hash.clone()))
                        .push_bind(row.text.clone())
                        .push_bind(row.by.0)
                        .push_bind(row.at);
                });
                query.build().execute(db).await?;
            });
        }
        for rows in effects.flags.chunks(LONGEST_LIST) {
            on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new(
                    "insert into flag (plan, unit, indicator, period, revision, label, number, reason, \
                     lead, user_id, at) ",
                );
                query.push_values(rows, |mut b, row| {
                    b.push_bind(plan.id.clone())
                        .push_bind(code(plan, row.unit))
                        .push_bind(number(plan, row.indicator))
                        .push_bind(row.period.to_string())
                        .push_bind(i64::from(row.revision))
                        .push_bind(row.label.clone())
                        .push_bind(row.number.0)
                        .push_bind(row.reason.clone())
                        .push_bind(row.lead.map(|lead| code(plan, lead)))
                        .push_bind(row.by.0)
                        .push_bind(row.at);
                });
                query.build().execute(db).await?;
            });
        }
        Ok(())
    }
}
