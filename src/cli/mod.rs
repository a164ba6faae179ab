//! The command line: one file a command.
//!
//! - [`app`]: intake, delivery and schedule put together, started and stopped
//! - [`rehearse`]: the whole product without a token, on a local address
//! - [`serve`]: the bot on Telegram
//! - [`check_plan`]: reads a plan folder and says what is in it, or what is wrong with it
//! - [`init`]: sets up for real, and writes `liaison-bot.toml`
//! - [`doctor`]: looks at everything the bot needs, and says what to do
//! - [`settings`]: `liaison-bot.toml` as defaults of flags
//! - [`robots`]: group robots as the settings name them
//! - [`watch`]: `/healthz` and `/metrics`
//! - `ask`, `progress`, `values`: questions on a terminal, how far a command is, values of flags
//! - `plans`: several plan folders, or the one that a command is about
//! - [`new_plan`], [`import_plan`], `plan_folder`: a plan folder from nothing, or from a 任务分解表
//! - [`invite`]: a one-time link, for the first office account
//! - [`parse`]: messages in, figures and questions out
//! - [`rank`]: ranks the units by a file of figures
//! - [`bulletin`]: a bulletin of a file of figures: text, pictures, workbook
//! - [`assess`]: a year's points, each explained
//! - [`fonts`]: what the pictures are set in
//! - [`export`]: figures and submissions as CSV or JSON
//! - `log`: one line an event, and never a secret
//! - [`copy_to`]: an SQLite database moves to PostgreSQL
//! - [`templates`]: an office's own texts in place of ours
//! - [`audit`]: the log of acts, its chain looked through
//! - [`backup`]: copies of the database, by hand and daily, and one put back

pub mod app;
mod ask;
pub mod assess;
pub mod audit;
pub mod backup;
pub mod bulletin;
pub mod check_plan;
pub mod copy_to;
pub mod doctor;
pub mod export;
pub mod fonts;
pub mod import_plan;
pub mod init;
pub mod invite;
mod log;
mod man;
pub mod new_plan;
pub mod parse;
mod plan_folder;
mod plans;
mod progress;
pub mod rank;
pub mod rehearse;
pub mod robots;
pub mod serve;
pub mod settings;
pub mod templates;
mod values;
pub mod watch;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use chrono_tz::Tz;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::plan::Plan;
use log::is_broken_pipe;
pub use values::{Database, ExportFormat, RoleArg, What};
use values::{day, shows_a_password, zone};

pub use check_plan::load;

