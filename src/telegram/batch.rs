//! One batch, one transaction: each update is given to its plan, decided, and all of it is saved.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;

use chrono::{DateTime, Utc};

use super::intake::{Intake, fresh_code};
use super::reading::Fetched;
use crate::conversation::flood::Crowd;
use crate::conversation::plans::{Chosen, Kept, Known, Seeking, mark};
use crate::conversation::{Audit, Effects, Event, Incoming, Moment, Needs, PlanNo, Snapshot};
use crate::store::{SetAside, StoreError, Work};

/// What one plan has of a batch.
#[derive(Default)]
struct Part {
    /// What it knows; nothing, if nothing of the batch can be its own.
    snapshot: Option<Snapshot>,
    effects: Effects,
    seen: Vec<i64>,
    set_aside: Vec<SetAside>,
}

/// A batch being decided.
struct Batch {
    now: DateTime<Utc>,
    known: Known,
    parts: Vec<Part>,
    chosen: Vec<Chosen>,
    /// What was counted counts only once it is committed: a batch is tried again as it came.
    crowd: Crowd,
}

impl Intake {
    /// One batch, one transaction.
    pub(super) async fn commit(&self, batch: &[Fetched]) -> Result<(), StoreError> {
        let plans = self.desks.plans();
        let numbers: Vec<i64> = batch.iter().map(|one| one.incoming.update).collect();
        let mut work = self.store.begin().await?;
        let mut unseen = work.unseen(&plans, &numbers).await?;
        let fresh: Vec<&Fetched> =
            batch.iter().filter(|one| unseen.remove(&one.incoming.update)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let mut batch = self.open(&mut work, &fresh, false).await?;
        // Whoever is bound or unbound in the middle of it may need a plan that was not expected.
        if !fresh.iter().all(|one| self.decide(&mut batch, one)) {
            batch = self.open(&mut work, &fresh, true).await?;
            for one in &fresh {
                if !self.decide(&mut batch, one) {
                    self.fail(&mut batch, PlanNo(0), one, "its plan was not loaded");
                }
            }
        }
        let Batch { now, known, parts, chosen, crowd } = batch;
        for chosen in &chosen {
            work.keep_chosen(&plans, chosen, now).await?;
        }
        let mut decided = Vec::new();
        for ((no, desk), mut part) in self.desks.all().zip(parts) {
            if part.seen.is_empty() && part.effects == Effects::default() {
                continue;
            }
            mark(&desk.plan, &mut part.effects, &known.shared);
            work.save(&desk.plan, &part.effects, &part.seen, &part.set_aside, now).await?;
            decided.extend((!part.effects.drafts.is_empty()).then_some(no));
        }
        work.commit().await?;
        for no in decided {
            self.drafts[no.0].notify_one();
        }
        *self.crowd.lock().unwrap_or_else(PoisonError::into_inner) = crowd;
        Ok(())
    }

    /// Loads what a batch may touch, of each plan that something in it may be for, or of all.
    async fn open(
        &self,
        work: &mut Work,
        fresh: &[&Fetched],
        all: bool,
    ) -> Result<Batch, StoreError> {
        let now = self.clock.now();
        let plans = self.desks.plans();
        let events: Vec<&Incoming> = fresh.iter().map(|one| &one.incoming).collect();
        let mut known = Known::default();
        if self.desks.are_several() {
            let seeking = Seeking::of(events.iter().copied());
            known = work.known(&plans, &seeking, now).await?;
        }
        let waiting: Vec<Incoming> = known.waiting.values().flatten().map(said).collect();
        let mut parts: Vec<Part> = Vec::new();
        let may = known.may_decide(&events);
        for (no, desk) in self.desks.all() {
            let mine = events.iter().zip(&may).filter(|(_, plans)| all || plans.contains(&no));
            let mut mine: Vec<Incoming> = mine.map(|(event, _)| (*event).clone()).collect();
            let mut part = Part::default();
            if !mine.is_empty() {
                mine.extend(waiting.iter().cloned());
                part.snapshot = Some(work.snapshot(&desk.plan, &Needs::of(&mine)).await?);
            }
            parts.push(part);
        }
        let crowd = self.crowd.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Batch { now, known, parts, chosen: Vec::new(), crowd })
    }

