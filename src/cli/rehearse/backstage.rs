//! What the chat page asks about the plan: the next job, the next deadline, what fired and why.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::conversation::snapshot::Outcome;
use crate::plan::{Cycle, Period, Plan};
use crate::rehearsal::{Answer, Host, HostEvent, World};
use crate::schedule::Fired;
use crate::store::{JobRun, Store};

/// Events that are shown.
const SHOWN: i64 = 100;

/// What the page asks about the plan.
pub(super) struct Backstage {
    pub plan: Arc<Plan>,
    pub clock: Clock,
    pub store: Store,
    pub world: World,
    pub done_until: watch::Receiver<DateTime<Utc>>,
    /// What fired, as the database has it.
    pub events: Mutex<Vec<HostEvent>>,
}

impl Backstage {
    /// Keeps the list of what fired: at the start from the database, then after each firing.
    pub async fn watch_jobs(self: Arc<Self>, mut fired: broadcast::Receiver<Fired>) {
        loop {
            match self.store.latest_runs(&self.plan, SHOWN).await {
                Ok(runs) => {
                    let events = events(&self.plan, &runs);
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

/// The plan's jobs that fired, oldest first.
fn events(plan: &Plan, runs: &[JobRun]) -> Vec<HostEvent> {
    let mut events: Vec<HostEvent> = Vec::new();
    for run in runs.iter().rev() {
        // What is no job of the plan is the note of the first start.
        let Some(job) = plan.jobs.iter().find(|job| job.name == run.job) else { continue };
        let id = u64::try_from(run.due.timestamp()).unwrap_or_default() * 16;
        let id = events.last().map_or(id, |last| id.max(last.id + 1));
        let text = format!("{} {}：{}", words(run.period), job.title, what(run));
        events.push(HostEvent { id, at: run.due, text });
    }
    events
}

/// What a job did and why, in one line.
fn what(run: &JobRun) -> String {
    if !run.made {
        return "错过太久，已跳过 / missed by too long, skipped".to_owned();
    }
    let count = |is: fn(&Outcome) -> bool| run.outcomes.iter().filter(|(_, one)| is(one)).count();
    let told = [
        (
            count(|one| matches!(one, Outcome::Sent { .. } | Outcome::Asked { .. })),
            "已催报",
            "reminded",
        ),
        (count(|one| matches!(one, Outcome::Done)), "已报齐", "complete"),
        (count(|one| matches!(one, Outcome::Unbound { .. })), "没有联络员", "without a liaison"),
        (count(|one| matches!(one, Outcome::Blocked { .. })), "联系不上", "out of reach"),
        (count(|one| matches!(one, Outcome::Ranked { .. })), "已排名", "ranked"),
    ];
    let told: Vec<_> = told.into_iter().filter(|(count, ..)| *count > 0).collect();
    if told.is_empty() {
        return "无需办理 / nothing to do".to_owned();
    }
    let zh: Vec<String> = told.iter().map(|(count, zh, _)| format!("{count}个单位{zh}")).collect();
    let plural = |count| if count == 1 { "unit" } else { "units" };
    let en: Vec<String> =
        told.iter().map(|(count, _, en)| format!("{count} {} {en}", plural(*count))).collect();
    format!("{} / {}", zh.join("，"), en.join(", "))
}

/// 2019年第25周
fn words(period: Period) -> String {
    let Period { cycle, year, number } = period;
    match cycle {
        Cycle::Weekly => format!("{year}年第{number}周"),
        Cycle::Monthly => format!("{year}年{number}月"),
    }
}

impl Host for Backstage {
    fn title(&self) -> String {
        self.plan.titles.name.clone()
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.plan.zone
    }

    fn next_job(&self) -> Option<(DateTime<Utc>, String)> {
        let done = *self.done_until.borrow();
        let from = if done == DateTime::<Utc>::MIN_UTC { self.clock.now() } else { done };
        let firings = self.plan.jobs.iter().filter_map(|job| {
            let (at, period) = self.plan.next_firing(job, from)?;
            Some((at, format!("{} {}", words(period), job.title)))
        });
        firings.min()
    }

    fn next_deadline(&self) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        let mut period = self.plan.period_at(now)?;
        if self.plan.deadline(period) <= now {
            period = period.next();
        }
        self.plan.has_period(period).then(|| self.plan.deadline(period))
    }

    fn events(&self, after: u64) -> Vec<HostEvent> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter(|event| event.id > after).cloned().collect()
    }

    fn at_rest(&self) -> Answer<'_, bool> {
        Box::pin(async {
            // What people said first: taking it in may queue more.
            self.world.pending_updates() == 0
                && self.store.queued_count(&self.plan).await.is_ok_and(|count| count == 0)
        })
    }

    fn warning(&self) -> Option<String> {
        Some("演练：人员、数据均为虚构 / Rehearsal: people and figures are made up".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::UnitId;

    #[test]
    fn what_fired_is_told_with_its_reasons() {
        let period = Period { cycle: Cycle::Weekly, year: 2019, number: 42 };
        let due = "2019-10-15T01:00:00Z".parse().unwrap();
        let run = |outcomes: &[Outcome], made| JobRun {
            job: "early-reminder".to_owned(),
            due,
            period,
            made,
            outcomes: outcomes.iter().map(|one| (UnitId(0), *one)).collect(),
        };
        let sent = Outcome::Sent { missing: 3, liaisons: 1 };
        assert_eq!(
            what(&run(&[sent, Outcome::Done, sent], true)),
            "2个单位已催报，1个单位已报齐 / 2 units reminded, 1 unit complete"
        );
        assert_eq!(what(&run(&[], true)), "无需办理 / nothing to do");
        assert!(what(&run(&[], false)).starts_with("错过太久"));
        assert_eq!(words(period), "2019年第42周");
    }
}
