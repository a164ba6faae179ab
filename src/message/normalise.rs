//! One way of writing: full-width, traditional, decorated and spaced text becomes plain text, and
//! every byte of it remembers where it came from.
//!
//! Spaces, quotation marks, markup and pictures do not stay in the text; what they leave behind
//! is a [`Gap`], so that 小 升 规 is one name while `1 120` is two numbers. Line breaks, tabs and
//! table bars stay.

use std::ops::Range;

/// What stood directly before a character and was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Spaces.
    Space,
    /// A quotation mark, markup or a picture.
    Mark,
}

/// The plain text of a message.
#[derive(Debug)]
pub(super) struct Normal {
    /// The text: half-width, lower case, without spaces.
    pub text: String,
    /// For every byte of `text` and its end: the byte of the message, times four, plus the gap.
    origin: Vec<u32>,
}

/// Longer messages are read up to here; a chat message has 4,096 characters at most.
const LIMIT: usize = 1 << 20;

impl Normal {
    pub fn of(message: &str) -> Self {
        let mut out = Writer {
            normal: Self {
                text: String::with_capacity(message.len() + 8),
                origin: Vec::with_capacity(message.len() + 9),
            },
            gap: Gap::None,
        };
        let (mut end, mut markup) = (message.len(), 0);
        for (at, c) in message.char_indices() {
            if at > LIMIT {
                end = at;
                break;
            }
            if at < markup {
                continue;
            }
            match matches!(c, '<' | '&').then(|| tag(&message[at..])).flatten() {
                Some((divides, length)) => {
                    out.tag(at, divides);
                    markup = at + length;
                }
                None => out.write(at, c),
            }
        }
        let last = out.packed(end);
        out.normal.origin.push(last);
        out.normal
    }

    /// What was left out directly before a byte.
    pub fn gap(&self, at: usize) -> Gap {
        match self.origin[at] & 3 {
            0 => Gap::None,
            1 => Gap::Space,
            _ => Gap::Mark,
        }
    }

    /// Where a piece of the plain text stands in the message, without what was left out behind it.
    pub fn span(&self, message: &str, piece: Range<usize>) -> Range<usize> {
        let start = self.place(piece.start);
        let Some(last) = piece.end.checked_sub(1).filter(|last| *last >= piece.start) else {
            return start..start;
        };
        let last = self.place(last);
        let length =
            message.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        start..last + length
    }

    fn place(&self, at: usize) -> usize {
        (self.origin[at] >> 2) as usize
    }
}

struct Writer {
    normal: Normal,
    gap: Gap,
}

impl Writer {
    fn packed(&self, at: usize) -> u32 {
        u32::try_from(at).unwrap_or(u32::MAX >> 2) << 2 | self.gap as u32
    }

    fn put(&mut self, at: usize, c: char) {
        let first = self.packed(at);
        self.gap = Gap::None;
        self.normal.text.push(c);
        self.normal.origin.push(first);
        for _ in 1..c.len_utf8() {
            self.normal.origin.push(first & !3);
        }
    }

    fn put_all(&mut self, at: usize, text: &str) {
        for c in text.chars() {
            self.put(at, c);
        }
    }

    fn leave_out(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// What a tag of HTML divides: lines, cells, words, or nothing.
    fn tag(&mut self, at: usize, divides: char) {
        let begins = self.normal.text.is_empty() || self.normal.text.ends_with('\n');
        match divides {
            '\n' | '\t' if !begins => self.put(at, divides),
            _ => self.leave_out(Gap::Space),
        }
    }

    fn write(&mut self, at: usize, c: char) {
        match c {
            'A'..='Z' => self.put(at, c.to_ascii_lowercase()),
            'a'..='z'
            | '0'..='9'
            | '\n'
            | '\t'
            | '!'
            | '%'
            | '('
            | ')'
            | '+'
            | ','
            | '-'
            | '.'
            | '/'
            | ':'
            | ';'
            | '<'
            | '='
            | '>'
            | '?'
            | '@'
            | '['
            | ']'
            | '|'
            | '~' => self.put(at, c),
            '\u{4e00}'..='\u{9fff}' => self.put(at, simplified(c)),
            '\u{ff01}'..='\u{ff5e}' => {
                let half = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(' ');
                self.write(at, half);
            }
            _ => self.write_rare(at, c),
        }
    }

    fn write_rare(&mut self, at: usize, c: char) {
        match c {
            '、' | '。' | '—' | '→' | '≥' | '≤' | '〇' => self.put(at, c),
            ' ' | '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => {
                self.leave_out(Gap::Space);
            }
            '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.put(at, '\n'),
            // Invisible: joiners, directions, variation selectors, the byte order mark.
            '\r'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            '–' | '―' | '─' | '━' | '‒' => self.put(at, '—'),
            '↓' | '−' | '‐' | '‑' | '\u{fe63}' | '➖' | '⬇' | '🔽' => {
                self.put(at, '-');
            }
            '➕' | '\u{fe62}' | '↑' | '⬆' | '🔼' => self.put(at, '+'),
            '➡' | '⇒' | '➜' | '⟶' => self.put(at, '→'),
            '〜' | '∼' | '±' => self.put(at, '~'),
            '≈' | '≒' => self.put(at, '约'),
            '〔' | '〖' | '【' | '〕' | '〗' | '】' => self.bracket(at, c),
            '\u{fe50}' => self.put(at, ','),
            '\u{20e3}' | '\u{fe51}' | '\u{ff64}' => self.put(at, '、'),
            '\u{fe52}' => self.put(at, '.'),
            '\u{fe54}' => self.put(at, ';'),
            '\u{fe55}' | '∶' => self.put(at, ':'),
            '\u{fe56}' => self.put(at, '?'),
            '\u{fe57}' => self.put(at, '!'),
            '\u{fe59}' => self.put(at, '('),
            '\u{fe5a}' => self.put(at, ')'),
            '\u{fe6a}' => self.put(at, '%'),
            '\u{ff61}' => self.put(at, '。'),
            '│' | '┃' | '¦' | '\u{ffe8}' => self.put(at, '|'),
            '‰' => self.put_all(at, "‰"),
            '㎡' => self.put_all(at, "平方米"),
            '²' => self.put(at, '2'),
            '○' | '◯' if self.after_han_digit() => self.put(at, '〇'),
            '\u{1d7ce}'..='\u{1d7ff}' => {
                let digit = (u32::from(c) - 0x1d7ce) % 10;
                self.put(at, char::from_digit(digit, 10).unwrap_or('0'));
            }
            _ => match list_number(c) {
                Some(number) => {
                    // A list number begins something new: 新增小微企业120②八大产业45.
                    if !self.normal.text.is_empty()
                        && !self.normal.text.ends_with(['\n', ';', ',', '。'])
                    {
                        self.put(at, ';');
                    }
                    let tens = char::from_digit(number / 10, 10).filter(|_| number > 9);
                    if let Some(digit) = tens {
                        self.put(at, digit);
                    }
                    self.put(at, char::from_digit(number % 10, 10).unwrap_or('0'));
                    self.put(at, '、');
                }
                None if c.is_alphanumeric() => self.put(at, c),
                None => self.leave_out(Gap::Mark),
            },
        }
    }

