//! The handle on the world: people and groups, what they do, and what the bot did.
//!
//! In: deeds of people ([`World::says`], [`World::presses`], …). Out: views of chats, the bot's
//! calls, and waiting for something to become true ([`World::wait_until`]), woken by each change.
//! What people do is in `deeds`; the Bot API changes the same data through `World::change`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::commands::menu;
use super::faults::{Fault, Faults};
use super::host::{Host, Stage};
use super::limits::{Enforced, Meter};
use super::params::Params;
use super::state::{Bot, ChatId, MessageId, State, UpdateId, UserId};
use super::view::{ApiCall, CallbackAnswer, MessageView};
use crate::clock::Clock;

/// Calls kept in the log; counts go on.
const LONGEST_LOG: usize = 20_000;

/// A person's message, and the update that told the bot of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub message: MessageId,
    /// `None`: the bot does not see it (privacy mode in groups, or a type it did not ask for).
    pub update: Option<UpdateId>,
}

/// A press of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressed {
    /// The `callback_query`'s id, for [`World::callback_answer`].
    pub query: u64,
    /// The update; `None` where the bot did not ask for such.
    pub update: Option<UpdateId>,
}

/// Why a deed could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such person.
    #[error("there is no such person")]
    NoSuchUser,
    /// No such chat.
    #[error("there is no such chat")]
    NoSuchChat,
    /// No such message in the chat, or not one this deed is for.
    #[error("there is no such message")]
    NoSuchMessage,
    /// The person is not in that chat.
    #[error("the person is not in that chat")]
    NotAMember,
    /// The person has blocked the bot.
    #[error("the person has blocked the bot")]
    Blocked,
    /// The group has become a supergroup.
    #[error("the group has become a supergroup")]
    Migrated,
    /// Nothing but blank space.
    #[error("the text is empty")]
    Empty,
    /// Over 4096 characters; a real client would split it.
    #[error("the text is too long")]
    TooLong,
}

#[derive(Debug, Default)]
struct Log {
    calls: VecDeque<ApiCall>,
    counts: BTreeMap<String, u64>,
}

struct Inner {
    state: Mutex<State>,
    version: watch::Sender<u64>,
    /// Grows with every change of the data.
    changed: watch::Sender<u64>,
    /// The change up to which everything is on the disk; `None` where nothing is kept.
    kept: watch::Sender<Option<u64>>,
    clock: Clock,
    bot: Bot,
    token: String,
    faults: Mutex<Faults>,
    meter: Mutex<Option<Meter>>,
    log: Mutex<Log>,
    stage: Mutex<Stage>,
    host: Mutex<Option<Arc<dyn Host>>>,
    moving: tokio::sync::Mutex<()>,
    stopping: AtomicBool,
}

/// The world of one server. Clones are the same world.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("version", &*self.inner.version.borrow()).finish()
    }
}

/// A panic of another thread while it held the lock leaves plain data behind; go on with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For the server.
impl World {
    pub(super) fn new(state: State, clock: Clock, bot: Bot, token: String) -> Self {
        let inner = Inner {
            state: Mutex::new(state),
            version: watch::Sender::new(0),
            changed: watch::Sender::new(0),
            kept: watch::Sender::new(None),
            clock,
            bot,
            token,
            faults: Mutex::default(),
            meter: Mutex::default(),
            log: Mutex::default(),
            stage: Mutex::default(),
            host: Mutex::default(),
            moving: tokio::sync::Mutex::default(),
            stopping: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Changes the data and wakes whoever waits.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State, &Bot, DateTime<Utc>) -> T) -> T {
        let now = self.inner.clock.now();
        let result = change(&mut lock(&self.inner.state), &self.inner.bot, now);
        self.inner.changed.send_modify(|changed| *changed += 1);
        self.nudge();
        result
    }

