//! `rehearse`: the whole product without a token, on a local address.
//!
//! The bot talks to a Bot API server of its own, by a token that this server made; a live token is
//! never read. Everybody is bound by the same invitations and messages as in earnest, or comes with
//! a copy of real data; a plan clock stands in for the years.
//!
//! - `players`: who can be played
//! - `filled`: made-up liaisons who report for months
//! - `place`: the folder where the rehearsal keeps its data
//! - `backstage`: what the page asks about the plan

mod backstage;
mod filled;
mod place;
mod players;

use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};

pub use filled::Filled;

use backstage::Backstage;
use place::{Data, Place};
use players::Scene;

use super::app::{self, App, Operator, Parts};
use super::fonts;
use super::values::local_time;
use crate::clock::Clock;
use crate::conversation::{Desk, Desks};
use crate::plan::Plan;
use crate::plan::period::local_instant;
use crate::rehearsal::{self, Server, Wording};
use crate::telegram::connect::{self, Token};
use crate::telegram::pace::Limits;

/// How to rehearse.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where data is kept.
    pub data: PathBuf,
    /// The page's port.
    pub port: u16,
    /// Where the plan clock starts, if the data does not say.
    pub at: Option<NaiveDateTime>,
    /// Reports to make up first.
    pub filled: Option<Filled>,
    /// A backup of real data to go on from.
    pub from: Option<PathBuf>,
}

/// The same on the command line.
#[derive(Debug, clap::Args)]
pub struct RehearseArgs {
    /// 数据文件夹 / Where the rehearsal keeps its data; delete it to start anew
    #[arg(long, default_value = "rehearsal-data")]
    data: PathBuf,
    /// 端口 / The port of the page, on 127.0.0.1
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// 计划时钟的起点（当地时间）/ The plan clock's start, local time: "2019-06-17 08:30"
    #[arg(long, value_parser = local_time)]
    at: Option<NaiveDateTime>,
    /// 先由虚构的联络员报送若干周，排名、走势、未报名单都有数据 / Let made-up liaisons report for weeks first
    #[arg(long, conflicts_with = "from")]
    filled: bool,
    /// --filled 的周数 / How many weeks for --filled
    #[arg(long, default_value_t = 13, requires = "filled",
          value_parser = clap::value_parser!(u32).range(1..=156))]
    weeks: u32,
    /// --filled 的随机种子，同一种子数据相同 / The seed of --filled: the same seed, the same figures
    #[arg(long, default_value_t = 2019, requires = "filled")]
    seed: u64,
    /// 在正式数据备份的副本上演练（不发给真人，不动备份）/ Rehearse on a copy of a real database's backup
    #[arg(long, value_name = "BACKUP")]
    from: Option<PathBuf>,
}

impl From<RehearseArgs> for Options {
    fn from(args: RehearseArgs) -> Self {
        let RehearseArgs { data, port, at, filled, weeks, seed, from } = args;
        Self { data, port, at, filled: filled.then_some(Filled { seed, weeks }), from }
    }
}

