//! A database that is locked, full, read-only or away: nothing is confirmed before it is stored, the
//! log says so, and the bot goes on by itself. And the start and the end of the program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use liaison_bot::clock::Clock;
use liaison_bot::conversation::binding::new_invite;
use liaison_bot::conversation::{Effects, Role};
use liaison_bot::rehearsal::{Fault, FaultRule, Faults, Options, Server, UserId, World as Chats};
use liaison_bot::store::Store;
use liaison_bot::telegram::intake::fresh_code;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::command_line::{NOWHERE, SECRET, errors, program, says_in_one_line};
use crate::databases::{self, OwnServer};
use crate::kill::county_of_today;
use crate::world::World;

const PATIENCE: Duration = Duration::from_mins(1);

/// The program at work, with a liaison bound.
struct Serving {
    server: Server,
    chats: Chats,
    folder: tempfile::TempDir,
    url: String,
    bot: Child,
    log: Receiver<String>,
    user: UserId,
}

impl Serving {
    async fn begin(url: &str) -> Self {
        let (folder, plan) = county_of_today();
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
        let chats = server.world();
        let store = Store::open(url).await.unwrap();
        let code = fresh_code();
        let (unit, now) = (plan.unit_named("兰江街道"), Clock::system().now());
        let invites = vec![new_invite(&code, Role::Liaison, unit, now)];
        let mut work = store.begin().await.unwrap();
        let effects = Effects { invites, ..Effects::default() };
        work.save(&plan, &effects, &[], &[], now).await.unwrap();
        work.commit().await.unwrap();
        store.close().await;
        drop(store);
        let user = chats.add_user("王芳");
        let (bot, log) = start(&server, &folder, url);
        let all = Self { server, chats, folder, url: url.to_owned(), bot, log, user };
        all.chats.starts(user, Some(&code)).unwrap();
        all.hears("绑定成功").await;
        all
    }

    /// Waits until the liaison has read something.
    async fn hears(&self, words: &str) {
        let user = self.user;
        let heard = |chats: &Chats| {
            chats.messages(user).iter().any(|one| one.from_bot && one.text.contains(words))
        };
        let heard = self.chats.wait_until(heard, PATIENCE).await;
        let log = || self.log.try_iter().collect::<Vec<_>>().join("\n");
        assert!(heard, "{words} is heard; the log goes on:\n{}", log());
    }

    /// Waits until the log has a line with these words.
    fn logs(&self, words: &str) {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let line = self.log.recv_timeout(left).unwrap_or_else(|_| panic!("logged: {words}"));
            if line.contains(words) {
                return;
            }
        }
    }

    /// Waits until nothing is left in the outbox.
    async fn all_is_marked(&self) {
        let plan = liaison_bot::cli::load(self.folder.path()).unwrap();
        let store = Store::open_beside(&self.url).await.unwrap();
        let begun = Instant::now();
        while store.queued_count(&plan).await.unwrap() > 0 {
            assert!(begun.elapsed() < PATIENCE, "what is sent is marked");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.close().await;
    }

    /// Says something that cannot be stored for now, and sees that it stays unconfirmed.
    fn says_in_vain(&self, text: &str) {
        let said = self.chats.says(self.user, self.user, text).unwrap().update.unwrap();
        self.logs("stay unconfirmed");
        assert!(self.chats.confirmed_through() < said, "what is not stored is not confirmed");
    }

    async fn end(mut self) {
        self.bot.kill().unwrap();
        self.bot.wait().unwrap();
        self.server.stop().await;
    }
}

/// Starts the program. A limit on its files can be set later: its writes then fail and do not end it.
fn start(server: &Server, folder: &tempfile::TempDir, url: &str) -> (Child, Receiver<String>) {
    let mut bot = Command::new("sh");
    bot.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_liaison-bot")])
        .args(["--plan", folder.path().to_str().unwrap()])
        .args(["serve", "--backup-keep", "0", "--database", url])
        .env("TELOXIDE_TOKEN", server.token())
        .env("TELOXIDE_API_URL", server.api_url())
        .env_remove("RUST_LOG");
    let mut bot = bot.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(bot.stderr.take().unwrap()).lines();
    let (sender, log) = channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // The test may have heard enough.
            let _ = sender.send(line);
        }
    });
    (bot, log)
}

#[test]
fn a_locked_database_delays_and_loses_nothing() {
    databases::run(async {
        let db = databases::sqlite();
        let world = Serving::begin(&db.url).await;
        let mut other = SqliteConnection::connect(&db.url).await.unwrap();
        other.execute("begin immediate").await.unwrap();
        world.says_in_vain("小升规2");
        other.execute("rollback").await.unwrap();
        world.hears("小升规\u{ff1a}2家").await;
        world.end().await;
    });
}

