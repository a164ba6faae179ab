//! Floods: how much one person may send, and how often somebody may guess an invitation; and what is said
//! to whom cannot be heard.
//!
//! A [`Crowd`] is given who acts and when, and says whether to listen. Whoever sends more than can be
//! answered is told once, and then not heard for a little while; everybody else is heard as before.
//! It lives in memory: after a restart everybody begins anew, which costs one warning more.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde_json::json;

use super::effects::{Audit, Effects, Outgoing, Priority, What};
use super::event::{Event, Incoming, MessageId, Place, UserId};
use super::snapshot::Snapshot;
use super::{Desk, Turn};
use crate::texts::{self, Language, contexts};

/// What one person may send at once.
const AT_ONCE: i32 = 60;

/// How long whoever sends more is not heard, at least; until a full minute, so that it can be said.
const QUIET: TimeDelta = TimeDelta::seconds(60);

/// People that are kept in mind before those are forgotten who have been quiet.
const TIDY_FROM: usize = 1000;

/// How many wrong invitations somebody may show within [`GUESSING_SPAN`].
const GUESSES: usize = 5;
const GUESSING_SPAN: TimeDelta = TimeDelta::hours(1);

/// The word for a wrong invitation in the audit log.
pub const WRONG_CODE: &str = "wrong-code";

/// Whether to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heed {
    /// As always.
    Hear,
    /// Not any more, until then: say so.
    Warn(DateTime<Utc>),
    /// It has been said.
    Ignore,
}

/// Everybody who has sent something lately.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// Between two events of a person, in the long run; zero for no limit.
    each: TimeDelta,
    people: HashMap<UserId, Guest>,
}

#[derive(Debug, Clone, Copy)]
struct Guest {
    /// When all that was sent would have come, one an interval.
    due: DateTime<Utc>,
    /// Until when nothing is heard.
    quiet: Option<DateTime<Utc>>,
}

impl Crowd {
    /// A crowd in which answers to a person go out one an interval: twice as much is heard, and 60
    /// at once. Zero for no limit.
    #[must_use]
    pub fn new(answers: Duration) -> Self {
        let each = TimeDelta::from_std(answers / 2).unwrap_or_default();
        Self { each, people: HashMap::new() }
    }

    /// Whether to listen to what somebody sends now.
    pub fn heed(&mut self, user: UserId, now: DateTime<Utc>) -> Heed {
        if self.each.is_zero() {
            return Heed::Hear;
        }
        if self.people.len() >= TIDY_FROM {
            self.people.retain(|_, guest| guest.due.max(guest.quiet.unwrap_or(now)) > now);
        }
        let guest = self.people.entry(user).or_insert(Guest { due: now, quiet: None });
        match guest.quiet {
            // Far ahead only where the clock was turned back.
            Some(until) if now < until && until - now <= QUIET * 2 => return Heed::Ignore,
            Some(_) => *guest = Guest { due: now, quiet: None },
            None => {}
        }
        guest.due = guest.due.clamp(now, now + self.each * AT_ONCE) + self.each;
        if guest.due - now <= self.each * AT_ONCE {
            return Heed::Hear;
        }
        let until = now + QUIET;
        let second = TimeDelta::seconds(i64::from(until.second()));
        let whole = until.with_nanosecond(0).unwrap_or(until) - second;
        let until = if whole < now + QUIET { whole + TimeDelta::minutes(1) } else { whole };
        guest.quiet = Some(until);
        Heed::Warn(until)
    }
}

/// Who acts in an event, where and by which message, if it is one that people can send at will.
fn sent(event: &Event) -> Option<(UserId, &Place, Option<MessageId>)> {
    match event {
        Event::Said(said) | Event::Edited(said) if said.addressed => {
            Some((said.person.user, &said.place, Some(said.message)))
        }
        Event::SentOther { person, place, message } if place.group.is_none() => {
            Some((person.user, place, Some(*message)))
        }
        Event::SentFile(sent) => Some((sent.person.user, &sent.place, Some(sent.message))),
        Event::Pressed(pressed) => Some((pressed.person.user, &pressed.place, None)),
        _ => None,
    }
}

