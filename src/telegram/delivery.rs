//! The outbox is sent, retried, and marked.
//!
//! Each chat is served in order, one message at a time; chats are independent of each other, so a
//! chat that is slow, paused or gone delays nobody else. Replies go before broadcasts.

use std::sync::Arc;
use std::time::Duration;

use teloxide_core::Bot;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::files;
use super::intake::fresh_code;
use super::pace::{Limits, Pace};
use super::send::{ASKED_TO_WAIT, Ended, carry_out};
use super::waiting::Waiting;
use super::{robot, told_to_stop};
use crate::clock::Clock;
use crate::conversation::{ChatId, Desks, Event, Incoming, Moment, Needs, What};
use crate::robots::Robots;
use crate::store::replicas::{LEASE, Lane};
use crate::store::{OutboxRow, Store, StoreError};
use crate::watch::Watch;

/// Rows fetched at a time.
const AT_A_TIME: usize = 500;

/// Rows in hand for one chat: a chat that is paused holds no more than these, whatever waits for
/// it in the database.
const EACH: usize = 10;

/// Chats served at the same time.
const AT_ONCE: usize = 32;

/// The longest pause of a chat between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// How often chats are held for longer, and the other programs counted.
const RENEW: Duration = Duration::from_secs(3);

/// How soon after a chat was taken a call may begin in it: the longest one ends while it is held.
const BEGIN_WITHIN: Duration = LEASE.saturating_sub(files::TIMEOUT);

/// How often the outbox is looked at without a reason: another program may have left rows there.
const LOOK: Duration = Duration::from_secs(2);

/// How often while another program serves a chat that has rows.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How long a stop waits for calls under way. What Telegram has taken by then and not answered is
/// sent again after the next start.
pub const FINISH_WITHIN: Duration = Duration::from_millis(3800);

/// Sends what the outbox holds, until told to stop.
pub struct Delivery {
    /// The bot.
    pub bot: Bot,
    /// Where the outbox is.
    pub store: Store,
    /// The desks that decide what it means when a chat refuses messages.
    pub desks: Desks,
    /// The time, for marks.
    pub clock: Clock,
    /// Woken when there may be something to send.
    pub outbox: Arc<Notify>,
    /// How fast.
    pub limits: Limits,
    /// Told of what went out.
    pub watch: Arc<Watch>,
    /// Group robots of other platforms.
    pub robots: Arc<Robots>,
}

/// A message that Telegram took, and the number it gave it. Its chat waits until that is marked: of
/// whatever is sent again after a crash, a chat has one message at most.
struct Sent {
    chat: Lane,
    id: i64,
    message: Option<i64>,
}

