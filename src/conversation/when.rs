//! Days and times as people write them: 第26周, 周四18:00, 6月30日, 明天下午5点, 2个工作日.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use crate::plan::period::local_instant;
use crate::plan::{Cycle, Period, Plan};

/// A text being read from the front.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.trim_start() }
    }

    /// Takes one of these words.
    fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let (word, value) = words.iter().find(|(word, _)| self.rest.starts_with(word))?;
        self.rest = self.rest[word.len()..].trim_start();
        Some(*value)
    }

    fn mark(&mut self, marks: &[&str]) -> bool {
        let words: Vec<(&str, ())> = marks.iter().map(|mark| (*mark, ())).collect();
        self.word(&words).is_some()
    }

    /// Takes a number of at most four digits.
    fn number(&mut self) -> Option<u32> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest.get(..end).filter(|digits| digits.len() <= 4)?.parse().ok()?;
        self.rest = &self.rest[end..];
        Some(number)
    }

    /// Takes what `read` reads, or nothing.
    fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let found = read(self);
        if found.is_none() {
            self.rest = before;
        }
        found
    }
}

/// The period that a text begins with (本周, 第26周, 26), and the rest of the text.
pub(super) fn period<'a>(
    plan: &Plan,
    now: DateTime<Utc>,
    text: &'a str,
) -> Option<(Period, &'a str)> {
    let current = Period::containing(plan.local_day(now), plan.reporting.cycle);
    let mut reader = Reader::new(text);
    let near = [
        ("本周", current),
        ("本期", current),
        ("本月", current),
        ("这周", current),
        ("上周", current.previous()),
        ("上期", current.previous()),
        ("上月", current.previous()),
        ("下周", current.next()),
        ("下期", current.next()),
        ("下月", current.next()),
    ];
    // 下周四 is a day, and no period.
    let day_follows =
        |rest: &str| rest.starts_with(['一', '二', '三', '四', '五', '六', '日', '天']);
    if let Some(period) =
        reader.maybe(|reader| reader.word(&near).filter(|_| !day_follows(reader.rest)))
    {
        return Some((period, reader.rest));
    }
    let written = reader.rest.split_whitespace().next().unwrap_or_default();
    if let Ok(period) = written.parse::<Period>() {
        return Some((period, reader.rest[written.len()..].trim_start()));
    }
    reader.mark(&["第"]);
    let number = reader.number()?;
    let unit = reader.mark(match plan.reporting.cycle {
        Cycle::Weekly => &["周", "期", "week"],
        Cycle::Monthly => &["期", "月", "month"],
    });
    let apart = reader.rest.is_empty() || reader.rest.starts_with(char::is_whitespace);
    if !unit && !apart {
        return None;
    }
    let letter = match plan.reporting.cycle {
        Cycle::Weekly => 'W',
        Cycle::Monthly => 'M',
    };
    // Of the years it may be, the nearest.
    let years = [current.year, current.year - 1, current.year + 1];
    let named =
        years.into_iter().filter_map(|year| format!("{year:04}-{letter}{number:02}").parse().ok());
    let far = |period: &Period| (period.first_day() - current.first_day()).num_days().abs();
    named.min_by_key(far).map(|period| (period, reader.rest.trim_start()))
}

/// The local instant that a text begins with, and the rest. Weekdays are of the week of `base`; where no
/// time is written it is that of deadlines.
pub(super) fn moment<'a>(
    plan: &Plan,
    now: DateTime<Utc>,
    base: NaiveDate,
    text: &'a str,
) -> Option<(DateTime<Utc>, &'a str)> {
    let mut reader = Reader::new(text);
    reader.mark(&["到", "至", "截至"]);
    let day = reader.maybe(|reader| day(plan.local_day(now), base, reader));
    reader.rest = reader.rest.trim_start();
    let time = reader.maybe(time);
    if day.is_none() && time.is_none() {
        return None;
    }
    let (day, time) = (day.unwrap_or(base), time.unwrap_or(plan.reporting.deadline_time));
    Some((
        local_instant(day.and_time(time), plan.zone),
        reader.rest.trim_start_matches(['前', '，', ',', ' ']),
    ))
}

/// The day that a text begins with, and the rest.
pub(super) fn date(today: NaiveDate, text: &str) -> Option<(NaiveDate, &str)> {
    let mut reader = Reader::new(text);
    reader.mark(&["从", "自", "到", "至", "-", "—", "~", "～"]);
    let found = day(today, today, &mut reader)?;
    Some((found, reader.rest.trim_start()))
}

/// A count of working days (2天, 3个工作日), and the rest.
pub(super) fn working_days(text: &str) -> Option<(u32, &str)> {
    let mut reader = Reader::new(text);
    let words = [("一", 1), ("两", 2), ("二", 2), ("三", 3), ("四", 4), ("五", 5)];
    let count = reader.number().or_else(|| reader.word(&words))?;
    reader.rest = reader.rest.trim_start();
    let unit = reader.mark(&["个工作日", "工作日", "天", "日", "days", "day"]);
    (unit && (1..=30).contains(&count)).then(|| (count, reader.rest.trim_start()))
}

