//! `copy-to`: an SQLite database moves to PostgreSQL.

use std::fmt::Write;

use super::app;
use super::progress::Progress;
use crate::store::Store;

/// Copies everything, and says what.
///
/// # Errors
/// A bot that still runs on the database, a target that is not empty, or either database.
pub async fn run(database: &str, target: &str) -> anyhow::Result<String> {
    // As the one program on it: what is reported after the copy would be lost.
    let source = if database.starts_with("sqlite:") {
        Store::open_beside(database).await?.close().await;
        Store::open(database).await?
    } else {
        return Err(crate::store::CopyError::Direction.into());
    };
    let target = Store::open(target).await?;
    let progress = Progress::of_parts("复制 / copying");
    let copied = source.copy_to(&target, |done, all| progress.set(done, all)).await;
    drop(progress);
    app::close(&target).await;
    app::close(&source).await;
    let mut text = String::new();
    for table in copied? {
        writeln!(text, "{:<12} {:>9}  {}", table.table, table.rows, &table.hash[..16])?;
    }
    text += "已全部复制，逐表核对行数和哈希一致。请用新的 DATABASE_URL 启动 serve，不要再用旧库启动 \
             / copied, counts and hashes agree; start serve with the new DATABASE_URL, and no more on the old file";
    Ok(text)
}
