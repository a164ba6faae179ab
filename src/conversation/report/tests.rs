//! Whatever is reported, added, changed and taken back, in whatever order: what is in force is what the
//! messages that stand say, in the order they came.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::conversation::event::{ChatId, Event, Incoming, MessageId, Person, Pressed, UserId};
use crate::conversation::snapshot::{Role, Snapshot};
use crate::conversation::{Desk, Moment as Now, What};
use crate::texts::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Total(i64),
    Added(i64),
    Nothing,
}

impl Says {
    fn text(self) -> String {
        match self {
            Self::Total(value) => format!("个转企{value}"),
            Self::Added(value) => format!("个转企+{value}"),
            Self::Nothing => "好的".to_owned(),
        }
    }
}

/// The messages that stand, in the order they came: the books as a person would keep them.
#[derive(Default)]
struct Books(Vec<(i64, Says)>);

impl Books {
    fn sum(&self, end: usize) -> Option<i64> {
        self.0[..end].iter().fold(None, |now, (_, says)| match says {
            Says::Total(value) => Some(*value),
            Says::Added(value) => now.map(|now| now + value),
            Says::Nothing => now,
        })
    }

    fn covered(&self, at: usize) -> bool {
        self.0[at + 1..].iter().any(|(_, says)| matches!(says, Says::Total(_)))
    }

    /// A message says something, for the first time or in place of what it said.
    fn says(&mut self, message: i64, says: Says) {
        let at = self.0.iter().position(|(one, _)| *one == message);
        let end = at.unwrap_or(self.0.len());
        match (says, at) {
            // What a later total covers is not touched; what it says no more is gone all the same.
            (Says::Nothing, Some(at)) => drop(self.0.remove(at)),
            (Says::Nothing, None) => {}
            (_, Some(at)) if self.covered(at) => {}
            (Says::Added(_), _) if self.sum(end).is_none() => {}
            (_, Some(at)) => self.0[at].1 = says,
            (_, None) => self.0.push((message, says)),
        }
    }

    fn takes_back(&mut self, message: i64) {
        if let Some(at) = self.0.iter().position(|(one, _)| *one == message)
            && !self.covered(at)
        {
            self.0.remove(at);
        }
    }
}

/// The county's desk with no checks, so that every figure is taken as it is said.
static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let mut plan = crate::plan::load::lanxi();
    (plan.checks.fall, plan.checks.over_cap) = (false, false);
    plan.checks.jump_times = u32::MAX;
    Desk::new(Arc::new(plan), "bot".into())
});

struct Scene {
    snapshot: Snapshot,
    update: i64,
    /// The 撤回 under each message's latest read-back.
    undo: HashMap<i64, String>,
}

const LIAISON: UserId = UserId(7);

impl Scene {
    fn new() -> Self {
        let now = moment().now;
        let account = Account {
            user: LIAISON,
            name: "王芳".into(),
            role: Role::Liaison,
            unit: DESK.plan.unit_named("兰江街道"),
            language: Language::default(),
            bound_at: now,
            blocked_at: None,
        };
        let mut snapshot = Snapshot::default();
        snapshot.accounts.insert(LIAISON, account);
        Self { snapshot, update: 0, undo: HashMap::new() }
    }

    fn happens(&mut self, message: i64, event: Event) {
        self.update += 1;
        let incoming = Incoming { update: self.update, event };
        let effects = DESK.decide(&self.snapshot, &incoming, &moment());
        self.snapshot.apply(&effects);
        for row in effects.outbox {
            let What::Send { buttons, .. } = row.what else { continue };
            let undo =
                buttons.into_iter().flatten().find(|button| button.data.starts_with("undo:"));
            if let Some(undo) = undo {
                self.undo.insert(message, undo.data);
            }
        }
    }

    fn said(message: i64, text: String) -> Said {
        let person = Person { user: LIAISON, name: "王芳".into() };
        let place = Place { chat: ChatId(7), group: None };
        let message = MessageId(message);
        Said { person, place, message, text, reply_to: None, addressed: true }
    }

    fn takes_back(&mut self, message: i64) -> bool {
        let Some(data) = self.undo.get(&message).cloned() else { return false };
        let said = Self::said(9000, String::new());
        let (person, place) = (said.person, said.place);
        let pressed =
            Pressed { person, place, message: MessageId(9000), callback: "c".into(), data };
        self.happens(message, Event::Pressed(pressed));
        true
    }

    fn now(&self) -> Option<i64> {
        let plan = &DESK.plan;
        let (unit, id) = (plan.unit_named("兰江街道")?, plan.indicator_named("个转企")?);
        self.snapshot.total(unit, id).map(|total| total.0)
    }
}

fn moment() -> Now {
    Now { now: "2019-06-17T01:00:00Z".parse().unwrap(), fresh_code: String::new }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_in_force_is_what_stands(
        deeds in proptest::collection::vec((0..6_u8, any::<bool>(), any::<prop::sample::Index>()), 1..30),
    ) {
        let (mut scene, mut books) = (Scene::new(), Books::default());
        let mut messages: Vec<i64> = Vec::new();
        for (at, (deed, total, which)) in (1..).zip(deeds) {
            // No two values are alike, so that nothing is asked for being a repeat.
            let says = if total { Says::Total(100 + at) } else { Says::Added(at) };
            let old = (!messages.is_empty()).then(|| *which.get(&messages));
            match (deed, old) {
                (3, Some(message)) => {
                    scene.happens(message, Event::Edited(Scene::said(message, says.text())));
                    books.says(message, says);
                }
                (4, Some(message)) => {
                    scene.happens(message, Event::Edited(Scene::said(message, "好的".into())));
                    books.says(message, Says::Nothing);
                }
                (5, Some(message)) => {
                    if scene.takes_back(message) {
                        books.takes_back(message);
                    }
                }
                _ => {
                    messages.push(at);
                    scene.happens(at, Event::Said(Scene::said(at, says.text())));
                    books.says(at, says);
                }
            }
            prop_assert_eq!(scene.now(), books.sum(books.0.len()), "after {} {:?}", deed, says);
        }
    }
}
