//! Backups: taken while the bot works, put back elsewhere, compared row by row.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};

use crate::command_line::{NOWHERE, SECRET, answer, errors, program, run, says_in_one_line};
use crate::databases;
use crate::world::World;

/// Every row of every table, as SQLite writes it.
async fn rows(file: &Path) -> BTreeMap<String, Vec<String>> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut database = options.connect().await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select m.name, group_concat('quote(' || c.name || ')', ' || ''|'' || ')
         from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table' group by m.name",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    for (table, columns) in tables {
        let sql = AssertSqlSafe(format!("select {columns} from {table} order by 1"));
        let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut database).await.unwrap();
        all.insert(table, rows.into_iter().map(|(row,)| row).collect());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_bot_is_restored_whole() {
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let liaison = world.liaison("兰江街道").await;
    for value in 1..=5 {
        liaison.says(&format!("小升规{value}")).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let copy_name = copy.to_str().unwrap();
    let output = run(&["backup", copy_name, "--database", &db.url]);
    assert!(output.status.success(), "{}", errors(&output));
    assert!(answer(&output).contains("copy.db"), "{}", answer(&output));
    let live = Path::new(db.url.strip_prefix("sqlite:").unwrap());
    let then = rows(live).await;
    assert_eq!(then["submission"].len(), 5);
    assert_eq!(rows(&copy).await, then);

    // The bot goes on; the copy stays what it was, and is not overwritten.
    liaison.says("小升规6").await;
    let output = run(&["backup", copy_name, "--database", &db.url]);
    says_in_one_line(&output, &["copy.db", "已存在"]);
    assert_eq!(rows(&copy).await, then);
    let output = run(&["restore", copy_name, "--database", &db.url]);
    says_in_one_line(&output, &["another liaison-bot"]);
    world.close().await;

    let new = folder.path().join("new/liaison.db");
    let database = format!("sqlite:{}", new.display());
    let output = run(&["restore", copy_name, "--database", &database]);
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(rows(&new).await, then);
    let export = ["export", "--what", "submissions"];
    let output = run(&[&export[..], &["--database", &database]].concat());
    assert_eq!(answer(&output).lines().count(), 6, "{}", answer(&output));
    let output = run(&["restore", copy_name, "--database", &database]);
    says_in_one_line(&output, &["liaison.db", "已存在"]);
    assert_eq!(rows(&new).await, then);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_whole_backup_of_ours_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("text.db"), "not a database\n".repeat(400)).unwrap();
    let other = SqliteConnectOptions::new().filename(file("other.db")).create_if_missing(true);
    let mut foreign = other.connect().await.unwrap();
    sqlx::query("create table t (x)").execute(&mut foreign).await.unwrap();
    sqlx::Connection::close(foreign).await.unwrap();
    // A copy of a running database by hand, with its log.
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let live = db.url.strip_prefix("sqlite:").unwrap();
    std::fs::copy(live, file("hand.db")).unwrap();
    std::fs::copy(format!("{live}-wal"), file("hand.db-wal")).unwrap();
    world.close().await;
    let database = format!("sqlite:{}", file("liaison.db"));
    for name in ["text.db", "other.db", "hand.db", "none.db"] {
        let output = run(&["restore", &file(name), "--database", &database]);
        says_in_one_line(&output, &[name, "不是完好的备份"]);
    }
    assert!(!folder.path().join("liaison.db").exists());
}

#[test]
fn serving_backs_up_by_itself_and_says_so_when_it_cannot() {
    let db = databases::sqlite();
    let file = Path::new(db.url.strip_prefix("sqlite:").unwrap());
    let blocked = file.with_file_name("a-file");
    std::fs::write(&blocked, "").unwrap();
    let said = |more: &[&str], word: &str| {
        let mut serve = program(&[&["serve", "--database", &db.url], more].concat());
        serve.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
        let mut child = serve.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains(word));
        child.kill().unwrap();
        child.wait().unwrap();
        line.unwrap()
    };
    said(&[], "the database is backed up");
    let copies: Vec<_> = std::fs::read_dir(file.with_file_name("backups")).unwrap().collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let line = said(&["--backup-dir", blocked.to_str().unwrap()], "backup was not made");
    assert!(line.contains("a-file") && line.contains("检查文件夹权限"), "{line}");
}