    /// 〔2018〕 stays as a bracket, for document numbers; 【小升规】 is decoration.
    fn bracket(&mut self, at: usize, c: char) {
        match c {
            '〔' => self.put(at, '['),
            '〕' => self.put(at, ']'),
            _ => self.leave_out(Gap::Mark),
        }
    }

    fn after_han_digit(&self) -> bool {
        self.normal.text.chars().next_back().is_some_and(|c| "一二三四五六七八九〇".contains(c))
    }
}

/// The longest tag that is taken for one.
const LONGEST_TAG: usize = 80;

/// <br>, <td class="x">, &nbsp;: what it divides, and how long it is.
fn tag(text: &str) -> Option<(char, usize)> {
    if text.starts_with("&nbsp;") {
        return Some((' ', "&nbsp;".len()));
    }
    let inside = text.strip_prefix('<')?;
    let closing = inside.starts_with('/');
    let inside = inside.trim_start_matches('/');
    let letters = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = inside[..letters].to_ascii_lowercase();
    let end = text.bytes().take(LONGEST_TAG).position(|byte| byte == b'>')?;
    let behind = inside[letters..].starts_with([' ', '/', '>']);
    if !behind || text[1..end].contains(['\n', '<']) {
        return None;
    }
    let divides = match name.as_str() {
        "br" | "tr" | "p" | "li" | "div" | "table" | "h1" | "h2" | "h3" => '\n',
        "td" | "th" if closing => '\0',
        "td" | "th" => '\t',
        "b" | "i" | "u" | "s" | "a" | "em" | "strong" | "span" | "font" | "code" | "pre" | "ul"
        | "ol" | "tbody" | "thead" | "html" | "body" => '\0',
        _ => return None,
    };
    Some((divides, end + 1))
}

/// ① ⑴ ⒈ ❶ ㈠ ㊀ Ⅰ: a number that can only be a list number.
fn list_number(c: char) -> Option<u32> {
    let c = u32::from(c);
    let from = |first: u32, count: u32| (c >= first && c < first + count).then(|| c - first + 1);
    from(0x2460, 20)
        .or_else(|| from(0x2474, 20))
        .or_else(|| from(0x2488, 20))
        .or_else(|| from(0x24f5, 10))
        .or_else(|| from(0x2776, 10))
        .or_else(|| from(0x2780, 10))
        .or_else(|| from(0x278a, 10))
        .or_else(|| from(0x3220, 10))
        .or_else(|| from(0x3280, 10))
        .or_else(|| from(0x2160, 12))
}

/// Traditional characters of the vocabulary that reports use.
fn simplified(c: char) -> char {
    match c {
        '業' => '业',
        '個' => '个',
        '轉' => '转',
        '規' => '规',
        '產' => '产',
        '開' => '开',
        '關' => '关',
        '設' => '设',
        '儀' => '仪',
        '實' => '实',
        '驗' => '验',
        '貸' => '贷',
        '稅' => '税',
        '優' => '优',
        '園' => '园',
        '區' => '区',
        '廠' => '厂',
        '亂' => '乱',
        '萬' => '万',
        '億' => '亿',
        '進' => '进',
        '備' => '备',
        '經' => '经',
        '營' => '营',
        '權' => '权',
        '績' => '绩',
        '貿' => '贸',
        '飲' => '饮',
        '製' => '制',
        '戶' => '户',
        '計' => '计',
        '達' => '达',
        '無' => '无',
        '沒' => '没',
        '變' => '变',
        '標' => '标',
        '務' => '务',
        '週' => '周',
        '較' => '较',
        '餘' => '余',
        '約' => '约',
        '為' => '为',
        '應' => '应',
        '減' => '减',
        '術' => '术',
        '層' => '层',
        '級' => '级',
        '專' => '专',
        '貳' => '贰',
        '陸' => '陆',
        '點' => '点',
        '兩' => '两',
        '總' => '总',
        '負' => '负',
        '題' => '题',
        '電' => '电',
        '話' => '话',
        '會' => '会',
        '請' => '请',
        '與' => '与',
        '過' => '过',
        '來' => '来',
        '體' => '体',
        '資' => '资',
        '證' => '证',
        _ => c,
    }
}