    /// Every change of the data from now on, by its number; for whoever keeps it.
    pub(super) fn data_changes(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// Everything up to this change is on the disk.
    pub(super) fn set_kept(&self, change: u64) {
        self.inner.kept.send_replace(Some(change));
    }

    /// Waits until all that was changed so far is on the disk, if it is to be kept. Nobody is
    /// answered before: what the bot or a person was told once must still be so after a crash,
    /// or numbers of updates and messages would be given twice.
    pub(super) async fn kept(&self) {
        let change = *self.inner.changed.borrow();
        let mut kept = self.inner.kept.subscribe();
        // An error means that the world is gone, and with it whoever asks.
        let _ = kept.wait_for(|kept| kept.is_none_or(|kept| kept >= change)).await;
    }

    /// Changes the data where nobody waits for it.
    pub(super) fn change_quietly<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut lock(&self.inner.state))
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&lock(&self.inner.state))
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.inner.version.subscribe()
    }

    pub(super) fn token(&self) -> &str {
        &self.inner.token
    }

    pub(super) fn bot(&self) -> &Bot {
        &self.inner.bot
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Held while the clock is moved from the page.
    pub(super) fn moving(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.moving
    }

    pub(super) fn stop(&self) {
        self.inner.stopping.store(true, Ordering::Relaxed);
        self.nudge();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.inner.stopping.load(Ordering::Relaxed)
    }

    pub(super) fn strike(&self, method: &str, chat: Option<i64>) -> Option<Fault> {
        lock(&self.inner.faults).strike(method, chat)
    }

    /// Counts a call; says how many seconds to wait if it is over a limit.
    pub(super) fn admit(&self, method: &str, chat: Option<i64>) -> Result<(), u32> {
        let mut meter = lock(&self.inner.meter);
        meter.as_mut().map_or(Ok(()), |meter| meter.admit(method, chat, Instant::now()))
    }

    /// Whether updates are handed out the newest first.
    pub(super) fn goes_backwards(&self) -> bool {
        lock(&self.inner.faults).backwards
    }

    pub(super) fn record(&self, method: &str, params: &Params, answer: Value) {
        let call = ApiCall {
            method: method.to_owned(),
            params: params.record(),
            answer,
            at: self.inner.clock.now(),
        };
        {
            let mut log = lock(&self.inner.log);
            *log.counts.entry(call.method.clone()).or_default() += 1;
            if log.calls.len() == LONGEST_LOG {
                log.calls.pop_front();
            }
            log.calls.push_back(call);
        }
        self.nudge();
    }

    pub(super) fn stage(&self) -> Stage {
        lock(&self.inner.stage).clone()
    }

    pub(super) fn host(&self) -> Option<Arc<dyn Host>> {
        lock(&self.inner.host).clone()
    }
}

/// For the product that runs the rehearsal.
impl World {
    /// Who can be played on the chat page.
    pub fn set_stage(&self, stage: Stage) {
        *lock(&self.inner.stage) = stage;
        self.nudge();
    }

    /// Whom the chat page asks about the plan.
    pub fn set_host(&self, host: Arc<dyn Host>) {
        *lock(&self.inner.host) = Some(host);
        self.nudge();
    }

    /// Wakes whoever waits, as after a change; for a host whose events have grown.
    pub fn nudge(&self) {
        self.inner.version.send_modify(|version| *version += 1);
    }
}

/// Looking, waiting and faults.
impl World {
    /// All messages of a chat, oldest first; none where there is no such chat.
    pub fn messages(&self, chat: impl Into<ChatId>) -> Vec<MessageView> {
        let chat = chat.into();
        self.look(|state| {
            let messages =
                state.chats.get(&chat).into_iter().flat_map(|chat| chat.messages.values());
            messages.map(|message| MessageView::of(state, message)).collect()
        })
    }

    /// One message.
    pub fn message(&self, chat: impl Into<ChatId>, message: MessageId) -> Option<MessageView> {
        let chat = chat.into();
        self.look(|state| {
            let message = state.chats.get(&chat)?.messages.get(&message)?;
            Some(MessageView::of(state, message))
        })
    }

    /// The contents of a file, by its `file_id`.
    pub fn file(&self, id: &str) -> Option<Bytes> {
        self.look(|state| state.files.get(id).map(|file| file.bytes.clone()))
    }