impl Delivery {
    /// Runs until `stop` turns true; then calls under way are finished and marked first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let shared = self.store.is_shared();
        let mut waiting = Waiting::new(shared);
        let mut pace = Pace::new(self.limits);
        let mut calls: JoinSet<(OutboxRow, Ended)> = JoinSet::new();
        // Marks are a transaction of their own and may wait for their turn: calls go on meanwhile.
        let mut sent: Vec<Sent> = Vec::new();
        let mut marking: JoinSet<Vec<Sent>> = JoinSet::new();
        let mut renewed: Option<Instant> = None;
        let mut look = Instant::now();
        loop {
            if shared && renewed.is_none_or(|at| at.elapsed() >= RENEW) {
                let begun = Instant::now();
                match self.renew(&mut waiting, &mut pace, begun).await {
                    Ok(lost) if lost => look = begun,
                    Ok(_) => {}
                    Err(error) => tracing::error!(%error, "cannot keep the chats in hand"),
                }
                renewed = Some(begun);
            }
            let now = Instant::now();
            if look <= now {
                look = now + self.look(&mut waiting).await;
            }
            let mut next = None;
            while calls.len() < AT_ONCE {
                match waiting.next(&pace, Instant::now()) {
                    Ok(row) => {
                        if !matches!(row.what, What::Answer { .. }) {
                            pace.sent(row.chat, Instant::now());
                        }
                        let (bot, store) = (self.bot.clone(), self.store.clone());
                        let plan = self.desks.of(row.plan).plan.clone();
                        let (robots, clock) = (self.robots.clone(), self.clock.clone());
                        calls.spawn(async move {
                            let ended = if row.chat.is_robot() {
                                let now = clock.now();
                                robot::carry_out(&robots, (&store, &plan), &row, now).await
                            } else {
                                carry_out(&bot, &store, &plan, &row).await
                            };
                            if let Ended::Sent(message) = ended {
                                store.note_taken(&row, message, clock.now());
                            }
                            (row, ended)
                        });
                    }
                    Err(at) => {
                        next = at;
                        break;
                    }
                }
            }
            let renew = renewed.map(|at| at + RENEW);
            let wake = next.into_iter().chain(renew).fold(look, Instant::min);
            tokio::select! {
                Some(ended) = calls.join_next() => {
                    let mut all = vec![ended];
                    while let Some(ended) = calls.try_join_next() {
                        all.push(ended);
                    }
                    let ended: Vec<_> = all.into_iter().filter_map(Result::ok).collect();
                    if self.note(ended, &mut sent, &mut waiting, &mut pace).await {
                        look = Instant::now();
                    }
                    self.mark(&mut sent, &mut marking);
                }
                Some(marked) = marking.join_next() => {
                    if self.marked(marked.unwrap_or_default(), &mut waiting).await {
                        look = Instant::now();
                    }
                    self.mark(&mut sent, &mut marking);
                }
                () = self.outbox.notified() => look = Instant::now(),
                () = tokio::time::sleep_until(wake) => pace.tidy(Instant::now()),
                () = told_to_stop(&mut stop) => break,
            }
        }
        let finish = async {
            loop {
                tokio::select! {
                    Some(ended) = calls.join_next() => {
                        let ended = ended.into_iter().collect();
                        self.note(ended, &mut sent, &mut waiting, &mut pace).await;
                    }
                    Some(marked) = marking.join_next() => {
                        self.marked(marked.unwrap_or_default(), &mut waiting).await;
                    }
                    else => break,
                }
                self.mark(&mut sent, &mut marking);
            }
            log(self.store.leave(&self.desks.plans()).await);
        };
        if tokio::time::timeout(FINISH_WITHIN, finish).await.is_err() {
            tracing::warn!("messages under way were not answered in time; they are sent again");
        }
    }

    /// Reads the outbox; how long it need not be read again.
    async fn look(&self, waiting: &mut Waiting) -> Duration {
        let until = Instant::now() + BEGIN_WITHIN;
        let (known, after) = (waiting.known(), waiting.read_up_to());
        let plans = self.desks.plans();
        let queued = self.store.queued(&plans, AT_A_TIME, EACH, known, after).await;
        match queued {
            Ok(queued) => {
                let again = match (queued.elsewhere, queued.more || self.store.is_shared()) {
                    (true, _) => LOOK_AGAIN,
                    (_, true) => LOOK,
                    _ => Duration::from_hours(1),
                };
                waiting.add(queued, until);
                again
            }
            Err(error) => {
                self.store.health().fails(self.clock.now());
                tracing::error!(%error, "cannot read the outbox; trying again");
                LOOK
            }
        }
    }

    /// Holds the chats in hand for longer, and shares the pace with the programs that are there;
    /// true if a chat was lost to another one.
    async fn renew(
        &self,
        waiting: &mut Waiting,
        pace: &mut Pace,
        begun: Instant,
    ) -> Result<bool, StoreError> {
        let plans = self.desks.plans();
        pace.share(self.store.alive(&plans).await?);
        let taken = self.store.take_chats(&plans, &waiting.chats()).await?;
        Ok(waiting.renew(&taken, begun + BEGIN_WITHIN))
    }

    /// Notes that a chat refuses messages for good, and has the office told of it.
    async fn note_refusal(&self, chat: ChatId) -> Result<(), StoreError> {
        let incoming = Incoming { update: 0, event: Event::Refused { chat } };
        let moment = Moment { now: self.clock.now(), fresh_code };
        // Whoever refuses one plan's messages refuses the bot: each plan that knows the chat notes it.
        for (_, desk) in self.desks.all() {
            let plan = &desk.plan;
            let mut work = self.store.begin().await?;
            let snapshot = work.snapshot(plan, &Needs::of(std::slice::from_ref(&incoming))).await?;
            let effects = desk.decide(&snapshot, &incoming, &moment);
            work.save(plan, &effects, &[], &[], moment.now).await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// Notes how calls ended; true if the outbox should be read again.
    async fn note(
        &self,
        ended: Vec<(OutboxRow, Ended)>,
        sent: &mut Vec<Sent>,
        waiting: &mut Waiting,
        pace: &mut Pace,
    ) -> bool {
        let mut again = false;
        for (row, end) in ended {
            match end {
                Ended::Sent(message) => {
                    self.watch.sent();
                    sent.push(Sent { chat: row.lane(), id: row.id, message });
                }
                Ended::Later(pause, why) => {
                    self.watch.not_sent(why == ASKED_TO_WAIT);
                    let tries = waiting.tries(row.lane());
                    let backoff = Duration::from_millis(500 << tries.min(8));
                    let pause = pause.max(backoff.min(LONGEST_PAUSE));
                    tracing::warn!(chat = row.chat.0, key = row.key, ?pause, why, "not sent yet");
                    pace.pause(row.chat, Instant::now(), pause);
                    log(self.store.mark_failed(row.id, &why).await);
                    again |= !waiting.put_back(row);
                }
                Ended::Moved(to) => {
                    tracing::info!(from = row.chat.0, to = to.0, "a group has a new number");
                    let plan = &self.desks.of(row.plan).plan;
                    log(self.store.migrate_chat(plan, row.chat, to).await);
                    waiting.forget(row.lane(), row.id);
                    again = true;
                }
                Ended::Never(why, unreachable) => {
                    self.watch.given_up();
                    tracing::warn!(chat = row.chat.0, key = row.key, why, "can never be sent");
                    log(self.store.mark_dead(row.id, &why).await);
                    again |= waiting.done(row.lane(), row.id);
                    if unreachable {
                        log(self.note_refusal(row.chat).await);
                        again = true;
                    }
                }
            }
        }
        log(self.store.release_chats(&self.desks.plans(), &waiting.release()).await);
        again
    }

    /// Begins to mark what was sent, unless marks are under way: what comes meanwhile is one
    /// transaction after them.
    fn mark(&self, sent: &mut Vec<Sent>, marking: &mut JoinSet<Vec<Sent>>) {
        if sent.is_empty() || !marking.is_empty() {
            return;
        }
        let (sent, store, clock) = (std::mem::take(sent), self.store.clone(), self.clock.clone());
        marking.spawn(async move {
            let rows: Vec<_> = sent.iter().map(|one| (one.id, one.message)).collect();
            // A mark that fails is tried until it stands: until then the row must not be sent again.
            while let Err(error) = store.mark_sent(&rows, clock.now()).await {
                store.health().fails(clock.now());
                tracing::error!(%error, "cannot mark what was sent; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            sent
        });
    }

    /// Lets the chats go on whose marks stand; true if the outbox should be read again.
    async fn marked(&self, sent: Vec<Sent>, waiting: &mut Waiting) -> bool {
        let mut again = false;
        for one in sent {
            again |= waiting.done(one.chat, one.id);
        }
        log(self.store.release_chats(&self.desks.plans(), &waiting.release()).await);
        again
    }
}

fn log(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::error!(%error, "cannot mark the outbox");
    }
}
