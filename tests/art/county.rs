//! The county of the examples: the real plan with made-up figures.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use liaison_bot::cli::check_plan::read_folder;
use liaison_bot::cli::rank::read_figures;
use liaison_bot::picture::Previous;
use liaison_bot::plan::{IndicatorId, Period, Plan, UnitId};
use liaison_bot::progress::{Figures, Ranking, rank};

pub struct County {
    pub plan: Plan,
    pub at: NaiveDate,
    pub period: Period,
    pub figures: Figures,
    pub ranking: Ranking,
    pub previous: Previous,
    pub missing: BTreeSet<(UnitId, IndicatorId)>,
}

impl County {
    /// Week 25 of 2019, compared with week 24. 香溪 has reported nothing this week, 灵洞 never some.
    pub fn example() -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let plan = read_folder(format!("{root}/seeds/lanxi-2018-2020").as_ref())
            .and_then(|folder| folder.load())
            .unwrap();
        let read = |file: &str| {
            let text = std::fs::read_to_string(format!("{root}/docs/demo/{file}")).unwrap();
            read_figures(&plan, &text).unwrap()
        };
        let at = "2019-06-21".parse().unwrap();
        let (figures, before) = (read("figures.csv"), read("figures-before.csv"));
        let ranking = rank(&plan, &figures, at);
        let earlier = rank(&plan, &before, "2019-06-14".parse().unwrap());
        let previous = earlier.standings.iter().map(|s| (s.unit, s.rank)).collect();
        let silent = plan.unit_named("香溪").unwrap();
        let missing = ranking.standings.iter().flat_map(|standing| {
            let cells = standing.completion.iter();
            let late = cells.filter(|done| done.figure.is_none() || standing.unit == silent);
            late.map(|done| (standing.unit, done.indicator)).collect::<Vec<_>>()
        });
        let missing = missing.collect();
        let period = "2019-W25".parse().unwrap();
        Self { plan, at, period, figures, ranking, previous, missing }
    }
}
