//! A fresh database for each test: an SQLite file, and a database on a throw-away PostgreSQL.
//!
//! The server is started once a test run, in a temporary folder, and ends with the test process.
//! Where its programs are missing, the PostgreSQL half says loudly that it was left out; with
//! `CI=true` that is a failure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

/// A database for one test.
pub struct Database {
    pub url: String,
    /// The folder of an SQLite file, removed at the end.
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    /// What a query gives whose rows are one text each.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        let rows: Vec<(String,)> = if self.url.starts_with("sqlite") {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&pool).await.unwrap()
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&pool).await.unwrap()
        };
        rows.into_iter().map(|row| row.0).collect()
    }
}

/// Makes two tests of one: `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    (async fn $name:ident($db:ident: Database) $body:block) => {
        mod $name {
            use super::*;

            #[expect(clippy::allow_attributes, reason = "only some bodies are as long as that")]
            #[allow(clippy::too_many_lines)]
            async fn test($db: Database) $body

            #[test]
            fn sqlite() {
                crate::databases::run(async { test(crate::databases::sqlite()).await });
            }

            #[test]
            fn postgres() {
                crate::databases::run(async {
                    if let Some(db) = crate::databases::postgres().await {
                        test(db).await;
                    }
                });
            }
        }
    };
}
pub(crate) use on_both;

/// Runs a test. Both halves compare with the same snapshots, which insta must be told.
pub fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    insta::allow_duplicates! { runtime.block_on(test) }
}

/// A fresh SQLite file.
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Database { url, _folder: Some(folder) }
}

/// A fresh database on the throw-away server; `None` where PostgreSQL is not installed.
pub async fn postgres() -> Option<Database> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(Server::start).as_ref());
    let server = server.await.unwrap()?;
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = server.connection().await;
    connection.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    Some(Database { url: server.url(&name), _folder: None })
}

/// A PostgreSQL server of one test, which may kill it.
pub struct OwnServer {
    server: Option<Server>,
    folder: PathBuf,
    /// Whose the folder is, if this is root.
    user: Option<(u32, u32)>,
}

impl OwnServer {
    /// Starts one with an empty database; `None` where PostgreSQL is not installed.
    pub async fn start(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("liaison-{name}-{}", std::process::id()));
        let server = Server::start_in(folder.clone(), "KILL")?;
        server.connection().await.execute("create database test").await.unwrap();
        let user = owner_other_than_root(&folder);
        Some(Self { server: Some(server), folder, user })
    }

    pub fn url(&self) -> String {
        self.server.as_ref().expect("it runs").url("test")
    }

    /// `kill -9`, and everything it had started ends too.
    pub fn kill(&mut self) {
        drop(self.server.take());
        let pid = self.folder.join("data/postmaster.pid");
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(self.folder.join(".s.PGSQL.5432")).is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it dies");
            std::thread::sleep(Duration::from_millis(20));
        }
        // A killed server leaves these, and its successor would believe them.
        let _ = std::fs::remove_file(pid);
        for lock in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            let _ = std::fs::remove_file(self.folder.join(lock));
        }
    }

    /// Starts it again on what it had.
    pub fn restart(&mut self) {
        let bin = bin().expect("it was there");
        self.server = Some(Server::run(&bin, self.folder.clone(), self.user, "KILL"));
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Server {
    folder: PathBuf,
    /// A shell that ends the server when this process, and with it the pipe, is gone.
    keeper: Child,
}

impl Drop for Server {
    /// The keeper hears the end of its input, ends the server, and is waited for.
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Server {
    fn start() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("liaison-pg-{}", std::process::id()));
        Self::start_in(folder, "INT")
    }

    fn start_in(folder: PathBuf, signal: &str) -> Option<Self> {
        let Some(bin) = bin() else {
            let missing =
                "PostgreSQL is not installed: THE POSTGRESQL HALF OF THE TESTS WAS LEFT OUT";
            // Past the capture of a passing test's output.
            let _ = writeln!(std::io::stderr().lock(), "\n*** {missing} ***\n");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            return None;
        };
        std::fs::create_dir_all(&folder).unwrap();
        let user = as_whom(&folder);
        let data = folder.join("data");
        let mut initdb = Command::new(bin.join("initdb"));
        initdb.args([
            "-U",
            "liaison",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
            "-D",
        ]);
        become_user(&mut initdb, user);
        let made = initdb.arg(&data).stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        Some(Self::run(&bin, folder, user, signal))
    }

    fn run(bin: &Path, folder: PathBuf, user: Option<(u32, u32)>, signal: &str) -> Self {
        let data = folder.join("data");
        let script = r#""$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
            -c synchronous_commit=$4 -c max_connections=300 >"$2/log" 2>&1 &
            server=$!; cat >/dev/null; kill -$3 $server; wait $server; [ "$3" = KILL ] || rm -rf "$2""#;
        let mut keeper = Command::new("sh");
        keeper.arg("-c").arg(script).arg(bin.join("postgres")).arg(&data).arg(&folder).arg(signal);
        // A server that is to be killed must keep what it said was committed.
        keeper.arg(if signal == "KILL" { "on" } else { "off" });
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        become_user(&mut keeper, user);
        let server = Self { keeper: keeper.current_dir(&folder).spawn().unwrap(), folder };
        server.wait();
        server
    }

    fn wait(&self) {
        let socket = self.folder.join(".s.PGSQL.5432");
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "PostgreSQL does not start: {}",
                log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    async fn connection(&self) -> PgConnection {
        let begun = Instant::now();
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection,
                // The socket is there a moment before the server takes connections.
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(30), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://liaison@localhost/{database}?host={}", self.folder.display())
    }
}

/// Where `initdb` and `postgres` are: `$PG_BIN`, `PATH`, or where Debian puts them.
fn bin() -> Option<PathBuf> {
    let has = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    let named = std::env::var_os("PG_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let all = named.into_iter().chain(std::env::split_paths(&path)).chain(debian.into_iter().rev());
    all.into_iter().find(|folder| has(folder))
}

/// Whose a folder is that root has given away; `None` if this is not root.
fn owner_other_than_root(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let own = std::fs::metadata("/proc/self").unwrap().uid();
    let owner = std::fs::metadata(folder).unwrap();
    (own == 0).then(|| (owner.uid(), owner.gid()))
}

/// Somebody else, if this is root.
pub fn other_than_root() -> Option<(u32, u32)> {
    let folder = tempfile::tempdir().unwrap();
    as_whom(folder.path())
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, or `nobody`.
fn as_whom(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse::<u32>().unwrap());
        Some((ids.next()?, ids.next()?))
    };
    let (uid, gid) = of("postgres").or_else(|| of("nobody")).expect("a user other than root");
    std::os::unix::fs::chown(folder, Some(uid), Some(gid)).unwrap();
    Some((uid, gid))
}

pub fn become_user(command: &mut Command, user: Option<(u32, u32)>) {
    use std::os::unix::process::CommandExt;
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
}
