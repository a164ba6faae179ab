//! What all pictures share: colours, marks, widths of text.
//!
//! Colours are calm and told apart by lightness as much as by hue: green cells are the lightest, red
//! ones the darkest with white figures, and yellow ones have a turned-down corner.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::plan::{Period, Plan};
use crate::progress::Ratio;
use crate::texts::{Language, say};

/// The colours, by what they are for.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Palette {
    paper: &'static str,
    title: &'static str,
    rule: &'static str,
    text: &'static str,
    soft: &'static str,
    head: &'static str,
    band: &'static str,
    line: &'static str,
    bar: &'static str,
    pace: &'static str,
    empty: &'static str,
    hatch: &'static str,
    green: &'static str,
    yellow: &'static str,
    red: &'static str,
    green_ink: &'static str,
    yellow_ink: &'static str,
    red_ink: &'static str,
    corner: &'static str,
    green_mark: &'static str,
    yellow_mark: &'static str,
    red_mark: &'static str,
}

pub(super) const PALETTE: Palette = Palette {
    paper: "#ffffff",
    title: "#1d3557",
    rule: "#b3261e",
    text: "#1f2933",
    soft: "#5b6673",
    head: "#eef2f6",
    band: "#dde6ef",
    line: "#d5dce4",
    bar: "#7d9cc0",
    pace: "#1d3557",
    empty: "#f7f8fa",
    hatch: "#a9b2bc",
    green: "#cfe9df",
    yellow: "#f6dc8f",
    red: "#c4553f",
    green_ink: "#14402f",
    yellow_ink: "#4a3500",
    red_ink: "#ffffff",
    corner: "#b58310",
    green_mark: "#2e8b6a",
    yellow_mark: "#c08a12",
    red_mark: "#b23a26",
};

/// Whether XML allows a character: names may hold anything.
pub(super) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// How wide a text is at a font size, in points, rounded up: the font's widths, roughly.
#[expect(clippy::cast_possible_truncation, reason = "texts are short")]
pub(super) fn width(text: &str, size: i32) -> i32 {
    let hundredths: i64 = text.chars().map(hundredths_of_size).sum();
    ((hundredths * i64::from(size) + 99) / 100) as i32
}

fn hundredths_of_size(c: char) -> i64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | '(' | ')' | ' ' => 33,
        'm' | 'w' | 'M' | 'W' | '%' => 92,
        'A'..='Z' => 68,
        '\u{20}'..='\u{2ff}' => 58,
        _ => 100,
    }
}

/// A text that fits a width: in a smaller size if need be, and cut off if that is not enough.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fitted {
    text: String,
    size: i32,
}

impl Fitted {
    /// `least` is the smallest size that can still be read.
    pub(super) fn new(text: &str, (size, least): (i32, i32), room: i32) -> Self {
        let fits = |size: &i32| width(text, *size) <= room;
        if let Some(size) = (least..=size).rev().find(fits) {
            return Self { text: text.to_owned(), size };
        }
        let mut kept: String = text.to_owned();
        while !kept.is_empty() && width(&kept, least) + width("…", least) > room {
            kept.pop();
        }
        Self { text: kept + "…", size: least }
    }
}

/// Breaks a text into lines that fit a width: between words of Latin, anywhere in Chinese, but never
/// before a closing mark.
pub(super) fn wrap(text: &str, size: i32, room: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && width(line, size) + width(word.trim_end(), size) > room {
            line.truncate(line.trim_end().len());
            lines.push(word);
        } else {
            line.push_str(&word);
        }
    }
    lines
}

