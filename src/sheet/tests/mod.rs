//! Forms go out and come back; every wrong cell and every wrong file is told apart.

mod hostile;
mod other_tables;
mod round_trip;
mod spoiled;

use std::sync::{Arc, LazyLock};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::*;
use crate::message::Lexicon;
use crate::plan::{IndicatorId, Plan, Quantity};

static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| Arc::new(crate::plan::load::lanxi()));
static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&PLAN));

fn unit(name: &str) -> UnitId {
    PLAN.unit_named(name).unwrap()
}

fn indicator(name: &str) -> IndicatorId {
    PLAN.indicator_named(name).unwrap()
}

fn week() -> Period {
    "2019-W25".parse().unwrap()
}

fn words() -> FormWords {
    let column = |text: &str| text.to_owned();
    FormWords {
        title: "小微企业三年成长计划报送表".to_owned(),
        unit: "单位".to_owned(),
        period: "2019年第25周".to_owned(),
        hint: "只填两列".to_owned(),
        sheet: "报送表".to_owned(),
        columns: ["序号", "指标", "计量单位", "目标任务", "上期累计", "本期累计", "说明"]
            .map(column),
        part: "其中".to_owned(),
        not_whole: "请填整数".to_owned(),
        not_number: "请填数字".to_owned(),
    }
}

/// The form of a unit with figures filled in.
fn form(unit: UnitId, filled: impl Fn(IndicatorId) -> Option<i64>) -> Form {
    let line = |id: &IndicatorId| FormLine {
        indicator: *id,
        last: Some(Quantity(7)),
        filled: filled(*id).map(Quantity),
    };
    let lines = PLAN.carried(unit).iter().map(line).collect();
    Form { plan: PLAN.clone(), unit, period: week(), lines, words: words() }
}

fn read_for(name: &str, bytes: &[u8]) -> Result<SheetReading, SheetError> {
    read(&LEXICON, &PLAN, unit(name), Some(week()), bytes)
}

/// A workbook of one sheet of a liaison's own.
fn own(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// A cell as a liaison fills it in.
enum Typed {
    Number(f64),
    Percent(f64),
    Text(&'static str),
    Formula(&'static str, &'static str),
    Nothing,
}

use Typed::{Nothing, Number, Percent, Text};

fn put(sheet: &mut Worksheet, row: u32, column: u16, typed: &Typed) {
    match typed {
        Number(number) => sheet.write_number(row, column, *number),
        Percent(number) => {
            let format = Format::new().set_num_format("0.00%");
            sheet.write_number_with_format(row, column, *number, &format)
        }
        Text(text) => sheet.write_string(row, column, *text),
        Typed::Formula(formula, value) => {
            sheet.write_formula(row, column, Formula::new(*formula).set_result(*value))
        }
        Nothing => return,
    }
    .unwrap();
}

/// A table of a liaison's own: rows of cells.
fn table(rows: &[&[Typed]]) -> Vec<u8> {
    own(|sheet| {
        for (row, cells) in (0..).zip(rows) {
            for (column, typed) in (0..).zip(*cells) {
                put(sheet, row, column, typed);
            }
        }
    })
}

/// A reading as lines: figures, then problems.
fn told(reading: &SheetReading) -> String {
    let figure = |f: &SheetFigure| {
        let row = PLAN.indicator(f.indicator);
        let note = f.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
        let formula = if f.formula { " = formula" } else { "" };
        format!("{} {} {}{note}{formula}\n", f.cell, row.short, row.measure.show(f.value))
    };
    let problem = |p: &CellProblem| {
        let name = p.indicator.map_or("?", |id| PLAN.indicator(id).short.as_str());
        format!("{} {name} ! {} {:?}\n", p.cell, p.why.key(), p.said)
    };
    let figures = reading.figures.iter().map(figure);
    figures.chain(reading.problems.iter().map(problem)).collect()
}

#[test]
fn a_place_is_written_as_people_see_it() {
    for (row, column, text) in [
        (6, 5, "F7"),
        (0, 0, "A1"),
        (0, 25, "Z1"),
        (0, 26, "AA1"),
        (9, 701, "ZZ10"),
        (0, 702, "AAA1"),
    ] {
        assert_eq!(At { row, column }.to_string(), text);
    }
    let last = At { row: u32::MAX, column: u32::MAX };
    assert!(last.to_string().ends_with("4294967296"));
}
