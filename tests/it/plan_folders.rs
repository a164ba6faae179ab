//! Another county's plan: a folder from nothing, and one from a 任务分解表. The annex of 兰溪 is the
//! worked example: written as the county prints it, imported, and held against the plan by hand.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;
use liaison_bot::plan::{Carried, IndicatorNo, Plan, Quantity, UnitId};
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::command_line::{answer, errors, program, run, says_in_one_line};
use crate::world::plan as lanxi;

/// The heads of the annex that do not say what the unit is.
const UNITS: [&str; 17] = [
    "开发区=兰溪经济开发区",
    "兰江=兰江街道",
    "云山=云山街道",
    "上华=上华街道",
    "永昌=永昌街道",
    "赤溪=赤溪街道",
    "女埠=女埠街道",
    "游埠=游埠镇",
    "诸葛=诸葛镇",
    "黄店=黄店镇",
    "香溪=香溪镇",
    "马涧=马涧镇",
    "梅江=梅江镇",
    "横溪=横溪镇",
    "灵洞=灵洞乡",
    "水亭=水亭畲族乡",
    "柏社=柏社乡",
];

/// The annex as a workbook, as the county prints it: a title across, the parts of row 11 in brackets
/// behind its numbers, and one wide cell where departments carry an indicator.
fn annex(file: &Path) {
    let csv = include_str!("../../seeds/lanxi-2018-2020/targets.csv");
    let rows: Vec<Vec<String>> = csv::Reader::from_reader(csv.as_bytes())
        .into_records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let mut book = Workbook::new();
    let sheet: &mut Worksheet = book.add_worksheet();
    let last = u16::try_from(head.len() - 1).unwrap();
    let title = "兰溪市“小微企业三年成长计划”（2018—2020年）目标任务分解表";
    sheet.merge_range(0, 0, 0, last, title, &Format::new()).unwrap();
    for (column, name) in (0..).zip(&head) {
        sheet.write(1, column, *name).unwrap();
    }
    let part = rows.iter().find(|row| row[0].starts_with("11.1.")).unwrap();
    for (line, row) in (2..).zip(rows.iter().filter(|row| !row[0].starts_with("11.1."))) {
        sheet.write(line, 0, &row[0]).unwrap();
        let cells = &row[1..row.len() - 1];
        let remark = row[row.len() - 1].as_str();
        if cells.iter().all(String::is_empty) {
            sheet.merge_range(line, 1, line, last - 1, remark, &Format::new()).unwrap();
        }
        for (column, cell) in (1..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let inner = &part[usize::from(column)];
            if row[0].starts_with("11.") && !inner.is_empty() {
                sheet.write(line, column, format!("{cell}（餐饮住宿{inner}家）")).unwrap();
            } else {
                sheet.write(line, column, cell.parse::<f64>().unwrap()).unwrap();
            }
        }
        sheet.write(line, last, remark).unwrap();
    }
    book.save(file).unwrap();
}

fn load(folder: &Path) -> Plan {
    liaison_bot::cli::load(folder).unwrap()
}

fn number(plan: &Plan, no: &str) -> liaison_bot::plan::IndicatorId {
    let no: IndicatorNo = no.parse().unwrap();
    plan.indicators().find(|(_, row)| row.no == no).unwrap_or_else(|| panic!("no {no}")).0
}

