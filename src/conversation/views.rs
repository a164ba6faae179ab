//! What people look at: `/missing`, `/help`, `/why_reminded`, and the menu of commands.

use super::Turn;
use super::event::Said;
use super::permissions::{Act, lead_may, leads, may};
use super::report::outside;
use super::snapshot::{Account, Role, Snapshot};
use crate::plan::{Period, Plan, UnitId};
use crate::texts::contexts::{self, MissingUnit, Moment, PeriodWords};
use crate::texts::{Label, Language};

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
        let own = missing.iter().any(|no| plan.level_of(plan.holder(id, *no), *no).is_none());
        units.push(MissingUnit {
            unit: unit.name.clone(),
            count: missing.len(),
            nothing: has_nothing(plan, snapshot, id, (period, missing.len())),
            // Nobody need be there to report what is rolled up.
            liaisons: if own { reachable } else { reachable.max(1) },
            below: snapshot.lacking_below(id, period),
        });
    }
    (units, of)
}

/// Whether nothing at all has come from a unit that lacks so much; of what is rolled up, also from nobody below.
pub(crate) fn has_nothing(
    plan: &Plan,
    snapshot: &Snapshot,
    unit: UnitId,
    (period, missing): (Period, usize),
) -> bool {
    let mut below = snapshot.rolled.iter().filter(|((of, _), _)| *of == unit);
    missing == plan.expected(unit).len() && !below.any(|(_, rolled)| rolled.has_begun(period))
}

/// The commands that work in groups.
pub const IN_GROUPS: &[&str] = &["rank", "bulletin", "missing", "bind", "help"];

/// Commands a role has, one that leads (牵头) an indicator too, with what they do, in the order of the menu.
#[must_use]
pub fn commands(role: Role, leads: bool, language: Language) -> Vec<(&'static str, &'static str)> {
    let menu = [
        ("report", Label::CommandReport, Act::Report),
        ("my", Label::CommandMy, Act::SeeOwnUnit),
        ("template", Label::CommandTemplate, Act::Report),
        ("rank", Label::CommandRank, Act::SeeMissing),
        ("why", Label::CommandWhy, Act::SeeMissing),
        ("unit", Label::CommandUnit, Act::SeeRanking),
        ("trend", Label::CommandTrend, Act::SeeMissing),
        ("bulletin", Label::CommandBulletin, Act::SeeRanking),
        ("assess", Label::CommandAssess, Act::SeeMissing),
        ("correct", Label::CommandCorrect, Act::IssueBulletin),
        ("missing", Label::CommandMissing, Act::SeeMissing),
        ("review", Label::CommandReview, Act::Review),
        ("flag", Label::CommandFlag, Act::Review),
        ("target", Label::CommandTarget, Act::SetTargets),
        ("audit", Label::CommandAudit, Act::SeeHistory),
        ("invite", Label::CommandInvite, Act::Invite),
        ("who", Label::CommandWho, Act::ManageAccounts),
        ("bind", Label::CommandBind, Act::BindGroup),
        ("deadline", Label::CommandDeadline, Act::SetDeadlines),
        ("extend", Label::CommandExtend, Act::SetDeadlines),
        ("lock", Label::CommandLock, Act::SetDeadlines),
        ("unlock", Label::CommandUnlock, Act::SetDeadlines),
        ("task", Label::CommandTask, Act::GiveTasks),
        ("tasks", Label::CommandTasks, Act::GiveTasks),
        ("tasks", Label::CommandTasks, Act::AnswerTasks),
        ("notice", Label::CommandNotice, Act::SendNotices),
        ("materials", Label::CommandMaterials, Act::HandleMaterials),
        ("materials", Label::CommandMaterials, Act::SendMaterials),
        ("substitute", Label::CommandSubstitute, Act::NameSubstitute),
        ("why_reminded", Label::CommandWhyReminded, Act::AskWhyReminded),
    ];
    let own = menu.into_iter().filter(|(_, _, act)| may(role, *act) || leads && lead_may(*act));
    let own = own.map(|(command, label, _)| (command, label.text(language)));
    let all = [("help", Label::CommandHelp), ("language", Label::CommandLanguage)];
    own.chain(all.map(|(command, label)| (command, label.text(language)))).collect()
}

/// The menu of an account; of a bot with several plans, with the command that chooses one.
#[must_use]
pub fn menu(plan: &Plan, account: &Account, several: bool) -> Vec<(&'static str, &'static str)> {
    let mut menu = commands(account.role, leads(plan, account), account.language);
    let choose = ("plan", Label::CommandPlan.text(account.language));
    menu.extend(several.then_some(choose));
    menu
}

/// `/help`, by role.
pub(super) fn help(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let in_group = said.place.group.is_some();
    let mut commands = menu(plan, account, turn.desk.several);
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
        period: turn.period_words(account),
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
