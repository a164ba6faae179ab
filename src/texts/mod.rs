//! Texts: everything that is said to people, from templates.
//!
//! In: one of the typed contexts of [`contexts`] and a [`Language`]. Out: Telegram HTML. The
//! templates live in `templates/zh-CN` and `templates/en`, the same set of files in both; what
//! people wrote is data and comes out escaped, always. Pure: templates ship inside the program; an
//! office's own ([`overrides`]) are handed in, checked, before anything is said.

pub mod contexts;
mod form;
mod labels;
pub mod overrides;
mod phrases;
mod samples;

use std::collections::HashMap;
use std::sync::LazyLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};

pub use form::form_words;
pub use labels::Label;
pub use overrides::{Fault, Overrides, OwnFile};
pub use phrases::say;

/// A language that every text is there in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese, which comes first everywhere.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Both, Chinese first.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The code, which is also the folder's name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language with a code; Chinese if there is none.
    #[must_use]
    pub fn coded(code: &str) -> Self {
        Self::ALL.into_iter().find(|language| language.code() == code).unwrap_or_default()
    }
}

/// A context that a template of its own puts into words.
pub trait Text: Serialize {
    /// The template's name: `templates/<language>/<NAME>.html`.
    const NAME: &'static str;
}

/// The longest text one message carries (Bot API, `sendMessage`), in UTF-16 units after entities
/// are read; counted here with the markup, so always on the safe side.
pub const LONGEST_MESSAGE: usize = 4096;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Every template's name.
        pub const NAMES: &[&str] = &[$($name),*];

        fn sources(language: Language) -> Vec<(&'static str, &'static str)> {
            match language {
                Language::Chinese => vec![
                    $((concat!($name, ".html"), include_str!(concat!("../../templates/zh-CN/", $name, ".html")))),*
                ],
                Language::English => vec![
                    $((concat!($name, ".html"), include_str!(concat!("../../templates/en/", $name, ".html")))),*
                ],
            }
        }
    };
}

templates![
    "_remark",
    "_review",
    "_words",
    "answered",
    "apology",
    "asking",
    "assess",
    "assess-unit",
    "bulletin",
    "bulletin-caption",
    "choose-plan",
    "correcting",
    "deadline",
    "dialogue-dropped",
    "draft",
    "draft-line",
    "edit-too-late",
    "escalation",
    "evidence",
    "extension",
    "file-refused",
    "flag",
    "flooded",
    "form",
    "form-sent",
    "group-ask",
    "group-bound",
    "group-unbound",
    "guide",
    "guide-done",
    "guide-stored",
    "help",
    "invite-problem",
    "invite-usage",
    "invited",
    "lock",
    "material",
    "material-list",
    "mine",
    "missing",
    "morning",
    "no-bulletin",
    "no-group",
    "not-allowed",
    "not-text",
    "noted",
    "notice",
    "notice-standing",
    "out-of-reach",
    "outside-plan",
    "overdue-notice",
    "period-closed",
    "plan-chosen",
    "plan-mark",
    "rank",
    "rank-by-indicator",
    "rank-choose",
    "remark",
    "reminder",
    "reported",
    "reported-for",
    "returned",
    "returned-again",
    "review",
    "review-list",
    "review-one",
    "revoke",
    "revoked",
    "several-periods",
    "stranger",
    "substitute",
    "talk",
    "target",
    "task",
    "task-board",
    "task-draft",
    "task-due",
    "task-given",
    "task-step",
    "trail",
    "trend-caption",
    "unit-card",
    "unknown-command",
    "unreachable",
    "upload",
    "welcome",
    "what-is-right",
    "who",
    "why",
    "why-reminded",
    "withdrawn",
    "withdrawn-for",
];

static ENVIRONMENTS: LazyLock<HashMap<Language, Environment<'static>>> = LazyLock::new(|| {
    let own = Overrides::installed();
    Language::ALL.into_iter().map(|language| (language, environment(language, own))).collect()
});

/// The templates of a language, an office's own in place of ours.
fn environment(language: Language, own: &Overrides) -> Environment<'static> {
    let mut environment = bare();
    for (name, source) in sources(language) {
        let own = own.template(language, name.trim_end_matches(".html"));
        let source = own.map_or(std::borrow::Cow::Borrowed(source), |own| own.to_owned().into());
        // A template that cannot be read is caught by the test that renders them all, or by the
        // check of an office's own.
        let _ = environment.add_template_owned(name, source);
    }
    environment
}

