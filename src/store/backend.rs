//! The two databases behind one face.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::backup::{sqlite_path, without_password};
use super::error::is_damage;
use super::taken::Taken;
use super::{Health, StoreError, Work};

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: Pool,
    /// What this program is called among others on the same database.
    pub(super) replica: Arc<str>,
    health: Arc<Health>,
    /// Whose turn it is to write to an SQLite file.
    writers: Arc<Mutex<()>>,
    /// What was sent and is not marked yet, where the bot has an SQLite file.
    pub(super) taken: Option<Arc<Taken>>,
    /// Held open as long as any clone lives: the lock that keeps a second instance out.
    _lock: Option<Arc<File>>,
}

/// Who opens a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// The bot: it makes the file, and no second bot may have it.
    Alone,
    /// A command beside it.
    Beside,
    /// A command that changes nothing, the schema neither.
    AsItIs,
}

#[derive(Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression on either database: `on_tx!(tx, db => query.execute(db).await)`.
macro_rules! on_tx {
    ($tx:expr, $db:ident => $body:expr) => {
        match $tx {
            $crate::store::backend::Tx::Sqlite(tx) => {
                let $db = &mut **tx;
                $body
            }
            $crate::store::backend::Tx::Postgres(tx) => {
                let $db = &mut **tx;
                $body
            }
        }
    };
}
pub(super) use on_tx;

/// The same for a statement of its own, outside a transaction.
macro_rules! on_pool {
    ($pool:expr, $db:ident => $body:expr) => {
        match $pool {
            $crate::store::backend::Pool::Sqlite($db) => $body,
            $crate::store::backend::Pool::Postgres($db) => $body,
        }
    };
}
pub(super) use on_pool;

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.pool {
            Pool::Sqlite(_) => "Store(SQLite)",
            Pool::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

impl Store {
    /// Opens a database for the bot, brings its schema up to date, and keeps a second bot out of
    /// the same SQLite file. The backend follows from the scheme alone.
    ///
    /// # Errors
    /// See [`StoreError`]; no error shows a password.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::connect(url, Access::Alone).await
    }

    /// Opens a database beside a running bot, for a command that reads or adds a little.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn open_beside(url: &str) -> Result<Self, StoreError> {
        Self::connect(url, Access::Beside).await
    }

    /// Opens a database to copy it: whatever schema it has, it keeps.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn open_as_it_is(url: &str) -> Result<Self, StoreError> {
        Self::connect(url, Access::AsItIs).await
    }

    async fn connect(url: &str, access: Access) -> Result<Self, StoreError> {
        let alone = access == Access::Alone;
        if let Some(path) = sqlite_path(url) {
            let lock = if alone { Some(Arc::new(lock(&path)?)) } else { None };
            let shown = path.display().to_string();
            if !alone && !path.exists() {
                return Err(StoreError::Missing(shown));
            }
            let mut store = Self {
                pool: Pool::Sqlite(sqlite(&path).await?),
                replica: "".into(),
                health: Arc::default(),
                writers: Arc::default(),
                taken: None,
                _lock: lock,
            };
            if access != Access::AsItIs {
                store.migrate(&shown).await?;
            }
            if alone {
                store.check(&path).await?;
                // Without it nothing is lost, only more may be sent twice.
                match Taken::open(&path) {
                    Ok(taken) => store.taken = Some(Arc::new(taken)),
                    Err(error) => {
                        tracing::warn!(%error, "cannot write the .sent file beside {shown}");
                    }
                }
                store.mark_taken().await?;
            }
            return Ok(store);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = Pool::Postgres(postgres(url).await?);
            let store = Self {
                pool,
                replica: name()?,
                health: Arc::default(),
                writers: Arc::default(),
                taken: None,
                _lock: None,
            };
            if access != Access::AsItIs {
                store.migrate(&without_password(url)).await?;
            }
            return Ok(store);
        }
        Err(StoreError::Scheme)
    }

    /// Closes the database: on SQLite the file alone is whole afterwards, with nothing left in the
    /// write-ahead log beside it. No clone can be used any more. What is still under way is waited
    /// for, so callers set a limit.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => {
                // The last connection's end does the same, but not beside a command's own.
                let moved = sqlx::query("pragma wal_checkpoint(truncate)").execute(pool).await;
                if let Err(error) = moved {
                    tracing::warn!(%error, "the database's -wal file was not emptied; keep it with the .db");
                }
                pool.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether it works, as far as is known.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Begins work in one transaction; on SQLite as the one writer from the start.
    ///
    /// # Errors
    /// If the database is away or busy for long.
    pub async fn begin(&self) -> Result<Work, StoreError> {
        let writing = self.writing().await;
        let tx = match &self.pool {
            Pool::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        };
        Ok(Work { tx, turns: BTreeSet::new(), health: self.health.clone(), _writing: writing })
    }

    /// Waits for the turn to write. SQLite has one writer, and whoever finds another at work looks
    /// again after a growing pause, which may be long after that one has ended: here they queue.
    /// PostgreSQL's writers need none.
    pub(super) async fn writing(&self) -> Option<OwnedMutexGuard<()>> {
        match &self.pool {
            Pool::Sqlite(_) => Some(self.writers.clone().lock_owned().await),
            Pool::Postgres(_) => None,
        }
    }
}

impl Work {
    /// Makes it so.
    ///
    /// # Errors
    /// If the commit fails; then nothing of it stands.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.tx {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        self.health.works();
        Ok(())
    }
}

