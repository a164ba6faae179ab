//! The sheets that are lists: ranking, submissions, late units, what it takes.

use rust_xlsxwriter::{Workbook as Book, XlsxError};

use super::page::{HEAD, Page};
use super::{SentKind, Workbook};
use crate::plan::{Cycle, IndicatorId, Measure, Quantity, UnitId};
use crate::progress::{Light, Ratio, Standing, completion, light, need};

/// The change of rank as people read it.
const CHANGE: &str = "\"↑\"0;\"↓\"0;\"—\"";

impl Workbook<'_> {
    /// A sheet with its head; columns by the keys of their names, with widths.
    pub(super) fn page<'b>(
        &self,
        book: &'b mut Book,
        name: &str,
        columns: &[(&str, u16)],
    ) -> Result<Page<'b>, XlsxError> {
        let columns: Vec<(String, u16)> =
            columns.iter().map(|(key, width)| (self.say(key, &[]), *width)).collect();
        self.page_of(book, name, &columns)
    }

    /// The same with names as they stand.
    pub(super) fn page_of<'b>(
        &self,
        book: &'b mut Book,
        name: &str,
        columns: &[(String, u16)],
    ) -> Result<Page<'b>, XlsxError> {
        let sheet = self.say(name, &[]);
        let footer = self.say("sheet-footer", &[("page", "&P"), ("pages", "&N")]);
        Page::new(book, &sheet, (&self.title(&sheet), &self.until(), &footer), columns)
    }

    fn lights(&self) -> [(Light, String); 3] {
        [Light::Green, Light::Yellow, Light::Red].map(|light| (light, self.say(light.key(), &[])))
    }

    fn group(&self, unit: UnitId) -> &str {
        match self.plan.group_of(unit) {
            Some(group) => &self.plan.groups[group].name,
            None => &self.plan.unit(unit).kind,
        }
    }

    /// 排名.
    pub(super) fn ranking(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-rank", 7),
            ("col-unit", 18),
            ("col-group", 10),
            ("col-group-rank", 9),
            ("col-score", 10),
            ("col-mean", 12),
            ("col-pace", 10),
            ("col-gap", 19),
            ("col-change", 9),
            ("col-light", 8),
            ("col-missing", 9),
            ("col-note", 44),
        ];
        let mut page = self.page(book, "sheet-ranking", &columns)?;
        page.freeze(2)?;
        let mut row = HEAD + 1;
        for standing in &self.ranking.standings {
            self.standing(&mut page, row, standing)?;
            row += 1;
        }
        self.whole(&mut page, row)?;
        page.light_words((HEAD + 1, row, 9), self.lights())?;
        let percent = |share| Measure::named("%").show(share);
        let (cap, yellow) = (percent(self.plan.ranking.cap), percent(self.plan.ranking.yellow));
        page.note(row + 1, &self.say("ranking-note", &[("cap", &cap), ("yellow", &yellow)]))
    }

    fn standing(
        &self,
        page: &mut Page<'_>,
        row: u32,
        standing: &Standing,
    ) -> Result<(), XlsxError> {
        let passed = self.ranking.pace;
        page.number(row, 0, standing.rank, "0")?;
        page.text(row, 1, &self.plan.unit(standing.unit).name)?;
        page.text(row, 2, self.group(standing.unit))?;
        page.number(row, 3, standing.group_rank, "0")?;
        page.percent(row, 4, standing.score)?;
        page.percent(row, 5, standing.mean)?;
        page.percent(row, 6, passed)?;
        page.points(row, 7, standing.mean - passed)?;
        match self.previous.and_then(|previous| previous.get(&standing.unit)) {
            Some(former) => {
                let change = i64::from(*former) - i64::from(standing.rank);
                page.number(row, 8, i32::try_from(change).unwrap_or_default(), CHANGE)?;
            }
            None => page.blank(row, 8)?,
        }
        page.text(row, 9, &self.say(standing.light.key(), &[]))?;
        let missing = self.missing_of(standing.unit);
        page.number(row, 10, u32::try_from(missing.len()).unwrap_or(u32::MAX), "0;-0;\"—\"")?;
        page.long(row, 11, &self.which(standing.unit, &missing))
    }

    /// The county's row: the mean of its units.
    fn whole(&self, page: &mut Page<'_>, row: u32) -> Result<(), XlsxError> {
        let standings = &self.ranking.standings;
        let score = Ratio::mean(standings.iter().map(|standing| standing.score));
        let mean = Ratio::mean(standings.iter().map(|standing| standing.mean));
        for column in [0, 2, 3, 8, 10, 11] {
            page.blank(row, column)?;
        }
        page.text(row, 1, &self.plan.titles.whole)?;
        page.percent(row, 4, score)?;
        page.percent(row, 5, mean)?;
        page.percent(row, 6, self.ranking.pace)?;
        page.points(row, 7, mean - self.ranking.pace)?;
        let light = light(self.plan, mean, self.ranking.at);
        page.text(row, 9, &self.say(light.key(), &[]))
    }

    /// Number and short name of an indicator.
    fn named(&self, id: IndicatorId) -> String {
        let indicator = self.plan.indicator(id);
        format!("{} {}", indicator.no, indicator.short)
    }

    /// The numbers of what a unit has not reported.
    fn missing_of(&self, unit: UnitId) -> Vec<String> {
        let of_unit = self.missing.iter().filter(|(late, _)| *late == unit);
        of_unit.map(|(_, id)| self.plan.indicator(*id).no.to_string()).collect()
    }

    fn which(&self, unit: UnitId, missing: &[String]) -> String {
        match missing.len() {
            0 => String::new(),
            all if all >= self.plan.expected(unit).len() => self.say("all-missing", &[]),
            _ => format!("{} {}", self.say("missing", &[]), missing.join("、")),
        }
    }

    /// 本期上报.
    pub(super) fn sent(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-no", 7),
            ("col-at", 18),
            ("col-unit", 18),
            ("col-indicator", 26),
            ("col-value", 14),
            ("col-measure", 11),
            ("col-kind", 9),
            ("col-by", 16),
            ("col-note", 10),
            ("col-evidence", 30),
        ];
        let mut page = self.page(book, "sheet-sent", &columns)?;
        page.freeze(0)?;
        let mut row = HEAD + 1;
        for (number, sent) in (1_u32..).zip(self.sent) {
            let indicator = self.plan.indicator(sent.indicator);
            page.number(row, 0, number, "0")?;
            let local = sent.at.with_timezone(&self.plan.zone).format("%Y-%m-%d %H:%M");
            page.text(row, 1, &local.to_string())?;
            page.text(row, 2, &self.plan.unit(sent.unit).name)?;
            page.text(row, 3, &self.named(sent.indicator))?;
            match sent.value {
                Some(value) => page.quantity(row, 4, &indicator.measure, value)?,
                None => page.blank(row, 4)?,
            }
            page.text(row, 5, &indicator.measure.shown)?;
            let kind = match sent.kind {
                SentKind::Total => "kind-total",
                SentKind::Increment => "kind-increment",
                SentKind::Withdrawal => "kind-withdrawal",
            };
            page.text(row, 6, &self.say(kind, &[]))?;
            page.text(row, 7, &sent.by)?;
            page.text(row, 8, &if sent.late { self.say("late", &[]) } else { String::new() })?;
            page.long(row, 9, &sent.evidence.join("、"))?;
            row += 1;
        }
        if self.sent.is_empty() {
            return page.note(row, &self.say("nothing-sent", &[]));
        }
        page.sheet.autofilter(HEAD, 0, row - 1, 9).map(drop)
    }

    /// 未报.
    pub(super) fn late(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-no", 7),
            ("col-unit", 20),
            ("col-group", 12),
            ("col-missing", 10),
            ("col-which", 70),
            ("col-note", 14),
        ];
        let mut page = self.page(book, "sheet-missing", &columns)?;
        page.freeze(2)?;
        let late = self.plan.units().filter(|(id, _)| self.missing.iter().any(|(of, _)| of == id));
        let mut row = HEAD + 1;
        for (number, (id, unit)) in (1_u32..).zip(late) {
            let late = self.missing.iter().filter(|(of, _)| *of == id);
            let late: Vec<String> = late.map(|(_, missing)| self.named(*missing)).collect();
            let count = late.len();
            let list = late.join("、");
            page.number(row, 0, number, "0")?;
            page.text(row, 1, &unit.name)?;
            page.text(row, 2, self.group(id))?;
            page.number(row, 3, u32::try_from(count).unwrap_or(u32::MAX), "0")?;
            page.long(row, 4, &list)?;
            let all = count >= self.plan.expected(id).len();
            page.text(row, 5, &if all { self.say("all-missing", &[]) } else { String::new() })?;
            // A line takes about 34 Chinese characters.
            let lines = list.chars().count().div_ceil(34).clamp(1, 12);
            page.sheet.set_row_height(row, u32::try_from(lines).unwrap_or(1) * 20)?;
            row += 1;
        }
        if row == HEAD + 1 { page.note(row, &self.say("nobody-missing", &[])) } else { Ok(()) }
    }

    /// 达标测算: what turns each yellow or red figure green by the plan's end.
    pub(super) fn need(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-no", 7),
            ("col-unit", 18),
            ("col-indicator", 26),
            ("col-target", 13),
            ("col-figure", 13),
            ("col-completion", 11),
            ("col-light", 9),
            ("col-lacking", 13),
            ("col-need", 13),
            ("col-measure", 11),
        ];
        let mut page = self.page(book, "sheet-need", &columns)?;
        page.freeze(3)?;
        let (plan, at) = (self.plan, self.ranking.at);
        let (mut row, mut number) = (HEAD + 1, 0_u32);
        for (unit, named) in plan.units() {
            for id in plan.carried(unit).iter().copied() {
                let indicator = plan.indicator(id);
                if plan.holder(unit, id) != unit || indicator.no.is_goal() {
                    continue;
                }
                let figure = self.figures.get(unit, id);
                let Some(target) = plan.target(unit, id) else { continue };
                let done = completion(figure.unwrap_or_default(), Some(target)).unwrap_or_default();
                let lit = light(plan, done, at);
                let Some(need) = need(plan, unit, id, figure, at, Cycle::Weekly) else { continue };
                if lit == Light::Green {
                    continue;
                }
                number += 1;
                page.number(row, 0, number, "0")?;
                page.text(row, 1, &named.name)?;
                page.text(row, 2, &self.named(id))?;
                page.quantity(row, 3, &indicator.measure, target)?;
                match figure {
                    Some(figure) => {
                        let mark = self.mark(unit, id);
                        page.marked_quantity(row, 4, &indicator.measure, figure, mark)?;
                    }
                    None => page.text(row, 4, &self.say("missing", &[]))?,
                }
                page.percent(row, 5, done)?;
                page.text(row, 6, &self.say(lit.key(), &[]))?;
                let lacking = target.0.saturating_sub(figure.unwrap_or_default().0);
                page.quantity(row, 7, &indicator.measure, Quantity(lacking))?;
                page.quantity(row, 8, &indicator.measure, need)?;
                page.text(row, 9, &indicator.measure.shown)?;
                row += 1;
            }
        }
        if number == 0 {
            return page.note(row, &self.say("nothing-needed", &[]));
        }
        page.light_words((HEAD + 1, row - 1, 6), self.lights())?;
        page.sheet.autofilter(HEAD, 0, row - 1, 9)?;
        page.note(row, &self.say("need-note", &[]))?;
        self.rolled().map_or(Ok(()), |text| page.note(row + 1, &text))
    }
}
