//! Every working day: what waits at the office's desk. Escalation (逐级提醒), tasks and materials that are
//! due or overdue, notices nobody has read, substitutes whose time is over. Each step once, whatever is
//! restarted or made up.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Made, Run};
use crate::conversation::journal::{SubstituteDeed, done_once, substitutions};
use crate::conversation::materials::state::{Item, of_all};
use crate::conversation::notices::{notices, standing};
use crate::conversation::snapshot::{JobTrace, Outcome};
use crate::conversation::tasks::state::tasks;
use crate::conversation::views::has_nothing;
use crate::conversation::{
    About, Account, ChatId, Deed, Entry, GroupKind, Outgoing, Priority, Role, What, quiet,
};
use crate::plan::{Escalate, IndicatorId, JobKind, Period, UnitId};
use crate::texts::contexts::{
    EscalationText, EscalationUnit, MaterialText, Moment, Named, PeriodWords, SubstituteText,
    TaskDue, TermWords,
};
use crate::texts::{self, Language, Text};

/// How long a notice may stay unread before the office is told.
const UNREAD: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// Does what is due at the desk; whoever is told several things gets one message.
pub fn make(run: &Run<'_>) -> Made {
    let mut made = Made::default();
    escalate(run, &mut made);
    task_reminders(run, &mut made);
    material_reminders(run, &mut made);
    unread_notices(run, &mut made);
    ended_substitutes(run, &mut made);
    let all = std::mem::take(&mut made.effects.outbox);
    let (persons, groups): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| row.chat.0 > 0);
    made.effects.outbox = quiet::merge(run.snapshot, persons);
    made.effects.outbox.extend(groups);
    made
}

/// Whether a step is to be done now; it is then noted as done.
fn once(run: &Run<'_>, made: &mut Made, key: String) -> bool {
    if done_once(&run.snapshot.journal, &key) || done_once(&made.effects.journal, &key) {
        return false;
    }
    enter(run, made, Deed::Once(key));
    true
}

fn enter(run: &Run<'_>, made: &mut Made, deed: Deed) {
    made.effects.journal.push(Entry { at: run.now, by: None, deed });
}

fn tell<T: Text>(made: &mut Made, to: &Account, key: &str, text: &T, about: Option<About>) {
    if to.blocked_at.is_none() {
        send(made, to.user.into(), key, &texts::render(to.language, text), about);
    }
}

fn send(made: &mut Made, chat: ChatId, key: &str, html: &str, about: Option<About>) {
    for (at, html) in texts::split(html).into_iter().enumerate() {
        made.effects.outbox.push(Outgoing {
            key: format!("desk:{key}:{}:{at}", chat.0),
            chat,
            what: What::Send { html, buttons: Vec::new(), reply_to: None },
            priority: Priority::Broadcast,
            about,
        });
    }
}

fn tell_office<T: Text>(run: &Run<'_>, made: &mut Made, key: &str, text: &T) {
    for account in run.snapshot.with_role(Role::Office) {
        tell(made, account, key, text, None);
    }
}

/// The local day of an instant, so many working days on.
fn worked_days_on(run: &Run<'_>, at: DateTime<Utc>, days: i32) -> NaiveDate {
    run.plan.calendar.add_working_days(run.plan.local_day(at), days)
}

