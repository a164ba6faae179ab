//! `init`: sets up for real. Asks what no flag has answered, tries each answer, and writes
//! `liaison-bot.toml`; secrets go nowhere but into a file of their own, if one is wanted.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono_tz::Tz;

use super::ask::Asker;
use super::{app, invite, serve, settings};
use crate::clock::Clock;
use crate::conversation::Role;
use crate::plan::Plan;
use crate::store::{Store, backup};
use crate::telegram::connect::{self, ConnectError, Token};

/// The database that is suggested.
const DATABASE: &str = "sqlite:liaison-data/liaison.db";

/// Where the token is put if it was typed.
const SECRETS: &str = "liaison-bot.env";

/// What can be answered beforehand.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 数据库 / The database: sqlite:PATH, or `postgres://USER@HOST/NAME`
    #[arg(
        long = "database",
        id = "init_database",
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: Option<String>,
    /// 令牌另存为仅本人可读的文件，供 systemd、compose 读取 / Keep the token in a file that only you can read
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// 不提问，全部采用缺省答案（令牌取自 `TELOXIDE_TOKEN`）/ Ask nothing; take every default
    #[arg(long, short)]
    yes: bool,
}

/// Sets up; `plan` is the folder, whether it was named, and a time zone if one was.
///
/// # Errors
/// Settings that are there already, an answer that does not fit and nobody to give a better one.
pub async fn run(
    (dir, named, zone): (&Path, bool, Option<Tz>),
    config: Option<&Path>,
    options: &Options,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let file = config.unwrap_or(Path::new(settings::NAME));
    let shown = file.display();
    anyhow::ensure!(
        !file.exists(),
        "{shown} 已存在，不会覆盖；请先把它移走，或用 --config 换一个文件名 / {shown} is there already and is not overwritten; move it away, or choose another name with --config"
    );
    let mut asker = Asker::new(options.yes);
    let (dir, plan) = plan_folder(&mut asker, dir, named)?;
    let zone = if let Some(zone) = zone {
        zone
    } else {
        let question = "时区（报送截止、催报、通报都按它）/ time zone";
        let default = plan.zone.name();
        asker.ask(question, "--time-zone", Some(default), super::values::zone)?
    };
    let (token, typed, name) = token(&mut asker).await?;
    let (database, store) = database(&mut asker, options.database.as_deref()).await?;
    let secrets = match &options.env_file {
        None if typed => {
            let question =
                "令牌写入哪个文件（仅本人可读；“-”为不写）/ file for the token (- for none)";
            asker.answer(question, "--env-file", Some(SECRETS))?
        }
        given => given.as_ref().map_or_else(|| "-".to_owned(), |file| file.display().to_string()),
    };
    let secrets = Some(PathBuf::from(secrets)).filter(|file| file.as_os_str() != "-");
    let own_zone = Some(zone).filter(|zone| *zone != plan.zone);
    // Paths in the file are meant from its folder, answers from where the program was started.
    let beside = |path: &Path| match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(_) => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
        None => path.to_owned(),
    };
    let kept = match backup::sqlite_path(&database) {
        Some(path) => format!("sqlite:{}", beside(&path).display()),
        None => backup::without_password(&database),
    };
    let text = settings_text(&beside(&dir), own_zone, &kept);
    create(file, &text, false)?;
    if let Some(secrets) = &secrets {
        let mut text = format!("TELOXIDE_TOKEN={}\n", token.reveal());
        if backup::sqlite_path(&database).is_none()
            && backup::without_password(&database) != database
        {
            let _ = writeln!(text, "DATABASE_URL={database}");
        }
        create(secrets, &text, true)?;
    }
    let link = invite::make(&plan, &store, (Role::Office, None), Some(&name)).await;
    app::close(&store).await;
    let start = match &secrets {
        Some(file) => format!("set -a; . ./{}; set +a", file.display()),
        None => "export TELOXIDE_TOKEN=…".to_owned(),
    };
    writeln!(
        out,
        "已写入设置文件 {shown} / the settings are in {shown}\n\
         \n\
         接下来 / next:\n  \
           {start}\n  \
           liaison-bot serve\n\
         办公室绑定后，另开终端执行第一行，再运行 liaison-bot doctor 体检 / once the office is bound, in another terminal: the first line, then liaison-bot doctor\n\
         \n\
         办公室的邀请链接（7天内有效，只能用一次；机器人运行后再打开）/ the office's invitation (once, within 7 days; open it while the bot runs):\n\
         {}",
        link?
    )?;
    if plan.period_at(Clock::system().now()).is_none() {
        writeln!(
            out,
            "\n⚠ 今天不在计划期内（{0}—{1}），不收数据；请先改 plan.toml 的 start、end / the plan does not cover today ({0}—{1}): no figures are accepted until start and end are changed in plan.toml",
            plan.start, plan.end
        )?;
    }
    Ok(())
}

fn plan_folder(asker: &mut Asker, dir: &Path, named: bool) -> anyhow::Result<(PathBuf, Plan)> {
    if named {
        return Ok((dir.to_owned(), super::load(dir)?));
    }
    let question = "计划文件夹（新县用 new-plan 或 import-plan 先建）/ plan folder";
    asker.ask(question, "--plan", dir.to_str(), |answer| {
        let dir = PathBuf::from(answer);
        super::load(&dir).map(|plan| (dir, plan)).map_err(|error| format!("{error:#}"))
    })
}

