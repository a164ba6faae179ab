//! What the answers to a question can be: found by reading again what was written, each way it can
//! have been meant.

mod amends;

use super::Turn;
use super::checks::doubt;
use super::pending::{Asked, Choice, Pending, Pick};
use super::report::Slip;
use super::snapshot::Reported;
use crate::message::{Ask, Kind, ReadFigure, Reading, Reason, Rest, Scope};
use crate::plan::{IndicatorId, Plan, Quantity, UnitId};

/// The most choices a question offers.
const MOST_CHOICES: usize = 10;

/// How many other units a message may name before no question is made of it.
const MOST_UNITS: usize = 3;

/// The question for what the reader could not make out; `None` if there is nothing to choose from.
pub(super) fn of_reader(turn: &Turn<'_>, slip: &Slip<'_>, text: &str, ask: &Ask) -> Option<Asked> {
    let (plan, unit) = (turn.plan, slip.unit);
    let about = ask.indicator.filter(|id| plan.carried(unit).contains(id));
    let mut values = Vec::new();
    let choices = match (ask.reason, about) {
        (Reason::MissingName, _) => by_name(turn, slip, &candidates(turn, slip), &ask.said),
        (Reason::Ambiguous, None) => {
            let said = ask.said.get(number_at(&ask.said)?..)?;
            by_name(turn, slip, &ask.choices, said)
        }
        (Reason::Ambiguous, Some(id)) => by_number(turn, unit, id, &ask.said),
        (Reason::Conflict, Some(id)) => {
            let one = |value: &Quantity| one(plan, id, *value, Kind::Total);
            let mut choices: Vec<Choice> = Vec::new();
            for choice in ask.values.iter().map(one) {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            }
            choices
        }
        (Reason::MissingValue, Some(id)) => {
            let mut choices = vec![one(plan, id, Quantity(0), Kind::Total)];
            let last = turn.snapshot.total(plan.holder(unit, id), id).filter(|last| last.0 != 0);
            choices.extend(last.map(|last| one(plan, id, last, Kind::Total)));
            choices
        }
        (Reason::OtherUnit, _) => as_own(turn, unit, text),
        (Reason::UnknownName, _) => {
            amends::named_alike(turn, slip, &candidates(turn, slip), &ask.said)
        }
        (Reason::Negative, Some(id)) => {
            let (choices, told) = amends::below_zero(turn, unit, id, &ask.said)?;
            values = told;
            choices
        }
        (Reason::NotWhole, Some(id)) => amends::around(turn, unit, id, &ask.said),
        (Reason::PartExceedsWhole, Some(id)) => amends::of_part(plan, id, ask),
        _ => Vec::new(),
    };
    if choices.is_empty() || ask.reason == Reason::Conflict && choices.len() < 2 {
        return None;
    }
    let shown = |pick: &Pick| {
        let row = plan.indicator(plan.indicator_numbered(pick.indicator)?);
        Some(row.measure.show(pick.value))
    };
    if values.is_empty() {
        let first = choices.first().and_then(|choice| choice.figures.first());
        let named_unit = ask.unit.map(|other| plan.unit(other).name.clone());
        values = named_unit.into_iter().chain(first.and_then(shown)).collect();
    }
    Some(Asked {
        reason: ask.reason.as_str().to_owned(),
        said: ask.said.clone(),
        about: about.map(|id| plan.indicator(id).no),
        values,
        choices,
        confirms: false,
        ..Asked::default()
    })
}

/// The question whether what a message leaves out is as before (其余无变化, 无, 零报告); `None` where
/// nothing is left that has a last figure.
pub(super) fn of_rest(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    text: &str,
    rest: &Rest,
    named: &[IndicatorId],
) -> Option<Asked> {
    let (plan, unit) = (turn.plan, slip.unit);
    let missing = turn.snapshot.missing(plan, unit, slip.period);
    let meant = |id: &IndicatorId| match &rest.scope {
        Scope::Only(ids) => ids.contains(id),
        Scope::All | Scope::Others => missing.contains(id) && !named.contains(id),
    };
    // Where there is no last figure, neither 同上期 nor 无 says what the total is.
    let pick = |id: &IndicatorId| {
        turn.snapshot.in_force(plan.holder(unit, *id), *id)?;
        Some(Pick::new(plan, *id, Quantity(0), Kind::Increment))
    };
    let figures: Vec<Pick> =
        plan.to_report(unit).iter().filter(|id| meant(id)).filter_map(pick).collect();
    if figures.is_empty() {
        return None;
    }
    Some(Asked {
        reason: "rest".to_owned(),
        said: text.get(rest.span.clone()).unwrap_or_default().to_owned(),
        about: None,
        values: Vec::new(),
        choices: vec![Choice { figures }],
        confirms: false,
        ..Asked::default()
    })
}

