//! Any workbook as rows of texts, for whoever knows what they mean.

use super::open::open;
use super::{At, SheetError};

/// One sheet: its name, and rows of texts, as wide as its widest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// The sheet's name.
    pub name: String,
    /// Rows from the first, empty cells as empty texts.
    pub rows: Vec<Vec<String>>,
}

/// Reads the visible sheets of a file.
///
/// # Errors
/// As [`read`](super::read()): too large, locked, or no workbook.
pub fn grids(bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let sheets = open(bytes)?.into_iter().filter(|sheet| !sheet.hidden && !sheet.cells.is_empty());
    let grid = |sheet: super::open::Sheet| {
        let rows = sheet.cells.keys().map(|at| at.row + 1).max().unwrap_or_default();
        let columns = sheet.cells.keys().map(|at| at.column + 1).max().unwrap_or_default();
        let text = |row, column| {
            sheet.cells.get(&At { row, column }).map_or("", |cell| cell.text()).to_owned()
        };
        let row = |row| (0..columns).map(|column| text(row, column)).collect();
        Grid { name: sheet.name.clone(), rows: (0..rows).map(row).collect() }
    };
    Ok(sheets.map(grid).collect())
}
