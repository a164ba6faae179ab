//! Rows become figures, or problems with their cells.

use super::form::Marks;
use super::heading::{of_this_year, period_in};
use super::number::whole;
use super::open::{Cell, Sheet, Value, open};
use super::table::{Missing, Table};
use super::{At, SheetError};
use crate::message::{Kind, Lexicon, Reason, scale_of};
use crate::plan::hidden::visible;
use crate::plan::{IndicatorId, Measure, Period, Plan, Quantity, UnitId};

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetReading {
    /// The sheet it was read from.
    pub sheet: String,
    /// Whether it is the form that the bot made.
    pub form: bool,
    /// The period the file names, if it names one.
    pub period: Option<Period>,
    /// Totals (累计) that are clear, in the order of their rows.
    pub figures: Vec<SheetFigure>,
    /// What is wrong, cell by cell, in the order of their places.
    pub problems: Vec<CellProblem>,
}

/// One figure of a file: a running total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFigure {
    /// Which indicator.
    pub indicator: IndicatorId,
    /// The total, in base units.
    pub value: Quantity,
    /// The remark beside it (说明).
    pub note: Option<String>,
    /// Where it stands.
    pub cell: At,
    /// Whether a formula made it: then nobody typed it, and it may be older than what it refers to.
    pub formula: bool,
}

/// A cell from which nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// Where.
    pub cell: At,
    /// Why.
    pub why: Why,
    /// What stands there, shortened.
    pub said: String,
    /// The indicator of its row, where that is known.
    pub indicator: Option<IndicatorId>,
}

/// Why nothing was taken from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// A formula whose value was never worked out: open the file in a spreadsheet and save it.
    NoValue,
    /// Text, a date, an error in place of a number.
    NotANumber,
    /// Less than nothing.
    Negative,
    /// Finer than one base unit (2.5家).
    NotWhole,
    /// More than can be stored.
    TooLarge,
    /// A bare number for money or area, or a share of at most 1 that may be percent or a part of 1.
    UnclearMeasure,
    /// The name or number of the row is not the plan's.
    UnknownIndicator,
    /// The unit does not carry the row's indicator.
    NotCarried,
    /// Another row has another figure for the same indicator.
    Conflict,
}

impl Why {
    /// The word by which templates know it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::NotANumber => "not_a_number",
            Self::Negative => "negative",
            Self::NotWhole => "not_whole",
            Self::TooLarge => "too_large",
            Self::UnclearMeasure => "unclear_measure",
            Self::UnknownIndicator => "unknown_indicator",
            Self::NotCarried => "not_carried",
            Self::Conflict => "conflict",
        }
    }
}

/// The longest remark that is kept, and the longest piece of a cell that is shown, in characters.
const LONGEST_NOTE: usize = 200;
const LONGEST_SAID: usize = 30;

/// Reads a unit's figures from a file: the form made for it, or any table of totals.
///
/// `period` is the one they are for, where the caller knows; a file that names another is refused.
/// The file's name decides nothing.
///
/// # Errors
/// If nothing at all can be read; what is wrong with single cells is in the reading.
pub fn read(
    lexicon: &Lexicon,
    plan: &Plan,
    unit: UnitId,
    period: Option<Period>,
    bytes: &[u8],
) -> Result<SheetReading, SheetError> {
    let sheets = open(bytes)?;
    let desk = Desk { lexicon, plan, unit };
    let marks = sheets.iter().find_map(Marks::of);
    if let Some(marks) = &marks {
        let said = desk.check(marks)?;
        if let Some(found) = sheets.iter().find_map(|s| Some((s, Table::of_form(s, marks)?))) {
            check_period(Some(said), period)?;
            return Ok(desk.rows(found.0, &found.1, true, Some(said)));
        }
    }
    let (sheet, table) = desk.only_table(&sheets)?;
    let said = desk.check_head(sheet, &table, period)?;
    let said = match &marks {
        Some(marks) => marks.period.parse().ok(),
        None => said,
    };
    check_period(said, period)?;
    Ok(desk.rows(sheet, &table, false, said))
}

fn check_period(said: Option<Period>, wanted: Option<Period>) -> Result<(), SheetError> {
    match (said, wanted) {
        (Some(said), Some(wanted)) if said != wanted => Err(SheetError::OtherPeriod(said)),
        _ => Ok(()),
    }
}

/// Whose figures are read, and by what.
struct Desk<'a> {
    lexicon: &'a Lexicon,
    plan: &'a Plan,
    unit: UnitId,
}

