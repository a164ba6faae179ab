//! The command line: one file a command.
//!
//! - [`app`]: intake, delivery and schedule put together, started and stopped
//! - [`rehearse`]: the whole product without a token, on a local address
//! - [`serve`]: the bot on Telegram
//! - [`check_plan`]: reads a plan folder and says what is in it, or what is wrong with it
//! - [`invite`]: a one-time link, for the first office account
//! - [`parse`]: messages in, figures and questions out
//! - [`rank`]: ranks the units by a file of figures
//! - [`bulletin`]: a bulletin of a file of figures: text, pictures, workbook
//! - [`assess`]: a year's points, each explained
//! - [`fonts`]: what the pictures are set in
//! - [`export`]: figures and submissions as CSV or JSON
//! - `log`: one line an event, and never a secret
//! - [`backup`]: copies of the database, by hand and daily, and one put back

pub mod app;
pub mod assess;
pub mod backup;
pub mod bulletin;
pub mod check_plan;
pub mod export;
pub mod fonts;
pub mod invite;
mod log;
pub mod parse;
pub mod rank;
pub mod rehearse;
pub mod serve;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::{NaiveDate, NaiveDateTime};
use clap::{Parser, Subcommand, ValueEnum};

use crate::clock::Clock;
use crate::plan::{Plan, Problem};

/// 县级增长计划数据报送助手：联络员发消息报数，自动催报、汇总、排名、通报。
///
/// A county's growth plan in chat: liaisons report by message; the bot checks, reminds, ranks and
/// issues bulletins. Without a command it rehearses (no token needed), or serves if
/// `TELOXIDE_TOKEN` is set.
#[derive(Debug, Parser)]
#[command(name = "liaison-bot", version, max_term_width = 100)]
struct Args {
    /// 计划文件夹 / The plan folder: plan.toml, units.csv, indicators.csv, targets.csv, holidays.csv
    #[arg(long, global = true, env = "LIAISON_PLAN", default_value = "seeds/lanxi-2018-2020")]
    plan: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the figures are kept.
#[derive(Debug, clap::Args)]
struct Database {
    /// 数据库 / The database: sqlite:PATH, or `postgres://USER@HOST/NAME` (password from the environment)
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:liaison-data/liaison.db"
    )]
    database: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 演练：无需令牌，在浏览器里扮演各联络员、办公室，拨动计划时钟 / Rehearse without a token
    ///
    /// Starts a Bot API server and a chat page on this machine, with everybody bound: play any
    /// liaison, the office or the leadership group, and move the plan clock to the next job.
    Rehearse {
        /// 数据文件夹 / Where the rehearsal keeps its data; delete it to start anew
        #[arg(long, default_value = "rehearsal-data")]
        data: PathBuf,
        /// 端口 / The port of the page, on 127.0.0.1
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// 计划时钟的起点（当地时间）/ The plan clock's start, local time: "2019-06-17 08:30"
        #[arg(long, value_parser = local_time)]
        at: Option<NaiveDateTime>,
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
        /// 内容 / What
        #[arg(long, value_enum, default_value_t = What::Figures)]
        what: What,
        /// 输出格式 / The format
        #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
        format: ExportFormat,
        #[command(flatten)]
        database: Database,
    },
    /// 备份数据库到新文件，机器人可照常运行 / Copy the database into a new file while the bot runs
    Backup {
        /// 备份文件 / The new file
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
    /// 从备份恢复数据库（不会覆盖已有的数据库）/ Put a backup in place; nothing is overwritten
    Restore {
        /// 备份文件 / The backup
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// The leadership group's office.
    Office,
    /// A member of the leadership group.
    Leader,
    /// A unit's liaison.
    Liaison,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RankFormat {
    Table,
    Json,
}

/// What is exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum What {
    /// The figures in force.
    Figures,
    /// Every submission, withdrawals too.
    Submissions,
}

/// In which format.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated, UTF-8 with a byte order mark, as spreadsheets want it.
    Csv,
    /// One array.
    Json,
}

