//! The assessment (目标责任考核) of a year: `/assess 2019` for leaders and the office, with a workbook;
//! a unit's own lines for its liaison.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Utc};
use serde_json::json;

use super::Turn;
use super::effects::{FileOut, What};
use super::event::{MessageId, Said};
use super::flags::Flag;
use super::permissions::{Act, may};
use super::review::Book;
use super::review::book::Cell;
use super::snapshot::{Account, Current};
use crate::plan::{IndicatorId, Period, Plan, UnitId};
use crate::progress::assessment::{assess, last_day, last_period};
use crate::progress::{Assessment, Conduct, Figures};
use crate::texts;
use crate::texts::contexts::{Assess, AssessGroup, AssessLine, AssessUnit, Moment};
use crate::workbook::{AssessmentBook, explain};

/// The media type of an xlsx.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What a year is assessed by.
#[derive(Debug, Clone, Default)]
pub struct YearBook {
    /// The figures as of the year's last period, as they are known now: those that count in rankings.
    pub figures: HashMap<(UnitId, IndicatorId), Current>,
    /// For which periods of the year a figure came, and whether in time.
    pub receipts: HashMap<(UnitId, IndicatorId, Period), bool>,
    /// The first period for which anybody ever reported: before it nobody was late.
    pub first: Option<Period>,
    /// Figures of the year that a reviewer has sent back: nobody is late with them.
    pub returned: Vec<SentBack>,
    /// What was flagged in the figures, as of the year's last period.
    pub flags: HashMap<Cell, Vec<Flag>>,
}

/// A figure that a reviewer has sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentBack {
    /// Which figure.
    pub cell: Cell,
    /// For which period.
    pub period: Period,
    /// Whose liaison had sent it.
    pub unit: UnitId,
    /// Whether it was right all the same: accepted as it was, later on.
    pub right: bool,
}

impl YearBook {
    /// The figures, for [`assess`].
    #[must_use]
    pub fn table(&self, plan: &Plan) -> Figures {
        let mut figures = Figures::new(plan);
        let book = Book { flags: self.flags.clone(), ..Book::default() };
        for (cell, current) in &self.figures {
            let total = current.in_force.map(|figure| book.counts_of(plan, *cell, figure.total));
            figures.set(cell.0, cell.1, total);
        }
        figures
    }

    /// How punctual each unit was in the periods of a year whose deadlines have passed.
    #[must_use]
    pub fn conduct(&self, plan: &Plan, year: i32, now: DateTime<Utc>) -> BTreeMap<UnitId, Conduct> {
        let mut all = BTreeMap::new();
        let periods = self.periods(plan, year, now);
        for (unit, _) in plan.units() {
            let mut conduct = Conduct::default();
            for period in &periods {
                let came = |id: &IndicatorId| {
                    let cell = (plan.holder(unit, *id), *id);
                    let back = |one: &SentBack| (one.cell, one.period) == (cell, *period);
                    if self.returned.iter().any(back) {
                        return Some(true);
                    }
                    self.receipts.get(&(cell.0, *id, *period)).copied()
                };
                let came: Vec<Option<bool>> = plan.expected(unit).iter().map(came).collect();
                if came.contains(&None) {
                    conduct.missing.push(*period);
                } else if came.contains(&Some(false)) {
                    conduct.late.push(*period);
                }
            }
            let slips = self.returned.iter().filter(|one| one.unit == unit && !one.right);
            conduct.returned = slips.count();
            all.insert(unit, conduct);
        }
        all
    }

    /// The periods that are judged: of the year, of the plan, over, and not before reporting began.
    /// Where one holiday gives two periods one deadline, the later serves both.
    fn periods(&self, plan: &Plan, year: i32, now: DateTime<Utc>) -> Vec<Period> {
        let (Some(last), Some(first)) = (last_period(plan, year), self.first) else {
            return Vec::new();
        };
        let judged = |period: &Period| {
            let deadline = plan.deadline(*period);
            plan.has_period(*period) && deadline < now && plan.deadline(period.next()) > deadline
        };
        let before = |period: &Period| Some(period.previous());
        let back = std::iter::successors(Some(last), before);
        let back = back.take_while(|period| period.year == year && *period >= first);
        let mut periods: Vec<Period> = back.filter(judged).collect();
        periods.reverse();
        periods
    }

    /// Assesses a year; `None` if the plan has no rules for it or no day in it. Before its end it is
    /// where things stand.
    #[must_use]
    pub fn assess(&self, plan: &Plan, year: i32, now: DateTime<Utc>) -> Option<Assessment> {
        let rules = plan.assessment.as_ref()?;
        let at = last_day(plan, year)?.min(plan.local_day(now));
        if at < plan.start || at.year() < year {
            return None;
        }
        let conduct = self.conduct(plan, year, now);
        Some(assess(plan, rules, &self.table(plan), &conduct, (year, at)))
    }
}

/// The year that the words of `/assess` begin with.
pub(super) fn year(words: &str) -> Option<i32> {
    let word = words.split_whitespace().next()?;
    let word = word.strip_suffix('年').unwrap_or(word);
    word.parse().ok().filter(|year| (1900..=2999).contains(year))
}

