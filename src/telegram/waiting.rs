//! What waits to be sent, by chat: which row goes next, and when.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tokio::time::Instant;

use super::pace::Pace;
use crate::conversation::{Priority, What};
use crate::store::replicas::Lane;
use crate::store::{OutboxRow, Queued};

/// With fewer rows than these in hand it is time to read more.
const FEW: usize = 250;

/// Rows waiting, by chat: each plan's for itself.
#[derive(Default)]
pub(super) struct Waiting {
    /// By chat, replies first, then by number.
    chats: BTreeMap<Lane, BTreeMap<(Priority, i64), OutboxRow>>,
    /// The first row of each chat that has no call under way.
    firsts: BTreeSet<(Priority, i64, Lane)>,
    /// Chats with a call under way, or one that is not marked yet.
    busy: HashSet<Lane>,
    /// Rows in hand, those under way too.
    known: HashSet<i64>,
    /// Chats of which the database may have more than is in hand.
    deep: HashSet<Lane>,
    /// All rows up to this number were read; 0 if that is not so.
    read: i64,
    /// Whether the database has more rows than could be read at once.
    more: bool,
    tries: HashMap<Lane, u32>,
    /// Until when a call may begin in a chat that this program holds; `None` where nobody else
    /// could hold it.
    held: Option<HashMap<Lane, Instant>>,
    /// Chats with a call under way whose turn another program may have taken.
    lost: HashSet<Lane>,
}

impl Waiting {
    /// Nothing waits; other programs may send too if it is `shared`.
    pub(super) fn new(shared: bool) -> Self {
        Self { held: shared.then(HashMap::new), ..Self::default() }
    }

    /// Takes in rows whose chats are held until then.
    pub(super) fn add(&mut self, queued: Queued, until: Instant) {
        self.deep.extend(queued.deep);
        let last = queued.rows.iter().map(|row| row.id).max();
        // Where programs share a database, a lower number may be committed after a higher one.
        let whole = !queued.more && self.deep.is_empty() && self.held.is_none();
        self.more = queued.more;
        self.read = if whole { self.read.max(last.unwrap_or(0)) } else { 0 };
        if let Some(held) = &mut self.held {
            held.extend(queued.rows.iter().map(|row| (row.lane(), until)));
        }
        for row in queued.rows {
            if self.known.insert(row.id) {
                self.keep(row);
            }
        }
    }

    fn keep(&mut self, row: OutboxRow) {
        let chat = row.lane();
        self.hide(chat);
        self.chats.entry(chat).or_default().insert((row.priority, row.id), row);
        self.show(chat);
    }

    fn first(&self, chat: Lane) -> Option<(Priority, i64, Lane)> {
        let (priority, id) = *self.chats.get(&chat)?.keys().next()?;
        Some((priority, id, chat))
    }

    /// Its first row may go, unless another one is under way.
    fn show(&mut self, chat: Lane) {
        if !self.busy.contains(&chat) {
            self.firsts.extend(self.first(chat));
        }
    }

    /// What stands for it changes.
    fn hide(&mut self, chat: Lane) {
        if let Some(first) = self.first(chat) {
            self.firsts.remove(&first);
        }
    }

    /// From which number on the outbox has rows that were not read; 0: from the beginning.
    pub(super) fn read_up_to(&self) -> i64 {
        self.read
    }

    /// Rows in hand, those under way too.
    pub(super) fn known(&self) -> &HashSet<i64> {
        &self.known
    }

    /// Chats with rows in hand.
    pub(super) fn chats(&self) -> Vec<Lane> {
        self.chats.keys().chain(&self.busy).copied().collect()
    }

    /// How often the first row of a chat has failed.
    pub(super) fn tries(&self, chat: Lane) -> u32 {
        self.tries.get(&chat).copied().unwrap_or(0)
    }

