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
    兰溪市“小微企业三年成长计划”（2018—2020年） / Lanxi three-year growth plan for small and micro enterprises (2018–2020)
    文号：兰政办发〔2018〕136号 / document 兰政办发〔2018〕136号
    时间：2018-01-01 至 2020-12-31，共1096天（Asia/Shanghai） / 2018-01-01 to 2020-12-31, 1096 days

    单位：27个（开发区1、街道6、镇7、乡3、部门10） / 27 units, departments included
    指标：任务分解表18项，其中项3项，正文目标11项 / indicators: 18 in the annex, 3 parts, 11 goals of the text
    目标任务：单位187个，部门7个 / targets: 187 of units, 7 of departments

    分解核对：各单位合计与全市目标（单位数） / split rows: sum of the units and the county's target (units)
      1 小微企业  5600家 = 5600家  (17)
      2 八大产业  2000家 = 2000家  (17)
      3 个转企  400户 = 400户  (17)
      4 淘汰落后产能  100家 = 100家  (17)
      5 低散乱  1000家 = 1000家  (17)
      6 小升规  100家 = 100家  (17)
      7 科技型企业  150家 = 150家  (17)
      11 限上企业  40家 = 40家  (17)
      11.1 餐饮住宿  5家 = 5家  (2)
      12 外贸出口实绩企业  150家 = 150家  (17)
      13 进出口备案  280家 = 280家  (17)
      14 小微企业园  22个 = 22个  (17)

    日历：工作日，放假的平日，上班的周末日 / calendar: working days, weekdays off, weekend days worked
      2018  250  18  7
      2019  250  17  6
      2020  249  19  6

    截止：每周四 17:00，遇休息日顺延至下一工作日 / deadline: every Thursday, 17:00; on a rest day the next working day
      2019-W40  2019-10-08 周二 17:00
      2019-W41  2019-10-10 周四 17:00
      2019-W42  2019-10-17 周四 17:00
    任务：下次触发，所办报送期 / jobs: next firing, and the period it acts on
      early-reminder 催报（截止前两个工作日）  [0 0 9 * * *]  2019-09-30 周一 09:00  2019-W40
      deadline-day-reminder 催报（截止当日）  [0 0 9 * * *]  2019-10-08 周二 09:00  2019-W40
      overdue 逾期催报及未报通报  [0 0 9 * * *]  2019-10-09 周三 09:00  2019-W40
      weekly-ranking 周通报  [0 0 16 * * *]  2019-10-09 周三 16:00  2019-W40
      review 数据送审  [0 30 9 * * *]  2019-10-09 周三 09:30  2019-W40
      desk 每日催办  [0 30 9 * * *]  2019-09-29 周日 09:30  2019-W39
      review-silence 逾期未审视为通过  [0 30 9 * * *]  2019-09-30 周一 09:30  2019-W39
    ");
}

#[test]
fn a_plan_whose_time_is_over_is_counted_from_its_start() {
    let report = report_at("2026-05-04T01:00:00Z");
    let times = &report[report.find("截止").unwrap()..];
    insta::assert_snapshot!(times, @"
    截止：每周四 17:00，遇休息日顺延至下一工作日 / deadline: every Thursday, 17:00; on a rest day the next working day
    计划期已满，以下自计划首日算起 / the plan's time is over: what follows is counted from its first day
      2018-W01  2018-01-04 周四 17:00
      2018-W02  2018-01-11 周四 17:00
      2018-W03  2018-01-18 周四 17:00
    任务：下次触发，所办报送期 / jobs: next firing, and the period it acts on
      early-reminder 催报（截止前两个工作日）  [0 0 9 * * *]  2018-01-02 周二 09:00  2018-W01
      deadline-day-reminder 催报（截止当日）  [0 0 9 * * *]  2018-01-04 周四 09:00  2018-W01
      overdue 逾期催报及未报通报  [0 0 9 * * *]  2018-01-05 周五 09:00  2018-W01
      weekly-ranking 周通报  [0 0 16 * * *]  2018-01-05 周五 16:00  2018-W01
      review 数据送审  [0 30 9 * * *]  2018-01-05 周五 09:30  2018-W01
      desk 每日催办  [0 30 9 * * *]  2018-01-02 周二 09:30  2018-W01
      review-silence 逾期未审视为通过  [0 30 9 * * *]  2018-01-09 周二 09:30  2018-W01
    ");
}

#[test]
fn at_the_end_only_the_last_period_is_still_to_do() {
    let report = report_at("2020-12-31T10:00:00Z");
    let times = &report[report.find("截止").unwrap()..];
    insta::assert_snapshot!(times, @"
    截止：每周四 17:00，遇休息日顺延至下一工作日 / deadline: every Thursday, 17:00; on a rest day the next working day
    任务：下次触发，所办报送期 / jobs: next firing, and the period it acts on
      early-reminder 催报（截止前两个工作日）  [0 0 9 * * *]  计划期内不再触发 / not again in the plan's time
      deadline-day-reminder 催报（截止当日）  [0 0 9 * * *]  计划期内不再触发 / not again in the plan's time
      overdue 逾期催报及未报通报  [0 0 9 * * *]  2021-01-04 周一 09:00  2020-W53
      weekly-ranking 周通报  [0 0 16 * * *]  2021-01-04 周一 16:00  2020-W53
      review 数据送审  [0 30 9 * * *]  2021-01-04 周一 09:30  2020-W53
      desk 每日催办  [0 30 9 * * *]  2021-01-04 周一 09:30  2020-W53
      review-silence 逾期未审视为通过  [0 30 9 * * *]  2021-01-06 周三 09:30  2020-W53
    ");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    insta::assert_snapshot!(problems(Path::new("no/such/plan")), @"没有计划文件夹“no/such/plan”，请用 --plan 指明 / there is no plan folder no/such/plan; name it with --plan");
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
    indicators.csv: 文件夹中缺少此文件 / is not in the folder
    targets.csv:2: 不是UTF-8编码，请在表格软件中另存为“CSV UTF-8” / is not UTF-8: save it as "CSV UTF-8"
    holidays.csv: 文件夹中缺少此文件 / is not in the folder
    "#);
}
