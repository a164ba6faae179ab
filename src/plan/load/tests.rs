//! The real plan loads; a broken one says where.

use super::*;

pub(crate) fn real() -> PlanFolder {
    PlanFolder {
        plan_toml: include_str!("../../../seeds/lanxi-2018-2020/plan.toml").into(),
        units_csv: include_str!("../../../seeds/lanxi-2018-2020/units.csv").into(),
        indicators_csv: include_str!("../../../seeds/lanxi-2018-2020/indicators.csv").into(),
        targets_csv: include_str!("../../../seeds/lanxi-2018-2020/targets.csv").into(),
        holidays_csv: include_str!("../../../seeds/lanxi-2018-2020/holidays.csv").into(),
    }
}

fn problems(change: impl FnOnce(&mut PlanFolder)) -> Vec<String> {
    let mut folder = real();
    change(&mut folder);
    let list = folder.load().err().unwrap_or_default();
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn the_annex_is_all_there() {
    let plan = real().load().unwrap_or_else(|list| panic!("{list:#?}"));
    let units = plan.units().filter(|(_, unit)| !unit.is_department());
    let targets: usize = units.map(|(id, _)| plan.ranked(id).len()).sum();
    assert_eq!(targets, 187);
    let by_leads = plan
        .indicators()
        .filter(|(_, i)| i.carried == Carried::ByLeads && !i.no.is_goal() && !i.no.is_part());
    assert_eq!(by_leads.count(), 7);
    assert_eq!(plan.indicators().filter(|(_, i)| i.no.is_goal()).count(), 11);
}

#[test]
fn several_leads_keep_one_figure() {
    let plan = real().load().unwrap();
    let instruments = plan.indicator_named("8").unwrap();
    let (science, quality) =
        (plan.unit_named("市科技局").unwrap(), plan.unit_named("市质监局").unwrap());
    assert_eq!(plan.holder(quality, instruments), science);
    assert!(plan.carried(quality).contains(&instruments));
    assert_eq!(plan.target(quality, instruments), Some(Quantity(1100)));
}

#[test]
fn a_row_that_does_not_add_up_is_named() {
    let found = problems(|f| f.targets_csv = f.targets_csv.replace("453,1647", "453,1648"));
    assert_eq!(
        found,
        [
            "targets.csv:2: 指标1各单位合计5601家，与全市目标5600家不符 / indicator 1 adds up to 5601家, not 5600家"
        ]
    );
}

#[test]
fn names_with_invisible_characters_are_not_let_in() {
    let found = problems(|f| {
        f.units_csv = f.units_csv.replacen("兰江街道", "兰江\u{200b}街道", 1);
        f.plan_toml = f.plan_toml.replacen("小微企业", "小微\u{202e}企业", 1);
    });
    let hidden = found.iter().filter(|problem| problem.contains("an invisible character"));
    let hidden: Vec<&str> = hidden.map(|problem| problem.split('（').nth(1).unwrap()).collect();
    assert!(hidden[0].starts_with("U+202E"), "{found:#?}");
    assert!(hidden[1].starts_with("U+200B"), "{found:#?}");
}

#[test]
fn every_problem_is_told_at_once() {
    let found = problems(|f| {
        f.units_csv = f.units_csv.replace("云山街道,云山,", "云山街道,兰江,");
        f.plan_toml = f.plan_toml.replace("0 0 16 * * *", "every friday");
        f.indicators_csv =
            f.indicators_csv.replace("个转企,个体工商户转型", "小升规,个体工商户转型");
        f.holidays_csv = f.holidays_csv.replace("2019-10-12,work", "2019-10-12,maybe");
    });
    insta::assert_snapshot!(found.join("\n"), @r#"
    units.csv:5: “兰江”已是兰江街道的名称，一个名称只能指一个单位 / "兰江" already names 兰江街道
    indicators.csv:8: “小升规”已是指标3的名称 / "小升规" already names indicator 3
    targets.csv:1: 表头“云山”不是 units.csv 中的单位 / column "云山" is no unit
    targets.csv:2: 指标1各单位合计4768家，与全市目标5600家不符 / indicator 1 adds up to 4768家, not 5600家
    targets.csv:3: 指标2各单位合计1673家，与全市目标2000家不符 / indicator 2 adds up to 1673家, not 2000家
    targets.csv:4: 指标3各单位合计325户，与全市目标400户不符 / indicator 3 adds up to 325户, not 400户
    targets.csv:5: 指标4各单位合计94家，与全市目标100家不符 / indicator 4 adds up to 94家, not 100家
    targets.csv:6: 指标5各单位合计933家，与全市目标1000家不符 / indicator 5 adds up to 933家, not 1000家
    targets.csv:7: 指标6各单位合计97家，与全市目标100家不符 / indicator 6 adds up to 97家, not 100家
    targets.csv:8: 指标7各单位合计141家，与全市目标150家不符 / indicator 7 adds up to 141家, not 150家
    targets.csv:12: 指标11各单位合计35家，与全市目标40家不符 / indicator 11 adds up to 35家, not 40家
    targets.csv:13: 指标11.1各单位合计3家，与全市目标5家不符 / indicator 11.1 adds up to 3家, not 5家
    targets.csv:14: 指标12各单位合计141家，与全市目标150家不符 / indicator 12 adds up to 141家, not 150家
    targets.csv:15: 指标13各单位合计263家，与全市目标280家不符 / indicator 13 adds up to 263家, not 280家
    targets.csv:16: 指标14各单位合计21个，与全市目标22个不符 / indicator 14 adds up to 21个, not 22个
    holidays.csv:77: kind 应为 off 或 work，现为“maybe” / kind is "maybe", not off or work
    plan.toml:60: cron 表达式无法读取（六段，秒在最前） / cron "every friday": every friday ^ The 'Seconds' field does not support using names. 'every' specified.
    "#);
}

#[test]
fn a_job_that_never_fires_is_refused() {
    let found =
        problems(|f| f.plan_toml = f.plan_toml.replacen("0 0 9 * * *", "0 0 9 1 1 * 2030", 1));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("plan.toml:") && found[0].contains("never fires"), "{found:?}");
}

#[test]
fn a_broken_toml_names_its_line() {
    let found = problems(|f| f.plan_toml = f.plan_toml.replace("county =", "county"));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("plan.toml:10:"), "{found:?}");
}