#[test]
fn what_was_taken_and_not_marked_is_not_sent_again_by_the_next_program() {
    databases::run(async {
        let db = databases::sqlite();
        let mut world = Serving::begin(&db.url).await;
        world.all_is_marked().await;
        let mut other = SqliteConnection::connect(&db.url).await.unwrap();
        let method = Some("sendMessage".to_owned());
        let fault = Fault::Slow(Duration::from_secs(3));
        let rules = vec![FaultRule { method, chat: None, times: 1, fault }];
        world.chats.set_faults(Faults { rules, ..Faults::default() });
        world.chats.says(world.user, world.user, "小升规2").unwrap();
        // Its answer is committed and on its way; from now on nothing can be marked.
        let queued = "select count(*) from outbox where state = 'queued'";
        let begun = Instant::now();
        while sqlx::query_scalar::<_, i64>(queued).fetch_one(&mut other).await.unwrap() == 0 {
            assert!(begun.elapsed() < PATIENCE, "the answer is committed");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        other.execute("begin immediate").await.unwrap();
        world.hears("小升规\u{ff1a}2家").await;
        let noted = format!("{}.sent", db.url.trim_start_matches("sqlite:"));
        while std::fs::metadata(&noted).unwrap().len() == 0 {
            assert!(begun.elapsed() < PATIENCE, "it is noted beside the database");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        world.bot.kill().unwrap();
        world.bot.wait().unwrap();
        other.execute("rollback").await.unwrap();
        assert_eq!(sqlx::query_scalar::<_, i64>(queued).fetch_one(&mut other).await.unwrap(), 1);
        (world.bot, world.log) = start(&world.server, &world.folder, &world.url);
        world.chats.says(world.user, world.user, "小升规3").unwrap();
        world.hears("小升规\u{ff1a}3家").await;
        world.all_is_marked().await;
        let all = world.chats.messages(world.user);
        let told = all.iter().filter(|one| one.text.contains("小升规\u{ff1a}2家"));
        assert_eq!(told.count(), 1, "once");
        assert_eq!(std::fs::metadata(&noted).unwrap().len(), 0, "and the note is gone");
        world.end().await;
    });
}

#[test]
fn a_disk_that_takes_no_more_delays_and_loses_nothing() {
    let limit = |pid: u32, most: &str| {
        let most = format!("--fsize={most}:");
        Command::new("prlimit").args(["--pid", &pid.to_string(), &most]).status()
    };
    if limit(std::process::id(), "unlimited").is_err() {
        let missing = "prlimit is not installed: THE TEST OF A FULL DISK WAS LEFT OUT";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
        eprintln!("*** {missing} ***");
        return;
    }
    databases::run(async {
        let db = databases::sqlite();
        let world = Serving::begin(&db.url).await;
        // Every file may have one page from now on: whatever is written behind it fails.
        assert!(limit(world.bot.id(), "4096").unwrap().success());
        world.says_in_vain("小升规2");
        assert!(limit(world.bot.id(), "unlimited").unwrap().success());
        world.hears("小升规\u{ff1a}2家").await;
        world.end().await;
    });
}

#[test]
fn a_postgres_that_was_killed_and_comes_back_loses_nothing() {
    databases::run(async {
        let Some(mut postgres) = OwnServer::start("own").await else { return };
        let world = Serving::begin(&postgres.url()).await;
        postgres.kill();
        world.says_in_vain("小升规2");
        postgres.restart();
        world.hears("小升规\u{ff1a}2家").await;
        world.end().await;
    });
}

#[test]
fn a_database_that_cannot_be_written_is_named_at_the_start() {
    use std::os::unix::fs::PermissionsExt;
    databases::run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("liaison.db");
        let url = format!("sqlite:{}", file.display());
        let store = Store::open(&url).await.unwrap();
        store.close().await;
        drop(store);
        let mode = |path: &std::path::Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let mut lock = file.clone().into_os_string();
        lock.push(".lock");
        mode(lock.as_ref(), 0o666);
        mode(&file, 0o444);
        let serve = || {
            let mut serve = program(&["serve", "--database", &url]);
            serve.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
            // Root may write anywhere.
            let user = databases::other_than_root();
            databases::become_user(&mut serve, user);
            serve.output().unwrap()
        };
        // The file is read-only, then its folder is too.
        mode(folder.path(), 0o777);
        says_in_one_line(&serve(), &["无法写入", "liaison.db"]);
        mode(folder.path(), 0o555);
        says_in_one_line(&serve(), &["无法写入", "liaison.db"]);
        mode(folder.path(), 0o755);
    });
}

