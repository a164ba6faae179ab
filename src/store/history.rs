//! Figures of the past, read off the submissions: a table of its own has only those of today.

use std::collections::HashMap;

use sqlx::FromRow;

use super::backend::on_tx;
use super::rows::{SubmissionRow, indicator, unit};
use super::{StoreError, Work};
use crate::conversation::Current;
use crate::conversation::assess::{SentBack, YearBook};
use crate::plan::{Counts, IndicatorId, Period, Plan, UnitId};
use crate::progress::assessment::last_period;

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
        let sql = "select s.* from submission s join (\
                       select unit, indicator, max(revision) as revision from submission \
                       where plan = $1 and period <= $2 \
                       and (in_force_period is null or in_force_period <= $2) \
                       group by unit, indicator) as last \
                   on s.unit = last.unit and s.indicator = last.indicator \
                   and s.revision = last.revision where s.plan = $1";
        let rows: Vec<SubmissionRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(period.to_string()).fetch_all(db).await?
        });
        let rows = rows.into_iter().filter_map(|row| row.value(plan));
        Ok(rows.map(|row| ((row.unit, row.indicator), row.current())).collect())
    }

    /// What a year is assessed by; `None` if the plan has no day in it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn year(&mut self, plan: &Plan, year: i32) -> Result<Option<YearBook>, StoreError> {
        #[derive(FromRow)]
        struct Receipt {
            unit: String,
            indicator: String,
            period: String,
            late: bool,
        }
        let Some(last) = last_period(plan, year) else { return Ok(None) };
        // A year goes by what rankings go by.
        let mut figures: Currents = match plan.review.counts {
            Counts::Reported => self.figures_of(plan, last).await?,
            Counts::Reviewed => {
                let rows = self.accepted_rows(plan, last.to_string()).await?;
                rows.into_iter().map(|(cell, row)| (cell, row.current())).collect()
            }
        };
        let rolled = self.rolled(plan, Some(last)).await?;
        figures.extend(rolled.iter().map(|(cell, one)| (*cell, one.current())));
        let flags = self.flags(plan, None, Some(last)).await?;
        let returned = self.returned_in(plan, year).await?;
        // What was withdrawn never came.
        let sql = "select unit, indicator, period, late from submission as s where plan = $1 \
                   and period like $2 and origin <> 'withdrawal' and not exists (\
                       select 1 from submission as w where w.plan = s.plan and w.unit = s.unit \
                       and w.indicator = s.indicator and w.origin = 'withdrawal' \
                       and w.chat_id = s.chat_id and w.message_id = s.message_id \
                       and w.edition = s.edition)";
        let rows: Vec<Receipt> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql)
                .bind(plan.id.clone())
                .bind(format!("{year:04}-%"))
                .fetch_all(db)
                .await?
        });
        let mut receipts = HashMap::new();
        for row in rows {
            let of = (unit(plan, &row.unit), indicator(plan, &row.indicator));
            if let ((Some(unit), Some(id)), Ok(period)) = (of, row.period.parse::<Period>()) {
                // Once in time is in time, whatever was put right later.
                *receipts.entry((unit, id, period)).or_insert(false) |= !row.late;
            }
        }
        receipts.extend(self.receipts_below(plan, year).await?);
        let sql = "select min(period) from submission where plan = $1";
        let first: (Option<String>,) = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_one(db).await?
        });
        let first = first.0.and_then(|period| period.parse().ok());
        // A plan may have nothing but what is rolled up.
        let first = first.into_iter().chain(receipts.keys().map(|(.., period)| *period)).min();
        Ok(Some(YearBook { figures, receipts, first, returned, flags }))
    }

    /// The figures of a year's periods that a reviewer has sent back: who had sent them, and whether they
    /// were found right later as they were.
    async fn returned_in(&mut self, plan: &Plan, year: i32) -> Result<Vec<SentBack>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            unit: String,
            indicator: String,
            period: String,
            sender: Option<String>,
            again: i64,
        }
        let sql = "select r.unit, r.indicator, r.period, a.unit as sender, \
                   (select count(*) from review k where k.plan = r.plan and k.unit = r.unit \
                    and k.indicator = r.indicator and k.period = r.period and k.id > r.id \
                    and k.verdict = 'accepted' and k.total = r.total) as again \
                   from review r left join submission s on s.plan = r.plan and s.unit = r.unit \
                   and s.indicator = r.indicator and s.revision = r.revision \
                   left join account a on a.plan = s.plan and a.user_id = s.user_id \
                   where r.plan = $1 and r.period like $2 and r.verdict = 'returned' order by r.id";
        let rows: Vec<Row> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql)
                .bind(plan.id.clone())
                .bind(format!("{year:04}-%"))
                .fetch_all(db)
                .await?
        });
        let value = |row: Row| {
            let cell = (unit(plan, &row.unit)?, indicator(plan, &row.indicator)?);
            // Of several leads of one figure it is the one that sent it; what the office reported for a
            // unit is the unit's.
            let sender = row.sender.and_then(|code| unit(plan, &code));
            let sender = sender.filter(|sender| plan.holder(*sender, cell.1) == cell.0);
            Some(SentBack {
                cell,
                period: row.period.parse().ok()?,
                unit: sender.unwrap_or(cell.0),
                right: row.again > 0,
            })
        };
        Ok(rows.into_iter().filter_map(value).collect())
    }
}