/// What must not be broken: a Latin word with the space behind it, a Chinese character with the
/// closing marks behind it.
fn words(text: &str) -> Vec<String> {
    let closing = |c: char| {
        matches!(
            c,
            '\u{ff0c}'
                | '\u{3002}'
                | '\u{ff1b}'
                | '\u{ff1a}'
                | '\u{3001}'
                | '\u{ff1f}'
                | '\u{ff01}'
                | '\u{ff09}'
                | '\u{201d}'
                | '\u{2019}'
                | '\u{300b}'
                | '%'
                | '…'
        )
    };
    let latin = |c: char| c.is_ascii_graphic();
    let mut words: Vec<String> = Vec::new();
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if closing(c) || c == ' ' => word.push(c),
            Some(word) if latin(c) && word.chars().all(latin) => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

/// A column's name set upright, one Chinese character below the other; a run of Latin stays together.
pub(super) fn upright(text: &str, longest: usize) -> Vec<String> {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let mut cells: Vec<String> = Vec::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match cells.last_mut() {
            Some(cell) if latin(c) && cell.len() < 4 && cell.chars().all(latin) => cell.push(c),
            _ => cells.push(c.to_string()),
        }
    }
    if cells.len() > longest {
        cells.truncate(longest.saturating_sub(1));
        cells.push("…".to_owned());
    }
    cells
}

/// The length of a bar that is `full` points long at so many hundredths of the whole, and no longer.
#[expect(clippy::cast_possible_truncation, reason = "at most `full`")]
pub(super) fn length(ratio: Ratio, full: i32, hundredths: i32) -> i32 {
    let share = ratio.to_f64() * 100.0 / f64::from(hundredths);
    (share.clamp(0.0, 1.0) * f64::from(full)).round() as i32
}

/// `2019年第25期`, `2019年第25期更正1`.
pub(crate) fn issue(language: Language, period: Period, edition: u32) -> String {
    let [year, number, edition] = [
        period.year.to_string(),
        period.number.to_string(),
        Some(edition).filter(|edition| *edition > 0).map(|it| it.to_string()).unwrap_or_default(),
    ];
    let key = if edition.is_empty() { "issue" } else { "correction" };
    say(language, key, &[("year", &year), ("number", &number), ("edition", &edition)])
}

/// `2019年6月21日`.
pub(super) fn day(language: Language, day: NaiveDate) -> String {
    let [year, month, number] =
        [day.year().to_string(), day.month().to_string(), day.day().to_string()];
    say(language, "day", &[("year", &year), ("month", &month), ("day", &number)])
}

/// The plan's name over a picture.
pub(super) fn plan_name(language: Language, plan: &Plan) -> &str {
    match language {
        Language::Chinese => &plan.titles.short,
        Language::English => &plan.titles.name_en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_shrink_before_they_are_cut() {
        let fitted = |text: &str, room| {
            let fitted = Fitted::new(text, (17, 10), room);
            (fitted.text, fitted.size)
        };
        assert_eq!(fitted("兰江", 68), ("兰江".to_owned(), 17));
        assert_eq!(fitted("市场监管局", 68), ("市场监管局".to_owned(), 13));
        assert_eq!(fitted("浙江兰溪经济开发区", 68), ("浙江兰溪经…".to_owned(), 10));
    }

    #[test]
    fn lines_break_where_people_break_them() {
        let text = "序时进度49.0%。\u{ff08}未报\u{ff09}按0计";
        for room in 40..200 {
            let lines = wrap(text, 14, room);
            assert_eq!(lines.concat(), text, "nothing is lost at {room}");
            let starts_well = |line: &&String| !line.starts_with(['。', '\u{ff09}', '%', '.']);
            assert_eq!(lines.iter().filter(starts_well).count(), lines.len(), "{lines:?}");
            if room >= 60 {
                assert!(lines.iter().all(|line| width(line, 14) <= room), "{lines:?} in {room}");
            }
        }
        assert_eq!(wrap("mean completion", 14, 80), ["mean", "completion"]);
    }

    #[test]
    fn columns_stand_upright() {
        assert_eq!(upright("小升规", 8), ["小", "升", "规"]);
        assert_eq!(upright("5G基站", 8), ["5G", "基", "站"]);
        assert_eq!(upright("外贸出口实绩企业数", 8).len(), 8);
        assert_eq!(upright("外贸出口实绩企业数", 8)[7], "…");
    }

    #[test]
    fn bars_stay_in_their_frame() {
        assert_eq!(length(Ratio::of(3, 5), 240, 120), 120);
        assert_eq!(length(Ratio::of(500, 1), 240, 120), 240);
        assert_eq!(length(Ratio::of(-1, 2), 240, 120), 0);
    }
}
