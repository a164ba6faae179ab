//! `kill -9` at random moments: nothing is lost, and nothing is done twice.
//!
//! The real program serves closed-loop liaisons over the rehearsal's Bot API server. It is killed
//! while it makes its database, takes messages in, commits, confirms, sends, marks, reminds and
//! publishes. Afterwards its database and the server are compared with what people did. `cargo
//! test` kills ten times on each database; `just soak` as often as `KILLS` says. `SEED` brings the
//! choices of a run back (not the scheduling of the machine, so a run is not the same to the
//! microsecond); `LIAISON_BOT` names another build of the program.

mod county;
mod ledger;
mod liaisons;
mod replicas;

use std::collections::BTreeMap;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{ChatId, Fault, FaultRule, Faults, Options, Server, World as Chats};

use crate::databases::{self, Database, on_both};
use county::County;
use ledger::Ledger;
use liaisons::Liaisons;

/// How long anything may take that must happen. On PostgreSQL a chat that a killed program served waits
/// 25 s for the next one, which may be killed with its first message.
const PATIENCE: Duration = Duration::from_mins(5);

/// Kills in one county; then a fresh one is founded, so that first starts and bulletins come often.
const A_COUNTY: u32 = 20;

/// Random numbers that a seed brings back (`SplitMix64`).
struct Odd(u64);

impl Odd {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, limit: Duration) -> Duration {
        let limit = u64::try_from(limit.as_micros()).unwrap();
        Duration::from_micros(self.next() % limit)
    }
}

/// When a kill strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// On the very first start, while the database is made.
    Founding,
    /// Right after a start.
    Starting,
    /// From the moment a message is there: taking in, committing, confirming.
    TakingIn,
    /// After a commit, while its confirmation fails.
    Confirming,
    /// From the moment Telegram has a message of the bot: sending and marking.
    Sending,
    /// When a reminder is due: making and sending it.
    Reminding,
    /// When the bulletin is due: drawing and committing it.
    Drawing,
    /// From the moment the bulletin's first part is out: sending the rest.
    Publishing,
    /// Whenever.
    Anytime,
}

/// What the kills of a run met, and what came of them.
#[derive(Debug, Default)]
struct Counts {
    kills: BTreeMap<Moment, u32>,
    messages: usize,
    presses: usize,
    reminders: i64,
    bulletins: i64,
    rows: i64,
    /// Kills that left a database without a schema.
    no_schema: u32,
    /// Kills that found committed updates unconfirmed.
    unconfirmed: u32,
    /// Kills that found committed rows not sent.
    unsent: u32,
    /// Kills that found rows sent and not marked: each such row is sent again.
    unmarked: u32,
    /// Rows that were sent twice.
    twice: i64,
    /// The most of them after one kill.
    twice_at_most: i64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        for (moment, kills) in &other.kills {
            *self.kills.entry(*moment).or_default() += kills;
        }
        self.messages += other.messages;
        self.presses += other.presses;
        self.reminders += other.reminders;
        self.bulletins += other.bulletins;
        self.rows += other.rows;
        self.no_schema += other.no_schema;
        self.unconfirmed += other.unconfirmed;
        self.unsent += other.unsent;
        self.unmarked += other.unmarked;
        self.twice += other.twice;
        self.twice_at_most = self.twice_at_most.max(other.twice_at_most);
    }
}

/// The program, started again and again.
struct Bot {
    child: Child,
    county: Arc<County>,
    token: String,
    address: String,
    log: File,
}

impl Bot {
    fn start(county: Arc<County>, server: &Server) -> Self {
        let log = File::create(county.folder.path().join("log")).unwrap();
        let (token, address) = (server.token().to_owned(), server.api_url());
        let child = serve(&county, &token, &address, &log);
        Self { child, county, token, address, log }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.child = serve(&self.county, &self.token, &self.address, &self.log);
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.county.folder.path().join("log"));
            let log = log.unwrap_or_default();
            let from = log.floor_char_boundary(log.len().saturating_sub(4000));
            println!("the program's last words:\n{}", &log[from..]);
        }
    }
}

