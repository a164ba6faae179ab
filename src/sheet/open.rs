//! Bytes become sheets of plain cells, whatever the format.
//!
//! The format is what the bytes say, not what the file is called.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Range, Reader, SheetVisible, Xls, Xlsx};

use super::{At, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, SheetError, guard, number, ods, text};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A formula whose value was never worked out.
    Blank,
    Text(String),
    /// A number, as the decimal that was typed, and whether the cell shows it as a percentage,
    /// where the format says so.
    Number(String, Option<bool>),
    /// A date, an error, yes or no: shown, never taken for a number.
    Other(String),
}

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub value: Value,
    /// Whether a formula made the value.
    pub formula: bool,
}

impl Cell {
    /// What it says, as text.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Blank => "",
            Value::Text(text) | Value::Number(text, _) | Value::Other(text) => text.trim(),
        }
    }
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub cells: BTreeMap<At, Cell>,
}

impl Sheet {
    /// What a cell says, as text; empty if it holds nothing.
    pub fn text(&self, row: u32, column: u32) -> &str {
        self.cells.get(&At { row, column }).map_or("", Cell::text)
    }

    /// Puts a value into a cell; what shows nothing is left out.
    pub fn put(
        &mut self,
        (row, column): (u32, u32),
        value: Value,
        formula: bool,
    ) -> Result<(), SheetError> {
        let empty = matches!(&value, Value::Text(text) if text.trim().is_empty());
        let value = if empty { Value::Blank } else { value };
        if value == Value::Blank && !formula {
            return Ok(());
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(SheetError::TooLarge);
        }
        self.cells.insert(At { row, column }, Cell { value, formula });
        Ok(())
    }
}

/// Opens a file.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::TooBig(bytes.len()));
    }
    // The readers are guarded, not trusted: one that panics all the same has met a broken file.
    let opened = catch_unwind(AssertUnwindSafe(|| by_format(bytes)));
    opened.unwrap_or_else(|_| Err(SheetError::Unreadable("a broken workbook".to_owned())))
}

fn by_format(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return match guard::zip(bytes)? {
            guard::Packed::Xlsx => xlsx(bytes),
            guard::Packed::Ods => ods::sheets(bytes),
        };
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return xls(guard::xls(bytes)?);
    }
    Ok(vec![text::sheet(bytes)?])
}

fn unreadable(error: impl std::fmt::Display) -> SheetError {
    SheetError::Unreadable(error.to_string())
}

/// The names of the sheets of cells, and whether each is hidden.
fn sheets<R: std::io::Read + std::io::Seek, B: Reader<R>>(book: &B) -> Vec<Sheet> {
    let listed = book.sheets_metadata().iter();
    let with_cells = listed.filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet);
    let sheet = |sheet: &calamine::Sheet| Sheet {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
        cells: BTreeMap::new(),
    };
    with_cells.map(sheet).collect()
}

/// Streams the cells: what a sheet says of its own size is never believed.
fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => SheetError::Locked,
        error => unreadable(error),
    })?;
    let mut sheets = sheets(&book);
    for sheet in &mut sheets {
        values(&mut book, sheet)?;
        percentages(&mut book, sheet)?;
    }
    Ok(sheets)
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn values(book: &mut Book<'_>, sheet: &mut Sheet) -> Result<(), SheetError> {
    let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(unreadable)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        let value = match cell.value {
            DataRef::Empty => Value::Blank,
            DataRef::Int(number) => Value::Number(number.to_string(), Some(false)),
            DataRef::Float(number) => of_float(number, Some(false)),
            DataRef::String(text) => Value::Text(text),
            DataRef::SharedString(text) => Value::Text(text.to_owned()),
            other => Value::Other(shown(&Data::from(other))),
        };
        sheet.put(cell.pos, value, cell.formula.is_some())?;
    }
    Ok(())
}

/// Marks the numbers that are shown as percentages.
fn percentages(book: &mut Book<'_>, sheet: &mut Sheet) -> Result<(), SheetError> {
    let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(unreadable)?;
    let percent: Vec<bool> = reader.styles().iter().map(is_percent).collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let at = At { row, column };
        if let Some(Cell { value: Value::Number(_, shown_as), .. }) = sheet.cells.get_mut(&at) {
            *shown_as = percent.get(style).copied();
        }
    }
    Ok(())
}

fn is_percent(style: &calamine::Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| {
        // 9 and 10 are the percentages that come with every workbook.
        format.format_code.contains('%') || matches!(format.format_id, Some(9 | 10))
    })
}

fn xls(bytes: Vec<u8>) -> Result<Vec<Sheet>, SheetError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => SheetError::Locked,
        error => unreadable(error),
    })?;
    let mut sheets = sheets(&book);
    for sheet in &mut sheets {
        let cells = book.worksheet_range(&sheet.name).map_err(unreadable)?;
        let formulas = book.worksheet_formula(&sheet.name).map_err(unreadable)?;
        of_ranges(sheet, &cells, &formulas)?;
    }
    Ok(sheets)
}

/// Cells whose format is not told: whether a number is shown as a percentage is unknown.
fn of_ranges(
    sheet: &mut Sheet,
    cells: &Range<Data>,
    formulas: &Range<String>,
) -> Result<(), SheetError> {
    let first = formulas.start().unwrap_or_default();
    for (row, column, _) in formulas.used_cells().filter(|(.., formula)| !formula.is_empty()) {
        let at = (first.0 + index(row), first.1 + index(column));
        sheet.put(at, Value::Blank, true)?;
    }
    let first = cells.start().unwrap_or_default();
    for (row, column, data) in cells.used_cells() {
        let (row, column) = (first.0 + index(row), first.1 + index(column));
        let value = match data {
            Data::Empty => continue,
            Data::Int(number) => Value::Number(number.to_string(), None),
            Data::Float(number) => of_float(*number, None),
            Data::String(text) => Value::Text(text.clone()),
            other => Value::Other(shown(other)),
        };
        let formula = sheet.cells.get(&At { row, column }).is_some_and(|cell| cell.formula);
        sheet.put((row, column), value, formula)?;
    }
    Ok(())
}

fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX / 2)
}

fn of_float(number: f64, percent: Option<bool>) -> Value {
    match number::decimal(number) {
        Some(text) => Value::Number(text, percent),
        None => Value::Other(number.to_string()),
    }
}

/// What is no number and no text, for people.
fn shown(data: &Data) -> String {
    match data {
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year}-{month}-{day}")
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        other => other.to_string(),
    }
}
