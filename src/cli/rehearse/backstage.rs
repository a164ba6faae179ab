//! What the chat page asks about the plan: the next job, the next deadline, what fired and why.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::conversation::snapshot::Outcome;
use crate::plan::{Cycle, Period, Plan, UnitId};
use crate::rehearsal::{Answer, Host, HostEvent, Wording, World};
use crate::schedule::Fired;
use crate::store::{JobRun, Store, StoreError};

/// Events that are shown.
const SHOWN: i64 = 100;

/// What the page asks about the plan.
pub(super) struct Backstage {
    /// The plans; the first gives the page its name.
    pub plans: Vec<Arc<Plan>>,
    pub clock: Clock,
    pub store: Store,
    pub world: World,
    pub done_until: watch::Receiver<DateTime<Utc>>,
    /// What stands above everything.
    pub warning: Wording,
    /// What fired, as the database has it.
    pub events: Mutex<Vec<HostEvent>>,
}

impl Backstage {
    /// Keeps the list of what fired: at the start from the database, then after each firing.
    pub async fn watch_jobs(self: Arc<Self>, mut fired: broadcast::Receiver<Fired>) {
        loop {
            match self.latest().await {
                Ok(events) => {
                    *self.events.lock().unwrap_or_else(PoisonError::into_inner) = events;
                    self.world.nudge();
                }
                Err(error) => tracing::warn!(%error, "what fired cannot be shown"),
            }
            if let Err(RecvError::Closed) = fired.recv().await {
                return;
            }
        }
    }
}

impl Backstage {
    /// What fired of all plans, as it is shown.
    async fn latest(&self) -> Result<Vec<HostEvent>, StoreError> {
        let mut runs = Vec::new();
        for plan in &self.plans {
            let latest = self.store.latest_runs(plan, SHOWN).await?;
            runs.extend(latest.into_iter().map(|run| (&**plan, run)));
        }
        // Newest first, as each plan's are.
        runs.sort_by_key(|(_, run)| std::cmp::Reverse(run.due));
        Ok(events(&runs, self.plans.len() > 1))
    }
}

/// The jobs that fired, oldest first; of several plans, with the county before each.
fn events(runs: &[(&Plan, JobRun)], several: bool) -> Vec<HostEvent> {
    let mut events: Vec<HostEvent> = Vec::new();
    for (plan, run) in runs.iter().rev() {
        // What is no job of the plan is the note of the first start.
        let Some(job) = plan.jobs.iter().find(|job| job.name == run.job) else { continue };
        let id = u64::try_from(run.due.timestamp()).unwrap_or_default() * 16;
        let id = events.last().map_or(id, |last| id.max(last.id + 1));
        let (when, what) = (words(run.period), what(run));
        let of = if several { format!("{} ", plan.titles.county) } else { String::new() };
        let text = Wording::new(
            format!("{of}{} {}：{}", when.zh, job.title, what.zh),
            format!("{of}{} {}: {}", when.en, job.name, what.en),
        );
        events.push(HostEvent { id, at: run.due, text, details: details(plan, run) });
    }
    events
}

