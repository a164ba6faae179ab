//! How fast Telegram may be called: about 30 messages a second for a bot, one a second in a chat,
//! 20 a minute in a group (Bot FAQ, "My bot is hitting limits").
//!
//! Each limit is the time before which nothing may be sent, moved on by an interval with every
//! message (GCRA). The same time holds the pause of a 429, so one chat's trouble is its own.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::conversation::ChatId;

/// The limits, as intervals. Zero is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Between two messages of the bot.
    pub bot: Duration,
    /// Between two messages to a person; three may come at once.
    pub person: Duration,
    /// Between two messages to a group.
    pub group: Duration,
}

impl Limits {
    /// Telegram's own.
    pub const TELEGRAM: Self = Self {
        bot: Duration::from_millis(34),
        person: Duration::from_secs(1),
        group: Duration::from_secs(3),
    };

    /// None, for a server on this machine.
    pub const NONE: Self =
        Self { bot: Duration::ZERO, person: Duration::ZERO, group: Duration::ZERO };
}

/// Says when the next message may go where.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    bot: Instant,
    chats: HashMap<ChatId, Instant>,
}

impl Pace {
    /// Nothing has been sent yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, bot: Instant::now(), chats: HashMap::new() }
    }

    /// When the bot may send at all.
    pub fn bot_ready(&self) -> Instant {
        self.bot
    }

    /// When a chat may be sent to.
    pub fn chat_ready(&self, chat: ChatId, now: Instant) -> Instant {
        let burst = if chat.0 > 0 { self.limits.person * 2 } else { Duration::ZERO };
        let due = self.chats.get(&chat).copied().unwrap_or(now);
        due.checked_sub(burst).map_or(now, |ready| ready.max(now))
    }

    /// Counts a message to a chat.
    pub fn sent(&mut self, chat: ChatId, now: Instant) {
        self.bot = self.bot.max(now) + self.limits.bot;
        let interval = if chat.0 > 0 { self.limits.person } else { self.limits.group };
        if !interval.is_zero() {
            let due = self.chats.entry(chat).or_insert(now);
            *due = (*due).max(now) + interval;
        }
    }

    /// Lets a chat alone for a while.
    pub fn pause(&mut self, chat: ChatId, now: Instant, pause: Duration) {
        let burst = if chat.0 > 0 { self.limits.person * 2 } else { Duration::ZERO };
        let due = self.chats.entry(chat).or_insert(now);
        *due = (*due).max(now + pause + burst);
    }

    /// Forgets chats whose time has come.
    pub fn tidy(&mut self, now: Instant) {
        self.chats.retain(|_, due| *due > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_may_get_three_at_once_and_then_one_a_second() {
        let mut pace = Pace::new(Limits::TELEGRAM);
        let (chat, start) = (ChatId(42), Instant::now());
        let mut now = start;
        let mut at = Vec::new();
        for _ in 0..6 {
            now = pace.chat_ready(chat, now);
            pace.sent(chat, now);
            at.push((now - start).as_secs());
        }
        assert_eq!(at, [0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn one_chats_pause_is_its_own() {
        let mut pace = Pace::new(Limits::TELEGRAM);
        let now = Instant::now();
        pace.pause(ChatId(-1), now, Duration::from_mins(1));
        assert_eq!(pace.chat_ready(ChatId(-1), now) - now, Duration::from_mins(1));
        assert_eq!(pace.chat_ready(ChatId(-2), now), now);
        assert!(pace.bot_ready() <= now);
        pace.tidy(now + Duration::from_secs(61));
        assert!(pace.chats.is_empty());
    }
}
