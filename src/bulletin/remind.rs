//! Reminders (催报), and the late list (未报) for the groups.
//!
//! One message a liaison with all that is missing or in question; nothing to those who are done; a unit that
//! cannot be reached is told to the office, not passed over.

use chrono::{DateTime, Utc};

use super::besides::Late;
use super::{Made, Run};
use crate::conversation::snapshot::Outcome;
use crate::conversation::{ChatId, Pending};
use crate::plan::{IndicatorId, JobKind, Period, Plan, UnitId};
use crate::texts::Language;
use crate::texts::contexts::{self, MissingUnit, Moment, Named, PeriodWords};

/// Carries out a reminder job, before the deadline or after it.
pub fn make(run: &Run<'_>) -> Made {
    let plan = run.plan;
    let mut made = Made::default();
    let (mut unbound, mut blocked) = (Vec::new(), Vec::new());
    let at = Moment::of(plan, run.now);
    let period = PeriodWords::of(plan, run.period);
    for (id, unit) in plan.units() {
        let expected = plan.expected(id);
        if expected.is_empty() {
            continue;
        }
        let mut missing = run.snapshot.missing(plan, id, run.period);
        let back = overdue_not_yet(run, id, &mut missing);
        let open = run.snapshot.open_questions(id, run.period);
        if back > 0 && missing.is_empty() && open.is_empty() {
            made.outcomes.push((id, Outcome::Extended { missing: back }));
            continue;
        }
        if missing.is_empty() && open.is_empty() {
            made.outcomes.push((id, Outcome::Done));
            continue;
        }
        // A unit that was given longer is not overdue yet.
        let stage = stage(run, id);
        if run.job.kind == JobKind::Overdue && stage == "early" {
            made.outcomes.push((id, Outcome::Extended { missing: missing.len() }));
            continue;
        }
        let liaisons = run.snapshot.reminded(plan, id, run.now);
        let reachable: Vec<_> = liaisons.iter().filter(|a| a.blocked_at.is_none()).collect();
        if reachable.is_empty() && missing.is_empty() {
            made.outcomes.push((id, Outcome::Done));
            continue;
        }
        let (rolled, own): (Vec<_>, Vec<_>) = missing
            .iter()
            .copied()
            .partition(|no| plan.level_of(plan.holder(id, *no), *no).is_some());
        if reachable.is_empty() && own.is_empty() {
            // The plan below reminds its own units.
            made.outcomes.push((id, Outcome::Below { missing: missing.len() }));
            continue;
        }
        if reachable.is_empty() {
            let count = missing.len();
            let (list, outcome) = if liaisons.is_empty() {
                (&mut unbound, Outcome::Unbound { missing: count })
            } else {
                (&mut blocked, Outcome::Blocked { missing: count })
            };
            list.push(unit.name.clone());
            made.outcomes.push((id, outcome));
            continue;
        }
        for liaison in &reachable {
            // The buttons are where the question was asked: with whoever was asked in private.
            let here = |one: &&&Pending| one.key.report.chat == ChatId::from(liaison.user);
            let said = |one: &&Pending| one.asked.said.clone();
            let text = contexts::Reminder {
                stage,
                unit: unit.name.clone(),
                at: at.clone(),
                period: PeriodWords::due_from(plan, id, run.period),
                missing: Named::all(plan, &missing),
                of: expected.len(),
                questions: open.iter().filter(here).map(said).collect(),
                elsewhere: open.iter().filter(|one| !here(one)).map(said).collect(),
                example: run.desk.example(id, &own, run.snapshot),
                rolled: Named::all(plan, &rolled),
                below: run.snapshot.lacking_below(id, run.period),
            };
            let what = format!("reminder:{}", unit.code);
            run.queue(&mut made, (&what, liaison.user.into(), liaison.language), &text);
        }
        let liaisons = reachable.len();
        let outcome = match missing.len() {
            0 => Outcome::Asked { questions: open.len(), liaisons },
            missing => Outcome::Sent { missing, liaisons },
        };
        made.outcomes.push((id, outcome));
    }
    if !unbound.is_empty() || !blocked.is_empty() {
        let text = contexts::Unreachable { period, at, unbound, blocked };
        for (chat, language) in run.office() {
            run.queue(&mut made, ("unreachable", chat, language), &text);
        }
    }
    if run.job.kind == JobKind::Overdue {
        late_list(run, &mut made);
    }
    made
}

/// Names the late units in the groups; says so too when nobody is late. Without a group it goes
/// to the office.
fn late_list(run: &Run<'_>, made: &mut Made) {
    let plan = run.plan;
    let Late { missing: mut units, mut returned, of } =
        run.besides.late(plan, run.snapshot, run.period);
    let mut longer = given_longer(plan, run.period, run.now);
    let named = |rows: &[MissingUnit], unit: &String| rows.iter().any(|one| one.unit == *unit);
    longer.retain(|(unit, _)| named(&units, unit) || named(&returned, unit));
    let in_time = |one: &MissingUnit| !longer.iter().any(|(unit, _)| *unit == one.unit);
    units.retain(in_time);
    returned.retain(in_time);
    let period = PeriodWords::of(plan, run.period);
    let complete = |id| run.snapshot.missing(plan, id, run.period).is_empty();
    let late = run.snapshot.late_units(plan, run.period);
    let late = plan.units().filter(|(id, _)| late.contains(id) && complete(*id));
    let late = late.map(|(_, unit)| unit.name.clone()).collect();
    let at = Moment::of(plan, run.now);
    let text = contexts::OverdueNotice { late, returned, period, at, of, units, longer };
    let groups = run.groups();
    for group in &groups {
        run.queue(made, ("late-list", group.chat, Language::default()), &text);
    }
    if groups.is_empty() {
        for (chat, language) in run.office() {
            run.queue(made, ("late-list", chat, language), &text);
        }
    }
}

/// The units whose own deadline is still to come, and when that is.
pub(super) fn given_longer(
    plan: &Plan,
    period: Period,
    now: DateTime<Utc>,
) -> Vec<(String, Moment)> {
    let longer = plan.units().filter_map(|(id, unit)| {
        let until = plan.orders.extension(period, id).filter(|until| *until >= now)?;
        Some((unit.name.clone(), Moment::of(plan, until)))
    });
    longer.collect()
}

/// Leaves out what was sent back and may still come in time, once the deadline is past: whoever is to
/// report it again was told until when. Gives how much that is.
fn overdue_not_yet(run: &Run<'_>, unit: UnitId, missing: &mut Vec<IndicatorId>) -> usize {
    let (plan, book, all) = (run.plan, &run.snapshot.book, missing.len());
    if run.job.kind == JobKind::Overdue {
        missing.retain(|id| !book.excused((plan.holder(unit, *id), *id), run.period, run.now));
    }
    all - missing.len()
}

fn stage(run: &Run<'_>, unit: UnitId) -> &'static str {
    let plan = run.plan;
    let deadline = plan.deadline_of(unit, run.period);
    if run.now > deadline {
        "overdue"
    } else if plan.local_day(run.now) == plan.local_day(deadline) {
        "day"
    } else {
        "early"
    }
}
