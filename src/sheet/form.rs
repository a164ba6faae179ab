//! A unit's form (报送表): an xlsx with its indicators, targets and last totals, in which only the
//! figures and remarks can be filled in, and the marks by which it is known when it comes back.

use std::sync::Arc;

use chrono::Datelike;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::open::Sheet;
use crate::plan::{IndicatorId, Measure, Period, Plan, Quantity, UnitId};

/// The words of a form, in the language of whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormWords {
    /// The heading: whose plan, what kind of table.
    pub title: String,
    /// Which unit.
    pub unit: String,
    /// Which period, and until when.
    pub period: String,
    /// How it is filled in.
    pub hint: String,
    /// The sheet's name, at most 31 characters without `[]:*?/\`.
    pub sheet: String,
    /// The headings of the columns, from the number to the remark.
    pub columns: [String; COLUMNS],
    /// What is written before a part's name (其中).
    pub part: String,
    /// What is said of a figure that is no whole number.
    pub not_whole: String,
    /// What is said of a figure that is no number.
    pub not_number: String,
}

/// One row of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLine {
    /// The indicator.
    pub indicator: IndicatorId,
    /// The total before this period.
    pub last: Option<Quantity>,
    /// The total already reported for this period.
    pub filled: Option<Quantity>,
}

/// A form to be made.
#[derive(Debug, Clone)]
pub struct Form {
    /// The plan.
    pub plan: Arc<Plan>,
    /// For whom.
    pub unit: UnitId,
    /// For which period.
    pub period: Period,
    /// Its rows.
    pub lines: Vec<FormLine>,
    /// Its words.
    pub words: FormWords,
}

/// Why a form could not be made: a text that is too long for a sheet, too many rows.
#[derive(Debug, thiserror::Error)]
#[error("the form cannot be made: {0}")]
pub struct FormError(#[from] XlsxError);

/// How many columns a form has.
pub const COLUMNS: usize = 7;

/// The columns that are filled in.
const FIGURE: u16 = 5;
const NOTE: u16 = 6;

/// The row of the headings.
const HEADINGS: u32 = 3;

/// The hidden sheet that says what the form is.
const MARKS: &str = "liaison-form";

/// Doubles are exact for whole numbers up to here.
const EXACT: i64 = 1 << 53;

impl Form {
    /// The form as an xlsx. The same form is the same bytes.
    ///
    /// # Errors
    /// If a text does not fit a sheet.
    pub fn xlsx(&self) -> Result<Vec<u8>, FormError> {
        let mut book = Workbook::new();
        // Not the time of making, which would make two forms of the same figures differ.
        let day = self.period.first_day();
        let year = u16::try_from(day.year()).unwrap_or(2000).clamp(1900, 9999);
        let made = ExcelDateTime::from_ymd(year, narrow(day.month()), narrow(day.day()))?;
        let title = DocProperties::new().set_title(&self.words.title);
        book.set_properties(&title.set_creation_datetime(&made));
        let sheet = book.add_worksheet();
        sheet.set_name(&self.words.sheet)?;
        self.head(sheet)?;
        for (row, line) in (HEADINGS + 1..).zip(&self.lines) {
            self.line(sheet, row, line)?;
        }
        set_up(sheet)?;
        self.mark(book.add_worksheet())?;
        Ok(book.save_to_buffer()?)
    }

    fn head(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = &self.words;
        let middle = Format::new().set_align(FormatAlign::VerticalCenter);
        let title = middle.clone().set_bold().set_font_size(16).set_align(FormatAlign::Center);
        sheet.merge_range(0, 0, 0, NOTE, &words.title, &title.set_text_wrap())?;
        sheet.merge_range(1, 0, 1, 2, &words.unit, &middle)?;
        let right = middle.clone().set_align(FormatAlign::Right);
        sheet.merge_range(1, 3, 1, NOTE, &words.period, &right)?;
        sheet.merge_range(2, 0, 2, NOTE, &words.hint, &middle.clone().set_text_wrap())?;
        for (row, height) in [(0, 36), (1, 21), (2, 36), (HEADINGS, 24)] {
            sheet.set_row_height(row, height)?;
        }
        let heading = middle
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin)
            .set_background_color("D9E2F3")
            .set_text_wrap();
        for (column, text) in (0..).zip(&words.columns) {
            sheet.write_string_with_format(HEADINGS, column, text, &heading)?;
        }
        Ok(())
    }

    fn line(&self, sheet: &mut Worksheet, row: u32, line: &FormLine) -> Result<(), XlsxError> {
        let indicator = self.plan.indicator(line.indicator);
        let cell = Format::new()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let centred = cell.clone().set_align(FormatAlign::Center);
        let number = cell.clone().set_align(FormatAlign::Right);
        sheet.write_string_with_format(row, 0, indicator.no.to_string(), &centred)?;
        let (name, shown) = match indicator.whole {
            Some(_) => {
                ([&self.words.part, indicator.name.as_str()].concat(), cell.clone().set_indent(1))
            }
            None => (indicator.name.clone(), cell.clone()),
        };
        sheet.write_string_with_format(row, 1, name, &shown)?;
        sheet.write_string_with_format(row, 2, &indicator.measure.shown, &centred)?;
        let target = self.plan.target(self.unit, line.indicator);
        put(sheet, (row, 3), target, &indicator.measure, &number)?;
        put(sheet, (row, 4), line.last, &indicator.measure, &number)?;
        let open = |format: &Format| format.clone().set_unlocked().set_background_color("FFF9E5");
        put(sheet, (row, FIGURE), line.filled, &indicator.measure, &open(&number))?;
        sheet.write_blank(row, NOTE, &open(&cell))?;
        let rule = DataValidation::new();
        let (rule, wrong) = if indicator.measure.scale == 1 {
            let least = DataValidationRule::GreaterThanOrEqualTo(0);
            (rule.allow_whole_number(least), &self.words.not_whole)
        } else {
            let least = DataValidationRule::GreaterThanOrEqualTo(0.0);
            (rule.allow_decimal_number(least), &self.words.not_number)
        };
        let rule = rule.set_error_message(wrong)?;
        sheet.add_data_validation(row, FIGURE, row, FIGURE, &rule)?;
        Ok(())
    }

    /// The hidden marks: what the form is, and the headings by which its columns are found again.
    fn mark(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(MARKS)?;
        let unit = self.plan.unit(self.unit).code.to_string();
        let columns = &self.words.columns;
        let marks = [
            ("form", "1".to_owned()),
            ("plan", self.plan.id.clone()),
            ("unit", unit),
            ("period", self.period.to_string()),
            ("number", columns[0].clone()),
            ("figure", columns[usize::from(FIGURE)].clone()),
            ("note", columns[usize::from(NOTE)].clone()),
        ];
        for (row, (key, value)) in (0..).zip(marks) {
            sheet.write_string(row, 0, key)?;
            sheet.write_string(row, 1, value)?;
        }
        sheet.protect().set_very_hidden(true);
        Ok(())
    }
}

