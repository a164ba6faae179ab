//! The books of a killed program: its database, compared with the server and with what people did.
//!
//! SQLite's files are copied first, so that it is the program that recovers them and not the test.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use liaison_bot::rehearsal::{ChatId, MessageId, World as Chats};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};

use super::Counts;
use super::county::County;
use super::liaisons::{Done, Liaisons};

pub struct Ledger {
    book: Book,
    /// Rows that the killed program had noted as sent, beside its SQLite file.
    noted: Vec<i64>,
    _copy: Option<tempfile::TempDir>,
}

enum Book {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What a kill left behind.
pub struct Left {
    /// Whether an update is committed and not confirmed.
    pub unconfirmed: bool,
    /// Rows that wait to be sent.
    pub queued: i64,
    /// Messages that the server has beyond those that are marked or noted as sent.
    pub surplus: i64,
}

impl Ledger {
    /// Opens the books; `None` if there are none yet.
    pub async fn open(url: &str) -> Option<Self> {
        let mut ledger = if let Some(path) = url.strip_prefix("sqlite:") {
            let copy = tempfile::tempdir().unwrap();
            for end in ["", "-wal"] {
                let file = format!("{path}{end}");
                if Path::new(&file).exists() {
                    std::fs::copy(file, copy.path().join(format!("copy.db{end}"))).unwrap();
                }
            }
            let file = copy.path().join("copy.db");
            let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let book = Book::Sqlite(options.connect().await.unwrap());
            Self { book, noted: noted(path), _copy: Some(copy) }
        } else {
            let book = Book::Postgres(PgConnection::connect(url).await.unwrap());
            Self { book, noted: Vec::new(), _copy: None }
        };
        let tables = match &ledger.book {
            Book::Sqlite(_) => "select count(*) from sqlite_schema where name = 'outbox'",
            Book::Postgres(_) => "select count(*) from pg_tables where tablename = 'outbox'",
        };
        (ledger.count(tables).await > 0).then_some(ledger)
    }

    async fn count(&mut self, sql: &str) -> i64 {
        self.pairs(&format!("select ({sql}), 0")).await[0].0
    }

    async fn pairs(&mut self, sql: &str) -> Vec<(i64, i64)> {
        let plain = AssertSqlSafe(sql.to_owned());
        let cast = format!("select a::bigint, b::bigint from ({sql}) as pairs (a, b)");
        match &mut self.book {
            Book::Sqlite(book) => sqlx::query_as(plain).fetch_all(book).await.unwrap(),
            Book::Postgres(book) => {
                sqlx::query_as(AssertSqlSafe(cast)).fetch_all(book).await.unwrap()
            }
        }
    }

    async fn texts(&mut self, sql: &'static str) -> Vec<String> {
        let rows: Vec<(String,)> = match &mut self.book {
            Book::Sqlite(book) => sqlx::query_as(sql).fetch_all(book).await.unwrap(),
            Book::Postgres(book) => sqlx::query_as(sql).fetch_all(book).await.unwrap(),
        };
        rows.into_iter().map(|(text,)| text).collect()
    }

    /// Firings that are noted as done.
    pub async fn jobs(&mut self) -> i64 {
        self.count("select count(*) from job_run").await
    }

    /// Jobs of the plan that were carried out.
    pub async fn jobs_made(&mut self) -> i64 {
        self.count("select count(*) from job_run where made and job <> 'first-start'").await
    }

    /// Each of several programs may note its first start; one note is as good as three.
    pub async fn forget_first_starts(&mut self) {
        let twice = "delete from job_run where job = 'first-start' and due > \
                     (select min(due) from job_run where job = 'first-start')";
        if let Book::Postgres(book) = &mut self.book {
            sqlx::query(twice).execute(book).await.unwrap();
        }
    }

    /// What a kill left, over these chats.
    pub async fn left(&mut self, world: &Chats, chats: &[ChatId]) -> Left {
        let seen = self.count("select coalesce(max(update_id), 0) from seen_update").await;
        let marked = "select count(*) from outbox where message_id is not null";
        let marked = self.count(marked).await;
        // No row has the number 0: PostgreSQL takes no empty list.
        let noted: Vec<String> = self.noted.iter().chain(&[0]).map(i64::to_string).collect();
        let noted = format!(
            "select count(*) from outbox where state = 'queued' and id in ({})",
            noted.join(", ")
        );
        let noted = self.count(&noted).await;
        let posted: i64 = chats.iter().map(|chat| posted(world, *chat)).sum();
        Left {
            unconfirmed: seen > world.confirmed_through().0,
            queued: self.count("select count(*) from outbox where state = 'queued'").await,
            surplus: posted - marked - noted,
        }
    }

