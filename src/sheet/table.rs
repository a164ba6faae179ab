//! Where the table stands in a sheet, and which column holds what.

use super::form::Marks;
use super::open::{Sheet, Value};
use super::{At, MOST_COLUMNS, SheetError};
use crate::message::{Heading, Lexicon};
use crate::plan::Plan;

/// How far down the headings may stand.
const HEAD_ROWS: u32 = 40;

/// A table in a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The row of the headings; figures stand below.
    pub headings: u32,
    /// Indicators by number, as a form lists them.
    pub numbers: Option<u32>,
    /// Indicators by name.
    pub names: Option<u32>,
    /// The totals.
    pub figures: u32,
    /// What the totals are counted in.
    pub measures: Option<u32>,
    /// Remarks.
    pub notes: Option<u32>,
}

/// Why a sheet has no table that can be read.
pub(super) enum Missing {
    /// It holds something else.
    Nothing,
    /// There is a table, but not of totals.
    Error(SheetError),
}

impl Table {
    /// The table of a form, by the headings its marks name.
    pub fn of_form(sheet: &Sheet, marks: &Marks) -> Option<Self> {
        (0..HEAD_ROWS).find_map(|row| {
            let column = |heading: &str| (0..MOST_COLUMNS).find(|c| sheet.text(row, *c) == heading);
            Some(Self {
                headings: row,
                numbers: Some(column(&marks.number)?),
                names: None,
                figures: column(&marks.figure)?,
                measures: None,
                notes: column(&marks.note),
            })
        })
    }

    /// The table of any other sheet: a heading that says totals, and names of indicators below.
    pub fn find(sheet: &Sheet, lexicon: &Lexicon, plan: &Plan) -> Result<Self, Missing> {
        let mut missing = Missing::Nothing;
        for row in 0..HEAD_ROWS {
            let headings: Vec<(u32, &str, Heading)> = row_of(sheet, row)
                .filter(|(_, value)| matches!(value, Value::Text(_)))
                .map(|(column, value)| (column, text_of(value)))
                .map(|(column, text)| (column, text, lexicon.heading(plan, text)))
                .collect();
            let with = |wanted: Heading| {
                headings
                    .iter()
                    .filter(move |(.., heading)| *heading == wanted)
                    .map(|(c, t, _)| (*c, *t))
            };
            let totals: Vec<(u32, &str)> = with(Heading::Totals).collect();
            if totals.is_empty() && with(Heading::Increments).next().is_none() {
                continue;
            }
            let Some(names) = names_below(sheet, row, lexicon, plan) else { continue };
            let figures = match totals.as_slice() {
                [] => {
                    missing = Missing::Error(SheetError::OnlyIncrements);
                    continue;
                }
                [(column, _)] => *column,
                several => {
                    let texts = several.iter().map(|(_, text)| (*text).to_owned()).collect();
                    return Err(Missing::Error(SheetError::SeveralColumns(texts)));
                }
            };
            if figures == names {
                continue;
            }
            let titled = |words: &[&str]| {
                let says = |text: &str| words.iter().any(|word| text.contains(word));
                headings
                    .iter()
                    .find(|(column, text, _)| *column != figures && says(text))
                    .map(|h| h.0)
            };
            return Ok(Self {
                headings: row,
                numbers: None,
                names: Some(names),
                figures,
                measures: headings
                    .iter()
                    .find(|(_, text, _)| matches!(*text, "单位" | "计量单位" | "计量" | "Unit"))
                    .map(|heading| heading.0),
                notes: titled(&["备注", "说明", "Remark", "Note"]),
            });
        }
        Err(missing)
    }
}

fn row_of(sheet: &Sheet, row: u32) -> impl Iterator<Item = (u32, &Value)> {
    let (first, last) = (At { row, column: 0 }, At { row, column: u32::MAX });
    sheet.cells.range(first..=last).map(|(at, cell)| (at.column, &cell.value))
}

fn text_of(value: &Value) -> &str {
    match value {
        Value::Text(text) => text.trim(),
        _ => "",
    }
}

/// The column below a row that names the most indicators.
fn names_below(sheet: &Sheet, row: u32, lexicon: &Lexicon, plan: &Plan) -> Option<u32> {
    let mut counts = [0_u32; MOST_COLUMNS as usize];
    let below = At { row: row + 1, column: 0 };
    for (at, cell) in sheet.cells.range(below..) {
        let Value::Text(text) = &cell.value else { continue };
        if let Some(count) = counts.get_mut(at.column as usize).filter(|_| at.row <= row + 200) {
            *count += u32::from(lexicon.named(plan, text).is_some());
        }
    }
    let most = counts.iter().max().copied().filter(|most| *most > 0)?;
    counts.iter().position(|count| *count == most).and_then(|column| u32::try_from(column).ok())
}
