//! What waits to be sent, by chat: which row goes next, and when.

use std::collections::{BTreeMap, HashMap, HashSet};

use tokio::time::Instant;

use super::pace::Pace;
use crate::conversation::{Priority, What};
use crate::store::replicas::Lane;
use crate::store::{OutboxRow, Queued};

/// Rows waiting, by chat: each plan's for itself.
#[derive(Default)]
pub(super) struct Waiting {
    /// By chat, replies first, then by number.
    chats: BTreeMap<Lane, BTreeMap<(Priority, i64), OutboxRow>>,
    /// Chats with a call under way.
    busy: HashSet<Lane>,
    /// Rows in hand, those under way too.
    known: HashSet<i64>,
    /// Chats of which the database may have more than is in hand.
    deep: HashSet<Lane>,
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
        self.chats.entry(row.lane()).or_default().insert((row.priority, row.id), row);
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
        let mut best: Option<(Priority, i64, Lane)> = None;
        let mut soonest: Option<Instant> = None;
        let bot = pace.bot_ready();
        for (chat, rows) in &self.chats {
            let first = rows.values().next().filter(|_| !self.busy.contains(chat));
            let Some(row) = first else { continue };
            // Held too shortly for a call; it is soon held for longer, or let go of.
            if self.held.as_ref().is_some_and(|held| held.get(chat).is_none_or(|at| *at < now)) {
                continue;
            }
            // An answer to a press is no message: Telegram's limits do not count it.
            let answer = matches!(row.what, What::Answer { .. });
            let ready = if answer { now } else { pace.chat_ready(chat.1, now).max(bot) };
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
    pub(super) fn done(&mut self, chat: Lane, id: i64) -> bool {
        self.known.remove(&id);
        self.busy.remove(&chat);
        self.lost.remove(&chat);
        self.tries.remove(&chat);
        if self.chats.get(&chat).is_some_and(|rows| !rows.is_empty()) {
            return false;
        }
        self.chats.remove(&chat);
        self.deep.remove(&chat)
    }

    /// Keeps a row for another try; false if the chat is not held any more.
    pub(super) fn put_back(&mut self, row: OutboxRow) -> bool {
        self.busy.remove(&row.lane());
        *self.tries.entry(row.lane()).or_default() += 1;
        if self.lost.remove(&row.lane()) {
            self.known.remove(&row.id);
            return false;
        }
        self.keep(row);
        true
    }

    /// Lets go of a chat's rows, to read them again under its new number.
    pub(super) fn forget(&mut self, chat: Lane, in_hand: i64) {
        self.let_go(chat);
        self.known.remove(&in_hand);
        self.busy.remove(&chat);
        self.lost.remove(&chat);
    }

    /// Lets go of what waits for a chat and is not under way.
    fn let_go(&mut self, chat: Lane) {
        for row in self.chats.remove(&chat).into_iter().flat_map(BTreeMap::into_values) {
            self.known.remove(&row.id);
        }
        if let Some(held) = &mut self.held {
            held.remove(&chat);
        }
    }
}
