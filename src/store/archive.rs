//! The archive: bulletins as they were issued.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::backend::on_tx;
use super::{StoreError, Work};
use crate::conversation::Wanted;
use crate::conversation::effects::BulletinRow;
use crate::plan::{Period, Plan};

#[derive(FromRow)]
struct Row {
    period: String,
    edition: i64,
    at: DateTime<Utc>,
    numbers: String,
    text: String,
    messages: String,
}

impl Row {
    fn value(self) -> Result<BulletinRow, StoreError> {
        let name = format!("bulletin {} edition {}", self.period, self.edition);
        let unreadable = |what: String| StoreError::Content(format!("{name}: {what}"));
        Ok(BulletinRow {
            period: self.period.parse().map_err(|e| unreadable(format!("{e}")))?,
            edition: u32::try_from(self.edition).map_err(|e| unreadable(e.to_string()))?,
            at: self.at,
            numbers: serde_json::from_str(&self.numbers).map_err(|e| unreadable(e.to_string()))?,
            text: self.text,
            messages: serde_json::from_str(&self.messages)
                .map_err(|e| unreadable(e.to_string()))?,
        })
    }
}

/// Bulletins by period and edition.
type Bulletins = BTreeMap<(Period, u32), BulletinRow>;

impl Work {
    /// The last bulletin of a period before this one, as corrected.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn last_bulletin(
        &mut self,
        plan: &Plan,
        before: Period,
    ) -> Result<Option<BulletinRow>, StoreError> {
        let sql = "select period, edition, at, numbers, text, messages from bulletin \
                   where plan = $1 and period < $2 order by period desc, edition desc limit 1";
        let row: Option<Row> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql)
                .bind(plan.id.clone())
                .bind(before.to_string())
                .fetch_optional(db)
                .await?
        });
        row.map(Row::value).transpose()
    }

    /// The bulletin of a period, as corrected last.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn latest_edition(
        &mut self,
        plan: &Plan,
        period: Period,
    ) -> Result<Option<BulletinRow>, StoreError> {
        let sql = "select period, edition, at, numbers, text, messages from bulletin \
                   where plan = $1 and period = $2 order by edition desc limit 1";
        let row: Option<Row> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql)
                .bind(plan.id.clone())
                .bind(period.to_string())
                .fetch_optional(db)
                .await?
        });
        row.map(Row::value).transpose()
    }

    /// The bulletins that somebody wants to see, each with its corrections.
    pub(super) async fn wanted(
        &mut self,
        plan: &Plan,
        wanted: Wanted,
        into: &mut Bulletins,
    ) -> Result<(), StoreError> {
        let (sql, like) = match wanted {
            Wanted::Numbers => (
                "select period, edition, at, numbers, '' as text, '[]' as messages from bulletin \
                 where plan = $1 and period like $2",
                "%".to_owned(),
            ),
            Wanted::Latest => (
                "select period, edition, at, numbers, text, messages from bulletin \
                 where plan = $1 and period = (select max(period) from bulletin \
                 where plan = $1 and period like $2)",
                "%".to_owned(),
            ),
            Wanted::Number { year, number } => (
                "select period, edition, at, numbers, text, messages from bulletin \
                 where plan = $1 and period = (select max(period) from bulletin \
                 where plan = $1 and period like $2)",
                match year {
                    Some(year) => format!("{year:04}-_{number:02}"),
                    None => format!("%-_{number:02}"),
                },
            ),
        };
        let rows: Vec<Row> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(like).fetch_all(db).await?
        });
        for row in rows {
            let row = row.value()?;
            let key = (row.period, row.edition);
            // Where somebody wants to see one, it is there with all that was sent.
            if wanted != Wanted::Numbers || !into.contains_key(&key) {
                into.insert(key, row);
            }
        }
        Ok(())
    }
}