/// Units that stay overdue: told to more and more people, by the plan's steps.
fn escalate(run: &Run<'_>, made: &mut Made) {
    let plan = run.plan;
    let today = plan.local_day(run.now);
    let Some(period) = plan.last_closed(run.now).filter(|one| !plan.orders.is_locked(*one)) else {
        return;
    };
    // Nobody is told of a unit that was never reminded: before the bot's first week there was nobody
    // to remind it.
    let reminds = plan.jobs.iter().any(|job| job.kind == JobKind::Overdue);
    let reminded = |trace: &JobTrace| (trace.kind, trace.period) == (JobKind::Overdue, period);
    if reminds && !run.snapshot.job_traces.iter().any(reminded) {
        return;
    }
    let words = PeriodWords::of(plan, period);
    let mut leadership: Vec<EscalationUnit> = Vec::new();
    let mut office: Vec<EscalationUnit> = Vec::new();
    for (id, unit) in plan.units() {
        let (missing, Some(deadline)) = overdue(run, id, period) else { continue };
        // What a plan below lacks is reported there.
        let typed = missing.iter().any(|no| plan.level_of(plan.holder(id, *no), *no).is_none());
        for (at, step) in plan.escalation.iter().enumerate() {
            let days = i32::try_from(step.after).unwrap_or(i32::MAX);
            let key = format!("escalate:{period}:{}:{at}", unit.code);
            if worked_days_on(run, deadline, days) > today || !once(run, made, key.clone()) {
                continue;
            }
            let to: Vec<&Account> = match step.to {
                Escalate::Liaisons => run.snapshot.liaisons(id),
                Escalate::Head => run.snapshot.heads(id),
                Escalate::Leadership => Vec::new(),
            };
            let reached: Vec<&Account> =
                to.into_iter().filter(|one| one.blocked_at.is_none()).collect();
            let row = EscalationUnit {
                unit: unit.name.clone(),
                missing: missing.len(),
                nothing: has_nothing(plan, run.snapshot, id, (period, missing.len())),
                days: step.after,
                to: word(step.to),
                reached: reached.len(),
            };
            let text = EscalationText::Unit {
                row: row.clone(),
                period: PeriodWords::due_at(plan, period, deadline),
                missing: Named::all(plan, &missing),
                below: if typed { 0 } else { run.snapshot.lacking_below(id, period) },
                office: plan.titles.office.clone(),
            };
            for account in &reached {
                tell(made, account, &key, &text, None);
            }
            if step.to == Escalate::Leadership {
                leadership.push(row);
            } else {
                office.push(row);
            }
            let outcome = Outcome::Escalated { to: step.to, missing: missing.len() };
            made.outcomes.push((id, outcome));
            // One step a day, also where days were missed.
            break;
        }
    }
    let day = today.format("%Y%m%d");
    if !leadership.is_empty() {
        let text = EscalationText::Leadership { period: words.clone(), units: leadership };
        let html = texts::render(Language::default(), &text);
        let groups = run.snapshot.groups_of(GroupKind::Leadership);
        for group in &groups {
            send(made, group.chat, &format!("leadership:{period}:{day}"), &html, None);
        }
        if groups.is_empty() {
            tell_office(run, made, &format!("leadership:{period}:{day}"), &text);
        }
    }
    if !office.is_empty() {
        let named = |to: &str, reached: bool| -> Vec<String> {
            let of = office.iter().filter(|row| row.to == to && (row.reached > 0) == reached);
            of.map(|row| row.unit.clone()).collect()
        };
        let text = EscalationText::Office {
            period: words,
            liaisons: named("liaisons", true),
            heads: named("head", true),
            no_liaisons: named("liaisons", false),
            no_heads: named("head", false),
        };
        tell_office(run, made, &format!("escalated:{period}:{day}"), &text);
    }
}

/// What a unit is overdue with, and since when. What was sent back is not before its own new deadline.
fn overdue(
    run: &Run<'_>,
    unit: UnitId,
    period: Period,
) -> (Vec<IndicatorId>, Option<DateTime<Utc>>) {
    let (plan, book) = (run.plan, &run.snapshot.book);
    let deadline = plan.deadline_of(unit, period);
    let due = |id: IndicatorId| {
        let again = book.again_until((plan.holder(unit, id), id), period);
        again.map_or(deadline, |again| again.max(deadline))
    };
    let mut missing = run.snapshot.missing(plan, unit, period);
    missing.retain(|id| run.now > due(*id));
    let since = missing.iter().map(|id| due(*id)).min();
    (missing, since)
}

fn word(to: Escalate) -> &'static str {
    match to {
        Escalate::Liaisons => "liaisons",
        Escalate::Head => "head",
        Escalate::Leadership => "leadership",
    }
}

