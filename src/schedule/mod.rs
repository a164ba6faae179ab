//! Jobs (定时任务): what is due, what was missed, and that each is done once.
//!
//! A job's firing is one row, `(plan, job, due)`, written in the transaction that holds what the job
//! made; a second run finds it there. A firing missed by less than the job's grace is made up
//! once, an older one is noted and skipped, also over a restart.
//!
//! - `drafts`: bulletins that the office sees first

mod drafts;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};

use crate::bulletin::{self, Besides, Made, Run};
use crate::clock::{Clock, Pause};
use crate::conversation::plans::mark;
use crate::conversation::{Desk, Desks, Effects, Needs, PlanNo, journal, quiet};
use crate::plan::{Approval, Job, JobKind, Period};
use crate::store::{JobRun, Store, StoreError, Work};
use crate::telegram::told_to_stop;
use crate::watch::Watch;

/// The job name under which the first start is noted: nothing before it was missed.
const FIRST_START: &str = "first-start";

/// The longest that the schedule sleeps.
const LOOK_AGAIN: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// How often what nobody asks for any more is forgotten.
const TIDY_EVERY: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// Something that fired, for those who watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    /// Whose job.
    pub plan: PlanNo,
    /// The job's title.
    pub title: String,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// The period it acted on.
    pub period: Period,
    /// How many messages it queued; `None` if it was missed by more than its grace and skipped.
    pub messages: Option<usize>,
}

/// The time up to which the jobs of all plans are done.
#[derive(Debug, Clone)]
pub struct DoneUntil {
    plans: Arc<Mutex<Vec<DateTime<Utc>>>>,
    all: watch::Sender<DateTime<Utc>>,
}

impl DoneUntil {
    /// None of so many plans has begun.
    #[must_use]
    pub fn new(plans: usize) -> Self {
        let (all, _) = watch::channel(DateTime::<Utc>::MIN_UTC);
        Self { plans: Arc::new(Mutex::new(vec![DateTime::<Utc>::MIN_UTC; plans])), all }
    }

    /// The time up to which all of them are done.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<DateTime<Utc>> {
        self.all.subscribe()
    }

    fn note(&self, no: PlanNo, now: DateTime<Utc>) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans[no.0] = now;
        self.all.send_replace(plans.iter().min().copied().unwrap_or(now));
    }
}

/// Carries out one plan's jobs as the clock reaches them, until told to stop. Each plan has one of these: the
/// trouble of one holds up no other.
pub struct Schedule {
    /// All plans of the bot.
    pub desks: Desks,
    /// Whose jobs these are.
    pub no: PlanNo,
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Woken when there may be something to deliver.
    pub outbox: Arc<Notify>,
    /// Woken when somebody of this plan's office has decided on a draft.
    pub drafts: Arc<Notify>,
    /// Told of everything that fires.
    pub fired: tokio::sync::broadcast::Sender<Fired>,
    /// The time up to which everything due has been done.
    pub done_until: DoneUntil,
    /// Counts what fires.
    pub watch: Arc<Watch>,
}

impl Schedule {
    fn desk(&self) -> &Desk {
        self.desks.of(self.no)
    }

    /// The plan's name over what goes to people of several plans.
    async fn mark(&self, work: &mut Work, effects: &mut Effects) -> Result<(), StoreError> {
        let shared = work.shared(&self.desks.plans()).await?;
        mark(&self.desk().plan, effects, &shared);
        Ok(())
    }

    /// Runs until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut pause = Pause::doubling(Duration::from_millis(500), Duration::from_secs(30));
        let mut moves = self.clock.moves();
        let mut tidied = None;
        loop {
            let now = self.clock.now();
            let all_done = match self.catch_up(now).await {
                Ok(all_done) => all_done,
                Err(error) => {
                    tracing::error!(%error, "jobs cannot be carried out; trying again");
                    false
                }
            };
            let (tended, draft) = self.tend_drafts(now).await;
            let all_done = all_done && tended;
            if all_done {
                pause.reset();
                self.done_until.note(self.no, now);
                // Old rows of all plans go together.
                if self.no.0 == 0 && tidied.is_none_or(|at| now - at > TIDY_EVERY) {
                    tidied = Some(now);
                    if let Err(error) = self.store.tidy(now).await {
                        tracing::warn!(%error, "old rows are not tidied away");
                    }
                }
            }
            let next = [self.next_after(now).await, draft].into_iter().flatten().min();
            let wait = async {
                match next {
                    Some(at) => self.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = pause.wait(), if !all_done => {}
                () = moves.next() => {}
                () = self.drafts.notified() => {}
                () = told_to_stop(&mut stop) => return,
            }
        }
    }

