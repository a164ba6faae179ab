//! The weekly bulletin (通报): county totals, ranking with movement, who is late, what is next.
//!
//! It carries the period's number (第25期), is kept with the numbers it was made of, and the next one
//! compares with those, not with figures that have changed since.

use serde_json::json;

use super::attachments::{Material, attachments};
use super::highlights::Highlights;
use super::{Made, Run};
use crate::conversation::effects::BulletinRow;
use crate::conversation::snapshot::Outcome;
use crate::conversation::standing::places;
use crate::conversation::views::missing_units;
use crate::conversation::{GroupKind, What};
use crate::plan::{Measure, UnitId};
use crate::progress::{Figures, Light, Ranking, Ratio, county_totals, rank};
use crate::texts::contexts::{self, Moment, Named, NoGroup, PeriodWords, TotalLine};
use crate::texts::{self, Language};

/// Makes the bulletin of a period. `last` is the one before it, if there is one.
pub fn make(run: &Run<'_>, last: Option<&BulletinRow>) -> Made {
    let plan = &run.desk.plan;
    let mut made = Made::default();
    let figures = run.snapshot.all_figures(plan);
    let ranking = rank(plan, &figures, plan.local_day(run.now));
    let text = context(run, &figures, &ranking, last);
    let html = texts::render(Language::default(), &text);
    let mut messages: Vec<What> = texts::split(&html)
        .into_iter()
        .map(|html| What::Send { html, buttons: Vec::new(), reply_to: None })
        .collect();
    let material = Material { figures: &figures, ranking: &ranking, last, text: &text };
    messages.extend(attachments(run, &mut made, &material));
    let groups = run.snapshot.groups_of(GroupKind::Leadership);
    for group in &groups {
        run.queue_all(&mut made, ("bulletin", group.chat), &messages);
    }
    if groups.is_empty() {
        // Nobody to send it to: the office gets it, and is told why.
        for (chat, language) in run.office() {
            run.queue_all(&mut made, ("bulletin", chat), &messages);
            let why = NoGroup { period: PeriodWords::of(plan, run.period) };
            run.queue(&mut made, ("no-group", chat, language), &why);
        }
    }
    let missing = |unit| run.snapshot.missing(plan, unit, run.period).len();
    let outcomes = ranking.standings.iter().map(|standing| {
        let outcome = Outcome::Ranked { rank: standing.rank, missing: missing(standing.unit) };
        (standing.unit, outcome)
    });
    made.outcomes = outcomes.collect();
    made.effects.bulletins.push(BulletinRow {
        period: run.period,
        edition: 0,
        at: run.now,
        numbers: numbers(run, &ranking),
        text: html,
        messages,
    });
    made
}

fn context(
    run: &Run<'_>,
    figures: &Figures,
    ranking: &Ranking,
    last: Option<&BulletinRow>,
) -> contexts::Bulletin {
    let plan = &run.desk.plan;
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
    let (missing, _) = missing_units(plan, run.snapshot, run.period);
    let next = plan
        .period_at(run.now)
        .map(|period| if period <= run.period { run.period.next() } else { period });
    let red = ranking.standings.iter().filter(|standing| standing.light == Light::Red);
    let share = |share| Measure::named("%").show(share);
    let highlights = Highlights::of(plan, ranking, &change);
    contexts::Bulletin {
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
        missing,
        next: next.filter(|next| plan.has_period(*next)).map(|next| PeriodWords::of(plan, next)),
        cap: share(plan.ranking.cap),
        yellow: share(plan.ranking.yellow),
    }
}

/// The numbers the bulletin was made of, by unit code and indicator number.
fn numbers(run: &Run<'_>, ranking: &Ranking) -> serde_json::Value {
    let plan = &run.desk.plan;
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
        "pace": ranking.pace.decimal(4),
        "units": units.collect::<serde_json::Map<_, _>>(),
    })
}
