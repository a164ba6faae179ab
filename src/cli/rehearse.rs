//! `rehearse`: the whole product without a token, on a local address.
//!
//! The bot talks to a Bot API server of its own; everybody is bound by the same invitations and
//! messages as in earnest, and a plan clock stands in for the years.

mod backstage;

use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, NaiveDateTime, Utc};

use backstage::Backstage;

use super::app::{self, App, Operator, Parts};
use super::fonts;
use crate::clock::Clock;
use crate::conversation::binding::new_invite;
use crate::conversation::{self, Desk, Effects, Needs, Role};
use crate::plan::period::local_instant;
use crate::plan::{Plan, UnitId};
use crate::rehearsal::{self, ChatId, Persona, Server, Stage, UserId, World};
use crate::store::Store;
use crate::telegram::connect::{self, Token};
use crate::telegram::{intake::fresh_code, pace::Limits};

/// The leadership group's chat.
const LEADERSHIP: ChatId = ChatId(-1001);
/// The work group's chat.
const WORK: ChatId = ChatId(-1002);
/// Where persons' numbers start.
const FIRST_USER: i64 = 2001;

/// How to rehearse.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where data is kept.
    pub data: PathBuf,
    /// The page's port.
    pub port: u16,
    /// Where the plan clock starts, if the data does not say.
    pub at: Option<NaiveDateTime>,
}

/// Somebody who can be played.
struct Player {
    user: UserId,
    name: String,
    role: Option<Role>,
    unit: Option<UnitId>,
}

/// Runs until told to stop.
///
/// # Errors
/// A data folder that cannot be written, a port that is taken.
pub async fn run(plan: Arc<Plan>, options: Options) -> anyhow::Result<()> {
    let mut operator = Operator::listen();
    let data = options.data.display().to_string();
    std::fs::create_dir_all(&options.data).with_context(|| {
        format!("数据文件夹 {data} 无法写入，请用 --data 另选 / cannot write to {data}; choose another with --data")
    })?;
    let clock_file = options.data.join("clock.txt");
    let clock = Clock::running_from(start_time(&plan, &options, &clock_file));
    let database = options.data.join("rehearsal.db");
    let store = Store::open(&format!("sqlite:{}", database.display())).await?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let server_options = rehearsal::Options {
        state_file: Some(options.data.join("chats.json")),
        ..rehearsal::Options::default()
    };
    let server = Server::start(address, clock.clone(), server_options).await.map_err(|error| {
        let port = options.port;
        match error.kind() {
            ErrorKind::AddrInUse => anyhow::anyhow!(
                "端口 {port} 已被占用，请用 --port 换一个，或先停掉另一个演练 / port {port} is taken; choose another with --port"
            ),
            _ => anyhow::Error::new(error).context("演练服务无法启动 / the rehearsal server cannot start"),
        }
    })?;
    let world = server.world();
    let bot = connect::bot(&Token::new(server.token())?, Some(&server.api_url()))?;
    let name = connect::user_name(&bot).await?;
    let desk = Arc::new(Desk::new(plan.clone(), name).with_fonts(fonts::for_bot(&plan)));
    let parts = Parts {
        desk,
        store: store.clone(),
        bot: bot.clone(),
        clock: clock.clone(),
        limits: Limits::NONE,
        watch: Arc::default(),
        robots: Arc::default(),
    };
    let mut app = App::start(&parts);
    let backstage = Arc::new(Backstage {
        plan: plan.clone(),
        clock: clock.clone(),
        store: store.clone(),
        world: world.clone(),
        done_until: app.done_until(),
        events: Mutex::default(),
    });
    world.set_host(backstage.clone());
    let watching = tokio::spawn(backstage.watch_jobs(app.fired()));
    let players = players(&plan);
    world.set_stage(Stage { personas: players.iter().map(|one| one.persona(&plan)).collect() });
    bind_everybody(&plan, &store, &world, &players, clock.now()).await?;
    if let Err(error) = connect::set_menus(&bot).await {
        tracing::warn!(cause = connect::brief(&error), "command menus are not set");
    }

    let url = format!("http://{}", server.address());
    // Nobody may be listening any more; that is no reason to stop.
    let _ = writeln!(
        std::io::stdout(),
        "演练已启动，请在浏览器打开 {url} （按 Ctrl-C 停止）\n\
         The rehearsal is running; open {url} in a browser (Ctrl-C stops it)"
    );
    tokio::select! {
        () = app.until_told(&mut operator) => {}
        () = keep_clock(&clock, &clock_file) => {}
    }
    write_clock(&clock, &clock_file);
    watching.abort();
    app.stop().await;
    app::close(&store).await;
    server.stop().await;
    Ok(())
}