/// What a job did and why, in one line.
fn what(run: &JobRun) -> Wording {
    if !run.made {
        return Wording::new("错过太久，已跳过", "missed by too long, skipped");
    }
    let count = |is: fn(&Outcome) -> bool| run.outcomes.iter().filter(|(_, one)| is(one)).count();
    let told = [
        (
            count(|one| matches!(one, Outcome::Sent { .. } | Outcome::Asked { .. })),
            "已催报",
            "reminded",
        ),
        (count(|one| matches!(one, Outcome::Done)), "已报齐", "complete"),
        (count(|one| matches!(one, Outcome::Below { .. })), "由下级催报", "reminded below"),
        (count(|one| matches!(one, Outcome::Extended { .. })), "已准延期", "given longer"),
        (count(|one| matches!(one, Outcome::Escalated { .. })), "已升级催办", "escalated"),
        (count(|one| matches!(one, Outcome::Unbound { .. })), "没有联络员", "without a liaison"),
        (count(|one| matches!(one, Outcome::Blocked { .. })), "联系不上", "out of reach"),
        (count(|one| matches!(one, Outcome::Ranked { .. })), "已排名", "ranked"),
    ];
    let told: Vec<_> = told.into_iter().filter(|(count, ..)| *count > 0).collect();
    if told.is_empty() {
        return Wording::new("无需办理", "nothing to do");
    }
    let zh: Vec<String> = told.iter().map(|(count, zh, _)| format!("{count}个单位{zh}")).collect();
    let plural = |count| if count == 1 { "unit" } else { "units" };
    let en: Vec<String> =
        told.iter().map(|(count, _, en)| format!("{count} {} {en}", plural(*count))).collect();
    Wording::new(zh.join("，"), en.join(", "))
}

/// What a job did for each unit and why, those with most to do first.
fn details(plan: &Plan, run: &JobRun) -> Vec<Wording> {
    let mut outcomes: Vec<_> = run.outcomes.iter().collect();
    outcomes.sort_by_key(|(unit, one)| match one {
        Outcome::Ranked { rank, .. } => (0, u64::from(*rank), *unit),
        Outcome::Unbound { .. } => (1, 0, *unit),
        Outcome::Blocked { .. } => (2, 0, *unit),
        Outcome::Escalated { .. } => (3, 0, *unit),
        Outcome::Sent { .. } => (4, 0, *unit),
        Outcome::Asked { .. } => (5, 0, *unit),
        Outcome::Extended { .. } => (6, 0, *unit),
        Outcome::Below { .. } => (7, 0, *unit),
        Outcome::Done => (8, 0, *unit),
    });
    let line = |(unit, one): &(UnitId, Outcome)| {
        let (zh, en) = match one {
            Outcome::Done => ("已报齐，不催".to_owned(), "complete, left alone".to_owned()),
            Outcome::Sent { missing, liaisons } => (
                format!("缺{missing}项，已催{liaisons}人"),
                format!("{missing} missing, {liaisons} reminded"),
            ),
            Outcome::Asked { questions, liaisons } => (
                format!("有{questions}个问题待答，已催{liaisons}人"),
                format!("{questions} questions open, {liaisons} reminded"),
            ),
            Outcome::Extended { missing } => (
                format!("缺{missing}项，已准延期，不催"),
                format!("{missing} missing, given longer, left alone"),
            ),
            Outcome::Escalated { missing, .. } => (
                format!("缺{missing}项，逾期未报，已升级催办"),
                format!("{missing} missing, still overdue, told to others"),
            ),
            Outcome::Unbound { missing } => (
                format!("缺{missing}项，没有联络员，已告知办公室"),
                format!("{missing} missing, no liaison, the office was told"),
            ),
            Outcome::Blocked { missing } => (
                format!("缺{missing}项，联系不上，已告知办公室"),
                format!("{missing} missing, out of reach, the office was told"),
            ),
            Outcome::Below { missing } => (
                format!("缺{missing}项，由下级计划催报"),
                format!("{missing} missing, reminded by the plan below"),
            ),
            Outcome::Ranked { rank, missing: 0 } => (format!("第{rank}名"), format!("rank {rank}")),
            Outcome::Ranked { rank, missing } => {
                (format!("第{rank}名，未报{missing}项"), format!("rank {rank}, {missing} missing"))
            }
        };
        let name = &plan.unit(*unit).name;
        Wording::new(format!("{name}：{zh}"), format!("{name}: {en}"))
    };
    outcomes.into_iter().map(line).collect()
}

/// 2019年第25周
fn words(period: Period) -> Wording {
    let Period { cycle, year, number } = period;
    match cycle {
        Cycle::Weekly => {
            Wording::new(format!("{year}年第{number}周"), format!("Week {number} of {year}"))
        }
        Cycle::Monthly => {
            Wording::new(format!("{year}年{number}月"), format!("Month {number} of {year}"))
        }
    }
}