#[test]
fn a_second_instance_is_refused_in_one_line() {
    databases::run(async {
        let db = databases::sqlite();
        let world = World::open(&db.url).await;
        let mut serve = program(&["serve", "--database", &db.url]);
        serve.env("TELOXIDE_TOKEN", SECRET).env("TELOXIDE_API_URL", NOWHERE);
        let words = ["test.db", "正被另一个", "another liaison-bot", "stop it first"];
        says_in_one_line(&serve.output().unwrap(), &words);
        world.close().await;
    });
}

#[test]
fn told_to_stop_it_keeps_what_is_not_sent_and_ends_in_time() {
    databases::run(async {
        for db in [Some(databases::sqlite()), databases::postgres().await].into_iter().flatten() {
            let mut world = Serving::begin(&db.url).await;
            // Sending takes longer than a stop may.
            let slow = Fault::Slow(Duration::from_secs(30));
            world.chats.set_faults(Faults::next(100, "sendMessage", slow));
            let said = world.chats.says(world.user, world.user, "小升规2").unwrap().update.unwrap();
            let confirmed = |chats: &Chats| chats.confirmed_through() >= said;
            assert!(world.chats.wait_until(confirmed, PATIENCE).await);
            let last = world.chats.says(world.user, world.user, "小升规3").unwrap().update.unwrap();
            let begun = Instant::now();
            let told = Command::new("kill").arg(world.bot.id().to_string()).status().unwrap();
            assert!(told.success() && world.bot.wait().unwrap().success());
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            world.chats.set_faults(Faults::default());
            (world.bot, world.log) = start(&world.server, &world.folder, &world.url);
            world.hears("小升规\u{ff1a}2家").await;
            world.hears("小升规\u{ff1a}3家").await;
            let confirmed = |chats: &Chats| chats.confirmed_through() >= last;
            assert!(world.chats.wait_until(confirmed, PATIENCE).await);
            world.end().await;
        }
    });
}

#[test]
fn a_message_under_way_at_a_stop_is_waited_for_and_not_sent_again() {
    databases::run(async {
        for db in [Some(databases::sqlite()), databases::postgres().await].into_iter().flatten() {
            let mut world = Serving::begin(&db.url).await;
            // A chat's next message waits until the one before is marked.
            world.all_is_marked().await;
            // Nearly as long as a stop may take.
            let slow = FaultRule {
                method: Some("sendMessage".to_owned()),
                chat: Some(world.user.0),
                times: 1,
                fault: Fault::Slow(Duration::from_millis(3300)),
            };
            world.chats.set_faults(Faults { rules: vec![slow], ..Faults::default() });
            world.chats.says(world.user, world.user, "小升规2").unwrap();
            // Somebody who writes later and has an answer shows that it is under way.
            let later = world.chats.add_user("路人");
            world.chats.says(later, later, "您好").unwrap();
            let heard = |chats: &Chats| chats.messages(later).iter().any(|one| one.from_bot);
            assert!(world.chats.wait_until(heard, PATIENCE).await);
            let begun = Instant::now();
            let told = Command::new("kill").arg(world.bot.id().to_string()).status().unwrap();
            assert!(told.success() && world.bot.wait().unwrap().success());
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            world.hears("小升规\u{ff1a}2家").await;
            (world.bot, world.log) = start(&world.server, &world.folder, &world.url);
            world.chats.says(world.user, world.user, "小升规3").unwrap();
            world.hears("小升规\u{ff1a}3家").await;
            let all = world.chats.messages(world.user);
            let answers = all.iter().filter(|one| one.from_bot && one.text.contains("\u{ff1a}2家"));
            assert_eq!(answers.count(), 1, "sent once");
            world.end().await;
        }
    });
}

#[test]
fn a_setting_that_is_wrong_is_named() {
    let db = databases::sqlite();
    for (name, key) in [
        ("LIAISON_PER_SECOND", "--per-second"),
        ("LIAISON_CHAT_PER_SECOND", "--chat-per-second"),
        ("LIAISON_GROUP_PER_MINUTE", "--group-per-minute"),
        ("LIAISON_BACKUP_KEEP", "--backup-keep"),
    ] {
        let mut serve = program(&["serve", "--database", &db.url]);
        let output = serve.env("TELOXIDE_TOKEN", SECRET).env(name, "many").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains(key), "{}", errors(&output));
    }
    let mut serve = program(&["serve", "--database", "mysql://x"]);
    says_in_one_line(&serve.env("TELOXIDE_TOKEN", SECRET).output().unwrap(), &["--database"]);
}
