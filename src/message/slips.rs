//! Small slips: a name with one character wrong, missing, doubled or swapped with its neighbour.
//!
//! In: what somebody wrote in a name's place. Out: the one indicator it can mean, or none.
//! A character that sounds alike (规 and 轨) is the slip of an input method and comes first; a
//! character that changes the meaning (规上, 规下) is no slip at all.

use std::collections::HashMap;

use crate::plan::IndicatorId;

/// Characters of names that sound alike and are taken for each other while typing.
const SOUND_ALIKE: &[&str] = &[
    "规轨归龟贵桂柜硅鬼闺",
    "限线现县险先献陷",
    "上尚",
    "下夏吓",
    "企起其期齐气器七启棋奇岂",
    "业叶页夜也液亚",
    "转专砖赚传",
    "升生声身深省胜圣",
    "小晓校肖笑",
    "微威维为位未围薇徽徵伟",
    "产铲",
    "大打答达",
    "个各格",
    "科课颗可",
    "技级计记及积绩集季寄际机枝迹",
    "型形行性",
    "园元源圆员原苑院",
    "散三伞",
    "乱论",
    "低底地第抵",
    "备被背倍",
    "案按安暗",
    "实十时石食视识",
    "出初",
    "口",
    "进近尽劲",
    "股古鼓",
    "份分粉",
    "改该盖",
    "建件见间健",
    "厂场长",
    "房方防访",
    "标表彪",
    "准准",
    "专砖",
    "营赢影迎盈",
    "支只之知",
    "贷代带袋待货",
    "款宽",
    "受收首售",
    "惠会汇慧",
    "面免棉",
    "税水睡说",
    "优有忧",
    "关官管",
    "停亭",
    "整正政",
    "治制致质置",
    "淘掏逃陶",
    "汰太泰态",
    "落罗洛",
    "后候厚",
    "过国果",
    "剩盛",
    "公工功共",
    "司思私丝",
    "制治致",
    "新心薪",
    "增曾",
    "八巴",
    "万完晚",
    "亿一忆",
    "重中众",
    "点店占",
    "户护互",
    "体提题",
    "商尚伤",
    "批皮披",
    "零另",
    "住主注",
    "餐参",
    "饮引",
    "宿素俗",
    "外歪",
    "贸冒茂",
    "权全",
    "登灯",
    "开凯",
    "仪宜一议",
    "器气",
    "验检",
    "室市事是",
    "挂卦",
    "牌排",
    "乡响",
    "区驱曲取去",
    "服扶",
    "务物",
];

/// Characters that turn a name into the name of something else when one stands for another.
const CHANGES_MEANING: &[&str] = &[
    "上下",
    "进出内",
    "大中小微",
    "增减存",
    "升降",
    "规限股市网以整技改级",
    "企产工农商创学文物技",
    "一二三四五六七八九十两",
    "扶助",
    "挂摘品",
    "新旧老原",
    "非不未拟无主",
    "绩体",
];

/// Characters that turn a name into something else when they are added.
const ADDED_MEANING: &str = "非不未拟无主副准待前原老旧大中下退分子总业";

/// Names by what is left of them when one character is dropped.
#[derive(Debug)]
pub(super) struct Slips {
    names: Vec<(Vec<char>, IndicatorId, bool)>,
    by_rest: HashMap<String, Vec<u16>>,
    longest: usize,
    letters: Bits,
    pairs: Bits,
}

/// A set of numbers that may hold a few more than were put in: enough to leave out quickly what
/// is certainly not there.
#[derive(Debug)]
struct Bits(Box<[u64; 1024]>);

impl Bits {
    fn new() -> Self {
        Self(Box::new([0; 1024]))
    }

    fn insert(&mut self, number: u32) {
        self.0[(number >> 6 & 1023) as usize] |= 1 << (number & 63);
    }

    fn contains(&self, number: u32) -> bool {
        self.0[(number >> 6 & 1023) as usize] & 1 << (number & 63) != 0
    }
}

fn joined(a: char, b: char) -> u32 {
    u32::from(a).wrapping_mul(31).wrapping_add(u32::from(b))
}

/// What a slip was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// One indicator and no other.
    One {
        indicator: IndicatorId,
        new: bool,
        /// The wrong character sounds like the right one.
        alike: bool,
    },
    /// Several fit.
    Several,
}