    /// Waits until PostgreSQL has noticed that the program is dead: it may still be carrying out
    /// what it was told last.
    pub async fn alone(&mut self) {
        let others = "select count(*) from pg_stat_activity \
                      where datname = current_database() and pid <> pg_backend_pid()";
        while matches!(self.book, Book::Postgres(_)) && self.count(others).await > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The last reckoning, when nothing is under way any more.
    pub async fn reckon(
        &mut self,
        world: &Chats,
        liaisons: &Liaisons,
        county: &County,
        done: &[Done],
        tally: &mut Counts,
    ) {
        // Every update had its effect, and its number is there once.
        let updates = self.count("select count(*) from seen_update").await;
        let made = world.last_update().0 - liaisons.before.0;
        assert_eq!(updates, made, "every update was taken in");
        assert_eq!(world.pending_updates(), 0, "and confirmed");
        assert_eq!(self.count("select count(*) from set_aside").await, 0);

        // Every figure once, in the order in which it was reported.
        let messages: usize = done.iter().map(|one| one.messages).sum();
        assert_eq!(
            self.count("select count(*) from report").await,
            i64::try_from(messages).unwrap()
        );
        let store = liaison_bot::store::Store::open_beside(&county.database).await.unwrap();
        let stored = store.all_submissions(&county.plan).await.unwrap();
        store.close().await;
        for one in done {
            let history: Vec<(&str, Option<i64>)> = stored
                .iter()
                .filter(|row| row.unit == one.unit)
                .map(|row| (row.origin.as_str(), row.total))
                .collect();
            assert_eq!(history, one.history, "{}: each once, in order", one.unit);
        }

        // Every row was delivered. An answer to a press is refused the second time, not shown twice.
        let lost = "select count(*) from outbox where state = 'queued' or \
                    (state = 'dead' and body not like '%\"callback\"%')";
        assert_eq!(self.count(lost).await, 0, "every row was delivered");
        let sent = "select chat_id, message_id from outbox where message_id is not null";
        let mut marked: HashMap<ChatId, i64> = HashMap::new();
        for (chat, message) in self.pairs(sent).await {
            let message = MessageId(i32::try_from(message).unwrap());
            assert!(world.message(ChatId(chat), message).is_some(), "{message:?} is in the chat");
            *marked.entry(ChatId(chat)).or_default() += 1;
        }
        let kills: u32 = tally.kills.values().sum();
        for chat in &liaisons.chats {
            let twice = posted(world, *chat) - marked.get(chat).copied().unwrap_or(0);
            // In a chat one message is under way at a time.
            assert!((0..=i64::from(kills)).contains(&twice), "{chat:?}: {twice} twice");
            tally.twice += twice;
        }

        // No reminder and no bulletin was queued twice, not even under another due time.
        let jobs = "select count(*), count(distinct job) from job_run where made";
        assert_eq!(self.pairs(jobs).await, [(county.jobs(), county.jobs())]);
        let keys = self.texts("select key from outbox where priority = 1").await;
        let due = |part: &&str| part.len() == 16 && part.ends_with('Z');
        let what =
            |key: &String| key.split(':').filter(|part| !due(part)).collect::<Vec<_>>().join(":");
        let once: HashSet<String> = keys.iter().map(what).collect();
        assert_eq!(once.len(), keys.len(), "no broadcast was queued twice");
        assert_eq!(self.count("select count(*) from bulletin").await, 1);
        let of =
            |kind: &str| i64::try_from(once.iter().filter(|key| key.starts_with(kind)).count());
        tally.reminders = of("reminder:").unwrap();
        let people = i64::try_from(done.len()).unwrap();
        assert_eq!(tally.reminders, people * (county.jobs() - 2), "each once for everybody");
        tally.bulletins = 1;
        tally.rows = self.count("select count(*) from outbox").await;
        tally.messages = messages;
        tally.presses = done.iter().map(|one| one.presses).sum();
    }
}

/// The rows of messages that are noted beside an SQLite file.
fn noted(path: &str) -> Vec<i64> {
    let notes = std::fs::read_to_string(format!("{path}.sent")).unwrap_or_default();
    let notes = notes.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let messages = notes.filter(|note| note["message"].is_i64());
    messages.filter_map(|note| note["id"].as_i64()).collect()
}

/// How many messages of the bot stand in a chat.
fn posted(world: &Chats, chat: ChatId) -> i64 {
    let all = world.messages(chat);
    let own = all.iter().filter(|one| one.from_bot && one.service.is_none());
    i64::try_from(own.count()).unwrap()
}