impl Desk<'_> {
    /// Whether a form is this unit's, and for which period it was made.
    fn check(&self, marks: &Marks) -> Result<Period, SheetError> {
        if marks.plan != self.plan.id {
            return Err(SheetError::OtherPlan(shorten(&marks.plan, LONGEST_SAID)));
        }
        let own = &self.plan.unit(self.unit).code;
        if marks.unit != own.as_str() {
            let other = crate::plan::UnitCode::new(&marks.unit);
            let other = self.plan.unit_coded(&other);
            return Err(other.map_or_else(
                || SheetError::OtherPlan(shorten(&marks.unit, LONGEST_SAID)),
                SheetError::OtherUnit,
            ));
        }
        marks
            .period
            .parse()
            .map_err(|_| SheetError::Unreadable("a form without a period".to_owned()))
    }

    /// The one visible sheet that holds a table.
    fn only_table<'s>(&self, sheets: &'s [Sheet]) -> Result<(&'s Sheet, Table), SheetError> {
        let mut found = Vec::new();
        let mut error = SheetError::NoTable;
        for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
            match Table::find(sheet, self.lexicon, self.plan) {
                Ok(table) => found.push((sheet, table)),
                Err(Missing::Error(why)) => error = why,
                Err(Missing::Nothing) => {}
            }
        }
        if found.len() > 1 {
            let names = found.iter().map(|(sheet, _)| sheet.name.clone()).collect();
            return Err(SheetError::SeveralSheets(names));
        }
        found.pop().ok_or(error)
    }

    /// Whose table it is, and for which period, as the lines above it and its sheet's name say.
    fn check_head(
        &self,
        sheet: &Sheet,
        table: &Table,
        wanted: Option<Period>,
    ) -> Result<Option<Period>, SheetError> {
        let end = At { row: table.headings, column: 0 };
        let lines = sheet.cells.range(..end).map(|(_, cell)| cell.text());
        let (mut own, mut other, mut period) = (false, None, None);
        for line in lines.chain([sheet.name.as_str()]) {
            let pieces =
                line.split([' ', ':', '\u{ff1a}', '(', ')', '\u{ff08}', '\u{ff09}', '\u{3000}']);
            let labelled = line.contains("单位");
            let named = pieces.filter_map(|piece| {
                // A department may be whom the table is for; only a label makes it the reporter.
                let unit = self.plan.unit_named(piece)?;
                (labelled || !self.plan.unit(unit).is_department()).then_some(unit)
            });
            let within = self
                .plan
                .units()
                .filter(|(_, row)| !row.is_department() && line.contains(row.name.as_str()))
                .map(|(id, _)| id);
            for unit in named.chain(within) {
                if unit == self.unit {
                    own = true;
                } else {
                    other = other.or(Some(unit));
                }
            }
            let cycle = self.plan.reporting.cycle;
            period = period.or_else(|| period_in(line, cycle));
            // 第24周 without its year: the one of the period that is reported.
            period = period.or_else(|| of_this_year(line, wanted?, cycle));
        }
        match other {
            Some(other) if !own => Err(SheetError::OtherUnit(other)),
            _ => Ok(period),
        }
    }

    fn rows(
        &self,
        sheet: &Sheet,
        table: &Table,
        form: bool,
        period: Option<Period>,
    ) -> SheetReading {
        let mut reading = SheetReading {
            sheet: sheet.name.clone(),
            form,
            period,
            figures: Vec::new(),
            problems: Vec::new(),
        };
        let below = At { row: table.headings + 1, column: 0 };
        let figures = sheet
            .cells
            .range(below..)
            .filter(|(at, cell)| at.column == table.figures && !is_blank(cell));
        for (at, cell) in figures {
            let label = table.numbers.or(table.names).map_or("", |c| sheet.text(at.row, c));
            let indicator = match table.numbers {
                Some(_) => label.parse().ok().and_then(|no| self.plan.indicator_numbered(no)),
                None => self.lexicon.named(self.plan, label),
            };
            let mut wrong = |cell: At, why: Why, said: &str, indicator| {
                let said = shorten(said, LONGEST_SAID);
                reading.problems.push(CellProblem { cell, why, said, indicator });
            };
            let Some(indicator) = indicator else {
                let named = table.numbers.or(table.names).unwrap_or(table.figures);
                // Sums, remarks below the table and rows without a name are no indicators.
                let sum = ["合计", "总计", "小计"].iter().any(|word| label.contains(word));
                // In a CSV file every number is text.
                let number = match &cell.value {
                    Value::Number(..) | Value::Blank => true,
                    Value::Text(text) => text.starts_with(|c: char| c.is_ascii_digit()),
                    Value::Other(_) => false,
                };
                if !label.is_empty() && !sum && (number || form) {
                    let cell = At { row: at.row, column: named };
                    wrong(cell, Why::UnknownIndicator, label, None);
                }
                continue;
            };
            if !self.plan.carried(self.unit).contains(&indicator) {
                wrong(*at, Why::NotCarried, label, Some(indicator));
                continue;
            }
            let unit = table.measures.map_or("", |column| sheet.text(at.row, column));
            let heading = sheet.text(table.headings, table.figures);
            let scale = self.scale(indicator, form, [unit, label, heading]);
            match self.value(indicator, cell, scale) {
                Err(why) => wrong(*at, why, cell.text(), Some(indicator)),
                Ok(value) => {
                    let note = table.notes.map_or("", |column| sheet.text(at.row, column));
                    let note = visible(note);
                    let note = (!note.is_empty()).then(|| shorten(&note, LONGEST_NOTE));
                    let (value, formula) = (Quantity(value), cell.formula);
                    let (cell, figure) = (*at, value);
                    reading.figures.push(SheetFigure {
                        indicator,
                        value: figure,
                        note,
                        cell,
                        formula,
                    });
                }
            }
        }
        settle(&mut reading, sheet);
        reading
    }

    /// Base units in one of what a row's bare numbers are counted in; `None` if nothing says it.
    fn scale(&self, indicator: IndicatorId, form: bool, said: [&str; 3]) -> Option<i64> {
        let measure = &self.plan.indicator(indicator).measure;
        if form || measure.scale == 1 {
            return Some(measure.scale);
        }
        said.into_iter().find_map(|text| {
            let inside = text.split(['(', '\u{ff08}']).nth(1);
            let inside = inside.map(|rest| rest.trim_end_matches([')', '\u{ff09}']));
            scale_of(inside.unwrap_or(text), measure)
        })
    }

    /// A cell's figure in base units.
    fn value(&self, id: IndicatorId, cell: &Cell, scale: Option<i64>) -> Result<i64, Why> {
        let measure = &self.plan.indicator(id).measure;
        match &cell.value {
            Value::Blank => Err(Why::NoValue),
            Value::Number(text, percent) if measure.is_rate() => rate(text, *percent, scale),
            // 12% of a count is no count.
            Value::Number(_, Some(true)) | Value::Other(_) => Err(Why::NotANumber),
            Value::Number(text, _) => match scale {
                Some(scale) => whole(text, scale),
                None if whole(text, measure.scale) == Ok(0) => Ok(0),
                None => Err(Why::UnclearMeasure),
            },
            Value::Text(text) => self.written(id, text, scale, measure),
        }
    }

    /// A figure that was typed as text, read as in a message: `1,647`, `36亿元`, `无`.
    fn written(
        &self,
        id: IndicatorId,
        text: &str,
        scale: Option<i64>,
        measure: &Measure,
    ) -> Result<i64, Why> {
        let bare = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
        if let Some(scale) = scale.filter(|_| bare && !measure.is_rate()) {
            return whole(text, scale);
        }
        if text.len() > 100 {
            return Err(Why::NotANumber);
        }
        let counted = text.bytes().all(|b| b.is_ascii_digit() || b",. ".contains(&b));
        let unit = match scale {
            Some(scale) if counted && scale == measure.scale => measure.shown.as_str(),
            Some(1) if counted => measure.base.as_str(),
            _ => "",
        };
        let message = format!("{} {text}{unit}", self.plan.indicator(id).short);
        let reading = self.lexicon.read(self.plan, self.unit, &message);
        match (reading.figures.as_slice(), reading.asks.as_slice()) {
            ([one], []) if one.indicator == id && one.kind == Kind::Total => Ok(one.value.0),
            ([], [ask]) => Err(match ask.reason {
                Reason::Negative => Why::Negative,
                Reason::NotWhole => Why::NotWhole,
                Reason::TooLarge => Why::TooLarge,
                Reason::Ambiguous if measure.scale > 1 => Why::UnclearMeasure,
                _ => Why::NotANumber,
            }),
            _ => Err(Why::NotANumber),
        }
    }
}

