//! Whether the figures in force follow from the append-only history alone: they are made anew of the
//! submissions and held against the table that is read with every message.

use std::collections::BTreeMap;

use super::backend::on_pool;
use super::rows::{FigureRow, SubmissionRow};
use super::{Store, StoreError};
use crate::conversation::ledger::Ledger;
use crate::conversation::{InForce, Submission};
use crate::plan::{IndicatorId, Plan, UnitId};

/// A figure that is not what its history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Under which unit it is kept.
    pub unit: UnitId,
    /// Which indicator.
    pub indicator: IndicatorId,
    /// What the table says, and the number of the last submission there.
    pub table: (Option<InForce>, u32),
    /// What the history says.
    pub history: (Option<InForce>, u32),
}

impl Store {
    /// Makes all figures anew. Gives how many there are, and those that differ.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rebuild(&self, plan: &Plan) -> Result<(usize, Vec<Mismatch>), StoreError> {
        let sql = "select * from submission where plan = $1 order by unit, indicator, revision";
        let rows: Vec<SubmissionRow> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let mut of: BTreeMap<(UnitId, IndicatorId), Vec<Submission>> = BTreeMap::new();
        for row in rows.into_iter().filter_map(|row| row.value(plan)) {
            of.entry((row.unit, row.indicator)).or_default().push(row);
        }
        let sql = "select * from figure where plan = $1";
        let rows: Vec<FigureRow> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let table: BTreeMap<_, _> = rows.into_iter().filter_map(|row| row.value(plan)).collect();
        let mut cells: Vec<_> = of.keys().chain(table.keys()).copied().collect();
        cells.sort_unstable();
        cells.dedup();
        let mut differ = Vec::new();
        for (unit, indicator) in &cells {
            let cell = (*unit, *indicator);
            let rows = of.get(&cell).map_or(&[][..], Vec::as_slice);
            let latest = rows.last().map_or(0, |row| row.revision);
            let history = (Ledger::of(rows).in_force(), latest);
            let kept = table.get(&cell).map_or((None, 0), |one| (one.in_force, one.latest));
            if history != kept {
                let (unit, indicator) = cell;
                differ.push(Mismatch { unit, indicator, table: kept, history });
            }
        }
        Ok((cells.len(), differ))
    }
}
