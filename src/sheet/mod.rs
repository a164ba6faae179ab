//! Workbooks (报送表): the form a unit fills in, and figures read back from any table.
//!
//! In: a plan, a unit, bytes. Out: the bytes of a form ([`Form`]), or figures with the cells they
//! stand in and what is wrong with the others ([`read()`]). Pure: bytes come and go as arguments.
//! Files come from people: nothing here may panic, hang, or fill the memory, whatever they hold.
//!
//! - `form`: a unit's form as an xlsx, and the marks by which it is known again
//! - `open`: bytes become sheets of plain cells, whatever the format
//! - `ods`: an ods, read cell by cell
//! - `guard`: what must be true of a file before a reader may unpack it
//! - `text`: comma-separated files and their encodings
//! - `table`: where the table stands in a sheet, and which column holds what
//! - `number`: a cell's number, exactly
//! - [`grids()`]: any workbook as rows of texts
//! - `read`: rows become figures, or problems with their cells

mod form;
mod grid;
mod guard;
mod heading;
mod number;
mod ods;
mod open;
mod read;
mod table;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;

pub use form::{Form, FormError, FormLine, FormWords};
pub use grid::{Grid, grids};
pub use read::{CellProblem, SheetFigure, SheetReading, Why, read};

use crate::plan::{Period, UnitId};

/// The largest file that is read.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most rows of a sheet that are read.
pub const MOST_ROWS: u32 = 2000;

/// The most columns of a sheet that are read.
pub const MOST_COLUMNS: u32 = 100;

/// A cell's place, counted from 0; shown as people see it: `F7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The row.
    pub row: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut rest = u64::from(self.column) + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
            rest /= 26;
        }
        let letters: String = letters.iter().rev().collect();
        write!(f, "{letters}{}", u64::from(self.row) + 1)
    }
}

/// Why nothing at all could be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// More than [`MOST_BYTES`].
    #[error("the file has {0} bytes")]
    TooBig(usize),
    /// Unpacked it would be far larger than any table: too many rows, columns, sheets or bytes.
    #[error("the file is too large once unpacked")]
    TooLarge,
    /// A password is needed.
    #[error("the file has a password")]
    Locked,
    /// No workbook and no table as text, or a broken one.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// A form of another plan.
    #[error("the form is of another plan: {0}")]
    OtherPlan(String),
    /// A form or a table of another unit.
    #[error("the table is another unit's")]
    OtherUnit(UnitId),
    /// A form or a table of another period.
    #[error("the table is for another period: {0}")]
    OtherPeriod(Period),
    /// No sheet has a column of totals (累计) beside names of indicators.
    #[error("there is no table of totals")]
    NoTable,
    /// A table of additions (本期新增) without totals.
    #[error("the table holds additions only")]
    OnlyIncrements,
    /// Several columns may hold the totals.
    #[error("several columns may hold the totals: {0:?}")]
    SeveralColumns(Vec<String>),
    /// Several sheets hold such a table.
    #[error("several sheets hold a table: {0:?}")]
    SeveralSheets(Vec<String>),
}
