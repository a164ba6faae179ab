//! `audit`: the audit log, as CSV or JSON; its chain is looked through on the way.

use std::io::Write;

use super::export::write;
use super::{Database, ExportFormat, app};
use crate::plan::Plan;
use crate::store::audit::verify;

/// What is written, and from where.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 输出格式 / The format
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    format: ExportFormat,
    #[command(flatten)]
    database: Database,
}

/// Writes the log.
///
/// # Errors
/// The database, a place that cannot be written to, or a chain that is broken.
pub async fn run(plan: &Plan, options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let store = app::open_beside(&options.database.database).await?;
    let rows = store.audit_log(plan).await;
    app::close(&store).await;
    let rows = rows?;
    write(&rows, options.format, out)?;
    if let Err(broken) = verify(&plan.id, &rows) {
        anyhow::bail!(broken.to_string());
    }
    Ok(())
}
