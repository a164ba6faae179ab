//! The same with three programs on one PostgreSQL behind one webhook: each is killed at random, the
//! database server too, and nothing is lost or doubled.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{Options, Server, World as Chats};
use tokio::net::TcpListener;

use super::county::County;
use super::ledger::Ledger;
use super::liaisons::Liaisons;
use super::{Counts, Moment, Odd, PATIENCE, number, published};
use crate::databases::{self, OwnServer};

/// How many programs there are.
const PROGRAMS: usize = 3;

/// Every so many kills it is the database server's turn.
const DATABASE: u32 = 5;

/// A reverse proxy as simple as can be: to the next program that answers.
struct Proxy {
    doors: Vec<u16>,
    next: AtomicUsize,
    client: reqwest::Client,
}

async fn pass_on(State(proxy): State<Arc<Proxy>>, request: Request) -> StatusCode {
    let (head, body) = request.into_parts();
    let body = to_bytes(Body::new(body), 1 << 20).await.unwrap();
    for _ in 0..PROGRAMS {
        let turn = proxy.next.fetch_add(1, Ordering::Relaxed);
        let url = format!("http://127.0.0.1:{}/hook", proxy.doors[turn % PROGRAMS]);
        let mut call = proxy.client.post(url).body(body.clone());
        for (name, value) in &head.headers {
            if name.as_str() != "host" {
                call = call.header(name, value);
            }
        }
        match call.send().await {
            Ok(answer) => return answer.status(),
            Err(error) if error.is_connect() => {}
            // It died with the update in hand: Telegram brings it again.
            Err(_) => return StatusCode::BAD_GATEWAY,
        }
    }
    StatusCode::BAD_GATEWAY
}

/// Three programs, each with its own port.
struct Fleet {
    programs: Vec<Child>,
    doors: Vec<u16>,
    hook: String,
    county: Arc<County>,
    token: String,
    address: String,
    log: File,
}

