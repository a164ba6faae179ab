//! The county picture: what departments carry and the goals of the text, as bars against pace.

use chrono::NaiveDate;
use serde::Serialize;

use super::ink::{self, Fitted};
use super::{Picture, PictureError};
use crate::plan::{Carried, Indicator, IndicatorId, Measure, Period, Plan, Quantity};
use crate::progress::{CountyTotal, Figures, Ratio, completion, county_totals, light, pace};
use crate::texts::{Language, say};

/// What a county picture is drawn of.
#[derive(Debug, Clone, Copy)]
pub struct County<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The period: its number is the bulletin's.
    pub period: Period,
    /// The figures.
    pub figures: &'a Figures,
    /// Their day.
    pub at: NaiveDate,
    /// Whether it is marked as made up (演示数据).
    pub made_up: bool,
    /// The language of its words.
    pub language: Language,
}

// In points, sized like the heat map.
const WIDTH: i32 = 640;
const MARGIN: i32 = 16;
const BAR_LEFT: i32 = 196;
const BAR_WIDTH: i32 = 264;
const NAME_ROOM: i32 = BAR_LEFT - MARGIN - 50;
/// What is left behind the bar and its light.
const DETAIL_ROOM: i32 = WIDTH - MARGIN - BAR_LEFT - BAR_WIDTH - 8;
const ROW: i32 = 46;
const BAND: i32 = 30;
const TOP: i32 = 124;
/// A bar is as long as can be at this many hundredths of the target.
const BAR_FULL: i32 = 120;

#[derive(Serialize)]
struct Sheet {
    title: Fitted,
    issue: String,
    made_up: Option<String>,
    until: String,
    pace: String,
    margin: i32,
    edge: i32,
    bar_left: i32,
    bar_width: i32,
    row: i32,
    band: i32,
    target_x: i32,
    pace_x: i32,
    bands: Vec<Band>,
    rows: Vec<Row>,
    notes: Vec<String>,
    notes_y: i32,
}

#[derive(Serialize)]
struct Band {
    y: i32,
    name: String,
    /// Where the pace line under it ends; `None` where nothing is held against pace.
    pace_to: Option<i32>,
}

#[derive(Serialize)]
struct Row {
    y: i32,
    no: String,
    name: Fitted,
    lead: Fitted,
    /// `green`, `yellow`, `red` against pace; `none` without a light, `missing` without a figure.
    kind: &'static str,
    bar: i32,
    /// Where the least share of a part stands.
    least: Option<i32>,
    percent: String,
    detail: Fitted,
}

