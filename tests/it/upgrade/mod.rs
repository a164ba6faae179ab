//! Databases of other days: one of each released version, and one of each schema there ever was, are
//! brought up to date with everything in them, and the bot goes on.
//!
//! `0.1.0.sqlite.sql` and its like are what a release left behind: [`story`] lived through with that
//! program, and written down by `just release-dump`. They are never changed afterwards.

mod dump;
mod story;

use std::borrow::Cow;
use std::path::PathBuf;

use liaison_bot::store::audit::{Broken, verify};
use liaison_bot::store::{Store, StoreError};
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::command_line::{answer, errors, run};
use crate::databases::{self, Database, on_both};
use crate::world::plan;
use dump::{contents, execute, is_sqlite, texts};

/// Versions that were released, with what their program left in a database of this kind.
fn releases(db: &Database) -> Vec<(String, String)> {
    let ending = if is_sqlite(&db.url) { ".sqlite.sql" } else { ".postgres.sql" };
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let mut all: Vec<(String, String)> = files
        .filter_map(|file| {
            let version = file.file_name()?.to_str()?.strip_suffix(ending)?.to_owned();
            Some((version, std::fs::read_to_string(&file).unwrap()))
        })
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/it/upgrade"].iter().collect()
}

/// An empty database of the same kind.
async fn another(db: &Database) -> Database {
    if is_sqlite(&db.url) {
        return databases::sqlite();
    }
    databases::postgres().await.expect("there is one already")
}

fn migrations(url: &str) -> Migrator {
    let mut all = if is_sqlite(url) {
        sqlx::migrate!("migrations/sqlite")
    } else {
        sqlx::migrate!("migrations/postgres")
    };
    // The server of the tests has nobody else.
    all.set_locking(false);
    all
}

/// Makes the schema of a day when there were no migrations but these.
async fn migrate_through(url: &str, version: i64) {
    let mut migrations = migrations(url);
    let then = migrations.iter().filter(|one| one.version <= version).cloned().collect();
    migrations.migrations = Cow::Owned(then);
    if is_sqlite(url) {
        let mut db = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
        migrations.run(&mut db).await.unwrap();
        db.close().await.unwrap();
    } else {
        let mut db = PgConnection::connect(url).await.unwrap();
        migrations.run(&mut db).await.unwrap();
        db.close().await.unwrap();
    }
}

async fn versions(url: &str) -> Vec<String> {
    let sql =
        "select cast(version as text) as text from _sqlx_migrations where success order by version";
    texts(url, sql).await
}

/// Opens a database as the bot does, and leaves it.
async fn brought_up_to_date(url: &str) -> Result<(), StoreError> {
    let store = Store::open(url).await?;
    store.close().await;
    Ok(())
}

/// What `doctor` says of the history, beside whatever it says of the rest.
fn doctor(url: &str) -> String {
    let output = run(&["doctor", "--rebuild", "--database", url]);
    answer(&output) + &errors(&output)
}

on_both! {
    async fn a_database_of_each_release_is_brought_up_to_date_and_goes_on(db: Database) {
        for (version, sql) in releases(&db) {
            println!("{version}");
            let db = another(&db).await;
            execute(&db.url, &sql).await;
            let columns = dump::columns(&db.url).await;
            let before = contents(&db.url, &columns).await;
            for table in ["account", "report", "submission", "figure", "question", "bulletin", "journal"] {
                assert!(!before[table].is_empty(), "{version} has rows of {table}");
            }
            brought_up_to_date(&db.url).await.unwrap();
            assert_eq!(contents(&db.url, &columns).await, before, "{version}");
            let last = migrations(&db.url).iter().map(|one| one.version).max();
            assert_eq!(versions(&db.url).await.last().cloned(), last.map(|last| last.to_string()));
            let told = doctor(&db.url);
            assert!(told.contains("逐行相扣"), "{told}");
            assert!(told.contains("个当前数，全部相符"), "{told}");
            story::goes_on(&db.url).await;
            let told = doctor(&db.url);
            assert!(told.contains("逐行相扣") && told.contains("全部相符"), "{told}");
        }
    }
}

