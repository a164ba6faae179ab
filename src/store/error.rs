//! What went wrong with the store, and what to do about it.

use sqlx::error::DatabaseError;

/// Why the store cannot do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The scheme is neither `sqlite:` nor `postgres://`.
    #[error(
        "数据库地址应写成 sqlite:PATH 或 postgres://USER@HOST/NAME，请检查 --database / the database is written sqlite:PATH or postgres://USER@HOST/NAME; check --database"
    )]
    Scheme,
    /// The file or folder cannot be written.
    #[error(
        "数据库 {0} 无法写入（{1}），请检查文件夹权限和磁盘空间 / cannot write to {0} ({1}); check the folder's permissions and the disk"
    )]
    Unwritable(String, String),
    /// There is no such file yet.
    #[error(
        "没有数据库 {0}，请先运行 liaison-bot serve（首次运行即建库），或用 --database 指明 / there is no database {0} yet; start liaison-bot serve once first, or name the right one with --database"
    )]
    Missing(String),
    /// The file is not what SQLite wrote.
    #[error(
        "数据库文件已损坏（{0}）：请停掉程序，把 .db、-wal、-shm 三个文件移到别处留底，再用 liaison-bot restore 恢复最近的备份 / the database file is damaged ({0}); stop the program, move the .db, -wal and -shm files away, and bring back the latest backup with liaison-bot restore"
    )]
    Damaged(String),
    /// Another instance has the file.
    #[error(
        "数据库 {0} 正被另一个 liaison-bot 使用，请先停掉它 / another liaison-bot uses {0}; stop it first"
    )]
    InUse(String),
    /// The server does not answer, or not to this user.
    #[error(
        "数据库 {0} 连不上（{1}），请检查 DATABASE_URL、密码和网络 / cannot connect to {0} ({1}); check DATABASE_URL, the password, the network"
    )]
    Unreachable(String, String),
    /// The database was made by a newer program.
    #[error(
        "数据库版本（{0}）比程序新，请升级程序 / the database has schema {0}, which this program does not know; use a newer liaison-bot"
    )]
    Newer(i64),
    /// A migration failed.
    #[error("数据库无法升级 / the database cannot be migrated: {0}")]
    Migration(String),
    /// A statement failed.
    #[error("数据库操作失败 / a database statement failed: {0}")]
    Statement(sqlx::Error),
    /// Something else has changed what this work was decided from; decided anew, it may succeed.
    #[error(
        "同时有另一处改动，将重新办理 / changed by something else at the same time; it is decided anew"
    )]
    Overtaken,
    /// What is stored cannot be read.
    #[error("数据库内容无法读取 / the database holds what cannot be read: {0}")]
    Content(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_damage(&error) { Self::Damaged(error.to_string()) } else { Self::Statement(error) }
    }
}

/// Whether SQLite says that the file is broken (corrupt 11) or none of its own (26).
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code).unwrap_or_default();
    // PostgreSQL's codes have five characters.
    let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5);
    sqlite.is_some_and(|code| [11, 26].contains(&(code & 0xff)))
}

/// Whether an error is about what was to be stored, or about what was found stored.
fn is_verdict(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // SQLite: error 1, too big 18, constraint 19, mismatch 20, range 25 (extended codes carry
            // them in the low byte). PostgreSQL: values 22, constraints 23, statements 42 and 54,
            // triggers P0.
            match code.parse::<u32>().ok().filter(|_| code.len() < 5) {
                Some(sqlite) => [1, 18, 19, 20, 25].contains(&(sqlite & 0xff)),
                None => ["22", "23", "42", "54", "P0"].iter().any(|class| code.starts_with(class)),
            }
        }
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::RowNotFound
        | sqlx::Error::TypeNotFound { .. } => true,
        _ => false,
    }
}

impl StoreError {
    /// Whether the same work may succeed later, unchanged: the database is busy, full, away or
    /// broken. Only what the database says of the values themselves is for good: whatever else it
    /// may be, an update is not given up for it.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Statement(error) => !is_verdict(error),
            Self::Content(_) => false,
            _ => true,
        }
    }
}