    /// What became of each button this person pressed, oldest first.
    pub fn callback_answers(&self, user: UserId) -> Vec<CallbackAnswer> {
        self.look(|state| {
            let queries = state.queries.values().filter(|query| query.user == user);
            queries.map(answer_of).collect()
        })
    }

    /// What became of one press.
    pub fn callback_answer(&self, query: u64) -> Option<CallbackAnswer> {
        self.look(|state| state.queries.get(&query).map(answer_of))
    }

    /// The command menu this person sees in this chat: names and descriptions.
    pub fn menu(&self, user: UserId, chat: impl Into<ChatId>) -> Vec<(String, String)> {
        let chat = chat.into();
        self.look(|state| menu(state, user, chat))
    }

    /// The last update that an offset of `getUpdates` has confirmed.
    pub fn confirmed_through(&self) -> UpdateId {
        self.look(|state| UpdateId(state.confirmed))
    }

    /// The last update that was made.
    pub fn last_update(&self) -> UpdateId {
        self.look(|state| UpdateId(state.last_update))
    }

    /// Updates that wait to be confirmed.
    pub fn pending_updates(&self) -> usize {
        self.look(|state| state.queue.len())
    }

    /// The bot's calls, oldest first; the newest 20,000.
    pub fn calls(&self) -> Vec<ApiCall> {
        lock(&self.inner.log).calls.iter().cloned().collect()
    }

    /// How many calls of `method` there were, whatever came of them.
    pub fn count(&self, method: &str) -> u64 {
        lock(&self.inner.log).counts.get(method).copied().unwrap_or(0)
    }

    /// The world's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// Waits until `is_so`; false when `patience` (real time) ran out first.
    #[must_use]
    pub async fn wait_until(&self, is_so: impl Fn(&Self) -> bool, patience: Duration) -> bool {
        self.wait_for(|world| is_so(world).then_some(()), patience).await.is_some()
    }

    /// Waits until `find` finds something; `None` when `patience` (real time) ran out first.
    pub async fn wait_for<T>(
        &self,
        find: impl Fn(&Self) -> Option<T>,
        patience: Duration,
    ) -> Option<T> {
        let deadline = Instant::now() + patience;
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            if let Some(found) = find(self) {
                return Some(found);
            }
            timeout_at(deadline, changes.changed()).await.ok()?.ok()?;
        }
    }

    /// Every new message of the bot from now on, in order: for load tests, where a thousand people
    /// waiting by [`World::wait_for`] would look at the world too often.
    pub fn follow_bot(&self) -> UnboundedReceiver<(ChatId, MessageId)> {
        let (sender, receiver) = unbounded_channel();
        self.change_quietly(|state| state.followers.push(sender));
        receiver
    }

    /// Replaces all faults.
    pub fn set_faults(&self, faults: Faults) {
        *lock(&self.inner.faults) = faults;
    }

    /// Keeps limits from now on, or none.
    pub fn enforce(&self, limits: Option<Enforced>) {
        *lock(&self.inner.meter) = limits.map(Meter::new);
    }

    /// Queues any JSON as an update; its `update_id` is given here.
    pub fn inject_raw_update(&self, body: Value) -> UpdateId {
        self.change(|state, _, _| state.push_raw(body))
    }

    /// Delivers an update once more, though it was confirmed: the next `getUpdates` starts with
    /// it. False when it is not remembered (the last 10,000 since the start are).
    pub fn deliver_again(&self, update: UpdateId) -> bool {
        self.change(|state, _, _| {
            let found = state.remembered.iter().find(|remembered| remembered.id == update).cloned();
            let is_found = found.is_some();
            state.again.extend(found);
            is_found
        })
    }
}

fn answer_of(query: &super::state::Query) -> CallbackAnswer {
    let (text, alert) = query.answer.clone().unwrap_or_default();
    CallbackAnswer {
        chat: query.chat,
        message: query.message,
        data: query.data.clone(),
        answered: query.answer.is_some(),
        text,
        alert,
    }
}
