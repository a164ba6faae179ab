//! The workbook is read back cell by cell.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use liaison_bot::plan::{Cycle, Quantity};
use liaison_bot::progress::{county_totals, need};
use liaison_bot::texts::Language;
use liaison_bot::workbook::{FlaggedFigure, Sent, SentKind, Workbook};

use crate::county::County;

/// What is typed at a sheet's names, so that a test sees that it stays a text.
const FORMULA: &str = "=1+1";

impl County {
    fn sent(&self) -> Vec<Sent> {
        let lanjiang = self.plan.unit_named("兰江").unwrap();
        let bank = self.plan.unit_named("市人行").unwrap();
        let indicator = |no: &str| self.plan.indicator_named(no).unwrap();
        let sent = |unit, no, value: Option<i64>, kind, by: &str, at: &str, late| Sent {
            unit,
            indicator: indicator(no),
            value: value.map(Quantity),
            kind,
            by: by.to_owned(),
            at: at.parse().unwrap(),
            late,
            evidence: if by == "张三" { vec!["批复.pdf".to_owned()] } else { Vec::new() },
        };
        vec![
            sent(lanjiang, "1", Some(911), SentKind::Total, "张三", "2019-06-18T01:05:00Z", false),
            sent(
                lanjiang,
                "6",
                Some(1),
                SentKind::Increment,
                FORMULA,
                "2019-06-18T01:05:00Z",
                false,
            ),
            sent(
                lanjiang,
                "6",
                None,
                SentKind::Withdrawal,
                "@SUM(A1)",
                "2019-06-18T02:00:00Z",
                false,
            ),
            sent(
                bank,
                "16",
                Some(1_785_000_000),
                SentKind::Total,
                "李四",
                "2019-06-20T10:00:00Z",
                true,
            ),
        ]
    }

    fn workbook(&self, sent: &[Sent], language: Language) -> Vec<u8> {
        let flagged = [FlaggedFigure {
            unit: self.plan.unit_named("兰江").unwrap(),
            indicator: self.plan.indicator_named("1").unwrap(),
            total: Quantity(911),
            flags: vec![("注销".to_owned(), Quantity(30)), ("异常".to_owned(), Quantity(2))],
        }];
        let workbook = Workbook {
            plan: &self.plan,
            period: self.period,
            edition: 0,
            ranking: &self.ranking,
            figures: &self.figures,
            previous: Some(&self.previous),
            sent,
            flagged: &flagged,
            missing: &self.missing,
            made_up: true,
            language,
        };
        workbook.write().unwrap()
    }
}

