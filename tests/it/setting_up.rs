//! Setting up for real, as an operator does it: `init`, `liaison-bot.toml`, `doctor`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use chrono::Datelike;
use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{BotStatus, Options, Server};
use liaison_bot::store::Store;
use sqlx::{Connection, Executor};

use crate::command_line::{NOWHERE, SECRET, answer, errors, program, says_in_one_line};
use crate::databases::{self, Database, on_both};
use crate::world::World;

const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/lanxi-2018-2020");

/// The county's plan moved to this year, so that it is running today.
fn current_plan(folder: &Path) -> PathBuf {
    let plan = folder.join("plan");
    std::fs::create_dir_all(&plan).unwrap();
    let year = Clock::system().now().year();
    for file in ["plan.toml", "units.csv", "indicators.csv", "targets.csv", "holidays.csv"] {
        let mut text = std::fs::read_to_string(Path::new(SEEDS).join(file)).unwrap();
        text = text.replace("start = 2018-01-01", &format!("start = {}-01-01", year - 1));
        text = text.replace("end = 2020-12-31", &format!("end = {}-12-31", year + 1));
        if file == "holidays.csv" {
            for year in [year - 1, year] {
                text += &[&year.to_string(), "-01-01,off,元旦\n"].concat();
            }
        }
        std::fs::write(plan.join(file), text).unwrap();
    }
    plan
}

async fn telegram() -> Server {
    let address = "127.0.0.1:0".parse().unwrap();
    Server::start(address, Clock::system(), Options::default()).await.unwrap()
}

