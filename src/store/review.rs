//! What reviewers have said, and what they are shown: a query a question, none that reads all history.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::on_tx;
use super::ledger::named;
use super::load::{LONGEST_LIST, padded};
use super::rows::{SubmissionRow, code, indicator, number, parse, unit, unit_if_any, word};
use super::{StoreError, Work};
use crate::conversation::review::book::Cell;
use crate::conversation::{
    Book, ChatId, Effects, InForce, MessageId, Needs, ReportKey, Review, ReviewAsk, Submission,
    UserId,
};
use crate::plan::{Counts, Plan, Quantity, UnitId};

/// The latest judgements of so many figures are enough to know what a unit was sent back.
const LATEST: i64 = 200;

/// The submission after which each figure stands.
const LATEST_ROWS: &str = "select s.* from submission s join figure f on f.plan = s.plan \
    and f.unit = s.unit and f.indicator = s.indicator and f.latest = s.revision where s.plan = $1";

/// The last submission of each figure that says what was in force before the figure's period.
const LAST_ROWS: &str = "select s.* from submission s join (\
        select t.unit, t.indicator, max(t.revision) as revision from submission t join figure f \
        on f.plan = t.plan and f.unit = t.unit and f.indicator = t.indicator \
        where t.plan = $1 and t.period < f.period \
        and (t.in_force_period is null or t.in_force_period < f.period) \
        group by t.unit, t.indicator) a \
    on a.unit = s.unit and a.indicator = s.indicator and a.revision = s.revision where s.plan = $1";

/// The submission after which each figure was last accepted, for a period or an earlier one.
const ACCEPTED_ROWS: &str = "select s.* from submission s join (\
        select r.unit, r.indicator, max(r.revision) as revision from review r \
        where r.plan = $1 and r.verdict = 'accepted' and r.period <= $2 and not exists (\
            select 1 from review b where b.plan = r.plan and b.unit = r.unit \
            and b.indicator = r.indicator and b.revision = r.revision and b.verdict = 'returned') \
        group by r.unit, r.indicator) a \
    on a.unit = s.unit and a.indicator = s.indicator and a.revision = s.revision where s.plan = $1";

/// Judgements of what each figure is now: those of its period, and of what was sent back since.
const JUDGEMENTS: &str = "select r.* from review r left join figure f on f.plan = r.plan \
    and f.unit = r.unit and f.indicator = r.indicator where r.plan = $1 \
    and (f.period is null or r.period >= f.period or r.revision = f.latest) order by r.id";

/// Figures to which the same was added in more than one place in their period, and stands there.
const REPEATED: &str = "select s.unit, s.indicator from submission s join figure f \
    on f.plan = s.plan and f.unit = s.unit and f.indicator = s.indicator \
    where s.plan = $1 and s.period = f.period and s.value <> 0 \
    and s.origin in ('increment', 'withdrawal') group by s.unit, s.indicator, s.value \
    having count(distinct case when s.origin = 'increment' then s.place end) \
    - sum(case when s.origin = 'withdrawal' then 1 else 0 end) > 1";

/// What senders explained of each figure in its period.
const NOTES: &str = "select distinct s.unit, s.indicator, n.at, n.text from note n \
    join submission s on s.plan = n.plan and s.chat_id = n.chat_id \
    and s.message_id = n.message_id and s.edition = n.edition \
    join figure f on f.plan = s.plan and f.unit = s.unit and f.indicator = s.indicator \
    where n.plan = $1 and s.period = f.period order by n.at";

/// All judgements of a figure.
const ALL_JUDGEMENTS: &str =
    "select * from review where plan = $1 and unit = $2 and indicator = $3 order by id";

/// The messages that a figure's submissions came with.
const SOURCES: &str = "select distinct r.chat_id, r.message_id, r.edition, r.text from report r \
    join submission s on s.plan = r.plan and s.chat_id = r.chat_id \
    and s.message_id = r.message_id and s.edition = r.edition \
    where s.plan = $1 and s.unit = $2 and s.indicator = $3";

#[derive(FromRow)]
struct ReviewRow {
    unit: String,
    indicator: String,
    period: String,
    revision: i64,
    through: i64,
    total: i64,
    verdict: String,
    reason: String,
    deadline: Option<DateTime<Utc>>,
    lead: Option<String>,
    user_id: Option<i64>,
    at: DateTime<Utc>,
}