/// Runs until told to stop.
///
/// # Errors
/// A data folder that cannot be written, a port that is taken, a backup that is none.
pub async fn run(plans: Vec<Arc<Plan>>, options: Options) -> anyhow::Result<()> {
    let mut operator = Operator::listen();
    let place = Place::open(&options).await?;
    let mark = |plan| Arc::new(marked(Arc::unwrap_or_clone(plan), &place.data));
    let plans: Vec<Arc<Plan>> = plans.into_iter().map(mark).collect();
    let store = place.store.clone();
    let clock = Clock::running_from(begin(&plans, &options, &place).await?);
    store.mark_rehearsal(&place.origin(), clock.now()).await?;
    let mut server = serve_page(&options, clock.clone(), &place).await?;
    let world = server.world();
    let mut people = Vec::new();
    if place.data == Data::Copied {
        let reached = store.reached().await?;
        world.counts_from(reached.message, reached.update);
    }
    for scene in Scene::all(&plans) {
        people.push(if place.data == Data::Copied {
            players::copied(scene.plan, &store, &world).await?
        } else {
            players::made_up(scene)
        });
    }
    let bot = connect::bot(&Token::new(server.token())?, Some(&server.api_url()))?;
    let name = connect::user_name(&bot).await?;
    let desk = |plan: &Arc<Plan>| {
        Desk::new(plan.clone(), name.clone())
            .with_fonts(fonts::for_bot(plan))
            .with_made_up(place.data != Data::Copied)
    };
    let parts = Parts {
        desks: Desks::new(plans.iter().map(desk).collect()),
        store: store.clone(),
        bot: bot.clone(),
        clock: clock.clone(),
        limits: Limits::NONE,
        watch: Arc::default(),
        robots: Arc::default(),
    };
    let mut app = App::start(&parts);
    let backstage = Arc::new(Backstage {
        plans: plans.clone(),
        clock: clock.clone(),
        store: store.clone(),
        world: world.clone(),
        done_until: app.done_until(),
        warning: warning(&place.data),
        events: Mutex::default(),
    });
    world.set_host(backstage.clone());
    let watching = tokio::spawn(backstage.watch_jobs(app.fired()));
    world.set_stage(players::stage(&plans, &people));
    if place.data != Data::Copied {
        for (scene, people) in Scene::all(&plans).zip(&people) {
            players::bind_everybody(scene, &store, &world, people, clock.now()).await?;
        }
    }
    if let Err(error) = connect::set_menus(&bot).await {
        tracing::warn!(cause = connect::brief(&error), "command menus are not set");
    }
    let told = fill(&plans, &options, &place, &world, &people).await?;
    if place.is_new {
        write_clock(&clock, &place.clock_file);
        server.keep(place.chats_file.clone());
        place.done()?;
    }
    announce(&format!("http://{}", server.address()), &told);
    tokio::select! {
        () = app.until_told(&mut operator) => {}
        () = keep_clock(&clock, &place.clock_file) => {}
    }
    write_clock(&clock, &place.clock_file);
    watching.abort();
    app.stop().await;
    app::close(&store).await;
    server.stop().await;
    Ok(())
}

/// The plan with the mark of a rehearsal in its names, so that every heading bears it.
fn marked(mut plan: Plan, data: &Data) -> Plan {
    let (zh, en) = match data {
        Data::Copied => ("（演练）", " (rehearsal)"),
        Data::Empty | Data::Filled(_) => ("（演练数据）", " (made-up data)"),
    };
    plan.titles.name.push_str(zh);
    plan.titles.short.push_str(zh);
    plan.titles.name_en.push_str(en);
    plan
}

fn warning(data: &Data) -> Wording {
    match data {
        Data::Copied => Wording::new(
            "演练：正式数据的副本，不会发给真人，也不会改动正式数据",
            "Rehearsal on a copy of real data: nobody real is written to, nothing real is changed",
        ),
        Data::Empty | Data::Filled(_) => Wording::new(
            "演练数据：人员、数据均为虚构",
            "Rehearsal: people and figures are made up",
        ),
    }
}

/// Where the plan clock begins: where it stopped, where it is told to, or where the data ends.
async fn begin(
    plans: &[Arc<Plan>],
    options: &Options,
    place: &Place,
) -> anyhow::Result<DateTime<Utc>> {
    let plan = &plans[0];
    let saved = std::fs::read_to_string(&place.clock_file).ok();
    let saved = saved.and_then(|text| text.trim().parse().ok());
    if let (Some(saved), None) = (saved, options.at) {
        return Ok(saved);
    }
    if place.data == Data::Copied && options.at.is_none() {
        let reached = place.store.reached().await?.at;
        return Ok(reached.unwrap_or_else(|| start_time(plan, options)));
    }
    let start = start_time(plan, options);
    Ok(match place.data {
        Data::Filled(what) if place.is_new => filled::span(plans, what.weeks, start).0,
        _ => start,
    })
}

