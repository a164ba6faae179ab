//! From everything said about an indicator to one figure, or one question.
//!
//! In: facts and questions in the order written. Out: the [`Reading`]. Here a total beats an
//! increment, a correction beats what it corrects, and contradictions become questions.

use std::ops::Range;

use super::reading::{
    Ask, Doubt, Doubtful, Kind, Labelled, ReadFigure, Reading, Reason, Rest, Scope,
};
use super::words::Measure;
use crate::plan::{IndicatorId, Plan, Quantity, UnitId};

/// How firmly a value was said to be the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// 累计120: outright.
    Total,
    /// 小微企业120: by default.
    Plain,
    /// 新增小微企业5: by default, but an outright total beside it makes it the increment.
    Named,
    /// 新增5 behind a value of the same indicator: the total only if it stands alone.
    New,
    /// 本周完成5 at the head of a list: the total unless one stands beside it.
    Period,
    /// +5, 本周新增5.
    Increment,
    /// 待批2, 作废, 5月份新增30: said of something else than what was achieved by now; asked about
    /// where nothing else is said.
    Unsure,
}

/// One value that was said for one indicator.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub indicator: IndicatorId,
    pub value: Result<i64, Reason>,
    pub said: Said,
    /// 更正, 应为: it wins over what was said before.
    pub corrects: bool,
    /// It speaks of growth or a share and is no figure for those who do not carry it.
    pub remark: bool,
    /// As a total, it may have been meant otherwise.
    pub doubt: Option<Doubtful>,
    /// The date that stands in front of it.
    pub dated: Option<(Measure, Range<usize>)>,
    /// 余额: what there is.
    pub stock: bool,
    pub span: Range<usize>,
    pub written: String,
}

/// Everything that was found in a message.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub facts: Vec<Fact>,
    pub asks: Vec<Ask>,
    pub other_unit: Option<(UnitId, Range<usize>)>,
    pub rest: Option<Rest>,
    pub period: Option<Labelled>,
    pub other_period: Option<Labelled>,
}

impl Found {
    pub fn ask(&mut self, reason: Reason, span: Range<usize>) -> &mut Ask {
        self.asks.push(Ask {
            reason,
            span,
            said: String::new(),
            choices: Vec::new(),
            values: Vec::new(),
            indicator: None,
            unit: None,
        });
        let last = self.asks.len() - 1;
        &mut self.asks[last]
    }

    /// The same of one indicator, once: however often its name stands alone.
    pub fn ask_once(&mut self, reason: Reason, span: Range<usize>, about: IndicatorId) {
        let asked = |ask: &Ask| ask.reason == reason && ask.indicator == Some(about);
        if !self.asks.iter().any(asked) {
            self.ask(reason, span).indicator = Some(about);
        }
    }
}

/// Decides what is taken and what is asked.
pub(super) fn settle(plan: &Plan, writer: UnitId, message: &str, mut found: Found) -> Reading {
    let facts = std::mem::take(&mut found.facts);
    let something = !facts.is_empty() || !found.asks.is_empty();
    if let Some((unit, span)) = found.other_unit.take().filter(|_| something) {
        let mut only = Found::default();
        only.ask(Reason::OtherUnit, span).unit = Some(unit);
        return finish(message, Reading { asks: only.asks, ..Reading::default() });
    }
    let (mut figures, mut doubts) = (Vec::new(), Vec::new());
    let carried = plan.carried(writer);
    let mine = |id: IndicatorId| carried.contains(&id);
    let mut said: Vec<IndicatorId> = Vec::new();
    for fact in &facts {
        if !said.contains(&fact.indicator) {
            said.push(fact.indicator);
        }
    }
    // A name may stand alone where its number stands elsewhere.
    found.asks.retain(|ask| {
        let alone = ask.reason == Reason::MissingValue;
        !(alone && ask.indicator.is_some_and(|id| said.contains(&id)))
    });
    for id in said {
        if !mine(id) {
            if let Some(fact) = facts
                .iter()
                .find(|fact| fact.indicator == id && !fact.remark && fact.said != Said::Unsure)
            {
                found.ask(Reason::NotYours, fact.span.clone()).indicator = Some(id);
            }
            continue;
        }
        let one = one(&facts, id).and_then(|one| days(message, &facts, one));
        match one.and_then(|one| pieces(plan, message, &facts, one)) {
            Ok((value, kind, fact)) => {
                let why = fact.doubt.filter(|_| kind == Kind::Total);
                doubts.extend(why.map(|why| Doubt { indicator: id, why }));
                figures.push(ReadFigure {
                    indicator: id,
                    value,
                    kind,
                    span: fact.span.clone(),
                    written: fact.written.clone(),
                });
            }
            Err((reason, span, values)) => {
                let ask = found.ask(reason, span);
                ask.indicator = Some(id);
                ask.values = values;
            }
        }
    }
    // What is unclear elsewhere about an indicator leaves nothing of it to take.
    let unclear: Vec<IndicatorId> = found
        .asks
        .iter()
        .filter(|ask| ask.reason == Reason::Ambiguous && ask.indicator.is_none())
        .flat_map(|ask| ask.choices.iter().copied().filter(|_| ask.values.len() == 1))
        .collect();
    figures.retain(|figure: &ReadFigure| !unclear.contains(&figure.indicator));
    check_parts(plan, &mut figures, &mut found);
    doubts.retain(|doubt| figures.iter().any(|figure| figure.indicator == doubt.indicator));
    let (mut rest, period, other_period) = (found.rest, found.period, found.other_period);
    if let Some(rest) = &mut rest
        && rest.scope == Scope::All
        && !(figures.is_empty() && found.asks.is_empty())
    {
        rest.scope = Scope::Others; // 本周无新增,小升规累计2家
    }
    finish(message, Reading { figures, asks: found.asks, doubts, rest, period, other_period })
}

