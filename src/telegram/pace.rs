//! How fast Telegram may be called: about 30 messages a second for a bot, one a second in a chat,
//! 20 a minute in a group (Bot FAQ, "My bot is hitting limits").
//!
//! Each limit is the time before which nothing may be sent, moved on by an interval with every
//! message (GCRA). The same time holds the pause of a 429, so one chat's trouble is its own.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::conversation::ChatId;

/// A message that goes out a little late lets the next one make up for so much.
const LATE: Duration = Duration::from_millis(10);

/// The limits, as intervals. Zero is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Between two messages of the bot.
    pub bot: Duration,
    /// Between two messages to a person; three may come at once.
    pub person: Duration,
    /// Between two messages to a group.
    pub group: Duration,
    /// Between two messages to a group robot of another platform.
    pub robot: Duration,
}

impl Limits {
    /// So many messages a second for the bot, a second for a person, a minute for a group. Two in
    /// a hundred are held back, for what arrives closer together than it was sent.
    #[must_use]
    pub fn rates(bot: u32, person: u32, group: u32) -> Self {
        let each =
            |span: u32, count: u32| Duration::from_secs(span.into()) * 51 / (50 * count.max(1));
        // 20 a minute, whatever a Bot API server of one's own takes.
        let robot = each(60, 20);
        Self { bot: each(1, bot), person: each(1, person), group: each(60, group), robot }
    }

    /// Telegram's own: 30, 1 and 20.
    #[must_use]
    pub fn telegram() -> Self {
        Self::rates(30, 1, 20)
    }

    /// None, for a server on this machine.
    pub const NONE: Self = {
        let none = Duration::ZERO;
        Self { bot: none, person: none, group: none, robot: none }
    };
}

/// Says when the next message may go where.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    /// How many programs send for this bot, each its part.
    programs: u32,
    bot: Instant,
    chats: HashMap<ChatId, Instant>,
}

impl Pace {
    /// Nothing has been sent yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, programs: 1, bot: Instant::now(), chats: HashMap::new() }
    }

    /// Shares the bot's limit among so many programs. A chat's own limit is not shared: only one
    /// program at a time serves it.
    pub fn share(&mut self, programs: u32) {
        self.programs = programs.max(1);
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
        let due = now.checked_sub(LATE).map_or(now, |earliest| self.bot.max(earliest));
        self.bot = due + self.limits.bot * self.programs;
        let interval = match chat {
            chat if chat.is_robot() => self.limits.robot,
            chat if chat.0 > 0 => self.limits.person,
            _ => self.limits.group,
        };
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
        let mut pace = Pace::new(Limits::telegram());
        let (chat, start) = (ChatId(42), Instant::now());
        let mut now = start;
        let mut at = Vec::new();
        for _ in 0..6 {
            now = pace.chat_ready(chat, now);
            pace.sent(chat, now);
            at.push((now - start).as_secs());
        }
        assert_eq!(at, [0, 0, 0, 1, 2, 3], "each a fiftieth later than the second");
    }

    #[test]
    fn one_chats_pause_is_its_own() {
        let mut pace = Pace::new(Limits::telegram());
        let now = Instant::now();
        pace.pause(ChatId(-1), now, Duration::from_mins(1));
        assert_eq!(pace.chat_ready(ChatId(-1), now) - now, Duration::from_mins(1));
        assert_eq!(pace.chat_ready(ChatId(-2), now), now);
        assert!(pace.bot_ready() <= now);
        pace.tidy(now + Duration::from_secs(61));
        assert!(pace.chats.is_empty());
    }

    /// However unevenly it is woken, it sends all the limit gives and never more.
    #[test]
    fn a_broadcast_keeps_the_limit_and_uses_it() {
        let mut pace = Pace::new(Limits::telegram());
        let start = Instant::now();
        let (mut now, mut dice, mut sent) = (start, 7_u64, Vec::new());
        for chat in 1..=1360 {
            now = now.max(pace.bot_ready()).max(pace.chat_ready(ChatId(chat), now));
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += Duration::from_micros((dice >> 33) % 9000);
            pace.sent(ChatId(chat), now);
            sent.push(now - start);
        }
        for (first, at) in sent.iter().enumerate() {
            let second =
                sent[first..].iter().take_while(|one| **one < *at + Duration::from_secs(1));
            assert!(second.count() <= 30, "from {at:?}");
        }
        let took = sent[1359];
        let at_95_percent = Duration::from_secs(1360) * 100 / 95 / 30;
        assert!(took <= at_95_percent, "{took:?} is more than {at_95_percent:?}");
    }
}
