//! `check-plan` on the real plan, and on folders that are not one.

use std::path::PathBuf;

use super::*;

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/lanxi-2018-2020")
}

fn report_at(now: &str) -> String {
    report(&read_folder(&seeds()).unwrap().load().unwrap(), now.parse().unwrap())
}

fn problems(dir: &Path) -> String {
    let list = read_folder(dir).unwrap_err();
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_whole_plan_on_one_screen() {
    insta::assert_snapshot!(report_at("2019-09-29T01:00:00Z"), @"
    计划 plan: 兰溪市“小微企业三年成长计划”（2018—2020年）
         in English: Lanxi three-year growth plan for small and micro enterprises (2018–2020)
    文号 document: 兰政办发〔2018〕136号
    时间 time: 2018-01-01 — 2020-12-31，1096天 days，Asia/Shanghai

    单位 units: 27（开发区 1、街道 6、镇 7、乡 3、部门 10）
    指标 indicators: 任务分解表 18 in the annex、其中项 3 parts、正文目标 11 goals of the text
    目标任务 targets: 单位 187 of units + 部门 7 of departments

    分解核对 split rows, units = county:
      1 小微企业：17个单位 units，5600家 = 5600家
      2 八大产业：17个单位 units，2000家 = 2000家
      3 个转企：17个单位 units，400户 = 400户
      4 淘汰落后产能：17个单位 units，100家 = 100家
      5 低散乱：17个单位 units，1000家 = 1000家
      6 小升规：17个单位 units，100家 = 100家
      7 科技型企业：17个单位 units，150家 = 150家
      11 限上企业：17个单位 units，40家 = 40家
      11.1 餐饮住宿：2个单位 units，5家 = 5家
      12 外贸出口实绩企业：17个单位 units，150家 = 150家
      13 进出口备案：17个单位 units，280家 = 280家
      14 小微企业园：17个单位 units，22个 = 22个

    工作日 calendar:
      2018: 工作日 250 working days，平日放假 18 weekdays off，周末上班 7 weekend days worked
      2019: 工作日 250 working days，平日放假 17 weekdays off，周末上班 6 weekend days worked
      2020: 工作日 249 working days，平日放假 19 weekdays off，周末上班 6 weekend days worked

    截止 deadline: 每周四 Thursday weekly，17:00，遇休息日顺延 moved on past rest days
      2019-W40 → 2019-10-08 周二 Tue 17:00
      2019-W41 → 2019-10-10 周四 Thu 17:00
      2019-W42 → 2019-10-17 周四 Thu 17:00
    任务 jobs:
      early-reminder 催报（截止前两个工作日）（0 0 9 * * *）：2019-10-15 周二 Tue 09:00 → 2019-W42
      deadline-day-reminder 催报（截止当日）（0 0 9 * * *）：2019-10-08 周二 Tue 09:00 → 2019-W40
      overdue 逾期催报及未报通报（0 0 9 * * *）：2019-10-09 周三 Wed 09:00 → 2019-W40
      weekly-ranking 周通报（0 0 16 * * *）：2019-10-09 周三 Wed 16:00 → 2019-W40
    ");
}

#[test]
fn a_plan_whose_time_is_over_is_counted_from_its_start() {
    let report = report_at("2026-05-04T01:00:00Z");
    let (_, times) = report.split_once("截止").unwrap();
    insta::assert_snapshot!(times, @"
     deadline: 每周四 Thursday weekly，17:00，遇休息日顺延 moved on past rest days
      计划期已满，以下自计划首日算起 the plan's time is over: counted from its first day
      2018-W01 → 2018-01-04 周四 Thu 17:00
      2018-W02 → 2018-01-11 周四 Thu 17:00
      2018-W03 → 2018-01-18 周四 Thu 17:00
    任务 jobs:
      early-reminder 催报（截止前两个工作日）（0 0 9 * * *）：2018-01-02 周二 Tue 09:00 → 2018-W01
      deadline-day-reminder 催报（截止当日）（0 0 9 * * *）：2018-01-04 周四 Thu 09:00 → 2018-W01
      overdue 逾期催报及未报通报（0 0 9 * * *）：2018-01-05 周五 Fri 09:00 → 2018-W01
      weekly-ranking 周通报（0 0 16 * * *）：2018-01-05 周五 Fri 16:00 → 2018-W01
    ");
}

#[test]
fn near_the_end_there_is_nothing_more_to_come() {
    let report = report_at("2020-12-31T10:00:00Z");
    let (_, times) = report.split_once("截止").unwrap();
    insta::assert_snapshot!(times, @"
     deadline: 每周四 Thursday weekly，17:00，遇休息日顺延 moved on past rest days
    任务 jobs:
      early-reminder 催报（截止前两个工作日）（0 0 9 * * *）：计划期内不再触发 not again in the plan's time
      deadline-day-reminder 催报（截止当日）（0 0 9 * * *）：计划期内不再触发 not again in the plan's time
      overdue 逾期催报及未报通报（0 0 9 * * *）：2021-01-01 周五 Fri 09:00 → 2020-W53
      weekly-ranking 周通报（0 0 16 * * *）：2021-01-01 周五 Fri 16:00 → 2020-W53
    ");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    insta::assert_snapshot!(problems(Path::new("no/such/plan")), @"plan.toml:0: 没有“no/such/plan”这个文件夹 / there is no folder no/such/plan");
}

#[test]
fn every_missing_or_unreadable_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["plan.toml", "units.csv"] {
        std::fs::copy(seeds().join(file), dir.path().join(file)).unwrap();
    }
    // 单位 as GBK has it, on the second line.
    std::fs::write(dir.path().join("targets.csv"), b"a,b\n\xb5\xa5\xce\xbb,1\n").unwrap();
    insta::assert_snapshot!(problems(dir.path()), @r#"
    indicators.csv:0: 文件夹中缺少此文件 / is not in the folder
    targets.csv:2: 不是UTF-8编码，请在表格软件中另存为“CSV UTF-8” / is not UTF-8: save it as "CSV UTF-8"
    holidays.csv:0: 文件夹中缺少此文件 / is not in the folder
    "#);
}
