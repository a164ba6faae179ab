//! `serve`: the bot on Telegram.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::app::{self, App, Operator, Parts};
use super::backup::{BackupArgs, Daily};
use super::fonts;
use crate::clock::{Clock, Pause};
use crate::conversation::{Desk, Needs, Role};
use crate::plan::Plan;
use crate::store::Store;
use crate::telegram::connect::{self, ConnectError, Token};
use crate::telegram::pace::Limits;

/// How fast the bot may send: Telegram's limits, or what a Bot API server of one's own takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PaceArgs {
    /// 机器人每秒最多发送条数 / Messages a second, all chats together
    #[arg(long, env = "LIAISON_PER_SECOND", default_value_t = 30, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
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
    plan: Arc<Plan>,
    database: &str,
    backups: &BackupArgs,
    pace: &PaceArgs,
) -> anyhow::Result<()> {
    let mut operator = Operator::listen();
    let token = token()?;
    let bot = bot(&token)?;
    let store = Store::open(database).await?;
    let clock = Clock::system();
    // Before the network is asked: a copy needs none.
    let daily = Daily::new(store.clone(), clock.clone(), plan.zone, database, backups);
    let daily = daily.map(|daily| tokio::spawn(daily.run()));
    let served = answer(plan, (bot, pace.limits()), &store, clock, &mut operator).await;
    if let Some(daily) = daily {
        daily.abort();
    }
    app::close(&store).await;
    served
}

/// Answers people until told to stop.
async fn answer(
    plan: Arc<Plan>,
    (bot, limits): (teloxide_core::Bot, Limits),
    store: &Store,
    clock: Clock,
    operator: &mut Operator,
) -> anyhow::Result<()> {
    let name = tokio::select! {
        name = name(&bot) => name?,
        () = operator.told() => return Ok(()),
    };
    if plan.period_at(clock.now()).is_none() {
        tracing::warn!(
            end = %plan.end,
            "the plan's time is over or has not begun: figures will not be accepted; see --plan"
        );
    }
    let fonts = fonts::for_bot(&plan);
    let desk = Arc::new(Desk::new(plan, name.clone()).with_fonts(fonts));
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(&desk.plan, &Needs::everything()).await?;
    drop(work);
    if snapshot.with_role(Role::Office).is_empty() {
        tracing::warn!("no office account is bound yet; run: liaison-bot invite --role office");
    }
    tokio::spawn({
        let bot = bot.clone();
        async move {
            if let Err(error) = connect::set_menus(&bot).await {
                tracing::warn!(cause = connect::brief(&error), "command menus are not set");
            }
        }
    });
    let parts = Parts { desk, store: store.clone(), bot, clock, limits };
    let mut app = App::start(&parts);
    tracing::info!(bot = name, "serving; stop with Ctrl-C");
    app.until_told(operator).await;
    app.stop().await;
    Ok(())
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