impl Desk {
    /// What is said to somebody whose event could not be handled, if it can be said anywhere.
    pub fn apology(&self, incoming: &Incoming) -> Option<Outgoing> {
        let chat = match &incoming.event {
            Event::Said(said) | Event::Edited(said)
                if said.addressed || said.place.group.is_none() =>
            {
                said.place.chat
            }
            Event::Pressed(pressed) => pressed.place.chat,
            Event::SentFile(sent) => sent.place.chat,
            _ => return None,
        };
        let html = texts::render(Language::default(), &contexts::Apology {});
        Some(Outgoing {
            key: format!("apology:{}", incoming.update),
            chat,
            what: What::Send { html, buttons: Vec::new(), reply_to: None },
            priority: Priority::Reply,
            about: None,
        })
    }

    /// What becomes of an event of somebody who sends too much: `None` to decide it as always.
    pub fn flooded(
        &self,
        crowd: &mut Crowd,
        snapshot: &Snapshot,
        incoming: &Incoming,
        now: DateTime<Utc>,
    ) -> Option<Effects> {
        let (user, place, message) = sent(&incoming.event)?;
        let until = match crowd.heed(user, now) {
            Heed::Hear => return None,
            Heed::Ignore => return Some(Effects::default()),
            Heed::Warn(until) => until,
        };
        let account = snapshot.accounts.get(&user);
        let language = account.map_or(Language::default(), |account| account.language);
        let until = contexts::Moment::of(&self.plan, until);
        let html = texts::render(language, &contexts::Flooded { until });
        let warning = Outgoing {
            key: format!("flood:{}", incoming.update),
            chat: place.chat,
            what: What::Send { html, buttons: Vec::new(), reply_to: message },
            priority: Priority::Reply,
            about: None,
        };
        let (actor, subject) = (Some(user), user.0.to_string());
        let audit = Audit { at: now, actor, act: "flood", subject, detail: json!({}) };
        Some(Effects { outbox: vec![warning], audit: vec![audit], ..Effects::default() })
    }
}

/// Until when somebody who has shown too many wrong invitations may show no other.
pub(super) fn guessed_too_often(turn: &Turn<'_>, user: UserId) -> Option<DateTime<Utc>> {
    let now = turn.moment.now;
    let mut wrong: Vec<DateTime<Utc>> = turn.snapshot.wrong_codes.get(&user)?.clone();
    wrong.retain(|at| now - *at < GUESSING_SPAN);
    wrong.sort();
    Some(*wrong.iter().rev().nth(GUESSES - 1)? + GUESSING_SPAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    const SECOND: TimeDelta = TimeDelta::seconds(1);

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2019, 6, 17, 0, 30, 10).unwrap()
    }

    #[test]
    fn whoever_sends_too_much_is_told_once_and_nobody_else_is_concerned() {
        let mut crowd = Crowd::new(Duration::from_secs(1));
        let (one, other, now) = (UserId(1), UserId(2), start());
        for _ in 0..AT_ONCE {
            assert_eq!(crowd.heed(one, now), Heed::Hear);
        }
        let until = Utc.with_ymd_and_hms(2019, 6, 17, 0, 32, 0).unwrap();
        assert_eq!(crowd.heed(one, now), Heed::Warn(until));
        for second in 0..=109 {
            assert_eq!(crowd.heed(one, now + SECOND * second), Heed::Ignore, "{second}");
            assert_eq!(crowd.heed(other, now + SECOND * second), Heed::Hear, "{second}");
        }
        for _ in 0..AT_ONCE {
            assert_eq!(crowd.heed(one, until), Heed::Hear);
        }
        assert!(
            matches!(crowd.heed(one, until), Heed::Warn(_)),
            "a second flood, a second warning"
        );
    }

    #[test]
    fn whoever_waits_for_answers_is_never_cut_off() {
        let mut crowd = Crowd::new(Duration::from_secs(1));
        for second in 0..10_000 {
            let now = start() + SECOND * second;
            assert_eq!([crowd.heed(UserId(1), now), crowd.heed(UserId(1), now)], [Heed::Hear; 2]);
        }
        let mut open = Crowd::new(Duration::ZERO);
        assert!((0..10_000).all(|_| open.heed(UserId(1), start()) == Heed::Hear));
    }

    #[test]
    fn a_crowd_is_forgotten_and_a_clock_that_was_turned_back_silences_nobody() {
        let mut crowd = Crowd::new(Duration::from_secs(1));
        for user in 0..5_000 {
            crowd.heed(UserId(user), start() + SECOND * i32::try_from(user).unwrap());
        }
        assert!(crowd.people.len() <= TIDY_FROM);
        for _ in 0..=AT_ONCE {
            crowd.heed(UserId(1), start() + TimeDelta::days(3));
        }
        assert_eq!(crowd.heed(UserId(1), start()), Heed::Hear);
    }
}
