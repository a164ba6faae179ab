//! Faults on demand: what the network and Telegram do on a bad day.
//!
//! In: [`Faults`] set by a test. Out: for each API call, the [`Fault`] that strikes it, if any.

use std::time::Duration;

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answered 500; nothing was done.
    ServerError,
    /// The connection is closed without an answer; nothing was done.
    ConnectionLost,
    /// Answered 429; nothing was done. Seconds to wait.
    TooManyRequests(u32),
    /// The call is carried out, then the connection is closed without an answer.
    AnswerLost,
    /// The call is carried out; the answer is cut in the middle of its JSON.
    Malformed,
    /// Answered with this code and these words; nothing was done.
    Refused(u16, &'static str),
    /// The call is carried out after this pause.
    Slow(Duration),
}

/// A fault for some calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// The method, as in the Bot API's pages (`sendMessage`), in any case; `None`: every method.
    pub method: Option<String>,
    /// Only calls for this chat, by its `chat_id`; `None`: any.
    pub chat: Option<i64>,
    /// How many calls it still strikes.
    pub times: u32,
    /// What happens to them.
    pub fault: Fault,
}

/// A fault for a share of all calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many calls of a hundred it strikes.
    pub percent: u32,
    /// What happens to them.
    pub fault: Fault,
}

/// All faults in force. The default is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Every call finds its connection closed, until this is switched off.
    pub outage: bool,
    /// Tried in order; the first that fits a call strikes it.
    pub rules: Vec<FaultRule>,
    /// Then these, by the dice.
    pub shares: Vec<Share>,
    /// What the dice show next; a run with the same seed strikes the same calls.
    pub seed: u64,
    /// Updates that wait are handed out the newest first.
    pub backwards: bool,
}

impl Faults {
    /// No call works until other faults are set.
    pub fn outage() -> Self {
        Self { outage: true, ..Self::default() }
    }

    /// The next `times` calls of `method` meet `fault`.
    pub fn next(times: u32, method: &str, fault: Fault) -> Self {
        Self::default().and_next(times, method, fault)
    }

    /// These, and another rule.
    #[must_use]
    pub fn and_next(mut self, times: u32, method: &str, fault: Fault) -> Self {
        self.rules.push(FaultRule { method: Some(method.to_owned()), chat: None, times, fault });
        self
    }

    /// A share of all calls, whatever the method, meets `fault`.
    #[must_use]
    pub fn and_some(mut self, percent: u32, fault: Fault) -> Self {
        self.shares.push(Share { percent, fault });
        self
    }

    /// The fault that strikes this call; uses up one time of its rule.
    pub(super) fn strike(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        if self.outage {
            return Some(Fault::ConnectionLost);
        }
        let fits = self.rules.iter_mut().find(|rule| {
            rule.times > 0
                && rule.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && (rule.chat.is_none() || rule.chat == chat)
        });
        if let Some(rule) = fits {
            rule.times -= 1;
            return Some(rule.fault);
        }
        let shares = self.shares.clone();
        shares.into_iter().find(|share| self.throw() < share.percent).map(|share| share.fault)
    }

    /// A number below a hundred (Knuth's MMIX generator).
    fn throw(&mut self) -> u32 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.seed >> 33) % 100).unwrap_or(0)
    }
}
