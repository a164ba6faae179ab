//! What a plan says, on one screen: Chinese first, English beside it.

use std::fmt::{Display, Write};

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use crate::plan::period::local_instant;
use crate::plan::{Carried, Cycle, IndicatorId, Period, Plan, Quantity};

/// A summary of a checked plan, counted from `now`, or from the plan's start once its time is over.
#[must_use]
pub fn report(plan: &Plan, now: DateTime<Utc>) -> String {
    let sections =
        [names(plan), units(plan) + &levels(plan), split(plan), calendar(plan), times(plan, now)];
    let notes = plan.notes.iter().map(|note| format!("⚠ {note}\n"));
    sections.into_iter().chain(notes).collect::<Vec<_>>().join("\n")
}

/// Writes a line `中文 / English`.
fn line(text: &mut String, zh: impl Display, en: impl Display) {
    let _ = writeln!(text, "{zh} / {en}"); // a string takes all
}

fn names(plan: &Plan) -> String {
    let mut text = String::new();
    let (start, end) = (plan.start, plan.end);
    let days = (end - start).num_days() + 1;
    line(&mut text, &plan.titles.name, &plan.titles.name_en);
    let document = &plan.titles.document;
    if !document.is_empty() {
        line(&mut text, format_args!("文号：{document}"), format_args!("document {document}"));
    }
    line(
        &mut text,
        format_args!("时间：{start} 至 {end}，共{days}天（{}）", plan.zone),
        format_args!("{start} to {end}, {days} days"),
    );
    text
}

/// The units that plans below stand for.
fn levels(plan: &Plan) -> String {
    let mut text = String::new();
    for level in plan.levels() {
        let (unit, below) = (&plan.unit(level.unit).name, &level.plan);
        let pairs: Vec<String> = level
            .indicators
            .iter()
            .map(|(own, theirs)| {
                format!("{}={}", plan.indicator(*own).no, below.indicator(*theirs).no)
            })
            .collect();
        let pairs = pairs.join("、");
        line(
            &mut text,
            format_args!("下级汇总：{unit} ← {}（{}），指标{pairs}", below.titles.name, below.id),
            format_args!("rolled up from {}: {pairs}", below.titles.name_en),
        );
    }
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
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind}{count}")).collect();
    let all = plan.units().count();
    line(
        &mut text,
        format_args!("单位：{all}个（{}）", kinds.join("、")),
        format_args!("{all} units, departments included"),
    );
    let count = |keep: &dyn Fn(bool, bool) -> bool| {
        plan.indicators().filter(|(_, i)| keep(i.no.is_goal(), i.no.is_part())).count()
    };
    let rows = count(&|goal, part| !goal && !part);
    let (parts, goals) = (count(&|_, part| part), count(&|goal, _| goal));
    line(
        &mut text,
        format_args!("指标：任务分解表{rows}项，其中项{parts}项，正文目标{goals}项"),
        format_args!("indicators: {rows} in the annex, {parts} parts, {goals} goals of the text"),
    );
    let rows = || plan.indicators().filter(|(_, i)| !i.no.is_goal() && !i.no.is_part());
    let of_units: usize = rows().map(|(id, _)| split_over(plan, id).len()).sum();
    let by_leads = rows().filter(|(_, i)| i.carried == Carried::ByLeads).count();
    line(
        &mut text,
        format_args!("目标任务：单位{of_units}个，部门{by_leads}个"),
        format_args!("targets: {of_units} of units, {by_leads} of departments"),
    );
    text
}

/// Each row that is split over units, against the county's target.
fn split(plan: &Plan) -> String {
    let mut text = String::new();
    line(
        &mut text,
        "分解核对：各单位合计与全市目标（单位数）",
        "split rows: sum of the units and the county's target (units)",
    );
    for (id, indicator) in plan.indicators() {
        let targets = split_over(plan, id);
        if targets.is_empty() || indicator.no.is_goal() {
            continue;
        }
        let show = |quantity| indicator.measure.show(quantity);
        let sum = Quantity(targets.iter().map(|target| target.0).sum());
        let county = match indicator.target {
            Some(target) if target == sum => format!("= {}", show(target)),
            Some(target) => format!("≠ {}", show(target)), // a rate, which is not added up
            None => "—".to_owned(),
        };
        let (no, short, units) = (indicator.no, &indicator.short, targets.len());
        let _ = writeln!(text, "  {no} {short}  {} {county}  ({units})", show(sum));
    }
    text
}