impl County<'_> {
    /// Draws it.
    ///
    /// # Errors
    /// If the template is at fault.
    pub fn draw(&self) -> Result<Picture, PictureError> {
        let totals = county_totals(self.plan, self.figures);
        let led = |(_, row): &(IndicatorId, &Indicator)| {
            row.carried == Carried::ByLeads && !row.no.is_goal()
        };
        let annex: Vec<_> = self.plan.indicators().filter(led).collect();
        let goals: Vec<_> = self.plan.indicators().filter(|(_, row)| row.no.is_goal()).collect();
        let (mut bands, mut rows, mut y) = (Vec::new(), Vec::new(), TOP);
        for (key, members) in [("county-annex", annex), ("county-goals", goals)] {
            if members.is_empty() {
                continue;
            }
            let under = y + BAND + ROW * i32::try_from(members.len()).unwrap_or_default();
            let pace_to = (key == "county-annex").then_some(under);
            bands.push(Band { y, name: self.say(key, &[]), pace_to });
            y += BAND;
            for (id, indicator) in members {
                let total = totals.iter().find(|total| total.indicator == id);
                rows.push(self.row(y, id, indicator, total));
                y += ROW;
            }
            y += 8;
        }
        let pace = pace(self.plan, self.at);
        let issue = ink::issue(self.language, self.period, 0);
        let plan = ink::plan_name(self.language, self.plan);
        let room = WIDTH - 2 * MARGIN - ink::width(&issue, 20) - 16;
        let notes: Vec<String> = [
            self.say("county-note", &[]),
            self.say("source", &[("office", &self.plan.titles.office)]),
        ]
        .iter()
        .flat_map(|note| ink::wrap(note, 14, WIDTH - 2 * MARGIN))
        .collect();
        let notes_y = y + 14;
        let height = notes_y + 20 * i32::try_from(notes.len()).unwrap_or_default();
        let sheet = Sheet {
            title: Fitted::new(&self.say("county-title", &[("plan", plan)]), (26, 12), room),
            issue,
            made_up: self.made_up.then(|| self.say("made-up", &[])),
            until: self.say("until", &[("day", &ink::day(self.language, self.at))]),
            pace: self.say("pace", &[("pace", &pace.percent())]),
            margin: MARGIN,
            edge: WIDTH - MARGIN,
            bar_left: BAR_LEFT,
            bar_width: BAR_WIDTH,
            row: ROW,
            band: BAND,
            target_x: BAR_LEFT + bar(Ratio::ONE),
            pace_x: BAR_LEFT + bar(pace),
            bands,
            rows,
            notes,
            notes_y,
        };
        Picture::draw("county.svg", (WIDTH, height), &sheet)
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        say(self.language, key, holes)
    }

    /// One indicator's bar. `total` is there for a row of the annex, not for a goal.
    fn row(&self, y: i32, id: IndicatorId, row: &Indicator, total: Option<&CountyTotal>) -> Row {
        let leads: Vec<&str> =
            row.leads.iter().map(|lead| self.plan.unit(lead.unit).name.as_str()).collect();
        let figure = match total {
            Some(total) => total.figure,
            None => row.leads.first().and_then(|lead| self.figures.get(lead.unit, id)),
        };
        let each = row.carried == Carried::ByUnits;
        let done = figure.and_then(|figure| completion(figure, row.target));
        let share = total.and_then(|total| total.share);
        let lit = total.is_some() && !row.measure.is_rate() && share.is_none();
        let kind = match (figure, done) {
            (None, _) if each => "none",
            (None, _) => "missing",
            (Some(_), Some(done)) if lit => light(self.plan, done, self.at).key(),
            _ => "none",
        };
        let whole = row.whole.map(|whole| self.plan.indicator(whole).no.to_string());
        let of_whole = |share: Ratio| {
            let no = whole.as_deref().unwrap_or_default();
            self.say("county-share", &[("no", no), ("share", &share.percent())])
        };
        let percent = match (kind, share, done) {
            ("missing", ..) => self.say("not-reported", &[]),
            (_, Some(share), _) => of_whole(share),
            (_, None, Some(done)) => done.percent(),
            _ if each => self.say("county-each", &[]),
            _ => String::new(),
        };
        let shown = done.or(share);
        Row {
            y,
            no: row.no.to_string(),
            name: Fitted::new(&row.short, (17, 11), NAME_ROOM),
            lead: Fitted::new(&leads.join("、"), (13, 10), NAME_ROOM),
            kind,
            bar: shown.map_or(0, bar),
            least: row.min_share.map(|least| BAR_LEFT + bar(Ratio::of(least.0, 10_000))),
            percent,
            detail: Fitted::new(&self.detail(row, figure), (13, 9), DETAIL_ROOM),
        }
    }

    /// `550 / 1100台次`, or for a part the least share of its whole.
    fn detail(&self, row: &Indicator, figure: Option<Quantity>) -> String {
        let figure = figure.map(|figure| row.measure.number(figure));
        if let Some(least) = row.min_share {
            let least = Measure::named("%").show(least);
            let least = self.say("county-least", &[("least", &least)]);
            return figure
                .map_or(least.clone(), |figure| format!("{figure}{}　{least}", row.measure.shown));
        }
        match (figure, row.target.map(|target| row.measure.show(target))) {
            (Some(figure), Some(target)) => format!("{figure} / {target}"),
            (None, Some(target)) => self.say("target", &[("target", &target)]),
            (Some(figure), None) => format!("{figure}{}", row.measure.shown),
            (None, None) => String::new(),
        }
    }
}

fn bar(ratio: Ratio) -> i32 {
    ink::length(ratio, BAR_WIDTH, BAR_FULL)
}
