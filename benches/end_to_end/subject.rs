//! Who is measured: the bot, and the same job written with other libraries (`benches/peers`). Each is
//! a process of its own, started as it would be on a server.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::county;

/// The token that every subject is given.
const TOKEN: &str = "5000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where a webhook listens.
const PORT: &str = "18443";

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Bot,
    Grammy,
    Teloxide,
    Aiogram,
    Ptb,
}

/// How updates come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Polling,
    Webhook,
}

impl Way {
    pub fn name(self) -> &'static str {
        if self == Self::Polling { "polling" } else { "webhook" }
    }
}

impl Subject {
    pub const ALL: [Self; 5] = [Self::Bot, Self::Grammy, Self::Teloxide, Self::Aiogram, Self::Ptb];

    pub fn name(self) -> &'static str {
        match self {
            Self::Bot => "liaison-bot",
            Self::Grammy => "grammY",
            Self::Teloxide => "teloxide",
            Self::Aiogram => "aiogram",
            Self::Ptb => "python-telegram-bot",
        }
    }

    fn program(self) -> PathBuf {
        let installed = peers().join(".installed");
        match self {
            Self::Bot => std::env::var_os("LIAISON_BOT")
                .map_or_else(|| env!("CARGO_BIN_EXE_liaison-bot").into(), PathBuf::from),
            Self::Grammy => "node".into(),
            Self::Teloxide => installed.join("target/release/peer-teloxide"),
            Self::Aiogram | Self::Ptb => installed.join("python/bin/python"),
        }
    }

    /// Whether `benches/peers/install` has put it there.
    pub fn is_installed(self) -> bool {
        match self {
            Self::Grammy => peers().join(".installed/node_modules/grammy").exists(),
            other => other.program().exists(),
        }
    }

    /// Makes what it starts from.
    pub async fn prepare(self, folder: &Path, liaisons: usize) {
        if self == Self::Bot {
            let plan = county::plan(folder, liaisons, None);
            county::database(&format!("sqlite:{}", database(folder)), &plan).await.close().await;
        }
    }

    pub fn start(self, folder: &Path, api: &str, way: Way) -> Running {
        let api = format!("http://{api}");
        let mut command = Command::new(self.program());
        let scripts = peers();
        match self {
            Self::Bot => {
                command
                    .args(["--plan", folder.to_str().expect("plain")])
                    .args(["serve", "--backup-keep", "0"])
                    .args(["--database", &format!("sqlite:{}", database(folder))])
                    .args(["--per-second", "100000", "--chat-per-second", "1000"]);
                if way == Way::Webhook {
                    command
                        .args(["--webhook-url", &format!("http://127.0.0.1:{PORT}/")])
                        .args(["--webhook-listen", &format!("127.0.0.1:{PORT}")])
                        .args(["--webhook-connections", "100"]);
                }
            }
            Self::Grammy => drop(command.arg(scripts.join("grammy/bot.mjs"))),
            Self::Teloxide => {}
            Self::Aiogram => drop(command.arg(scripts.join("python/with_aiogram.py"))),
            Self::Ptb => drop(command.arg(scripts.join("python/with_ptb.py"))),
        }
        if way == Way::Webhook {
            command.env("WEBHOOK_PORT", PORT);
        }
        let log = File::create(folder.join("log")).expect("the folder can be written");
        let begun = Instant::now();
        let child = command
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", &api)
            .env("TOKEN", TOKEN)
            .env("API_URL", &api)
            .env("DATABASE", database(folder))
            .env("INSTALLED", scripts.join(".installed/package.json"))
            .env_remove("RUST_LOG")
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        Running { child, begun }
    }

    /// Figures that its database holds.
    pub async fn stored(self, folder: &Path) -> i64 {
        let url = format!("sqlite:{}", database(folder));
        let table = if self == Self::Bot { "submission" } else { "figure" };
        let mut database = SqliteConnection::connect(&url).await.expect("the database opens");
        let count = format!("select count(*) from {table}");
        let count: (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(count))
            .fetch_one(&mut database)
            .await
            .expect("the table is there");
        count.0
    }
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers")
}

/// The database that a subject keeps in its folder.
pub fn database(folder: &Path) -> String {
    folder.join("bench.db").to_str().expect("plain").to_owned()
}

/// A started program. Dropped, it is killed.
pub struct Running {
    child: Child,
    pub begun: Instant,
}

impl Running {
    /// The most memory it has held, in megabytes.
    pub fn peak_memory(&self) -> f64 {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    }

    /// The processor time it has used.
    pub fn processor(&self) -> Duration {
        // After the name, which stands in brackets: fields 14 and 15 of 52, in hundredths.
        let stat = self.read("stat");
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|one| one.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    fn read(&self, name: &str) -> String {
        let path = format!("/proc/{}/{name}", self.child.id());
        std::fs::read_to_string(path).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
