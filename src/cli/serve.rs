//! `serve`: the bot on Telegram.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use super::app::{self, App, Operator, Parts};
use super::backup::{BackupArgs, Daily};
use super::fonts;
use super::robots::{self, RobotSettings};
use super::watch::Watched;
use crate::clock::{Clock, Pause};
use crate::conversation::{BoundGroup, Desk, Desks, Needs, PlanNo, Role};
use crate::plan::Plan;
use crate::robots::{Robot, Robots};
use crate::store::Store;
use crate::telegram::connect::{self, ConnectError, Token};
use crate::telegram::pace::Limits;
use crate::telegram::webhook::Door;
use crate::watch::Watch;

/// How fast the bot may send: Telegram's limits, or what a Bot API server of one's own takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PaceArgs {
    /// 机器人每秒最多发送条数 / Messages a second, all chats together
    #[arg(long, env = "LIAISON_PER_SECOND", default_value_t = 30, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    per_second: u32,
    /// 每个私聊每秒最多条数 / Messages a second to one person
    #[arg(long, env = "LIAISON_CHAT_PER_SECOND", default_value_t = 1, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    chat_per_second: u32,
    /// 每个群每分钟最多条数 / Messages a minute to one group
    #[arg(long, env = "LIAISON_GROUP_PER_MINUTE", default_value_t = 20, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=60_000))]
    group_per_minute: u32,
}

impl PaceArgs {
    fn limits(&self) -> Limits {
        Limits::rates(self.per_second, self.chat_per_second, self.group_per_minute)
    }
}

/// How updates come in: fetched, or brought by Telegram.
#[derive(Debug, Clone, clap::Args)]
pub struct WebhookArgs {
    /// 回调地址（公网 https，经反向代理到本机），缺省为主动拉取 / Where Telegram calls; updates are fetched if left out
    #[arg(
        long = "webhook-url",
        id = "webhook_url",
        env = "LIAISON_WEBHOOK_URL",
        value_name = "URL"
    )]
    url: Option<String>,
    /// 反向代理转发到的本机地址 / Where the reverse proxy passes calls on to
    #[arg(
        long = "webhook-listen",
        id = "webhook_listen",
        env = "LIAISON_WEBHOOK_LISTEN",
        default_value = "127.0.0.1:8443",
        value_name = "ADDRESS"
    )]
    listen: SocketAddr,
    /// 同时回调数上限 / How many calls at the same time
    #[arg(long = "webhook-connections", id = "webhook_connections", env = "LIAISON_WEBHOOK_CONNECTIONS",
          default_value_t = 40, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=100))]
    connections: u8,
}

impl WebhookArgs {
    /// Listens where Telegram is to call; `None` if updates are to be fetched.
    async fn open(&self) -> anyhow::Result<Option<(Door, &str)>> {
        let Some(url) = self.url.as_deref().filter(|url| !url.is_empty()) else { return Ok(None) };
        let (_, rest) = url.split_once("://").with_context(|| {
            format!("--webhook-url 不是网址 / --webhook-url is no address: {url}")
        })?;
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let path = path.split(['?', '#']).next().unwrap_or("/").to_owned();
        anyhow::ensure!(
            !path.contains(['{', '}']),
            "--webhook-url 的路径不能含花括号 / the path of --webhook-url must not have braces: {path}"
        );
        let listener = TcpListener::bind(self.listen).await.with_context(|| {
            let listen = self.listen;
            format!("无法监听 {listen}，请检查 --webhook-listen / cannot listen on {listen}; check --webhook-listen")
        })?;
        Ok(Some((Door { listener, path }, url)))
    }
}

/// Reads the token from `TELOXIDE_TOKEN`.
///
/// # Errors
/// If it is not set or has not the shape of a token.
pub fn token() -> anyhow::Result<Token> {
    let text = std::env::var("TELOXIDE_TOKEN").ok().filter(|text| !text.trim().is_empty());
    let text = text.context(
        "没有设置环境变量 TELOXIDE_TOKEN（机器人令牌，由 @BotFather 提供）；先试用请运行 liaison-bot rehearse \
         / TELOXIDE_TOKEN is not set; to try the bot without one, run: liaison-bot rehearse",
    )?;
    Ok(Token::new(&text)?)
}

/// The bot of a token, at the server that `TELOXIDE_API_URL` names, if it names one.
///
/// # Errors
/// If what it names is no address.
pub fn bot(token: &Token) -> Result<teloxide_core::Bot, ConnectError> {
    let api_url = std::env::var("TELOXIDE_API_URL").ok().filter(|url| !url.is_empty());
    connect::bot(token, api_url.as_deref())
}