on_both! {
    async fn every_schema_there_was_is_brought_up_to_date_with_its_rows(db: Database) {
        let (_, sql) = releases(&db).swap_remove(0);
        let full = another(&db).await;
        execute(&full.url, &sql).await;
        let all: Vec<i64> = migrations(&db.url).iter().map(|one| one.version).collect();
        let plan = plan();
        for version in all {
            let db = another(&db).await;
            migrate_through(&db.url, version).await;
            let columns = dump::columns(&db.url).await;
            // The first release has the tables of all schemas before it; rows of later tables have no place.
            execute(&db.url, &dump::inserts(&full.url, &columns).await).await;
            let before = contents(&db.url, &columns).await;
            assert!(!before["submission"].is_empty() && !before["outbox"].is_empty());
            brought_up_to_date(&db.url).await.unwrap();
            assert_eq!(contents(&db.url, &columns).await, before, "from {version}");
            let store = Store::open(&db.url).await.unwrap();
            let (count, differ) = store.rebuild(&plan).await.unwrap();
            assert!(count > 0 && differ.is_empty(), "from {version}: {differ:?}");
            let rows = store.audit_log(&plan).await.unwrap();
            let chain = verify(&plan.id, &rows);
            if columns["audit"].contains(&"hash".to_owned()) {
                assert!(chain.is_ok(), "from {version}: {chain:?}");
            } else {
                // Before there was a chain; no release was as old.
                assert_eq!(chain, Err(Broken::Changed(rows[0].id)), "from {version}");
            }
            store.close().await;
        }
    }
}

on_both! {
    async fn an_upgrade_that_fails_leaves_the_schema_as_it_was(db: Database) {
        migrate_through(&db.url, 5).await;
        // The last migration of all fails on it, those between do not.
        execute(&db.url, "create table chat_plan (x text)").await;
        let columns = dump::columns(&db.url).await;
        let error = brought_up_to_date(&db.url).await.unwrap_err();
        assert!(matches!(&error, StoreError::Migration(why) if why.contains("chat_plan")), "{error}");
        assert_eq!(versions(&db.url).await, ["1", "2", "3", "4", "5"]);
        assert_eq!(dump::columns(&db.url).await, columns);
        execute(&db.url, "drop table chat_plan").await;
        brought_up_to_date(&db.url).await.unwrap();
        assert!(dump::columns(&db.url).await.contains_key("rehearsal"));
    }
}

/// Every version that the change log calls released has its two files.
#[test]
fn no_release_is_forgotten() {
    let log = include_str!("../../../CHANGELOG.md");
    let headings = log.lines().filter_map(|line| line.strip_prefix("## ["));
    let versions = headings.filter_map(|line| line.split(']').next());
    for version in versions.filter(|version| *version != "Unreleased").chain(["0.1.0"]) {
        for kind in ["sqlite", "postgres"] {
            let file = folder().join(format!("{version}.{kind}.sql"));
            assert!(file.exists(), "{}: just release-dump", file.display());
        }
    }
}

/// Writes down what this program leaves behind, once its version stands in `Cargo.toml`.
#[test]
#[ignore = "only at a release"]
fn write_the_dump_of_this_release() {
    databases::run(async {
        let postgres = databases::postgres().await.expect("PostgreSQL is installed");
        for (db, kind) in [(databases::sqlite(), "sqlite"), (postgres, "postgres")] {
            story::lives(&db.url).await;
            let file = folder().join(format!("{}.{kind}.sql", env!("CARGO_PKG_VERSION")));
            std::fs::write(&file, dump::whole(&db.url).await).unwrap();
            println!("{}", file.display());
        }
    });
}
