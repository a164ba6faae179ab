//! `rank` on the real plan.

use std::path::Path;

use super::*;
use crate::cli::check_plan::read_folder;
use crate::plan::{Plan, Quantity};
use crate::progress::{Ranking, Ratio, rank};

fn real() -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/lanxi-2018-2020");
    read_folder(&folder).unwrap().load().unwrap()
}

fn ranked(plan: &Plan, csv: &str) -> Ranking {
    let figures = read_figures(plan, csv).unwrap_or_else(|list| panic!("{list:#?}"));
    rank(plan, &figures, "2019-06-17".parse().unwrap())
}

/// Three units report, by a code, by names and by numbers; the others do not.
const FIGURES: &str = "\
# accepted by 17 June 2019
unit,indicator,value
lanjiang,1,120
兰江街道,八大产业,300
云山,1,832
云山,2,
柏社乡,1,85
柏社乡,2,0
";

#[test]
fn json_is_the_agreed_form() {
    let plan = real();
    let json = to_json(&plan, &ranked(&plan, FIGURES));
    assert_eq!(json["at"], "2019-06-17");
    assert_eq!(json["pace"], 0.4863);
    assert_eq!(json["units"].as_array().unwrap().len(), 17);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["units"][1]).unwrap(), @r#"
    {
      "unit": "柏社乡",
      "group": "乡镇",
      "score": 0.0909,
      "rank": 1,
      "group_rank": 1,
      "light": "red",
      "missing": [
        "3",
        "4",
        "5",
        "6",
        "7",
        "11",
        "12",
        "13",
        "14"
      ],
      "completion": {
        "1": 1.0,
        "2": 0.0,
        "3": 0.0,
        "4": 0.0,
        "5": 0.0,
        "6": 0.0,
        "7": 0.0,
        "11": 0.0,
        "12": 0.0,
        "13": 0.0,
        "14": 0.0
      }
    }
    "#);
    let names: Vec<&str> =
        json["units"].as_array().unwrap().iter().map(|u| u["unit"].as_str().unwrap()).collect();
    assert_eq!(names[..4], ["云山街道", "柏社乡", "兰江街道", "兰溪经济开发区"]);
    let shown = json.to_string();
    assert!(shown.contains(r#""1":0.0729"#), "{shown}");
    assert!(shown.contains(r#""3":0.0"#), "missing ones too, as fractions: {shown}");
}

#[test]
fn the_table_is_aligned_for_a_terminal() {
    let plan = real();
    insta::assert_snapshot!(to_table(&plan, &ranked(&plan, FIGURES)), @"
    截至 2019-06-17　序时进度 48.6%

    名次  单位            组      组内  得分    亮灯  未报
    1     云山街道        街道    1     0.0909  🔴    2、3、4、5、6、7、11、12、13、14
    1     柏社乡          乡镇    1     0.0909  🔴    3、4、5、6、7、11、12、13、14
    3     兰江街道        街道    2     0.0544  🔴    3、4、5、6、7、11、12、13、14
    4     兰溪经济开发区  开发区  1     0.0000  🔴    全部
    4     上华街道        街道    3     0.0000  🔴    全部
    4     永昌街道        街道    3     0.0000  🔴    全部
    4     赤溪街道        街道    3     0.0000  🔴    全部
    4     女埠街道        街道    3     0.0000  🔴    全部
    4     游埠镇          乡镇    2     0.0000  🔴    全部
    4     诸葛镇          乡镇    2     0.0000  🔴    全部
    4     黄店镇          乡镇    2     0.0000  🔴    全部
    4     香溪镇          乡镇    2     0.0000  🔴    全部
    4     马涧镇          乡镇    2     0.0000  🔴    全部
    4     梅江镇          乡镇    2     0.0000  🔴    全部
    4     横溪镇          乡镇    2     0.0000  🔴    全部
    4     灵洞乡          乡镇    2     0.0000  🔴    全部
    4     水亭畲族乡      乡镇    2     0.0000  🔴    全部
    ");
}

#[test]
fn every_problem_is_told_with_its_line() {
    let plan = real();
    let found = read_figures(
        &plan,
        "unit,indicator,value\n\
         兰江,1,120\n\
         兰江街道,小微企业,130\n\
         江南街道,1,5\n\
         云山,99,5\n\
         云山,1,-5\n\
         云山,2,\"1,200\"\n\
         云山,3,2.5\n\
         云山,4,99999999999999999999\n\
         云山,8,5\n\
         市科技局,8,5\n\
         市质监局,开放仪器,6\n\
         市科技局,1,5\n\
         云山,5\n\
         \n\
         某街道,某指标,很多\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(found.join("\n"), @r#"
    第3行：兰江街道的指标1“小微企业”与第2行重复 / line 3: indicator 1 of 兰江街道 is already on line 2
    第4行：没有“江南街道”这个单位 / line 4: the plan has no unit "江南街道"
    第5行：没有“99”这项指标 / line 5: the plan has no indicator "99"
    第6行：数值“-5”为负数 / line 6: "-5" is negative
    第7行：数值“1,200”应为整数，按最小单位填写，不带逗号、单位 / line 7: "1,200" is no whole number in base units
    第8行：数值“2.5”应为整数，按最小单位填写，不带逗号、单位 / line 8: "2.5" is no whole number in base units
    第9行：数值“99999999999999999999”应为整数，按最小单位填写，不带逗号、单位 / line 9: "99999999999999999999" is no whole number in base units
    第10行：云山街道不承担指标8“开放仪器” / line 10: 云山街道 does not carry indicator 8
    第12行：市质监局的指标8“开放仪器”与第11行重复 / line 12: indicator 8 of 市质监局 is already on line 11
    第13行：市科技局不承担指标1“小微企业” / line 13: 市科技局 does not carry indicator 1
    第14行：应有3列，现有2列 / line 14: 3 columns are wanted, 2 are there
    第15行：没有“某街道”这个单位 / line 15: the plan has no unit "某街道"
    第15行：没有“某指标”这项指标 / line 15: the plan has no indicator "某指标"
    第15行：数值“很多”应为整数，按最小单位填写，不带逗号、单位 / line 15: "很多" is no whole number in base units
    "#);
}

#[test]
fn a_file_without_its_header_is_refused() {
    let plan = real();
    for text in ["", "兰江,1,120\n", "unit,value\n兰江,120\n"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(read_figures(&plan, text).unwrap_err().join("\n"), @"第1行：表头应为 unit,indicator,value / line 1: the header must be unit,indicator,value");
        }
    }
}

#[test]
fn a_blank_value_is_not_reported_and_a_zero_is() {
    let plan = real();
    let figures = read_figures(&plan, FIGURES).unwrap();
    let cell = |unit: &str, no: &str| {
        figures.get(plan.unit_named(unit).unwrap(), plan.indicator_named(no).unwrap())
    };
    assert_eq!(cell("云山", "2"), None);
    assert_eq!(cell("柏社", "2"), Some(Quantity(0)));
    assert_eq!(cell("兰江", "2"), Some(Quantity(300)));
    assert_eq!(cell("兰江", "3"), None);
}

#[test]
fn a_mark_at_the_start_of_the_file_does_no_harm() {
    let plan = real();
    assert!(read_figures(&plan, "\u{feff}unit,indicator,value\n兰江,1,5\n").is_ok());
}

/// The rows of the first table in a Markdown text whose head starts with `head`.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// The fenced block of a Markdown text after a marker.
fn block<'a>(text: &'a str, fence: &str) -> &'a str {
    let (_, after) = text.split_once(fence).unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_page_on_ranking_tells_the_truth() {
    let page = include_str!("../../../docs/ranking.md");
    let plan = real();
    let figures = read_figures(&plan, block(page, "```csv\n")).unwrap();
    let ranking = rank(&plan, &figures, "2019-06-17".parse().unwrap());
    assert!(page.contains(&format!("533 ÷ 1096 = {}", ranking.pace.decimal(4))));
    let yellow = Ratio::of(533 * plan.ranking.yellow.0, 1096 * 10_000);
    assert!(page.contains(&format!("80%\u{ff08}{}\u{ff09}", yellow.decimal(4))));
    let one = &ranking.standings[0];
    let rows: Vec<Vec<String>> = one
        .completion
        .iter()
        .map(|done| {
            let indicator = plan.indicator(done.indicator);
            let counted = done.ratio.min(Ratio::of(plan.ranking.cap.0, 10_000));
            vec![
                format!("{} {}", indicator.no, indicator.short),
                plan.target(one.unit, done.indicator).unwrap().0.to_string(),
                done.figure.map_or("未报".into(), |figure| figure.0.to_string()),
                done.ratio.decimal(4),
                counted.decimal(4),
            ]
        })
        .collect();
    assert_eq!(table(page, "| 指标 | 目标"), rows);
    let rows: Vec<Vec<String>> = ranking.standings[..5]
        .iter()
        .map(|standing| {
            vec![
                standing.rank.to_string(),
                plan.unit(standing.unit).short.clone(),
                plan.groups[standing.group].name.clone(),
                standing.group_rank.to_string(),
                standing.score.decimal(4),
                standing.mean.decimal(4),
                standing.light.emoji().to_owned(),
            ]
        })
        .collect();
    assert_eq!(table(page, "| 名次 | 单位"), rows);
}
