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

/// All faults in force. The default is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Every call finds its connection closed, until this is switched off.
    pub outage: bool,
    /// Tried in order; the first that fits a call strikes it.
    pub rules: Vec<FaultRule>,
}

impl Faults {
    /// No call works until other faults are set.
    pub fn outage() -> Self {
        Self { outage: true, rules: Vec::new() }
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

    /// The fault that strikes this call; uses up one time of its rule.
    pub(super) fn strike(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        if self.outage {
            return Some(Fault::ConnectionLost);
        }
        let rule = self.rules.iter_mut().find(|rule| {
            rule.times > 0
                && rule.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && (rule.chat.is_none() || rule.chat == chat)
        })?;
        rule.times -= 1;
        Some(rule.fault)
    }
}