/// Runs until told to stop.
///
/// # Errors
/// Token, database, or an address that is none. A network that is down is waited for.
pub async fn run(
    plans: Vec<Arc<Plan>>,
    database: &str,
    backups: &BackupArgs,
    pace: &PaceArgs,
    webhook: &WebhookArgs,
    (address, robots): (Option<SocketAddr>, &[RobotSettings]),
) -> anyhow::Result<()> {
    let mut operator = Operator::listen();
    let (robots, of) = robots::all(robots, &plans)?;
    let token = token()?;
    let bot = bot(&token)?;
    let door = webhook.open().await?;
    let store = Store::open(database).await?;
    refuse_rehearsal(&store).await?;
    let groups: Vec<(PlanNo, BoundGroup)> =
        of.into_iter().zip(robots.iter().map(Robot::group)).collect();
    let robots = Arc::new(Robots::new(robots));
    let clock = Clock::system();
    // Before the network is asked: a copy needs none.
    let daily = Daily::new(store.clone(), clock.clone(), plans[0].zone, database, backups);
    let daily = daily.map(|daily| tokio::spawn(daily.run()));
    let watch = Arc::new(Watch::default());
    if let Some(address) = address {
        let (watch, store) = (watch.clone(), store.clone());
        Watched::new(watch, store, plans.clone(), clock.clone()).listen(address).await?;
    }
    for (no, plan) in (0..).map(PlanNo).zip(&plans) {
        let groups = groups.iter().filter(|(of, _)| *of == no).map(|(_, group)| group.clone());
        robots::bind(plan, &store, groups.collect(), clock.now()).await?;
    }
    let door = door.map(|(door, url)| (door, url, webhook.connections));
    let beside = (clock, watch, &robots);
    let served = answer(plans, (bot, pace.limits()), &store, beside, door, &mut operator).await;
    if let Some(daily) = daily {
        daily.abort();
    }
    app::close(&store).await;
    served
}

/// Real people are never served from what was only played with.
///
/// # Errors
/// If this is a rehearsal's database.
pub async fn refuse_rehearsal(store: &Store) -> anyhow::Result<()> {
    anyhow::ensure!(
        store.rehearsal_origin().await?.is_none(),
        "这是演练用的数据库，不能用于正式运行；请检查 --database / this is a rehearsal's database and serves nobody; check --database"
    );
    Ok(())
}

/// Answers people until told to stop.
async fn answer(
    plans: Vec<Arc<Plan>>,
    (bot, limits): (teloxide_core::Bot, Limits),
    store: &Store,
    (clock, watch, robots): (Clock, Arc<Watch>, &Arc<Robots>),
    door: Option<(Door, &str, u8)>,
    operator: &mut Operator,
) -> anyhow::Result<()> {
    let name = tokio::select! {
        name = name(&bot) => name?,
        () = operator.told() => return Ok(()),
    };
    let desk = |plan: Arc<Plan>| {
        let fonts = fonts::for_bot(&plan);
        Desk::new(plan, name.clone()).with_fonts(fonts)
    };
    let desks = Desks::new(plans.into_iter().map(desk).collect());
    for (_, desk) in desks.all() {
        look_at(&desk.plan, store, clock.now()).await?;
    }
    tokio::spawn({
        let bot = bot.clone();
        async move {
            if let Err(error) = connect::set_menus(&bot).await {
                tracing::warn!(cause = connect::brief(&error), "command menus are not set");
            }
        }
    });
    let parts =
        Parts { desks, store: store.clone(), bot, clock, limits, watch, robots: robots.clone() };
    let mut app = match door {
        None => App::start(&parts),
        Some((door, url, calls)) => {
            tokio::select! {
                set = set_webhook(&parts.bot, url, calls) => set?,
                () = operator.told() => return Ok(()),
            }
            App::start_behind(&parts, door)
        }
    };
    tracing::info!(bot = name, "serving; stop with Ctrl-C");
    app.until_told(operator).await;
    app.stop().await;
    Ok(())
}

/// What should be seen to of a plan, for the log.
async fn look_at(plan: &Plan, store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    if plan.period_at(now).is_none() {
        tracing::warn!(
            plan = plan.id,
            end = %plan.end,
            "the plan's time is over or has not begun: figures will not be accepted; see --plan"
        );
    }
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(plan, &Needs::everything()).await?;
    if snapshot.with_role(Role::Office).is_empty() {
        tracing::warn!(
            plan = plan.id,
            "no office account is bound yet; run: liaison-bot invite --role office"
        );
    }
    Ok(())
}

/// Has Telegram call, once it can be reached.
async fn set_webhook(bot: &teloxide_core::Bot, url: &str, calls: u8) -> Result<(), ConnectError> {
    let mut pause = Pause::doubling(Duration::from_secs(1), Duration::from_mins(1));
    loop {
        match connect::set_webhook(bot, url, calls).await {
            Err(error @ ConnectError::Unreachable(_)) => {
                tracing::error!("{error}；稍后自动重试 / trying again");
                pause.wait().await;
            }
            other => return other,
        }
    }
}

/// Asks who the bot is, for as long as the network is down.
async fn name(bot: &teloxide_core::Bot) -> Result<String, ConnectError> {
    let mut pause = Pause::doubling(Duration::from_secs(1), Duration::from_mins(1));
    loop {
        match connect::user_name(bot).await {
            Err(error @ ConnectError::Unreachable(_)) => {
                tracing::error!("{error}；稍后自动重试 / trying again");
                pause.wait().await;
            }
            other => return other,
        }
    }
}