fn start_time(plan: &Plan, options: &Options) -> DateTime<Utc> {
    let chosen = options.at.or(plan.rehearsal_start).map(|local| local_instant(local, plan.zone));
    let begin = || local_instant(plan.start.and_hms_opt(8, 30, 0).unwrap_or_default(), plan.zone);
    chosen.unwrap_or_else(begin)
}

/// Starts the page. On new data the chats are kept only once they are worth keeping: writing them
/// down after each of a thousand made-up messages would take minutes.
async fn serve_page(options: &Options, clock: Clock, place: &Place) -> anyhow::Result<Server> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let state_file = (!place.is_new).then(|| place.chats_file.clone());
    let server_options = rehearsal::Options { state_file, ..rehearsal::Options::default() };
    Server::start(address, clock, server_options).await.map_err(|error| {
        let port = options.port;
        match error.kind() {
            ErrorKind::AddrInUse => anyhow::anyhow!(
                "端口 {port} 已被占用，请用 --port 换一个，或先停掉另一个演练 / port {port} is taken; choose another with --port"
            ),
            _ => anyhow::Error::new(error).context("演练服务无法启动 / the rehearsal server cannot start"),
        }
    })
}

/// Fills in what is asked for, and says what was.
async fn fill(
    plans: &[Arc<Plan>],
    options: &Options,
    place: &Place,
    world: &rehearsal::World,
    people: &[Vec<players::Player>],
) -> anyhow::Result<String> {
    let Data::Filled(what) = place.data else { return Ok(String::new()) };
    if !place.is_new {
        return Ok(format!(
            "\n接着用已有的演练数据（种子 {0}）/ Going on with the made-up data that is there (seed {0})",
            what.seed
        ));
    }
    tracing::info!(seed = what.seed, weeks = what.weeks, "made-up liaisons are reporting");
    let begun = Instant::now();
    let (_, until) = filled::span(plans, what.weeks, start_time(&plans[0], options));
    let casts: Vec<filled::Cast<'_>> = plans
        .iter()
        .map(|plan| &**plan)
        .zip(people.iter().map(|all| players::reporters(all)))
        .collect();
    let reports = filled::play(&casts, world, what.seed, until).await?;
    let (weeks, seed, seconds) = (what.weeks, what.seed, begun.elapsed().as_secs_f32());
    Ok(format!(
        "\n已填入{weeks}周演练数据：{reports}条报送，用时{seconds:.1}秒，种子 {seed}（--seed {seed} 可重现）\n\
         {weeks} weeks are filled in: {reports} made-up reports in {seconds:.1} s, seed {seed} (--seed {seed} brings them back)"
    ))
}

fn announce(url: &str, told: &str) {
    // Nobody may be listening any more; that is no reason to stop.
    let _ = writeln!(
        std::io::stdout(),
        "演练已启动，请在浏览器打开 {url} （按 Ctrl-C 停止）\n\
         The rehearsal is running; open {url} in a browser (Ctrl-C stops it){told}"
    );
}

/// Writes the clock's time down at each move and every few seconds, so that a restart goes on from
/// there, after a crash too.
async fn keep_clock(clock: &Clock, file: &Path) {
    let mut moves = clock.moves();
    loop {
        write_clock(clock, file);
        let _ = tokio::time::timeout(Duration::from_secs(5), moves.next()).await;
    }
}

/// Put in place whole: half a time would send the clock back to its start.
fn write_clock(clock: &Clock, file: &Path) {
    let beside = file.with_extension("new");
    let written = std::fs::write(&beside, clock.now().to_rfc3339());
    if let Err(error) = written.and_then(|()| std::fs::rename(&beside, file)) {
        tracing::warn!(%error, file = %file.display(), "the plan clock's time is not saved");
    }
}