/// `/assess 2019`, `/assess 2019 兰江街道`.
pub(super) fn command(turn: &mut Turn<'_>, said: &Said, account: &Account, words: &str) {
    let all = may(account.role, Act::SeeAssessment);
    let own = account.unit.filter(|_| may(account.role, Act::SeeOwnUnit));
    if !all && own.is_none() {
        return turn.not_allowed(said, "leaders", "/assess");
    }
    let plan = turn.plan;
    let year = year(words);
    let made = year.and_then(|year| {
        let book = turn.snapshot.years.get(&year)?;
        book.assess(plan, year, turn.moment.now)
    });
    let Some(made) = made else {
        let text = Assess { year, ..Assess::default() };
        return turn.reply(&said.place, None, &text, &[]);
    };
    let name = words.split_once(char::is_whitespace).map_or("", |(_, name)| name.trim());
    let unit = match (name, own) {
        ("", Some(own)) => Some(own),
        ("", None) => None,
        (name, _) => match (plan.unit_named(name), all) {
            (Some(unit), _) if all || own == Some(unit) => Some(unit),
            (None, true) => return turn.no_such_unit(said, "assess", name),
            _ => return turn.not_allowed(said, "other_unit", "/assess"),
        },
    };
    match unit {
        Some(unit) => lines(turn, said, &made, unit),
        None => whole(turn, said, account, &made),
    }
}

/// One unit's lines, to be added up.
fn lines(turn: &mut Turn<'_>, said: &Said, made: &Assessment, unit: UnitId) {
    let plan = turn.plan;
    let assessed = made.units.iter().find(|one| one.unit == unit);
    let group = |at: Option<usize>| match at {
        Some(at) => plan.groups[at].name.clone(),
        None => plan.unit(unit).kind.clone(),
    };
    let text = AssessUnit {
        year: made.year,
        at: Moment::day(made.at),
        unit: plan.unit(unit).name.clone(),
        group: assessed.map_or_else(String::new, |one| group(one.group)),
        rank: assessed.map_or(0, |one| one.rank),
        total: assessed.map(|one| one.total.to_string()),
        lines: assessed
            .map_or(&[][..], |one| &one.lines)
            .iter()
            .map(|line| {
                let told = explain(plan, turn.language, made, line);
                AssessLine { item: told.item, rule: told.rule, points: line.points.to_string() }
            })
            .collect(),
    };
    let html = texts::render(turn.language, &text);
    turn.say((&said.place, MessageId(0)), &html, &[], None);
}

/// All units: the totals, and every line in a workbook.
fn whole(turn: &mut Turn<'_>, said: &Said, account: &Account, made: &Assessment) {
    let plan = turn.plan;
    let mut groups: Vec<AssessGroup> = Vec::new();
    for one in &made.units {
        let unit = plan.unit(one.unit);
        let group = one.group.map_or(&unit.kind, |at| &plan.groups[at].name);
        if groups.last().is_none_or(|(last, _)| last != group) {
            groups.push((group.clone(), Vec::new()));
        }
        if let Some((_, units)) = groups.last_mut() {
            units.push((one.rank, unit.name.clone(), one.total.to_string()));
        }
    }
    let over =
        last_day(plan, made.year).is_some_and(|day| turn.plan.local_day(turn.moment.now) > day);
    let text = Assess { year: Some(made.year), at: Some(Moment::day(made.at)), over, groups };
    let html = texts::render(turn.language, &text);
    turn.say((&said.place, MessageId(0)), &html, &[], None);
    let book = AssessmentBook { plan, assessment: made, language: turn.language };
    if let Ok(bytes) = book.write() {
        let name = format!("{}-{}.xlsx", plan.titles.short, made.year);
        let (file, blob) = FileOut::new(name, XLSX, bytes);
        turn.effects.blobs.push(blob);
        let document = What::Document { file, html: String::new(), buttons: Vec::new() };
        turn.send(said.place.chat, document);
    }
    turn.audit(account.user, "assess", made.year.to_string(), json!({}));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::load::lanxi;

    #[test]
    fn late_and_missing_are_told_apart_and_what_was_sent_back_is_neither() {
        let plan = lanxi();
        let tax = plan.unit_named("市税务局").unwrap();
        let id = plan.indicator_named("18").unwrap();
        let period = |text: &str| -> Period { text.parse().unwrap() };
        let mut book = YearBook { first: Some(period("2019-W24")), ..YearBook::default() };
        book.receipts.insert((tax, id, period("2019-W24")), true);
        book.receipts.insert((tax, id, period("2019-W25")), false);
        let now = "2019-07-12T00:00:00Z".parse().unwrap();
        let of = |book: &YearBook| book.conduct(&plan, 2019, now).remove(&tax).unwrap();
        let told = of(&book);
        assert_eq!(told.late, [period("2019-W25")]);
        // Nothing before reporting began, nothing that is not over.
        assert_eq!(told.missing, [period("2019-W26"), period("2019-W27"), period("2019-W28")]);
        let cell = (plan.holder(tax, id), id);
        let back = SentBack { cell, period: period("2019-W25"), unit: tax, right: false };
        book.returned.push(back);
        let told = of(&book);
        assert_eq!((told.late.len(), told.returned), (0, 1));
        // Sent back for nothing: nobody's fault, and still nobody late.
        book.returned = vec![SentBack { right: true, ..back }];
        let told = of(&book);
        assert_eq!((told.late.len(), told.returned), (0, 0));
        assert_eq!(book.conduct(&plan, 2020, now)[&tax].missing.len(), 0);
    }

    #[test]
    fn a_year_is_named_as_people_do() {
        assert_eq!(year("2019"), Some(2019));
        assert_eq!(year("2019年 兰江"), Some(2019));
        for words in ["", "兰江", "19", "20190"] {
            assert_eq!(year(words), None, "{words}");
        }
    }
}
