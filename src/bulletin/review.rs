//! Review (审核): what goes to the lead departments when a period has closed, and what their silence
//! comes to.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Made, Run, queue_as};
use crate::conversation::effects::Audit;
use crate::conversation::review::sheet::{Span, list};
use crate::conversation::review::{Review, Verdict};
use crate::conversation::snapshot::Account;
use crate::conversation::{Role, What, permissions};
use crate::plan::{Carried, IndicatorId};

/// Shows each lead department what there is to review of its indicators, in one message. What nobody of
/// them can review, the office is asked for.
pub fn digest(run: &Run<'_>) -> Made {
    let (plan, snapshot) = (run.plan, run.snapshot);
    let mut made = Made::default();
    let mut reached: BTreeSet<IndicatorId> = BTreeSet::new();
    for (unit, _) in plan.units() {
        for liaison in snapshot.liaisons(unit) {
            if liaison.blocked_at.is_some() || !permissions::leads(plan, liaison) {
                continue;
            }
            let leads = |(id, _): &(IndicatorId, _)| permissions::reviews(plan, liaison, *id);
            // Nobody reviews what only their own department carries.
            let alone = |row: &crate::plan::Indicator| {
                row.carried == Carried::ByLeads && row.leads.len() == 1
            };
            let theirs = plan.indicators().filter(leads).filter(|(_, row)| !alone(row));
            reached.extend(theirs.map(|(id, _)| id));
            send(run, &mut made, (liaison, false), &|_| true);
        }
    }
    for account in snapshot.with_role(Role::Office) {
        if account.blocked_at.is_none() {
            send(run, &mut made, (account, true), &|id| !reached.contains(&id));
        }
    }
    made
}

fn send(
    run: &Run<'_>,
    made: &mut Made,
    (account, instead): (&Account, bool),
    only: &dyn Fn(IndicatorId) -> bool,
) {
    let about = (account, Span { period: run.period, closed: true });
    let (html, buttons, open) = list(run.plan, run.snapshot, about, (only, instead));
    if open > 0 {
        let key = format!("review:{}:{}", run.job.name, run.due.format("%Y%m%dT%H%M%SZ"));
        let what = What::Send { html, buttons, reply_to: None };
        queue_as(made, (&key, account.user.into()), &[what]);
    }
}

/// Takes for accepted what no reviewer has said a word about for so long.
pub fn silence(run: &Run<'_>) -> Made {
    let (plan, snapshot) = (run.plan, run.snapshot);
    let mut made = Made::default();
    let Some(days) = plan.review.silence else { return made };
    let today = plan.local_day(run.now);
    let mut cells: Vec<_> = snapshot.figures.iter().collect();
    cells.sort_by_key(|(cell, _)| **cell);
    for (cell, current) in cells {
        let book = &snapshot.book;
        let (Some(figure), Some(row)) = (current.in_force, book.latest.get(cell)) else { continue };
        let sent = plan.local_day(row.at);
        let open = !book.is_accepted(*cell, current.latest)
            && book.sent_back(*cell, Some(*current)).is_none();
        if !open || figure.period > run.period || plan.calendar.add_working_days(sent, days) > today
        {
            continue;
        }
        made.effects.reviews.push(Review {
            unit: cell.0,
            indicator: cell.1,
            period: figure.period,
            revision: current.latest,
            through: current.latest,
            total: figure.total,
            verdict: Verdict::Accepted,
            reason: String::new(),
            deadline: None,
            lead: None,
            by: None,
            at: run.now,
        });
    }
    if !made.effects.reviews.is_empty() {
        made.effects.audit.push(Audit {
            at: run.now,
            actor: None,
            act: "review-silence",
            subject: run.period.to_string(),
            detail: json!({ "figures": made.effects.reviews.len() }),
        });
    }
    made
}