fn start_time(plan: &Plan, options: &Options, saved: &Path) -> DateTime<Utc> {
    let saved = std::fs::read_to_string(saved).ok().and_then(|text| text.trim().parse().ok());
    let chosen = options.at.or(plan.rehearsal_start).map(|local| local_instant(local, plan.zone));
    let begin = || local_instant(plan.start.and_hms_opt(8, 30, 0).unwrap_or_default(), plan.zone);
    match (options.at, saved) {
        (None, Some(saved)) => saved,
        _ => chosen.unwrap_or_else(begin),
    }
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

impl Player {
    fn persona(&self, plan: &Plan) -> Persona {
        let (label, role) = match (self.role, self.unit.map(|unit| plan.unit(unit))) {
            (_, Some(unit)) if unit.is_department() => {
                (format!("{} {}", unit.name, self.name), "牵头部门")
            }
            (_, Some(unit)) => (format!("{} {}", unit.name, self.name), "联络员"),
            (Some(Role::Office), _) => (format!("办公室 {}", self.name), "领导小组办公室"),
            (Some(_), _) => (format!("领导 {}", self.name), "领导小组"),
            (None, _) => (format!("未绑定 {}", self.name), "其他"),
        };
        Persona { user: self.user, label, role: role.to_owned(), start_code: None }
    }
}

/// The office, two leaders, a liaison of each unit that reports, and a stranger.
fn players(plan: &Plan) -> Vec<Player> {
    const SURNAMES: [&str; 12] =
        ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"];
    const NAMES: [&str; 7] = ["芳", "伟", "敏", "静", "磊", "洁", "勇"];
    let name = |at: usize| format!("{}{}", SURNAMES[at % SURNAMES.len()], NAMES[at % NAMES.len()]);
    let reporting = plan.units().filter(|(id, _)| !plan.expected(*id).is_empty());
    let roles =
        [(Some(Role::Office), None), (Some(Role::Leader), None), (Some(Role::Leader), None)]
            .into_iter()
            .chain(reporting.map(|(id, _)| (Some(Role::Liaison), Some(id))))
            .chain([(None, None)]);
    (FIRST_USER..)
        .zip(roles)
        .enumerate()
        .map(|(at, (user, (role, unit)))| Player { user: UserId(user), name: name(at), role, unit })
        .collect()
}

/// Invites everybody who is not bound yet, and has them press the link; binds the groups. On new
/// data that is all of them; after a kill in the middle of it, the rest.
async fn bind_everybody(
    plan: &Plan,
    store: &Store,
    world: &World,
    players: &[Player],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for player in players {
        world.ensure_user(player.user, &player.name, None);
    }
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(plan, &Needs::everything()).await?;
    let bound = |user: UserId| snapshot.accounts.contains_key(&conversation::UserId(user.0));
    let office: Vec<UserId> = players.iter().take(1).map(|player| player.user).collect();
    let leaders: Vec<UserId> = players.iter().take(3).map(|player| player.user).collect();
    let everybody: Vec<UserId> =
        players.iter().filter(|player| player.unit.is_some()).map(|player| player.user).collect();
    // Before the office is bound, so that the bot does not ask what the groups are for.
    world.ensure_group(LEADERSHIP, "领导小组", &leaders, &office);
    world.ensure_group(WORK, "联络员工作群", &everybody, &office);
    let mut effects = Effects::default();
    let mut codes = Vec::new();
    for player in players.iter().filter(|player| !bound(player.user)) {
        if let Some(role) = player.role {
            let code = fresh_code();
            effects.invites.push(new_invite(&code, role, player.unit, now));
            codes.push((player.user, code));
        }
    }
    work.save(plan, &effects, &[], &[], now).await?;
    work.commit().await?;
    for (user, code) in codes {
        world.starts(user, Some(&code)).context("演练人员无法绑定 / cannot bind the players")?;
    }
    for (group, kind) in [(LEADERSHIP, "领导小组"), (WORK, "工作群")] {
        if snapshot.groups.contains_key(&conversation::ChatId(group.0)) {
            continue;
        }
        world
            .says(office[0], group, &format!("/bind {kind}"))
            .context("演练群无法绑定 / cannot bind the groups")?;
    }
    let all = world.last_update();
    let taken_in = |world: &World| world.confirmed_through() >= all;
    anyhow::ensure!(
        world.wait_until(taken_in, Duration::from_secs(20)).await,
        "演练人员没有全部绑定，请重新启动 / not everybody could be bound; start again"
    );
    Ok(())
}