impl Host for Backstage {
    fn title(&self) -> Wording {
        let titles = &self.plans[0].titles;
        Wording::new(&titles.name, &titles.name_en)
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.plans[0].zone
    }

    fn next_job(&self) -> Option<(DateTime<Utc>, Wording)> {
        let done = *self.done_until.borrow();
        let from = if done == DateTime::<Utc>::MIN_UTC { self.clock.now() } else { done };
        let several = self.plans.len() > 1;
        let firings = self.plans.iter().flat_map(|plan| {
            let of = if several { format!("{} ", plan.titles.county) } else { String::new() };
            plan.jobs.iter().filter_map(move |job| {
                let (at, period) = plan.next_firing(job, from)?;
                let when = words(period);
                let zh = format!("{of}{} {}", when.zh, job.title);
                Some((at, Wording::new(zh, format!("{of}{} {}", when.en, job.name))))
            })
        });
        firings.min()
    }

    fn passes_idle_jobs(&self) -> bool {
        true
    }

    fn next_deadline(&self) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        let next = self.plans.iter().filter_map(|plan| {
            let mut period = plan.period_at(now)?;
            if plan.deadline(period) <= now {
                period = period.next();
            }
            plan.has_period(period).then(|| plan.deadline(period))
        });
        next.min()
    }

    fn events(&self, after: u64) -> Vec<HostEvent> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter(|event| event.id > after).cloned().collect()
    }

    fn at_rest(&self) -> Answer<'_, bool> {
        Box::pin(async {
            // What people said first: taking it in may queue more.
            let mut queued = 0;
            for plan in &self.plans {
                queued += self.store.queued_count(plan).await.unwrap_or(1);
            }
            self.world.pending_updates() == 0 && queued == 0
        })
    }

    fn warning(&self) -> Option<Wording> {
        Some(self.warning.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fired_is_told_with_its_reasons() {
        let plan = crate::plan::load::lanxi();
        let period = Period { cycle: Cycle::Weekly, year: 2019, number: 42 };
        let due = "2019-10-15T01:00:00Z".parse().unwrap();
        let run = |outcomes: &[Outcome], made| JobRun {
            job: "early-reminder".to_owned(),
            due,
            period,
            made,
            outcomes: (0..).map(UnitId).zip(outcomes.iter().copied()).collect(),
        };
        let sent = Outcome::Sent { missing: 3, liaisons: 1 };
        let reminders = run(&[sent, Outcome::Done, sent], true);
        let told = what(&reminders);
        assert_eq!(told.zh, "2个单位已催报，1个单位已报齐");
        assert_eq!(told.en, "2 units reminded, 1 unit complete");
        assert_eq!(what(&run(&[], true)).en, "nothing to do");
        assert_eq!(what(&run(&[], false)).zh, "错过太久，已跳过");
        assert_eq!(words(period).zh, "2019年第42周");
        let name = |unit| plan.unit(UnitId(unit)).name.clone();
        let lines: Vec<String> =
            details(&plan, &reminders).into_iter().map(|line| line.zh).collect();
        assert_eq!(
            lines,
            [
                format!("{}：缺3项，已催1人", name(0)),
                format!("{}：缺3项，已催1人", name(2)),
                format!("{}：已报齐，不催", name(1)),
            ]
        );
        let ranked = |rank, missing| Outcome::Ranked { rank, missing };
        let bulletin = run(&[ranked(2, 0), ranked(1, 4)], true);
        let lines: Vec<String> =
            details(&plan, &bulletin).into_iter().map(|line| line.en).collect();
        let rows = [format!("{}: rank 1, 4 missing", name(1)), format!("{}: rank 2", name(0))];
        assert_eq!(lines, rows);
    }
}