impl Store {
    /// Brings the schema up to date, all in one transaction: killed in the middle, nothing of it
    /// stands. One program at a time: SQLite has one writer, PostgreSQL a locked row till the commit.
    async fn migrate(&self, shown: &str) -> Result<(), StoreError> {
        self.found_turn().await?;
        let mut work = self.begin().await.map_err(|error| named(error, shown))?;
        let done = match &mut work.tx {
            Tx::Sqlite(tx) => sqlx::migrate!("migrations/sqlite").run(&mut **tx).await,
            Tx::Postgres(tx) => {
                let turn = "select id from migration_turn where id = 1 for update";
                sqlx::query(turn).execute(&mut **tx).await?;
                let mut migrations = sqlx::migrate!("migrations/postgres");
                // The locked row does it, and other databases of PostgreSQL's kind have it too.
                migrations.set_locking(false);
                migrations.run(&mut **tx).await
            }
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionNotPresent(version) => {
                StoreError::Newer(version)
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
                if is_damage(&error) =>
            {
                StoreError::Damaged(format!("{shown}: {error}"))
            }
            error => StoreError::Migration(error.to_string()),
        })?;
        work.commit().await
    }

    /// The row that programs starting together wait for. Two may be making it at the same moment,
    /// and PostgreSQL then tells one of them that it is there.
    async fn found_turn(&self) -> Result<(), StoreError> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(()) };
        let mut tries = 0;
        loop {
            let made = async {
                let table = "create table if not exists migration_turn (id bigint primary key)";
                sqlx::query(table).execute(pool).await?;
                let row = "insert into migration_turn (id) values (1) on conflict do nothing";
                sqlx::query(row).execute(pool).await
            };
            match made.await {
                Ok(_) => return Ok(()),
                Err(sqlx::Error::Database(_)) if tries < 10 => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Looks through a whole SQLite file, and whether it can be written, so that damage is found at
    /// the start and not in the middle of somebody's report.
    async fn check(&self, path: &Path) -> Result<(), StoreError> {
        let Pool::Sqlite(pool) = &self.pool else { return Ok(()) };
        let shown = path.display().to_string();
        // SQLite opens a read-only file without a word, and a transaction that is to write too.
        let probe = "delete from seen_update where update_id is null";
        if let Err(error) = sqlx::query(probe).execute(pool).await {
            let error = StoreError::from(error);
            return Err(match error {
                StoreError::Statement(cause) => StoreError::Unwritable(shown, cause.to_string()),
                other => named(other, &shown),
            });
        }
        let found: Result<(String,), _> =
            sqlx::query_as("pragma quick_check(1)").fetch_one(pool).await;
        match found {
            Ok((verdict,)) if verdict == "ok" => Ok(()),
            Ok((verdict,)) => Err(StoreError::Damaged(format!("{shown}: {verdict}"))),
            Err(error) => Err(named(error.into(), &shown)),
        }
    }
}

/// A name that no other program has.
fn name() -> Result<Arc<str>, StoreError> {
    let number = getrandom::u64().map_err(|error| StoreError::Content(error.to_string()))?;
    Ok(format!("{number:016x}").into())
}

/// Names the database in an error that says it is damaged.
fn named(error: StoreError, shown: &str) -> StoreError {
    match error {
        StoreError::Damaged(cause) => StoreError::Damaged(format!("{shown}: {cause}")),
        other => other,
    }
}

/// Takes the lock file beside a database; it is released when the file is closed, also by a crash.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let shown = path.display().to_string();
    let unwritable =
        |error: std::io::Error| StoreError::Unwritable(shown.clone(), error.to_string());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).append(true).open(name).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(shown)),
        Err(std::fs::TryLockError::Error(error)) => Err(unwritable(error)),
    }
}

async fn sqlite(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Rows cross from sqlx's thread to ours: a batch's in one go, not 50 at a time.
        .row_buffer_size(4096)
        // Pages that are written again and again move to the file itself less often: 16 MB, not 4.
        .pragma("wal_autocheckpoint", "4000")
        .busy_timeout(Duration::from_secs(10));
    // SQLite rolls back by itself when a disk is full or fails; sqlx then counts a transaction that
    // is not there any more and can begin no other one. Such a connection is closed.
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
        .connect_with(options)
        .await;
    let shown = path.display().to_string();
    pool.map_err(|error| {
        if is_damage(&error) {
            StoreError::Damaged(format!("{shown}: {error}"))
        } else {
            StoreError::Unwritable(shown, error.to_string())
        }
    })
}

async fn postgres(url: &str) -> Result<PgPool, StoreError> {
    let shown = without_password(url);
    // The parser's words may repeat the URL, password and all: they are not passed on.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Unreachable(shown.clone(), "not a valid address".to_owned()))?;
    PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(|error| StoreError::Unreachable(shown, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a full disk does: SQLite ends the transaction by itself, in the middle of a batch.
    #[tokio::test]
    async fn a_connection_whose_transaction_is_gone_is_not_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::open(&url).await.unwrap();
        for _ in 0..8 {
            let mut work = store.begin().await.expect("a new transaction begins");
            let Tx::Sqlite(tx) = &mut work.tx else { unreachable!() };
            sqlx::query("pragma max_page_count = 1").execute(&mut **tx).await.unwrap();
            let large = "insert into blob values ('', '', '', zeroblob(10000000), '')";
            let full = sqlx::query(large).execute(&mut **tx).await.unwrap_err();
            assert!(StoreError::from(full).is_passing());
        }
        let work = store.begin().await.unwrap();
        work.commit().await.unwrap();
    }
}