/// How templates are read; none is there yet.
fn bare() -> Environment<'static> {
    let mut environment = Environment::new();
    // Both switches are plain words to the builder, so building it cannot fail.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment
}

/// One of the tables of words that are no templates, as it ships.
fn table(language: Language, name: &str) -> HashMap<String, String> {
    let source = match (language, name) {
        (Language::Chinese, "labels") => include_str!("../../templates/zh-CN/labels.toml"),
        (Language::English, "labels") => include_str!("../../templates/en/labels.toml"),
        (Language::Chinese, "pictures") => include_str!("../../templates/zh-CN/pictures.toml"),
        (Language::English, "pictures") => include_str!("../../templates/en/pictures.toml"),
        (Language::Chinese, "workbook") => include_str!("../../templates/zh-CN/workbook.toml"),
        (Language::English, "workbook") => include_str!("../../templates/en/workbook.toml"),
        _ => "",
    };
    toml::from_str(source).unwrap_or_default()
}

/// The same with the office's own words in place of ours.
fn spoken(language: Language, name: &'static str) -> HashMap<String, String> {
    let mut words = table(language, name);
    Overrides::installed().amend(language, name, &mut words);
    words
}

/// Puts a context into words.
///
/// Every template is rendered in a test with samples, so a failure here is a bug; the person then
/// still gets an answer, which names the text at fault.
pub fn render<T: Text>(language: Language, context: &T) -> String {
    try_render(language, context).unwrap_or_else(|error| {
        format!(
            "本条文字暂时无法显示（{}）。/ This text cannot be shown: {}.",
            T::NAME,
            error.kind()
        )
    })
}

fn try_render<T: Text>(language: Language, context: &T) -> Result<String, minijinja::Error> {
    let environment = ENVIRONMENTS.get(&language).ok_or(minijinja::ErrorKind::TemplateNotFound)?;
    let template = environment.get_template(&format!("{}.html", T::NAME))?;
    Ok(tidy(&template.render(Serde(context))?))
}

/// Takes out what the form of a template leaves behind: spaces at line ends, runs of empty lines.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Splits a long text at line ends so that each piece fits one message.
///
/// A template opens and closes its tags inside one line, so every piece is whole. A single line
/// that is too long is cut without its tags.
#[must_use]
pub fn split(html: &str) -> Vec<String> {
    split_within(html, LONGEST_MESSAGE)
}

/// The same for a platform whose messages hold at most so much.
#[must_use]
pub fn split_within(html: &str, most: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for line in html.lines() {
        let line = if line.chars().count() > most { shorten(line, most) } else { line.to_owned() };
        let last = pieces.last().map_or(0, |piece| utf16(piece));
        if last > 0 && last + 1 + utf16(&line) > most {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            if !piece.is_empty() {
                piece.push('\n');
            }
            piece.push_str(&line);
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// How long a text is as Telegram counts, its tags included: at least what counts.
#[must_use]
pub fn length(html: &str) -> usize {
    utf16(html)
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

fn shorten(line: &str, most: usize) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in line.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            _ => plain.push(c),
        }
    }
    let mut kept: String = plain.chars().take(most / 2 - 2).collect();
    // An entity cut in half would be refused.
    if let Some(at) = kept.rfind('&').filter(|at| !kept[*at..].contains(';')) {
        kept.truncate(at);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_files() {
        for language in Language::ALL {
            let folder = format!("{}/templates/{}", env!("CARGO_MANIFEST_DIR"), language.code());
            let mut there: Vec<String> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter_map(|name| name.strip_suffix(".html").map(str::to_owned))
                .collect();
            there.sort();
            assert_eq!(there, NAMES, "{folder}");
        }
    }

    #[test]
    fn long_texts_split_at_lines_and_lose_nothing() {
        let lines: Vec<String> = (0..900).map(|n| format!("<b>{n}</b> 兰江街道")).collect();
        let text = lines.join("\n");
        let pieces = split(&text);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| utf16(piece) <= LONGEST_MESSAGE));
        assert_eq!(pieces.join("\n"), text.trim_end());
        let one_line = format!("<b>{}&amp;</b>", "兰".repeat(5000));
        assert!(split(&one_line).iter().all(|piece| utf16(piece) <= LONGEST_MESSAGE));
    }
}