/// Reads a day as people write it on a command line.
fn day(text: &str) -> Result<NaiveDate, String> {
    text.trim()
        .parse()
        .map_err(|_| "日期应写成 2019-06-21 / a day is written 2019-06-21".to_owned())
}

/// Reads a local time; without the hour it is the day's 08:30, when offices open.
fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    let text = text.trim().replace('T', " ");
    let timed = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let found = timed.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let opening = || text.parse().ok().and_then(|day: NaiveDate| day.and_hms_opt(8, 30, 0));
    found.or_else(opening).ok_or_else(|| {
        "时间应写成 \"2019-06-17 08:30\" / a time is written \"2019-06-17 08:30\"".to_owned()
    })
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let args = Args::parse();
    log::to_stderr();
    if shows_a_password(std::env::args()) {
        eprintln!(
            "错误 / error: 命令行上的数据库密码会被本机其他用户看到，请改用环境变量 DATABASE_URL 或 PGPASSWORD \
             / others on this machine can see a password on the command line; \
             use the environment: DATABASE_URL or PGPASSWORD"
        );
        return ExitCode::FAILURE;
    }
    match run(args) {
        Ok(code) => code,
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with cause and remedy; the chain, without a stack trace.
            eprintln!("{}", log::masked(&format!("错误 / error: {error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    // JSON and CSV writers wrap what the pipe said, each in its own way.
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let json = cause.downcast_ref::<serde_json::Error>();
        let table = cause.downcast_ref::<csv::Error>().map(csv::Error::kind);
        match (cause.downcast_ref::<std::io::Error>(), json, table) {
            (Some(io), ..) | (_, _, Some(csv::ErrorKind::Io(io))) => Some(io.kind()),
            (_, Some(json), _) => json.io_error_kind(),
            _ => None,
        }
    };
    error.chain().filter_map(kind).any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}

/// Whether an argument holds a database's password: everybody on the machine sees it in the list of
/// processes.
fn shows_a_password(mut arguments: impl Iterator<Item = String>) -> bool {
    arguments.any(|argument| {
        let value = argument.strip_prefix("--database=").unwrap_or(&argument);
        crate::store::password(value).is_some()
    })
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    let dir = args.plan;
    let token = std::env::var("TELOXIDE_TOKEN").ok().filter(|token| !token.trim().is_empty());
    let default = if token.is_some() { "serve" } else { "rehearse" };
    // As if it had been typed, so that its defaults stand in one place.
    let typed = || Args::parse_from(["liaison-bot", default]).command;
    let command = args.command.or_else(typed).context("no command")?;
    let mut out = std::io::stdout().lock();
    match command {
        Command::Rehearse { data, port, at } => {
            let options = rehearse::Options { data, port, at };
            block_on(rehearse::run(Arc::new(load(&dir)?), options))?;
        }
        Command::Serve { database, backups, pace, webhook } => {
            let plan = Arc::new(load(&dir)?);
            block_on(serve::run(plan, &database.database, &backups, &pace, &webhook))?;
        }
        Command::CheckPlan { dir: other } => {
            return Ok(check(&other.unwrap_or(dir), &mut out)?);
        }
        Command::Invite { role, unit, database } => {
            let link =
                block_on(invite::run(&load(&dir)?, role, unit.as_deref(), &database.database))?;
            writeln!(out, "{link}")?;
        }
        Command::Backup { file, database } => {
            writeln!(out, "{}", block_on(backup::run(&database.database, &file))?)?;
        }
        Command::Restore { file, database } => {
            writeln!(out, "{}", block_on(backup::restore(&database.database, &file))?)?;
        }
        Command::Parse => {
            let clean =
                parse::parse_lines(&load(&dir)?, std::io::stdin().lock(), out, std::io::stderr())?;
            return Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Rank { figures, at, format } => {
            return rank_file(&load(&dir)?, &figures, at, format, &mut out);
        }
        Command::Bulletin { options } => {
            let (paths, lacking) = bulletin::run(&Arc::new(load(&dir)?), &options)?;
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
            block_on(assess::run(&load(&dir)?, &options, &mut out))?;
        }
        Command::Export { what, format, database } => {
            block_on(export::run(&load(&dir)?, what, format, &database.database, &mut out))?;
        }
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

/// Loads a plan, or fails with every problem in it.
///
/// # Errors
/// What is wrong with the folder, a line each.
pub fn load(dir: &Path) -> anyhow::Result<Plan> {
    let problems = match check_plan::read_folder(dir).and_then(|folder| folder.load()) {
        Ok(plan) => return Ok(plan),
        Err(problems) => problems,
    };
    if let [Problem { file: "", zh, en, .. }] = &problems[..] {
        anyhow::bail!("{zh} / {en}");
    }
    let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let list = list.join("\n  ");
    let dir = dir.display();
    anyhow::bail!("计划文件夹 {dir} 有问题 / the plan folder {dir} has problems:\n  {list}")
}

fn check(dir: &Path, out: &mut impl Write) -> std::io::Result<ExitCode> {
    match check_plan::read_folder(dir).and_then(|folder| folder.load()) {
        Ok(plan) => {
            let lexicon = crate::message::Lexicon::new(&plan);
            for clash in lexicon.clashes() {
                let numbers: Vec<String> =
                    clash.indicators.iter().map(|id| plan.indicator(*id).no.to_string()).collect();
                let (name, of) = (&clash.name, numbers.join("、"));
                writeln!(
                    out,
                    "indicators.csv：“{name}”去掉引号和空格后同时指{of} / means several indicators"
                )?;
            }
            if !lexicon.clashes().is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            writeln!(out, "{}", check_plan::report(&plan, Clock::system().now()).trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            for problem in problems {
                writeln!(out, "{problem}")?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Reads a file of figures as text.
fn read_table(path: &Path) -> anyhow::Result<String> {
    let file = path.display();
    let bytes = std::fs::read(path).with_context(|| {
        format!("读不了数据文件 {file}，请检查文件名 / cannot read {file}; check its name")
    })?;
    check_plan::utf8(bytes).map_err(|line| {
        let (zh, en) = check_plan::NOT_UTF8;
        anyhow::anyhow!("{file} 第{line}行：{zh} / {file}, line {line}: {en}")
    })
}

fn rank_file(
    plan: &Plan,
    figures: &Path,
    at: NaiveDate,
    format: RankFormat,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let text = read_table(figures)?;
    let figures = match rank::read_figures(plan, &text) {
        Ok(figures) => figures,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let ranking = crate::progress::rank(plan, &figures, at);
    match format {
        RankFormat::Table => write!(out, "{}", rank::to_table(plan, &ranking))?,
        RankFormat::Json => writeln!(out, "{}", rank::to_json(plan, &ranking))?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_on_the_command_line_is_found() {
        let shows = |words: &str| shows_a_password(words.split(' ').map(str::to_owned));
        assert!(shows("liaison-bot serve --database postgres://bot:s3cret@db/lanxi"));
        assert!(shows("liaison-bot serve --database=postgresql://db/lanxi?password=s3cret"));
        assert!(!shows("liaison-bot serve --database postgres://bot@db/lanxi"));
        assert!(!shows("liaison-bot export --database sqlite:a:b@c.db"));
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for text in ["2019-06-17 08:30", "2019-06-17T08:30:00", " 2019-06-17T08:30 ", "2019-06-17"]
        {
            let at = local_time(text).map(|at| at.to_string());
            assert_eq!(at.as_deref(), Ok("2019-06-17 08:30:00"), "{text}");
        }
        for text in ["", "17.6.2019", "2019-06-31 08:30", "08:30"] {
            assert!(local_time(text).unwrap_err().contains("2019-06-17 08:30"), "{text}");
        }
    }
}
