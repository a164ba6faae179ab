//! The heat map: units by indicators in rank order, a band a group, cells coloured by light.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ink::{self, Fitted};
use super::{Picture, PictureError};
use crate::plan::{IndicatorId, Measure, Period, Plan, Quantity, UnitId};
use crate::progress::{Figures, Ranking, Ratio, Standing, county_totals, light};
use crate::texts::{Language, say};

/// The ranks of the bulletin before, for the changes.
pub type Previous = BTreeMap<UnitId, u32>;

/// What a heat map is drawn of.
#[derive(Debug, Clone, Copy)]
pub struct HeatMap<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The period: its number is the bulletin's.
    pub period: Period,
    /// The number of the correction (更正); 0 for the bulletin itself.
    pub edition: u32,
    /// The ranking, which also says the day.
    pub ranking: &'a Ranking,
    /// The figures it was made of, for the county's row.
    pub figures: &'a Figures,
    /// The ranks to compare with; `None` for a first bulletin.
    pub previous: Option<&'a Previous>,
    /// What was not reported for the period (未报), whatever figure is in force.
    pub missing: &'a BTreeSet<(UnitId, IndicatorId)>,
    /// Whether it is marked as made up (演示数据).
    pub made_up: bool,
    /// The language of its words.
    pub language: Language,
}

// In points. At a phone's full width one point is about 0.6 of its own: 16 are easily read.
const MARGIN: i32 = 16;
const RANK: i32 = 34;
const CHANGE: i32 = 38;
const NAME: i32 = 74;
const SCORE: i32 = 72;
const CELL: i32 = 38;
const ROW: i32 = 34;
const BAND: i32 = 30;
const HEAD: i32 = 120;
/// The smallest width that the title and the legend need.
const NARROWEST: i32 = 560;
/// A column's name has at most this many characters under each other.
const LONGEST_NAME: usize = 8;
/// The score's bar is full at this many hundredths of the target.
const BAR_FULL: i32 = 120;

#[derive(Serialize)]
struct Sheet {
    title: Fitted,
    issue: String,
    made_up: Option<String>,
    until: String,
    pace: String,
    summary: Vec<String>,
    head: Head,
    bands: Vec<Band>,
    rows: Vec<Row>,
    total: Row,
    left: i32,
    right: i32,
    x: Columns,
    row: i32,
    band: i32,
    cell: i32,
    pace_x: i32,
    legend: Vec<Legend>,
    notes: Vec<Line>,
}

/// The left edges of the columns before the indicators, and the score's width.
#[derive(Serialize)]
struct Columns {
    rank: i32,
    change: i32,
    name: i32,
    score: i32,
    score_width: i32,
    cells: i32,
}

#[derive(Serialize)]
struct Head {
    y: i32,
    height: i32,
    rank: Fitted,
    change: Fitted,
    unit: Fitted,
    score: Fitted,
    columns: Vec<Column>,
}

#[derive(Serialize)]
struct Column {
    x: i32,
    no: String,
    name: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    y: i32,
    text: String,
}

#[derive(Serialize)]
struct Band {
    y: i32,
    name: String,
    mean: String,
    /// How many have each light, green first.
    lights: Vec<(&'static str, usize)>,
}

#[derive(Serialize)]
struct Row {
    y: i32,
    rank: String,
    change: Option<(String, &'static str)>,
    name: Fitted,
    score: String,
    light: &'static str,
    bar: i32,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    x: i32,
    /// `green`, `yellow`, `red`; `missing` without any figure.
    kind: &'static str,
    /// Whether nothing came for the period.
    hatched: bool,
    text: String,
}

#[derive(Serialize)]
struct Legend {
    x: i32,
    y: i32,
    kind: &'static str,
    hatched: bool,
    text: String,
}

impl HeatMap<'_> {
    /// Draws it.
    ///
    /// # Errors
    /// If the template is at fault.
    pub fn draw(&self) -> Result<Picture, PictureError> {
        let columns = self.columns();
        let x = Columns {
            rank: MARGIN,
            change: MARGIN + RANK,
            name: MARGIN + RANK + CHANGE,
            score: MARGIN + RANK + CHANGE + NAME,
            score_width: SCORE,
            cells: MARGIN + RANK + CHANGE + NAME + SCORE,
        };
        let right = (x.cells + CELL * count(columns.len())).max(NARROWEST - MARGIN);
        let head = self.head(&columns, x.cells);
        let mut y = head.y + head.height + 4;
        let (mut bands, mut rows) = (Vec::new(), Vec::new());
        for (group, row) in self.plan.groups.iter().enumerate() {
            let of_group = |standing: &&Standing| standing.group == group;
            let standings: Vec<&Standing> =
                self.ranking.standings.iter().filter(of_group).collect();
            if standings.is_empty() {
                continue;
            }
            bands.push(self.band(y, &row.name, &standings));
            y += BAND;
            for standing in standings {
                rows.push(self.row(y, standing, &columns, x.cells));
                y += ROW;
            }
            y += 4;
        }
        let total = self.total(y, &columns, x.cells);
        y += ROW + 18;
        let legend = self.legend(&mut y, right);
        let notes = self.notes(&mut y, right);
        let issue = ink::issue(self.language, self.period, self.edition);
        let plan = ink::plan_name(self.language, self.plan);
        let title = self.say("heat-title", &[("plan", plan)]);
        let room = right - MARGIN - ink::width(&issue, 20) - 16;
        let summary = ink::wrap(&self.summary(), 16, right - MARGIN);
        let sheet = Sheet {
            title: Fitted::new(&title, (26, 12), room),
            issue,
            made_up: self.made_up.then(|| self.say("made-up", &[])),
            until: self.say("until", &[("day", &ink::day(self.language, self.ranking.at))]),
            pace: self.say("pace", &[("pace", &self.ranking.pace.percent())]),
            summary,
            head,
            bands,
            rows,
            total,
            left: MARGIN,
            right,
            pace_x: x.score + 4 + bar(self.ranking.pace),
            x,
            row: ROW,
            band: BAND,
            cell: CELL,
            legend,
            notes,
        };
        Picture::draw("heat.svg", (right + MARGIN, y + 4), &sheet)
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        say(self.language, key, holes)
    }

