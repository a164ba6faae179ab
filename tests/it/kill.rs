//! `kill -9` at odd moments: every message is stored once and answered.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::Datelike;
use liaison_bot::clock::Clock;
use liaison_bot::plan::Plan;
use liaison_bot::rehearsal::{Options, Server, UpdateId, World as Chats};
use liaison_bot::store::Store;

use crate::databases::{Database, on_both};

const PATIENCE: Duration = Duration::from_mins(1);

/// Messages of each liaison, and kills.
const ROUNDS: i64 = 6;

/// The county's plan, moved to the present: the program under test goes by the system's clock.
fn plan_of_today(folder: &Path) -> Plan {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/lanxi-2018-2020");
    let year = Clock::system().now().year();
    for name in liaison_bot::plan::PlanFolder::FILES {
        let mut text = std::fs::read_to_string(seeds.join(name)).unwrap();
        text = text.replace("start = 2018-01-01", &format!("start = {}-01-01", year - 1));
        text = text.replace("end = 2020-12-31", &format!("end = {}-12-31", year + 1));
        if name == "holidays.csv" {
            for year in year - 1..=year + 1 {
                text += &[&year.to_string(), "-01-01,off,元旦\n"].concat();
            }
        }
        std::fs::write(folder.join(name), text).unwrap();
    }
    liaison_bot::cli::load(folder).unwrap()
}

fn serve(server: &Server, plan: &Path, database: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
        .args(["--plan", plan.to_str().unwrap(), "serve", "--database", database])
        .env("TELOXIDE_TOKEN", server.token())
        .env("TELOXIDE_API_URL", server.api_url())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn invite(plan: &Path, database: &str, unit: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
        .args(["--plan", plan.to_str().unwrap(), "invite", "--role", "liaison"])
        .args(["--unit", unit, "--database", database])
        .env_remove("TELOXIDE_TOKEN")
        .output()
        .unwrap();
    let (said, why) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    said.split("/start ").nth(1).unwrap_or_else(|| panic!("{why}")).trim().to_owned()
}

async fn confirmed(chats: &Chats, update: UpdateId) {
    let done = |chats: &Chats| chats.confirmed_through() >= update;
    assert!(chats.wait_until(done, PATIENCE).await, "update {update:?} is confirmed");
}

/// Numbers that look random and are the same in every run (an LCG; the seed is printed).
struct Odd(u64);

impl Odd {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

on_both! {
    async fn nothing_is_lost_or_doubled(db: Database) {
        let seed = 20_190_621;
        println!("seed {seed}");
        let mut odd = Odd(seed);
        let folder = tempfile::tempdir().unwrap();
        let plan = plan_of_today(folder.path());
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
        let chats = server.world();
        let units: Vec<String> =
            plan.units().take(12).map(|(_, unit)| unit.name.clone()).collect();

        let mut bot = serve(&server, folder.path(), &db.url);
        // It asks for its name once its database is there.
        let asks = |chats: &Chats| chats.count("getMe") > 0;
        assert!(chats.wait_until(asks, PATIENCE).await, "the bot starts");
        let mut people = Vec::new();
        for unit in &units {
            let user = chats.add_user(unit);
            let code = invite(folder.path(), &db.url, unit);
            let start = chats.starts(user, Some(&code)).unwrap();
            confirmed(&chats, start.update.unwrap()).await;
            people.push(user);
        }

        for round in 1..=ROUNDS {
            let before = chats.confirmed_through();
            for user in &people {
                chats.says(*user, *user, &format!("小微企业{round}")).unwrap();
            }
            // The new process is at work; then somewhere between taking in, committing,
            // confirming, sending and marking.
            let begun = |chats: &Chats| chats.confirmed_through() > before;
            assert!(chats.wait_until(begun, PATIENCE).await, "the bot works again");
            tokio::time::sleep(Duration::from_micros(odd.below(30_000))).await;
            bot.kill().unwrap();
            bot.wait().unwrap();
            bot = serve(&server, folder.path(), &db.url);
        }
        confirmed(&chats, chats.last_update()).await;
        let answers = |chats: &Chats, user, round: i64| {
            let words = format!("小微企业：{round}家");
            chats.messages(user).iter().filter(|one| one.from_bot && one.text.contains(&words)).count()
        };
        let each = || people.iter().flat_map(|user| (1..=ROUNDS).map(move |round| (*user, round)));
        let all = |chats: &Chats| each().all(|(user, round)| answers(chats, user, round) > 0);
        assert!(chats.wait_until(all, PATIENCE).await, "every message is answered");
        let twice: usize =
            each().map(|(user, round)| answers(&chats, user, round) - 1).sum();
        println!("answers sent twice: {twice}");

        let store = Store::open_beside(&db.url).await.unwrap();
        let stored = store.all_submissions(&plan).await.unwrap();
        for unit in &units {
            let values: Vec<i64> =
                stored.iter().filter(|row| row.unit == *unit).map(|row| row.value).collect();
            assert_eq!(values, (1..=ROUNDS).collect::<Vec<_>>(), "{unit}: each once, in order");
        }
        bot.kill().unwrap();
        bot.wait().unwrap();
        server.stop().await;
    }
}
