//! Digits that are no quantities whatever stands beside them: dates, clock times, telephone and
//! identity numbers, web addresses.
//!
//! In: the bytes of the plain text and a place where digits start. Out: where the pattern ends.
//! Looks a few characters ahead and no further.

use super::normalise::{Gap, Normal};

/// Where a date, time, telephone or identity number that starts here ends.
pub(super) fn inert_at(normal: &Normal, at: usize) -> Option<usize> {
    // Only what stands together is one date or one telephone number.
    let gaps = (at + 1..normal.text.len().min(at + 24)).find(|end| normal.gap(*end) != Gap::None);
    let text = &normal.text.as_bytes()[..gaps.unwrap_or(normal.text.len())];
    let run = digits(text, at);
    match run {
        4 => dated(text, at),
        8 => compact_date(text, at).or_else(|| landline(text, at)),
        11 | 12 if text[at] == b'0' => Some(at + run).filter(|end| !counted(text, *end)),
        11 => mobile(text, at).filter(|end| !counted(text, *end)),
        17 | 18 => identity(text, at, run).filter(|end| !counted(text, *end)),
        3 => mobile_in_groups(text, at)
            .or_else(|| landline(text, at))
            .or_else(|| mobile_in_spaces(normal, at)),
        1 | 2 => clock_with_seconds(text, at)
            .or_else(|| on_the_hour(normal, at))
            .or_else(|| range_of_days(text, at).filter(|end| stands_alone(normal, at, *end)))
            .or_else(|| short_date(text, at)),
        _ => None,
    }
}

/// Whether a measure word follows: then it is a count after all, however large.
fn counted(text: &[u8], end: usize) -> bool {
    let fraction = byte(text, end) == b'.' && digits(text, end + 1) > 0;
    let behind = if fraction { end + 1 + digits(text, end + 1) } else { end };
    let rest = text.get(behind..).unwrap_or_default();
    ["家", "户", "个", "元"].iter().any(|word| rest.starts_with(word.as_bytes()))
}

fn digits(text: &[u8], at: usize) -> usize {
    text.get(at..).unwrap_or_default().iter().take(24).take_while(|b| b.is_ascii_digit()).count()
}

fn value(text: &[u8], at: usize, count: usize) -> u32 {
    text[at..at + count].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'))
}

fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// A separator and one or two digits that fit; where they end and what they are.
fn field(text: &[u8], at: usize, separator: u8, most: u32) -> Option<usize> {
    if byte(text, at) != separator {
        return None;
    }
    let count = digits(text, at + 1);
    let fits = (1..=2).contains(&count) && (1..=most).contains(&value(text, at + 1, count));
    fits.then_some(at + 1 + count)
}

/// 2019-06-21, 2019.6, 2018-2020.
fn dated(text: &[u8], at: usize) -> Option<usize> {
    let year = value(text, at, 4);
    if !(1949..=2099).contains(&year) {
        return landline(text, at);
    }
    let behind = at + 4;
    let separator = byte(text, behind);
    if !matches!(separator, b'-' | b'.' | b'/' | b'~') {
        return range_of_years(text, behind);
    }
    if digits(text, behind + 1) == 4 {
        return range_of_years(text, behind);
    }
    let month = field(text, behind, separator, 12)?;
    let Some(day) = field(text, month, separator, 31) else { return Some(month) };
    Some(until(text, day, separator).unwrap_or(day))
}

fn range_of_years(text: &[u8], at: usize) -> Option<usize> {
    let dash = ["-", "~", "—", "至", "到"]
        .iter()
        .find(|dash| text.get(at..).unwrap_or_default().starts_with(dash.as_bytes()))?;
    let second = at + dash.len();
    let fits = digits(text, second) == 4 && (1949..=2099).contains(&value(text, second, 4));
    fits.then_some(second + 4)
}

/// 20190621
fn compact_date(text: &[u8], at: usize) -> Option<usize> {
    let (year, month, day) = (value(text, at, 4), value(text, at + 4, 2), value(text, at + 6, 2));
    let fits =
        (2000..=2099).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then_some(at + 8)
}

/// 19.6.21 and 6/21/2019 do not occur with quantities; a lone 6.21 is left to the reader.
fn short_date(text: &[u8], at: usize) -> Option<usize> {
    let behind = at + digits(text, at);
    let separator = byte(text, behind);
    if !matches!(separator, b'.' | b'/' | b'-') {
        return None;
    }
    let month = field(text, behind, separator, 12)?;
    let end = field(text, month, separator, 31)?;
    (byte(text, end) != separator).then_some(end)
}