type Refused = (Reason, Range<usize>, Vec<Quantity>);

/// The one value of an indicator.
fn one(facts: &[Fact], id: IndicatorId) -> Result<(Quantity, Kind, &Fact), Refused> {
    let all: Vec<&Fact> = facts.iter().filter(|fact| fact.indicator == id).collect();
    let from = all.iter().rposition(|fact| fact.corrects).unwrap_or(0);
    let all = &all[from..];
    let has = |said: Said| all.iter().any(|fact| fact.said == said);
    let total = has(Said::Total);
    let firm = total || has(Said::Plain) || has(Said::Named) || has(Said::Period);
    let any = firm || has(Said::New);
    let summed = is_summed(all);
    let counts = |fact: &&&Fact| match fact.said {
        Said::Plain if summed => false,
        Said::Total | Said::Plain => true,
        Said::Named | Said::Period => !total,
        Said::New => !firm,
        Said::Increment => !any,
        Said::Unsure => !any && !has(Said::Increment),
    };
    let chosen: Vec<&Fact> = all.iter().filter(counts).copied().collect();
    let first = chosen[0];
    let values: Vec<Quantity> = chosen.iter().filter_map(|f| f.value.ok()).map(Quantity).collect();
    if let Some((fact, reason)) = chosen.iter().find_map(|f| f.value.err().map(|r| (f, r))) {
        return Err((reason, fact.span.clone(), values));
    }
    if values.iter().any(|value| *value != values[0]) {
        let last = chosen[chosen.len() - 1];
        return Err((
            Reason::Conflict,
            first.span.start..last.span.end.max(first.span.end),
            values,
        ));
    }
    if first.said == Said::Unsure {
        return Err((Reason::Ambiguous, first.span.clone(), values));
    }
    // What was also said without doubt is certain.
    let first = chosen.iter().find(|fact| fact.doubt.is_none()).copied().unwrap_or(first);
    let kind = if first.said == Said::Increment { Kind::Increment } else { Kind::Total };
    Ok((values[0], kind, first))
}

/// 2018年1家,2019年2家,合计3家; 关停40家,整治20家,合计60家: the pieces are just what the total says.
fn is_summed(facts: &[&Fact]) -> bool {
    let part = |fact: &&&Fact| matches!(fact.said, Said::Plain | Said::Unsure);
    let pieces = || facts.iter().filter(part);
    let sum = pieces().try_fold(0, |sum: i64, fact| sum.checked_add(fact.value.ok()?));
    let total = |fact: &&Fact| fact.said == Said::Total && fact.dated.is_none();
    pieces().count() > 1 && facts.iter().any(|fact| total(fact) && fact.value.ok() == sum)
}

