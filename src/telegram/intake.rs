//! Updates in: commit before confirm.
//!
//! Telegram's own queue is the durable inbox. A batch is fetched, decided and committed in one
//! transaction that also records its update numbers; only the next fetch, with a higher offset,
//! confirms it. Killed anywhere in between, the batch comes again and changes nothing twice.
//! How a batch is decided stands in `batch`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use teloxide_core::payloads::GetUpdatesSetters;
use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::AllowedUpdate;
use teloxide_core::{ApiError, Bot, RequestError};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

use super::connect::brief;
use super::reading::Fetched;
use super::{call, files, reading, told_to_stop};
use crate::clock::{Clock, Pause};
use crate::conversation::flood::Crowd;
use crate::conversation::needs::hex;
use crate::conversation::{Desks, Event, FileProblem, UserId};
use crate::store::Store;
use crate::watch::Watch;

/// Seconds a poll waits for updates; shorter than the HTTP client's 17 s.
const POLL_SECONDS: u32 = 10;

/// The kinds of updates that are wanted.
pub(super) const ALLOWED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// The first and the longest pause between two tries.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Files fetched at the same time, and how long a batch waits for all of its files.
const FILES_AT_ONCE: usize = 4;
const ALL_FILES_WITHIN: Duration = Duration::from_secs(40);

/// Files of one person that are fetched in a batch; the others are to be sent again.
const FILES_EACH: usize = 5;

/// The largest file that is asked for.
const LARGEST_FILE: u64 = crate::conversation::materials::MOST_BYTES as u64;

/// Fetches updates and has them decided, until told to stop.
pub struct Intake {
    /// The bot.
    pub bot: Bot,
    /// The desks that decide.
    pub desks: Desks,
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Woken when there may be something to deliver.
    pub outbox: Arc<Notify>,
    /// Woken when somebody has decided on a draft: one a plan.
    pub drafts: Vec<Arc<Notify>>,
    /// Who has sent how much lately.
    pub crowd: Mutex<Crowd>,
    /// Told of what came in.
    pub watch: Arc<Watch>,
}

