//! What material is due from whom, and what has come: read off the journal.

use chrono::{DateTime, Utc};

use crate::conversation::effects::FileOut;
use crate::conversation::event::UserId;
use crate::conversation::journal::{Deed, Entry, MaterialDeed};
use crate::plan::{Material, Plan, Term, UnitId};

/// One material of one term from one unit.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// Which material.
    pub material: &'a Material,
    /// For which term.
    pub term: Term,
    /// From which unit.
    pub unit: UnitId,
    /// What has come, if it stands.
    pub sent: Option<Sent>,
    /// Why the last one was returned, if it was.
    pub returned: Option<String>,
}

/// A material that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The file.
    pub file: FileOut,
    /// When.
    pub at: DateTime<Utc>,
    /// Who sent it.
    pub by: Option<UserId>,
}

impl Item<'_> {
    /// Whether it has still to come.
    pub fn is_missing(&self) -> bool {
        self.sent.is_none()
    }
}

/// One item as it stands.
pub fn item<'a>(
    plan: &'a Plan,
    journal: &[Entry],
    (material, term, unit): (&'a Material, Term, UnitId),
) -> Item<'a> {
    let mut item = Item { material, term, unit, sent: None, returned: None };
    let code = &plan.unit(unit).code;
    for entry in journal {
        let Deed::Material(deed) = &entry.deed else { continue };
        match deed {
            MaterialDeed::Sent { material: name, term: of, unit, file }
                if (name, of, unit) == (&material.name, &term, code) =>
            {
                item.sent = Some(Sent { file: file.clone(), at: entry.at, by: entry.by });
                item.returned = None;
            }
            MaterialDeed::Returned { material: name, term: of, unit, reason }
                if (name, of, unit) == (&material.name, &term, code) =>
            {
                item.sent = None;
                item.returned = Some(reason.clone());
            }
            _ => {}
        }
    }
    item
}

/// What is being collected from a unit now.
pub fn items<'a>(
    plan: &'a Plan,
    journal: &[Entry],
    unit: UnitId,
    now: DateTime<Utc>,
) -> Vec<Item<'a>> {
    let due = plan.materials.iter().filter(|material| material.is_due_from(plan, unit));
    let terms =
        due.flat_map(|one| one.open_terms(plan, now).into_iter().map(move |term| (one, term)));
    terms.map(|(material, term)| item(plan, journal, (material, term, unit))).collect()
}

/// One material of one term from everybody it is due from.
pub fn of_all<'a>(
    plan: &'a Plan,
    journal: &[Entry],
    material: &'a Material,
    term: Term,
) -> Vec<Item<'a>> {
    let units = plan.units().map(|(id, _)| id).filter(|id| material.is_due_from(plan, *id));
    units.map(|unit| item(plan, journal, (material, term, unit))).collect()
}
