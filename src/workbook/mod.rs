//! The workbook (附表): what a bulletin was made of, to be filtered, printed and checked by hand.
//!
//! In: a plan, a ranking and its figures, what was sent and what was not. Out: the bytes of an
//! `.xlsx`. The same values give the same bytes. Pure: nothing is read or written here.
//! Texts are written as texts, whatever they begin with, so that no name becomes a formula.
//!
//! - [`sheets`]: ranking (排名), submissions (本期上报), late units (未报), what it takes (达标测算)
//! - [`annex`]: the annex (任务分解表) in its own layout
//! - [`assessment`]: a year's points, each with its rule
//! - [`page`]: one sheet being written: styles, heads, how it prints

mod annex;
mod assessment;
mod page;
mod sheets;

use std::collections::BTreeSet;

pub use assessment::{AssessmentBook, Told, explain};

use chrono::{DateTime, NaiveDate, Utc};
use rust_xlsxwriter::{DocProperties, XlsxError};

use crate::picture::{Previous, issue};
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitId};
use crate::progress::{Figures, Ranking};
use crate::texts::{Language, say};

/// The mark of figures that are the totals of a plan below.
const ROLLED: &str = "*";

/// What a submission was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentKind {
    /// A running total (累计).
    Total,
    /// Something added to the last total (本期新增).
    Increment,
    /// A submission undone (撤回).
    Withdrawal,
}

/// One submission of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// For which unit.
    pub unit: UnitId,
    /// For which indicator.
    pub indicator: IndicatorId,
    /// What was sent; `None` for a withdrawal.
    pub value: Option<Quantity>,
    /// As what.
    pub kind: SentKind,
    /// By whom, as the bot knows them.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether that was after the deadline.
    pub late: bool,
    /// The files and words that bear it out.
    pub evidence: Vec<String>,
}

/// A figure in which something was flagged (标注).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaggedFigure {
    /// Whose.
    pub unit: UnitId,
    /// Of which indicator.
    pub indicator: IndicatorId,
    /// The figure in force.
    pub total: Quantity,
    /// What was flagged, and how much.
    pub flags: Vec<(String, Quantity)>,
}

/// What a workbook is written of.
#[derive(Debug, Clone, Copy)]
pub struct Workbook<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The period: its number is the bulletin's.
    pub period: Period,
    /// The number of the correction (更正); 0 for the bulletin itself.
    pub edition: u32,
    /// The ranking, which also says the day.
    pub ranking: &'a Ranking,
    /// The figures it was made of.
    pub figures: &'a Figures,
    /// The ranks to compare with; `None` for a first bulletin.
    pub previous: Option<&'a Previous>,
    /// What was sent for the period, in the order shown.
    pub sent: &'a [Sent],
    /// Figures in which something was flagged.
    pub flagged: &'a [FlaggedFigure],
    /// What was not reported for the period.
    pub missing: &'a BTreeSet<(UnitId, IndicatorId)>,
    /// Whether it is marked as made up (演示数据).
    pub made_up: bool,
    /// The language of its words.
    pub language: Language,
}

impl Workbook<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// If a sheet takes no more rows or columns, or a text is longer than a cell may be.
    pub fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        // The day of the figures, not of the writing: the same values give the same bytes.

        let properties = DocProperties::new()
            .set_title(self.title(&self.say("sheet-ranking", &[])))
            .set_author(self.plan.titles.office.as_str())
            .set_creation_datetime(&self.ranking.at);
        book.set_properties(&properties);
        self.ranking(&mut book)?;
        self.annex(&mut book)?;
        self.sent(&mut book)?;
        self.late(&mut book)?;
        self.need(&mut book)?;
        book.save_to_buffer()
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        say(self.language, key, holes)
    }

    /// What stands behind a figure that is a plan's below.
    fn mark(&self, unit: UnitId, id: IndicatorId) -> &'static str {
        if self.plan.level_of(unit, id).is_some() { ROLLED } else { "" }
    }

    /// What that mark means, and whose figures have it; `None` if no plan is below this one.
    fn rolled(&self) -> Option<String> {
        let levels = self.plan.levels().iter();
        let units: Vec<&str> =
            levels.map(|level| self.plan.unit(level.unit).name.as_str()).collect();
        let list = units.join("、");
        let holes = [("mark", ROLLED), ("units", &list)];
        (!units.is_empty()).then(|| self.say("rolled-note", &holes))
    }

    fn title(&self, sheet: &str) -> String {
        let plan = match self.language {
            Language::Chinese => &self.plan.titles.short,
            Language::English => &self.plan.titles.name_en,
        };
        let issue = issue(self.language, self.period, self.edition);
        self.say("sheet-title", &[("plan", plan), ("sheet", sheet), ("issue", &issue)])
    }

    fn until(&self) -> String {
        let day = self.day(self.ranking.at);
        let until =
            self.say("sheet-until", &[("day", &day), ("pace", &self.ranking.pace.percent())]);
        if self.made_up { format!("{until}　{}", self.say("made-up", &[])) } else { until }
    }

    fn day(&self, day: NaiveDate) -> String {
        use chrono::Datelike;
        let [year, month, number] =
            [day.year().to_string(), day.month().to_string(), day.day().to_string()];
        self.say("day", &[("year", &year), ("month", &month), ("day", &number)])
    }
}
