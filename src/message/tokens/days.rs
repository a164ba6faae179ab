//! Days and hours that only what stands around them tells from figures.

use super::{Kind, Lexer, Token};
use crate::message::inert::hour_and_minute;
use crate::message::lexicon::Found;
use crate::message::normalise::{Gap, Normal};
use crate::message::numbers::{Number, number_at};
use crate::message::words::{Measure, Word};

/// How many tokens of a line are looked at for a name.
const LINE: usize = 16;

/// Whether lines of as many commas stand below a header without digits, each cell a number or words.
pub(super) fn is_csv(text: &str) -> bool {
    let commas = |line: &str| line.bytes().filter(|byte| *byte == b',').count();
    let digit = |c: char| c.is_ascii_digit();
    let number = |c: char| digit(c) || matches!(c, '.' | '%' | '+' | '-');
    let cell = |cell: &str| !cell.contains(digit) || cell.chars().all(number);
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let Some(header) = lines.next() else { return false };
    let count = commas(header);
    let mut below = lines.peekable();
    count > 0
        && !header.contains(digit)
        && below.peek().is_some()
        && below.all(|line| commas(line) == count && line.split(',').all(cell))
}

impl Lexer<'_> {
    /// 附件3, 表1: which paper is meant.
    pub(super) fn reference(&self, at: usize) -> Option<usize> {
        let text = &self.normal.text;
        let digits = text[at..].bytes().take(3).take_while(u8::is_ascii_digit).count();
        let paper = || {
            let last = self.tokens.last()?;
            let begins = self.tokens.iter().rev().nth(1);
            let begins = begins.is_none_or(|before| matches!(before.kind, Kind::Mark(_)));
            let said = &text[last.start..last.end];
            (begins && ["表", "图", "材料"].contains(&said)).then_some(())
        };
        let named = ["附件", "附表", "附图"].iter().any(|word| text[..at].ends_with(word));
        let close = self.normal.gap(at) == Gap::None && digits <= 2;
        (close && (named || paper().is_some())).then_some(at + digits)
    }

    /// 小微企业六百一十五八大产业二百: where a name begins inside a number, the number ends; and at the
    /// comma where commas divide columns (147,150).
    pub(super) fn shorter(&self, at: usize, end: usize) -> Option<(Number, usize)> {
        let text = &self.normal.text[at..end];
        let comma = || text.find(',').filter(|_| self.csv);
        let named = |place: &usize| self.name_begins(at + place);
        let inside =
            text.char_indices().skip(1).filter(|(_, c)| *c == '八').map(|(place, _)| place);
        let place = comma().or_else(|| inside.into_iter().find(named))?;
        let piece = Normal::of(&text[..place]);
        let (number, length) = number_at(&piece, 0)?;
        (length == place).then_some((number, at + place))
    }

    /// 98点5%, 12点5亿元: 点 between digits, where no hour can be meant.
    pub(super) fn spoken(&self, at: usize) -> Option<(Number, usize)> {
        // 截至今天16点36亿元: behind a day 点 tells the hour.
        let told = self.normal.text[..at].ends_with("百分之")
            || self.tokens.last().is_some_and(|last| {
                matches!(
                    last.kind,
                    Kind::Name(_)
                        | Kind::Mark(':' | '=' | '(')
                        | Kind::Word(Word::Is | Word::Total | Word::Sum)
                )
            });
        if !told {
            return None;
        }
        let text = &self.normal.text[at..];
        let whole = text.bytes().take(8).take_while(u8::is_ascii_digit).count();
        let rest = text[whole..].strip_prefix('点')?;
        let fraction = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
        let counted = |c: char| "%亿万家户个台批".contains(c);
        let behind = rest[fraction..].chars().next();
        let percent = self.normal.text[..at].ends_with("百分之");
        if whole == 0 || fraction == 0 || !(percent || behind.is_some_and(counted)) {
            return None;
        }
        let scale = &rest[fraction..].chars().take(2).collect::<String>();
        let piece = Normal::of(&format!("{}.{}{scale}", &text[..whole], &rest[..fraction]));
        let (number, length) = number_at(&piece, 0)?;
        Some((number, at + length + '点'.len_utf8() - '.'.len_utf8()))
    }

    /// 备案、园区两项: behind the last of several names.
    pub(super) fn ends_list(&self) -> bool {
        let [.., before, name] = &self.tokens[..] else { return false };
        let joined = before.is_mark('、') || before.is_word(Word::And);
        joined && matches!(name.kind, Kind::Name(_))
    }

    /// What a character means where it stands, and nowhere else: 小升规？家, (原2家), (合46万平方米).
    pub(super) fn in_place(&self, c: char, end: usize) -> Option<(Word, usize)> {
        let text = &self.normal.text;
        let last = self.tokens.last().map(|last| last.kind);
        let number = text[end..].starts_with(|c: char| c.is_ascii_digit());
        let begins = matches!(last, Some(Kind::Mark('(' | ',' | ';')));
        match c {
            '?' if matches!(last, Some(Kind::Name(_) | Kind::Mark(':'))) => {
                let measure =
                    ["家", "户", "个"].iter().find(|word| text[end..].starts_with(**word))?;
                // 小升规?家 alone asks how many.
                let end = end + measure.len();
                (end < text.len()).then_some((Word::Pending, end))
            }
            '半' if matches!(last, Some(Kind::Name(_))) => {
                let measure = ["家", "户", "个", "台次", "批次"];
                let measure = measure.iter().find(|word| text[end..].starts_with(**word))?;
                Some((Word::Vague, end + measure.len()))
            }
            '估' if begins && text[end..].starts_with(')') => Some((Word::About, end)),
            '原' if begins && number => Some((Word::Old, end)),
            '合' if begins && number => Some((Word::Is, end)),
            _ => None,
        }
    }

    /// Whether an indicator's name begins here.
    fn name_begins(&self, at: usize) -> bool {
        self.lexicon.at(self.normal, at).is_some_and(|next| next.entry.name.is_some())
    }

    /// What a word means where it stands: 差小升规3家 and ,余2家 tell what remains.
    pub(super) fn stands_for(&self, word: Word, found: Found) -> Word {
        let begins = self.tokens.last().is_none_or(|last| matches!(last.kind, Kind::Mark(_)));
        match (word, &self.normal.text[found.start..found.end]) {
            (Word::Left, "差" | "还差" | "缺" | "欠") if begins => {
                if self.name_begins(found.end) { Word::Target } else { word }
            }
            (Word::OrSo, "余") if begins => Word::Left,
            // 进度: as a heading stands over counts; 完成进度60% is a rate.
            (Word::Rate, heading) if heading.ends_with("进度") => {
                let heads = self.normal.text[found.end..].starts_with(':');
                if heads { Word::Heading } else { word }
            }
            // 部分小微企业用地紧张: says nothing of how many there are.
            (
                Word::Vague,
                "部分" | "少数" | "个别" | "一些" | "不少" | "许多" | "很多" | "少量",
            ) => {
                if self.name_begins(found.end) {
                    Word::Heading
                } else {
                    word
                }
            }
            (Word::Done, _) if self.is_due(found) => Word::Future,
            _ => word,
        }
    }

    /// 8月15日前完成小升规5家, 年底前完成: what is to be done by then. 截至6月21日前完成 is done.
    fn is_due(&self, found: Found) -> bool {
        let text = &self.normal.text;
        let by = text[..found.start].ends_with('前') && text[found.start..].starts_with("完成");
        let mut line = self.tokens.iter().rev().take(LINE).take_while(|token| !token.is_mark('\n'));
        let time = |token: &Token| match token.kind {
            Kind::Value(_, Some(measure)) => measure.is_time(),
            Kind::Word(Word::Plain) => text[..token.end].ends_with(['底', '末']), // 年底, 月末
            kind => kind == Kind::Inert,
        };
        by && line.clone().take(2).any(time) && !line.any(|token| token.is_word(Word::AsOf))
    }

    /// 21日17:00: behind a day, hours and minutes.
    pub(super) fn clock(&self, at: usize) -> Option<usize> {
        let text = &self.normal.text;
        let ends = || {
            let end = hour_and_minute(self.normal, at).unwrap_or(at);
            matches!(text[end..].chars().next(), None | Some('\n'))
        };
        let day = match self.tokens.last()?.kind {
            // 小升规2 11:30: who writes names does not go on by numbers; when it was sent.
            Kind::Value(..) if self.normal.gap(at) == Gap::Space && self.named() && ends() => true,
            Kind::Value(_, measure) => measure.is_some_and(Measure::is_time),
            Kind::Inert => true,
            // 王芳  15:32: who wrote, and when, as a chat is copied.
            // 王芳 6:12 may be the sixth indicator.
            Kind::Text | Kind::Latin
                if self.normal.gap(at) == Gap::Space
                    && text[at..].find(':') == Some(2)
                    && ends() =>
            {
                let line = self.tokens.iter().rev().take_while(|token| !token.is_mark('\n'));
                line.take(LINE)
                    .all(|token| matches!(token.kind, Kind::Text | Kind::Latin | Kind::Unit(_)))
            }
            Kind::Word(_) => ["上午", "下午", "晚上", "中午", "今天", "昨天"]
                .iter()
                .any(|word| self.normal.text[..at].ends_with(word)),
            _ => false,
        };
        day.then(|| hour_and_minute(self.normal, at)).flatten()
    }

    /// 小升规3 6.21: at the end of a line of counts, the day it was written.
    pub(super) fn day(&self, at: usize) -> Option<usize> {
        let value = matches!(self.tokens.last()?.kind, Kind::Value(..));
        if !value || self.normal.gap(at) != Gap::Space {
            return None;
        }
        let line = self.tokens.iter().rev().take(LINE);
        let name =
            line.take_while(|token| !token.is_mark('\n')).find_map(|token| match token.kind {
                Kind::Name(name) if !name.numbered => Some(name.indicator),
                _ => None,
            })?;
        let text = &self.normal.text[at..];
        let near = text.bytes().take("12.31".len() + 1).position(|byte| byte == b'\n');
        let word = &text[..near.unwrap_or(text.len())];
        if word.len() > "12.31".len() {
            return None;
        }
        let (month, day) = word.split_once('.')?;
        let within =
            |text: &str, most: u32| text.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
        let counts = self.plan.indicator(name).measure.scale == 1;
        (counts && within(month, 12) && within(day, 31)).then_some(at + word.len())
    }

    /// Whether this line names an indicator otherwise than by its number.
    fn named(&self) -> bool {
        let line = self.tokens.iter().rev().take(LINE);
        line.take_while(|token| !token.is_mark('\n'))
            .any(|token| matches!(token.kind, Kind::Name(name) if !name.numbered))
    }
}