/// A share in 0.01 %. What the cell shows counts: `98.5%` is stored as 0.985.
fn rate(text: &str, percent: Option<bool>, scale: Option<i64>) -> Result<i64, Why> {
    let as_percent = whole(text, 100);
    let at_most_one = text.parse::<f64>().is_ok_and(|share| share <= 1.0);
    match percent {
        Some(true) => whole(text, 10_000),
        _ if as_percent == Ok(0) || as_percent == Err(Why::Negative) => as_percent,
        Some(false) if scale.is_some() => as_percent,
        _ if at_most_one => Err(Why::UnclearMeasure),
        _ => as_percent,
    }
}

/// Whether a cell says that there is nothing to say. A dash is no zero.
fn is_blank(cell: &Cell) -> bool {
    let dashes =
        |c: char| matches!(c, '-' | '/' | '\\' | '\u{2014}' | '\u{2013}' | '\u{ff0d}' | '\u{ff0f}');
    match &cell.value {
        Value::Text(text) => text.trim().chars().all(dashes),
        Value::Blank => !cell.formula,
        Value::Number(..) | Value::Other(_) => false,
    }
}

/// One figure an indicator: the same twice is once, two different ones are a conflict.
fn settle(reading: &mut SheetReading, sheet: &Sheet) {
    let all = std::mem::take(&mut reading.figures);
    for figure in &all {
        let same = |other: &&SheetFigure| other.indicator == figure.indicator;
        if all.iter().filter(same).any(|other| other.value != figure.value) {
            reading.problems.push(CellProblem {
                cell: figure.cell,
                why: Why::Conflict,
                said: shorten(sheet.text(figure.cell.row, figure.cell.column), LONGEST_SAID),
                indicator: Some(figure.indicator),
            });
        } else if !reading.figures.iter().any(|kept| kept.indicator == figure.indicator) {
            reading.figures.push(figure.clone());
        }
    }
    reading.problems.sort_by_key(|problem| problem.cell);
}

fn shorten(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut kept: String = text.trim().chars().take(most).map(plain).collect();
    if text.trim().chars().count() > most {
        kept.push('\u{2026}');
    }
    kept
}