#[test]
fn the_annex_becomes_the_plan_that_was_written_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (file, dir) = (folder.path().join("任务分解表.xlsx"), folder.path().join("plan"));
    annex(&file);
    let (file, shown) = (file.to_str().unwrap(), dir.to_str().unwrap());
    // Without the names nothing is guessed, and all that is missing is told at once.
    let output = run(&["import-plan", file, shown, "--yes"]);
    says_in_one_line(&output, &["--unit 兰江=…", "--unit 柏社=…"]);
    assert!(!errors(&output).contains("开发区=…") && !dir.exists(), "{}", errors(&output));
    let mut arguments = vec!["import-plan", file, shown, "--yes"];
    for unit in &UNITS {
        arguments.extend(["--unit", unit]);
    }
    let output = run(&arguments);
    assert!(output.status.success(), "{}{}", errors(&output), answer(&output));
    assert!(answer(&output).contains("holidays.csv"), "{}", answer(&output));
    let (made, by_hand) = (load(&dir), lanxi());
    assert_eq!(made.titles.name, "兰溪市“小微企业三年成长计划”（2018—2020年）");
    assert_eq!(
        (made.titles.short.as_str(), made.titles.whole.as_str()),
        ("小微企业三年成长计划", "全市")
    );
    assert_eq!(made.titles.office, "市“小微企业三年成长计划”领导小组办公室");
    assert_eq!((made.start, made.end, made.zone), (by_hand.start, by_hand.end, by_hand.zone));
    let reporting = |plan: &Plan| -> Vec<(String, String)> {
        let units = plan.units().filter(|(_, unit)| !unit.is_department());
        units.map(|(_, unit)| (unit.short.clone(), unit.kind.clone())).collect()
    };
    assert_eq!(reporting(&made), reporting(&by_hand));
    let annexed = by_hand.indicators().filter(|(_, row)| !row.no.is_goal());
    for (id, row) in annexed {
        let other_id = number(&made, &row.no.to_string());
        let other = made.indicator(other_id);
        let (shown, none) = (row.no.to_string(), Quantity(0));
        assert_eq!(other.measure, row.measure, "{shown}");
        assert_eq!(other.target, row.target, "{shown}");
        assert_eq!(other.carried, row.carried, "{shown}");
        assert_eq!(other.min_share, row.min_share, "{shown}");
        assert_eq!(other.ranked, row.ranked, "{shown}");
        assert_eq!(other.expected, row.expected, "{shown}");
        assert_eq!(
            other.whole.map(|whole| made.indicator(whole).no),
            row.whole.map(|whole| by_hand.indicator(whole).no),
            "{shown}"
        );
        // A part's name is worded freely; the others are the annex's own words.
        if !row.no.is_part() {
            assert_eq!(other.name, row.name);
            let leads = |plan: &Plan, row: &liaison_bot::plan::Indicator| -> Vec<_> {
                let lead = |lead: &liaison_bot::plan::Lead| {
                    let name = &plan.unit(lead.unit).name;
                    (by_hand.unit_named(name).expect("a name of the department"), lead.share)
                };
                row.leads.iter().map(lead).collect()
            };
            assert_eq!(leads(&made, other), leads(&by_hand, row), "{shown}");
        }
        if row.carried == Carried::ByUnits {
            for unit in by_hand.units().filter(|(_, unit)| !unit.is_department()).map(|(id, _)| id)
            {
                let same = made.unit_named(&by_hand.unit(unit).name).unwrap();
                let target = |plan: &Plan, unit: UnitId, id| plan.target(unit, id).unwrap_or(none);
                assert_eq!(target(&made, same, other_id), target(&by_hand, unit, id), "{shown}");
            }
        }
    }
    assert_eq!(made.indicators().count(), 21, "18, and the parts 3.1, 11.1, 15.1");
    // Nothing is overwritten.
    let output = run(&arguments);
    says_in_one_line(&output, &["不会覆盖"]);
}

