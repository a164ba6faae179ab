//! Figures of the past, read off the submissions: a table of its own has only those of today.

use std::collections::HashMap;

use super::backend::on_tx;
use super::rows::SubmissionRow;
use super::{StoreError, Work};
use crate::conversation::Current;
use crate::plan::{IndicatorId, Period, Plan, UnitId};

/// The figures of units and indicators.
type Currents = HashMap<(UnitId, IndicatorId), Current>;

impl Work {
    /// The figures of a period as they are known now: late reports and corrections for it count,
    /// what was reported for later periods does not.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn figures_of(
        &mut self,
        plan: &Plan,
        period: Period,
    ) -> Result<Currents, StoreError> {
        // A row says what is in force after it. Of each figure the last row that says so for this
        // period or an earlier one counts; one that leaves nothing in force counts too.
        let sql = "select * from submission as s where plan = $1 and revision = (\
                       select max(revision) from submission as t where t.plan = s.plan \
                       and t.unit = s.unit and t.indicator = s.indicator \
                       and (t.in_force_period is null or t.in_force_period <= $2) \
                       and t.period <= $2)";
        let rows: Vec<SubmissionRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(period.to_string()).fetch_all(db).await?
        });
        let rows = rows.into_iter().filter_map(|row| row.value(plan));
        Ok(rows.map(|row| ((row.unit, row.indicator), row.current())).collect())
    }
}
