//! Drafts of bulletins: what waits for the office, and what exactly it was shown.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::backend::on_tx;
use super::rows::{parse, word};
use super::{StoreError, Work};
use crate::conversation::effects::BulletinRow;
use crate::conversation::{Draft, DraftState};
use crate::plan::{Period, Plan};

#[derive(FromRow)]
struct Row {
    period: String,
    edition: i64,
    state: String,
    due: DateTime<Utc>,
    shown: i64,
    revision: i64,
    words: String,
}

impl Row {
    fn value(self) -> Option<Draft> {
        Some(Draft {
            period: self.period.parse().ok()?,
            edition: u32::try_from(self.edition).ok()?,
            state: parse(&self.state)?,
            due: self.due,
            shown: u32::try_from(self.shown).ok()?,
            revision: u32::try_from(self.revision).ok()?,
            words: serde_json::from_str(&self.words).ok()?,
        })
    }
}

impl Work {
    /// Drafts by period and edition; those that are over too if asked for.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn drafts(
        &mut self,
        plan: &Plan,
        over_too: bool,
    ) -> Result<BTreeMap<(Period, u32), Draft>, StoreError> {
        let all = "select period, edition, state, due, shown, revision, words from draft \
                   where plan = $1";
        let unfinished = "select period, edition, state, due, shown, revision, words from draft \
                          where plan = $1 and state not in ('issued', 'dropped')";
        let sql = if over_too { all } else { unfinished };
        let rows: Vec<Row> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        let drafts = rows.into_iter().filter_map(Row::value);
        Ok(drafts.map(|draft| ((draft.period, draft.edition), draft)).collect())
    }

    /// Keeps changes of drafts, in order.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] if somebody else has changed one since it was loaded; then nothing
    /// of this work may be committed, and all of it is decided anew.
    pub(super) async fn save_drafts(
        &mut self,
        plan: &Plan,
        drafts: &[Draft],
    ) -> Result<(), StoreError> {
        let sql = "insert into draft (plan, period, edition, state, due, shown, revision, words) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8) \
                   on conflict (plan, period, edition) do update set state = excluded.state, \
                   due = excluded.due, shown = excluded.shown, revision = excluded.revision, \
                   words = excluded.words where draft.revision = excluded.revision - 1";
        for draft in drafts {
            let words = serde_json::to_string(&draft.words).unwrap_or_default();
            let rows = on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(plan.id.clone())
                    .bind(draft.period.to_string())
                    .bind(i64::from(draft.edition))
                    .bind(word(draft.state))
                    .bind(draft.due)
                    .bind(i64::from(draft.shown))
                    .bind(i64::from(draft.revision))
                    .bind(words)
                    .execute(db)
                    .await?
                    .rows_affected()
            });
            if rows != 1 {
                return Err(StoreError::Overtaken);
            }
        }
        Ok(())
    }

    /// Keeps what a draft shows, so that exactly that is issued.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_shown(&mut self, plan: &Plan, row: &BulletinRow) -> Result<(), StoreError> {
        let sql = "update draft set numbers = $4, text = $5, messages = $6 \
                   where plan = $1 and period = $2 and edition = $3";
        on_tx!(&mut self.tx, db => {
            sqlx::query(sql)
                .bind(plan.id.clone())
                .bind(row.period.to_string())
                .bind(i64::from(row.edition))
                .bind(row.numbers.to_string())
                .bind(row.text.clone())
                .bind(serde_json::to_string(&row.messages).unwrap_or_default())
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// What a draft shows; `None` if it was never made.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shown(
        &mut self,
        plan: &Plan,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<Option<BulletinRow>, StoreError> {
        let sql = "select numbers, text, messages from draft where plan = $1 and period = $2 \
                   and edition = $3 and messages is not null";
        let row: Option<(String, String, String)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql)
                .bind(plan.id.clone())
                .bind(draft.period.to_string())
                .bind(i64::from(draft.edition))
                .fetch_optional(db)
                .await?
        });
        let unreadable = |error: serde_json::Error| StoreError::Content(error.to_string());
        row.map(|(numbers, text, messages)| {
            Ok(BulletinRow {
                period: draft.period,
                edition: draft.edition,
                at: now,
                numbers: serde_json::from_str(&numbers).map_err(unreadable)?,
                text,
                messages: serde_json::from_str(&messages).map_err(unreadable)?,
            })
        })
        .transpose()
    }

    /// The draft of a period's bulletin, whether it is over or not.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn draft_of(
        &mut self,
        plan: &Plan,
        period: Period,
    ) -> Result<Option<DraftState>, StoreError> {
        let drafts = self.drafts(plan, true).await?;
        Ok(drafts.get(&(period, 0)).map(|draft| draft.state))
    }
}
