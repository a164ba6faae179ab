//! The county's plan moved to today, with jobs due within a minute: the program under test goes by
//! the system's clock.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use liaison_bot::clock::Clock;
use liaison_bot::plan::{Plan, PlanFolder};

/// Seconds until the first reminder, and between two.
const FIRST: i64 = 16;
const EVERY: i64 = 4;

/// Seconds until the bulletin.
const BULLETIN: i64 = 22;

/// A county of today.
pub struct County {
    pub folder: tempfile::TempDir,
    pub plan: Arc<Plan>,
    pub database: String,
    reminders: Vec<DateTime<Utc>>,
    bulletin: DateTime<Utc>,
}

impl County {
    pub fn of_today(database: &str, reminders: u32) -> Self {
        let now = Clock::system().now();
        let zone = zone(now);
        let at = |seconds: i64| now + TimeDelta::seconds(seconds);
        let whole = |at: DateTime<Utc>| at.with_nanosecond(0).unwrap();
        let reminders: Vec<_> =
            (0..i64::from(reminders)).map(|number| whole(at(FIRST + EVERY * number))).collect();
        let bulletin = whole(at(BULLETIN));

        let folder = tempfile::tempdir().unwrap();
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/lanxi-2018-2020");
        let today = now.with_timezone(&zone).date_naive();
        for name in PlanFolder::FILES {
            let mut text = std::fs::read_to_string(seeds.join(name)).unwrap();
            if name == "plan.toml" {
                text = settings(&text, today, zone.name());
                for (number, due) in reminders.iter().enumerate() {
                    text +=
                        &job(&format!("reminder-{number}"), "reminder", due.with_timezone(&zone));
                }
                text += &job("bulletin", "bulletin", bulletin.with_timezone(&zone));
            }
            if name == "holidays.csv" {
                for year in today.year() - 1..=today.year() + 1 {
                    let new_year = if today.ordinal() == 1 { "05-01" } else { "01-01" };
                    text += &[&year.to_string(), "-", new_year, ",off,\u{5143}\u{65e6}\n"].concat();
                }
                if [Weekday::Sat, Weekday::Sun].contains(&today.weekday()) {
                    text += &[&today.to_string(), ",work,\u{8c03}\u{4f11}\n"].concat();
                }
            }
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let plan = Arc::new(liaison_bot::cli::load(folder.path()).unwrap());
        Self { folder, plan, database: database.to_owned(), reminders, bulletin }
    }

    /// How many jobs will have been carried out in the end, the note of the first start with them.
    pub fn jobs(&self) -> i64 {
        i64::try_from(self.reminders.len()).unwrap() + 2
    }

    /// Waits until the next reminder is due; not at all if there is none left.
    pub async fn next_reminder(&self) {
        let now = Clock::system().now();
        until(self.reminders.iter().copied().find(|due| *due > now)).await;
    }

    pub async fn all_reminders(&self) {
        until(self.reminders.last().copied()).await;
    }

    /// Waits until the bulletin is due.
    pub async fn bulletin(&self) {
        until(Some(self.bulletin)).await;
    }
}

async fn until(due: Option<DateTime<Utc>>) {
    let left = due.and_then(|due| (due - Clock::system().now()).to_std().ok());
    tokio::time::sleep(left.unwrap_or(Duration::ZERO)).await;
}

/// A time zone in which the day does not end soon: jobs are due on a day.
fn zone(now: DateTime<Utc>) -> chrono_tz::Tz {
    let zones = [chrono_tz::Asia::Shanghai, chrono_tz::UTC];
    let fits = |zone: &&chrono_tz::Tz| {
        let hour = now.with_timezone(*zone).hour();
        (1..23).contains(&hour)
    };
    *zones.iter().find(fits).expect("it is not midnight everywhere")
}

/// The plan's settings: today is the deadline's day, its hour is past, and no jobs yet.
fn settings(text: &str, today: chrono::NaiveDate, zone: &str) -> String {
    let day = today.weekday().to_string().to_lowercase();
    let year = today.year();
    let text = text
        .replace("start = 2018-01-01", &format!("start = {}-01-01", year - 1))
        .replace("end = 2020-12-31", &format!("end = {}-12-31", year + 1))
        .replace("Asia/Shanghai", zone)
        .replace("deadline_day = \"thu\"", &format!("deadline_day = \"{day}\""))
        .replace("deadline_time = \"17:00\"", "deadline_time = \"00:01\"")
        .replace("over_cap = true", "over_cap = false");
    let (head, jobs) = text.split_once("[[jobs]]").expect("the plan has jobs");
    let after = jobs.find("\n[ranking]").expect("the ranking follows the jobs");
    [head, &jobs[after..]].concat()
}

fn job(name: &str, kind: &str, due: DateTime<chrono_tz::Tz>) -> String {
    let (second, minute, hour) = (due.second(), due.minute(), due.hour());
    format!(
        "\n[[jobs]]\nname = \"{name}\"\ntitle = \"{name}\"\nkind = \"{kind}\"\n\
         cron = \"{second} {minute} {hour} * * *\"\nworking_days_from_deadline = 0\ngrace = \"8h\"\n"
    )
}