impl Fleet {
    async fn begin(county: &Arc<County>, server: &Server) -> Self {
        let mut listeners = Vec::new();
        for _ in 0..=PROGRAMS {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let front = listeners.pop().unwrap();
        let hook = format!("http://{}/hook", front.local_addr().unwrap());
        let doors: Vec<u16> =
            listeners.iter().map(|one| one.local_addr().unwrap().port()).collect();
        drop(listeners);
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let proxy = Arc::new(Proxy { doors: doors.clone(), next: AtomicUsize::new(0), client });
        let router = axum::Router::new().route("/hook", post(pass_on)).with_state(proxy);
        tokio::spawn(async move { axum::serve(front, router).await });
        let log = File::create(county.folder.path().join("log")).unwrap();
        let (token, address) = (server.token().to_owned(), server.api_url());
        let county = county.clone();
        let mut fleet = Self { programs: Vec::new(), doors, hook, county, token, address, log };
        for number in 0..PROGRAMS {
            let program = fleet.start(number);
            fleet.programs.push(program);
        }
        fleet
    }

    fn start(&self, number: usize) -> Child {
        let built = || env!("CARGO_BIN_EXE_liaison-bot").into();
        Command::new(std::env::var_os("LIAISON_BOT").unwrap_or_else(built))
            .args(["--plan", self.county.folder.path().to_str().unwrap(), "serve"])
            .args(["--database", &self.county.database, "--webhook-url", &self.hook])
            .args(["--webhook-listen", &format!("127.0.0.1:{}", self.doors[number])])
            .env("TELOXIDE_TOKEN", &self.token)
            .env("TELOXIDE_API_URL", &self.address)
            .env_remove("RUST_LOG")
            .stdout(Stdio::null())
            .stderr(self.log.try_clone().unwrap())
            .spawn()
            .unwrap()
    }

    fn kill(&mut self, number: usize) {
        self.programs[number].kill().unwrap();
        self.programs[number].wait().unwrap();
    }

    fn start_again(&mut self, number: usize) {
        self.programs[number] = self.start(number);
    }

    /// Ends all as an operator does; each must end by itself.
    fn stop(&mut self) {
        for program in &self.programs {
            assert!(Command::new("kill").arg(program.id().to_string()).status().unwrap().success());
        }
        for program in &mut self.programs {
            assert!(program.wait().unwrap().success(), "it stops by itself");
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for program in &mut self.programs {
            let _ = program.kill();
            let _ = program.wait();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.county.folder.path().join("log"));
            let log = log.unwrap_or_default();
            let from = log.floor_char_boundary(log.len().saturating_sub(6000));
            println!("the programs' last words:\n{}", &log[from..]);
        }
    }
}

/// One county served by three programs; how often one of them, or the database, was killed.
async fn county(odd: &mut Odd, kills: u32) -> Option<Counts> {
    let mut postgres = OwnServer::start("replicas").await?;
    let county = Arc::new(County::of_today(&postgres.url(), kills / 2 + 1));
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
    let chats = server.world();
    let mut tally = Counts::default();
    let mut fleet = Fleet::begin(&county, &server).await;
    let serving = |count: u64| move |chats: &Chats| chats.count("setWebhook") >= count;
    let all = u64::try_from(PROGRAMS).unwrap();
    assert!(chats.wait_until(serving(all), PATIENCE).await, "all found a database, one made it");

    let stop = Arc::new(AtomicBool::new(false));
    let mut liaisons = Liaisons::begin(&chats, &county, &stop).await;
    for kill in 1..=kills {
        let moment = if kill.is_multiple_of(2) { Moment::Sending } else { Moment::Anytime };
        if moment == Moment::Sending {
            liaisons.next_post(PATIENCE).await;
            tokio::time::sleep(odd.within(Duration::from_millis(8))).await;
        } else {
            tokio::time::sleep(odd.within(Duration::from_millis(1500))).await;
        }
        *tally.kills.entry(moment).or_default() += 1;
        if kill.is_multiple_of(DATABASE) {
            postgres.kill();
            tokio::time::sleep(odd.within(Duration::from_millis(500))).await;
            postgres.restart();
            continue;
        }
        let number = usize::try_from(odd.next()).unwrap_or(0) % PROGRAMS;
        let started = chats.count("setWebhook");
        fleet.kill(number);
        tokio::time::sleep(odd.within(Duration::from_millis(300))).await;
        fleet.start_again(number);
        assert!(chats.wait_until(serving(started + 1), PATIENCE).await, "it serves again");
    }

    let done = liaisons.end(&stop).await;
    let group = liaisons.group;
    assert!(chats.wait_until(|chats| published(chats, group), PATIENCE).await);
    county.all_reminders().await;
    let begun = Instant::now();
    let mut ledger = loop {
        let mut ledger = Ledger::open(&county.database).await.unwrap();
        if ledger.jobs_made().await == county.jobs() - 1
            && ledger.left(&chats, &liaisons.chats).await.queued == 0
        {
            break ledger;
        }
        assert!(begun.elapsed() < PATIENCE, "all jobs are done and all rows sent");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    fleet.stop();
    ledger.forget_first_starts().await;
    ledger.reckon(&chats, &liaisons, &county, &done, &mut tally).await;
    let log = std::fs::read_to_string(county.folder.path().join("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    server.stop().await;
    Some(tally)
}

#[test]
fn three_programs_lose_and_double_nothing() {
    databases::run(async {
        let seed = number("SEED", 20_190_621);
        println!("seed {seed}");
        if let Some(tally) = county(&mut Odd(seed), 10).await {
            println!("{tally:#?}");
        }
    });
}

#[test]
#[ignore = "takes minutes: just soak replicas"]
fn soak_replicas() {
    databases::run(async {
        let (kills, seed) = (number("KILLS", 200), number("SEED", 20_190_621));
        println!("three programs: seed {seed}, {kills} kills");
        let (mut odd, mut all, begun) = (Odd(seed), Counts::default(), Instant::now());
        let mut left = u32::try_from(kills).unwrap();
        while left > 0 {
            let now = left.min(super::A_COUNTY);
            let Some(tally) = county(&mut odd, now).await else { return };
            all.add(&tally);
            left -= now;
            println!("{left} kills to go, {} rows sent twice so far", all.twice);
        }
        println!("{:?}\n{all:#?}", begun.elapsed());
    });
}