fn read(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

/// One row of a sheet as texts; numbers as written.
fn row(sheet: &Range<Data>, number: u32) -> Vec<String> {
    let width = sheet.end().unwrap().1;
    (0..=width)
        .map(|column| {
            sheet.get_value((number, column)).map(ToString::to_string).unwrap_or_default()
        })
        .collect()
}

fn number(sheet: &Range<Data>, row: u32, column: u32) -> f64 {
    match sheet.get_value((row, column)) {
        Some(Data::Float(number)) => *number,
        Some(Data::Int(number)) => f64::from(i32::try_from(*number).unwrap()),
        other => panic!("row {row}, column {column} is no number: {other:?}"),
    }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.000_051
}

#[test]
fn the_ranking_reads_back() {
    let county = County::example();
    let bytes = county.workbook(&county.sent(), Language::Chinese);
    let mut book = read(&bytes);
    assert_eq!(book.sheet_names(), ["排名", "任务分解表", "本期上报", "未报", "达标测算"]);
    let sheet = book.worksheet_range("排名").unwrap();
    assert_eq!(row(&sheet, 0)[0], "小微企业三年成长计划\u{3000}排名\u{ff08}2019年第25期\u{ff09}");
    assert_eq!(row(&sheet, 1)[0], "截至2019年6月21日\u{ff0c}序时进度49.0%\u{3000}演示数据");
    assert_eq!(row(&sheet, 2)[..5], ["名次", "单位", "组别", "组内名次", "得分"]);
    for (at, standing) in (3..).zip(&county.ranking.standings) {
        let cells = row(&sheet, at);
        assert_eq!(cells[0], standing.rank.to_string());
        assert_eq!(cells[1], county.plan.unit(standing.unit).name);
        assert_eq!(cells[2], county.plan.groups[standing.group].name);
        assert_eq!(cells[3], standing.group_rank.to_string());
        assert!(near(number(&sheet, at, 4), standing.score.to_f64()), "{cells:?}");
        assert!(near(number(&sheet, at, 5), standing.mean.to_f64()), "{cells:?}");
        let gap = (standing.mean - county.ranking.pace).to_f64() * 100.0;
        assert!((number(&sheet, at, 7) - gap).abs() < 0.01, "{cells:?}");
        let former = i64::from(county.previous[&standing.unit]);
        assert_eq!(cells[8], (former - i64::from(standing.rank)).to_string());
        let light = match standing.light.key() {
            "green" => "绿灯",
            "yellow" => "黄灯",
            _ => "红灯",
        };
        assert_eq!(cells[9], light);
        let missing = county.missing.iter().filter(|(unit, _)| *unit == standing.unit).count();
        assert_eq!(cells[10], missing.to_string());
    }
    assert_eq!(row(&sheet, 20)[1], "全市");
}

#[test]
fn the_annex_reads_back_in_its_own_layout() {
    let county = County::example();
    let bytes = county.workbook(&[], Language::Chinese);
    let sheet = read(&bytes).worksheet_range("任务分解表").unwrap();
    let head = row(&sheet, 2);
    assert_eq!(head[..4], ["目标任务", "项目", "开发区", "兰江"]);
    assert_eq!(head[18..], ["柏社", "全市", "备注"]);
    let units: Vec<_> =
        head[2..19].iter().map(|name| county.plan.unit_named(name).unwrap()).collect();
    let mut cells = 0;
    for (at, total) in (0..).zip(county_totals(&county.plan, &county.figures)) {
        let (top, indicator) = (3 + 3 * at, county.plan.indicator(total.indicator));
        assert!(row(&sheet, top)[0].starts_with(&format!("{}.", indicator.no)));
        assert_eq!(row(&sheet, top + 1)[1], "累计完成");
        if indicator.leads.len() == 1 && indicator.carried == liaison_bot::plan::Carried::ByLeads {
            assert!(row(&sheet, top)[2].ends_with("牵头完成"));
            continue;
        }
        for (column, unit) in (2..).zip(&units) {
            let figure = county.figures.get(*unit, total.indicator);
            let text = figure.map(|figure| indicator.measure.number(figure));
            if let (Some(text), Some(target)) = (text, county.plan.target(*unit, total.indicator)) {
                assert_eq!(row(&sheet, top)[column], target.0.to_string());
                assert_eq!(row(&sheet, top + 1)[column], text);
                let done =
                    liaison_bot::progress::completion(figure.unwrap(), Some(target)).unwrap();
                let shown = number(&sheet, top + 2, u32::try_from(column).unwrap());
                assert!(near(shown, done.to_f64()), "{} {}", indicator.no, head[column]);
                cells += 1;
            }
        }
    }
    assert!(cells > 180, "{cells} cells were compared");
    // 灵洞 has not reported 12; 开发区 carries no 11.1.
    let twelve = (3..70).find(|at| row(&sheet, *at)[0].starts_with("12.")).unwrap();
    let lingdong = head.iter().position(|name| name == "灵洞").unwrap();
    assert_eq!(row(&sheet, twelve + 1)[lingdong], "未报");
    let part = (3..70).find(|at| row(&sheet, *at)[0].starts_with("11.1.")).unwrap();
    assert_eq!(row(&sheet, part)[2], "");
}

#[test]
fn submissions_read_back_and_no_text_becomes_a_formula() {
    let county = County::example();
    let bytes = county.workbook(&county.sent(), Language::Chinese);
    let mut book = read(&bytes);
    let sheet = book.worksheet_range("本期上报").unwrap();
    let expected = [
        [
            "1",
            "2019-06-18 09:05",
            "兰江街道",
            "1 小微企业",
            "911",
            "家",
            "累计",
            "张三",
            "",
            "批复.pdf",
        ],
        ["2", "2019-06-18 09:05", "兰江街道", "6 小升规", "1", "家", "新增", FORMULA, "", ""],
        ["3", "2019-06-18 10:00", "兰江街道", "6 小升规", "", "家", "撤回", "@SUM(A1)", "", ""],
        [
            "4",
            "2019-06-20 18:00",
            "人行兰溪市支行",
            "16 小微贷款",
            "17.85",
            "亿元",
            "累计",
            "李四",
            "迟报",
            "",
        ],
    ];
    for (at, cells) in (3..).zip(expected) {
        assert_eq!(row(&sheet, at), cells);
    }
    assert_eq!(sheet.get_value((4, 7)), Some(&Data::String(FORMULA.to_owned())));
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let nothing = county.workbook(&[], Language::Chinese);
    let sheet = read(&nothing).worksheet_range("本期上报").unwrap();
    assert_eq!(row(&sheet, 3)[0], "本期尚无报送记录");
}

#[test]
fn what_was_flagged_stands_under_the_annex() {
    let county = County::example();
    let bytes = county.workbook(&[], Language::Chinese);
    let annex = read(&bytes).worksheet_range("任务分解表").unwrap();
    let last = row(&annex, annex.end().unwrap().0);
    assert_eq!(
        last[0],
        "审核标注（表中数已扣除）：兰江街道 1 小微企业 现报911家，注销30家、异常2家。"
    );
}

#[test]
fn late_units_and_what_it_takes_read_back() {
    let county = County::example();
    let bytes = county.workbook(&[], Language::Chinese);
    let mut book = read(&bytes);
    let late = book.worksheet_range("未报").unwrap();
    assert_eq!(row(&late, 3)[..4], ["1", "香溪镇", "乡镇", "11"]);
    assert_eq!(
        row(&late, 4)[..5],
        ["2", "灵洞乡", "乡镇", "3", "6 小升规、12 外贸出口实绩企业、14 小微企业园"]
    );
    let sheet = book.worksheet_range("达标测算").unwrap();
    let mut rows = 0;
    for at in 3..sheet.end().unwrap().0 {
        let cells = row(&sheet, at);
        let unit = county.plan.unit_named(&cells[1]).unwrap();
        let no = cells[2].split(' ').next().unwrap();
        let id = county.plan.indicator_named(no).unwrap();
        let figure = county.figures.get(unit, id);
        let need = need(&county.plan, unit, id, figure, county.at, Cycle::Weekly).unwrap();
        let measure = &county.plan.indicator(id).measure;
        assert_eq!(cells[8], measure.number(need), "{cells:?}");
        assert!(cells[6] == "黄灯" || cells[6] == "红灯", "{cells:?}");
        rows += 1;
    }
    assert!(rows > 50, "{rows} rows were compared");
    assert!(row(&sheet, 3 + rows)[0].starts_with("每周需完成"));
}

#[test]
fn the_same_values_give_the_same_workbook() {
    let county = County::example();
    let sent = county.sent();
    let write = |language| county.workbook(&sent, language);
    assert!(write(Language::Chinese) == write(Language::Chinese));
    let english = write(Language::English);
    assert_eq!(read(&english).sheet_names()[0], "Ranking");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bulletin.xlsx");
    std::fs::write(path, write(Language::Chinese)).unwrap();
}
