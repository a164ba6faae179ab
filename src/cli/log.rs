//! The log: one line an event on standard error, whatever was put into it, and never a secret.

use std::env;
use std::fmt::Write;
use std::io::IsTerminal;
use std::panic;
use std::sync::LazyLock;

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

/// Writes events to standard error, panics too.
pub(super) fn to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "info,sqlx=warn".into());
    let fields = debug_fn(|writer, field, value| {
        let name = field.name();
        let value = line(&format!("{value:?}"), &SECRETS);
        if name == "message" { write!(writer, "{value}") } else { write!(writer, "{name}={value}") }
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(false)
        .fmt_fields(fields.delimited(" "))
        .init();
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