/// Whether a range stands apart, with nothing behind it that says what it counts: 厂房3.5-4.2万平方米.
fn stands_alone(normal: &Normal, at: usize, end: usize) -> bool {
    let before = normal.text[..at].chars().next_back();
    let apart = normal.gap(at) != Gap::None || before.is_none_or(|c| !c.is_alphanumeric());
    let behind = &normal.text[end..];
    // 个 may begin a name where a space stands before it.
    let counts = behind.starts_with(['万', '亿', '平', '%', '家', '户', '元', '台', '批'])
        || behind.starts_with('个') && normal.gap(end) == Gap::None;
    apart && !counts
}

/// 6.17-6.23, 6/17—6/21: a week; and what is written behind a whole date, -06.23.
fn range_of_days(text: &[u8], at: usize) -> Option<usize> {
    let behind = at + digits(text, at);
    let separator = byte(text, behind);
    let month = value(text, at, behind - at);
    if !(1..=12).contains(&month) || !matches!(separator, b'.' | b'/') {
        return None;
    }
    until(text, field(text, behind, separator, 31)?, separator)
}

/// A dash, a month and a day.
fn until(text: &[u8], at: usize, separator: u8) -> Option<usize> {
    let rest = text.get(at..)?;
    let dash = ["—", "-", "~", "至", "到"].iter().find(|dash| rest.starts_with(dash.as_bytes()))?;
    let second =
        at + dash.len() * rest.chunks(dash.len()).take_while(|c| *c == dash.as_bytes()).count();
    let month = second + digits(text, second);
    let fits = (1..=2).contains(&(month - second))
        && (1..=12).contains(&value(text, second, month - second));
    fits.then(|| field(text, month, separator, 31)).flatten()
}

/// 15:30, which without a day beside it may as well be an indicator and its value.
pub(super) fn hour_and_minute(normal: &Normal, at: usize) -> Option<usize> {
    let text = normal.text.as_bytes();
    let hour = digits(text, at);
    let colon = at + hour;
    let fits = (1..=2).contains(&hour)
        && byte(text, colon) == b':'
        && digits(text, colon + 1) == 2
        && (colon..colon + 3).all(|place| normal.gap(place) == Gap::None)
        && value(text, at, hour) < 24
        && value(text, colon + 1, 2) < 60;
    fits.then_some(colon + 3)
}

/// 15:30:00
fn clock_with_seconds(text: &[u8], at: usize) -> Option<usize> {
    let behind = at + digits(text, at);
    let two = |at: usize| byte(text, at) == b':' && digits(text, at + 1) == 2;
    let fits = value(text, at, behind - at) < 24 && two(behind) && two(behind + 3);
    let sane = fits && value(text, behind + 1, 2) < 60 && value(text, behind + 4, 2) < 60;
    sane.then_some(behind + 6)
}

/// 17:00: nobody writes a figure as 00.
fn on_the_hour(normal: &Normal, at: usize) -> Option<usize> {
    hour_and_minute(normal, at).filter(|end| normal.text[..*end].ends_with(":00"))
}

/// 13800000000
fn mobile(text: &[u8], at: usize) -> Option<usize> {
    let fits = text[at] == b'1' && (b'3'..=b'9').contains(&text[at + 1]);
    fits.then_some(at + 11)
}

/// 138 0000 0000
fn mobile_in_spaces(normal: &Normal, at: usize) -> Option<usize> {
    let text = normal.text.as_bytes();
    let spaced = |at: usize| at < text.len() && normal.gap(at) == Gap::Space;
    let fits = text[at] == b'1' && digits(text, at) == 11 && spaced(at + 3) && spaced(at + 7);
    fits.then_some(at + 11)
}

/// 138-0000-0000
fn mobile_in_groups(text: &[u8], at: usize) -> Option<usize> {
    let group = |at: usize| byte(text, at) == b'-' && digits(text, at + 1) == 4;
    let fits = text[at] == b'1' && group(at + 3) && group(at + 8);
    fits.then_some(at + 13)
}

/// 0579-88881234
fn landline(text: &[u8], at: usize) -> Option<usize> {
    let area = digits(text, at);
    let number = digits(text, at + area + 1);
    let fits = text[at] == b'0'
        && (3..=4).contains(&area)
        && byte(text, at + area) == b'-'
        && (7..=8).contains(&number);
    fits.then_some(at + area + 1 + number)
}

/// An identity card's number: a birthday stands in its middle.
fn identity(text: &[u8], at: usize, run: usize) -> Option<usize> {
    let check = run == 18 || byte(text, at + 17) == b'x';
    let (year, month) = (value(text, at + 6, 4), value(text, at + 10, 2));
    let born = (1900..=2030).contains(&year) && (1..=12).contains(&month);
    (check && born).then_some(at + 18)
}
