//! One grammar for every way of writing a number.
//!
//! In: plain text and a place in it. Out: a [`Number`], exact, with what is known about its form.
//! `1,647`, `120.0`, `12.5万`, `1千2百`, `一百二十`, `壹佰贰拾`, `两百零五`, `一二〇`, `九十八点五`.

use super::normalise::{Gap, Normal};

/// A number as written: `digits` divided by ten to the power of `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of how the number was written"
)]
pub(super) struct Number {
    digits: u128,
    places: u32,
    /// More digits than can be held.
    pub huge: bool,
    /// Written in Chinese characters only.
    pub han: bool,
    /// Nothing but Arabic digits: it can be a list number or an indicator's.
    pub plain: bool,
    /// Written with 万 or 亿.
    pub scaled: bool,
    /// It reads as an estimate (两三家, 十几家).
    pub vague: bool,
    /// How many digits it was written with.
    pub width: u32,
    /// `45,120`: the two numbers it would be if the comma divided a list.
    pub halves: Option<(u32, u32)>,
}

/// What keeps a number from being a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    TooLarge,
    NotWhole,
}

impl Number {
    pub const ZERO: Self = Self {
        digits: 0,
        places: 0,
        huge: false,
        han: false,
        plain: false,
        scaled: false,
        vague: false,
        width: 0,
        halves: None,
    };

    pub fn small(value: u32) -> Self {
        Self { digits: value.into(), plain: true, width: value.max(1).ilog10() + 1, ..Self::ZERO }
    }

    /// The whole number this is in units of one over `scale`, if it is one.
    pub fn in_units(&self, scale: u64) -> Result<i64, Unfit> {
        if self.huge {
            return Err(Unfit::TooLarge);
        }
        let scaled = self.digits.checked_mul(scale.into()).ok_or(Unfit::TooLarge)?;
        let divisor = 10u128.checked_pow(self.places).ok_or(Unfit::NotWhole)?;
        if scaled % divisor != 0 {
            return Err(Unfit::NotWhole);
        }
        i64::try_from(scaled / divisor).map_err(|_| Unfit::TooLarge)
    }

    /// A small whole number written with nothing but digits, as a list or an indicator has it.
    pub fn as_ordinal(&self) -> Option<u32> {
        let whole = (self.plain || self.han) && self.places == 0 && !self.huge && !self.scaled;
        u32::try_from(self.digits).ok().filter(|n| whole && *n > 0)
    }

    /// `3.1` as (3, 1); `120.0` and `1.20` are no such numbers.
    pub fn as_part(&self) -> Option<(u32, u32)> {
        let fits = self.places == 1 && !self.scaled && !self.han && !self.huge;
        let pair = (u32::try_from(self.digits / 10).ok()?, u32::try_from(self.digits % 10).ok()?);
        (fits && pair.1 > 0).then_some(pair)
    }

    pub fn is_zero(&self) -> bool {
        self.digits == 0 && !self.huge
    }

    pub fn has_fraction(&self) -> bool {
        self.places > 0
    }

    /// Whether it is above one, for shares that are written without a percent sign.
    pub fn above_one(&self) -> bool {
        self.huge || 10u128.checked_pow(self.places).is_some_and(|one| self.digits > one)
    }

    fn add(self, other: Self) -> Self {
        let places = self.places.max(other.places);
        let lift = |n: Self| n.digits.checked_mul(10u128.checked_pow(places - n.places)?);
        let sum = lift(self).zip(lift(other)).and_then(|(a, b)| a.checked_add(b));
        Self {
            digits: sum.unwrap_or(0),
            places,
            huge: sum.is_none() || self.huge || other.huge,
            ..self
        }
    }

    fn times_ten_to(self, power: u32) -> Self {
        let taken = power.min(self.places);
        let digits = 10u128.checked_pow(power - taken).and_then(|by| self.digits.checked_mul(by));
        Self {
            digits: digits.unwrap_or(0),
            places: self.places - taken,
            huge: self.huge || digits.is_none(),
            ..self
        }
    }
}

/// Reads the number that starts at a byte, and says where it ends.
pub(super) fn number_at(normal: &Normal, at: usize) -> Option<(Number, usize)> {
    Grammar { normal, at, number: Number::ZERO }.read(at)
}

/// One Chinese digit.
pub(super) fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn han_power(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 1,
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        '万' => 4,
        '亿' => 8,
        _ => return None,
    })
}

struct Grammar<'a> {
    normal: &'a Normal,
    at: usize,
    number: Number,
}

/// What has been read of a mixed number: 1亿2千万3百零5.
#[derive(Default)]
struct Sum {
    /// Full sections: what stands before 万 and 亿.
    done: Option<Number>,
    /// The current section, below 万.
    section: Option<Number>,
    /// The digits read last.
    last: Option<Number>,
    /// How many Chinese digits the last ones were written with.
    run: u32,
    /// The power read last, while it still decides what a lone digit behind it means (一百二).
    power: u32,
}

