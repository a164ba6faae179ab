//! What the product does to the world behind the scenes: it sets the stage for a rehearsal that
//! goes on from other data, and moves the clock while it plays everybody itself.

use chrono::{DateTime, Utc};

use super::clock_moves;
use super::state::{ChatId, MessageId, UserId};
use super::world::World;

impl World {
    /// Numbers of messages and updates given from now on are higher than these; for data that
    /// knows some already.
    pub fn counts_from(&self, message: i64, update: i64) {
        self.change(|state, _, _| {
            state.first_message = state.first_message.max(i32::try_from(message).unwrap_or(0));
            if update > state.last_update {
                state.last_update = update;
                state.confirmed = state.confirmed.max(update);
            }
        });
    }

    /// This person has pressed start at some time, and perhaps blocked the bot since; nobody is
    /// told.
    pub fn has_met(&self, user: UserId, blocked: bool) {
        self.change(|state, _, _| {
            state.private_chat(user);
            if let Some(person) = state.users.get_mut(&user) {
                person.started = true;
                person.blocked = blocked;
            }
        });
    }

    /// A group that the bot has been in for long: made without a word if it is not there yet.
    pub fn has_group(&self, id: ChatId, title: &str, members: &[UserId], admins: &[UserId]) {
        self.change(|state, _, _| {
            if !state.chats.contains_key(&id) {
                super::deeds::insert_group(state, id, title, members, admins);
            }
        });
    }

    /// Everybody has read everything.
    pub fn is_read(&self) {
        self.change(|state, _, _| {
            for chat in state.chats.values_mut() {
                let last = MessageId(chat.last_message);
                chat.read = chat.members.iter().map(|member| (*member, last)).collect();
            }
        });
    }

    /// Moves the clock ahead to a time, job by job, as the page's buttons do.
    ///
    /// # Errors
    /// For the person who waits, in Chinese and English: a job that does not end, messages that are
    /// not delivered.
    pub async fn advance(&self, to: DateTime<Utc>) -> Result<(), String> {
        let _one_at_a_time = self.moving().lock().await;
        let moved = clock_moves::to(self, to).await;
        moved.map_err(|problem| format!("{} / {}", problem.zh, problem.en))
    }

    /// Waits until nothing is on its way to the bot or from it.
    ///
    /// # Errors
    /// As [`World::advance`].
    pub async fn rest(&self) -> Result<(), String> {
        let Some(host) = self.host() else { return Ok(()) };
        let rested = clock_moves::come_to_rest(self, &*host, clock_moves::DELIVERY_PATIENCE).await;
        rested.map_err(|problem| format!("{} / {}", problem.zh, problem.en))
    }
}