#[test]
fn a_deadline_moves_off_the_holidays() {
    let plan = real().load().unwrap();
    let day =
        |text: &str| plan.reporting.deadline_day(text.parse().unwrap(), &plan.calendar).to_string();
    assert_eq!(day("2019-W25"), "2019-06-20", "an ordinary Thursday");
    assert_eq!(day("2019-W40"), "2019-10-08", "National Day holiday: the Tuesday after");
    assert_eq!(day("2019-W18"), "2019-05-05", "Labour Day: the Sunday worked for it");
}

#[test]
fn jobs_follow_the_deadline_not_the_week() {
    let plan = real().load().unwrap();
    let next = |name: &str, after: &str| {
        let job = plan.jobs.iter().find(|job| job.name == name).unwrap();
        let (at, period) = plan.next_firing(job, after.parse().unwrap()).unwrap();
        format!("{} {period}", at.with_timezone(&plan.zone).format("%m-%d %H:%M"))
    };
    assert_eq!(next("early-reminder", "2019-06-17T00:00:00Z"), "06-18 09:00 2019-W25");
    assert_eq!(next("deadline-day-reminder", "2019-06-17T00:00:00Z"), "06-20 09:00 2019-W25");
    assert_eq!(next("overdue", "2019-06-17T00:00:00Z"), "06-21 09:00 2019-W25");
    assert_eq!(next("weekly-ranking", "2019-09-29T00:00:00Z"), "10-09 16:00 2019-W40");
}

/// Every firing of a job over the whole plan, by period.
fn firings(plan: &Plan, name: &str) -> Vec<(String, String)> {
    let job = plan.jobs.iter().find(|job| job.name == name).unwrap();
    let mut at = "2017-12-31T00:00:00Z".parse().unwrap();
    let mut all = Vec::new();
    while let Some((next, period)) = plan.next_firing(job, at) {
        all.push((period.to_string(), plan.local_day(next).to_string()));
        at = next;
    }
    all
}