/// The question whether numbers that a message calls new, or of a week, are totals or additions.
pub(super) fn of_doubts(turn: &Turn<'_>, text: &str, figures: &[ReadFigure]) -> Option<Asked> {
    let plan = turn.plan;
    let (first, last) = (figures.first()?, figures.last()?);
    let pick = |figure: &ReadFigure, kind| Pick::new(plan, figure.indicator, figure.value, kind);
    let totals = figures.iter().map(|figure| pick(figure, Kind::Total)).collect();
    // Where there is no last total to add to, an addition leads to the question what the total is.
    let added = figures.iter().map(|figure| pick(figure, Kind::Increment)).collect();
    let choices = vec![Choice { figures: totals }, Choice { figures: added }];
    let values = figures.iter().map(|figure| {
        let row = plan.indicator(figure.indicator);
        format!("{}{}", row.short, row.measure.show(figure.value))
    });
    Some(Asked {
        reason: "doubtful".to_owned(),
        said: text.get(first.span.start..last.span.end).unwrap_or_default().to_owned(),
        about: None,
        values: values.collect(),
        choices,
        confirms: false,
        ..Asked::default()
    })
}

fn one(plan: &Plan, id: IndicatorId, value: Quantity, kind: Kind) -> Choice {
    Choice { figures: vec![Pick::new(plan, id, value, kind)] }
}

/// The figure that an answer stands for; `None` if the plan has no such indicator any more.
pub(super) fn figure(plan: &Plan, pick: Pick) -> Option<ReadFigure> {
    let indicator = plan.indicator_numbered(pick.indicator)?;
    let (value, kind) = (pick.value, pick.kind);
    Some(ReadFigure { indicator, value, kind, span: 0..0, written: String::new() })
}

/// Reads words as if they stood behind an indicator's name; `None` unless that is all they say, and
/// say it beyond doubt.
pub(super) fn reread(
    turn: &Turn<'_>,
    unit: UnitId,
    id: IndicatorId,
    words: &str,
) -> Option<ReadFigure> {
    named(turn, unit, id, words).filter(|read| !read.doubt).map(|read| read.figure)
}

/// A figure that was read behind a name.
pub(super) struct Read {
    pub figure: ReadFigure,
    /// Whether it may be an addition and no total: 本周3家.
    pub doubt: bool,
}

impl Read {
    fn clear(figure: ReadFigure) -> Self {
        Self { figure, doubt: false }
    }
}

/// The same, where it may have been meant as an addition too.
fn named(turn: &Turn<'_>, unit: UnitId, id: IndicatorId, words: &str) -> Option<Read> {
    let text = format!("{} {words}", turn.plan.indicator(id).short);
    let mut reading = turn.desk.lexicon.read(turn.plan, unit, &text);
    let figure = reading.figures.pop()?;
    let clear = reading.figures.is_empty() && reading.asks.is_empty();
    let alone = reading.rest.is_none() && reading.period.is_none();
    let doubt = !reading.doubts.is_empty();
    (clear && alone && figure.indicator == id).then_some(Read { figure, doubt })
}

/// What a number without a name may be for: first what is missing, then the rest.
fn candidates(turn: &Turn<'_>, slip: &Slip<'_>) -> Vec<IndicatorId> {
    let (plan, unit) = (turn.plan, slip.unit);
    let mut all = turn.snapshot.missing(plan, unit, slip.period);
    for id in plan.expected(unit) {
        if !all.contains(id) {
            all.push(*id);
        }
    }
    all
}

