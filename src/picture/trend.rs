//! The trend picture: one unit's score and rank over the periods, against pace.

use chrono::NaiveDate;
use serde::Serialize;

use super::ink::{self, Fitted};
use super::{Picture, PictureError};
use crate::plan::{Period, Plan, UnitId};
use crate::progress::{Light, Ratio};
use crate::texts::{Language, say};

/// Where a unit stood in one bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendPoint {
    /// The bulletin's period.
    pub period: Period,
    /// The day of its figures.
    pub at: NaiveDate,
    /// The unit's score.
    pub score: Ratio,
    /// Its rank.
    pub rank: u32,
    /// Pace on the day.
    pub pace: Ratio,
    /// Its light.
    pub light: Light,
}

/// What a trend picture is drawn of.
#[derive(Debug, Clone, Copy)]
pub struct Trend<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The unit.
    pub unit: UnitId,
    /// How many units are ranked.
    pub of: usize,
    /// Its points, the oldest first.
    pub points: &'a [TrendPoint],
    /// Whether it is marked as made up (演示数据).
    pub made_up: bool,
    /// The language of its words.
    pub language: Language,
}

// In points, sized like the heat map.
const WIDTH: i32 = 640;
const MARGIN: i32 = 16;
const LEFT: i32 = 64;
const RIGHT: i32 = WIDTH - MARGIN - 24;
const SCORE_TOP: i32 = 166;
const SCORE_HEIGHT: i32 = 230;
const RANK_TOP: i32 = SCORE_TOP + SCORE_HEIGHT + 66;
const RANK_HEIGHT: i32 = 170;
/// At most this many points carry their figure, so that none stands in another's way.
const LABELLED: usize = 8;

#[derive(Serialize)]
struct Sheet {
    title: Fitted,
    issue: String,
    made_up: Option<String>,
    now: Option<Now>,
    nothing: String,
    score_axis: String,
    rank_axis: String,
    margin: i32,
    left: i32,
    right: i32,
    edge: i32,
    score_top: i32,
    score_bottom: i32,
    rank_top: i32,
    rank_bottom: i32,
    score_ticks: Vec<Tick>,
    rank_ticks: Vec<Tick>,
    periods: Vec<Tick>,
    points: Vec<Point>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Now {
    light: &'static str,
    rank: String,
    score: String,
}

/// A mark on an axis: where, and what it says.
#[derive(Serialize)]
struct Tick {
    at: i32,
    text: String,
}

#[derive(Serialize)]
struct Point {
    x: i32,
    score: i32,
    pace: i32,
    rank: i32,
    light: &'static str,
    /// Score and rank as text, where there is room.
    label: Option<(String, u32)>,
}

impl Trend<'_> {
    /// Draws it. Without points it says that there are none.
    ///
    /// # Errors
    /// If the template is at fault.
    pub fn draw(&self) -> Result<Picture, PictureError> {
        let last = self.points.last();
        let issue =
            last.map(|point| ink::issue(self.language, point.period, 0)).unwrap_or_default();
        let unit = self.plan.unit(self.unit).name.as_str();
        let room = WIDTH - 2 * MARGIN - ink::width(&issue, 20) - 16;
        let highest = self.highest();
        let sheet = Sheet {
            title: Fitted::new(&self.say("trend-title", &[("unit", unit)]), (26, 12), room),
            issue,
            made_up: self.made_up.then(|| self.say("made-up", &[])),
            now: last.map(|point| self.now(point)),
            nothing: self.say("trend-none", &[]),
            score_axis: self.say("score-axis", &[]),
            rank_axis: self.say("rank-axis", &[]),
            margin: MARGIN,
            left: LEFT,
            right: RIGHT,
            edge: WIDTH - MARGIN,
            score_top: SCORE_TOP,
            score_bottom: SCORE_TOP + SCORE_HEIGHT,
            rank_top: RANK_TOP,
            rank_bottom: RANK_TOP + RANK_HEIGHT,
            score_ticks: score_ticks(highest),
            rank_ticks: self.rank_ticks(),
            periods: self.periods(),
            points: self.points(highest),
            notes: ink::wrap(&self.say("trend-note", &[]), 14, WIDTH - 2 * MARGIN),
        };
        let notes = i32::try_from(sheet.notes.len()).unwrap_or_default();
        Picture::draw("trend.svg", (WIDTH, RANK_TOP + RANK_HEIGHT + 62 + 20 * notes), &sheet)
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        say(self.language, key, holes)
    }

