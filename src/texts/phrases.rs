//! Phrases of pictures and workbooks, which are no HTML: `templates/<language>/pictures.toml` and
//! `workbook.toml`, with `{holes}` for values.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Language, spoken};

type Words = HashMap<String, String>;

static WORDS: LazyLock<HashMap<Language, Words>> = LazyLock::new(|| {
    let words = |language| {
        let tables = ["pictures", "workbook"].map(|name| spoken(language, name));
        tables.into_iter().flatten().collect()
    };
    Language::ALL.into_iter().map(|language| (language, words(language))).collect()
});

/// A phrase with its holes filled; `?` if the language lacks it, which the tests refuse.
#[must_use]
pub fn say(language: Language, key: &str, holes: &[(&str, &str)]) -> String {
    let phrase = WORDS.get(&language).and_then(|words| words.get(key)).map_or("?", String::as_str);
    // One pass, so that a brace in a name is not taken for a hole.
    let mut out = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(holes.iter().find(|(hole, _)| *hole == name).map_or("?", |(_, value)| value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_phrases_with_the_same_holes() {
        let holes = |phrase: &str| {
            let mut holes: Vec<String> = phrase
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(hole, _)| hole.to_owned()))
                .collect();
            holes.sort();
            holes
        };
        let (chinese, english) = (&WORDS[&Language::Chinese], &WORDS[&Language::English]);
        assert!(chinese.len() > 50, "the phrases were read");
        assert_eq!(chinese.len(), english.len());
        for (key, phrase) in chinese {
            assert_eq!(holes(phrase), holes(&english[key]), "{key}");
        }
    }

    #[test]
    fn a_brace_in_a_name_is_no_hole() {
        let said = say(Language::Chinese, "issue", &[("year", "{number}"), ("number", "25")]);
        assert!(said.contains("{number}") && said.contains("25"), "{said}");
        assert_eq!(say(Language::Chinese, "no such phrase", &[]), "?");
    }
}