    /// Notes which chats are held until then, and lets go of the others: what waits for them may
    /// have been sent by another program. True if there were any.
    pub(super) fn renew(&mut self, taken: &HashSet<Lane>, until: Instant) -> bool {
        let Some(held) = &mut self.held else { return false };
        held.extend(taken.iter().map(|chat| (*chat, until)));
        let lost: Vec<Lane> =
            self.chats().into_iter().filter(|chat| !taken.contains(chat)).collect();
        for chat in &lost {
            self.let_go(*chat);
            if self.busy.contains(chat) {
                self.lost.insert(*chat);
            }
        }
        !lost.is_empty()
    }

    /// Forgets chats for which nothing is in hand; those that were held.
    pub(super) fn release(&mut self) -> Vec<Lane> {
        let (chats, busy) = (&self.chats, &self.busy);
        let Some(held) = &mut self.held else { return Vec::new() };
        let idle = |chat: &Lane| !chats.contains_key(chat) && !busy.contains(chat);
        held.extract_if(|chat, _| idle(chat)).map(|(chat, _)| chat).collect()
    }

    /// The next row that may go now, replies first; or when the next one may.
    pub(super) fn next(&mut self, pace: &Pace, now: Instant) -> Result<OutboxRow, Option<Instant>> {
        let mut soonest: Option<Instant> = None;
        let bot = pace.bot_ready();
        let mut best = None;
        // In the order in which they should go: the first that may is the one.
        for first in &self.firsts {
            let (_, _, chat) = *first;
            // Held too shortly for a call; it is soon held for longer, or let go of.
            if self.held.as_ref().is_some_and(|held| held.get(&chat).is_none_or(|at| *at < now)) {
                continue;
            }
            let row = self.chats.get(&chat).and_then(|rows| rows.values().next());
            // An answer to a press is no message: Telegram's limits do not count it.
            let answer = row.is_some_and(|row| matches!(row.what, What::Answer { .. }));
            let ready = if answer { now } else { pace.chat_ready(chat.1, now).max(bot) };
            if ready <= now {
                best = Some(*first);
                break;
            }
            soonest = Some(soonest.map_or(ready, |at| at.min(ready)));
        }
        let Some(first) = best else { return Err(soonest) };
        let (_, _, chat) = first;
        self.firsts.remove(&first);
        self.busy.insert(chat);
        let row = self.chats.get_mut(&chat).and_then(BTreeMap::pop_first);
        row.map(|(_, row)| row).ok_or(None)
    }

    /// Lets go of a row; true if the database should be read again: the chat has no other row in hand, or
    /// few are in hand at all, and there may be more.
    pub(super) fn done(&mut self, chat: Lane, id: i64) -> bool {
        self.known.remove(&id);
        self.busy.remove(&chat);
        self.lost.remove(&chat);
        self.tries.remove(&chat);
        let few = self.more && self.known.len() < FEW;
        self.more &= !few;
        if self.chats.get(&chat).is_some_and(|rows| !rows.is_empty()) {
            self.show(chat);
            return few;
        }
        self.chats.remove(&chat);
        self.deep.remove(&chat) || few
    }

    /// Keeps a row for another try; false if the chat is not held any more.
    pub(super) fn put_back(&mut self, row: OutboxRow) -> bool {
        self.busy.remove(&row.lane());
        *self.tries.entry(row.lane()).or_default() += 1;
        if self.lost.remove(&row.lane()) {
            self.known.remove(&row.id);
            self.show(row.lane());
            return false;
        }
        self.keep(row);
        true
    }

    /// Lets go of a chat's rows, to read them again under its new number.
    pub(super) fn forget(&mut self, chat: Lane, in_hand: i64) {
        self.read = 0;
        self.let_go(chat);
        self.known.remove(&in_hand);
        self.busy.remove(&chat);
        self.lost.remove(&chat);
    }