/// The targets of the units that are no departments.
fn split_over(plan: &Plan, indicator: IndicatorId) -> Vec<Quantity> {
    let units = plan.units().filter(|(_, unit)| !unit.is_department());
    units.filter_map(|(unit, _)| plan.target(unit, indicator)).collect()
}

fn calendar(plan: &Plan) -> String {
    let mut text = String::new();
    line(
        &mut text,
        "日历：工作日，放假的平日，上班的周末日",
        "calendar: working days, weekdays off, weekend days worked",
    );
    for year in plan.start.year()..=plan.end.year() {
        let days = plan.start.iter_days().take_while(|day| *day <= plan.end);
        let (mut working, mut weekdays_off, mut weekends_worked) = (0, 0, 0);
        for day in days.filter(|day| day.year() == year) {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let worked = plan.calendar.is_working_day(day);
            working += u32::from(worked);
            weekdays_off += u32::from(!worked && !weekend);
            weekends_worked += u32::from(worked && weekend);
        }
        let _ = writeln!(text, "  {year}  {working}  {weekdays_off}  {weekends_worked}");
    }
    text
}

/// Deadlines and jobs, and what comes next of each.
fn times(plan: &Plan, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let (from, note) = reckoned_from(plan, now);
    let (zh, en) = deadline_rule(plan);
    line(&mut text, zh, en);
    if let Some((zh, en)) = note {
        line(&mut text, zh, en);
    }
    for (period, at) in next_deadlines(plan, from).take(3) {
        let _ = writeln!(text, "  {period}  {}", local(plan, at));
    }
    line(&mut text, "任务：下次触发，所办报送期", "jobs: next firing, and the period it acts on");
    for job in &plan.jobs {
        let next = match plan.next_firing(job, from) {
            Some((at, period)) => format!("{}  {period}", local(plan, at)),
            None => "计划期内不再触发 / not again in the plan's time".to_owned(),
        };
        let _ = writeln!(text, "  {} {}  [{}]  {next}", job.name, job.title, job.cron);
    }
    text
}

/// The instant from which the next deadlines and firings are counted, and why if it is not now.
fn reckoned_from(
    plan: &Plan,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<(&'static str, &'static str)>) {
    let first = local_instant(plan.start.and_hms_opt(0, 0, 0).unwrap_or_default(), plan.zone);
    match plan.local_day(now) {
        day if day > plan.end => (
            first,
            Some((
                "计划期已满，以下自计划首日算起",
                "the plan's time is over: what follows is counted from its first day",
            )),
        ),
        day if day < plan.start => (
            first,
            Some((
                "计划尚未开始，以下自计划首日算起",
                "the plan has not begun: what follows is counted from its first day",
            )),
        ),
        _ => (now, None),
    }
}

/// The rule of the deadline, in both languages.
fn deadline_rule(plan: &Plan) -> (String, String) {
    const DAYS: [(&str, &str); 7] = [
        ("周一", "Monday"),
        ("周二", "Tuesday"),
        ("周三", "Wednesday"),
        ("周四", "Thursday"),
        ("周五", "Friday"),
        ("周六", "Saturday"),
        ("周日", "Sunday"),
    ];
    let rule = &plan.reporting;
    let time = rule.deadline_time.format("%H:%M");
    let (day, day_en) = match rule.cycle {
        Cycle::Weekly => {
            let weekday = DAYS.iter().zip(0..).find(|(_, offset)| *offset == rule.deadline_offset);
            let (zh, en) = weekday.map_or(("", ""), |(names, _)| *names);
            (format!("每{zh}"), format!("every {en}"))
        }
        Cycle::Monthly => {
            let day = rule.deadline_offset + 1;
            (format!("每月{day}日"), format!("day {day} of every month"))
        }
    };
    let (moves, moves_en) = if rule.moves_forward {
        ("顺延至下一工作日", "the next working day")
    } else {
        ("提前至上一工作日", "the working day before")
    };
    (
        format!("截止：{day} {time}，遇休息日{moves}"),
        format!("deadline: {day_en}, {time}; on a rest day {moves_en}"),
    )
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
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}