#[test]
fn whoever_answers_the_questions_gets_the_same_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("任务分解表.xlsx");
    annex(&file);
    let file = file.to_str().unwrap();
    let [asked, told] = ["asked", "told"].map(|name| folder.path().join(name));
    // Name, county and first day as the table says them; a last day that is none, and the right one;
    // the document; a unit without a name, and then all of them in full.
    let names = UNITS[1..].iter().map(|unit| unit.split_once('=').unwrap().1);
    let lines = ["", "", "", "2020-13-31", "2020-12-31", "兰政办发〔2018〕136号", ""];
    let said: String = lines.into_iter().chain(names).flat_map(|line| [line, "\n"]).collect();
    let mut import = program(&["import-plan", file, asked.to_str().unwrap()]);
    import.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut import = import.spawn().unwrap();
    import.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    let output = import.wait_with_output().unwrap();
    assert!(output.status.success(), "{}{}", errors(&output), answer(&output));
    let questions = errors(&output).replace('：', "：\n");
    let first = questions.lines().take(9).collect::<Vec<_>>().join("\n");
    assert_snapshot!(first, @"
    计划全称 / the plan's full name [兰溪市“小微企业三年成长计划”（2018—2020年）]：
    县（市、区）名 / the county [兰溪市]：
    起始日 / first day [2018-01-01]：
    截止日 / last day [2020-12-31]：
      日期应写成 2019-06-21 / a day is written 2019-06-21
    截止日 / last day [2020-12-31]：
    文号（可留空）/ document, may be empty：
    “兰江”的全称（如 兰江街道、兰江镇）/ its full name：
      不能为空 / cannot be empty
    ");
    assert_eq!(questions.matches("的全称").count(), 17, "the zone is not asked: {questions}");

    let mut arguments = vec!["import-plan", file, told.to_str().unwrap(), "--yes"];
    arguments.extend(["--document", "兰政办发〔2018〕136号"]);
    arguments.extend(UNITS[1..].iter().flat_map(|unit| ["--unit", *unit]));
    let output = run(&arguments);
    assert!(output.status.success(), "{}{}", errors(&output), answer(&output));
    for file in ["plan.toml", "units.csv", "indicators.csv", "targets.csv", "holidays.csv"] {
        let [asked, told] =
            [&asked, &told].map(|dir| std::fs::read_to_string(dir.join(file)).unwrap());
        assert_eq!(asked, told, "{file}");
    }
    let output = run(&["check-plan", asked.to_str().unwrap()]);
    assert!(output.status.success(), "{}", answer(&output));
    assert_eq!(load(&asked).titles.document, "兰政办发〔2018〕136号");
}

#[test]
fn a_table_that_cannot_be_read_is_told_by_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv");
    let dir = folder.path().join("plan");
    let import = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let (file, dir) = (file.to_str().unwrap(), dir.to_str().unwrap());
        run(&[
            "import-plan",
            file,
            dir,
            "--yes",
            "--name",
            "甲县计划（2025年）",
            "--county",
            "甲县",
        ])
    };
    let output = import("just,a,few\n1,2,3\n");
    says_in_one_line(&output, &["table.csv", "任务分解表"]);
    let output = import("目标任务,东街道,西镇,南乡\n1.新增企业30家（县商务局）,10,十二,8\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("第2行“西镇”：“十二”不是数"), "{}", errors(&output));
    // Numbers that do not add up are found by the check that follows.
    let output = import("目标任务,东街道,西镇,南乡\n1.新增企业30家（县商务局）,10,11,8\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(answer(&output).contains("与全市目标30家不符"), "{}", answer(&output));
}

#[test]
fn a_new_folder_passes_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("县");
    let dir = dir.to_str().unwrap();
    let output = run(&["new-plan", dir, "--yes"]);
    says_in_one_line(&output, &["--name"]);
    let name = "甲县工业振兴计划（2026—2028年）";
    let output = run(&["new-plan", dir, "--yes", "--name", name]);
    assert!(output.status.success(), "{}{}", errors(&output), answer(&output));
    let output = run(&["check-plan", dir]);
    assert!(output.status.success() && answer(&output).contains(name), "{}", answer(&output));
    let plan = load(Path::new(dir));
    assert_eq!((plan.titles.county.as_str(), plan.titles.whole.as_str()), ("甲县", "全县"));
    assert_eq!(plan.start.to_string() + &plan.end.to_string(), "2026-01-012028-12-31");
    assert_eq!(plan.notes.len(), 2, "the years whose holidays are not there yet are noted");
}
