//! A batch's snapshot: a query a table, and none for what nothing in the batch touches.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::{on_pool, on_tx};
use super::rows::{
    AccountRow, GroupRow, GuideRow, InviteRow, ReportRow, SubmissionRow, UnitFigures, code,
    parse_about,
};
use super::{Store, StoreError, Work};
use crate::conversation::snapshot::JobTrace;
use crate::conversation::{
    About, ChatId, Dialogue, MessageId, Needs, Reported, Role, Snapshot, Subject, Submission,
    Topic, UserId,
};
use crate::plan::{Period, Plan, UnitId};

/// The most values in one list: SQLite takes 32,766 parameters, a batch has at most 100 updates.
pub(super) const LONGEST_LIST: usize = 1000;

/// A list made longer with its last value, to a power of two: so a statement has few shapes, and each
/// of them stays prepared.
pub(super) fn padded<T: Copy>(list: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.into_iter().collect();
    if let Some(last) = list.last().copied() {
        list.resize(list.len().next_power_of_two(), last);
    }
    list
}

/// Selects from a table by plan and, if given, by a list of values in one column.
macro_rules! select {
    ($work:expr, $row:ty, $plan:expr, $sql:literal, $list:expr) => {{
        let list: Option<Vec<_>> = $list;
        on_tx!(&mut $work.tx, db => {
            let mut query = QueryBuilder::new(concat!($sql, " "));
            query.push_bind($plan.id.clone());
            if let Some((column, values)) = list.as_ref().and_then(|list| split(list)) {
                query.push(format!(" and {column} in ("));
                let mut separated = query.separated(", ");
                for value in padded(values) {
                    separated.push_bind(value.clone());
                }
                separated.push_unseparated(")");
            }
            query.build_query_as::<$row>().fetch_all(db).await?
        })
    }};
}

/// A list of one column's values, with the column's name beside each.
fn split<'a, T>(list: &'a [(&'static str, T)]) -> Option<(&'static str, Vec<&'a T>)> {
    let column = list.first()?.0;
    Some((column, list.iter().take(LONGEST_LIST).map(|(_, value)| value).collect()))
}

impl Store {
    /// Which of these people have a bound account.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn known(
        &self,
        plans: &[&Plan],
        users: &[UserId],
    ) -> Result<HashSet<UserId>, StoreError> {
        let found: Vec<(i64,)> = on_pool!(&self.pool, db => {
            let mut query =
                QueryBuilder::new("select user_id from account where role <> 'former' and plan in (");
            let mut separated = query.separated(", ");
            for plan in plans {
                separated.push_bind(plan.id.clone());
            }
            separated.push_unseparated(") and user_id in (");
            let mut separated = query.separated(", ");
            for user in padded(users.iter().take(LONGEST_LIST)) {
                separated.push_bind(user.0);
            }
            separated.push_unseparated(")");
            query.build_query_as().fetch_all(db).await?
        });
        Ok(found.into_iter().map(|row| UserId(row.0)).collect())
    }
}

