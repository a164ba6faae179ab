//! The log: one line an event on standard error, whatever was put into it, and never a secret.

use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::panic;
use std::sync::LazyLock;

use clap::ValueEnum;
use serde::Deserialize;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::debug_fn;

use crate::plan::hidden::is_hidden;
use crate::store::password;

/// What stands in a secret's place.
const MASK: &str = "***";

/// A secret shorter than this is likely to be part of some word.
const SHORTEST: usize = 4;

static SECRETS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of_database = env::var("PGPASSWORD").ok();
    let token = env::var("TELOXIDE_TOKEN").ok();
    // The number before the colon is public.
    let token = token.and_then(|token| Some(token.trim().split_once(':')?.1.to_owned()));
    let database = env::var("DATABASE_URL").ok().and_then(|url| password(&url));
    let all = of_database.into_iter().chain(token).chain(database);
    all.filter(|secret| secret.len() >= SHORTEST).collect()
});

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for a log collector.
    Json,
}

impl LogFormat {
    /// As it is written on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    /// Begins to write events to standard error, panics too. `RUST_LOG` says how much.
    pub(super) fn start(self) {
        match self {
            Self::Text => to_stderr(),
            Self::Json => tracing_subscriber::fmt()
                .with_env_filter(filter())
                .with_writer(|| Masking)
                .with_target(false)
                .json()
                .flatten_event(true)
                .init(),
        }
        tell_of_panics();
    }

    /// Tells why the program ends: one line with cause and remedy, without a stack trace.
    pub(super) fn tell(self, error: &anyhow::Error) {
        match self {
            Self::Text => eprintln!("{}", masked(&format!("错误 / error: {error:#}"))),
            Self::Json => tracing::error!("{error:#}"),
        }
    }
}

/// Standard error without secrets. An event comes in one piece, its line ends and colours as JSON
/// writes them.
struct Masking;

impl io::Write for Masking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        io::stderr().write_all(masked(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "info,sqlx=warn".into())
}

fn to_stderr() {
    let fields = debug_fn(|writer, field, value| {
        let name = field.name();
        let value = line(&format!("{value:?}"), &SECRETS);
        if name == "message" { write!(writer, "{value}") } else { write!(writer, "{name}={value}") }
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter())
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(false)
        .fmt_fields(fields.delimited(" "))
        .init();
}

fn tell_of_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let why = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(place, "panicked: {why}");
        if env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{}", std::backtrace::Backtrace::force_capture());
        }
    }));
}

/// A text for the terminal, without secrets.
pub(super) fn masked(text: &str) -> String {
    mask(text, &SECRETS)
}

fn mask(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

/// One line without secrets; what would end it, or colour it, is written out.
fn line(text: &str, secrets: &[String]) -> String {
    let mut line = String::with_capacity(text.len());
    for c in mask(text, secrets).chars() {
        if is_hidden(c) {
            let _ = write!(line, "{}", c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// Whether the reader of our output has gone away.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_keeps_its_colour() {
        let forged = "小升规\n2019-06-17 ERROR all is lost\r\u{1b}[2J\u{202e}gnp";
        let shown = line(forged, &[]);
        assert_eq!(shown, "小升规\\n2019-06-17 ERROR all is lost\\r\\u{1b}[2J\\u{202e}gnp");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secrets = ["AAEhBOweik6ad9r".to_owned()];
        let shown = line("GET /bot1:AAEhBOweik6ad9r/getMe, bot1%3AAAEhBOweik6ad9r", &secrets);
        assert_eq!(shown, "GET /bot1:***/getMe, bot1%3A***");
    }
}
