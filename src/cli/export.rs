//! `export`: the figures in force, every submission, all evidence or all flags, as CSV or JSON.

use std::io::Write;

use serde::Serialize;

use super::{Database, ExportFormat, What, app};
use crate::plan::Plan;

/// What is written, and from where.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 内容 / What
    #[arg(long, value_enum, default_value_t = What::Figures)]
    what: What,
    /// 输出格式 / The format
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    format: ExportFormat,
    #[command(flatten)]
    database: Database,
}

/// Writes what the database holds.
///
/// # Errors
/// The database, or a place that cannot be written to.
pub async fn run(plan: &Plan, options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let format = options.format;
    let store = app::open_beside(&options.database.database).await?;
    let written = match options.what {
        What::Figures => write(&store.all_figures(plan).await?, format, out),
        What::Submissions => write(&store.all_submissions(plan).await?, format, out),
        What::Evidence => write(&store.all_evidence(plan).await?, format, out),
        What::Flags => write(&store.all_flags(plan).await?, format, out),
    };
    app::close(&store).await;
    written
}

/// A value as a cell of a table. A text that a spreadsheet would take for a formula gets an
/// apostrophe before it, by which spreadsheets know a text.
fn cell(value: &serde_json::Value) -> String {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text)
            if text.starts_with(STARTS) || text.trim_start().starts_with(STARTS) =>
        {
            format!("'{text}")
        }
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn write<T: Serialize>(
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
            for (number, row) in rows.iter().enumerate() {
                let serde_json::Value::Object(row) = serde_json::to_value(row)? else { continue };
                if number == 0 {
                    table.write_record(row.keys())?;
                }
                table.write_record(row.values().map(cell))?;
            }
            table.flush()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_an_export_is_a_formula() {
        let starts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"];
        for text in starts {
            assert_eq!(cell(&text.into()), format!("'{text}"));
        }
        for (value, shown) in [(serde_json::json!(-5), "-5"), ("小升规=2".into(), "小升规=2")]
        {
            assert_eq!(cell(&value), shown);
        }
        assert_eq!(cell(&serde_json::Value::Null), "");
    }
}