fn narrow(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(1)
}

/// Writes a quantity in its shown unit: as a number where a double holds it exactly, else as text.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    quantity: Option<Quantity>,
    measure: &Measure,
    format: &Format,
) -> Result<(), XlsxError> {
    let Some(quantity) = quantity else {
        sheet.write_blank(row, column, format)?;
        return Ok(());
    };
    let text = measure.number(quantity);
    let exact = text.len() <= 15 && quantity.0.abs() < EXACT;
    match text.parse::<f64>().ok().filter(|_| exact) {
        Some(number) => sheet.write_number_with_format(row, column, number, format)?,
        None => sheet.write_string_with_format(row, column, text, format)?,
    };
    Ok(())
}

/// Widths, protection and paper.
fn set_up(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip([7, 42, 11, 13, 13, 15, 24]) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(HEADINGS + 1, 0)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    });
    // 9 is A4.
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEADINGS, HEADINGS)?;
    Ok(())
}

/// What a form says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub plan: String,
    pub unit: String,
    pub period: String,
    pub number: String,
    pub figure: String,
    pub note: String,
}

impl Marks {
    /// Reads the marks of a sheet, if it holds them.
    pub fn of(sheet: &Sheet) -> Option<Self> {
        let value = |key: &str| {
            let row = (0..16).find(|row| sheet.text(*row, 0) == key)?;
            Some(sheet.text(row, 1).to_owned())
        };
        if sheet.name != MARKS || value("form")? != "1" {
            return None;
        }
        Some(Self {
            plan: value("plan")?,
            unit: value("unit")?,
            period: value("period")?,
            number: value("number")?,
            figure: value("figure")?,
            note: value("note")?,
        })
    }
}