/// A token that Telegram knows, whether it was typed, and the bot's name.
async fn token(asker: &mut Asker) -> anyhow::Result<(Token, bool, String)> {
    let given = std::env::var("TELOXIDE_TOKEN").ok().filter(|text| !text.trim().is_empty());
    let typed = given.is_none();
    loop {
        let token = if let Some(text) = &given {
            Token::new(text)?
        } else {
            let question = "机器人令牌（@BotFather 用 /newbot 给出）/ the token from @BotFather";
            asker.ask_secret(question, "TELOXIDE_TOKEN=…", Token::new)?
        };
        match connect::user_name(&serve::bot(&token)?).await {
            Ok(name) => {
                eprintln!("  @{name}");
                return Ok((token, typed, name));
            }
            // Typed wrongly, or the network is down: whoever is there can mend either.
            Err(error @ (ConnectError::Refused | ConnectError::Unreachable(_)))
                if typed && !asker.is_silent() =>
            {
                eprintln!("  {error}");
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A database that can be opened; it is made if it is not there.
async fn database(asker: &mut Asker, given: Option<&str>) -> anyhow::Result<(String, Store)> {
    loop {
        let url = if let Some(url) = given {
            url.to_owned()
        } else {
            let question = "数据库（sqlite:文件 或 postgres://用户@主机/库名）/ database";
            asker.answer(question, "--database", Some(DATABASE))?
        };
        match Store::open(&url).await {
            Ok(store) => return Ok((url, store)),
            Err(error) if given.is_none() && !asker.is_silent() => eprintln!("  {error}"),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes a new file; never over another.
fn create(path: &Path, text: &str, private: bool) -> anyhow::Result<()> {
    let mut how = File::options();
    how.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt;
        how.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let written = how.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    let path = path.display();
    written.with_context(|| {
        format!("{path} 写不进去，请检查文件夹权限，或先移走旧文件 / cannot write {path}; check the folder's permissions, or move an old file away")
    })
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The settings, each key with what it is for; what has its default is there as a comment.
fn settings_text(plan: &Path, zone: Option<Tz>, database: &str) -> String {
    let plan = quoted(&plan.display().to_string());
    let zone = match zone {
        Some(zone) => format!("time_zone = {}", quoted(zone.name())),
        None => "# time_zone = \"Asia/Shanghai\"".to_owned(),
    };
    let database = quoted(database);
    format!(
        r#"# liaison-bot 的设置 / settings of liaison-bot
# 命令行参数优先于环境变量，环境变量优先于本文件。相对路径从本文件所在文件夹算起。
# A flag goes before the environment, the environment before this file. Paths are meant from its folder.
# 密钥不写在这里：令牌放在环境变量 TELOXIDE_TOKEN，PostgreSQL 的密码放在 PGPASSWORD。
# No secrets here: the token is in TELOXIDE_TOKEN, a PostgreSQL password in PGPASSWORD.
# 改过之后运行 liaison-bot doctor 检查 / after a change: liaison-bot doctor

# 计划文件夹 / the plan folder
plan = {plan}
# 时区，缺省用计划的 / the time zone, if it is not the plan's
{zone}
# 数据库 / the database: "sqlite:PATH", "postgres://USER@HOST/NAME"
database = {database}
# 自定义文字文件夹，见 docs/operating.md / a folder of texts of your own
# templates = "texts"

# 每日备份（仅 SQLite）/ daily copies (SQLite only)
[backups]
# keep = 7                      # 份数，0 为不备份 / copies, 0 for none
# at = "03:00"
# dir = "backups"               # 缺省在数据库旁 / beside the database if left out

# 发送速度，即 Telegram 的限制 / how fast it sends: Telegram's limits
[pace]
# per_second = 30
# chat_per_second = 1
# group_per_minute = 20

# Telegram 主动推送（须有公网 https 地址）；不写则由机器人自己取 / webhook; without it the bot fetches its updates
[webhook]
# url = "https://example.org/lanxi"
# listen = "127.0.0.1:8443"
# connections = 40

# 监测 / watching: /healthz and /metrics on this address; log_format "text" | "json"
[watch]
# address = "127.0.0.1:9100"
# log_format = "text"

# 群机器人：通报、未报名单同时发往钉钉、企业微信、飞书的群；地址和加签密钥放在环境变量里
# Group robots: bulletins and late lists go to groups elsewhere as well; address and secret in the environment
# [[robots]]
# name = "领导小组（钉钉）"
# platform = "dingtalk"         # dingtalk | wecom | feishu
# for = "leadership"            # leadership 通报和未报名单 | work 只发未报名单
# url_env = "DINGTALK_URL"
# secret_env = "DINGTALK_SECRET"
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_so_can_every_comment() {
        let text = settings_text(Path::new("县\\a\"b"), Some(Tz::Asia__Urumqi), "sqlite:x.db");
        let bare: String = text
            .lines()
            .map(|line| {
                let bare = line.strip_prefix("# ");
                bare.filter(|bare| bare.contains(" = ") || bare.starts_with('[')).unwrap_or(line)
            })
            .filter(|line| !line.starts_with("# "))
            .flat_map(|line| [line, "\n"])
            .collect();
        for text in [text, bare] {
            let value: toml::Table = text.parse().unwrap();
            assert_eq!(value["plan"].as_str(), Some("县\\a\"b"));
            assert_eq!(value["time_zone"].as_str(), Some("Asia/Urumqi"));
            settings::Settings::read(&text, Path::new("")).unwrap();
        }
    }
}