fn by_name(turn: &Turn<'_>, slip: &Slip<'_>, ids: &[IndicatorId], said: &str) -> Vec<Choice> {
    let plan = turn.plan;
    let carried = plan.carried(slip.unit);
    let mine = ids.iter().filter(|id| carried.contains(id));
    let read: Vec<Read> = mine.filter_map(|id| named(turn, slip.unit, *id, said)).collect();
    // What no check would ask about again comes first; the rest only if there is nothing else.
    let likely = |Read { figure, doubt: open }: &&Read| {
        let (id, value) = (figure.indicator, figure.value);
        let before = turn.snapshot.in_force(plan.holder(slip.unit, id), id);
        figure.kind == Kind::Increment
            || *open
            || doubt(plan, slip.unit, id, before, value, slip.period).is_none()
    };
    let some = read.iter().any(|figure| likely(&figure));
    let kept = read.iter().filter(|figure| !some || likely(figure));
    let choices = kept.map(|Read { figure, doubt }| {
        let indicator = plan.indicator(figure.indicator).no;
        let (value, kind, doubt) = (figure.value, figure.kind, *doubt);
        Choice { figures: vec![Pick { indicator, value, kind, doubt }] }
    });
    choices.take(MOST_CHOICES).collect()
}

/// Each clean number in an unclear value, by the reader's own grammar (约1万家, 1千2百).
fn by_number(turn: &Turn<'_>, unit: UnitId, id: IndicatorId, said: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for place in turn.desk.lexicon.clean_numbers(turn.plan, said) {
        let number = said.get(place).unwrap_or_default();
        let Some(figure) = reread(turn, unit, id, number) else { continue };
        let choice = one(turn.plan, id, figure.value, Kind::Total);
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    // 贷款12.36: most likely in what the plan counts it in.
    let measure = &turn.plan.indicator(id).measure;
    if choices.is_empty() && measure.scale > 1 && !measure.is_rate() {
        let number = said.trim_start_matches(|c: char| !c.is_ascii_digit());
        let bare = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit() || c == b'.');
        let read = Some(format!("{number}{}", measure.shown)).filter(|_| bare);
        let figure = read.and_then(|words| reread(turn, unit, id, &words));
        choices.extend(figure.map(|figure| one(turn.plan, id, figure.value, Kind::Total)));
    }
    // 100+32: what they come to.
    let sum = || {
        let values = choices.iter().flat_map(|choice| &choice.figures).map(|pick| pick.value.0);
        values.reduce(i64::saturating_add)
    };
    if said.contains(['+', '\u{ff0b}'])
        && choices.len() > 1
        && let Some(sum) = sum()
    {
        choices.insert(0, one(turn.plan, id, Quantity(sum), Kind::Total));
    }
    choices.truncate(MOST_CHOICES);
    choices
}

/// Where the number of a few words begins, with what says how it counts (新增3家).
fn number_at(said: &str) -> Option<usize> {
    let number =
        said.find(|c: char| c.is_ascii_digit() || "+零一二三四五六七八九十百千万两无".contains(c))?;
    let before = said[..number].trim_end();
    let counts =
        ["新增", "增加", "净增", "增"].into_iter().find_map(|word| before.strip_suffix(word));
    Some(counts.map_or(number, str::len))
}

/// A message that names another unit, read as the writer's own: all of it as it stands, or all of it
/// as totals and as additions where that is in doubt. Nothing where anything else is unclear.
fn as_own(turn: &Turn<'_>, unit: UnitId, text: &str) -> Vec<Choice> {
    let plan = turn.plan;
    let mut text = text.to_owned();
    for _ in 0..MOST_UNITS {
        let reading = turn.desk.lexicon.read(plan, unit, &text);
        let other = reading.asks.iter().find(|ask| ask.reason == Reason::OtherUnit);
        if let Some(other) = other {
            text.replace_range(other.span.clone(), " ");
            continue;
        }
        if reading.figures.is_empty() || !reading.asks.is_empty() {
            return Vec::new();
        }
        let doubted = |figure: &ReadFigure| {
            reading.doubts.iter().any(|doubt| doubt.indicator == figure.indicator)
        };
        let all = |kind: Option<Kind>| {
            let picks = reading.figures.iter().map(|figure| {
                let kind = kind.filter(|_| doubted(figure)).unwrap_or(figure.kind);
                Pick::new(plan, figure.indicator, figure.value, kind)
            });
            Choice { figures: picks.collect() }
        };
        return if reading.figures.iter().any(doubted) {
            vec![all(Some(Kind::Total)), all(Some(Kind::Increment))]
        } else {
            vec![all(None)]
        };
    }
    Vec::new()
}

