//! The words of a form (报送表), which stand in a workbook and not in a message.

use super::contexts::FormText;
use super::{Language, render};
use crate::sheet::FormWords;

/// The words of a form, and its file's name without the ending.
#[must_use]
pub fn form_words(language: Language, text: &FormText) -> (FormWords, String) {
    let plain = unescaped(&render(language, text));
    let mut lines = plain.lines().map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    let (title, unit, period, hint, sheet) = (line(), line(), line(), line(), line());
    let headings = line();
    let mut headings = headings.split('|').map(str::to_owned);
    let columns = std::array::from_fn(|_| headings.next().unwrap_or_default());
    let (mut part, not_whole, not_number) = (line(), line(), line());
    // A template's line ends where its words end; before a name there is a space where one is wanted.
    if part.is_ascii() {
        part.push(' ');
    }
    let words =
        FormWords { title, unit, period, hint, sheet, columns, part, not_whole, not_number };
    (words, line())
}

/// A rendered text without its HTML escapes: templates escape what people wrote, sheets need not.
fn unescaped(html: &str) -> String {
    let escapes =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/")];
    let text = escapes.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::contexts::PeriodWords;

    #[test]
    fn every_language_has_every_word() {
        let plan = crate::plan::load::lanxi();
        for language in Language::ALL {
            let text = FormText {
                plan: "A & B <计划>".to_owned(),
                unit: "兰江街道".to_owned(),
                period: PeriodWords::of(&plan, "2019-W25".parse().unwrap()),
            };
            let (words, name) = form_words(language, &text);
            assert!(words.title.starts_with("A & B <计划>"), "{}", words.title);
            let mut all = words.columns.to_vec();
            all.dedup();
            assert!(all.len() == words.columns.len() && all.iter().all(|one| !one.is_empty()));
            let rest = [&words.unit, &words.period, &words.hint, &words.part, &words.not_whole];
            assert!(rest.iter().all(|one| !one.is_empty()) && !words.not_number.is_empty());
            assert!(words.sheet.chars().count() <= 31 && name.contains("兰江街道"), "{name}");
        }
    }
}