impl Sum {
    fn fold(&mut self) -> Option<Number> {
        let parts = [self.done.take(), self.section.take(), self.last.take()];
        parts.into_iter().flatten().reduce(Number::add)
    }
}

impl Grammar<'_> {
    fn peek(&self) -> Option<char> {
        self.normal.text[self.at..].chars().next()
    }

    fn peek_close(&self) -> Option<char> {
        self.peek().filter(|_| self.normal.gap(self.at) == Gap::None)
    }

    fn read(mut self, start: usize) -> Option<(Number, usize)> {
        let mut sum = Sum::default();
        let mut end = start;
        while let Some(c) = self.peek() {
            let gap = self.normal.gap(self.at);
            let power = han_power(c);
            let joined = gap == Gap::None || power.is_some_and(|p| p >= 4 && gap == Gap::Space);
            if self.at > start && !joined {
                break;
            }
            let went_on = if c.is_ascii_digit() {
                sum.last.is_none() && self.arabic(&mut sum)
            } else if let Some(digit) = han_digit(c) {
                self.digit(&mut sum, digit, c)
            } else if let Some(power) = power {
                self.power(&mut sum, power)
            } else {
                match c {
                    '廿' | '卅' if end == start => {
                        sum.section = Some(Number::small(if c == '廿' { 20 } else { 30 }));
                        sum.power = 0;
                        self.number.han = true;
                        self.at += c.len_utf8();
                        true
                    }
                    '点' => self.han_point(&mut sum),
                    _ => self.latin_power(&mut sum, c, start),
                }
            };
            if !went_on {
                break;
            }
            end = self.at;
        }
        if sum.power >= 2 && sum.run == 1 {
            sum.last = sum.last.map(|last| last.times_ten_to(sum.power - 1));
        }
        let value = sum.fold()?;
        self.number.digits = value.digits;
        self.number.places = value.places;
        self.number.huge |= value.huge;
        (end > start).then_some((self.number, end))
    }

    /// `1,647.50`
    fn arabic(&mut self, sum: &mut Sum) -> bool {
        let first = sum.done.is_none() && sum.section.is_none();
        let start = self.at;
        let mut value = Number::ZERO;
        let mut groups = self.digits(&mut value);
        let head = value.digits;
        self.number.width = groups;
        self.number.plain = first;
        let mut commas = 0;
        if first && groups <= 3 && !self.normal.text[start..].starts_with('0') {
            while let Some(next) = self.group_behind() {
                self.at = next;
                groups = self.digits(&mut value);
                commas += 1;
            }
            let broken = commas > 0 && groups == 3 && self.comma_and_digit();
            self.number.vague |= broken;
            if let (1, Ok(head)) = (commas, u32::try_from(head)) {
                let tail = value.digits - u128::from(head) * 1000;
                self.number.halves = u32::try_from(tail).ok().map(|tail| (head, tail));
            }
        }
        if self.peek_close() == Some('.') && self.digit_follows(1) {
            self.at += 1;
            self.fraction(&mut value);
        }
        // A lone digit behind 万, 千 or 百 stands for the next power down: 3万5.
        sum.run = u32::from(!first && self.number.width == 1 && value.places == 0);
        sum.last = Some(value);
        true
    }

    fn digits(&mut self, value: &mut Number) -> u32 {
        let mut count = 0;
        while let Some(c) = if count == 0 { self.peek() } else { self.peek_close() } {
            let Some(digit) = c.to_digit(10) else { break };
            let more = value.digits.checked_mul(10).and_then(|d| d.checked_add(digit.into()));
            value.huge |= more.is_none();
            value.digits = more.unwrap_or(value.digits);
            self.at += 1;
            count += 1;
        }
        count
    }

    /// Behind the point; zeros at the end say nothing.
    fn fraction(&mut self, value: &mut Number) {
        let mut zeros = 0;
        while let Some(digit) = self.peek_close().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            if digit == 0 {
                zeros += 1;
                continue;
            }
            let places = value.places + zeros + 1;
            let more = 10u128
                .checked_pow(zeros + 1)
                .and_then(|by| value.digits.checked_mul(by))
                .and_then(|digits| digits.checked_add(digit.into()));
            // Digits too fine to hold still make it no whole number.
            if let Some(more) = more {
                (value.digits, value.places) = (more, places);
            } else {
                value.places = value.places.max(60);
            }
            zeros = 0;
        }
        self.number.plain = self.number.plain && value.places > 0;
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.normal.text.as_bytes().get(self.at + ahead).copied()
    }

    fn digit_follows(&self, ahead: usize) -> bool {
        self.byte(ahead).is_some_and(|b| b.is_ascii_digit())
            && self.normal.gap(self.at + ahead) == Gap::None
    }

    fn comma_and_digit(&self) -> bool {
        self.byte(0) == Some(b',') && self.digit_follows(1)
    }

    /// A comma and exactly three digits.
    fn group_behind(&self) -> Option<usize> {
        let comma = self.byte(0) == Some(b',') && self.normal.gap(self.at) == Gap::None;
        let three = comma && (1..=3).all(|ahead| self.digit_follows(ahead));
        (three && !self.digit_follows(4)).then_some(self.at + 1)
    }

    fn digit(&mut self, sum: &mut Sum, digit: u32, c: char) -> bool {
        if !self.number.han && sum.last.is_some() {
            return false;
        }
        self.number.han = sum.done.is_none() && sum.section.is_none() || self.number.han;
        self.at += c.len_utf8();
        let after_power = sum.section.is_some() || sum.done.is_some();
        match sum.last {
            None if digit == 0 && after_power => {
                sum.power = 0; // 一百零二: the digit behind is a plain one
            }
            None => {
                sum.last = Some(Number::small(digit));
                sum.run = 1;
            }
            Some(last) => {
                // 两三家, 三五家, 十二三家: two or three; 一二〇 and 二十 are numbers.
                let before = last.digits % 10;
                let next = u128::from(digit) == before + 1 || (before, digit) == (3, 5);
                self.number.vague = sum.run == 1 && next;
                let shifted = last.times_ten_to(1).add(Number::small(digit));
                sum.last = Some(if digit == 0 { last.times_ten_to(1) } else { shifted });
                sum.run += 1;
            }
        }
        true
    }

    fn power(&mut self, sum: &mut Sum, power: u32) -> bool {
        let c = self.peek().map_or(0, char::len_utf8);
        if power < 4 {
            if sum.last.is_none() && (power > 1 || sum.power == 1) {
                return false; // 百, 千 need a digit
            }
            if sum.last.is_none() && sum.section.is_none() && sum.done.is_none() {
                self.number.han = true;
            }
            let digit = sum.last.take().unwrap_or(Number::small(1)).times_ten_to(power);
            sum.section =
                [sum.section.take(), Some(digit)].into_iter().flatten().reduce(Number::add);
        } else {
            let section = [sum.section.take(), sum.last.take()];
            let Some(section) = section.into_iter().flatten().reduce(Number::add) else {
                if power == 8 && sum.done.is_some() {
                    sum.done = sum.done.take().map(|done| done.times_ten_to(8));
                    self.at += c;
                    return true;
                }
                return false;
            };
            sum.done = if power == 8 {
                let all =
                    [sum.done.take(), Some(section)].into_iter().flatten().reduce(Number::add);
                all.map(|all| all.times_ten_to(8))
            } else {
                let raised = section.times_ten_to(power);
                [sum.done.take(), Some(raised)].into_iter().flatten().reduce(Number::add)
            };
            self.number.scaled = true;
        }
        self.number.plain = false;
        sum.power = power;
        sum.run = 0;
        self.at += c;
        true
    }

    /// 九十八点五
    fn han_point(&mut self, sum: &mut Sum) -> bool {
        let behind = self.normal.text[self.at..].chars().nth(1).and_then(han_digit);
        if !self.number.han || behind.is_none() {
            return false;
        }
        let Some(mut value) = sum.fold() else { return false };
        self.at += '点'.len_utf8();
        while let Some((c, digit)) = self.peek_close().and_then(|c| Some((c, han_digit(c)?))) {
            value = value.with_finer(digit);
            self.at += c.len_utf8();
        }
        sum.last = Some(value.trimmed());
        (sum.power, sum.run) = (0, 0);
        true
    }

    /// 1.2w is 1.2万 in chat.
    fn latin_power(&mut self, sum: &mut Sum, c: char, start: usize) -> bool {
        let alone = !self.byte(1).is_some_and(|b| b.is_ascii_alphanumeric());
        let written = sum.last.is_some() && self.at > start && !self.number.han;
        if c != 'w' || !alone || !written {
            return false;
        }
        sum.done = sum.last.take().map(|last| last.times_ten_to(4));
        sum.power = 0;
        self.number.scaled = true;
        self.number.plain = false;
        self.at += 1;
        true
    }
}

impl Number {
    /// One more digit behind the point.
    pub fn with_finer(self, digit: u32) -> Self {
        let digits = self.digits.checked_mul(10).and_then(|d| d.checked_add(digit.into()));
        Self {
            digits: digits.unwrap_or(0),
            places: self.places + 1,
            huge: self.huge || digits.is_none(),
            ..self
        }
    }

    fn trimmed(mut self) -> Self {
        while self.places > 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.places -= 1;
        }
        self
    }
}
