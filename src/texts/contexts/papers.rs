//! Contexts of notices, materials and substitutes.

use serde::Serialize;

use super::Moment;
use crate::plan::{Every, Term};
use crate::texts::{Label, Language};

/// A notice.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum NoticeText {
    /// How to write it.
    Usage {},
    /// What would be sent.
    Preview {
        /// The text.
        text: String,
        /// To whom.
        units: Vec<String>,
        /// How many people that is.
        people: usize,
    },
    /// It was sent.
    Done {
        /// Its number.
        number: u32,
        /// To how many people.
        people: usize,
    },
    /// The notice itself.
    Told {
        /// Its number.
        number: u32,
        /// The text.
        text: String,
        /// Who sends it.
        office: String,
        /// Whether it was read.
        read: bool,
    },
}

/// Who has read a notice.
#[derive(Debug, Serialize)]
pub struct NoticeStanding {
    /// Its number.
    pub number: u32,
    /// The text.
    pub text: String,
    /// When it was sent.
    pub at: Moment,
    /// To how many people.
    pub of: usize,
    /// How many have read it.
    pub read: usize,
    /// Who has not: unit and name.
    pub unread: Vec<(String, String)>,
}

/// The month, quarter or year that a material is about.
#[derive(Debug, Clone, Serialize)]
pub struct TermWords {
    year: i32,
    number: u32,
    every: &'static str,
}

impl TermWords {
    /// The words' values.
    #[must_use]
    pub fn of(term: Term) -> Self {
        let every = match term.every {
            Every::Monthly => "month",
            Every::Quarterly => "quarter",
            Every::Yearly => "year",
        };
        Self { year: term.year, number: term.number, every }
    }

    /// In words, for a button.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let (year, number) = (self.year.to_string(), self.number.to_string());
        match self.every {
            "month" => Label::TermMonth.with(language, &[&year, &number]),
            "quarter" => Label::TermQuarter.with(language, &[&year, &number]),
            _ => Label::TermYear.with(language, &[&year]),
        }
    }
}

/// A material.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum MaterialText {
    /// What is this file?
    Ask {
        /// Its name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// It was none.
    NotOne {},
    /// It was taken.
    Taken {
        /// The unit.
        unit: String,
        /// The material.
        title: String,
        /// The term.
        term: TermWords,
        /// The file's name.
        name: String,
        /// Whether it came late.
        late: bool,
    },
    /// It is due, or overdue.
    Due {
        /// The unit.
        unit: String,
        /// The material.
        title: String,
        /// The term.
        term: TermWords,
        /// Until when.
        due: Moment,
        /// Whether that has passed.
        late: bool,
        /// Why the last one was returned.
        returned: Option<String>,
    },
    /// Who has not sent it, to the office.
    Missing {
        /// The material.
        title: String,
        /// The term.
        term: TermWords,
        /// When it was due.
        due: Moment,
        /// From how many units.
        of: usize,
        /// The units.
        units: Vec<String>,
    },
    /// The file itself, under it.
    Shown {
        /// The unit.
        unit: String,
        /// The material.
        title: String,
        /// The term.
        term: TermWords,
        /// Who sent it.
        by: Option<String>,
        /// When.
        at: Moment,
    },
    /// Why is it returned?
    Why {
        /// The unit.
        unit: String,
        /// The material.
        title: String,
    },
    /// It was returned.
    Returned {
        /// The unit.
        unit: String,
        /// The material.
        title: String,
        /// The term.
        term: TermWords,
        /// Why.
        reason: String,
        /// Whether this is for the office, that did it.
        done: bool,
    },
    /// There is nothing to return.
    Gone {},
}

/// One unit's line of a material.
#[derive(Debug, Serialize)]
pub struct MaterialLine {
    /// The unit.
    pub unit: String,
    /// The file's name, and when it came.
    pub sent: Option<(String, Moment)>,
    /// Whether it came late.
    pub late: bool,
    /// Why it was returned.
    pub returned: Option<String>,
}

/// One material of one term.
#[derive(Debug, Serialize)]
pub struct MaterialPart {
    /// The material.
    pub title: String,
    /// The term.
    pub term: TermWords,
    /// When it is due.
    pub due: Moment,
    /// Whether that has passed.
    pub passed: bool,
    /// From how many units.
    pub of: usize,
    /// The units.
    pub lines: Vec<MaterialLine>,
}

/// What has come.
#[derive(Debug, Serialize)]
pub struct MaterialList {
    /// The unit whose materials they are; `None` for all.
    pub own: Option<String>,
    /// The words that named a term.
    pub asked: Option<String>,
    /// The materials.
    pub parts: Vec<MaterialPart>,
}

/// Substitutes.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum SubstituteText {
    /// How to write it.
    Usage {
        /// Who stands in now, and until when.
        now: Option<(Option<String>, Moment)>,
    },
    /// Who is it?
    Ask {
        /// The unit.
        unit: String,
        /// The first day.
        from: Moment,
        /// The last day.
        until: Moment,
    },
    /// It is set.
    Done {
        /// Who stands in.
        by: Option<String>,
        /// The link for whoever is not bound yet.
        link: Option<String>,
        /// The first day.
        from: Moment,
        /// The last day.
        until: Moment,
    },
    /// To the substitute.
    Told {
        /// The unit.
        unit: String,
        /// Whom they stand in for.
        of: String,
        /// The first day.
        from: Moment,
        /// The last day.
        until: Moment,
    },
    /// There is none to end.
    None {},
    /// Reminders come to oneself again.
    Back {},
    /// To the substitute: it is over.
    Over {},
}
