//! What people look at: `/my`, `/rank`, `/missing`, `/help`, `/why_reminded`.

use super::Turn;
use super::event::Said;
use super::permissions::{Act, may};
use super::report::outside;
use super::snapshot::{Account, Role, Snapshot};
use crate::plan::{Period, Plan, UnitId};
use crate::progress::{Ranking, Ratio, completion};
use crate::texts::contexts::{self, MissingUnit, Moment, MyLine, Named, PeriodWords, Place};
use crate::texts::{Label, Language};

/// `/my`: the unit's card.
pub(super) fn mine(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let unit = account.unit.filter(|_| may(account.role, Act::SeeOwnUnit));
    let Some(unit) = unit else { return turn.not_allowed(said, "liaison", "/my") };
    let plan = turn.plan;
    let Some(period) = plan.period_at(turn.moment.now) else {
        let text = outside(plan);
        return turn.reply(&said.place, None, &text, &[]);
    };
    let snapshot = turn.snapshot;
    let lines = plan.carried(unit).iter().map(|id| {
        let row = plan.indicator(*id);
        let holder = plan.holder(unit, *id);
        let total = snapshot.total(holder, *id);
        let target = plan.target(unit, *id);
        MyLine {
            named: Named::of(plan, *id),
            total: total.map(|total| row.measure.show(total)),
            target: target.map(|target| row.measure.show(target)),
            completion: total.and_then(|total| completion(total, target)).map(Ratio::percent),
            reported: snapshot.reported(holder, *id, period),
            expected: plan.expected(unit).contains(id),
        }
    });
    let today = plan.local_day(turn.moment.now);
    let ranking = crate::progress::rank(plan, &snapshot.all_figures(plan), today);
    let places = places(plan, &ranking, snapshot, Some(period), &|_| None);
    let name = &plan.unit(unit).name;
    let text = contexts::Mine {
        unit: name.clone(),
        period: PeriodWords::of(plan, period),
        lines: lines.collect(),
        missing: Named::all(plan, &snapshot.missing(plan, unit, period)),
        place: places.into_iter().find(|place| place.unit == *name),
        pace: ranking.pace.percent(),
    };
    turn.reply(&said.place, None, &text, &[]);
}

/// `/rank`: all units for leaders and the office, one's own place for a liaison.
pub(super) fn rank(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let ranking = crate::progress::rank(plan, &turn.snapshot.all_figures(plan), today);
    let period = plan.period_at(turn.moment.now);
    let mut places = places(plan, &ranking, turn.snapshot, period, &|_| None);
    let of = places.len();
    let own = !may(account.role, Act::SeeRanking);
    if own {
        let name = account.unit.map(|unit| &plan.unit(unit).name);
        places.retain(|place| Some(&place.unit) == name);
    }
    let at = Moment::of(plan, turn.moment.now);
    let text = contexts::Rank { at, pace: ranking.pace.percent(), places, own, of };
    turn.reply(&said.place, Some(said.message), &text, &[]);
}

/// Every unit's place, in rank order. `change` gives the ranks gained since the last bulletin.
pub(crate) fn places(
    plan: &Plan,
    ranking: &Ranking,
    snapshot: &Snapshot,
    period: Option<Period>,
    change: &dyn Fn(UnitId) -> Option<i64>,
) -> Vec<Place> {
    let standings = &ranking.standings;
    // In rank order, so whoever shares a rank stands beside.
    let rank = |at: usize| standings.get(at).map(|other| other.rank);
    let tied = |at: usize| rank(at) == rank(at + 1) || at > 0 && rank(at) == rank(at - 1);
    let place = |(at, standing): (usize, &crate::progress::Standing)| Place {
        unit: plan.unit(standing.unit).name.clone(),
        group: plan.groups[standing.group].name.clone(),
        rank: standing.rank,
        group_rank: standing.group_rank,
        score: standing.score.points(),
        light: standing.light.key(),
        change: change(standing.unit).map(|last| last - i64::from(standing.rank)),
        missing: period.map_or(0, |period| snapshot.missing(plan, standing.unit, period).len()),
        tied: tied(at),
    };
    standings.iter().enumerate().map(place).collect()
}

/// `/missing`: who has not reported.
pub(super) fn missing(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let Some(period) = plan.period_at(turn.moment.now) else {
        let text = outside(plan);
        return turn.reply(&said.place, None, &text, &[]);
    };
    let (mut units, of) = missing_units(plan, turn.snapshot, period);
    if account.role == Role::Liaison {
        // A liaison is told names and counts as the groups are, not whose liaisons are gone.
        for unit in &mut units {
            unit.liaisons = unit.liaisons.max(1);
        }
    }
    let passed = turn.moment.now > plan.deadline(period);
    let text = contexts::Missing { period: PeriodWords::of(plan, period), passed, of, units };
    turn.reply(&said.place, Some(said.message), &text, &[]);
}