/// 6月10日1家,6月17日1家: one of each day, or one by now? So in one line; and 2018年2家,2019年3家.
/// 贷款余额30亿,新增1.5亿: what there is, and what is new.
fn days<'a>(
    message: &str,
    facts: &[Fact],
    (value, kind, fact): (Quantity, Kind, &'a Fact),
) -> Result<(Quantity, Kind, &'a Fact), Refused> {
    let span =
        |other: &Fact| fact.span.start.min(other.span.start)..fact.span.end.max(other.span.end);
    let start = message[..fact.span.start].rfind('\n').unwrap_or(0);
    let end =
        message[fact.span.start..].find('\n').map_or(message.len(), |at| fact.span.start + at);
    let line = |other: &Fact| (start..end).contains(&other.span.start);
    let said = |other: &&Fact| {
        let dates = two_dates(message, fact, other) && fact.said != Said::Total && line(other);
        let new = matches!(other.said, Said::New | Said::Increment);
        other.indicator == fact.indicator
            && other.span != fact.span
            && !other.corrects
            && (dates || fact.stock && !other.stock && new && other.value != Ok(0))
    };
    let again = |other: &Fact| {
        let same = (other.indicator, other.value) == (fact.indicator, fact.value);
        same && other.dated.is_none() && other.said != Said::Unsure
    };
    if facts.iter().any(again) && !fact.stock {
        return Ok((value, kind, fact)); // 小升规2家(2018年1家,2019年1家)
    }
    let Some(other) = facts.iter().find(said) else { return Ok((value, kind, fact)) };
    let values: Vec<Quantity> = other.value.ok().map(Quantity).into_iter().collect();
    let differs = values.iter().any(|other| *other != value);
    let reason = if differs { Reason::Conflict } else { Reason::Ambiguous };
    Err((reason, span(other), [vec![value], values].concat()))
}

/// Two days, two months or two years.
fn two_dates(message: &str, one: &Fact, other: &Fact) -> bool {
    match (&one.dated, &other.dated) {
        (Some((measure, first)), Some((other, second))) => {
            measure == other && message.get(first.clone()) != message.get(second.clone())
        }
        _ => false,
    }
}

/// 餐饮1家、住宿1家: where pieces of a part have numbers of their own, the same number twice is not
/// the same thing said twice.
fn pieces<'a>(
    plan: &Plan,
    message: &str,
    facts: &[Fact],
    (value, kind, fact): (Quantity, Kind, &'a Fact),
) -> Result<(Quantity, Kind, &'a Fact), Refused> {
    let name = |fact: &Fact| {
        let said = message.get(fact.span.clone()).unwrap_or_default();
        said.split(|c: char| c.is_numeric() || "一二三四五六七八九十两".contains(c)).next()
    };
    let other = |one: &&Fact| {
        let alike = (one.said, one.value) == (fact.said, fact.value) && !one.corrects;
        alike && one.indicator == fact.indicator && name(one) != name(fact)
    };
    let part = plan.indicator(fact.indicator).whole.is_some() && value.0 != 0;
    match facts.iter().find(|fact| part && other(fact)) {
        None => Ok((value, kind, fact)),
        Some(other) => {
            let span = fact.span.start.min(other.span.start)..fact.span.end.max(other.span.end);
            Err((Reason::Conflict, span, vec![value]))
        }
    }
}

/// Nothing is taken of a part that is larger than its whole, nor of the whole.
fn check_parts(plan: &Plan, figures: &mut Vec<ReadFigure>, found: &mut Found) {
    let mut refused: Vec<IndicatorId> = Vec::new();
    for part in figures.iter() {
        let Some(whole) = plan.indicator(part.indicator).whole else { continue };
        let whole = figures.iter().find(|f| f.indicator == whole && f.kind == part.kind);
        if let Some(whole) = whole.filter(|whole| part.value > whole.value) {
            let start = part.span.start.min(whole.span.start);
            let ask = found.ask(Reason::PartExceedsWhole, start..part.span.end.max(whole.span.end));
            ask.indicator = Some(part.indicator);
            ask.values = vec![whole.value, part.value];
            refused.extend([part.indicator, whole.indicator]);
        }
    }
    figures.retain(|figure| !refused.contains(&figure.indicator));
}

fn finish(message: &str, mut reading: Reading) -> Reading {
    reading.figures.sort_by_key(|figure| figure.span.start);
    reading.asks.sort_by_key(|ask| (ask.span.start, ask.reason));
    for ask in &mut reading.asks {
        message.get(ask.span.clone()).unwrap_or_default().clone_into(&mut ask.said);
    }
    reading
}
