//! A county of any size, and a database in which everybody's account is bound.

use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Datelike, Utc, Weekday};
use liaison_bot::conversation::{Account, Effects, Role, UserId};
use liaison_bot::plan::{Plan, PlanFolder};
use liaison_bot::store::Store;
use liaison_bot::texts::Language;

use super::server::{NAMES, chat};

/// What every unit promised for every indicator: more than a run can reach.
const TARGET: i64 = 1_000_000;

/// Writes the plan folder of so many units, one liaison each; with a reminder if one is to go out.
pub fn plan(folder: &Path, units: usize, reminder: Option<DateTime<Utc>>) -> Plan {
    let today = Utc::now().date_naive();
    let year = today.year();
    let jobs = reminder.map_or("jobs = []\n".to_owned(), |due| {
        let due = due.format("%S %M %H");
        format!(
            "jobs = [{{ name = \"r\", title = \"催报\", kind = \"reminder\", cron = \"{due} * * *\", \
             working_days_from_deadline = 0, grace = \"8h\" }}]\n"
        )
    });
    let day = today.weekday().to_string().to_lowercase();
    let toml = format!(
        r#"id = "bench"
name = "成长计划"
name_en = "Growth plan"
short = "成长计划"
document = "无"
county = "某市"
whole = "全市"
office = "领导小组办公室"
leadership = "领导小组"
start = {}-01-01
end = {}-12-31
time_zone = "UTC"
reporting = {{ cycle = "weekly", deadline_day = "{day}", deadline_time = "23:59", on_rest_day = "next" }}
groups = [{{ name = "乡镇", kinds = ["镇"] }}]
{jobs}[ranking]
cap = "120%"
default_weight = 1
green = "100%"
yellow = "80%"
[checks]
fall = true
over_cap = true
jump_times = 3
jump_share = "10%"
jump_least = 3
"#,
        year - 1,
        year + 1,
    );
    let mut table = String::from("目标任务");
    let mut list = String::from("code,name,short,kind,aliases\nlead,市牵头局,牵头局,部门,\n");
    for unit in 1..=units {
        writeln!(list, "u{unit},第{unit}镇,镇{unit},镇,").expect("a string takes all");
        write!(table, ",镇{unit}").expect("a string takes all");
    }
    table += ",备注\n";
    let mut indicators = String::from(
        "no,name,short,aliases,measure,target,carried,leads,ranked,expected,whole,min_share,source\n",
    );
    for (at, name) in NAMES.iter().enumerate() {
        let (no, total) = (at + 1, TARGET * i64::try_from(units).expect("few"));
        writeln!(indicators, "{no},{name},{name},,家,{total},units,市牵头局,yes,yes,,,附件")
            .expect("a string takes all");
        write!(table, "{no}.{}", format!(",{TARGET}").repeat(units)).expect("a string takes all");
        table += ",\n";
    }
    let mut holidays = String::from("date,kind,name\n");
    if [Weekday::Sat, Weekday::Sun].contains(&today.weekday()) {
        writeln!(holidays, "{today},work,调休").expect("a string takes all");
    }
    for year in year - 1..=year + 2 {
        writeln!(holidays, "{year}-01-01,off,元旦").expect("a string takes all");
    }
    for (name, text) in PlanFolder::FILES.iter().zip([toml, list, indicators, table, holidays]) {
        std::fs::write(folder.join(name), text).expect("the folder can be written");
    }
    liaison_bot::cli::load(folder).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Makes the bot's database, with an account for the liaison of each unit and one for the office.
pub async fn database(url: &str, plan: &Plan) -> Store {
    let store = Store::open(url).await.expect("the database is made");
    let now = Utc::now();
    let account = |number: usize, role, unit| Account {
        user: UserId(chat(number)),
        name: format!("联络员{number}"),
        role,
        unit,
        language: Language::default(),
        bound_at: now,
        blocked_at: None,
    };
    let units = plan.units().skip(1).map(|(id, _)| id).enumerate();
    let mut accounts: Vec<Account> =
        units.map(|(number, id)| account(number, Role::Liaison, Some(id))).collect();
    accounts.push(account(1_000_000, Role::Office, None));
    let effects = Effects { accounts, ..Effects::default() };
    let mut work = store.begin().await.expect("a transaction begins");
    work.save(plan, &effects, &[], &[], now).await.expect("accounts are saved");
    work.commit().await.expect("and committed");
    store
}