    /// Every indicator that some unit is ranked by, in the annex's order.
    fn columns(&self) -> Vec<IndicatorId> {
        let ranked = self.ranking.standings.iter().flat_map(|s| s.completion.iter());
        let columns: BTreeSet<IndicatorId> = ranked.map(|done| done.indicator).collect();
        columns.into_iter().collect()
    }

    fn mean(&self) -> Ratio {
        Ratio::mean(self.ranking.standings.iter().map(|standing| standing.mean))
    }

    fn summary(&self) -> String {
        let (mean, gap) = (self.mean(), self.mean() - self.ranking.pace);
        let key = if gap >= Ratio::ZERO { "ahead" } else { "behind" };
        let points = gap.points();
        let points = points.trim_start_matches('-');
        self.say(key, &[("mean", &mean.percent()), ("gap", points)])
    }

    fn head(&self, columns: &[IndicatorId], left: i32) -> Head {
        let names: Vec<Vec<String>> = columns
            .iter()
            .map(|id| ink::upright(&self.plan.indicator(*id).short, LONGEST_NAME))
            .collect();
        let longest = names.iter().map(Vec::len).max().unwrap_or_default();
        let y = HEAD + if self.made_up { 4 } else { 0 };
        let column = |(at, (id, name)): (usize, (&IndicatorId, Vec<String>))| Column {
            x: left + CELL * count(at),
            no: self.plan.indicator(*id).no.to_string(),
            name: (0..)
                .zip(name)
                .map(|(line, text)| Line { y: y + 42 + 17 * line, text })
                .collect(),
        };
        let label = |key: &str, room: i32| Fitted::new(&self.say(key, &[]), (15, 9), room);
        Head {
            y,
            height: 34 + 17 * count(longest),
            rank: label("rank", RANK - 2),
            change: label("change", CHANGE - 2),
            unit: label("unit", NAME - 4),
            score: label("score", SCORE - 4),
            columns: columns.iter().zip(names).enumerate().map(column).collect(),
        }
    }

    fn band(&self, y: i32, group: &str, standings: &[&Standing]) -> Band {
        let mean = Ratio::mean(standings.iter().map(|standing| standing.mean));
        let number = standings.len().to_string();
        let lights = ["green", "yellow", "red"].map(|key| {
            (key, standings.iter().filter(|standing| standing.light.key() == key).count())
        });
        Band {
            y,
            name: self.say("band", &[("group", group), ("count", &number)]),
            mean: self.say("band-mean", &[("mean", &mean.percent())]),
            lights: lights.into_iter().filter(|(_, number)| *number > 0).collect(),
        }
    }

    fn row(&self, y: i32, standing: &Standing, columns: &[IndicatorId], left: i32) -> Row {
        let cell = |(at, id): (usize, &IndicatorId)| {
            let done = standing.completion.iter().find(|done| done.indicator == *id)?;
            let late = self.missing.contains(&(standing.unit, *id));
            let ratio = done.figure.map(|_| done.ratio);
            Some(self.cell(left + CELL * count(at), ratio, late))
        };
        Row {
            y,
            rank: standing.rank.to_string(),
            change: self.change(standing),
            name: Fitted::new(&self.plan.unit(standing.unit).short, (17, 10), NAME - 6),
            score: standing.score.points(),
            light: standing.light.key(),
            bar: bar(standing.mean),
            cells: columns.iter().enumerate().filter_map(cell).collect(),
        }
    }

