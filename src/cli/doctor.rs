//! `doctor`: looks at everything the bot needs, and says what to do about what is wrong.
//!
//! It changes nothing and works beside a running bot. Each line is one thing looked at: `✓` as it
//! should be, `·` worth knowing, `✗` to be mended; with one `✗` the exit code is 1.

mod findings;
mod history;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::robots::RobotSettings;
use super::{app, fonts, serve, templates};
use crate::clock::Clock;
use crate::conversation::{GroupKind, Needs, Role, Snapshot};
use crate::plan::Plan;
use crate::store::{Store, StoreError, backup};
use crate::telegram::inspect::{self, Me, Standing};

use findings::Findings;

/// How far this machine's clock may be from Telegram's.
const CLOCK_OFF: TimeDelta = TimeDelta::seconds(60);

/// How long a message may wait before something is wrong.
const WAITS_LONG: TimeDelta = TimeDelta::minutes(10);

/// Below this much room a database is soon full; two of its own sizes are left for copies.
const LEAST_ROOM: u64 = 500 * 1024 * 1024;

/// What is looked at.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    database: super::Database,
    /// 由报送记录重算全部当前数，与库中比对 / Make all figures anew of their history, and compare
    #[arg(long)]
    rebuild: bool,
}

/// Looks at everything; true if nothing must be done.
///
/// # Errors
/// If the findings cannot be written. What is wrong with the bot is a finding, not an error.
pub async fn run(
    plans: anyhow::Result<Vec<Arc<Plan>>>,
    options: &Options,
    robots: &[RobotSettings],
    own_texts: Option<&Path>,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let mut found = Findings::new(out);
    let now = Clock::system().now();
    let me = telegram(&mut found, now).await?;
    let plans = match plans {
        Ok(plans) => plans,
        Err(error) => {
            found.todo("计划", "plan", &format!("{error:#}"))?;
            Vec::new()
        }
    };
    for plan in &plans {
        look_at_plan(&mut found, plan, now)?;
    }
    for robot in robots {
        let name = robot.name();
        match robot.robot() {
            Ok(_) => found.good("群机器人", "group robot", name)?,
            Err(error) => found.todo("群机器人", "group robot", &error.to_string())?,
        }
    }
    if let Some(folder) = own_texts {
        look_at_texts(&mut found, folder)?;
    }
    look_at_database(&mut found, options, &plans, me.as_ref(), now).await?;
    found.end()
}

/// The office's own texts: each fault by file and line.
fn look_at_texts(found: &mut Findings<'_, impl Write>, folder: &Path) -> std::io::Result<()> {
    let (zh, en) = ("自定义文字", "own texts");
    let shown = folder.display();
    match templates::check_folder(folder) {
        Ok(own) => found.good(zh, en, &format!("{shown}，{}个文件 / files", own.count())),
        Err(faults) => faults.iter().try_for_each(|fault| found.todo(zh, en, &fault.to_string())),
    }
}

/// The token, and what the bot may do. `None` where nothing more can be asked.
async fn telegram(
    found: &mut Findings<'_, impl Write>,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(teloxide_core::Bot, Me)>> {
    let (zh, en) = ("令牌", "token");
    let bot = match serve::token().and_then(|token| Ok(serve::bot(&token)?)) {
        Ok(bot) => bot,
        Err(error) => {
            found.todo(zh, en, &format!("{error:#}"))?;
            return Ok(None);
        }
    };
    let me = match inspect::me(&bot).await {
        Ok(me) => me,
        Err(error) => {
            found.todo(zh, en, &error.to_string())?;
            return Ok(None);
        }
    };
    found.good(zh, en, &format!("@{}", me.name))?;
    if !me.can_join_groups {
        found.todo(
            "入群",
            "groups",
            "机器人不能被拉进群，请对 @BotFather 发 /setjoingroups 开启 / nobody can put the bot into a group; send /setjoingroups to @BotFather",
        )?;
    }
    if me.sees_everything {
        found.note(
            "隐私模式",
            "privacy mode",
            "已关闭，群里的话都会传给机器人；它只需要点名它的消息，请对 @BotFather 发 /setprivacy 开启，再把它移出群重新拉进 / off, so that everything said in groups reaches the bot, which needs only what is addressed to it; turn it on with /setprivacy at @BotFather, then remove the bot from its groups and add it again",
        )?;
    } else {
        found.good("隐私模式", "privacy mode", "已开启 / on")?;
    }
    if let Some(host) = &me.webhook {
        found.note(
            "接收方式",
            "updates",
            &format!("已设置 webhook，消息发往 {host} / a webhook is set: updates go to {host}"),
        )?;
    }
    clock(found, me.server_time, now)?;
    Ok(Some((bot, me)))
}

