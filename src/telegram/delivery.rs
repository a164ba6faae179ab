//! The outbox is sent, retried, and marked.
//!
//! Each chat is served in order, one message at a time; chats are independent of each other, so a
//! chat that is slow, paused or gone delays nobody else. Replies go before broadcasts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use teloxide_core::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters, SetMyCommandsSetters,
};
use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::{
    BotCommand, BotCommandScope, CallbackQueryId, ChatId as TgChatId, InlineKeyboardButton,
    InlineKeyboardMarkup, LinkPreviewOptions, MessageId as TgMessageId, ParseMode, Recipient,
    ReplyParameters,
};
use teloxide_core::{ApiError, Bot, RequestError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::connect::brief;
use super::intake::fresh_code;
use super::pace::{Limits, Pace};
use super::{call, files, told_to_stop};
use crate::clock::Clock;
use crate::conversation::{Button, ChatId, Desk, Event, Incoming, Moment, Needs, Priority, What};
use crate::store::{OutboxRow, Queued, Store, StoreError};

/// Rows fetched at a time.
const AT_A_TIME: usize = 500;

/// Rows in hand for one chat: a chat that is paused holds no more than these, whatever waits for
/// it in the database.
const EACH: usize = 10;

/// Chats served at the same time.
const AT_ONCE: usize = 32;

/// How long one call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(9);

/// The longest pause of a chat between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Sends what the outbox holds, until told to stop.
pub struct Delivery {
    /// The bot.
    pub bot: Bot,
    /// Where the outbox is.
    pub store: Store,
    /// The desk that decides what it means when a chat refuses messages.
    pub desk: Arc<Desk>,
    /// The time, for marks.
    pub clock: Clock,
    /// Woken when there may be something to send.
    pub outbox: Arc<Notify>,
    /// How fast.
    pub limits: Limits,
}

/// How a call ended.
enum Ended {
    /// Telegram took it, and gave it this number if it is a message.
    Sent(Option<i64>),
    /// To be tried again, not before.
    Later(Duration, String),
    /// The chat has a new number.
    Moved(ChatId),
    /// It can never be sent; true if the person cannot be reached at all.
    Never(String, bool),
}

/// Rows waiting, by chat.
#[derive(Default)]
struct Waiting {
    /// By chat, replies first, then by number.
    chats: BTreeMap<ChatId, BTreeMap<(Priority, i64), OutboxRow>>,
    /// Chats with a call under way.
    busy: HashSet<ChatId>,
    /// Rows in hand, those under way too.
    known: HashSet<i64>,
    /// Chats of which the database may have more than is in hand.
    deep: HashSet<ChatId>,
    tries: HashMap<ChatId, u32>,
}

impl Delivery {
    /// Runs until `stop` turns true; then calls under way are finished and marked first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut waiting = Waiting::default();
        let mut pace = Pace::new(self.limits);
        let mut calls: JoinSet<(OutboxRow, Ended)> = JoinSet::new();
        let mut stale = true;
        loop {
            if stale {
                match self.store.queued(AT_A_TIME, EACH, &waiting.known).await {
                    Ok(queued) => {
                        stale = queued.more;
                        waiting.add(queued);
                    }
                    Err(error) => tracing::error!(%error, "cannot read the outbox; trying again"),
                }
            }
            let mut next = None;
            while calls.len() < AT_ONCE {
                match waiting.next(&pace, Instant::now()) {
                    Ok(row) => {
                        if !matches!(row.what, What::Answer { .. }) {
                            pace.sent(row.chat, Instant::now());
                        }
                        let (bot, store) = (self.bot.clone(), self.store.clone());
                        calls.spawn(async move {
                            let ended = call(&bot, &store, &row).await;
                            (row, ended)
                        });
                    }
                    Err(at) => {
                        next = at;
                        break;
                    }
                }
            }
            let retry = stale.then(|| Instant::now() + Duration::from_secs(2));
            let wake = next.into_iter().chain(retry).min();
            tokio::select! {
                Some(ended) = calls.join_next() => {
                    let mut all = vec![ended];
                    while let Some(ended) = calls.try_join_next() {
                        all.push(ended);
                    }
                    let ended: Vec<_> = all.into_iter().filter_map(Result::ok).collect();
                    stale |= self.mark(ended, &mut waiting, &mut pace).await;
                }
                () = self.outbox.notified() => stale = true,
                () = sleep_until(wake) => pace.tidy(Instant::now()),
                () = told_to_stop(&mut stop) => break,
            }
        }
        let finish = async {
            while let Some(ended) = calls.join_next().await {
                let ended = ended.into_iter().collect();
                self.mark(ended, &mut waiting, &mut pace).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(3), finish).await;
    }

    /// Notes that a chat refuses messages for good, and has the office told of it.
    async fn note_refusal(&self, chat: ChatId) -> Result<(), StoreError> {
        let plan = &self.desk.plan;
        let incoming = Incoming { update: 0, event: Event::Refused { chat } };
        let moment = Moment { now: self.clock.now(), fresh_code };
        let mut work = self.store.begin().await?;
        let snapshot = work.snapshot(plan, &Needs::of(std::slice::from_ref(&incoming))).await?;
        let effects = self.desk.decide(&snapshot, &incoming, &moment);
        work.save(plan, &effects, &[], &[], moment.now).await?;
        work.commit().await
    }

    /// Records how calls ended; true if the outbox should be read again.
    async fn mark(
        &self,
        ended: Vec<(OutboxRow, Ended)>,
        waiting: &mut Waiting,
        pace: &mut Pace,
    ) -> bool {
        let mut sent = Vec::new();
        let mut again = false;
        for (row, end) in ended {
            match end {
                Ended::Sent(message) => {
                    again |= waiting.done(row.chat, row.id);
                    sent.push((row.id, message));
                }
                Ended::Later(pause, why) => {
                    let tries = waiting.tries.get(&row.chat).copied().unwrap_or(0);
                    let backoff = Duration::from_millis(500 << tries.min(8));
                    let pause = pause.max(backoff.min(LONGEST_PAUSE));
                    tracing::warn!(chat = row.chat.0, key = row.key, ?pause, why, "not sent yet");
                    pace.pause(row.chat, Instant::now(), pause);
                    log(self.store.mark_failed(row.id, &why).await);
                    waiting.put_back(row);
                }
                Ended::Moved(to) => {
                    tracing::info!(from = row.chat.0, to = to.0, "a group has a new number");
                    log(self.store.migrate_chat(row.chat, to).await);
                    waiting.forget(row.chat, row.id);
                    again = true;
                }
                Ended::Never(why, unreachable) => {
                    tracing::warn!(chat = row.chat.0, key = row.key, why, "can never be sent");
                    log(self.store.mark_dead(row.id, &why).await);
                    again |= waiting.done(row.chat, row.id);
                    if unreachable {
                        log(self.note_refusal(row.chat).await);
                        again = true;
                    }
                }
            }
        }
        if !sent.is_empty() {
            // A mark that fails is tried until it stands: until then the row must not be sent again.
            while let Err(error) = self.store.mark_sent(&sent, self.clock.now()).await {
                tracing::error!(%error, "cannot mark what was sent; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
        again
    }
}

fn log(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::error!(%error, "cannot mark the outbox");
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Waiting {
    fn add(&mut self, queued: Queued) {
        self.deep.extend(queued.deep);
        for row in queued.rows {
            if self.known.insert(row.id) {
                self.keep(row);
            }
        }
    }

    fn keep(&mut self, row: OutboxRow) {
        self.chats.entry(row.chat).or_default().insert((row.priority, row.id), row);
    }

    /// The next row that may go now, replies first; or when the next one may.
    fn next(&mut self, pace: &Pace, now: Instant) -> Result<OutboxRow, Option<Instant>> {
        let mut best: Option<(Priority, i64, ChatId)> = None;
        let mut soonest: Option<Instant> = None;
        let bot = pace.bot_ready();
        for (chat, rows) in &self.chats {
            let first = rows.values().next().filter(|_| !self.busy.contains(chat));
            let Some(row) = first else { continue };
            // An answer to a press is no message: Telegram's limits do not count it.
            let answer = matches!(row.what, What::Answer { .. });
            let ready = if answer { now } else { pace.chat_ready(*chat, now).max(bot) };
            if ready > now {
                soonest = Some(soonest.map_or(ready, |at| at.min(ready)));
            } else if best.is_none_or(|best| (row.priority, row.id, *chat) < best) {
                best = Some((row.priority, row.id, *chat));
            }
        }
        let Some((_, _, chat)) = best else { return Err(soonest) };
        let row = self.chats.get_mut(&chat).and_then(BTreeMap::pop_first);
        self.busy.insert(chat);
        row.map(|(_, row)| row).ok_or(None)
    }

    /// Lets go of a row; true if the chat has no other in hand, but may have in the database.
    fn done(&mut self, chat: ChatId, id: i64) -> bool {
        self.known.remove(&id);
        self.busy.remove(&chat);
        self.tries.remove(&chat);
        if self.chats.get(&chat).is_some_and(|rows| !rows.is_empty()) {
            return false;
        }
        self.chats.remove(&chat);
        self.deep.remove(&chat)
    }

    fn put_back(&mut self, row: OutboxRow) {
        self.busy.remove(&row.chat);
        *self.tries.entry(row.chat).or_default() += 1;
        self.keep(row);
    }

    /// Lets go of a chat's rows, to read them again under its new number.
    fn forget(&mut self, chat: ChatId, in_hand: i64) {
        let waiting =
            self.chats.get(&chat).into_iter().flat_map(BTreeMap::values).map(|row| row.id);
        for id in waiting.chain([in_hand]) {
            self.known.remove(&id);
        }
        self.busy.remove(&chat);
        self.chats.remove(&chat);
    }
}

async fn call(bot: &Bot, store: &Store, row: &OutboxRow) -> Ended {
    let (limit, file) = match row.what.file() {
        None => (CALL_TIMEOUT, Vec::new()),
        Some(file) => match store.blob(&file.hash).await {
            Ok(Some(bytes)) => (files::TIMEOUT, bytes),
            Ok(None) => return Ended::Never("the file is not there any more".to_owned(), false),
            Err(error) => return Ended::Later(Duration::ZERO, error.to_string()),
        },
    };
    let found;
    let what = match &row.what {
        What::EditSent { of, html, buttons } => {
            let (html, buttons) = (html.clone(), buttons.clone());
            found = match store.sent_as(of).await {
                Ok(Some(message)) => What::Edit { message, html, buttons },
                // It never arrived: what it would have said is said anew.
                Ok(None) => What::Send { html, buttons, reply_to: None },
                Err(error) => return Ended::Later(Duration::ZERO, error.to_string()),
            };
            &found
        }
        what => what,
    };
    match tokio::time::timeout(limit, send(bot, row.chat, what, file)).await {
        Ok(Ok(message)) => Ended::Sent(message),
        Ok(Err(error)) => judge(&error, what),
        Err(_) => Ended::Later(Duration::ZERO, "no answer in time".to_owned()),
    }
}

async fn send(
    bot: &Bot,
    chat: ChatId,
    what: &What,
    file: Vec<u8>,
) -> Result<Option<i64>, RequestError> {
    let to = TgChatId(chat.0);
    let no_preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    match what {
        What::Send { html, buttons, reply_to } => {
            let mut request = bot
                .send_message(to, html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            if let Some(message) = reply_to.and_then(|message| i32::try_from(message.0).ok()) {
                let reply = ReplyParameters::new(TgMessageId(message));
                request = request.reply_parameters(reply.allow_sending_without_reply());
            }
            let sent = call::call(bot, request.payload_ref()).await;
            sent.map(|message| Some(i64::from(message.id.0)))
        }
        // The number of the message was looked up before.
        What::EditSent { .. } => Ok(None),
        What::Photo { .. } | What::Document { .. } => files::send(bot, to, what, &file).await,
        What::Edit { message, html, buttons } => {
            let number = TgMessageId(i32::try_from(message.0).unwrap_or_default());
            let mut request = bot
                .edit_message_text(to, number, html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            match call::call(bot, request.payload_ref()).await {
                Ok(_) | Err(RequestError::Api(ApiError::MessageNotModified)) => Ok(None),
                // The message is gone: what it would have said is said anew.
                Err(RequestError::Api(
                    ApiError::MessageToEditNotFound | ApiError::MessageIdInvalid,
                )) => {
                    let anew =
                        What::Send { html: html.clone(), buttons: buttons.clone(), reply_to: None };
                    Box::pin(send(bot, chat, &anew, file)).await
                }
                Err(error) => Err(error),
            }
        }
        What::Menu { commands } => {
            let scope = BotCommandScope::Chat { chat_id: Recipient::Id(to) };
            let commands = commands.iter().map(|(name, what)| BotCommand::new(name, what));
            let request = bot.set_my_commands(commands).scope(scope);
            call::call(bot, request.payload_ref()).await.map(|_| None)
        }
        What::Answer { callback, text } => {
            let id = CallbackQueryId(callback.clone());
            let request = bot.answer_callback_query(id).text(text);
            call::call(bot, request.payload_ref()).await.map(|_| None)
        }
    }
}

pub(super) fn keyboard(rows: &[Vec<Button>]) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows.iter().map(|row| {
        row.iter().map(|button| InlineKeyboardButton::callback(&button.label, &button.data))
    }))
}

fn judge(error: &RequestError, what: &What) -> Ended {
    match error {
        RequestError::RetryAfter(seconds) => {
            Ended::Later(seconds.duration(), "asked to wait".to_owned())
        }
        RequestError::MigrateToChatId(to) => Ended::Moved(ChatId(to.0)),
        // A press answered too late shows nothing; that is all that is lost.
        RequestError::Api(ApiError::InvalidQueryId) => Ended::Never(error.to_string(), false),
        RequestError::Api(ApiError::InvalidToken) => {
            Ended::Later(Duration::from_secs(30), "the token is refused".to_owned())
        }
        RequestError::Api(
            ApiError::BotBlocked
            | ApiError::UserDeactivated
            | ApiError::CantInitiateConversation
            | ApiError::ChatNotFound,
        ) => Ended::Never(error.to_string(), true),
        // "Internal Server Error" and its like arrive as unknown API errors.
        RequestError::Api(ApiError::Unknown(text)) if !is_verdict(text) => {
            Ended::Later(Duration::ZERO, text.clone())
        }
        RequestError::Api(error) => {
            let is_answer = matches!(what, What::Answer { .. });
            Ended::Never(error.to_string(), !is_answer && error.to_string().contains("Forbidden"))
        }
        error => Ended::Later(Duration::ZERO, brief(error)),
    }
}

/// Whether Telegram's words are its verdict on the request, so that trying again changes nothing.
fn is_verdict(text: &str) -> bool {
    ["Bad Request", "Forbidden", "Unauthorized"].iter().any(|verdict| text.starts_with(verdict))
}
