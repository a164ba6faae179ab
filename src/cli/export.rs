//! `export`: the figures in force, or every submission, as CSV or JSON.

use std::io::Write;

use serde::Serialize;

use super::{ExportFormat, What, app};
use crate::plan::Plan;
use crate::store::Store;

/// Writes what the database holds.
///
/// # Errors
/// The database, or a place that cannot be written to.
pub async fn run(
    plan: &Plan,
    what: What,
    format: ExportFormat,
    database: &str,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let store = Store::open_beside(database).await?;
    let written = match what {
        What::Figures => write(&store.all_figures(plan).await?, format, out),
        What::Submissions => write(&store.all_submissions(plan).await?, format, out),
    };
    app::close(&store).await;
    written
}

fn write<T: Serialize>(
    rows: &[T],
    format: ExportFormat,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    match format {
        ExportFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, rows)?;
            writeln!(out)?;
        }
        ExportFormat::Csv => {
            // Spreadsheets take a file without the mark for another encoding.
            out.write_all("\u{feff}".as_bytes())?;
            let mut table = csv::Writer::from_writer(out);
            for row in rows {
                table.serialize(row)?;
            }
            table.flush()?;
        }
    }
    Ok(())
}