async fn ends(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn answers(mut command: Command, lines: &str) -> Output {
    let lines = lines.to_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_minutes_with_the_questions_answered() {
    let folder = tempfile::tempdir().unwrap();
    let server = telegram().await;
    let mut init = program(&["init"]);
    init.current_dir(folder.path()).env("TELOXIDE_API_URL", server.api_url());
    // A wrong answer is explained and asked again: folder, zone, two tokens, database.
    let said = format!(
        "no-such-folder\n{SEEDS}\nShanghai\n\nnot-a-token\n{SECRET}\n{}\nmysql://x\n\n\n",
        server.token()
    );
    let output = answers(init, &said).await;
    let asked = errors(&output);
    assert!(output.status.success(), "{asked}");
    for words in ["no-such-folder", "Asia/Shanghai", "123456:ABC", "@BotFather", "sqlite:PATH"] {
        assert!(asked.contains(words), "{words}: {asked}");
    }
    assert!(!asked.contains(SECRET) && !asked.contains(server.token()), "{asked}");
    let told = answer(&output);
    assert!(told.contains("⚠ 今天不在计划期内（2018-01-01—2020-12-31）"), "{told}");
    assert!(told.contains("https://t.me/liaison_rehearsal_bot?start="), "{told}");
    let settings = std::fs::read_to_string(folder.path().join("liaison-bot.toml")).unwrap();
    assert!(!settings.contains(server.token()), "{settings}");
    let secrets = folder.path().join("liaison-bot.env");
    let text = std::fs::read_to_string(&secrets).unwrap();
    assert_eq!(text, format!("TELOXIDE_TOKEN={}\n", server.token()));
    let mode = std::os::unix::fs::PermissionsExt::mode(&secrets.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "nobody else can read it");
    // What was answered is what every command now goes by.
    let mut export = program(&["export"]);
    let output = ends({
        export.current_dir(folder.path());
        export
    })
    .await;
    assert!(output.status.success(), "{}", errors(&output));
    // And the link it printed binds the office.
    let code = told.split("start=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let mut serve = program(&["serve"]);
    serve.current_dir(folder.path());
    serve.env("TELOXIDE_TOKEN", server.token()).env("TELOXIDE_API_URL", server.api_url());
    let mut child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let chats = server.world();
    let office = chats.add_user("办公室");
    chats.starts(office, Some(&code)).unwrap();
    let bound = |chats: &liaison_bot::rehearsal::World| {
        chats.messages(office).iter().any(|message| message.text.contains("绑定成功"))
    };
    assert!(chats.wait_until(bound, Duration::from_secs(30)).await);
    child.kill().unwrap();
    child.wait().unwrap();
    server.stop().await;
}

/// The program at a terminal of its own, made by `script`, and what is seen there.
struct Terminal {
    child: std::process::Child,
    seen: std::sync::mpsc::Receiver<u8>,
    shown: Vec<u8>,
    /// Its device.
    name: String,
}

impl Terminal {
    fn start(program: &Path, folder: &Path, api_url: &str) -> std::io::Result<Self> {
        let run = format!("tty; exec {} init", program.display());
        let mut script = Command::new("script");
        script.args(["-qec", &run, "/dev/null"]).current_dir(folder);
        script.env_remove("TELOXIDE_TOKEN").env("TELOXIDE_API_URL", api_url);
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let bytes = std::io::Read::bytes(std::io::BufReader::new(child.stdout.take().unwrap()));
        let (sender, seen) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // The test may have seen enough.
            for byte in bytes.map_while(Result::ok) {
                let _ = sender.send(byte);
            }
        });
        let mut terminal = Self { child, seen, shown: Vec::new(), name: String::new() };
        terminal.sees("\n");
        terminal.text().trim().clone_into(&mut terminal.name);
        Ok(terminal)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Reads on until something is there.
    fn sees(&mut self, words: &str) {
        while !self.text().contains(words) {
            let next = self.seen.recv_timeout(Duration::from_secs(30));
            self.shown.push(next.unwrap_or_else(|_| panic!("{words}: {}", self.text())));
        }
    }

    fn types(&mut self, line: &str) {
        let keyboard = self.child.stdin.as_mut().unwrap();
        keyboard.write_all(format!("{line}\n").as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Waits until the terminal shows no key any more.
    fn hides(&self) {
        let begun = std::time::Instant::now();
        let hidden = || {
            let set = Command::new("stty").args(["-F", &self.name, "-a"]).output().unwrap();
            answer(&set).contains("-echo ")
        };
        while !hidden() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the terminal shows what is typed");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_does_not_show_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = telegram().await;
    let (api_url, token) = (server.api_url(), server.token().to_owned());
    let started =
        Terminal::start(env!("CARGO_BIN_EXE_liaison-bot").as_ref(), folder.path(), &api_url);
    let Ok(mut terminal) = started else {
        let missing = "script is not installed: THE TEST OF A TERMINAL WAS LEFT OUT";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
        eprintln!("*** {missing} ***");
        return;
    };
    tokio::task::spawn_blocking(move || {
        terminal.sees("plan folder");
        terminal.types(SEEDS);
        terminal.sees("time zone");
        terminal.types("");
        // A slip of the finger is asked again, and not shown either.
        for (typed, then) in [(SECRET, "Telegram"), (token.as_str(), "@liaison_rehearsal_bot")] {
            terminal.sees("not shown）：");
            terminal.hides();
            terminal.types(typed);
            terminal.sees(then);
            assert!(!terminal.text().contains(typed), "{}", terminal.text());
            terminal.shown.clear();
        }
        terminal.sees("database");
        terminal.types("");
        terminal.sees("liaison-bot.env");
        terminal.types("");
        terminal.sees("?start=");
        assert!(!terminal.text().contains(&token), "{}", terminal.text());
        assert!(terminal.child.wait().unwrap().success());
    })
    .await
    .unwrap();
    let secrets = std::fs::read_to_string(folder.path().join("liaison-bot.env")).unwrap();
    assert_eq!(secrets, format!("TELOXIDE_TOKEN={}\n", server.token()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_seconds_with_flags_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = telegram().await;
    let init = |file: &str| {
        let mut init = program(&["--plan", SEEDS, "init", "--yes", "--config", file]);
        init.args(["--time-zone", "Asia/Urumqi", "--database", "sqlite:data/x.db"]);
        init.current_dir(folder.path()).env("TELOXIDE_API_URL", server.api_url());
        init
    };
    let output = ends(init("bot.toml")).await;
    says_in_one_line(&output, &["TELOXIDE_TOKEN"]);
    let with_token = |mut init: Command| {
        init.env("TELOXIDE_TOKEN", server.token());
        init
    };
    let output = ends(with_token(init("bot.toml"))).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert!(answer(&output).contains("https://t.me/"), "{}", answer(&output));
    let text = std::fs::read_to_string(folder.path().join("bot.toml")).unwrap();
    assert!(text.contains("time_zone = \"Asia/Urumqi\""), "{text}");
    assert!(folder.path().join("data/x.db").exists());
    let output = ends(with_token(init("bot.toml"))).await;
    says_in_one_line(&output, &["bot.toml", "不会覆盖", "--config"]);
    server.stop().await;
}

#[test]
fn a_mistake_in_the_settings_is_told_by_key_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str, arguments: &[&str]| {
        std::fs::write(folder.path().join("liaison-bot.toml"), text).unwrap();
        let mut command = program(arguments);
        command.current_dir(folder.path());
        command.output().unwrap()
    };
    let output = run("# mine\n\ndatabse = \"sqlite:x.db\"\n", &["export"]);
    says_in_one_line(&output, &["liaison-bot.toml:3", "databse", "没有这个设置项"]);
    let output = run("[pace]\nper_second = 0\n", &["export"]);
    says_in_one_line(&output, &["liaison-bot.toml:2", "per_second", "整数"]);
    // A flag goes before the file, the environment between them.
    let output =
        run("database = \"sqlite:of-the-file.db\"\nplan = \"p\"\n", &["--plan", SEEDS, "export"]);
    says_in_one_line(&output, &["of-the-file.db"]);
    let output = run(
        "database = \"sqlite:a.db\"\n",
        &["--plan", SEEDS, "export", "--database", "sqlite:b.db"],
    );
    says_in_one_line(&output, &["b.db"]);
    let mut command = program(&["--plan", SEEDS, "export"]);
    command.current_dir(folder.path()).env("DATABASE_URL", "sqlite:c.db");
    says_in_one_line(&command.output().unwrap(), &["c.db"]);
    let output = run("", &["export", "--config", "other.toml"]);
    says_in_one_line(&output, &["other.toml", "--config"]);
}

on_both! {
    async fn a_bot_that_is_well_gets_a_clean_bill(db: Database) {
        let folder = tempfile::tempdir().unwrap();
        let plan = current_plan(folder.path());
        let mut world = World::open(&db.url).await;
        let office = world.office().await;
        let office_user = office.user;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.halt().await;
        let doctor = |world: &World| {
            let mut doctor = program(&["doctor", "--plan"]);
            doctor.arg(&plan).args(["--database", &db.url]).envs(world.telegram());
            doctor
        };
        let output = ends(doctor(&world)).await;
        let said = answer(&output);
        assert!(output.status.success(), "{said}{}", errors(&output));
        for words in [
            "✓ 令牌 / token: @liaison_rehearsal_bot", "✓ 隐私模式", "✓ 时钟", "✓ 时区", "✓ 下次任务",
            "✓ 字体", "✓ 数据库", "✓ 历史记录", "✓ 待发消息", "✓ 办公室", "✓ 群 / group: 领导小组",
            "· 联络员", "一切正常",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        // The bot is put out of its group while it is not looking.
        world.chats.sets_bot(office_user, group, BotStatus::Kicked).unwrap();
        let output = ends(doctor(&world)).await;
        let said = answer(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("✗ 群 / group: 领导小组：机器人不在群里"), "{said}");
        assert_eq!(said.lines().filter(|line| line.starts_with('✗')).count(), 1, "{said}");
        world.close().await;
    }
}

on_both! {
    async fn somebody_who_opened_the_history_is_noticed(db: Database) {
        let store = Store::open(&db.url).await.unwrap();
        store.close().await;
        if db.url.starts_with("sqlite:") {
            let mut file = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
            file.execute("drop trigger submission_no_update").await.unwrap();
        } else {
            let mut server = sqlx::PgConnection::connect(&db.url).await.unwrap();
            let sql = "alter table submission disable trigger submission_append_only";
            server.execute(sql).await.unwrap();
        }
        let mut doctor = program(&["doctor", "--database", &db.url]);
        doctor.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
        let output = ends(doctor).await;
        let said = answer(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let line = said.lines().find(|line| line.starts_with("✗ 历史记录")).unwrap();
        assert!(line.contains("submission_"), "{line}");
        // Without Telegram and with a plan that is over, each is told with what to do.
        for words in ["✗ 令牌 / token: 连不上 Telegram", "✗ 计划", "✗ 办公室", "✗ 领导小组群"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains(SECRET));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_what_is_wrong_with_texts_of_ones_own_among_all_else() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("texts/zh-CN")).unwrap();
    let file = folder.path().join("texts/zh-CN/talk.html");
    let settings = folder.path().join("liaison-bot.toml");
    std::fs::write(&settings, "templates = \"texts\"\n").unwrap();
    let db = databases::sqlite();
    let doctor = async |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut doctor = program(&["doctor", "--config", settings.to_str().unwrap()]);
        doctor.args(["--database", &db.url]);
        answer(&ends(doctor).await)
    };
    let said = doctor("你好\n{{ nobody_knows }}\n").await;
    let line = said.lines().find(|line| line.starts_with("✗ 自定义文字 / own texts:")).unwrap();
    assert!(line.contains("zh-CN/talk.html") && line.contains("nobody_knows"), "{line}");
    assert!(said.contains("✗ 数据库"), "the rest is looked at as well: {said}");
    let said = doctor("你好\n").await;
    assert!(said.contains("✓ 自定义文字 / own texts:"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_is_set_up_the_doctor_says_where_to_begin() {
    let db = databases::sqlite();
    let output =
        ends(program(&["doctor", "--plan", "no-such-folder", "--database", &db.url])).await;
    let said = answer(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in
        ["✗ 令牌", "TELOXIDE_TOKEN", "✗ 计划", "no-such-folder", "✗ 数据库", "liaison-bot serve"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}
