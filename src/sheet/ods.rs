//! An ods, read cell by cell.
//!
//! Not by `calamine`: it writes repeated cells out (a line of text can make a million of them) and
//! forgets which numbers are percentages. Here a repeat is counted, and only what is inside the
//! bounds is kept. The part must have passed the guard.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::open::{Sheet, Value};
use super::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, SheetError, number};

fn broken(error: impl std::fmt::Display) -> SheetError {
    SheetError::Unreadable(error.to_string())
}

/// The sheets of an ods.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let part = |archive: &mut zip::ZipArchive<_>, name: &str| -> Result<String, SheetError> {
        let part = archive.by_name(name).map_err(broken)?;
        let mut text = String::new();
        part.take(16 * MOST_BYTES as u64).read_to_string(&mut text).map_err(broken)?;
        Ok(text)
    };
    let manifest = part(&mut archive, "META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(SheetError::Locked);
    }
    let content = part(&mut archive, "content.xml")?;
    let mut reader = Reader::from_str(&content);
    reader.config_mut().expand_empty_elements = true;
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(tag) => state.start(&tag)?,
            Event::Text(text) => state.text(&text.xml10_content()),
            Event::GeneralRef(name) => state.reference(&name)?,
            Event::End(tag) => state.end(tag.name().as_ref())?,
            Event::Eof => break,
            _ => {}
        }
    }
    if state.sheets.is_empty() { Err(broken("no sheet inside")) } else { Ok(state.sheets) }
}

/// Where the reading stands.
#[derive(Default)]
struct State {
    sheets: Vec<Sheet>,
    /// Styles of hidden sheets.
    hidden: HashSet<String>,
    style: String,
    row: u32,
    row_repeats: u32,
    column: u32,
    cell: Option<Open>,
    /// Inside a remark on a cell, whose text is not the cell's.
    remark: u32,
}

/// A cell being read.
#[derive(Default)]
struct Open {
    kind: String,
    value: String,
    formula: bool,
    repeats: u32,
    text: String,
    paragraphs: u32,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, SheetError> {
    let Some(found) = tag.try_get_attribute(name).map_err(broken)? else { return Ok(None) };
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(broken)?;
    Ok(Some(value.into_owned()))
}

fn repeats(tag: &BytesStart<'_>, name: &str) -> Result<u32, SheetError> {
    let Some(text) = attribute(tag, name)? else { return Ok(1) };
    text.parse().map_err(|_| broken("a repeat that is no number"))
}

impl State {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetError> {
        match tag.name().as_ref() {
            "style:style" => self.style = attribute(tag, "style:name")?.unwrap_or_default(),
            "style:table-properties"
                if attribute(tag, "table:display")?.as_deref() == Some("false") =>
            {
                self.hidden.insert(self.style.clone());
            }
            "table:table" => {
                let style = attribute(tag, "table:style-name")?.unwrap_or_default();
                let name = attribute(tag, "table:name")?.unwrap_or_default();
                let hidden = self.hidden.contains(&style);
                self.sheets.push(Sheet { name, hidden, ..Sheet::default() });
                self.row = 0;
            }
            "table:table-row" => {
                self.row_repeats = repeats(tag, "table:number-rows-repeated")?;
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let mut cell = Open {
                    kind: attribute(tag, "office:value-type")?.unwrap_or_default(),
                    formula: attribute(tag, "table:formula")?.is_some(),
                    repeats: repeats(tag, "table:number-columns-repeated")?,
                    ..Open::default()
                };
                let value = match cell.kind.as_str() {
                    "string" => attribute(tag, "office:string-value")?,
                    "date" => attribute(tag, "office:date-value")?,
                    "time" => attribute(tag, "office:time-value")?,
                    "boolean" => attribute(tag, "office:boolean-value")?,
                    _ => attribute(tag, "office:value")?,
                };
                cell.value = value.unwrap_or_default();
                if attribute(tag, "calcext:value-type")?.as_deref() == Some("error") {
                    "error".clone_into(&mut cell.kind);
                }
                self.cell = Some(cell);
            }
            "office:annotation" => self.remark += 1,
            "text:p" if self.remark == 0 => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            "text:s" => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) =
            self.cell.as_mut().filter(|cell| self.remark == 0 && cell.paragraphs > 0)
        {
            cell.text.push_str(text);
        }
    }

    fn reference(&mut self, name: &quick_xml::events::BytesRef<'_>) -> Result<(), SheetError> {
        if let Some(character) = name.resolve_char_ref().map_err(broken)? {
            self.text(character.encode_utf8(&mut [0; 4]));
        } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(name) {
            self.text(text);
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), SheetError> {
        match name {
            "office:annotation" => self.remark = self.remark.saturating_sub(1),
            "table:table-row" => self.row = self.row.saturating_add(self.row_repeats),
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    let width = cell.repeats;
                    self.put(cell)?;
                    self.column = self.column.saturating_add(width);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, cell: Open) -> Result<(), SheetError> {
        let value = match cell.kind.as_str() {
            "float" | "currency" => number_of(&cell.value, false),
            "percentage" => number_of(&cell.value, true),
            "string" if cell.value.is_empty() => Value::Text(cell.text),
            "string" => Value::Text(cell.value),
            "" => Value::Blank,
            _ if cell.text.is_empty() => Value::Other(cell.value),
            _ => Value::Other(cell.text),
        };
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        let end = |from: u32, repeats: u32, most: u32| from.saturating_add(repeats).min(most + 1);
        for row in self.row..end(self.row, self.row_repeats, MOST_ROWS) {
            for column in self.column..end(self.column, cell.repeats, MOST_COLUMNS) {
                sheet.put((row, column), value.clone(), cell.formula)?;
            }
        }
        Ok(())
    }
}

/// The decimal of an `office:value`: what was typed, or the reader's own form of it.
fn number_of(value: &str, percent: bool) -> Value {
    let decimal = value.parse().ok().and_then(number::decimal);
    match decimal {
        Some(decimal) => Value::Number(decimal, Some(percent)),
        None => Value::Other(value.to_owned()),
    }
}
