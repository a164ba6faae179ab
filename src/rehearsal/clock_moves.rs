//! Moving the plan clock from the chat page, job by job.
//!
//! A jump over several jobs would make the schedule treat them as missed; so the clock stops at
//! each one and goes on when the host says that it is done, and that all it made is delivered:
//! a message is dated when it is delivered.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use super::host::{Host, Wording};
use super::world::World;

/// How long one job may take, on a slow machine with other work.
const JOB_PATIENCE: Duration = Duration::from_mins(1);
/// How long messages may take to be taken in and delivered.
pub(super) const DELIVERY_PATIENCE: Duration = Duration::from_secs(30);
/// How often the host is asked whether it is done.
const GLANCE: Duration = Duration::from_millis(20);
/// So many jobs that say nothing are passed by: a month of daily looks.
const MOST_IDLE: usize = 40;
/// More jobs than any day has.
const MOST_JOBS: usize = 1_000;

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Move {
    /// The next job.
    NextJob,
    /// The next deadline.
    Deadline,
    /// The same time tomorrow.
    Day,
}

/// Moves the clock. The error is for the person at the page.
pub(super) async fn carry_out(world: &World, to: Move) -> Result<(), Wording> {
    let _one_at_a_time = world.moving().lock().await;
    let host = world.host();
    if let (Move::NextJob, Some(host)) = (to, host.as_ref().filter(|host| host.passes_idle_jobs()))
    {
        return next_job_that_speaks(world, host.as_ref()).await;
    }
    let target = match to {
        Move::Day => Some(world.now() + TimeDelta::days(1)),
        Move::NextJob => host.as_ref().and_then(|host| host.next_job()).map(|(at, _)| at),
        Move::Deadline => host.as_ref().and_then(|host| host.next_deadline()),
    };
    let target =
        target.ok_or_else(|| Wording::new("后面没有安排了", "Nothing is planned after this"))?;
    self::to(world, target).await
}

/// Moves the clock on from job to job until one has said something: the daily look that finds nothing to do is
/// no stop on the way.
async fn next_job_that_speaks(world: &World, host: &dyn Host) -> Result<(), Wording> {
    let said = || world.look(|state| state.chats.values().map(|chat| chat.messages.len()).sum());
    let before: usize = said();
    for passed in 0..MOST_IDLE {
        let Some((target, _)) = host.next_job() else {
            let over = Wording::new("后面没有安排了", "Nothing is planned after this");
            return if passed == 0 { Err(over) } else { Ok(()) };
        };
        self::to(world, target).await?;
        if said() != before {
            break;
        }
    }
    Ok(())
}

/// Moves the clock to a time, by whoever holds the world's moving lock.
pub(super) async fn to(world: &World, target: DateTime<Utc>) -> Result<(), Wording> {
    if let Some(host) = world.host() {
        come_to_rest(world, host.as_ref(), DELIVERY_PATIENCE).await?;
        jobs_through(world, host.as_ref(), target).await?;
    }
    advance(world, target);
    Ok(())
}

async fn jobs_through(
    world: &World,
    host: &dyn Host,
    target: DateTime<Utc>,
) -> Result<(), Wording> {
    for _ in 0..MOST_JOBS {
        let Some(job) = host.next_job().filter(|(at, _)| *at <= target) else { return Ok(()) };
        advance(world, job.0);
        let deadline = Instant::now() + JOB_PATIENCE;
        let mut changes = world.changes();
        while host.next_job().as_ref() == Some(&job) {
            if Instant::now() >= deadline {
                return Err(Wording::new(
                    "任务还没有做完，时钟停在这里",
                    "A job has not ended; the clock stays here",
                ));
            }
            // Woken by the world's changes, and by the glance for what the world does not see.
            let _ = timeout(GLANCE, changes.changed()).await;
        }
        come_to_rest(world, host, DELIVERY_PATIENCE).await?;
    }
    Ok(())
}

/// Waits until nothing is on its way to the bot or from it.
pub(super) async fn come_to_rest(
    world: &World,
    host: &dyn Host,
    patience: Duration,
) -> Result<(), Wording> {
    let deadline = Instant::now() + patience;
    let mut changes = world.changes();
    while !host.at_rest().await {
        if Instant::now() >= deadline {
            return Err(Wording::new(
                "消息还没有全部送达，时钟停在这里，请稍后再试",
                "Some messages are still on their way; the clock stays here, try again shortly",
            ));
        }
        let _ = timeout(GLANCE, changes.changed()).await;
    }
    Ok(())
}

/// The clock never goes back.
fn advance(world: &World, to: DateTime<Utc>) {
    if to > world.now() {
        world.clock().set(to);
        world.nudge();
    }
}
