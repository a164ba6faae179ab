//! The weekly bulletin (通报): county totals, ranking with movement, who is late, what is next.
//!
//! It carries the period's number (第25期), is kept with the numbers it was made of, and the next one
//! compares with those, not with figures that have changed since.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::attachments::{Material, attachments};
use super::changes::changes;
use super::highlights::Highlights;
use super::remind::given_longer;
use super::{Made, Run, office, queue_as};
use crate::conversation::effects::BulletinRow;
use crate::conversation::snapshot::Outcome;
use crate::conversation::standing::places;
use crate::conversation::{Desk, GroupKind, Snapshot, What};
use crate::plan::{Measure, UnitId};
use crate::progress::{Figures, Light, Ranking, Ratio, county_totals, rank};
use crate::texts::contexts::{self, Moment, Named, NoGroup, PeriodWords, TotalLine};
use crate::texts::{self, Language};

/// The most changes that a correction lists.
const MOST_CHANGES: usize = 30;

/// As what a bulletin goes out.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// The lines that the office has added.
    pub added: &'a [String],
    /// What it corrects, and why, if it is a correction.
    pub corrects: Option<(&'a BulletinRow, &'a str)>,
}

/// A bulletin as it will be sent, and what was found while making it.
#[derive(Debug)]
pub struct Composed {
    /// What is kept of it.
    pub row: BulletinRow,
    /// How many changes it makes to what it corrects.
    pub changes: usize,
    /// Its files, the places of units, and what could not be made. No messages yet.
    pub made: Made,
}

/// Makes the bulletin of a period and sends it. `last` is the one before it, if there is one.
pub fn make(run: &Run<'_>, last: Option<&BulletinRow>) -> Made {
    let issue = Issue { at: run.now, added: &[], corrects: None };
    let Composed { row, mut made, .. } = compose(run, last, &issue);
    send(run.desk, run.snapshot, &mut made, row);
    made
}

/// Makes a bulletin, or a correction of one.
pub fn compose(run: &Run<'_>, last: Option<&BulletinRow>, issue: &Issue<'_>) -> Composed {
    let plan = run.plan;
    let mut made = Made::default();
    let figures = run.snapshot.all_figures(plan);
    let ranking = rank(plan, &figures, plan.local_day(run.now));
    let numbers = numbers(run, &ranking);
    let changes = issue
        .corrects
        .map(|(former, _)| changes(plan, &former.numbers, &numbers))
        .unwrap_or_default();
    let edition = issue.corrects.map_or(0, |(former, _)| former.edition + 1);
    let correction = issue.corrects.map(|(_, reason)| contexts::Correction {
        number: edition,
        reason: reason.to_owned(),
        changes: changes.iter().take(MOST_CHANGES).cloned().collect(),
        count: changes.len(),
    });
    let text = contexts::Bulletin {
        correction,
        issued: Moment::of(plan, issue.at),
        added: issue.added.to_vec(),
        ..context(run, &figures, &ranking, last)
    };
    let html = texts::render(Language::default(), &text);
    let mut messages: Vec<What> = texts::split(&html)
        .into_iter()
        .map(|html| What::Send { html, buttons: Vec::new(), reply_to: None })
        .collect();
    let material = Material { figures: &figures, ranking: &ranking, last, text: &text, edition };
    messages.extend(attachments(run, &mut made, &material));
    let missing = |unit| run.snapshot.missing(plan, unit, run.period).len();
    let outcomes = ranking.standings.iter().map(|standing| {
        let outcome = Outcome::Ranked { rank: standing.rank, missing: missing(standing.unit) };
        (standing.unit, outcome)
    });
    made.outcomes = outcomes.collect();
    let at = issue.at;
    let row = BulletinRow { period: run.period, edition, at, numbers, text: html, messages };
    Composed { row, changes: changes.len(), made }
}

/// Queues a bulletin for the leadership groups and keeps it. Its keys are its own, whoever sends it,
/// so it goes out once.
pub(super) fn send(desk: &Desk, snapshot: &Snapshot, made: &mut Made, row: BulletinRow) {
    let groups = snapshot.groups_of(GroupKind::Leadership);
    let key = format!("bulletin:{}:{}", row.period, row.edition);
    for group in &groups {
        queue_as(made, (&key, group.chat), &row.messages);
    }
    if groups.is_empty() {
        // Nobody to send it to: the office gets it, and is told why.
        for (chat, language) in office(snapshot) {
            queue_as(made, (&key, chat), &row.messages);
            let why = NoGroup { period: PeriodWords::of(&desk.plan, row.period) };
            let html = texts::render(language, &why);
            let why = [What::Send { html, buttons: Vec::new(), reply_to: None }];
            queue_as(made, (&format!("no-group:{}:{}", row.period, row.edition), chat), &why);
        }
    }
    made.effects.bulletins.push(row);
}