fn day(today: NaiveDate, base: NaiveDate, reader: &mut Reader<'_>) -> Option<NaiveDate> {
    let near = [("今天", 0), ("今日", 0), ("明天", 1), ("明日", 1), ("后天", 2)];
    if let Some(days) = reader.word(&near) {
        return Some(today + Days::new(days));
    }
    let weeks =
        [("下周", 7), ("下星期", 7), ("本周", 0), ("这周", 0), ("周", 0), ("星期", 0), ("礼拜", 0)];
    let weekdays =
        [("一", 0), ("二", 1), ("三", 2), ("四", 3), ("五", 4), ("六", 5), ("日", 6), ("天", 6)];
    if let Some(week) = reader.word(&weeks) {
        let monday = base - Days::new(base.weekday().num_days_from_monday().into());
        return Some(monday + Days::new(week + reader.word(&weekdays)?));
    }
    let first = reader.number()?;
    let (year, month) = if reader.mark(&["年"]) || first > 31 && reader.mark(&["-", "/", "."]) {
        let month = reader.number()?;
        (i32::try_from(first).ok(), month)
    } else {
        (None, first)
    };
    if !reader.mark(&["月", "-", "/", "."]) {
        return None;
    }
    let day = reader.number()?;
    reader.mark(&["日", "号"]);
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    // Without a year it is the nearest: in January, 12月28日 is past.
    let years = [today.year() - 1, today.year(), today.year() + 1];
    let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    days.min_by_key(|day| (*day - today).num_days().abs())
}

fn time(reader: &mut Reader<'_>) -> Option<NaiveTime> {
    let half = reader.word(&[("上午", 0), ("早上", 0), ("中午", 12), ("下午", 12), ("晚上", 12)]);
    let hour = reader.number()?;
    let minute = if reader.mark(&[":", "\u{ff1a}"]) {
        reader.number()?
    } else if reader.mark(&["点", "时"]) {
        if reader.mark(&["半"]) {
            30
        } else {
            let minute = reader.maybe(Reader::number).unwrap_or(0);
            reader.mark(&["分"]);
            minute
        }
    } else {
        return None;
    };
    let hour = if half == Some(12) && hour < 12 { hour + 12 } else { hour };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_as_people_write_them() {
        let plan = crate::plan::load::lanxi();
        let now = "2019-06-24T02:00:00Z".parse().unwrap(); // a Monday, week 26
        let base = plan.local_day(now);
        let read = |text: &str| {
            let (at, rest) = moment(&plan, now, base, text)?;
            Some(format!("{}|{rest}", at.with_timezone(&plan.zone).format("%m-%d %H:%M")))
        };
        for (text, expected) in [
            ("周四18:00 原因", Some("06-27 18:00|原因")),
            ("周四18：30原因", Some("06-27 18:30|原因")),
            ("星期五 下午5点半 台风", Some("06-28 17:30|台风")),
            ("下周一", Some("07-01 17:00|")),
            ("6月30日 汇总", Some("06-30 17:00|汇总")),
            ("6月30日12时前，汇总", Some("06-30 12:00|汇总")),
            ("2019-07-01 9:00", Some("07-01 09:00|")),
            ("7/2", Some("07-02 17:00|")),
            ("明天上午9点", Some("06-25 09:00|")),
            ("18:00", Some("06-24 18:00|")),
            ("台风", None),
            ("周八", None),
            ("2月30日", None),
            ("25:00", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn periods_as_people_write_them() {
        let plan = crate::plan::load::lanxi();
        let now = "2019-06-24T02:00:00Z".parse().unwrap();
        let read = |text: &str| period(&plan, now, text).map(|(one, rest)| format!("{one}|{rest}"));
        for (text, expected) in [
            ("第26周 周四", Some("2019-W26|周四")),
            ("26周周四", Some("2019-W26|周四")),
            ("26", Some("2019-W26|")),
            ("本周 周四", Some("2019-W26|周四")),
            ("上周", Some("2019-W25|")),
            ("2019-W30 周四", Some("2019-W30|周四")),
            ("下周四", None),
            ("周四", None),
            ("第99周", None),
            ("26家", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn counts_of_working_days() {
        assert_eq!(working_days("2天 台风"), Some((2, "台风")));
        assert_eq!(working_days("两个工作日"), Some((2, "")));
        assert_eq!(working_days("两天"), Some((2, "")));
        assert_eq!(working_days("3个工作日"), Some((3, "")));
        assert_eq!(working_days("0天"), None);
        assert_eq!(working_days("2"), None);
    }
}