    /// Lets go of what waits for a chat and is not under way.
    fn let_go(&mut self, chat: Lane) {
        self.hide(chat);
        for row in self.chats.remove(&chat).into_iter().flat_map(BTreeMap::into_values) {
            self.known.remove(&row.id);
        }
        if let Some(held) = &mut self.held {
            held.remove(&chat);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::conversation::{ChatId, PlanNo};
    use crate::telegram::pace::Limits;

    fn row(id: i64, chat: i64, priority: Priority) -> OutboxRow {
        let what = What::Send { html: String::new(), buttons: Vec::new(), reply_to: None };
        OutboxRow { id, key: id.to_string(), plan: PlanNo(0), chat: ChatId(chat), what, priority }
    }

    fn lane(chat: i64) -> Lane {
        (PlanNo(0), ChatId(chat))
    }

    fn queued(rows: Vec<OutboxRow>) -> Queued {
        Queued { rows, ..Queued::default() }
    }

    #[test]
    fn a_chats_next_message_waits_for_the_mark_of_the_one_before() {
        let (mut waiting, pace) = (Waiting::new(false), Pace::new(Limits::NONE));
        let now = Instant::now();
        let broadcast = row(1, 7, Priority::Broadcast);
        let rows = vec![broadcast, row(2, 7, Priority::Reply), row(3, 8, Priority::Reply)];
        waiting.add(queued(rows), now);
        let mut next = || waiting.next(&pace, now).map(|row| row.id);
        assert_eq!(
            (next(), next(), next()),
            (Ok(2), Ok(3), Err(None)),
            "replies first, one a chat"
        );
        waiting.add(queued(vec![row(4, 7, Priority::Reply)]), now);
        assert_eq!(waiting.next(&pace, now), Err(None));
        assert!(!waiting.done(lane(7), 2));
        let mut next = || waiting.next(&pace, now).map(|row| row.id);
        assert_eq!((next(), next()), (Ok(4), Err(None)));
        assert!(!waiting.done(lane(7), 4));
        assert_eq!(waiting.next(&pace, now).map(|row| row.id), Ok(1));
        assert!(waiting.put_back(row(1, 7, Priority::Broadcast)));
        assert_eq!(waiting.next(&pace, now).map(|row| row.id), Ok(1), "again");
    }

    #[test]
    fn a_paused_chat_keeps_nobody_else_waiting() {
        let (mut waiting, mut pace) = (Waiting::new(false), Pace::new(Limits::NONE));
        let now = Instant::now();
        waiting.add(queued(vec![row(1, 7, Priority::Reply), row(2, 8, Priority::Broadcast)]), now);
        pace.pause(ChatId(7), now, Duration::from_mins(1));
        assert_eq!(waiting.next(&pace, now).map(|row| row.id), Ok(2));
        let later = now + Duration::from_mins(1);
        assert_eq!(waiting.next(&pace, now), Err(Some(later)));
        assert_eq!(waiting.next(&pace, later).map(|row| row.id), Ok(1));
    }

    #[test]
    fn what_was_left_in_the_database_is_looked_for_again() {
        let (mut waiting, pace) = (Waiting::new(false), Pace::new(Limits::NONE));
        let now = Instant::now();
        waiting.add(queued(vec![row(5, 7, Priority::Reply)]), now);
        assert_eq!(waiting.read_up_to(), 5);
        waiting.add(
            Queued {
                rows: vec![row(6, 7, Priority::Reply)],
                deep: vec![lane(7)],
                ..Queued::default()
            },
            now,
        );
        assert_eq!(waiting.read_up_to(), 0, "a chat has more");
        while let Ok(row) = waiting.next(&pace, now) {
            waiting.done(row.lane(), row.id);
        }
        assert_eq!(waiting.read_up_to(), 0, "what it has may have lower numbers");
        waiting.add(queued(vec![row(4, 7, Priority::Reply)]), now);
        assert_eq!(waiting.read_up_to(), 4);
        waiting.add(Queued { more: true, ..Queued::default() }, now);
        assert_eq!(waiting.read_up_to(), 0, "there was more than could be read at once");
        let mut shared = Waiting::new(true);
        shared.add(queued(vec![row(5, 7, Priority::Reply)]), now);
        assert_eq!(shared.read_up_to(), 0, "a lower number may be committed later");
    }
}