    /// The next time anything fires, or the quiet hours end; looks again soon, since the office may
    /// move a deadline meanwhile.
    async fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let plan = self.store.ruled(&self.desk().plan).await.ok();
        let plan = plan.as_ref().unwrap_or(&self.desk().plan);
        let jobs = plan.jobs.iter().filter_map(|job| plan.next_firing(job, now)).map(|(at, _)| at);
        jobs.chain(plan.quiet_until(now)).chain([now + LOOK_AGAIN]).min()
    }

    /// Sends what waited for the end of the quiet hours.
    async fn release(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let plan = &self.desk().plan;
        if plan.is_quiet(now) {
            return Ok(());
        }
        let mut work = self.store.begin().await?;
        let held = work.take_held(plan).await?;
        if held.is_empty() {
            return Ok(());
        }
        let snapshot = work.snapshot(plan, &Needs::everything()).await?;
        let outbox = quiet::merge(&snapshot, held);
        let mut effects = Effects { outbox, ..Effects::default() };
        self.mark(&mut work, &mut effects).await?;
        work.save(plan, &effects, &[], &[], now).await?;
        work.commit().await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// Does everything that is due and not done, in the order it was due; false if a job failed. Its
    /// own later firings wait for it, the other jobs do not.
    async fn catch_up(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.release(now).await?;
        let plan = &self.store.ruled(&self.desk().plan).await?;
        let first = if let Some(first) = self.store.last_run(&plan.id, FIRST_START).await? {
            first
        } else {
            self.note_first_start(now).await?;
            now
        };
        let mut due = Vec::new();
        for job in &plan.jobs {
            let from = self.store.last_run(&plan.id, &job.name).await?.unwrap_or(first);
            let firings = job.firings_after(from, plan.zone).take_while(|at| *at <= now);
            let acts = firings.filter_map(|at| plan.job_period(job, at).map(|period| (at, period)));
            due.extend(acts.map(|(at, period)| (at, job, period)));
        }
        due.sort_by_key(|(at, ..)| *at);
        let mut failed: HashSet<&str> = HashSet::new();
        for (at, job, period) in due {
            if failed.contains(&*job.name) {
                continue;
            }
            if let Err(error) = self.carry_out(job, at, period, now).await {
                tracing::error!(job = job.name, due = %at, %error, "a job failed; it is tried again");
                failed.insert(&job.name);
            }
        }
        Ok(failed.is_empty())
    }

    async fn note_first_start(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let plan = &self.desk().plan;
        let period = Period::containing(plan.local_day(now), plan.reporting.cycle);
        let mut work = self.store.begin().await?;
        let run =
            JobRun { job: FIRST_START.to_owned(), due: now, period, made: true, outcomes: vec![] };
        work.claim_job(plan, &run, now).await?;
        work.commit().await
    }

    /// One firing, one transaction: claimed, made, committed; or found done already, perhaps by
    /// another program on the same database.
    async fn carry_out(
        &self,
        job: &Job,
        due: DateTime<Utc>,
        period: Period,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let plan = &self.desk().plan;
        let in_time = now - due <= job.grace;
        let mut work = self.store.begin().await?;
        let mut run =
            JobRun { job: job.name.clone(), due, period, made: in_time, outcomes: Vec::new() };
        if !work.claim_job(plan, &run, now).await? {
            return Ok(());
        }
        let mut made = if in_time {
            let snapshot = work.snapshot(plan, &Needs::for_job(period)).await?;
            let ruled =
                plan.under(journal::orders(plan, &snapshot.journal)).as_of(plan.local_day(now));
            let besides = Besides::known(&ruled, &snapshot, period, now);
            let run = Run {
                desk: self.desk(),
                plan: &ruled,
                snapshot: &snapshot,
                job,
                due,
                period,
                now,
                besides,
            };
            let is_bulletin = matches!(job.kind, JobKind::Bulletin | JobKind::Draft);
            let approved_first = is_bulletin && plan.bulletin.approval == Approval::Office;
            // A draft goes out by itself or by the office's word; without one, one is begun.
            let begun = approved_first && work.draft_of(plan, period).await?.is_some();
            let last = match job.kind {
                JobKind::Bulletin if !approved_first => work.last_bulletin(plan, period).await?,
                _ => None,
            };
            let act = || match job.kind {
                JobKind::Reminder | JobKind::Overdue => bulletin::remind::make(&run),
                JobKind::Desk => bulletin::desk::make(&run),
                JobKind::Review => bulletin::review::digest(&run),
                JobKind::Silence => bulletin::review::silence(&run),
                JobKind::Bulletin | JobKind::Draft if begun => Made::default(),
                JobKind::Bulletin | JobKind::Draft if approved_first => {
                    bulletin::drafts::begin(&run)
                }
                JobKind::Bulletin | JobKind::Draft => bulletin::weekly::make(&run, last.as_ref()),
            };
            let mut made = catch_unwind(AssertUnwindSafe(act))
                .map_err(|_| StoreError::Content(format!("job {}: it panicked", job.name)))?;
            quiet::hold(plan, &mut made.effects, now);
            made
        } else {
            Made::default()
        };
        for fault in &made.faults {
            tracing::error!(job = job.name, fault, "a part of the bulletin could not be made");
        }
        let messages = made.effects.outbox.len();
        run.outcomes = std::mem::take(&mut made.outcomes);
        work.note_outcomes(plan, &run).await?;
        self.mark(&mut work, &mut made.effects).await?;
        work.save(plan, &made.effects, &[], &[], now).await?;
        work.commit().await?;
        self.outbox.notify_one();
        self.watch.fired(&plan.id, &job.name, in_time);
        if in_time {
            tracing::info!(job = job.name, %due, %period, messages, "a job was carried out");
        } else {
            tracing::warn!(job = job.name, %due, %period, "a job was missed by more than its grace and is skipped");
        }
        let messages = in_time.then_some(messages);
        let _ = self.fired.send(Fired {
            plan: self.no,
            title: job.title.clone(),
            due,
            period,
            messages,
        });
        Ok(())
    }
}