    /// Decides one update, in every plan it is for; false if one of these is not at hand.
    fn decide(&self, batch: &mut Batch, one: &Fetched) -> bool {
        let routed = self.desks.route(&batch.known, &one.incoming, batch.now);
        let first = routed.decide.first().map(|(no, _)| *no);
        let home = first.or(routed.said.as_ref().map(|(no, _)| *no)).unwrap_or(PlanNo(0));
        batch.parts[home.0].seen.push(one.incoming.update);
        if let Some(raw) = &one.raw {
            tracing::warn!(update = one.incoming.update, "an update could not be read; set aside");
            let (reason, raw) = ("unreadable".to_owned(), raw.clone());
            let set_aside = &mut batch.parts[home.0].set_aside;
            set_aside.push(SetAside { update: one.incoming.update, at: batch.now, reason, raw });
        }
        let desk = self.desks.of(home);
        let Part { snapshot: Some(snapshot), .. } = &batch.parts[home.0] else {
            return false;
        };
        if let Some(warned) = desk.flooded(&mut batch.crowd, snapshot, &one.incoming, batch.now) {
            batch.parts[home.0].effects.append(warned);
            return true;
        }
        if let Some((no, said)) = routed.said {
            batch.parts[no.0].effects.append(said);
        }
        if let Some(chosen) = routed.chosen {
            batch.known.choose(&chosen);
            batch.chosen.push(chosen);
        }
        let mut at_hand = true;
        for (no, incoming) in routed.decide {
            let desk = self.desks.of(no);
            let part = &mut batch.parts[no.0];
            let Some(snapshot) = &mut part.snapshot else {
                at_hand = false;
                continue;
            };
            let moment = Moment { now: batch.now, fresh_code };
            let decide = || desk.decide(snapshot, &incoming, &moment);
            if let Ok(decided) = catch_unwind(AssertUnwindSafe(decide)) {
                snapshot.apply(&decided);
                batch.known.apply(no, &decided);
                part.effects.append(decided);
            } else {
                self.fail(batch, no, one, "decision failed");
            }
        }
        at_hand
    }

    /// Sets an update aside that could not be decided; the rest of its batch goes on.
    fn fail(&self, batch: &mut Batch, no: PlanNo, one: &Fetched, reason: &str) {
        let update = one.incoming.update;
        tracing::error!(update, reason, "an update could not be decided; set aside");
        let part = &mut batch.parts[no.0];
        part.effects.append(self.excuse(&one.incoming));
        part.set_aside.push(aside(one, reason, batch.now));
    }

    pub(super) async fn set_aside(&self, one: &Fetched, reason: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        let effects = self.excuse(&one.incoming);
        let aside = [aside(one, reason, now)];
        let plan = &self.desks.first().plan;
        work.save(plan, &effects, &[one.incoming.update], &aside, now).await?;
        work.commit().await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// An apology to the person, and an audit row for the office.
    fn excuse(&self, incoming: &Incoming) -> Effects {
        Effects {
            outbox: self.desks.first().apology(incoming).into_iter().collect(),
            audit: vec![Audit {
                at: self.clock.now(),
                actor: None,
                act: "set-aside",
                subject: incoming.update.to_string(),
                detail: serde_json::json!({}),
            }],
            ..Effects::default()
        }
    }
}

/// A message that waits, as it was said.
fn said(kept: &Kept) -> Incoming {
    Incoming { update: kept.update, event: kept.event(&HashMap::new()) }
}

fn aside(one: &Fetched, reason: &str, at: DateTime<Utc>) -> SetAside {
    let raw = one.raw.clone().unwrap_or_else(|| match &one.incoming.event {
        Event::Said(said) | Event::Edited(said) => said.text.clone(),
        other => format!("{other:?}"),
    });
    SetAside { update: one.incoming.update, at, reason: reason.to_owned(), raw }
}