impl Work {
    /// Which of these updates have not been handled yet, in whichever plan. Whoever asks has the turn
    /// of all of them until the commit.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unseen(
        &mut self,
        plans: &[&Plan],
        updates: &[i64],
    ) -> Result<HashSet<i64>, StoreError> {
        #[derive(FromRow)]
        struct Seen {
            update_id: i64,
        }
        if updates.is_empty() {
            return Ok(HashSet::new());
        }
        self.take_turns(plans).await?;
        // Whichever plan it was given to then: the list of plans may have changed since.
        let seen: Vec<Seen> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new("select update_id from seen_update where plan in (");
            let mut separated = query.separated(", ");
            for plan in plans {
                separated.push_bind(plan.id.clone());
            }
            separated.push_unseparated(") and update_id in (");
            let mut separated = query.separated(", ");
            for update in padded(updates) {
                separated.push_bind(*update);
            }
            separated.push_unseparated(")");
            query.build_query_as().fetch_all(db).await?
        });
        let mut unseen: HashSet<i64> = updates.iter().copied().collect();
        for row in seen {
            unseen.remove(&row.update_id);
        }
        Ok(unseen)
    }

    /// What the store knows that a batch may touch.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn snapshot(&mut self, plan: &Plan, needs: &Needs) -> Result<Snapshot, StoreError> {
        self.take_turn(plan).await?;
        // A reply about a task, or words for a dialogue, may be for others too.
        let dialogues = self.dialogues(plan, needs).await?;
        let mut snapshot = Snapshot { dialogues, ..Snapshot::default() };
        if !needs.replies.is_empty() {
            snapshot.replied = self.replied(plan, needs).await?;
        }
        let about_task = snapshot.replied.values().any(|about| matches!(about, About::Task(_)));
        let talking = snapshot.dialogues.values().any(|dialogue| !dialogue.done);
        snapshot.book.asks = self.review_asks(plan, &needs.review.reasons).await?;
        // Whoever writes a reason, or how much is flagged, judges a figure by it.
        let flagging = |one: &Dialogue| !one.done && matches!(one.about, Subject::Flag { .. });
        let flagging = snapshot.dialogues.values().any(flagging);
        let judging = needs.review.all || flagging || !snapshot.book.asks.is_empty();
        let whole = needs.whole || judging || about_task || talking;
        let all = if about_task || talking { &Topic::ALL[..] } else { &Topic::ALWAYS };
        let topics = needs.topics.iter().chain(all).copied().collect();
        snapshot.journal = self.journal(plan, &topics).await?;
        snapshot.kept = self.kept(plan, &snapshot.journal, needs).await?;
        if whole || !needs.users.is_empty() {
            let list = needs.users.iter().map(|user| ("user_id", user.0)).collect();
            let rows = select!(
                self,
                AccountRow,
                plan,
                "select * from account where plan =",
                (!whole).then_some(list)
            );
            let accounts = rows.into_iter().filter_map(|row| row.value(plan));
            snapshot.accounts = accounts.map(|account| (account.user, account)).collect();
        }
        if whole || !needs.chats.is_empty() {
            let list = needs.chats.iter().map(|chat| ("chat_id", chat.0)).collect();
            let rows = select!(
                self,
                GroupRow,
                plan,
                "select * from chat_group where plan =",
                (!whole).then_some(list)
            );
            let groups = rows.into_iter().filter_map(GroupRow::value);
            snapshot.groups = groups.map(|group| (group.chat, group)).collect();
        }
        if !needs.invites.is_empty() {
            let list: Vec<_> = needs.invites.iter().map(|hash| ("hash", hash.clone())).collect();
            let rows =
                select!(self, InviteRow, plan, "select * from invite where plan =", Some(list));
            let invites = rows.into_iter().filter_map(|row| row.value(plan));
            snapshot.invites = invites.map(|invite| (invite.hash.clone(), invite)).collect();
        }
        for user in &needs.guesses {
            let wrong = self.wrong_codes(plan, *user).await?;
            snapshot.wrong_codes.insert(*user, wrong);
        }
        if whole || !needs.chats.is_empty() {
            self.questions(plan, needs, &mut snapshot).await?;
        }
        self.guides(plan, needs, &mut snapshot).await?;
        let messages = self.touched(plan, needs, &snapshot).await?;
        if !messages.is_empty() {
            self.reports(plan, &messages, &mut snapshot).await?;
        }
        let units = units_of(&snapshot).into_iter().chain(named(plan, needs)).collect();
        if !whole {
            self.colleagues(plan, &units, &mut snapshot).await?;
        }
        let units = self.figures(plan, whole, units, &mut snapshot).await?;
        let until = needs.as_of.map_or_else(|| "9999".to_owned(), |period| period.to_string());
        let counting = whole.then_some(until);
        self.reviewed(plan, (judging, &units), counting, &mut snapshot.book).await?;
        let of = (!whole && !judging).then_some(&units);
        snapshot.book.flags = self.flags(plan, of, needs.as_of).await?;
        if let Some(period) = needs.as_of {
            snapshot.figures = self.figures_of(plan, period).await?;
        }
        self.levels(plan, needs, (whole, &units), &mut snapshot).await?;
        self.history(plan, needs, &mut snapshot).await?;
        self.trails(plan, needs, &mut snapshot.book).await?;
        if needs.job_traces {
            snapshot.job_traces = self.job_traces(plan).await?;
        }
        for wanted in &needs.bulletins {
            self.wanted(plan, *wanted, &mut snapshot.bulletins).await?;
        }
        for year in &needs.years {
            if let Some(book) = self.year(plan, *year).await? {
                snapshot.years.insert(*year, book);
            }
        }
        if needs.drafts {
            snapshot.drafts = self.drafts(plan, true).await?;
        }
        if let Some(period) = needs.sent_for {
            snapshot.sent = self.sent(plan, period).await?;
        }
        Ok(snapshot)
    }

    /// Forms that are being filled in, of the chats.
    async fn guides(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        if !needs.chats.is_empty() {
            let list: Vec<_> = needs.chats.iter().map(|chat| ("chat_id", chat.0)).collect();
            let rows =
                select!(self, GuideRow, plan, "select * from guide where plan =", Some(list));
            let guides = rows.into_iter().filter_map(|row| row.value(plan));
            snapshot.guides = guides.map(|guide| (guide.chat, guide)).collect();
        }
        Ok(())
    }

    /// The liaisons of units for which the office acts: they are told of it.
    async fn colleagues(
        &mut self,
        plan: &Plan,
        units: &BTreeSet<UnitId>,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        let office = snapshot.accounts.values().any(|account| account.role == Role::Office);
        if !office || units.is_empty() {
            return Ok(());
        }
        // Leads that carry a figure together all hear of it.
        let carried =
            units.iter().flat_map(|unit| plan.carried(*unit).iter().map(|id| (*unit, *id)));
        let leads = carried.flat_map(|(unit, id)| plan.bearers(unit, id));
        let concerned: BTreeSet<UnitId> = units.iter().copied().chain(leads).collect();
        let list: Vec<_> = concerned.iter().map(|id| ("unit", code(plan, *id))).collect();
        let rows =
            select!(self, AccountRow, plan, "select * from account where plan =", Some(list));
        let accounts = rows.into_iter().filter_map(|row| row.value(plan));
        snapshot.accounts.extend(accounts.map(|account| (account.user, account)));
        Ok(())
    }

    async fn figures(
        &mut self,
        plan: &Plan,
        whole: bool,
        mut units: BTreeSet<UnitId>,
        snapshot: &mut Snapshot,
    ) -> Result<BTreeSet<UnitId>, StoreError> {
        let holders: Vec<UnitId> = units
            .iter()
            .flat_map(|unit| plan.carried(*unit).iter().map(|id| plan.holder(*unit, *id)))
            .collect();
        units.extend(holders);
        if !whole && units.is_empty() {
            return Ok(units);
        }
        let rows: Vec<UnitFigures> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new(UnitFigures::SQL);
            query.push_bind(plan.id.clone());
            if !whole {
                query.push(" and unit in (");
                let mut separated = query.separated(", ");
                for unit in padded(units.iter().take(LONGEST_LIST)) {
                    separated.push_bind(code(plan, *unit));
                }
                separated.push_unseparated(")");
            }
            query.push(" group by unit");
            query.build_query_as().fetch_all(db).await?
        });
        snapshot.figures = rows.iter().flat_map(|row| row.values(plan)).collect();
        Ok(units)
    }

    async fn reports(
        &mut self,
        plan: &Plan,
        messages: &BTreeSet<(ChatId, MessageId)>,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        // By message number, which nearly names the message; the chat is compared below.
        let list: Vec<_> = messages.iter().map(|(_, message)| ("message_id", message.0)).collect();
        let rows =
            select!(self, ReportRow, plan, "select * from report where plan =", Some(list.clone()));
        let mut reports: HashMap<_, Vec<Reported>> = HashMap::new();
        for report in rows.into_iter().filter_map(|row| row.value(plan)) {
            let key = (report.key.chat, report.key.message);
            if messages.contains(&key) {
                reports.entry(key).or_default().push(Reported { report, submissions: Vec::new() });
            }
        }
        if !reports.is_empty() {
            let rows = select!(
                self,
                SubmissionRow,
                plan,
                "select * from submission where plan =",
                Some(list)
            );
            for row in rows.into_iter().filter_map(|row| row.value(plan)) {
                let editions = reports.get_mut(&(row.report.chat, row.report.message));
                let edition = editions
                    .and_then(|all| all.iter_mut().find(|one| one.report.key == row.report));
                if let Some(edition) = edition {
                    edition.submissions.push(row);
                }
            }
        }
        for editions in reports.values_mut() {
            editions.sort_by_key(|one| one.report.key.edition);
            for edition in editions {
                edition.submissions.sort_by_key(|row| (row.unit, row.indicator, row.revision));
            }
        }
        snapshot.reports = reports;
        Ok(())
    }

    /// What the bot's messages are about that somebody replied to.
    async fn replied(
        &mut self,
        plan: &Plan,
        needs: &Needs,
    ) -> Result<HashMap<(ChatId, MessageId), About>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            chat_id: i64,
            message_id: i64,
            about: String,
        }
        let list = needs.replies.iter().map(|(_, message)| ("message_id", message.0)).collect();
        let rows = select!(
            self,
            Row,
            plan,
            "select chat_id, message_id, about from outbox where about is not null and plan =",
            Some(list)
        );
        let about = |row: Row| {
            let key = (ChatId(row.chat_id), MessageId(row.message_id));
            needs.replies.contains(&key).then_some(())?;
            Some((key, parse_about(plan, key.0, &row.about)?))
        };
        Ok(rows.into_iter().filter_map(about).collect())
    }

    /// When somebody has shown wrong invitations, the latest times.
    async fn wrong_codes(
        &mut self,
        plan: &Plan,
        user: UserId,
    ) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let sql = "select at from audit where plan = $1 and actor = $2 and act = 'wrong-code' \
                   order by id desc limit 10";
        let rows: Vec<(DateTime<Utc>,)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(user.0).fetch_all(db).await?
        });
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Everything sent for a period, in the order of time.
    async fn sent(&mut self, plan: &Plan, period: Period) -> Result<Vec<Submission>, StoreError> {
        let sql = "select * from submission where plan = $1 and period = $2 \
                   order by at, unit, indicator, revision";
        let rows: Vec<SubmissionRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(period.to_string()).fetch_all(db).await?
        });
        Ok(rows.into_iter().filter_map(|row| row.value(plan)).collect())
    }

    async fn job_traces(&mut self, plan: &Plan) -> Result<Vec<JobTrace>, StoreError> {
        let runs = self.latest_runs(plan, 20).await?;
        let trace = |run: super::JobRun| {
            let job = plan.jobs.iter().find(|job| job.name == run.job)?;
            Some(JobTrace {
                title: job.title.clone(),
                kind: job.kind,
                period: run.period,
                due: run.due,
                outcomes: run.outcomes,
            })
        };
        Ok(runs.into_iter().filter(|run| run.made).filter_map(trace).collect())
    }
}

/// Units that somebody may name whose figures they have something to say of.
pub(super) fn named<'a>(plan: &'a Plan, needs: &'a Needs) -> impl Iterator<Item = UnitId> + 'a {
    needs.reporting.named.iter().filter_map(|words| Some(plan.unit_before(words)?.0))
}

/// Every unit that a batch may touch a figure of.
fn units_of(snapshot: &Snapshot) -> BTreeSet<UnitId> {
    let acting = snapshot.accounts.values().filter_map(|account| account.unit);
    let reported = snapshot.reports.values().flatten().map(|reported| reported.report.unit);
    let asked = snapshot.pending.values().map(|pending| pending.unit);
    let guided = snapshot.guides.values().map(|guide| guide.unit);
    acting.chain(reported).chain(asked).chain(guided).collect()
}
