//! Telegram's limits on how much a bot may send, kept as strictly as the Bot API may keep them.
//!
//! In: [`Enforced`] set by a test or a bench, and every call that sends or edits. Out: how long one
//! that is over a limit has to wait, for its 429. Limits are counted in real time, over a window
//! that slides; a call that is refused does not count.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// So many calls within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many.
    pub calls: usize,
    /// Within how long.
    pub within: Duration,
}

/// The limits that are kept: <https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforced {
    /// For the bot as a whole.
    pub bot: Window,
    /// For each private chat.
    pub person: Window,
    /// For each group.
    pub group: Window,
}

impl Enforced {
    /// 30 a second; one a second to a person, where a burst of three is let through; 20 a minute
    /// to a group.
    pub const TELEGRAM: Self = Self {
        bot: Window { calls: 30, within: Duration::from_secs(1) },
        person: Window { calls: 6, within: Duration::from_secs(3) },
        group: Window { calls: 20, within: Duration::from_mins(1) },
    };
}

/// Counts what was sent.
#[derive(Debug)]
pub(super) struct Meter {
    enforced: Enforced,
    bot: VecDeque<Instant>,
    chats: HashMap<i64, VecDeque<Instant>>,
}

impl Meter {
    pub fn new(enforced: Enforced) -> Self {
        Self { enforced, bot: VecDeque::new(), chats: HashMap::new() }
    }

    /// Counts a call to a chat, or says in how many seconds it may come again.
    pub fn admit(&mut self, method: &str, chat: Option<i64>, now: Instant) -> Result<(), u32> {
        let Some(chat) = chat.filter(|_| counts(method)) else { return Ok(()) };
        let window = if chat > 0 { self.enforced.person } else { self.enforced.group };
        let of_chat = self.chats.entry(chat).or_default();
        let wait = left(&mut self.bot, self.enforced.bot, now).max(left(of_chat, window, now));
        if !wait.is_zero() {
            // Whole seconds, as Telegram tells them.
            return Err(u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX));
        }
        self.bot.push_back(now);
        of_chat.push_back(now);
        Ok(())
    }
}

fn counts(method: &str) -> bool {
    ["sendMessage", "sendPhoto", "sendDocument"].contains(&method)
        || method.starts_with("editMessage")
}

/// How long until one more fits into the window.
fn left(sent: &mut VecDeque<Instant>, window: Window, now: Instant) -> Duration {
    while sent.front().is_some_and(|at| *at + window.within <= now) {
        sent.pop_front();
    }
    let oldest = sent.len().checked_sub(window.calls).and_then(|at| sent.get(at));
    oldest.map_or(Duration::ZERO, |at| *at + window.within - now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_a_limit_waits_and_does_not_count() {
        let mut meter = Meter::new(Enforced::TELEGRAM);
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        for number in 0..30 {
            assert_eq!(meter.admit("sendMessage", Some(1 + number), at(0)), Ok(()));
        }
        assert_eq!(meter.admit("sendMessage", Some(99), at(500)), Err(1));
        assert_eq!(meter.admit("answerCallbackQuery", Some(99), at(500)), Ok(()));
        assert_eq!(meter.admit("editMessageText", Some(99), at(1000)), Ok(()));
        for second in 2..22 {
            assert_eq!(meter.admit("sendPhoto", Some(-5), at(second * 1000)), Ok(()));
        }
        assert_eq!(meter.admit("sendPhoto", Some(-5), at(22_000)), Err(40));
        assert_eq!(meter.admit("sendPhoto", Some(-6), at(22_000)), Ok(()));
    }
}