fn serve(county: &County, token: &str, address: &str, log: &File) -> Child {
    let built = || env!("CARGO_BIN_EXE_liaison-bot").into();
    Command::new(std::env::var_os("LIAISON_BOT").unwrap_or_else(built))
        .args(["--plan", county.folder.path().to_str().unwrap()])
        .args(["serve", "--backup-keep", "0", "--database", &county.database])
        .env("TELOXIDE_TOKEN", token)
        .env("TELOXIDE_API_URL", address)
        .env_remove("RUST_LOG")
        .stdout(Stdio::null())
        .stderr(log.try_clone().unwrap())
        .spawn()
        .unwrap()
}

/// The moments of one county's kills: the rare ones first, each in its place, the others between.
fn moments(odd: &mut Odd, kills: u32) -> Vec<Moment> {
    let mut all = vec![Moment::Founding];
    let fixed = [
        Moment::Confirming,
        Moment::TakingIn,
        Moment::Reminding,
        Moment::Sending,
        Moment::Drawing,
        Moment::Publishing,
    ];
    let common = [
        Moment::TakingIn,
        Moment::Confirming,
        Moment::Sending,
        Moment::Anytime,
        Moment::Starting,
        Moment::Reminding,
    ];
    for place in 0..usize::try_from(kills).unwrap() - 1 {
        let drawn = common[usize::try_from(odd.next() % 6).unwrap()];
        all.push(fixed.get(place).copied().unwrap_or(drawn));
    }
    all
}

/// Waits for a moment, and a random while more.
async fn await_moment(
    moment: Moment,
    odd: &mut Odd,
    chats: &Chats,
    county: &County,
    liaisons: &mut Liaisons,
) {
    let ms = Duration::from_millis;
    let more = match moment {
        Moment::Founding => odd.within(ms(150)),
        Moment::Starting | Moment::Anytime => odd.within(ms(1500)),
        Moment::TakingIn => {
            let waits = |chats: &Chats| chats.last_update() > chats.confirmed_through();
            assert!(chats.wait_until(waits, PATIENCE).await, "somebody writes");
            odd.within(ms(30))
        }
        Moment::Confirming => {
            // The batch in hand is committed; asking for the next one, which confirms it, fails.
            let lost = FaultRule {
                method: Some("getUpdates".to_owned()),
                chat: None,
                times: 1_000,
                fault: Fault::ConnectionLost,
            };
            let faults = Faults { rules: vec![lost], ..Faults::default() };
            let waits = |chats: &Chats| chats.last_update() > chats.confirmed_through();
            assert!(chats.wait_until(waits, PATIENCE).await, "somebody writes");
            chats.set_faults(faults);
            odd.within(ms(300))
        }
        Moment::Sending => {
            liaisons.next_post(PATIENCE).await;
            odd.within(ms(8))
        }
        Moment::Reminding => {
            county.next_reminder().await;
            odd.within(ms(400))
        }
        Moment::Drawing => {
            county.bulletin().await;
            odd.within(ms(2500))
        }
        Moment::Publishing => {
            let group = liaisons.group;
            let out = |chats: &Chats| published(chats, group);
            assert!(chats.wait_until(out, PATIENCE).await, "the bulletin is published");
            odd.within(ms(40))
        }
    };
    tokio::time::sleep(more).await;
}

fn published(chats: &Chats, group: ChatId) -> bool {
    chats.messages(group).iter().any(|one| one.from_bot && one.text.contains("年第"))
}

