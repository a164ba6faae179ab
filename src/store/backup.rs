//! Copies of a database: taken while the bot works, looked through, and put in place of one that
//! is gone. For PostgreSQL, the commands of its own that do the same.

use std::fs::File;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::backend::{Pool, lock};
use super::{Store, StoreError};

/// Why there is no copy, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is ever overwritten.
    #[error(
        "{0} 已存在，不会覆盖；请先把它移走，或换一个文件名 / {0} is there already and is not overwritten; move it away, or choose another name"
    )]
    Exists(String),
    /// PostgreSQL has programs of its own for this; the command is complete but for the password.
    #[error(
        "PostgreSQL 数据库请用它自带的命令（密码放在环境变量 PGPASSWORD 或 ~/.pgpass 中）/ PostgreSQL has a command of its own for this (password from PGPASSWORD or ~/.pgpass): {0}"
    )]
    Postgres(String),
    /// The copy cannot be written.
    #[error(
        "{0} 写不进去（{1}），请检查文件夹权限和磁盘空间 / cannot write {0} ({1}); check the folder's permissions and the disk"
    )]
    Unwritable(String, String),
    /// The file is no whole database of this program.
    #[error(
        "{0} 不是完好的备份（{1}），请换一份 / {0} is not a whole backup ({1}); take another one"
    )]
    NoBackup(String, String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What stands in a database without a schema version of ours.
const FOREIGN: &str = "not a database of liaison-bot";

impl Store {
    /// Writes everything into a new file, as it is at one moment, while others read and write.
    /// The file is looked through, and is there whole or not at all.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub async fn back_up(&self, file: &Path) -> Result<(), BackupError> {
        let Pool::Sqlite(pool) = &self.pool else {
            return Err(BackupError::Postgres("pg_dump".to_owned()));
        };
        absent(file)?;
        let part = beside(file, ".part");
        let shown = file.display().to_string();
        let unwritable = |error: &dyn std::fmt::Display| {
            BackupError::Unwritable(shown.clone(), error.to_string())
        };
        // Left by one that was killed.
        let _ = std::fs::remove_file(&part);
        let made = async {
            let name = part.display().to_string();
            let copied = sqlx::query("vacuum into $1").bind(name).execute(pool).await;
            copied.map_err(|error| match StoreError::from(error) {
                damaged @ StoreError::Damaged(_) => BackupError::Store(damaged),
                error => unwritable(&error),
            })?;
            look_through(&part).await?;
            settle(&part, file).map_err(|error| unwritable(&error))
        };
        let made = made.await;
        if made.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        made
    }

    /// Puts a backup where a database is to be; nothing may be there yet.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub async fn restore(url: &str, backup: &Path) -> Result<(), BackupError> {
        let Some(file) = sqlite_path(url) else {
            let known = url.starts_with("postgres://") || url.starts_with("postgresql://");
            return Err(if known {
                BackupError::Postgres(restore_command(url, backup))
            } else {
                StoreError::Scheme.into()
            });
        };
        // What a running bot has not yet moved into its file stands in the log beside it.
        if std::fs::metadata(beside(backup, "-wal")).is_ok_and(|log| log.len() > 0) {
            let why = "a -wal file stands beside it: copy a running database with `backup`";
            return Err(BackupError::NoBackup(backup.display().to_string(), why.to_owned()));
        }
        look_through(backup).await?;
        let _lock = lock(&file)?;
        for ending in ["", "-wal", "-shm", "-journal"] {
            absent(&beside(&file, ending))?;
        }
        let part = beside(&file, ".part");
        let copied = std::fs::copy(backup, &part).and_then(|_| settle(&part, &file));
        copied.map_err(|error| {
            let _ = std::fs::remove_file(&part);
            BackupError::Unwritable(file.display().to_string(), error.to_string())
        })
    }
}

/// The file of an SQLite URL.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// The command that backs a PostgreSQL database up into a file.
pub fn dump_command(url: &str, file: &Path) -> String {
    let (url, file) = (quoted(&without_password(url)), quoted(&file.display().to_string()));
    format!("pg_dump --format=custom --file={file} {url}")
}

