//! The assessment (考核) as a workbook: the totals, and under them every point with the figure, the
//! target and the rule it came from, so that a unit can check it by hand.

use rust_xlsxwriter::{DocProperties, Workbook as Book, XlsxError};

use super::page::{HEAD, Page};
use crate::plan::{IndicatorId, Measure, Period, Plan, Points, UnitId};
use crate::progress::assessment::{Assessed, Assessment, Held, Item, Line};
use crate::texts::{Language, say};

/// What an assessment's workbook is written of.
#[derive(Debug, Clone, Copy)]
pub struct AssessmentBook<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The assessment.
    pub assessment: &'a Assessment,
    /// The language of its words.
    pub language: Language,
}

/// A line in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What it is for.
    pub item: String,
    /// The figure, as people read it.
    pub figure: String,
    /// The target, or what should be at least.
    pub target: String,
    /// How the points came about.
    pub rule: String,
}

/// A line in words, with the numbers that it can be reckoned again from.
#[must_use]
pub fn explain(plan: &Plan, language: Language, of: &Assessment, line: &Line) -> Told {
    let say = |key: &str, holes: &[(&str, &str)]| say(language, key, holes);
    let named = |id: IndicatorId| {
        let row = plan.indicator(id);
        format!("{} {}", row.no, row.short)
    };
    let rules = plan.assessment.as_ref();
    let worth = |of: fn(&crate::plan::AssessmentRules) -> Points| {
        rules.map(of).unwrap_or_default().to_string()
    };
    let periods = |list: &[Period]| {
        let numbers: Vec<String> = list.iter().map(|period| period.number.to_string()).collect();
        (numbers.join("、"), list.len().to_string())
    };
    match &line.item {
        Item::Figure(held) => figure(plan, language, held),
        Item::Bonus { indicator, percents, capped } => {
            let (percents, each, cap) =
                (percents.to_string(), worth(|r| r.bonus), worth(|r| r.bonus_cap));
            let key = if *capped { "rule-bonus-capped" } else { "rule-bonus" };
            Told {
                item: say("item-bonus", &[("name", &named(*indicator))]),
                rule: say(key, &[("percents", &percents), ("each", &each), ("cap", &cap)]),
                ..Told::default()
            }
        }
        Item::Short { part, share, least } => Told {
            item: say("item-short", &[("name", &named(*part))]),
            figure: share.percent(),
            target: Measure::named("%").show(*least),
            rule: say("rule-short", &[("each", &worth(|r| r.short))]),
        },
        Item::Late(list) => {
            let (numbers, count) = periods(list);
            let holes = [("periods", &*numbers), ("count", &count), ("each", &worth(|r| r.late))];
            Told { item: say("item-late", &[]), rule: say("rule-slips", &holes), ..Told::default() }
        }
        Item::Missing(list) => {
            let (numbers, count) = periods(list);
            let holes =
                [("periods", &*numbers), ("count", &count), ("each", &worth(|r| r.missing))];
            let (item, rule) = (say("item-missing", &[]), say("rule-slips", &holes));
            Told { item, rule, ..Told::default() }
        }
        Item::Returned(count) => {
            let holes = [("count", &*count.to_string()), ("each", &worth(|r| r.returned))];
            let (item, rule) = (say("item-returned", &[]), say("rule-returned", &holes));
            Told { item, rule, ..Told::default() }
        }
        Item::MinusCap => {
            let rule = say("rule-minus-cap", &[("cap", &worth(|r| r.minus_cap))]);
            Told { item: say("item-minus-cap", &[]), rule, ..Told::default() }
        }
        Item::Floor => {
            let year = of.year.to_string();
            let rule = say("rule-floor", &[("year", &year)]);
            Told { item: say("item-floor", &[]), rule, ..Told::default() }
        }
    }
}

/// `满分9.09分×410÷（832×730÷1096）`.
fn figure(plan: &Plan, language: Language, held: &Held) -> Told {
    let row = plan.indicator(held.indicator);
    let measure = &row.measure;
    let figure = held.figure.map(|figure| measure.show(figure));
    let missing = say(language, "missing", &[]);
    let (full, target) = (held.full.to_string(), measure.show(held.target));
    let (passed, all) = (held.share.0.to_string(), held.share.1.to_string());
    let (number, of) = (
        held.figure.map_or_else(|| "0".to_owned(), |figure| measure.number(figure)),
        measure.number(held.target),
    );
    let key = match (held.figure, held.share) {
        (None, _) => "rule-missing",
        (_, (1, 1)) => "rule-whole",
        _ => "rule-pace",
    };
    let holes = [
        ("full", &*full),
        ("figure", &number),
        ("target", &of),
        ("passed", &passed),
        ("all", &all),
    ];
    Told {
        item: format!("{} {}", row.no, row.short),
        figure: figure.unwrap_or(missing),
        target,
        rule: say(language, key, &holes),
    }
}