    /// A cell with a completion; without one it is 未报.
    fn cell(&self, x: i32, ratio: Option<Ratio>, late: bool) -> Cell {
        let Some(ratio) = ratio else {
            return Cell { x, kind: "missing", hatched: true, text: self.say("missing", &[]) };
        };
        let kind = light(self.plan, ratio, self.ranking.at).key();
        Cell { x, kind, hatched: late, text: hundredths(ratio) }
    }

    fn change(&self, standing: &Standing) -> Option<(String, &'static str)> {
        let former = *self.previous?.get(&standing.unit)?;
        Some(match former.cmp(&standing.rank) {
            std::cmp::Ordering::Greater => (format!("↑{}", former - standing.rank), "up"),
            std::cmp::Ordering::Less => (format!("↓{}", standing.rank - former), "down"),
            std::cmp::Ordering::Equal => ("—".to_owned(), "same"),
        })
    }

    fn total(&self, y: i32, columns: &[IndicatorId], left: i32) -> Row {
        let totals = county_totals(self.plan, self.figures);
        let cell = |(at, id): (usize, &IndicatorId)| {
            let total = totals.iter().find(|total| total.indicator == *id)?;
            let adds_up = !self.plan.indicator(*id).measure.is_rate();
            adds_up.then(|| self.cell(left + CELL * count(at), total.completion, false))
        };
        let mean = self.mean();
        Row {
            y,
            rank: String::new(),
            change: None,
            name: Fitted::new(&self.plan.titles.whole, (17, 10), NAME - 6),
            score: mean.points(),
            light: light(self.plan, mean, self.ranking.at).key(),
            bar: bar(mean),
            cells: columns.iter().enumerate().filter_map(cell).collect(),
        }
    }

    /// What the colours mean, in as many lines as it takes; `y` moves below it.
    fn legend(&self, y: &mut i32, right: i32) -> Vec<Legend> {
        let share = Measure::named("%").show(self.plan.ranking.yellow);
        let yellow = [("yellow", share.as_str())];
        let mut items = vec![
            ("green", false, self.green()),
            ("yellow", false, self.say("legend-yellow", &yellow)),
            ("red", false, self.say("legend-red", &yellow)),
            ("missing", true, self.say("legend-missing", &[])),
        ];
        if self.has_former_figures() {
            items.push(("green", true, self.say("legend-old", &[])));
        }
        let (mut legend, mut x) = (Vec::new(), MARGIN);
        for (kind, hatched, text) in items {
            let wide = 34 + ink::width(&text, 15) + 14;
            if x > MARGIN && x + wide - 14 > right {
                x = MARGIN;
                *y += 26;
            }
            legend.push(Legend { x, y: *y, kind, hatched, text });
            x += wide;
        }
        *y += 26;
        legend
    }

    /// What green takes: pace, or another share of it if the plan says so.
    fn green(&self) -> String {
        if self.plan.ranking.green == Quantity(10_000) {
            return self.say("legend-green", &[]);
        }
        let share = Measure::named("%").show(self.plan.ranking.green);
        self.say("legend-yellow", &[("yellow", &share)])
    }

    /// Whether some cell shows a figure of a period before.
    fn has_former_figures(&self) -> bool {
        self.ranking.standings.iter().any(|standing| {
            standing.completion.iter().any(|done| {
                done.figure.is_some() && self.missing.contains(&(standing.unit, done.indicator))
            })
        })
    }

    fn notes(&self, y: &mut i32, right: i32) -> Vec<Line> {
        let cap = Measure::named("%").show(self.plan.ranking.cap);
        let texts = [
            self.say("legend-pace", &[]),
            self.say("heat-note", &[("cap", &cap)]),
            self.say("source", &[("office", &self.plan.titles.office)]),
        ];
        *y += 6;
        let mut lines = Vec::new();
        for text in texts {
            for text in ink::wrap(&text, 14, right - MARGIN) {
                lines.push(Line { y: *y, text });
                *y += 20;
            }
        }
        lines
    }
}

/// A share of a target in hundredths: `49`, and `999+` beyond.
fn hundredths(ratio: Ratio) -> String {
    let digits = ratio.decimal(2).replace('.', "");
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
    let digits = digits.trim_start_matches('0');
    match digits.len() {
        0 => "0".to_owned(),
        1..=3 => format!("{sign}{digits}"),
        _ => format!("{sign}999+"),
    }
}

/// The length of a score's bar.
fn bar(ratio: Ratio) -> i32 {
    ink::length(ratio, SCORE - 8, BAR_FULL)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