/// The command that brings such a file into an empty PostgreSQL database.
fn restore_command(url: &str, file: &Path) -> String {
    let (url, file) = (quoted(&without_password(url)), quoted(&file.display().to_string()));
    format!("pg_restore --exit-on-error --single-transaction --dbname={url} {file}")
}

/// A word as a shell takes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A database URL without its password, good for connecting all the same.
pub fn without_password(url: &str) -> String {
    const KNOWN: [&str; 8] =
        ["host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert", "options"];
    let Some((scheme, rest)) = url.split_once("://") else { return "***".to_owned() };
    let key = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    // A `?` may be part of a password that is not encoded as it should be.
    let is_query = |query: &str| {
        query.split('&').all(|pair| key(pair) == "password" || KNOWN.contains(&&*key(pair)))
    };
    let (base, query) =
        rest.rsplit_once('?').filter(|(_, query)| is_query(query)).unwrap_or((rest, ""));
    let (user, host) = base.rsplit_once('@').unwrap_or(("", base));
    let user = user.split(':').next().unwrap_or_default();
    let at = if user.is_empty() { "" } else { "@" };
    let kept: Vec<&str> = query.split('&').filter(|pair| KNOWN.contains(&&*key(pair))).collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{scheme}://{user}{at}{host}{mark}{}", kept.join("&"))
}

/// The password in a PostgreSQL URL, if there is one.
pub fn password(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let of_user = rest.rsplit_once('@').and_then(|(user, _)| Some(user.split_once(':')?.1));
    let in_query = rest.split_once("password=").and_then(|(_, rest)| rest.split('&').next());
    let found = of_user.or(in_query).filter(|found| !found.is_empty());
    found.filter(|_| scheme.starts_with("postgres")).map(str::to_owned)
}

/// Reads a whole file as SQLite, and whether this program knows its schema.
async fn look_through(file: &Path) -> Result<(), BackupError> {
    let shown = file.display().to_string();
    let no = |why: String| BackupError::NoBackup(shown.clone(), why);
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut copy = options.connect().await.map_err(|error| no(error.to_string()))?;
    let found = judge(&mut copy).await;
    let closed = copy.close().await;
    match found.and_then(|verdict| closed.map(|()| verdict)) {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(verdict) => Err(no(verdict)),
        Err(error) => Err(no(error.to_string())),
    }
}

/// `ok`, or what is wrong.
async fn judge(copy: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    let (verdict,): (String,) =
        sqlx::query_as("pragma quick_check(1)").fetch_one(&mut *copy).await?;
    if verdict != "ok" {
        return Ok(verdict);
    }
    let ours: (i64,) =
        sqlx::query_as("select count(*) from sqlite_schema where name = '_sqlx_migrations'")
            .fetch_one(&mut *copy)
            .await?;
    if ours.0 == 0 {
        return Ok(FOREIGN.to_owned());
    }
    let (latest,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(copy).await?;
    let known = sqlx::migrate!("migrations/sqlite");
    Ok(match latest {
        None => FOREIGN.to_owned(),
        Some(version) if known.version_exists(version) => verdict,
        Some(version) => StoreError::Newer(version).to_string(),
    })
}

fn absent(file: &Path) -> Result<(), BackupError> {
    match file.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(_) => Err(BackupError::Exists(file.display().to_string())),
        Err(error) => Err(BackupError::Unwritable(file.display().to_string(), error.to_string())),
    }
}

/// Puts a finished file in its place, so that it is there whole also after a power cut.
fn settle(part: &Path, file: &Path) -> std::io::Result<()> {
    File::options().write(true).open(part)?.sync_all()?;
    std::fs::rename(part, file)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://bot:s3cret@db/lanxi", "postgres://bot@db/lanxi"),
            (
                "postgres://bot:s3:c@ret@db:5432/lanxi?sslmode=require",
                "postgres://bot@db:5432/lanxi?sslmode=require",
            ),
            ("postgres://db/lanxi?password=s3cr@t", "postgres://db/lanxi"),
            ("postgres://bot:s3?cret@db/lanxi", "postgres://bot@db/lanxi"),
            ("postgres://bot@db/lanxi?host=/run&password=s3", "postgres://bot@db/lanxi?host=/run"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