impl ReviewRow {
    fn value(self, plan: &Plan) -> Option<Review> {
        let lead = unit_if_any(plan, self.lead.as_deref())?;
        Some(Review {
            unit: unit(plan, &self.unit)?,
            indicator: indicator(plan, &self.indicator)?,
            period: self.period.parse().ok()?,
            revision: u32::try_from(self.revision).ok()?,
            through: u32::try_from(self.through).ok()?,
            total: Quantity(self.total),
            verdict: parse(&self.verdict)?,
            reason: self.reason,
            deadline: self.deadline,
            lead,
            by: self.user_id.map(UserId),
            at: self.at,
        })
    }
}

#[derive(FromRow)]
struct AskRow {
    user_id: i64,
    unit: String,
    indicator: String,
    revision: i64,
    at: DateTime<Utc>,
}

impl AskRow {
    fn value(self, plan: &Plan) -> Option<ReviewAsk> {
        Some(ReviewAsk {
            user: UserId(self.user_id),
            cell: (unit(plan, &self.unit)?, indicator(plan, &self.indicator)?),
            revision: u32::try_from(self.revision).ok()?,
            at: self.at,
        })
    }
}

impl Work {
    /// Who of these people writes a reason.
    pub(super) async fn review_asks(
        &mut self,
        plan: &Plan,
        users: &BTreeSet<UserId>,
    ) -> Result<HashMap<UserId, ReviewAsk>, StoreError> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<AskRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new("select * from review_ask where revision > 0 and plan = ");
            query.push_bind(plan.id.clone()).push(" and user_id in (");
            let mut separated = query.separated(", ");
            for user in padded(users) {
                separated.push_bind(user.0);
            }
            separated.push_unseparated(")");
            query.build_query_as().fetch_all(db).await?
        });
        let asks = rows.into_iter().filter_map(|row| row.value(plan));
        Ok(asks.map(|ask| (ask.user, ask)).collect())
    }

    /// What a batch may touch of reviews: all of it where somebody judges, what these units were sent
    /// back where not; and what counts in rankings, up to a period, where somebody may ask for those.
    pub(super) async fn reviewed(
        &mut self,
        plan: &Plan,
        (judging, units): (bool, &BTreeSet<UnitId>),
        counting: Option<String>,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        if judging {
            self.book(plan, book).await?;
        } else {
            self.sent_back(plan, units, book).await?;
        }
        match counting {
            Some(until) => self.accepted(plan, until, book).await,
            None => Ok(()),
        }
    }

    /// All judgements of the figures that somebody names, and the messages that they came with.
    pub(super) async fn trails(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        for cell in named(plan, needs, book) {
            let (of, no) = (code(plan, cell.0), number(plan, cell.1));
            let rows: Vec<ReviewRow> = on_tx!(&mut self.tx, db => {
                sqlx::query_as(ALL_JUDGEMENTS)
                    .bind(plan.id.clone()).bind(of.clone()).bind(no.clone())
                    .fetch_all(db).await?
            });
            book.of.insert(cell, rows.into_iter().filter_map(|row| row.value(plan)).collect());
            let rows: Vec<(i64, i64, i64, String)> = on_tx!(&mut self.tx, db => {
                sqlx::query_as(SOURCES)
                    .bind(plan.id.clone()).bind(of).bind(no).fetch_all(db).await?
            });
            book.sources.extend(rows.into_iter().map(|(chat, message, edition, text)| {
                let (chat, message) = (ChatId(chat), MessageId(message));
                (ReportKey { chat, message, edition }, text)
            }));
            self.quality(plan, cell, book).await?;
        }
        Ok(())
    }

    /// What units were sent back, and what was said since.
    async fn sent_back(
        &mut self,
        plan: &Plan,
        units: &BTreeSet<UnitId>,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        if units.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<ReviewRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new("select * from review where plan = ");
            query.push_bind(plan.id.clone());
            // A job is about all units, and a nation's are more than a statement takes.
            if units.len() <= LONGEST_LIST {
                query.push(" and unit in (");
                let mut separated = query.separated(", ");
                for unit in padded(units) {
                    separated.push_bind(code(plan, *unit));
                }
                separated.push_unseparated(")");
            }
            query.push(" order by id desc limit ").push_bind(LATEST);
            query.build_query_as().fetch_all(db).await?
        });
        rows.reverse();
        for review in rows.into_iter().filter_map(|row| row.value(plan)) {
            book.of.entry(review.cell()).or_default().push(review);
        }
        Ok(())
    }

    /// All that a reviewer is shown.
    async fn book(&mut self, plan: &Plan, book: &mut Book) -> Result<(), StoreError> {
        let rows: Vec<ReviewRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(JUDGEMENTS).bind(plan.id.clone()).fetch_all(db).await?
        });
        book.of.clear();
        for review in rows.into_iter().filter_map(|row| row.value(plan)) {
            book.of.entry(review.cell()).or_default().push(review);
        }
        book.latest = self.one_each(plan, LATEST_ROWS, None).await?;
        let last = self.one_each(plan, LAST_ROWS, None).await?;
        book.last = in_force(last);
        let rows: Vec<(String, String)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(REPEATED).bind(plan.id.clone()).fetch_all(db).await?
        });
        let cell = |of: &str, no: &str| Some((unit(plan, of)?, indicator(plan, no)?));
        book.repeated = rows.iter().filter_map(|(of, no)| cell(of, no)).collect();
        self.evidence(plan, book).await?;
        let rows: Vec<(String, String, DateTime<Utc>, String)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(NOTES).bind(plan.id.clone()).fetch_all(db).await?
        });
        for (of, no, _, text) in rows {
            if let Some(cell) = cell(&of, &no) {
                book.notes.entry(cell).or_default().push(text);
            }
        }
        Ok(())
    }

    /// Where rankings go by reviewed figures: those accepted last, for a period or an earlier one.
    async fn accepted(
        &mut self,
        plan: &Plan,
        until: String,
        book: &mut Book,
    ) -> Result<(), StoreError> {
        if plan.review.counts == Counts::Reviewed {
            book.accepted = in_force(self.accepted_rows(plan, until).await?);
        }
        Ok(())
    }

    /// The submissions after which figures were last accepted, for a period or an earlier one.
    pub(super) async fn accepted_rows(
        &mut self,
        plan: &Plan,
        until: String,
    ) -> Result<HashMap<Cell, Submission>, StoreError> {
        self.one_each(plan, ACCEPTED_ROWS, Some(until)).await
    }

    async fn one_each(
        &mut self,
        plan: &Plan,
        sql: &'static str,
        until: Option<String>,
    ) -> Result<HashMap<Cell, Submission>, StoreError> {
        let rows: Vec<SubmissionRow> = on_tx!(&mut self.tx, db => {
            let query = sqlx::query_as(sql).bind(plan.id.clone());
            match until {
                Some(until) => query.bind(until).fetch_all(db).await?,
                None => query.fetch_all(db).await?,
            }
        });
        let rows = rows.into_iter().filter_map(|row| row.value(plan));
        Ok(rows.map(|row| ((row.unit, row.indicator), row)).collect())
    }

    /// Keeps judgements, and who writes a reason.
    pub(super) async fn save_reviews(
        &mut self,
        plan: &Plan,
        effects: &Effects,
    ) -> Result<(), StoreError> {
        for rows in effects.reviews.chunks(1000) {
            on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new(
                    "insert into review (plan, unit, indicator, period, revision, through, total, verdict, \
                     reason, deadline, lead, user_id, at) ",
                );
                query.push_values(rows, |mut b, row| {
                    b.push_bind(plan.id.clone())
                        .push_bind(code(plan, row.unit))
                        .push_bind(number(plan, row.indicator))
                        .push_bind(row.period.to_string())
                        .push_bind(i64::from(row.revision))
                        .push_bind(i64::from(row.through))
                        .push_bind(row.total.0)
                        .push_bind(word(row.verdict))
                        .push_bind(row.reason.clone())
                        .push_bind(row.deadline)
                        .push_bind(row.lead.map(|lead| code(plan, lead)))
                        .push_bind(row.by.map(|user| user.0))
                        .push_bind(row.at);
                });
                query.build().execute(db).await?;
            });
        }
        let sql = "insert into review_ask (plan, user_id, unit, indicator, revision, at) \
                   values ($1, $2, $3, $4, $5, $6) on conflict (plan, user_id) do update set \
                   unit = excluded.unit, indicator = excluded.indicator, \
                   revision = excluded.revision, at = excluded.at";
        for ask in &effects.review_asks {
            let (unit, indicator) = (code(plan, ask.cell.0), number(plan, ask.cell.1));
            on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(plan.id.clone())
                    .bind(ask.user.0)
                    .bind(unit)
                    .bind(indicator)
                    .bind(i64::from(ask.revision))
                    .bind(ask.at)
                    .execute(db)
                    .await?;
            });
        }
        Ok(())
    }
}

fn in_force(rows: HashMap<Cell, Submission>) -> HashMap<Cell, InForce> {
    rows.into_iter().filter_map(|(cell, row)| Some((cell, row.in_force?))).collect()
}