impl Slips {
    pub fn new(names: &[(String, IndicatorId, bool)]) -> Self {
        let mut slips = Self {
            names: Vec::new(),
            by_rest: HashMap::new(),
            longest: 0,
            letters: Bits::new(),
            pairs: Bits::new(),
        };
        for (name, indicator, prime) in names {
            let chars: Vec<char> = name.chars().collect();
            let Ok(index) = u16::try_from(slips.names.len()) else { break };
            if chars.len() < 3 {
                continue;
            }
            for c in &chars {
                slips.letters.insert(u32::from(*c));
            }
            for pair in chars.windows(2) {
                slips.pairs.insert(joined(pair[0], pair[1]));
            }
            slips.longest = slips.longest.max(chars.len());
            for rest in rests(&chars).chain([name.clone()]) {
                slips.by_rest.entry(rest).or_default().push(index);
            }
            slips.names.push((chars, *indicator, *prime));
        }
        slips
    }

    /// The longest text that can be a slip of a name, in characters.
    pub fn longest(&self) -> usize {
        self.longest + 1
    }

    /// Whether a text is worth a look: all but one of its characters occur in names, and two
    /// of them side by side.
    pub fn is_likely(&self, text: &str) -> bool {
        let (mut strange, mut count, mut pairs) = (0, 0, 0);
        let mut before = None;
        for c in text.chars() {
            count += 1;
            strange += usize::from(!self.letters.contains(u32::from(c)));
            pairs +=
                usize::from(before.is_some_and(|before| self.pairs.contains(joined(before, c))));
            before = Some(c);
            if strange > 1 || count > self.longest() {
                return false;
            }
        }
        // Swapped neighbours leave no pair of a short name whole.
        count > 2 && (pairs > 0 || count == 3)
    }

    /// What a text means if exactly one character of it is wrong.
    ///
    /// `cut` says that other characters touch its start: then none can be missing or added.
    pub fn meaning(&self, text: &str, cut: bool) -> Option<Slip> {
        let chars: Vec<char> = text.chars().collect();
        let mut alike: Vec<&(Vec<char>, IndicatorId, bool)> = Vec::new();
        let mut other: Vec<&(Vec<char>, IndicatorId, bool)> = Vec::new();
        for rest in rests(&chars).chain([text.to_owned()]) {
            for index in self.by_rest.get(&rest).into_iter().flatten() {
                let name = &self.names[*index as usize];
                if cut && name.0.len() != chars.len() {
                    continue;
                }
                match difference(&name.0, &chars, name.2) {
                    Some(Difference::SoundsAlike) => alike.push(name),
                    Some(Difference::OneCharacter) => other.push(name),
                    None => {}
                }
            }
        }
        let sounds = !alike.is_empty();
        let fitting = if sounds { alike } else { other };
        let first = fitting.first()?;
        if fitting.iter().any(|name| name.1 != first.1) {
            return Some(Slip::Several);
        }
        let new = first.0.starts_with(&['新', '增']);
        Some(Slip::One { indicator: first.1, new, alike: sounds })
    }
}

/// A text with each of its characters dropped in turn.
fn rests(chars: &[char]) -> impl Iterator<Item = String> {
    (0..chars.len()).map(|drop| {
        chars.iter().enumerate().filter(|(at, _)| *at != drop).map(|(_, c)| *c).collect()
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Difference {
    SoundsAlike,
    OneCharacter,
}

/// How a text differs from a name, if it differs in one character and still means the same.
///
/// In a name that is neither official nor the usual short one, and is short, another character is
/// more often another word than a slip (帮助企业, 品牌企业), unless it sounds alike.
fn difference(name: &[char], text: &[char], prime: bool) -> Option<Difference> {
    let sure = prime || name.len() > 4;
    if text.len() < 3 {
        return None;
    }
    let whole = text;
    let head = name.iter().zip(text).take_while(|(a, b)| a == b).count();
    let (name, text) = (&name[head..], &text[head..]);
    let tail = name.iter().rev().zip(text.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&name[..name.len() - tail], &text[..text.len() - tail]) {
        ([a], [b]) if together(SOUND_ALIKE, *a, *b) => Some(Difference::SoundsAlike),
        ([a], [b]) if together(CHANGES_MEANING, *a, *b) => None,
        ([_], [b]) if b.is_ascii_digit() => None,
        ([_], [_]) => sure.then_some(Difference::OneCharacter),
        ([a], []) if "大中小微".contains(*a) => None,
        ([_], []) => Some(Difference::OneCharacter),
        ([], [b]) => {
            let doubled = whole.windows(2).any(|pair| pair[0] == pair[1] && pair[0] == *b);
            let inside = head > 0 && tail > 0;
            let harmless = inside && !ADDED_MEANING.contains(*b) && !b.is_ascii_digit();
            // A key pressed twice is as sure a slip as a sound.
            let sure = doubled.then_some(Difference::SoundsAlike);
            sure.or(harmless.then_some(Difference::OneCharacter))
        }
        ([a, b], [c, d]) if (a, b) == (d, c) => Some(Difference::SoundsAlike),
        _ => None,
    }
}

fn together(groups: &[&str], a: char, b: char) -> bool {
    groups.iter().any(|group| group.contains(a) && group.contains(b))
}