impl Intake {
    /// Runs until `stop` turns true; then the batch in hand is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut offset: i32 = 0;
        let mut pause = Pause::doubling(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let fetched = tokio::select! {
                fetched = self.fetch(offset) => fetched,
                () = told_to_stop(&mut stop) => return,
            };
            let mut batch = match fetched {
                Ok(batch) => batch,
                Err(error) => {
                    report_fetch(&error);
                    // teloxide knows these words without what Telegram puts around them.
                    if error.to_string().contains("webhook is active") {
                        self.give_up_webhook().await;
                    }
                    tokio::select! {
                        () = pause.wait() => continue,
                        () = told_to_stop(&mut stop) => return,
                    }
                }
            };
            pause.reset();
            self.watch.heard();
            let came = Instant::now();
            // Their numbers say in which order things happened, whatever order they come in.
            batch.sort_by_key(|one| one.incoming.update);
            let Some(last) = batch.last().map(|one| one.incoming.update) else { continue };
            if !self.fetch_files(&mut batch, &mut stop).await
                || !self.settle(&batch, &mut stop).await
            {
                return;
            }
            self.watch.took_in(batch.len(), came.elapsed());
            tracing::debug!(updates = batch.len(), took = ?came.elapsed(), "a batch is committed");
            offset = i32::try_from(last + 1).unwrap_or(0);
        }
    }

    /// The updates from an offset on; those before it are confirmed.
    pub(crate) async fn fetch(&self, offset: i32) -> Result<Vec<Fetched>, RequestError> {
        let request = self
            .bot
            .get_updates()
            .offset(offset)
            .limit(100)
            .timeout(POLL_SECONDS)
            .allowed_updates(ALLOWED);
        let list = call::raw(&self.bot, request.payload_ref()).await?;
        reading::updates(list.get(), &self.desks.first().bot_name).ok_or_else(|| {
            RequestError::Io(Arc::new(std::io::Error::other("the answer is no list of updates")))
        })
    }

    /// Was called by webhook before, and is to poll now.
    async fn give_up_webhook(&self) {
        match call::call(&self.bot, self.bot.delete_webhook().payload_ref()).await {
            Ok(_) => tracing::warn!("the bot had a webhook; it is removed, updates are fetched"),
            Err(error) => {
                tracing::error!(cause = brief(&error), "the bot's webhook is not removed");
            }
        }
    }

    /// Fetches the files of people whom the bot knows, a few at once, before anything is decided;
    /// false if told to stop before it was done.
    pub(crate) async fn fetch_files(
        &self,
        batch: &mut [Fetched],
        stop: &mut watch::Receiver<bool>,
    ) -> bool {
        let sender = |one: &Fetched| match (&one.incoming.event, &one.file) {
            (Event::SentFile(sent), Some(_)) => Some(sent.person.user),
            _ => None,
        };
        let senders: Vec<UserId> = batch.iter().filter_map(sender).collect();
        if senders.is_empty() {
            return true;
        }
        let mut pause = Pause::doubling(FIRST_PAUSE, LONGEST_PAUSE);
        let known = loop {
            match self.store.known(&self.desks.plans(), &senders).await {
                Ok(known) => break known,
                Err(error) => {
                    tracing::error!(%error, "cannot look up who sent files; trying again");
                }
            }
            tokio::select! {
                () = pause.wait() => {}
                () = told_to_stop(stop) => return false,
            }
        };
        let few = Arc::new(Semaphore::new(FILES_AT_ONCE));
        let mut fetching = JoinSet::new();
        let mut fetched: HashMap<UserId, usize> = HashMap::new();
        for (index, one) in batch.iter_mut().enumerate() {
            let Event::SentFile(sent) = &mut one.incoming.event else { continue };
            let Some(id) = one.file.clone().filter(|_| known.contains(&sent.person.user)) else {
                continue;
            };
            sent.file.contents = Err(FileProblem::Unavailable);
            let count = fetched.entry(sent.person.user).or_default();
            *count += 1;
            if *count > FILES_EACH {
                continue;
            }
            let (bot, few, too_big) =
                (self.bot.clone(), few.clone(), sent.file.size > LARGEST_FILE);
            fetching.spawn(async move {
                if too_big {
                    return (index, Err(FileProblem::TooBig));
                }
                let _turn = few.acquire().await;
                (index, files::fetch(&bot, &id).await)
            });
        }
        let until = tokio::time::Instant::now() + ALL_FILES_WITHIN;
        loop {
            let (index, contents) = tokio::select! {
                fetched = fetching.join_next() => match fetched {
                    None => return true,
                    Some(Ok(fetched)) => fetched,
                    Some(Err(_)) => continue,
                },
                // What is not there by then is answered as not to be had: others are waiting.
                () = tokio::time::sleep_until(until) => return true,
                () = told_to_stop(stop) => return false,
            };
            if let Event::SentFile(sent) = &mut batch[index].incoming.event {
                sent.file.contents = contents;
            }
        }
    }

    /// Has a batch decided and committed, however long the store needs; false if told to stop
    /// before it was.
    pub(crate) async fn settle(&self, batch: &[Fetched], stop: &mut watch::Receiver<bool>) -> bool {
        let mut pause = Pause::doubling(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            match self.commit(batch).await {
                Ok(()) => {
                    self.outbox.notify_one();
                    return true;
                }
                Err(error) if error.is_passing() => {
                    self.store.health().fails(self.clock.now());
                    tracing::error!(%error, "cannot store updates; they stay unconfirmed and are tried again");
                }
                Err(error) if batch.len() > 1 => {
                    tracing::error!(%error, "a batch cannot be stored; trying its updates one by one");
                    for one in batch {
                        if !Box::pin(self.settle(std::slice::from_ref(one), stop)).await {
                            return false;
                        }
                    }
                    return true;
                }
                Err(error) => {
                    tracing::error!(%error, update = batch[0].incoming.update, "an update cannot be stored; setting it aside");
                    match self.set_aside(&batch[0], &error.to_string()).await {
                        Ok(()) => return true,
                        Err(error) => tracing::error!(%error, "cannot even set it aside"),
                    }
                }
            }
            tokio::select! {
                () = pause.wait() => {}
                () = told_to_stop(stop) => return false,
            }
        }
    }
}

fn report_fetch(error: &RequestError) {
    match error {
        RequestError::Api(ApiError::TerminatedByOtherGetUpdates) => tracing::error!(
            "another program fetches this bot's updates; stop it, or give this one a token of its own"
        ),
        RequestError::Api(ApiError::InvalidToken) => {
            tracing::error!("Telegram refuses the token; check TELOXIDE_TOKEN with @BotFather");
        }
        error => tracing::warn!(cause = brief(error), "cannot fetch updates; trying again"),
    }
}

/// 128 random bits as text that fits a link (Bot API, deep linking: `A-Za-z0-9_-`, 64 at most).
pub fn fresh_code() -> String {
    let mut bytes = [0_u8; 16];
    // Without randomness the code is empty, and `/start` without a code opens nothing.
    match getrandom::fill(&mut bytes) {
        Ok(()) => hex(&bytes),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_128_random_bits() {
        let codes: std::collections::HashSet<String> = (0..1000).map(|_| fresh_code()).collect();
        assert_eq!(codes.len(), 1000, "none comes twice");
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 32 && code.bytes().all(|b| b.is_ascii_hexdigit()))
        );
        // Each of the 128 bits is set about half the time: a constant one would stand out.
        for digit in 0..32 {
            let seen: std::collections::HashSet<u8> =
                codes.iter().map(|code| code.as_bytes()[digit]).collect();
            assert_eq!(seen.len(), 16, "every digit at place {digit}");
        }
    }
}
