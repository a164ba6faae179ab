//! Values of flags, read as people write them.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use clap::ValueEnum;

/// A role on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// The leadership group's office.
    Office,
    /// A member of the leadership group.
    Leader,
    /// A unit's liaison.
    Liaison,
    /// A unit's own leader.
    Head,
}

/// Reads a day as people write it on a command line.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    text.trim()
        .parse()
        .map_err(|_| "日期应写成 2019-06-21 / a day is written 2019-06-21".to_owned())
}

/// Reads a local time; without the hour it is the day's 08:30, when offices open.
pub(super) fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    let text = text.trim().replace('T', " ");
    let timed = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let found = timed.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let opening = || text.parse().ok().and_then(|day: NaiveDate| day.and_hms_opt(8, 30, 0));
    found.or_else(opening).ok_or_else(|| {
        "时间应写成 \"2019-06-17 08:30\" / a time is written \"2019-06-17 08:30\"".to_owned()
    })
}

/// Reads a time zone by its name.
pub(super) fn zone(text: &str) -> Result<Tz, String> {
    text.trim()
        .parse()
        .map_err(|_| "时区应写成 Asia/Shanghai / a time zone is written Asia/Shanghai".to_owned())
}

/// Where the figures are kept.
#[derive(Debug, clap::Args)]
pub struct Database {
    /// 数据库 / The database: sqlite:PATH, or `postgres://USER@HOST/NAME` (password from the environment)
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:liaison-data/liaison.db"
    )]
    pub database: String,
}

/// What is exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum What {
    /// The figures in force.
    Figures,
    /// Every submission, withdrawals too.
    Submissions,
    /// What bears figures out (佐证): files by name and hash, and words.
    Evidence,
    /// What reviewers flagged (标注), and lifted.
    Flags,
}

/// In which format.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated, UTF-8 with a byte order mark, as spreadsheets want it.
    Csv,
    /// One array.
    Json,
}

/// Whether an argument holds a database's password: everybody on the machine sees it in the list of
/// processes.
pub(super) fn shows_a_password(mut arguments: impl Iterator<Item = String>) -> bool {
    arguments.any(|argument| {
        let value = argument.strip_prefix("--database=").unwrap_or(&argument);
        crate::store::password(value).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_password_on_the_command_line_is_found() {
        let shows = |words: &str| shows_a_password(words.split(' ').map(str::to_owned));
        assert!(shows("liaison-bot serve --database postgres://bot:s3cret@db/lanxi"));
        assert!(shows("liaison-bot serve --database=postgresql://db/lanxi?password=s3cret"));
        assert!(!shows("liaison-bot serve --database postgres://bot@db/lanxi"));
        assert!(!shows("liaison-bot export --database sqlite:a:b@c.db"));
    }
}
