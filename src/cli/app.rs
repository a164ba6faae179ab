//! Intake, delivery and schedule put together, started and stopped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use teloxide_core::Bot;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::conversation::Desks;
use crate::conversation::flood::Crowd;
use crate::robots::Robots;
use crate::schedule::{DoneUntil, Fired, Schedule};
use crate::store::{Store, StoreError};
use crate::telegram::delivery::Delivery;
use crate::telegram::intake::Intake;
use crate::telegram::pace::Limits;
use crate::telegram::webhook::Door;
use crate::watch::Watch;

/// How long the parts may take to stop before what is left is dropped (it is in the database).
/// A little more than delivery takes for calls under way.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// How long the database may take to close, so that a stop takes less than five seconds in all.
const CLOSE_WITHIN: Duration = Duration::from_millis(700);

/// What an app is made of.
#[derive(Clone)]
pub struct Parts {
    /// The desks that decide: one a plan.
    pub desks: Desks,
    /// Where everything is kept.
    pub store: Store,
    /// The bot.
    pub bot: Bot,
    /// The time.
    pub clock: Clock,
    /// How fast Telegram may be called.
    pub limits: Limits,
    /// What the parts tell of their work.
    pub watch: Arc<Watch>,
    /// Group robots of other platforms.
    pub robots: Arc<Robots>,
}

/// The running bot.
pub struct App {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    fired: broadcast::Sender<Fired>,
    done_until: watch::Receiver<DateTime<Utc>>,
}

impl App {
    /// Starts all parts; updates are fetched.
    #[must_use]
    pub fn start(parts: &Parts) -> Self {
        Self::begin(parts, None)
    }

    /// Starts all parts; Telegram brings the updates.
    #[must_use]
    pub fn start_behind(parts: &Parts, door: Door) -> Self {
        Self::begin(parts, Some(door))
    }

    fn begin(parts: &Parts, door: Option<Door>) -> Self {
        let Parts { desks, store, bot, clock, limits, watch, robots } = parts.clone();
        let (stop, stopped) = watch::channel(false);
        let (fired, _) = broadcast::channel(256);
        let done_until = DoneUntil::new(desks.plans().len());
        let done = done_until.subscribe();
        let outbox = Arc::new(Notify::new());
        let drafts: Vec<Arc<Notify>> = desks.all().map(|_| Arc::default()).collect();
        let intake = Intake {
            bot: bot.clone(),
            desks: desks.clone(),
            store: store.clone(),
            clock: clock.clone(),
            outbox: outbox.clone(),
            drafts: drafts.clone(),
            crowd: Mutex::new(Crowd::new(limits.person)),
            watch: watch.clone(),
        };
        let delivery = Delivery {
            bot,
            desks: desks.clone(),
            store: store.clone(),
            clock: clock.clone(),
            outbox: outbox.clone(),
            limits,
            watch: watch.clone(),
            robots,
        };
        let mut tasks = JoinSet::new();
        match door {
            None => tasks.spawn(intake.run(stopped.clone())),
            Some(door) => tasks.spawn(intake.listen(door, stopped.clone())),
        };
        tasks.spawn(delivery.run(stopped.clone()));
        for ((no, _), drafts) in desks.all().zip(drafts) {
            let schedule = Schedule {
                desks: desks.clone(),
                no,
                store: store.clone(),
                clock: clock.clone(),
                outbox: outbox.clone(),
                drafts,
                fired: fired.clone(),
                done_until: done_until.clone(),
                watch: watch.clone(),
            };
            tasks.spawn(schedule.run(stopped.clone()));
        }
        Self { stop, tasks, fired, done_until: done }
    }

    /// Everything that fires from now on.
    #[must_use]
    pub fn fired(&self) -> broadcast::Receiver<Fired> {
        self.fired.subscribe()
    }

    /// The time up to which all jobs are done.
    #[must_use]
    pub fn done_until(&self) -> watch::Receiver<DateTime<Utc>> {
        self.done_until.clone()
    }

    /// Stops: the batch in hand is finished, the outbox stays in the database.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN, all).await.is_err() {
            tracing::warn!("some work did not end in time; what is committed is safe");
        }
    }

    /// Waits for the operator (Ctrl-C, SIGTERM), or for a part to end, which it should not.
    pub(super) async fn until_told(&mut self, operator: &mut Operator) {
        tokio::select! {
            () = operator.told() => tracing::info!("stopping"),
            ended = self.tasks.join_next() => {
                tracing::error!(?ended, "a part of the bot ended by itself; stopping");
            }
        }
    }
}

/// Opens a database beside a bot that may be running, for a command that takes something out of it.
/// That a rehearsal plays with it is said beside what comes out.
///
/// # Errors
/// The database.
pub(super) async fn open_beside(database: &str) -> Result<Store, StoreError> {
    let store = Store::open_beside(database).await?;
    if store.rehearsal_origin().await?.is_some() {
        eprintln!(
            "注意：这是演练用的数据库，不是正式数据 / note: a rehearsal's database, not real data"
        );
    }
    Ok(store)
}

/// Closes a database, so that its file alone is whole, or says that it was not closed in time.
pub(super) async fn close(store: &Store) {
    if tokio::time::timeout(CLOSE_WITHIN, store.close()).await.is_err() {
        tracing::warn!("the database was not closed in time; keep its -wal file with the .db");
    }
}

/// Hears the operator (Ctrl-C, SIGTERM) from the moment it is made.
pub(super) struct Operator {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

impl Operator {
    /// Listens. Made before anything says that the program is there: a stop right after that must
    /// not find nobody listening.
    pub fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let terminate = signal(SignalKind::terminate()).ok();
            Self { terminate, interrupt: signal(SignalKind::interrupt()).ok() }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Waits until told to stop.
    pub async fn told(&mut self) {
        #[cfg(unix)]
        if let (Some(terminate), Some(interrupt)) = (&mut self.terminate, &mut self.interrupt) {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}