impl AssessmentBook<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// If a sheet takes no more rows or columns, or a text is longer than a cell may be.
    pub fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Book::new();
        let properties = DocProperties::new()
            .set_title(self.title("sheet-assessment"))
            .set_author(self.plan.titles.office.as_str())
            .set_creation_datetime(&self.assessment.at);
        book.set_properties(&properties);
        self.totals(&mut book)?;
        self.lines(&mut book)?;
        book.save_to_buffer()
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        say(self.language, key, holes)
    }

    fn title(&self, sheet: &str) -> String {
        let plan = match self.language {
            Language::Chinese => &self.plan.titles.short,
            Language::English => &self.plan.titles.name_en,
        };
        let (year, sheet) = (self.assessment.year.to_string(), self.say(sheet, &[]));
        self.say("assessment-title", &[("plan", plan), ("year", &year), ("sheet", &sheet)])
    }

    fn page<'b>(
        &self,
        book: &'b mut Book,
        sheet: &str,
        columns: &[(&str, u16)],
    ) -> Result<Page<'b>, XlsxError> {
        let columns: Vec<(String, u16)> =
            columns.iter().map(|(key, width)| (self.say(key, &[]), *width)).collect();
        let (passed, all) = self.assessment.days;
        let (day, passed, all) =
            (self.assessment.at.to_string(), passed.to_string(), all.to_string());
        let until =
            self.say("assessment-until", &[("day", &day), ("passed", &passed), ("all", &all)]);
        let footer = self.say("sheet-footer", &[("page", "&P"), ("pages", "&N")]);
        let texts = (&*self.title(sheet), &*until, &*footer);
        Page::new(book, &self.say(sheet, &[]), texts, &columns)
    }

    fn group(&self, one: &Assessed) -> &str {
        let kind = |unit: UnitId| &self.plan.unit(unit).kind;
        one.group.map_or_else(|| kind(one.unit).as_str(), |at| &self.plan.groups[at].name)
    }

    /// 考核汇总.
    fn totals(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-group", 12),
            ("col-rank", 8),
            ("col-unit", 22),
            ("col-base", 14),
            ("col-bonus", 12),
            ("col-minus", 12),
            ("col-total", 14),
        ];
        let mut page = self.page(book, "sheet-assessment", &columns)?;
        page.freeze(3)?;
        let mut row = HEAD + 1;
        for one in &self.assessment.units {
            page.text(row, 0, self.group(one))?;
            page.number(row, 1, one.rank, "0")?;
            page.text(row, 2, &self.plan.unit(one.unit).name)?;
            for (column, points) in
                (3..).zip([one.base, one.bonus, Points::default() - one.minus, one.total])
            {
                page.hundredths(row, column, points)?;
            }
            row += 1;
        }
        page.note(row, &self.say("assessment-note", &[]))
    }

    /// 考核明细: every line of every unit.
    fn lines(&self, book: &mut Book) -> Result<(), XlsxError> {
        let columns = [
            ("col-unit", 20),
            ("col-group", 10),
            ("col-item", 28),
            ("col-figure", 14),
            ("col-target", 14),
            ("col-due", 14),
            ("col-full", 10),
            ("col-rule", 52),
            ("col-points", 10),
        ];
        let mut page = self.page(book, "sheet-lines", &columns)?;
        page.freeze(3)?;
        let mut row = HEAD + 1;
        for one in &self.assessment.units {
            let name = &self.plan.unit(one.unit).name;
            for line in &one.lines {
                let told = explain(self.plan, self.language, self.assessment, line);
                page.text(row, 0, name)?;
                page.text(row, 1, self.group(one))?;
                page.long(row, 2, &told.item)?;
                page.text(row, 3, &told.figure)?;
                page.text(row, 4, &told.target)?;
                if let Item::Figure(held) = &line.item {
                    let scale = self.plan.indicator(held.indicator).measure.scale;
                    let due = Points(held.due_hundredths() / scale.max(1));
                    page.hundredths(row, 5, due)?;
                    page.hundredths(row, 6, held.full)?;
                } else {
                    page.blank(row, 5)?;
                    page.blank(row, 6)?;
                }
                page.long(row, 7, &told.rule)?;
                page.hundredths(row, 8, line.points)?;
                // A line takes about 26 Chinese characters.
                let lines = told.rule.chars().count().div_ceil(26).clamp(1, 8);
                page.sheet.set_row_height(row, u32::try_from(lines).unwrap_or(1) * 20)?;
                row += 1;
            }
            page.text(row, 0, name)?;
            page.text(row, 1, self.group(one))?;
            page.text(row, 2, &self.say("col-total", &[]))?;
            for column in 3..8 {
                page.blank(row, column)?;
            }
            page.hundredths(row, 8, one.total)?;
            row += 1;
        }
        page.sheet.autofilter(HEAD, 0, row.saturating_sub(1), 8).map(drop)
    }
}