/// Tasks due on the next working day, and tasks overdue: to the liaisons once each, and to the office.
fn task_reminders(run: &Run<'_>, made: &mut Made) {
    let plan = run.plan;
    let today = plan.local_day(run.now);
    for task in tasks(plan, &run.snapshot.journal) {
        let late = run.now > task.due;
        let soon = !late && worked_days_on(run, task.due, -1) <= today;
        if !late && !soon {
            continue;
        }
        let (stage, number) = (if late { "late" } else { "soon" }, task.number);
        let mut overdue: Vec<UnitId> = Vec::new();
        for unit in task.parts.iter().map(|part| part.unit).filter(|id| task.is_open_for(*id)) {
            let code = &plan.unit(unit).code;
            let key = format!("task:{number}:{code}:{stage}");
            if !once(run, made, key.clone()) {
                continue;
            }
            let text = TaskDue {
                number,
                text: task.text.clone(),
                due: Moment::of(plan, task.due),
                late,
                units: Vec::new(),
            };
            for liaison in run.snapshot.reminded(plan, unit, run.now) {
                tell(made, liaison, &key, &text, Some(About::Task(number)));
            }
            overdue.push(unit);
        }
        if late && !overdue.is_empty() {
            let text = TaskDue {
                number,
                text: task.text.clone(),
                due: Moment::of(plan, task.due),
                late,
                units: overdue.iter().map(|unit| plan.unit(*unit).name.clone()).collect(),
            };
            tell_office(run, made, &format!("task:{number}:late:{today}"), &text);
        }
    }
}

/// Materials that have not come, on the days the plan says.
fn material_reminders(run: &Run<'_>, made: &mut Made) {
    let plan = run.plan;
    let today = plan.local_day(run.now);
    for material in &plan.materials {
        for term in material.open_terms(plan, run.now) {
            let due = material.due(plan, term);
            for days in
                material.remind.iter().filter(|days| worked_days_on(run, due, **days) == today)
            {
                let mut missing = Vec::new();
                let items = of_all(plan, &run.snapshot.journal, material, term);
                let of = items.len();
                for item in items.into_iter().filter(Item::is_missing) {
                    let unit = plan.unit(item.unit);
                    missing.push(unit.name.clone());
                    let key = format!("material:{}:{term}:{days}:{}", material.name, unit.code);
                    if !once(run, made, key.clone()) {
                        continue;
                    }
                    let text = MaterialText::Due {
                        unit: unit.name.clone(),
                        title: material.title.clone(),
                        term: TermWords::of(term),
                        due: Moment::of(plan, due),
                        late: run.now > due,
                        returned: item.returned.clone(),
                    };
                    for liaison in run.snapshot.reminded(plan, item.unit, run.now) {
                        tell(made, liaison, &key, &text, None);
                    }
                }
                let key = format!("material:{}:{term}:{days}", material.name);
                if *days > 0 && !missing.is_empty() && once(run, made, key.clone()) {
                    let title = material.title.clone();
                    let term = TermWords::of(term);
                    let due = Moment::of(plan, due);
                    let text = MaterialText::Missing { title, term, due, of, units: missing };
                    tell_office(run, made, &key, &text);
                }
            }
        }
    }
}

/// Notices that somebody has not read a day later: told to the office once.
fn unread_notices(run: &Run<'_>, made: &mut Made) {
    for notice in notices(&run.snapshot.journal) {
        let unread = notice.to.iter().any(|user| !notice.read.contains(user));
        let key = format!("notice:{}:unread", notice.number);
        if unread && run.now - notice.at >= UNREAD && once(run, made, key.clone()) {
            tell_office(run, made, &key, &standing(run.plan, run.snapshot, &notice));
        }
    }
}

/// Substitutes whose last day is past: who is back is told, and an account made only for that ends.
fn ended_substitutes(run: &Run<'_>, made: &mut Made) {
    let today = run.plan.local_day(run.now);
    for one in substitutions(&run.snapshot.journal) {
        let key = format!("substitute:{}:{}", one.of.0, one.until);
        if one.until >= today || !once(run, made, key.clone()) {
            continue;
        }
        let account = |user| run.snapshot.accounts.get(&user);
        if let Some(of) = account(one.of).filter(|account| account.role == Role::Liaison) {
            tell(made, of, &key, &SubstituteText::Back {}, None);
        }
        let by = one.by.and_then(account).filter(|account| account.role == Role::Liaison);
        if let Some(by) = by.filter(|_| one.guest) {
            made.effects.accounts.push(Account { role: Role::Former, ..by.clone() });
            tell(made, by, &key, &SubstituteText::Over {}, None);
            let deed = SubstituteDeed::Ended { of: one.of };
            enter(run, made, Deed::Substitute(deed));
        }
    }
}