fn clock(
    found: &mut Findings<'_, impl Write>,
    server: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> std::io::Result<()> {
    let Some(server) = server else { return Ok(()) };
    let off = now - server;
    let seconds = off.num_seconds().abs();
    if off.abs() <= CLOCK_OFF {
        return found.good(
            "时钟",
            "clock",
            &format!("与 Telegram 相差{seconds}秒 / {seconds} s from Telegram's"),
        );
    }
    let (zh, en) = if off > TimeDelta::zero() { ("快", "ahead") } else { ("慢", "behind") };
    found.todo(
        "时钟",
        "clock",
        &format!(
            "本机时钟{zh}{seconds}秒，截止时间会算错，请开启时间同步（timedatectl set-ntp true）/ this machine's clock is {seconds} s {en}, so deadlines are judged wrongly; turn on time synchronisation (timedatectl set-ntp true)"
        ),
    )
}

fn look_at_plan(
    found: &mut Findings<'_, impl Write>,
    plan: &Plan,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (name, start, end) = (&plan.titles.name, plan.start, plan.end);
    if plan.period_at(now).is_some() {
        found.good("计划", "plan", &format!("{name}（{start}—{end}）"))?;
    } else {
        found.todo(
            "计划",
            "plan",
            &format!(
                "{name}（{start}—{end}）不在计划期内，不收数据，请改 plan.toml 的 start、end，或用 --plan 另指文件夹 / the plan does not cover today, so no figures are accepted; set start and end in plan.toml, or name another folder with --plan"
            ),
        )?;
    }
    for note in &plan.notes {
        found.note("计划", "plan", &note.to_string())?;
    }
    let zone = plan.zone;
    let local = now.with_timezone(&zone).format("%Y-%m-%d %H:%M");
    found.good("时区", "time zone", &format!("{zone}，现在是 / now {local}"))?;
    let mut next: Vec<_> = plan
        .jobs
        .iter()
        .filter_map(|job| plan.next_firing(job, now).map(|(at, _)| (at, &job.title)))
        .collect();
    next.sort();
    for (at, title) in &next {
        let at = at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
        found.good("下次任务", "next job", &format!("{at} {title}"))?;
    }
    if next.is_empty() {
        found.note(
            "下次任务",
            "next job",
            "计划期内不再有任务 / none is left in the plan's time",
        )?;
    }
    let (_, lacking) = fonts::load(plan, &[])?;
    if lacking.is_empty() {
        found.good(
            "字体",
            "font",
            "单位、指标名称的字形齐全 / has every character of the plan's names",
        )?;
    } else {
        let lacking: String = lacking.into_iter().collect();
        found.todo(
            "字体",
            "font",
            &format!(
                "图中缺字形：{lacking}，请安装 fonts-noto-cjk / no font has {lacking}; install fonts-noto-cjk (Noto Sans CJK)"
            ),
        )?;
    }
    Ok(())
}

async fn look_at_database(
    found: &mut Findings<'_, impl Write>,
    options: &Options,
    plans: &[Arc<Plan>],
    me: Option<&(teloxide_core::Bot, Me)>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (zh, en) = ("数据库", "database");
    let database = options.database.database.as_str();
    room(found, database)?;
    let store = match Store::open_as_it_is(database).await {
        Ok(store) => store,
        Err(error) => return Ok(found.todo(zh, en, &error.to_string())?),
    };
    let whole = match inside(found, &store, database, plans, now).await {
        Ok(whole) => whole,
        Err(error) => {
            let error = error.downcast::<StoreError>()?;
            found.todo(zh, en, &error.to_string())?;
            false
        }
    };
    for plan in plans.iter().filter(|_| whole) {
        if plans.len() > 1 {
            found.good("计划", "plan", &plan.titles.name)?;
        }
        let read = async {
            let mut work = store.begin().await?;
            work.snapshot(plan, &Needs::everything()).await
        };
        match read.await {
            Ok(snapshot) => {
                history::look(found, &store, plan, options.rebuild).await?;
                people(found, plan, &snapshot)?;
                groups(found, &snapshot, me).await?;
            }
            Err(error) => found.todo(zh, en, &error.to_string())?,
        }
    }
    app::close(&store).await;
    Ok(())
}

/// True if the rest of it can be read.
async fn inside(
    found: &mut Findings<'_, impl Write>,
    store: &Store,
    database: &str,
    plans: &[Arc<Plan>],
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let (zh, en) = ("数据库", "database");
    let shown = backup::without_password(database);
    let shown = if database.starts_with("sqlite:") { database } else { &shown };
    let inspection = store.inspect().await?;
    let (has, known) = inspection.schema;
    if !inspection.damage.is_empty() {
        let damage = StoreError::Damaged(inspection.damage.join("; "));
        found.todo(zh, en, &damage.to_string())?;
        return Ok(false);
    }
    if has > known {
        found.todo(zh, en, &StoreError::Newer(has).to_string())?;
        return Ok(false);
    }
    if has < known {
        found.note(
            zh,
            en,
            &format!("{shown}：版本{has}，程序为{known}，serve 启动时自动升级，请先备份 / schema {has}, this program's is {known}: serve brings it up to date at its start; make a backup first"),
        )?;
    } else {
        found.good(zh, en, &format!("{shown}：完好，版本{has} / whole, schema {has}"))?;
    }
    if inspection.unguarded.is_empty() {
        found.good("历史记录", "history", "只增不改的保护齐全 / guarded against changes")?;
    } else {
        let names = inspection.unguarded.join(", ");
        found.todo(
            "历史记录",
            "history",
            &format!("缺少只增不改的触发器：{names}；有人动过数据库，请查明并从备份恢复 / these append-only triggers are gone: {names}; somebody changed the database: find out what, and restore a backup"),
        )?;
    }
    for plan in plans.iter().filter(|_| has == known) {
        if plans.len() > 1 {
            found.good("计划", "plan", &plan.titles.name)?;
        }
        let backlog = store.backlog(plan).await?;
        let waiting = backlog.waiting;
        match backlog.since.filter(|since| now - *since > WAITS_LONG) {
            None => found.good("待发消息", "outbox", &format!("{waiting} 条 / waiting"))?,
            Some(since) => found.todo(
                "待发消息",
                "outbox",
                &format!("{waiting} 条，最早的自 {} 起未发出，请看 serve 是否在运行、日志有何报错 / the oldest has been waiting since then; see whether serve runs and what its log says", since.format("%Y-%m-%d %H:%M UTC")),
            )?,
        }
        if backlog.dead > 0 {
            let dead = backlog.dead;
            found.note("未送达", "given up", &format!("{dead} 条消息无法送达（如对方拉黑）/ messages could never be sent (a chat that refuses them)"))?;
        }
    }
    Ok(has == known)
}

/// Room on the disk of an SQLite file; a server's disk cannot be seen from here.
fn room(found: &mut Findings<'_, impl Write>, database: &str) -> std::io::Result<()> {
    let Some(file) = backup::sqlite_path(database) else { return Ok(()) };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(free) = fs4::available_space(folder.unwrap_or(Path::new("."))) else { return Ok(()) };
    let size = std::fs::metadata(&file).map_or(0, |file| file.len());
    let mib = free / 1024 / 1024;
    if free >= LEAST_ROOM.max(size * 2) {
        return found.good("磁盘", "disk", &format!("剩余 {mib} MiB / free"));
    }
    found.todo(
        "磁盘",
        "disk",
        &format!("只剩 {mib} MiB，请清理或把数据移到大一些的磁盘 / only {mib} MiB are free; make room, or move the data to a larger disk"),
    )
}

fn people(
    found: &mut Findings<'_, impl Write>,
    plan: &Plan,
    snapshot: &Snapshot,
) -> std::io::Result<()> {
    let office = snapshot.with_role(Role::Office).len();
    if office == 0 {
        found.todo("办公室", "office", "还没有绑定：机器人运行时请办公室打开邀请链接；没有链接请运行 liaison-bot invite --role office / nobody is bound: have the office open its link while the bot runs; for a new one: liaison-bot invite --role office")?;
    } else {
        found.good("办公室", "office", &format!("已绑定 {office} 个账号 / accounts bound"))?;
    }
    let without: Vec<&str> = plan
        .units()
        .filter(|(id, _)| !plan.expected(*id).is_empty() && snapshot.liaisons(*id).is_empty())
        .map(|(_, unit)| unit.short.as_str())
        .collect();
    if without.is_empty() {
        return found.good("联络员", "liaisons", "每个单位都有 / every unit has one");
    }
    let (count, names) = (without.len(), without.join("、"));
    found.note(
        "联络员",
        "liaisons",
        &format!("{count} 个单位还没有：{names}；由办公室发 /invite 单位 / units without one; the office sends /invite UNIT"),
    )
}

async fn groups(
    found: &mut Findings<'_, impl Write>,
    snapshot: &Snapshot,
    me: Option<&(teloxide_core::Bot, Me)>,
) -> anyhow::Result<()> {
    if snapshot.groups_of(GroupKind::Leadership).is_empty() {
        found.todo(
            "领导小组群",
            "leadership group",
            "还没有绑定，通报暂发给办公室；请把机器人拉进群，由办公室在群里发 /bind 领导小组 / none is bound, so bulletins go to the office; put the bot into the group, and have the office send /bind there",
        )?;
    }
    let Some((bot, me)) = me else { return Ok(()) };
    let mut groups: Vec<_> =
        snapshot.groups.values().filter(|group| !group.chat.is_robot()).collect();
    groups.sort_by_key(|group| group.chat);
    for group in groups {
        let title = &group.title;
        match inspect::standing(bot, me, group.chat).await {
            Ok(Standing::Able) => found.good("群", "group", &format!("{title}：可以发言 / may write"))?,
            Ok(Standing::Muted) => found.todo(
                "群",
                "group",
                &format!("{title}：不能发消息、图片或文件，请群主放开机器人的权限 / the bot may not send texts, pictures or files; a group administrator must allow it"),
            )?,
            Ok(Standing::Outside(why)) => found.todo(
                "群",
                "group",
                &format!("{title}：机器人不在群里（{why}），请重新拉进群并发 /bind / the bot is not in the group; add it again and send /bind there"),
            )?,
            Err(error) => found.todo("群", "group", &format!("{title}：{error}"))?,
        }
    }
    Ok(())
}