#[test]
fn holidays_move_the_jobs_and_each_period_has_each_job_once() {
    let plan = lanxi();
    let mut periods = Vec::new();
    let mut period = plan.current_period("2018-01-02T00:00:00Z".parse().unwrap()).unwrap();
    while plan.has_period(period) {
        periods.push(period.to_string());
        period = period.next();
    }
    assert_eq!(periods.len(), 157);
    let mut left_out = Vec::new();
    for job in plan.jobs.iter().filter(|job| job.kind != crate::plan::JobKind::Desk) {
        let fired: Vec<String> = firings(&plan, &job.name).into_iter().map(|one| one.0).collect();
        let mut once = fired.clone();
        once.dedup();
        assert_eq!(fired, once, "{}", job.name);
        let without: Vec<&str> =
            periods.iter().filter(|one| !fired.contains(one)).map(String::as_str).collect();
        left_out.push(format!("{}: {}", job.name, without.join(" ")));
    }
    insta::assert_snapshot!(left_out.join("\n"), @"
    early-reminder: 2018-W08 2018-W40 2019-W06 2019-W41 2020-W05 2020-W19 2020-W41
    deadline-day-reminder: 2018-W07 2020-W40
    overdue: 2018-W07 2020-W40
    weekly-ranking: 2018-W07 2020-W40
    review: 2018-W07 2020-W40
    review-silence: 2018-W07 2019-W40 2020-W04 2020-W18 2020-W40
    ");
    // National Day of 2019: due on the Tuesday after. The first day of that week is the earliest.
    let early = firings(&plan, "early-reminder");
    assert!(early.contains(&("2019-W40".into(), "2019-09-30".into())), "{early:?}");
    let overdue = firings(&plan, "overdue");
    assert!(overdue.contains(&("2019-W40".into(), "2019-10-09".into())), "{overdue:?}");
    assert!(overdue.contains(&("2020-W53".into(), "2021-01-04".into())), "{overdue:?}");
}

#[test]
fn a_report_without_a_period_belongs_to_the_one_that_is_asked_for() {
    let plan = lanxi();
    let at = |text: &str| {
        let now = format!("{text}:00+08:00").parse::<chrono::DateTime<chrono::FixedOffset>>();
        plan.period_at(now.unwrap().into()).map_or("none".to_owned(), |period| period.to_string())
    };
    assert_eq!(at("2019-06-23T12:00"), "2019-W25", "late, but still its own Sunday");
    assert_eq!(at("2019-06-24T00:00"), "2019-W26");
    assert_eq!(at("2019-10-08T09:00"), "2019-W40", "due today");
    assert_eq!(at("2019-10-09T09:00"), "2019-W40", "overdue, and asked for");
    assert_eq!(at("2019-10-10T09:00"), "2019-W41");
    assert_eq!(at("2020-10-09T09:00"), "2020-W41", "two weeks due at once: the later serves both");
    assert_eq!(at("2021-01-04T09:00"), "2020-W53", "overdue after the plan's last day");
    assert_eq!(at("2021-01-05T09:00"), "none");
    assert_eq!(at("2017-12-31T12:00"), "none");
}

#[test]
fn a_year_whose_holidays_are_not_out_yet_is_noted_and_the_first_must_be_there() {
    let without = |year: &str| {
        let mut folder = real();
        let rows = folder.holidays_csv.lines().filter(|row| !row.starts_with(year));
        folder.holidays_csv = rows.collect::<Vec<_>>().join("\n");
        folder.load()
    };
    let notes = without("2020-").unwrap().notes;
    assert_eq!(notes.len(), 1);
    insta::assert_snapshot!(notes[0], @"holidays.csv: 没有2020年的节假日安排，暂按周末休息计算，公布后请补上 / no holidays for 2020: only weekends rest until they are added");
    assert!(without("2018-").is_err());
    assert_eq!(lanxi().notes, []);
}

#[test]
fn an_exclusion_of_nobody_is_told() {
    let row = "[[ranking.excluded]]\nunit = \"天王街道\"\nindicator = \"14\"\nreason = \"-\"\n\n";
    let found = problems(|f| {
        f.plan_toml = f.plan_toml.replace("[ranking.weights]", &format!("{row}[ranking.weights]"));
    });
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("不参评的单位或指标不存在"), "{found:#?}");
}

/// What an independent calendar says of every day of the plan: see the file's head for its source.
#[test]
fn every_day_of_the_plan_is_worked_or_not_as_an_independent_calendar_says() {
    let plan = lanxi();
    let text = include_str!("../../../tests/calendar/working-days.txt");
    let mut days = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (month, digits) = line.split_once(' ').unwrap();
        for (at, digit) in (1..).zip(digits.chars()) {
            let day: chrono::NaiveDate = format!("{month}-{at:02}").parse().unwrap();
            assert_eq!(plan.calendar.is_working_day(day), digit == '1', "{day}");
            days += 1;
        }
    }
    assert_eq!(days, 365 + 365 + 366, "2018 to 2020, all of it");
}