/// 县级增长计划数据报送助手：联络员发消息报数，自动催报、汇总、排名、通报。
///
/// A county's growth plan in chat: liaisons report by message; the bot checks, reminds, ranks and
/// issues bulletins. Without a command it rehearses (no token needed), or serves if
/// `TELOXIDE_TOKEN` is set.
#[derive(Debug, Parser)]
#[command(name = "liaison-bot", version, max_term_width = 100)]
struct Args {
    /// 计划文件夹，可写多个（逗号分隔或重复写）/ The plan folder, or several: plan.toml, units.csv, indicators.csv, targets.csv, holidays.csv
    #[arg(
        long,
        global = true,
        env = "LIAISON_PLAN",
        default_value = "seeds/lanxi-2018-2020",
        value_delimiter = ',',
        value_name = "DIR"
    )]
    plan: Vec<PathBuf>,
    /// 设置文件 / The settings that init writes; liaison-bot.toml in this folder if left out
    #[arg(long, global = true, env = "LIAISON_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// 时区，缺省用计划文件中的 / The time zone, if it is not the plan's
    #[arg(long, global = true, env = "LIAISON_TIME_ZONE", value_name = "ZONE", value_parser = zone)]
    time_zone: Option<Tz>,
    /// 日志格式 / The log: lines for people, or JSON for a collector
    #[arg(long, global = true, env = "LIAISON_LOG_FORMAT", value_enum, default_value_t = log::LogFormat::Text)]
    log_format: log::LogFormat,
    /// 自定义文字文件夹（zh-CN/、en/ 下与 templates/ 同名的文件）/ A folder of texts of your own
    #[arg(long, global = true, env = "LIAISON_TEMPLATES", value_name = "DIR")]
    templates: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 演练：无需令牌，在浏览器里扮演各联络员、办公室，拨动计划时钟 / Rehearse without a token
    ///
    /// Starts a Bot API server and a chat page on this machine, with everybody bound: play any
    /// liaison, the office or the leadership group, and move the plan clock to the next job.
    Rehearse {
        #[command(flatten)]
        args: rehearse::RehearseArgs,
    },
    /// 正式运行：接入 Telegram（令牌取自环境变量 `TELOXIDE_TOKEN`）/ Serve on Telegram
    ///
    /// The token comes from `TELOXIDE_TOKEN`; `TELOXIDE_API_URL` names a self-hosted Bot API server.
    Serve {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        backups: backup::BackupArgs,
        #[command(flatten)]
        pace: serve::PaceArgs,
        #[command(flatten)]
        webhook: serve::WebhookArgs,
        /// 监测地址：/healthz、/metrics / Answer /healthz and /metrics on this address
        #[arg(long, env = "LIAISON_WATCH", value_name = "ADDRESS:PORT")]
        watch: Option<SocketAddr>,
    },
    /// 首次设置：询问令牌、计划、时区、数据库，写出 liaison-bot.toml / Set up for real
    ///
    /// Asks for whatever the flags leave open, tries each answer, writes liaison-bot.toml (--config
    /// for another name) without secrets, and prints the office's invitation.
    Init {
        #[command(flatten)]
        options: init::Options,
    },
    /// 体检：检查令牌、群、时钟、数据库等，并说明怎么办 / Check everything the bot needs
    ///
    /// Looks at the token, the groups, privacy mode, the clock, the next jobs, the database, the fonts,
    /// and says what to do about each. The exit code is 1 if something must be done.
    Doctor {
        #[command(flatten)]
        options: doctor::Options,
    },
    /// 新建计划文件夹，内有示例可改 / A folder to start another county's plan from
    NewPlan {
        #[command(flatten)]
        options: new_plan::Options,
    },
    /// 把任务分解表（单位在上、指标在左）转成计划文件夹 / Make a plan folder of a table of targets
    ///
    /// Units across, indicators down. What the table does not say is asked, or answered by flags; then
    /// the folder is checked.
    ImportPlan {
        #[command(flatten)]
        options: import_plan::Options,
    },
    /// 检查计划文件夹，列出概要或全部问题 / Check a plan folder: a summary, or every problem
    CheckPlan {
        /// 计划文件夹，缺省同 --plan / The folder; --plan if left out
        dir: Option<PathBuf>,
    },
    /// 生成一次性邀请链接，用于首个办公室账号 / Print a one-time link, for the first office account
    ///
    /// Works while the bot is running. With `TELOXIDE_TOKEN` the link is complete.
    Invite {
        /// 身份 / The role
        #[arg(long, value_enum)]
        role: RoleArg,
        /// 单位名称（联络员必填）/ The unit, for a liaison
        #[arg(long)]
        unit: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// 读消息：逐行输入 JSON，逐行输出读到的指标和疑问 / Read messages: JSON lines in, JSON lines out
    ///
    /// In: {"unit":"兰江街道","text":"小升规2"}. Out: {"figures":[{"indicator","value","kind"}],"asks":[…]}.
    Parse,
    /// 排名：不用数据库，按数据文件排名 / Rank the units by a file of figures, without a database
    Rank {
        /// CSV:unit,indicator,value（基本单位）/ The figures, in base units
        #[arg(long)]
        figures: PathBuf,
        /// 日期 / The day, YYYY-MM-DD
        #[arg(long, value_parser = day)]
        at: NaiveDate,
        /// 输出格式 / The format
        #[arg(long, value_enum, default_value_t = RankFormat::Table)]
        format: RankFormat,
    },
    /// 通报：不用数据库和令牌，按数据文件生成文字、图和附表 / Text, pictures and workbook of a file of figures
    ///
    /// Writes bulletin-PERIOD.txt, -heat.png, -county.png and .xlsx into DIR. To try it:
    /// bulletin --figures docs/demo/figures.csv --previous docs/demo/figures-before.csv
    /// --at 2019-06-21 --made-up --out DIR
    Bulletin {
        #[command(flatten)]
        options: bulletin::Options,
    },
    /// 考核：按年末数据和 plan.toml 的规则计分，逐项说明 / Assess a year, every point explained
    Assess {
        #[command(flatten)]
        options: assess::Options,
    },
    /// 导出当前数或全部报送记录 / Export the figures in force, or every submission
    Export {
        #[command(flatten)]
        options: export::Options,
    },
    /// 审计记录：谁在何时做了什么，逐行相扣 / Who did what and when: the audit log, whose chain is checked
    Audit {
        #[command(flatten)]
        options: audit::Options,
    },
    /// 命令补全脚本 / Completions for a shell: source <(liaison-bot completions bash)
    Completions {
        /// 命令行 / The shell
        shell: clap_complete::Shell,
    },
    /// 手册页（roff），man -l 可看 / The manual page, for man -l
    Man,
    /// 备份数据库到新文件，机器人可照常运行 / Copy the database into a new file while the bot runs
    Backup {
        /// 备份文件 / The new file
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
    /// 把 SQLite 数据库搬到空的 PostgreSQL 数据库 / Move an SQLite database to an empty PostgreSQL one
    ///
    /// Stop the bot first. Everything is copied, compared by counts and hashes, and only then kept.
    /// The password comes from PGPASSWORD or ~/.pgpass.
    CopyTo {
        /// 目标 / The target: `postgres://USER@HOST/NAME`
        target: String,
        /// 来源 / The source: sqlite:PATH
        #[arg(long, default_value = "sqlite:liaison-data/liaison.db")]
        database: String,
    },
    /// 从备份恢复数据库（不会覆盖已有的数据库）/ Put a backup in place; nothing is overwritten
    Restore {
        /// 备份文件 / The backup
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RankFormat {
    Table,
    Json,
}

/// The command line as clap has it, for whatever checks it.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// Runs the command line.
pub fn main() -> ExitCode {
    // Read twice: first for where the settings are, then with them as defaults.
    let matches = Args::command().get_matches();
    let named = matches.get_one::<PathBuf>("config").map(PathBuf::as_path);
    // `init` is about to write them.
    let known = matches.subcommand_name() != Some("init");
    let found = if known { settings::Settings::find(named) } else { Ok(None) };
    let settings = match found {
        Ok(settings) => settings.unwrap_or_default(),
        Err(error) => {
            log::LogFormat::Text.tell(&error.into());
            return ExitCode::FAILURE;
        }
    };
    let command = settings.applied(Args::command());
    let matches = command.clone().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let logs = args.log_format;
    logs.start();
    if shows_a_password(std::env::args()) {
        eprintln!(
            "错误 / error: 命令行上的数据库密码会被本机其他用户看到，请改用环境变量 DATABASE_URL 或 PGPASSWORD \
             / others on this machine can see a password on the command line; \
             use the environment: DATABASE_URL or PGPASSWORD"
        );
        return ExitCode::FAILURE;
    }
    match run(args, &matches, command, &settings.robots) {
        Ok(code) => code,
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            logs.tell(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(
    args: Args,
    matches: &clap::ArgMatches,
    grammar: clap::Command,
    robots: &[robots::RobotSettings],
) -> anyhow::Result<ExitCode> {
    let dirs = args.plan;
    let own_texts = args.templates.filter(|dir| !dir.as_os_str().is_empty());
    // The doctor tells what is wrong with them among all else.
    if !matches!(args.command, Some(Command::Doctor { .. })) {
        templates::install(own_texts.as_deref())?;
    }
    let load = |dir: &Path| -> anyhow::Result<Plan> {
        let mut plan = load(dir)?;
        plan.zone = args.time_zone.unwrap_or(plan.zone);
        Ok(plan)
    };
    let all = || plans::all(&dirs, load);
    let dir = || plans::only(&dirs);
    let one = || load(dir()?);
    let token = std::env::var("TELOXIDE_TOKEN").ok().filter(|token| !token.trim().is_empty());
    let default = if token.is_some() { "serve" } else { "rehearse" };
    // As if it had been typed, so that its defaults stand in one place.
    let typed = || {
        let matches = grammar.get_matches_from(["liaison-bot", default]);
        Args::from_arg_matches(&matches).ok().and_then(|args| args.command)
    };
    let command = args.command.or_else(typed).context("no command")?;
    let mut out = std::io::stdout().lock();
    match command {
        Command::Rehearse { args } => {
            let options = args.into();
            block_on(rehearse::run(all()?, options))?;
        }
        Command::Serve { database, backups, pace, webhook, watch } => {
            let beside = (watch, robots);
            block_on(serve::run(all()?, &database.database, &backups, &pace, &webhook, beside))?;
        }
        Command::Init { options } => {
            let given = matches.value_source("plan") != Some(ValueSource::DefaultValue);
            let plan = (dir()?, given, args.time_zone);
            block_on(init::run(plan, args.config.as_deref(), &options, &mut out))?;
        }
        Command::Doctor { options } => {
            let well =
                block_on(doctor::run(all(), &options, robots, own_texts.as_deref(), &mut out))?;
            return Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "liaison-bot", &mut out);
        }
        Command::Man => man::write(&Args::command(), &mut out)?,
        Command::NewPlan { options } => return new_plan::run(&options, args.time_zone, &mut out),
        Command::ImportPlan { options } => {
            return import_plan::run(&options, args.time_zone, &mut out);
        }
        Command::CheckPlan { dir: other } => {
            return Ok(check_plan::run_all(&other.map_or(dirs, |dir| vec![dir]), &mut out)?);
        }
        Command::Invite { role, unit, database } => {
            let link = block_on(invite::run(&one()?, role, unit.as_deref(), &database.database))?;
            writeln!(out, "{link}")?;
        }
        Command::Backup { file, database } => {
            writeln!(out, "{}", block_on(backup::run(&database.database, &file))?)?;
        }
        Command::CopyTo { target, database } => {
            writeln!(out, "{}", block_on(copy_to::run(&database, &target))?)?;
        }
        Command::Restore { file, database } => {
            writeln!(out, "{}", block_on(backup::restore(&database.database, &file))?)?;
        }
        Command::Parse => {
            let clean =
                parse::parse_lines(&one()?, std::io::stdin().lock(), out, std::io::stderr())?;
            return Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Rank { figures, at, format } => {
            return rank::run(&one()?, &figures, at, format, &mut out);
        }
        Command::Bulletin { options } => {
            let (paths, lacking) = bulletin::run(&Arc::new(one()?), &options)?;
            for path in paths {
                writeln!(out, "{}", path.display())?;
            }
            if !lacking.is_empty() {
                let lacking: String = lacking.into_iter().collect();
                eprintln!(
                    "图中有字缺字形：{lacking}，请用 --font 指定含有这些字的字体 / no font has a glyph for {lacking}; name one that has with --font"
                );
            }
        }
        Command::Assess { options } => {
            block_on(assess::run(&one()?, &options, &mut out))?;
        }
        Command::Export { options } => {
            block_on(export::run(&one()?, &options, &mut out))?;
        }
        Command::Audit { options } => block_on(audit::run(&one()?, &options, &mut out))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(crate::telegram::reading::STACK)
        .enable_all()
        .build()
        .context("无法启动运行时 / cannot start the runtime")?
        .block_on(work)
}
