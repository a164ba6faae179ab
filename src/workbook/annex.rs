//! The annex (任务分解表) in its own layout: a task a row, a unit a column; under each target the
//! figure and the completion.

use rust_xlsxwriter::{Workbook as Book, XlsxError};

use super::Workbook;
use super::page::{HEAD, Page};
use crate::plan::{Carried, Flagged, Indicator, IndicatorId, Measure, UnitId};
use crate::progress::{CountyTotal, completion, county_totals, light_bounds};

/// Task and kind of row stand before the units.
const FIRST: u16 = 2;

impl Workbook<'_> {
    /// 任务分解表.
    pub(super) fn annex(&self, book: &mut Book) -> Result<(), XlsxError> {
        let units: Vec<UnitId> =
            self.plan.units().filter(|(_, unit)| !unit.is_department()).map(|(id, _)| id).collect();
        let mut columns = vec![(self.say("col-task", &[]), 42), (self.say("col-item", &[]), 10)];
        columns.extend(units.iter().map(|id| (self.plan.unit(*id).short.clone(), 8)));
        columns.push((self.plan.titles.whole.clone(), 10));
        columns.push((self.say("col-note", &[]), 24));
        let mut page = self.page_of(book, "sheet-annex", &columns)?;
        // Three rows a task: lower ones, so that a county of this size prints on one page.
        page.sheet.set_default_row_height(15);
        page.freeze(FIRST)?;
        let bounds = light_bounds(self.plan, self.ranking.at);
        let mut row = HEAD + 1;
        for total in county_totals(self.plan, self.figures) {
            let indicator = self.plan.indicator(total.indicator);
            self.task(&mut page, row, indicator, &units, &total)?;
            // Parts have no target of the whole, and rates do not grow with time.
            if !indicator.no.is_part() && !indicator.measure.is_rate() {
                let last = FIRST + width(&units);
                page.light_completions((row + 2, FIRST), (row + 2, last), bounds)?;
            }
            row += 3;
        }
        if let Some(text) = self.rolled() {
            page.note(row, &text)?;
            row += 1;
        }
        self.flagged(&mut page, row)
    }

    /// Under the tasks: what was flagged in figures, and whether it is taken off above.
    fn flagged(&self, page: &mut Page<'_>, row: u32) -> Result<(), XlsxError> {
        if self.flagged.is_empty() {
            return Ok(());
        }
        let lines = self.flagged.iter().map(|one| {
            let indicator = self.plan.indicator(one.indicator);
            let measure = &indicator.measure;
            let flags: Vec<String> = one
                .flags
                .iter()
                .map(|(label, number)| format!("{label}{}", measure.show(*number)))
                .collect();
            self.say(
                "flagged-item",
                &[
                    ("unit", &self.plan.unit(one.unit).name),
                    ("no", &indicator.no.to_string()),
                    ("name", &indicator.short),
                    ("total", &measure.show(one.total)),
                    ("flags", &flags.join("、")),
                ],
            )
        });
        let lines: Vec<String> = lines.collect();
        let rule = match self.plan.review.flagged {
            Flagged::TakenOff => "flagged-off",
            Flagged::Shown => "flagged-shown",
        };
        let text = self.say(rule, &[("list", &lines.join("；"))]);
        page.note(row, &text)?;
        // A line takes about 110 Chinese characters.
        let lines = text.chars().count().div_ceil(110).clamp(2, 20);
        page.sheet.set_row_height(row, u32::try_from(lines).unwrap_or(2) * 18).map(drop)
    }

    /// One task: three rows of target, figure, completion.
    fn task(
        &self,
        page: &mut Page<'_>,
        row: u32,
        indicator: &Indicator,
        units: &[UnitId],
        total: &CountyTotal,
    ) -> Result<(), XlsxError> {
        page.merged((row, 0), (row + 2, 0), &self.task_name(indicator))?;
        for (line, key) in (row..).zip(["col-target", "col-figure", "col-completion"]) {
            page.text(line, 1, &self.say(key, &[]))?;
        }
        let whole = FIRST + width(units);
        if indicator.carried == Carried::ByLeads {
            let led = self.say("led-by", &[("leads", &self.leads(indicator))]);
            page.merged((row, FIRST), (row + 2, whole - 1), &led)?;
        } else {
            for (column, unit) in (FIRST..).zip(units) {
                self.cell(page, (row, column), *unit, total.indicator)?;
            }
        }
        match indicator.target {
            Some(target) => page.quantity(row, whole, &indicator.measure, target)?,
            None => page.blank(row, whole)?,
        }
        match total.figure {
            Some(figure) => page.quantity(row + 1, whole, &indicator.measure, figure)?,
            None => page.text(row + 1, whole, &self.say("missing", &[]))?,
        }
        match total.completion {
            Some(done) => page.percent(row + 2, whole, done)?,
            None => page.blank(row + 2, whole)?,
        }
        page.merged((row, whole + 1), (row + 2, whole + 1), &self.remark(indicator, total))
    }

    /// A unit's target, figure and completion; empty where it carries nothing.
    fn cell(
        &self,
        page: &mut Page<'_>,
        (row, column): (u32, u16),
        unit: UnitId,
        id: IndicatorId,
    ) -> Result<(), XlsxError> {
        let measure = &self.plan.indicator(id).measure;
        let (target, figure) = (self.plan.target(unit, id), self.figures.get(unit, id));
        match target {
            Some(target) => page.quantity(row, column, measure, target)?,
            None => page.blank(row, column)?,
        }
        match figure {
            Some(figure) => {
                page.marked_quantity(row + 1, column, measure, figure, self.mark(unit, id))?;
            }
            None if self.plan.expected(unit).contains(&id) => {
                page.text(row + 1, column, &self.say("missing", &[]))?;
            }
            None => page.blank(row + 1, column)?,
        }
        match figure.and_then(|figure| completion(figure, target)) {
            Some(done) => page.percent(row + 2, column, done),
            None => page.blank(row + 2, column),
        }
    }

    /// `1.新增小微企业5600家（市市场监管局）`, as the annex writes it.
    fn task_name(&self, indicator: &Indicator) -> String {
        let no = indicator.no.to_string();
        let target = indicator.target.map(|target| indicator.measure.show(target));
        let name = match indicator.whole {
            Some(_) => self.say("part-of", &[("name", &indicator.name)]),
            None => indicator.name.clone(),
        };
        let leads = self.leads(indicator);
        let holes = [
            ("no", no.as_str()),
            ("name", &name),
            ("target", target.as_deref().unwrap_or_default()),
            ("leads", &leads),
        ];
        self.say(if leads.is_empty() { "task" } else { "task-led" }, &holes)
    }

    fn leads(&self, indicator: &Indicator) -> String {
        let leads: Vec<&str> =
            indicator.leads.iter().map(|lead| self.plan.unit(lead.unit).name.as_str()).collect();
        leads.join("、")
    }

    /// For a part: the least share of its whole, and what it is.
    fn remark(&self, indicator: &Indicator, total: &CountyTotal) -> String {
        let Some(least) = indicator.min_share else { return String::new() };
        let least = Measure::named("%").show(least);
        match total.share {
            Some(share) => self.say("least", &[("least", &least), ("share", &share.percent())]),
            None => self.say("least-unknown", &[("least", &least)]),
        }
    }
}

fn width(units: &[UnitId]) -> u16 {
    u16::try_from(units.len()).unwrap_or(u16::MAX)
}
