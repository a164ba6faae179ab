//! Texts of an office's own, in place of those that ship along.
//!
//! In: files by the names they have under `templates/` (`zh-CN/help.html`, `en/labels.toml`). Out: the
//! checked set, or every [`Fault`] by file and line. Nothing that is wrong is left out silently: an
//! unknown file, an unknown name, markup that Telegram refuses, a text that cannot be rendered.
//! Installed once, before anything is said.

mod check;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use super::Language;

/// Files of words, of which an office may replace any few.
pub(super) const TABLES: [&str; 3] = ["labels", "pictures", "workbook"];

/// One file of the office's own folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    /// Its path in the folder, with `/`: `zh-CN/help.html`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file's path in the folder.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, zh, en } = self;
        match line {
            Some(line) => write!(f, "{file} 第{line}行：{zh} / line {line}: {en}"),
            None => write!(f, "{file}：{zh} / {en}"),
        }
    }
}

/// A checked set of texts that stand in place of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    templates: HashMap<(Language, &'static str), String>,
    words: HashMap<(Language, &'static str), HashMap<String, String>>,
}

static OWN: OnceLock<Overrides> = OnceLock::new();

impl Overrides {
    /// Checks files.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the files.
    pub fn check(files: &[OwnFile]) -> Result<Self, Vec<Fault>> {
        check::check(files)
    }

    /// How many files there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.templates.len() + self.words.len()
    }

    /// Puts these in place of ours for as long as the program runs. False if texts were installed
    /// or used before: then nothing changes.
    #[must_use]
    pub fn install(self) -> bool {
        OWN.set(self).is_ok()
    }

    /// What is installed; from now on nothing else can be.
    pub(super) fn installed() -> &'static Self {
        OWN.get_or_init(Self::default)
    }

    /// The office's own template, if it has one.
    pub(super) fn template(&self, language: Language, name: &str) -> Option<&str> {
        let found = self.templates.iter().find(|((of, file), _)| *of == language && *file == name);
        found.map(|(_, text)| text.as_str())
    }

    /// Puts the office's own words over those of a table.
    pub(super) fn amend(
        &self,
        language: Language,
        table: &'static str,
        words: &mut HashMap<String, String>,
    ) {
        if let Some(own) = self.words.get(&(language, table)) {
            words.extend(own.iter().map(|(key, word)| (key.clone(), word.clone())));
        }
    }
}