#[test]
fn a_deadline_on_a_rest_day_moves_as_the_plan_says() {
    let mut folder = real();
    folder.plan_toml =
        folder.plan_toml.replace("on_rest_day = \"next\"", "on_rest_day = \"previous\"");
    let (next, previous) = (lanxi(), folder.load().unwrap());
    let mut moved = Vec::new();
    let mut period = next.current_period("2018-01-02T00:00:00Z".parse().unwrap()).unwrap();
    while next.has_period(period) {
        let day = |plan: &Plan| plan.local_day(plan.deadline(period));
        let (later, earlier) = (day(&next), day(&previous));
        assert!(next.calendar.is_working_day(later) && next.calendar.is_working_day(earlier));
        if later != earlier {
            moved.push(format!("{period} {} {}", earlier.format("%m-%d"), later.format("%m-%d")));
        }
        period = period.next();
    }
    insta::assert_snapshot!(moved.join("\n"), @"
    2018-W07 02-14 02-22
    2018-W14 04-04 04-08
    2018-W40 09-30 10-08
    2019-W06 02-03 02-11
    2019-W18 04-30 05-05
    2019-W40 09-30 10-08
    2020-W05 01-23 02-03
    2020-W26 06-24 06-28
    2020-W40 09-30 10-09
    2020-W41 09-30 10-09
    ");
}

#[test]
fn orders_come_before_the_rule() {
    let plan = lanxi();
    let (period, unit): (crate::plan::Period, _) =
        ("2019-W26".parse().unwrap(), plan.unit_named("黄店镇").unwrap());
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let mut orders = crate::plan::Orders::default();
    orders.extend(period, unit, at("2019-06-28T09:00:00Z"));
    orders.move_deadline(period, at("2019-07-01T04:00:00Z"));
    let ruled = plan.under(orders.clone());
    assert_eq!(ruled.deadline(period), at("2019-07-01T04:00:00Z"));
    assert_eq!(
        ruled.deadline_of(unit, period),
        ruled.deadline(period),
        "longer than all is not longer"
    );
    // Moved past its week, it stays open until the working day after.
    let late = at("2019-07-02T01:00:00Z");
    assert_eq!((plan.period_at(late), ruled.period_at(late)), (Some(period.next()), Some(period)));
    let job = ruled.jobs.iter().find(|job| job.name == "overdue").unwrap();
    let (fires, about) = ruled.next_firing(job, at("2019-06-24T00:00:00Z")).unwrap();
    assert_eq!((fires, about), (at("2019-07-02T01:00:00Z"), period));
    orders.lock(period);
    assert!(orders.is_locked(period));
    orders.unlock(period);
    assert!(!orders.is_locked(period) && orders.unlocked().eq([period]));
}

#[test]
fn quiet_hours_run_over_midnight() {
    let plan = lanxi();
    let quiet = |text: &str| plan.is_quiet(text.parse().unwrap());
    assert!(!quiet("2019-06-20T12:59:00Z"), "20:59");
    assert!(quiet("2019-06-20T13:00:00Z"), "21:00");
    assert!(quiet("2019-06-20T23:59:00Z"), "07:59");
    assert!(!quiet("2019-06-21T00:00:00Z"), "08:00");
    let until = plan.quiet_until("2019-06-20T13:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(until, "2019-06-21T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

#[test]
fn what_is_wrong_with_the_desks_rules_is_told() {
    let found = problems(|f| {
        f.plan_toml = f
            .plan_toml
            .replace("from = \"21:00\"", "from = \"9pm\"")
            .replace("after_working_days = 2", "after_working_days = 5")
            .replace("from = [\"开发区\", \"街道\", \"乡镇\"]\nremind", "from = [\"天王\"]\nremind")
            .replace("0 0 17 15 1 *", "every January");
    });
    insta::assert_snapshot!(found.join("\n"), @r#"
    plan.toml:81: from、until 应如 "21:00" / "9pm" is no time
    plan.toml:87: after_working_days 应从 1 起，逐级不减 / escalation: after_working_days starts from 1 and never goes down
    plan.toml:103: from 应为分组名或单位名 / "天王" is no group and no unit
    plan.toml:115: cron 表达式无法读取（六段，秒在最前） / cron "every January"
    "#);
}