/// Words for a zero, said to a name that has no number.
pub(super) const NONE: &[&str] =
    &["无", "没有", "没有的", "暂无", "还没有", "暂时没有", "目前没有", "目前无"];

/// Words in front of a number that say that it is the right one, and not what was asked about.
const INSTEAD: &[&str] = &[
    "不是",
    "不对",
    "错了",
    "应该是",
    "应当是",
    "应是",
    "应为",
    "其实是",
    "改为",
    "改成",
    "确定",
    "确认",
    "就是",
    "是",
    "对",
];

/// Words that soften what stands in front of them: 5家吧.
pub(super) const SOFT: [char; 8] = ['吧', '呢', '哦', '啊', '哈', '呀', '嘛', '哟'];

/// A text that completes what was unclear: `3` to 小升规2—3家, `个转企` to 120, 没有 to 小升规, 不是，25 to
/// a number in doubt. What is said of all indicators (本周无变化), or of another period, completes nothing.
pub(super) fn completed(turn: &Turn<'_>, pending: &Pending, text: &str) -> Option<Read> {
    let (plan, unit) = (turn.plan, pending.unit);
    let text = text.trim_end_matches(|c: char| SOFT.contains(&c) || "。.!\u{ff01}~ ".contains(c));
    let about = pending.asked.about.and_then(|no| plan.indicator_numbered(no));
    if let Some(id) = about
        && pending.asked.reason == "missing_value"
        && NONE.contains(&bare(text))
    {
        return reread(turn, unit, id, text).map(Read::clear);
    }
    if let Some(id) = about
        && let Some(number) = INSTEAD.iter().find_map(|word| text.strip_prefix(word))
    {
        let number = number.trim_start_matches(|c: char| "，, 。:\u{ff1a}".contains(c));
        return reread(turn, unit, id, number)
            .filter(|_| starts_with_number(number))
            .map(Read::clear);
    }
    let reading = turn.desk.lexicon.read(plan, unit, text);
    if !reading.figures.is_empty() || reading.rest.is_some() || reading.period.is_some() {
        return None;
    }
    match (about, &reading.asks[..]) {
        (Some(id), [ask]) if ask.reason == Reason::MissingName => {
            reread(turn, unit, id, text).map(Read::clear)
        }
        (Some(id), []) => reread(turn, unit, id, text).map(Read::clear),
        (None, [ask]) if ask.reason == Reason::MissingValue => {
            // The name and nothing else: 撤回低散乱 and 小升规作废 are no answers.
            let id = ask.indicator.filter(|id| plan.indicator_named(bare(text)) == Some(*id))?;
            let said = &pending.asked.said;
            match pending.asked.reason.as_str() {
                // All of it says how the number counts: 本周新增3家.
                "missing_name" => named(turn, unit, id, said),
                "ambiguous" | "unknown_name" => {
                    named(turn, unit, id, said.get(number_at(said)?..)?)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether words begin with a number.
pub(super) fn starts_with_number(words: &str) -> bool {
    words.starts_with(|c: char| c.is_ascii_digit() || "零一二三四五六七八九十百两".contains(c))
}

/// A text without the spaces and stops around it, and without 是 and 的: 是小微企业的。
fn bare(text: &str) -> &str {
    let plain = |c: char| c.is_whitespace() || "。.!\u{ff01}，,~".contains(c);
    let words = text.trim_matches(plain);
    let words = words.strip_prefix('是').unwrap_or(words);
    words.strip_suffix('的').unwrap_or(words)
}

/// A number alone in reply to the read-back of one figure, with that figure's name before it: it can
/// be for nothing else. `None` for any other text.
pub(super) fn for_corrected(
    turn: &Turn<'_>,
    corrected: &Reported,
    reading: &Reading,
    text: &str,
) -> Option<String> {
    let [ask] = &reading.asks[..] else { return None };
    let alone = reading.figures.is_empty() && reading.rest.is_none() && reading.period.is_none();
    if !alone || ask.reason != Reason::MissingName {
        return None;
    }
    let mut standing: Vec<IndicatorId> = corrected
        .submissions
        .iter()
        .filter(|row| turn.stands(row))
        .map(|row| row.indicator)
        .collect();
    standing.dedup();
    let [id] = standing[..] else { return None };
    reread(turn, corrected.report.unit, id, text)?;
    Some(format!("{} {}", turn.plan.indicator(id).short, text.trim()))
}