    fn now(&self, point: &TrendPoint) -> Now {
        let (rank, of) = (point.rank.to_string(), self.of.to_string());
        let (score, pace) = (point.score.percent(), point.pace.percent());
        let day = ink::day(self.language, point.at);
        let until = self.say("until", &[("day", &day)]);
        let score = self.say("trend-score", &[("score", &score), ("pace", &pace)]);
        Now {
            light: point.light.key(),
            rank: self.say("trend-now", &[("rank", &rank), ("of", &of)]),
            score: format!("{until}　{score}"),
        }
    }

    /// The top of the score's axis, in hundredths: the next ten above all there is to draw.
    fn highest(&self) -> i32 {
        let shares = self.points.iter().flat_map(|point| [point.score, point.pace]);
        let top = shares.max().unwrap_or_default();
        let reached = (1..=20).find(|tens| Ratio::of(i64::from(*tens), 10) >= top);
        reached.unwrap_or(20).max(2) * 10
    }

    fn x(&self, at: usize) -> i32 {
        let steps = self.points.len().saturating_sub(1);
        match steps {
            0 => i32::midpoint(LEFT, RIGHT),
            _ => LEFT + 14 + (RIGHT - LEFT - 14) * place(at) / place(steps),
        }
    }

    fn y_of_rank(&self, rank: u32) -> i32 {
        let steps = place(self.of.saturating_sub(1)).max(1);
        let down = i32::try_from(rank.saturating_sub(1)).unwrap_or(steps).min(steps);
        RANK_TOP + 8 + (RANK_HEIGHT - 16) * down / steps
    }

    fn points(&self, highest: i32) -> Vec<Point> {
        let y = |share: Ratio| SCORE_TOP + SCORE_HEIGHT - ink::length(share, SCORE_HEIGHT, highest);
        let points = self.points.iter().enumerate();
        points
            .map(|(at, point)| Point {
                x: self.x(at),
                score: y(point.score),
                pace: y(point.pace),
                rank: self.y_of_rank(point.rank),
                light: point.light.key(),
                label: self.labelled(at).then(|| (point.score.points(), point.rank)),
            })
            .collect()
    }

    /// Whether a point carries its figure: the last one does, and others at even steps before it.
    fn labelled(&self, at: usize) -> bool {
        let step = self.points.len().div_ceil(LABELLED).max(1);
        (self.points.len() - 1 - at).is_multiple_of(step)
    }

    fn periods(&self) -> Vec<Tick> {
        let labelled = self.points.iter().enumerate().filter(|(at, _)| self.labelled(*at));
        labelled
            .map(|(at, point)| {
                let number = point.period.number.to_string();
                Tick { at: self.x(at), text: self.say("number", &[("number", &number)]) }
            })
            .collect()
    }

    fn rank_ticks(&self) -> Vec<Tick> {
        let of = u32::try_from(self.of).unwrap_or(u32::MAX).max(1);
        let mut ranks = vec![1, of.div_ceil(2), of];
        ranks.dedup();
        let tick = |rank: u32| Tick { at: self.y_of_rank(rank), text: rank.to_string() };
        ranks.into_iter().map(tick).collect()
    }
}

fn score_ticks(highest: i32) -> Vec<Tick> {
    let step = if highest > 60 { 20 } else { 10 };
    let marks = (0..=highest / step).map(|mark| mark * step);
    let y = |mark: i32| SCORE_TOP + SCORE_HEIGHT - SCORE_HEIGHT * mark / highest;
    marks.map(|mark| Tick { at: y(mark), text: mark.to_string() }).collect()
}

fn place(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}
