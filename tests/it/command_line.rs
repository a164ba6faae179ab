//! The program as an operator runs it: every answer says the cause and what to do.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};

use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{Options, Server};
use liaison_bot::store::Store;
use sqlx::{Connection, Executor};

use crate::databases;
use crate::world::World;

pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison-bot"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_str().is_some_and(|name| name.starts_with("LIAISON_"));
        let others = ["TELOXIDE_TOKEN", "TELOXIDE_API_URL", "DATABASE_URL", "RUST_LOG"];
        if ours || others.iter().any(|other| name == *other) {
            command.env_remove(name);
        }
    }
    command
}

pub fn run(arguments: &[&str]) -> Output {
    program(arguments).stdin(Stdio::null()).output().unwrap()
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn answer(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_example_is_read_exactly() {
    let examples = include_str!("../messages/examples.jsonl");
    let mut child =
        program(&["parse"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(examples.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    for (example, read) in examples.lines().zip(answer(&output).lines()) {
        let example: serde_json::Value = serde_json::from_str(example).unwrap();
        let read: serde_json::Value = serde_json::from_str(read).unwrap();
        assert_eq!(read["figures"], example["figures"], "{example}");
        assert_eq!(read["asks"], example["asks"], "{example}");
    }
    assert_eq!(answer(&output).lines().count(), examples.lines().count());
}

#[test]
fn units_are_ranked_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.csv");
    std::fs::write(&file, "unit,indicator,value\n兰江街道,1,120\n兰江,2,\n云山街道,小升规,0\n")
        .unwrap();
    let figures = file.to_str().unwrap();
    let output = run(&["rank", "--figures", figures, "--at", "2019-06-21", "--format", "json"]);
    let ranking: serde_json::Value = serde_json::from_str(&answer(&output)).unwrap();
    assert_eq!(ranking["pace"], 0.49);
    assert_eq!(ranking["units"][0]["unit"], "兰江街道");
    assert_eq!(ranking["units"][0]["completion"]["1"], 0.0729);
    assert_eq!(ranking["units"].as_array().unwrap().len(), 17);
    std::fs::write(&file, "unit,indicator,value\n火星镇,1,120\n兰江,1,十\n").unwrap();
    let output = run(&["rank", "--figures", figures, "--at", "2019-06-21"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors(&output).lines().count(), 2, "every problem at once: {}", errors(&output));
}

#[test]
fn a_plan_is_checked() {
    let output = run(&["check-plan"]);
    assert!(output.status.success() && answer(&output).contains("187"), "{}", answer(&output));
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["check-plan", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(answer(&output).lines().count(), 5, "each file is named: {}", answer(&output));
    let output = run(&["--plan", "no-such-folder", "rank", "--figures", "x", "--at", "2019-06-21"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("no-such-folder"), "{}", errors(&output));
}

#[test]
fn serving_needs_a_token() {
    let output = run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("TELOXIDE_TOKEN"), "{}", errors(&output));
    let output = program(&["serve"]).env("TELOXIDE_TOKEN", "secret-but-wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!errors(&output).contains("secret-but-wrong"), "{}", errors(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_telegram_refuses_is_named_as_such() {
    let db = databases::sqlite();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
    let mut command = program(&["serve", "--database", &db.url]);
    let secret = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";
    command.env("TELOXIDE_TOKEN", secret).env("TELOXIDE_API_URL", server.api_url());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("@BotFather"), "{}", errors(&output));
    assert!(!errors(&output).contains("AAEhBOweik6ad9r"), "{}", errors(&output));
    server.stop().await;
}

#[test]
fn without_a_network_it_says_so_and_waits() {
    let db = databases::sqlite();
    let mut command = program(&["serve", "--database", &db.url]);
    let secret = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";
    command.env("TELOXIDE_TOKEN", secret).env("TELOXIDE_API_URL", "http://127.0.0.1:9");
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("Telegram cannot be reached"), "{first}");
    assert!(!first.contains("AAEhBOweik6ad9r"), "{first}");
    assert!(child.try_wait().unwrap().is_none(), "it waits for the network");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let data = tempfile::tempdir().unwrap();
    let output = run(&["rehearse", "--data", data.path().to_str().unwrap(), "--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains(&format!("port {port} is taken")), "{}", errors(&output));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let data = file.join("data");
    let output = run(&["rehearse", "--data", data.to_str().unwrap(), "--port", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("--data"), "{}", errors(&output));
    let database = format!("sqlite:{}/x.db", file.display());
    let output = program(&["serve", "--database", &database])
        .env("TELOXIDE_TOKEN", SECRET)
        .env("TELOXIDE_API_URL", NOWHERE)
        .output()
        .unwrap();
    says_in_one_line(&output, &["cannot write", "a-file"]);
}

/// What has the shape of a token.
pub const SECRET: &str = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";

/// Where nobody answers.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// An error is one line with these words in it, and the command fails.
pub fn says_in_one_line(output: &Output, words: &[&str]) {
    let said = errors(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing: {said}");
    }
}

#[test]
fn a_command_before_the_first_start_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/liaison.db");
    let database = format!("sqlite:{}", file.display());
    for command in [&["invite", "--role", "office"][..], &["export"]] {
        let output = run(&[command, &["--database", &database]].concat());
        says_in_one_line(&output, &["liaison.db", "liaison-bot serve", "--database"]);
    }
    assert!(!file.exists(), "no database is made where nobody will look for it");
    let output = run(&["export", "--database", "mysql://x"]);
    says_in_one_line(&output, &["sqlite:PATH", "--database"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_found_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none.db");
    std::fs::write(&none, "not a database, whatever its name says\n".repeat(100)).unwrap();
    // One whose first page is good, and the rest is not.
    let half = folder.path().join("half.db");
    let store = Store::open(&format!("sqlite:{}", half.display())).await.unwrap();
    store.close().await;
    drop(store);
    let mut bytes = std::fs::read(&half).unwrap();
    let pages = bytes.len() / 2;
    bytes[pages..].fill(0x5a);
    std::fs::write(&half, bytes).unwrap();
    for file in [&none, &half] {
        let database = format!("sqlite:{}", file.display());
        let mut serve = program(&["serve", "--database", &database]);
        serve.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
        let name = file.file_name().unwrap().to_str().unwrap();
        says_in_one_line(&serve.output().unwrap(), &["已损坏", name, "restore"]);
    }
    let database = format!("sqlite:{}", none.display());
    for command in [&["invite", "--role", "office"][..], &["export"]] {
        let output = run(&[command, &["--database", &database]].concat());
        says_in_one_line(&output, &["已损坏", "none.db", "restore"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_is_refused() {
    let db = databases::sqlite();
    let store = Store::open(&db.url).await.unwrap();
    store.close().await;
    drop(store);
    let mut file = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
    let newer = "insert into _sqlx_migrations \
                 values (9999, 'of the future', '2030-01-01', true, x'00', 0)";
    file.execute(newer).await.unwrap();
    file.close().await.unwrap();
    let mut serve = program(&["serve", "--database", &db.url]);
    serve.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
    says_in_one_line(&serve.output().unwrap(), &["9999", "请升级程序", "newer liaison-bot"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_without_a_network_burns_no_code() {
    let db = databases::sqlite();
    let store = Store::open(&db.url).await.unwrap();
    let mut invite = program(&["invite", "--role", "office", "--database", &db.url]);
    invite.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
    let output = invite.output().unwrap();
    says_in_one_line(&output, &["连不上 Telegram", "没有生成邀请", "TELOXIDE_TOKEN"]);
    assert!(!errors(&output).contains("自动重试"), "{}", errors(&output));
    store.close().await;
    let mut file = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
    let (count,): (i64,) =
        sqlx::query_as("select count(*) from invite").fetch_one(&mut file).await.unwrap();
    assert_eq!(count, 0);
}

#[test]
fn bad_values_are_told_by_an_example() {
    let output = run(&["rehearse", "--at", "17.6.2019"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("2019-06-17 08:30"), "{}", errors(&output));
    let output = run(&["rank", "--figures", "x.csv", "--at", "2019-6-31"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("日期应写成 2019-06-21"), "{}", errors(&output));
    for output in [
        run(&["--plan", "no-such-folder", "check-plan"]),
        run(&["--plan", "no-such-folder", "export"]),
    ] {
        let said = answer(&output) + &errors(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("no-such-folder") && said.contains("--plan"), "{said}");
        assert!(!said.contains("plan.toml"), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
}

#[test]
fn a_file_of_figures_in_another_encoding_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.csv");
    // 兰江街道 in GBK, as spreadsheets save it.
    let gbk = b"unit,indicator,value\n\xc0\xbc\xbd\xad\xbd\xd6\xb5\xc0,1,120\n";
    std::fs::write(&file, gbk).unwrap();
    let output = run(&["rank", "--figures", file.to_str().unwrap(), "--at", "2019-06-21"]);
    says_in_one_line(&output, &["figures.csv", "第2行", "CSV UTF-8"]);
    let output = run(&["rank", "--figures", "no-such.csv", "--at", "2019-06-21"]);
    says_in_one_line(&output, &["no-such.csv", "请检查文件名"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_only_the_first_lines_gets_no_complaint() {
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let liaison = world.liaison("兰江街道").await;
    liaison.says("小升规2").await;
    world.close().await;
    for format in ["csv", "json"] {
        let mut export = program(&["export", "--format", format, "--database", &db.url]);
        let mut child = export.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", errors(&output));
        assert_eq!(errors(&output), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_from_the_command_line_binds_beside_the_running_bot() {
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let output = run(&["invite", "--role", "office", "--database", &db.url]);
    assert!(output.status.success(), "{}", errors(&output));
    let said = answer(&output);
    let code = said.split("/start ").nth(1).unwrap().trim();
    // The command line invites by the system's clock, which is long past the plan's.
    let office = world.stranger("办公室");
    assert!(office.starts(Some(code)).await.contains("绑定成功"));
    let output = run(&["invite", "--role", "liaison", "--unit", "火星镇", "--database", &db.url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("火星镇"), "{}", errors(&output));

    let output = run(&["invite", "--role", "head", "--database", &db.url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("--unit"), "{}", errors(&output));
    let output = run(&["invite", "--role", "head", "--unit", "兰江", "--database", &db.url]);
    let said = answer(&output);
    let code = said.split("/start ").nth(1).unwrap().trim();
    assert!(world.stranger("书记").starts(Some(code)).await.contains("兰江街道"));

    let liaison = world.liaison("兰江街道").await;
    liaison.says("小升规2").await;
    liaison.presses("撤回").await;
    liaison.says("小升规3").await;
    let output = run(&["export", "--database", &db.url]);
    assert_eq!(
        answer(&output),
        "\u{feff}unit,indicator,name,total,target,base_unit,period,rolled_up_from\n\
         兰江街道,6,小升规,3,5,家,2019-W25,\n"
    );
    let output =
        run(&["export", "--what", "submissions", "--format", "json", "--database", &db.url]);
    let rows: serde_json::Value = serde_json::from_str(&answer(&output)).unwrap();
    let history: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["origin"].as_str().unwrap()).collect();
    assert_eq!(history, ["total", "withdrawal", "total"]);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_ends_soon_and_leaves_the_database_file_whole() {
    let db = databases::sqlite();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
    let mut serve = program(&["serve", "--database", &db.url, "--backup-keep", "0"]);
    serve.env("TELOXIDE_TOKEN", server.token()).env("TELOXIDE_API_URL", server.api_url());
    let mut child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let polls = |chats: &liaison_bot::rehearsal::World| chats.count("setMyCommands") > 1;
    assert!(server.world().wait_until(polls, std::time::Duration::from_secs(30)).await);
    for _ in 0..5 {
        assert!(run(&["invite", "--role", "office", "--database", &db.url]).status.success());
    }
    let begun = std::time::Instant::now();
    let told = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(told.success() && child.wait().unwrap().success());
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    let live = db.url.strip_prefix("sqlite:").unwrap();
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("copy.db");
    std::fs::copy(live, &file).unwrap();
    let url = format!("sqlite:{}", file.display());
    let mut file = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let (invites,): (i64,) =
        sqlx::query_as("select count(*) from invite").fetch_one(&mut file).await.unwrap();
    assert_eq!(invites, 5);
    server.stop().await;
}

#[test]
fn the_rehearsal_starts_and_stops() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap().to_owned();
    for _ in 0..2 {
        let mut child = program(&["rehearse", "--data", &folder, "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let mut page = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        let host = url.trim_start_matches("http://");
        write!(page, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut html = String::new();
        page.read_to_string(&mut html).unwrap();
        assert!(html.starts_with("HTTP/1.1 200"), "{html}");
        // As an operator would: SIGTERM, and it ends by itself.
        let stopped = Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert!(stopped.success() && child.wait().unwrap().success());
    }
}

#[test]
fn an_offices_own_texts_are_used_or_refused_by_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("zh-CN");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("labels.toml"), "bulletin-file = \"简报{}{}-{}\"\n").unwrap();
    let bulletin = |more: &[&str]| {
        let out = folder.path().join("out");
        let figures = ["--figures", "docs/demo/figures.csv", "--at", "2019-06-21", "--out"];
        let mut all = vec!["bulletin", "--templates", folder.path().to_str().unwrap()];
        all.extend(figures);
        all.push(out.to_str().unwrap());
        all.extend(more);
        run(&all)
    };
    std::fs::write(own.join("bulletin.html"), "<b>{{ plan }}简报</b>\n{{ period.nummer }}\n")
        .unwrap();
    let refused = bulletin(&[]);
    assert!(!refused.status.success());
    let said = errors(&refused);
    assert!(said.contains("zh-CN/bulletin.html 第2行"), "{said}");
    assert!(said.contains("没有启动 / the texts in"), "{said}");
    std::fs::write(own.join("bulletin.html"), "<b>{{ plan }}简报</b>\n{{ office }}\n").unwrap();
    let made = bulletin(&[]);
    assert!(made.status.success(), "{}", errors(&made));
    let text = std::fs::read_to_string(folder.path().join("out/bulletin-2019-W25.txt")).unwrap();
    assert!(text.starts_with("小微企业三年成长计划简报"), "{text}");
    let missing = run(&["rehearse", "--templates", "no/such/folder"]);
    let said = errors(&missing);
    assert!(said.contains("no/such/folder") && said.contains("--templates"), "{said}");
}
