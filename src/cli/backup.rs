//! `backup`, `restore`, and the daily copies that `serve` makes by itself.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::app;
use super::progress::Progress;
use crate::clock::Clock;
use crate::plan::period::local_instant;
use crate::store::{BackupError, Store, backup};

/// How long after a failure the day's copy is tried again.
const TRY_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Whether, when and where `serve` copies its database.
#[derive(Debug, Clone, clap::Args)]
pub struct BackupArgs {
    /// 每日备份保留份数，0 为不备份（仅 SQLite）/ Daily copies kept, 0 for none (SQLite only)
    #[arg(
        long = "backup-keep",
        id = "backup_keep",
        env = "LIAISON_BACKUP_KEEP",
        default_value_t = 7,
        value_name = "COPIES"
    )]
    keep: usize,
    /// 每日备份时间（计划所在时区）/ When, in the plan's zone
    #[arg(long = "backup-at", id = "backup_at", env = "LIAISON_BACKUP_AT", default_value = "03:00", value_name = "HH:MM",
          value_parser = time_of_day)]
    at: NaiveTime,
    /// 备份文件夹，缺省为数据库旁的 backups / Where; `backups` beside the database if left out
    #[arg(long = "backup-dir", id = "backup_dir", env = "LIAISON_BACKUP_DIR", value_name = "DIR")]
    dir: Option<PathBuf>,
}

fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M")
        .map_err(|_| "时间应写成 03:00 / a time of day is written 03:00".to_owned())
}

/// Copies a database into a new file, beside the running bot.
///
/// # Errors
/// See [`BackupError`]; for PostgreSQL it names the command to use.
pub async fn run(database: &str, file: &Path) -> anyhow::Result<String> {
    if is_postgres(database) {
        return Err(BackupError::Postgres(backup::dump_command(database, file)).into());
    }
    let store = Store::open_as_it_is(database).await?;
    let progress = Progress::of_something("正在备份 / backing up");
    let made = store.back_up(file).await;
    drop(progress);
    app::close(&store).await;
    made?;
    let file = file.display();
    Ok(format!("已备份到 {file} / backed up to {file}"))
}

/// Puts a backup where the database is to be.
///
/// # Errors
/// See [`BackupError`]; nothing is overwritten.
pub async fn restore(database: &str, file: &Path) -> anyhow::Result<String> {
    let progress = Progress::of_something("正在恢复 / restoring");
    Store::restore(database, file).await?;
    drop(progress);
    let file = file.display();
    Ok(format!(
        "已从 {file} 恢复到 {database}，可以启动 serve 了 / restored from {file} to {database}; start serve"
    ))
}

fn is_postgres(database: &str) -> bool {
    database.starts_with("postgres://") || database.starts_with("postgresql://")
}

/// The daily copies of an SQLite database.
pub struct Daily {
    store: Store,
    clock: Clock,
    zone: Tz,
    at: NaiveTime,
    keep: usize,
    folder: PathBuf,
    /// What the copies' names begin with: the database's own name.
    name: String,
}

impl Daily {
    /// As the operator wants it; `None` where there is nothing to do. For PostgreSQL the log says
    /// what to use instead.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        zone: Tz,
        database: &str,
        args: &BackupArgs,
    ) -> Option<Self> {
        if args.keep == 0 {
            tracing::warn!("no daily backups are made; see serve --backup-keep");
            return None;
        }
        let Some(file) = backup::sqlite_path(database) else {
            let command = backup::dump_command(database, Path::new("liaison.dump"));
            tracing::info!(
                "PostgreSQL is not backed up by this program; have this run daily: {command}"
            );
            return None;
        };
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let beside = || file.with_file_name("backups");
        let folder = args.dir.clone().unwrap_or_else(beside);
        let (at, keep) = (args.at, args.keep);
        Some(Self { store, clock, zone, at, keep, folder, name })
    }

    /// Copies the database each day, from now on. A start makes up for the last time if there is no
    /// copy of it.
    pub async fn run(self) {
        loop {
            let now = self.clock.now();
            let day = self.last_due(now);
            let made = if self.file(day).exists() { Ok(()) } else { self.make(day).await };
            let next = match made {
                Ok(()) => local_instant((day + Days::new(1)).and_time(self.at), self.zone),
                Err(error) => {
                    tracing::error!(%error, "today's backup was not made; trying again in an hour");
                    now + TRY_AGAIN
                }
            };
            self.clock.sleep_until(next).await;
        }
    }

    /// The day whose copy was due last.
    fn last_due(&self, now: DateTime<Utc>) -> NaiveDate {
        let local = now.with_timezone(&self.zone).naive_local();
        if local.time() >= self.at { local.date() } else { local.date() - Days::new(1) }
    }

    fn file(&self, day: NaiveDate) -> PathBuf {
        self.folder.join(format!("{}-{day}.db", self.name))
    }

    async fn make(&self, day: NaiveDate) -> Result<(), BackupError> {
        let unwritable = |error: std::io::Error| {
            BackupError::Unwritable(self.folder.display().to_string(), error.to_string())
        };
        std::fs::create_dir_all(&self.folder).map_err(unwritable)?;
        let file = self.file(day);
        self.store.back_up(&file).await?;
        tracing::info!(file = %file.display(), "the database is backed up");
        // Only now that there is a new one.
        self.forget_old().map_err(unwritable)
    }

    /// Removes the oldest copies; what is not one of ours is left alone.
    fn forget_old(&self) -> std::io::Result<()> {
        let mut copies = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let day = name
                .strip_prefix(&self.name)
                .and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".db")?.parse().ok());
            copies.extend(day.map(|day: NaiveDate| (day, path)));
        }
        copies.sort();
        let old = copies.len().saturating_sub(self.keep);
        copies.drain(..old).try_for_each(|(_, path)| std::fs::remove_file(path))
    }
}
