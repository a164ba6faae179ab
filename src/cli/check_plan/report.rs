//! What a plan says, on one screen: Chinese first, English beside it.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use crate::plan::period::local_instant;
use crate::plan::{Carried, Cycle, Expected, IndicatorId, Period, Plan, Quantity};

/// A summary of a checked plan, counted from `now`, or from the plan's start once its time is over.
#[must_use]
pub fn report(plan: &Plan, now: DateTime<Utc>) -> String {
    let sections = [names(plan), units(plan), split(plan), calendar(plan), times(plan, now)];
    sections.join("\n")
}

/// Writes a line `名称 name: text`; a string takes all.
fn line(text: &mut String, label: &str, value: impl std::fmt::Display) {
    let _ = writeln!(text, "{label}: {value}");
}

fn names(plan: &Plan) -> String {
    let mut text = String::new();
    let days = (plan.end - plan.start).num_days() + 1;
    line(&mut text, "计划 plan", &plan.titles.name);
    line(&mut text, "     in English", &plan.titles.name_en);
    line(&mut text, "文号 document", &plan.titles.document);
    line(
        &mut text,
        "时间 time",
        format_args!("{} — {}，{days}天 days，{}", plan.start, plan.end, plan.zone),
    );
    text
}

fn units(plan: &Plan) -> String {
    let mut text = String::new();
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for (_, unit) in plan.units() {
        match kinds.iter_mut().find(|(kind, _)| *kind == unit.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((&unit.kind, 1)),
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    line(&mut text, "单位 units", format_args!("{}（{}）", plan.units().count(), kinds.join("、")));
    let count = |keep: &dyn Fn(bool, bool) -> bool| {
        plan.indicators().filter(|(_, i)| keep(i.no.is_goal(), i.no.is_part())).count()
    };
    line(
        &mut text,
        "指标 indicators",
        format_args!(
            "任务分解表 {} in the annex、其中项 {} parts、正文目标 {} goals of the text",
            count(&|goal, part| !goal && !part),
            count(&|_, part| part),
            count(&|goal, _| goal),
        ),
    );
    let rows: Vec<IndicatorId> = annex_rows(plan).collect();
    let of_units = rows.iter().map(|id| split_over(plan, *id).len()).sum::<usize>();
    let by_leads =
        rows.iter().filter(|id| plan.indicator(**id).carried == Carried::ByLeads).count();
    line(
        &mut text,
        "目标任务 targets",
        format_args!("单位 {of_units} of units + 部门 {by_leads} of departments"),
    );
    text
}

/// Each row that is split over units, against the county's target.
fn split(plan: &Plan) -> String {
    let mut text = String::from("分解核对 split rows, units = county:\n");
    for (id, indicator) in plan.indicators() {
        let targets = split_over(plan, id);
        if targets.is_empty() || indicator.no.is_goal() {
            continue;
        }
        let show = |quantity| indicator.measure.show(quantity);
        let sum = Quantity(targets.iter().map(|target| target.0).sum());
        let county = match indicator.target {
            Some(target) if target == sum => format!("= {}", show(target)),
            Some(target) => format!("，全市 county {}", show(target)), // a rate
            None => "，全市未定 no county target".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {} {}：{}个单位 units，{} {county}",
            indicator.no,
            indicator.short,
            targets.len(),
            show(sum),
        );
    }
    text
}

/// The targets of the units that are no departments.
fn split_over(plan: &Plan, indicator: IndicatorId) -> Vec<Quantity> {
    let units = plan.units().filter(|(_, unit)| !unit.is_department());
    units.filter_map(|(unit, _)| plan.target(unit, indicator)).collect()
}

fn annex_rows(plan: &Plan) -> impl Iterator<Item = IndicatorId> {
    plan.indicators().filter(|(_, i)| !i.no.is_goal() && !i.no.is_part()).map(|(id, _)| id)
}

fn calendar(plan: &Plan) -> String {
    let mut text = String::from("工作日 calendar:\n");
    for year in plan.start.year()..=plan.end.year() {
        let days = plan.start.iter_days().take_while(|day| *day <= plan.end);
        let (mut work, mut rest, mut made_up) = (0, 0, 0);
        for day in days.filter(|day| day.year() == year) {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            match (plan.calendar.is_working_day(day), weekend) {
                (true, true) => made_up += 1,
                (false, false) => rest += 1,
                _ => {}
            }
            work += i32::from(plan.calendar.is_working_day(day));
        }
        let _ = writeln!(
            text,
            "  {year}: 工作日 {work} working days，平日放假 {rest} weekdays off，\
             周末上班 {made_up} weekend days worked",
        );
    }
    text
}

/// Deadlines and jobs, and what comes next of each.
fn times(plan: &Plan, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let (from, note) = reckoned_from(plan, now);
    line(&mut text, "截止 deadline", deadline_rule(plan));
    if let Some(note) = note {
        let _ = writeln!(text, "  {note}");
    }
    for (period, at) in next_deadlines(plan, from).take(3) {
        let _ = writeln!(text, "  {period} → {}", local(plan, at));
    }
    text.push_str("任务 jobs:\n");
    for job in &plan.jobs {
        let next = match plan.next_firing(job, from) {
            Some((at, period)) => format!("{} → {period}", local(plan, at)),
            None => "计划期内不再触发 not again in the plan's time".to_owned(),
        };
        let _ = writeln!(text, "  {} {}（{}）：{next}", job.name, job.title, job.cron);
    }
    text
}

/// The instant from which the next deadlines and firings are counted, and why if it is not now.
fn reckoned_from(plan: &Plan, now: DateTime<Utc>) -> (DateTime<Utc>, Option<&'static str>) {
    let first = local_instant(plan.start.and_hms_opt(0, 0, 0).unwrap_or_default(), plan.zone);
    match plan.local_day(now) {
        day if day > plan.end => (
            first,
            Some(
                "计划期已满，以下自计划首日算起 the plan's time is over: counted from its first day",
            ),
        ),
        day if day < plan.start => (
            first,
            Some(
                "计划尚未开始，以下自计划首日算起 not begun yet: counted from the plan's first day",
            ),
        ),
        _ => (now, None),
    }
}

fn deadline_rule(plan: &Plan) -> String {
    let rule = &plan.reporting;
    let time = rule.deadline_time.format("%H:%M");
    let day = match rule.cycle {
        Cycle::Weekly => {
            let days = ["一 Monday", "二 Tuesday", "三 Wednesday", "四 Thursday", "五 Friday"];
            let rest = ["六 Saturday", "日 Sunday"];
            let name = days.iter().chain(&rest).zip(0..).find(|(_, n)| *n == rule.deadline_offset);
            format!("每周{} weekly", name.map_or("", |(name, _)| name))
        }
        Cycle::Monthly => format!("每月{0}日 monthly, day {0}", rule.deadline_offset + 1),
    };
    let moves = if rule.moves_forward {
        "遇休息日顺延 moved on past rest days"
    } else {
        "遇休息日提前 moved ahead of rest days"
    };
    format!("{day}，{time}，{moves}")
}

fn next_deadlines(
    plan: &Plan,
    from: DateTime<Utc>,
) -> impl Iterator<Item = (Period, DateTime<Utc>)> {
    let current = Period::containing(plan.local_day(from), plan.reporting.cycle);
    let periods = std::iter::successors(Some(current.previous()), |period| Some(period.next()));
    periods
        .skip_while(|period| !plan.has_period(*period))
        .take_while(|period| plan.has_period(*period))
        .map(|period| (period, plan.deadline(period)))
        .filter(move |(_, at)| *at >= from)
}

/// An instant in the plan's zone, with the day of the week: `2019-06-20 周四 17:00`.
fn local(plan: &Plan, at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&plan.zone);
    format!("{} {} {}", at.date_naive(), weekday(at.date_naive()), at.format("%H:%M"))
}

fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "周一 Mon",
        Weekday::Tue => "周二 Tue",
        Weekday::Wed => "周三 Wed",
        Weekday::Thu => "周四 Thu",
        Weekday::Fri => "周五 Fri",
        Weekday::Sat => "周六 Sat",
        Weekday::Sun => "周日 Sun",
    }
}