/// Units with something missing for a period, in the annex's order, and how many report at all.
///
/// Leads that carry a figure together (8, 9) are each asked until one has reported it.
pub(crate) fn missing_units(
    plan: &Plan,
    snapshot: &Snapshot,
    period: Period,
) -> (Vec<MissingUnit>, usize) {
    let reporting = plan.units().filter(|(id, _)| !plan.expected(*id).is_empty());
    let mut of = 0;
    let mut units = Vec::new();
    for (id, unit) in reporting {
        of += 1;
        let missing = snapshot.missing(plan, id, period);
        if missing.is_empty() {
            continue;
        }
        let reachable = snapshot.liaisons(id).iter().filter(|a| a.blocked_at.is_none()).count();
        units.push(MissingUnit {
            unit: unit.name.clone(),
            count: missing.len(),
            nothing: missing.len() == plan.expected(id).len(),
            liaisons: reachable,
        });
    }
    (units, of)
}

/// The commands that work in groups.
pub const IN_GROUPS: &[&str] = &["rank", "bulletin", "missing", "bind", "help"];

/// Commands a role has, with what they do, in the order of the menu.
#[must_use]
pub fn commands(role: Role, language: Language) -> Vec<(&'static str, &'static str)> {
    let menu = [
        ("report", Label::CommandReport, Act::Report),
        ("my", Label::CommandMy, Act::SeeOwnUnit),
        ("template", Label::CommandTemplate, Act::Report),
        ("rank", Label::CommandRank, Act::SeeMissing),
        ("bulletin", Label::CommandBulletin, Act::SeeRanking),
        ("missing", Label::CommandMissing, Act::SeeMissing),
        ("invite", Label::CommandInvite, Act::Invite),
        ("bind", Label::CommandBind, Act::BindGroup),
        ("why_reminded", Label::CommandWhyReminded, Act::AskWhyReminded),
    ];
    let own = menu.into_iter().filter(|(_, _, act)| may(role, *act));
    let own = own.map(|(command, label, _)| (command, label.text(language)));
    let all = [("help", Label::CommandHelp), ("language", Label::CommandLanguage)];
    own.chain(all.map(|(command, label)| (command, label.text(language)))).collect()
}

/// `/help`, by role.
pub(super) fn help(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let in_group = said.place.group.is_some();
    let mut commands = commands(account.role, turn.language);
    if in_group {
        commands.retain(|(command, _)| IN_GROUPS.contains(command));
    }
    let expected = account.unit.map_or(&[][..], |unit| plan.expected(unit));
    let text = contexts::Help {
        role: if in_group { "group" } else { account.role.word() },
        unit: account.unit.map(|unit| plan.unit(unit).name.clone()),
        example: match account.unit {
            Some(unit) => turn.desk.example(unit, expected, turn.snapshot),
            None => on_behalf_example(turn),
        },
        period: plan.period_at(turn.moment.now).map(|period| PeriodWords::of(plan, period)),
        commands: commands.into_iter().map(|(name, what)| (format!("/{name}"), what)).collect(),
    };
    turn.reply(&said.place, Some(said.message), &text, &[]);
}

/// A report as the office would send it for the first unit that reports at all.
fn on_behalf_example(turn: &Turn<'_>) -> String {
    let plan = turn.plan;
    let mut units = plan.units().filter(|(id, _)| !plan.expected(*id).is_empty());
    let Some((id, unit)) = units.next() else { return String::new() };
    let about = plan.expected(id).get(..1).unwrap_or_default();
    format!("{} {}", unit.name, turn.desk.example(id, about, turn.snapshot))
}

/// `/why_reminded 兰江街道`: what the latest jobs did for a unit, and why.
pub(super) fn why_reminded(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str) {
    if !may(account.role, Act::AskWhyReminded) {
        return turn.not_allowed(said, "office", "/why_reminded");
    }
    let plan = turn.plan;
    let Some(unit) = plan.unit_named(name) else {
        return turn.no_such_unit(said, "why_reminded", name);
    };
    let runs = turn.snapshot.job_traces.iter().filter_map(|trace| {
        let outcome = trace.outcomes.iter().find(|(id, _)| *id == unit)?;
        let due = Moment::of(plan, trace.due);
        Some((trace.title.clone(), due, serde_json::to_value(outcome.1).unwrap_or_default()))
    });
    let runs = runs.collect();
    let text = contexts::WhyReminded { unit: plan.unit(unit).name.clone(), runs };
    turn.reply(&said.place, None, &text, &[]);
}