fn context(
    run: &Run<'_>,
    figures: &Figures,
    ranking: &Ranking,
    last: Option<&BulletinRow>,
) -> contexts::Bulletin {
    let plan = run.plan;
    let change = |unit: UnitId| {
        let code = plan.unit(unit).code.as_str();
        last?.numbers.get("units")?.get(code)?.get("rank")?.as_i64()
    };
    let totals: Vec<TotalLine> = county_totals(plan, figures)
        .into_iter()
        .map(|total| {
            let row = plan.indicator(total.indicator);
            let reported = total.figure.filter(|_| total.reported > 0);
            let completion = reported.and(total.completion);
            let completion = completion.or_else(|| row.target.map(|_| Ratio::ZERO));
            let against = match completion.filter(|_| !row.no.is_part()) {
                Some(_) if reported.is_none() => "missing",
                Some(done) if done >= Ratio::ONE => "done",
                Some(done) if done >= ranking.pace => "ahead",
                Some(_) => "behind",
                None => "none",
            };
            TotalLine {
                named: Named::of(plan, total.indicator),
                figure: reported.map(|figure| row.measure.show(figure)),
                target: row.target.map(|target| row.measure.show(target)),
                completion: completion.filter(|_| reported.is_some()).map(Ratio::percent),
                against,
            }
        })
        .collect();
    let measured = totals.iter().filter(|total| total.against != "none").count();
    let at_pace = totals.iter().filter(|t| t.against == "ahead" || t.against == "done").count();
    let mean = Ratio::mean(ranking.standings.iter().map(|standing| standing.mean));
    let gap = mean - ranking.pace;
    let mut late = run.besides.late(plan, run.snapshot, run.period);
    let longer = given_longer(plan, run.period, run.now);
    late.missing.retain(|one| !longer.iter().any(|(unit, _)| *unit == one.unit));
    let next = plan
        .period_at(run.now)
        .map(|period| if period <= run.period { run.period.next() } else { period });
    let red = ranking.standings.iter().filter(|standing| standing.light == Light::Red);
    let share = |share| Measure::named("%").show(share);
    let highlights = Highlights::of(plan, ranking, &change);
    contexts::Bulletin {
        correction: None,
        issued: Moment::of(plan, run.now),
        added: Vec::new(),
        returned: late.returned,
        overdue_tasks: run.besides.overdue_tasks.clone(),
        groups: highlights.groups,
        improved: highlights.improved,
        period: PeriodWords::of(plan, run.period),
        plan: plan.titles.short.clone(),
        office: plan.titles.office.clone(),
        leadership: plan.titles.leadership.clone(),
        whole: plan.titles.whole.clone(),
        at: Moment::of(plan, run.now),
        pace: ranking.pace.percent(),
        mean: mean.percent(),
        gap: gap.points().trim_start_matches('-').to_owned(),
        ahead: gap >= Ratio::ZERO,
        totals,
        at_pace: (at_pace, measured),
        places: places(plan, ranking, run.snapshot, Some(run.period), &change),
        red: red.map(|standing| plan.unit(standing.unit).name.clone()).collect(),
        missing: late.missing,
        next: next.filter(|next| plan.has_period(*next)).map(|next| PeriodWords::of(plan, next)),
        cap: share(plan.ranking.cap),
        yellow: share(plan.ranking.yellow),
        rolled: plan.levels().iter().map(|level| plan.unit(level.unit).name.clone()).collect(),
    }
}

/// The numbers the bulletin was made of, by unit code and indicator number.
fn numbers(run: &Run<'_>, ranking: &Ranking) -> serde_json::Value {
    let plan = run.plan;
    let units = ranking.standings.iter().map(|standing| {
        let figures = standing.completion.iter().map(|cell| {
            let no = plan.indicator(cell.indicator).no.to_string();
            (no, cell.figure.map_or(serde_json::Value::Null, |figure| json!(figure.0)))
        });
        let row = json!({
            "rank": standing.rank,
            "group_rank": standing.group_rank,
            "score": standing.score.decimal(4),
            "mean": standing.mean.decimal(4),
            "light": standing.light.key(),
            "figures": figures.collect::<serde_json::Map<_, _>>(),
        });
        (plan.unit(standing.unit).code.to_string(), row)
    });
    json!({
        "at": ranking.at,
        "as_of": run.now,
        "pace": ranking.pace.decimal(4),
        "units": units.collect::<serde_json::Map<_, _>>(),
    })
}
