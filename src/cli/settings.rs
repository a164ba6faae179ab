//! `liaison-bot.toml`: the operator's answers, kept.
//!
//! Every key but `[[robots]]` is the default of the flag of the same meaning, so one rule orders all of
//! them: a flag goes before the environment, the environment before the file, the file before what is
//! built in. Paths are meant from the file's own folder. Secrets do not stand here: `init` leaves them
//! to the environment.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use chrono_tz::Tz;
use clap::Command;
use serde::Deserialize;

use super::log::LogFormat;
use super::robots::RobotSettings;

/// The name it is looked for under, in the folder where the program is started.
pub const NAME: &str = "liaison-bot.toml";

/// What the file says.
#[derive(Debug, Default)]
pub struct Settings {
    /// Defaults, by the id of the flag.
    defaults: HashMap<&'static str, Vec<String>>,
    /// Group robots.
    pub robots: Vec<RobotSettings>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    plan: Option<Folders>,
    time_zone: Option<Checked<Tz>>,
    database: Option<Checked<Database>>,
    templates: Option<PathBuf>,
    backups: Backups,
    pace: Pace,
    webhook: Webhook,
    watch: Watch,
    robots: Vec<RobotSettings>,
}

/// A folder, or a list of them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "应为文件夹，或文件夹的列表 / a folder, or a list of folders")]
enum Folders {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Backups {
    keep: Option<u32>,
    at: Option<Checked<TimeOfDay>>,
    dir: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Pace {
    per_second: Option<Checked<UpTo<1000>>>,
    chat_per_second: Option<Checked<UpTo<1000>>>,
    group_per_minute: Option<Checked<UpTo<60_000>>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Webhook {
    url: Option<String>,
    listen: Option<Checked<SocketAddr>>,
    connections: Option<Checked<UpTo<100>>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Watch {
    address: Option<Checked<SocketAddr>>,
    log_format: Option<LogFormat>,
}

/// A value whose form is checked while its place in the file is still known.
#[derive(Deserialize)]
#[serde(try_from = "toml::Value", bound = "T: Form")]
struct Checked<T>(T);

/// What a value must look like.
trait Form: Sized {
    /// In Chinese and English, with an example.
    const LIKE: &'static str;

    fn read(value: &toml::Value) -> Option<Self>;

    fn shown(&self) -> String;
}

impl<T: Form> TryFrom<toml::Value> for Checked<T> {
    type Error = &'static str;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        T::read(&value).map(Self).ok_or(T::LIKE)
    }
}

impl Form for Tz {
    const LIKE: &'static str =
        "应为时区名，如 \"Asia/Shanghai\" / a time zone is written \"Asia/Shanghai\"";

    fn read(value: &toml::Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn shown(&self) -> String {
        self.name().to_owned()
    }
}

impl Form for SocketAddr {
    const LIKE: &'static str =
        "应为地址和端口，如 \"127.0.0.1:9100\" / an address is written \"127.0.0.1:9100\"";

    fn read(value: &toml::Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// Where figures are kept.
struct Database(String);

impl Form for Database {
    const LIKE: &'static str = "应为 \"sqlite:PATH\" 或 \"postgres://USER@HOST/NAME\" / a database is written \"sqlite:PATH\" or \"postgres://USER@HOST/NAME\"";

    fn read(value: &toml::Value) -> Option<Self> {
        let url = value.as_str()?;
        let known = ["sqlite:", "postgres://", "postgresql://"];
        known.iter().any(|scheme| url.starts_with(scheme)).then(|| Self(url.to_owned()))
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

struct TimeOfDay(NaiveTime);

impl Form for TimeOfDay {
    const LIKE: &'static str = "时间应写成 \"03:00\" / a time of day is written \"03:00\"";

    fn read(value: &toml::Value) -> Option<Self> {
        NaiveTime::parse_from_str(value.as_str()?, "%H:%M").ok().map(Self)
    }

    fn shown(&self) -> String {
        self.0.format("%H:%M").to_string()
    }
}

/// A count from 1.
struct UpTo<const MOST: u32>(u32);

impl<const MOST: u32> Form for UpTo<MOST> {
    const LIKE: &'static str =
        "应为不小于1的整数，且不能过大 / a whole number from 1, and not too large";

    fn read(value: &toml::Value) -> Option<Self> {
        let count = u32::try_from(value.as_integer()?).ok()?;
        (1..=MOST).contains(&count).then_some(Self(count))
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// What is wrong with the file, and where.
#[derive(Debug, thiserror::Error)]
pub struct SettingsError {
    file: String,
    line: usize,
    key: String,
    what: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.what)
    }
}

impl Settings {
    /// Reads the file that was named, or the one in this folder if there is one.
    ///
    /// # Errors
    /// A named file that is not there; a key nobody knows or a value that does not fit, by its line.
    pub fn find(named: Option<&Path>) -> Result<Option<Self>, SettingsError> {
        let path = named.unwrap_or(Path::new(NAME));
        if named.is_none() && !path.exists() {
            return Ok(None);
        }
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| SettingsError {
            file: file.clone(),
            line: 0,
            key: String::new(),
            what: format!("读不了设置文件（{error}），请检查 --config，或用 init 新建 / the settings cannot be read ({error}); check --config, or make them with init"),
        })?;
        Self::read(&text, path.parent().unwrap_or(Path::new("")))
            .map(Some)
            .map_err(|error| SettingsError { file, ..error })
    }

    /// Reads a text; relative paths are meant from `folder`.
    pub(super) fn read(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        let file: File = toml::from_str(text).map_err(|error| explained(text, &error))?;
        let in_folder = |path: PathBuf| folder.join(path).display().to_string();
        let database = file.database.map(|Checked(Database(url))| {
            match url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
                Some(path) => format!("sqlite:{}", folder.join(path).display()),
                None => url,
            }
        });
        let all = [
            ("time_zone", file.time_zone.map(|zone| zone.0.shown())),
            ("database", database),
            ("templates", file.templates.map(in_folder)),
            ("backup_keep", file.backups.keep.map(|keep| keep.to_string())),
            ("backup_at", file.backups.at.map(|at| at.0.shown())),
            ("backup_dir", file.backups.dir.map(in_folder)),
            ("per_second", file.pace.per_second.map(|count| count.0.shown())),
            ("chat_per_second", file.pace.chat_per_second.map(|count| count.0.shown())),
            ("group_per_minute", file.pace.group_per_minute.map(|count| count.0.shown())),
            ("webhook_url", file.webhook.url),
            ("webhook_listen", file.webhook.listen.map(|address| address.0.shown())),
            ("webhook_connections", file.webhook.connections.map(|count| count.0.shown())),
            ("watch", file.watch.address.map(|address| address.0.shown())),
            ("log_format", file.watch.log_format.map(|format| format.word().to_owned())),
        ];
        let mut defaults: HashMap<&str, Vec<String>> =
            all.into_iter().filter_map(|(id, value)| Some((id, vec![value?]))).collect();
        let plans = file.plan.map(|plan| match plan {
            Folders::One(folder) => vec![in_folder(folder)],
            Folders::Several(folders) => folders.into_iter().map(in_folder).collect(),
        });
        defaults.extend(plans.filter(|plans| !plans.is_empty()).map(|plans| ("plan", plans)));
        Ok(Self { defaults, robots: file.robots })
    }

    /// The command line with these as its defaults.
    #[must_use]
    pub fn applied(&self, command: Command) -> Command {
        let set = |arg: clap::Arg| match self.defaults.get(arg.get_id().as_str()) {
            Some(values) => arg.default_values(values.clone()),
            None => arg,
        };
        command.mut_args(set).mut_subcommands(|sub| sub.mut_args(set))
    }
}

/// What a TOML error says, with its line and the key that stands there.
fn explained(text: &str, error: &toml::de::Error) -> SettingsError {
    let Range { start, .. } = error.span().unwrap_or_default();
    let start = text.floor_char_boundary(start);
    let line = text[..start].matches('\n').count();
    let words = text.lines().nth(line).unwrap_or_default().trim();
    let key = words.split_once('=').map_or(words, |(key, _)| key.trim()).to_owned();
    let said = error.message().trim().replace('\n', " ");
    let what = match said.strip_prefix("unknown field ") {
        Some(rest) => format!("没有这个设置项，请检查拼写 / there is no such key: {rest}"),
        None if said.contains(" / ") => said,
        None => format!("写法不对 / does not fit: {said}"),
    };
    SettingsError { file: String::new(), line: line + 1, key, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Settings::read(text, Path::new("")).unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_is_told_by_line_and_key() {
        insta::assert_snapshot!(
            [
                wrong("plan = \"x\"\ndatabse = \"sqlite:x\"\n"),
                wrong("\n[pace]\nper_second = 0\n"),
                wrong("[backups]\nat = \"3 Uhr\"\n"),
                wrong("[backups]\nkeep = \"seven\"\n"),
                wrong("time_zone = \"Shanghai\""),
                wrong("database = \"mysql://x\""),
                wrong("[watch]\naddress = \"9100\"\nlog_format = \"text\"\n"),
                wrong("[watch]\nlog_format = \"xml\"\n"),
                wrong("plan = \n"),
            ]
            .join("\n"),
            @r#"
        :2: databse: 没有这个设置项，请检查拼写 / there is no such key: `databse`, expected one of `plan`, `time_zone`, `database`, `templates`, `backups`, `pace`, `webhook`, `watch`, `robots`
        :3: per_second: 应为不小于1的整数，且不能过大 / a whole number from 1, and not too large
        :2: at: 时间应写成 "03:00" / a time of day is written "03:00"
        :2: keep: 写法不对 / does not fit: invalid type: string "seven", expected u32
        :1: time_zone: 应为时区名，如 "Asia/Shanghai" / a time zone is written "Asia/Shanghai"
        :1: database: 应为 "sqlite:PATH" 或 "postgres://USER@HOST/NAME" / a database is written "sqlite:PATH" or "postgres://USER@HOST/NAME"
        :2: address: 应为地址和端口，如 "127.0.0.1:9100" / an address is written "127.0.0.1:9100"
        :2: log_format: 写法不对 / does not fit: unknown variant `xml`, expected `text` or `json`
        :1: plan: 写法不对 / does not fit: string values must be quoted, expected literal string
        "#
        );
    }

    #[test]
    fn paths_are_meant_from_the_files_folder() {
        let text = "plan = \"plans/a\"\ndatabase = \"sqlite:data/a.db\"\ntemplates = \"texts\"\n[backups]\ndir = \"/safe\"\n";
        let settings = Settings::read(text, Path::new("/etc/liaison")).unwrap();
        assert_eq!(settings.defaults["plan"][0], "/etc/liaison/plans/a");
        assert_eq!(settings.defaults["database"][0], "sqlite:/etc/liaison/data/a.db");
        assert_eq!(settings.defaults["templates"][0], "/etc/liaison/texts");
        assert_eq!(settings.defaults["backup_dir"][0], "/safe");
        let settings = Settings::read("plan = [\"a\", \"/b\"]", Path::new("/etc"));
        assert_eq!(settings.unwrap().defaults["plan"], ["/etc/a", "/b"]);
        let settings = Settings::read("database = \"postgres://bot@db/x\"", Path::new("/etc"));
        assert_eq!(settings.unwrap().defaults["database"][0], "postgres://bot@db/x");
    }
}