/// One county from its founding to the last reckoning.
async fn county(db: &Database, odd: &mut Odd, kills: u32) -> Counts {
    let county = Arc::new(County::of_today(&db.url, kills / 2 + 1));
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
    let chats = server.world();
    let mut tally = Counts::default();
    let mut moments = moments(odd, kills).into_iter();

    // The first kill is in the making of the database, or soon after.
    let mut bot = Bot::start(county.clone(), &server);
    let founding = moments.next().unwrap();
    tokio::time::sleep(odd.within(Duration::from_millis(150))).await;
    bot.kill();
    *tally.kills.entry(founding).or_default() += 1;
    tally.no_schema += u32::from(Ledger::open(&db.url).await.is_none());
    let asked = chats.count("getUpdates");
    bot.start_again();
    let at_work = |chats: &Chats| chats.count("getUpdates") > asked;
    assert!(chats.wait_until(at_work, PATIENCE).await, "the bot serves");

    let stop = Arc::new(AtomicBool::new(false));
    let mut liaisons = Liaisons::begin(&chats, &county, &stop).await;
    let mut doubled = 0;
    for moment in moments {
        await_moment(moment, odd, &chats, &county, &mut liaisons).await;
        bot.kill();
        *tally.kills.entry(moment).or_default() += 1;
        chats.set_faults(Faults::default());
        let mut ledger = Ledger::open(&db.url).await.expect("a database that was there stays");
        ledger.alone().await;
        let left = ledger.left(&chats, &liaisons.chats).await;
        tally.unconfirmed += u32::from(left.unconfirmed);
        tally.unsent += u32::from(left.queued > 0);
        let twice = left.surplus - doubled;
        assert!(twice >= 0, "{moment:?}: what was marked as sent was sent");
        tally.unmarked += u32::from(twice > 0);
        tally.twice_at_most = tally.twice_at_most.max(twice);
        doubled = left.surplus;
        bot.start_again();
        if moment != Moment::Starting {
            // Alive again, so that the next moment is not this one's shadow.
            let asked = chats.count("getUpdates");
            let at_work = |chats: &Chats| chats.count("getUpdates") > asked;
            assert!(chats.wait_until(at_work, PATIENCE).await, "the bot serves again");
        }
    }

    let done = liaisons.end(&stop).await;
    let begun = Instant::now();
    let group = liaisons.group;
    assert!(chats.wait_until(|chats| published(chats, group), PATIENCE).await);
    county.all_reminders().await;
    let mut ledger = loop {
        let mut ledger = Ledger::open(&db.url).await.unwrap();
        if ledger.jobs().await == county.jobs()
            && ledger.left(&chats, &liaisons.chats).await.queued == 0
        {
            break ledger;
        }
        assert!(begun.elapsed() < PATIENCE, "all jobs are done and all rows sent");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    // Nothing is under way any more.
    let told = Command::new("kill").arg(bot.child.id().to_string()).status().unwrap();
    assert!(told.success() && bot.child.wait().unwrap().success(), "it stops by itself");
    ledger.reckon(&chats, &liaisons, &county, &done, &mut tally).await;
    let log = std::fs::read_to_string(county.folder.path().join("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    server.stop().await;
    tally
}

/// A county's plan of today , for other tests of the program.
pub fn county_of_today() -> (tempfile::TempDir, Arc<liaison_bot::plan::Plan>) {
    let county = County::of_today("", 1);
    (county.folder, county.plan)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a whole number"))
}

on_both! {
    async fn nothing_is_lost_or_doubled(db: Database) {
        let seed = number("SEED", 20_190_621);
        println!("seed {seed}");
        let tally = county(&db, &mut Odd(seed), 10).await;
        println!("{tally:#?}");
    }
}

/// As many kills as `KILLS` says, county by county.
async fn soak(name: &str, fresh: impl AsyncFn() -> Option<Database>) {
    let (kills, seed) = (number("KILLS", 200), number("SEED", 20_190_621));
    println!("{name}: seed {seed}, {kills} kills");
    let (mut odd, mut all, begun) = (Odd(seed), Counts::default(), Instant::now());
    let mut left = u32::try_from(kills).unwrap();
    while left > 0 {
        let Some(db) = fresh().await else { return };
        let now = left.min(A_COUNTY);
        let tally = county(&db, &mut odd, now).await;
        all.add(&tally);
        left -= now;
        println!("{name}: {left} kills to go, {} rows sent twice so far", all.twice);
    }
    println!("{name}: {:?}\n{all:#?}", begun.elapsed());
}

#[test]
#[ignore = "takes a quarter of an hour: just soak"]
fn soak_sqlite() {
    databases::run(soak("SQLite", async || Some(databases::sqlite())));
}

#[test]
#[ignore = "takes a quarter of an hour: just soak"]
fn soak_postgres() {
    databases::run(soak("PostgreSQL", databases::postgres));
}
