//! Where units stand: `/rank` by group and by indicator, `/unit`, `/trend`, `/why`.
//!
//! Leaders and the office see every unit; a liaison sees its own.

use std::cmp::Reverse;

use super::Turn;
use super::cards::unit_lines;
use super::effects::{Button, FileOut, What};
use super::event::{MessageId, Pressed, Said};
use super::permissions::{Act, may};
use super::snapshot::{Account, Snapshot};
use crate::picture::{Trend, TrendPoint};
use crate::plan::{Flagged, IndicatorId, Period, Plan, UnitId};
use crate::progress::{Light, Ranking, Ratio, completion, light, rank as rank_all};
use crate::texts::contexts::{
    self, Moment, Named, PeriodWords, Place, RankByIndicator, RankLine, UnitCard,
};
use crate::texts::{self, Label};

/// The most lines of a list that one message shows; a button shows the next ones.
const PAGE: usize = 40;

/// The most characters under a picture (Bot API, `sendPhoto`).
const LONGEST_CAPTION: usize = 1024;

/// What a list of units is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// All units.
    All,
    /// The units of a group.
    Group(usize),
    /// All units by one indicator.
    Indicator(IndicatorId),
    /// Which indicator?
    Choose,
}

/// `/rank`: all units for leaders and the office, one's own place for a liaison.
pub(super) fn rank(turn: &mut Turn<'_>, said: &Said, account: &Account, words: &str) {
    if !may(account.role, Act::SeeRanking) {
        return own_place(turn, said, account);
    }
    let view = match words {
        "" => View::All,
        words => {
            let group = turn.plan.groups.iter().position(|group| group.name == words);
            match (group, turn.plan.indicator_named(words)) {
                (Some(group), _) => View::Group(group),
                (None, Some(id)) if ranks_by(turn.plan, id) => View::Indicator(id),
                _ => View::Choose,
            }
        }
    };
    let (html, buttons) = list(turn, view, 0);
    turn.say((&said.place, said.message), &html, &buttons, None);
}

/// A button under a list of units: another view, or another page of it.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|account| may(account.role, Act::SeeRanking)) else {
        return turn.answer(pressed, Label::LeadersOnly);
    };
    let plan = turn.plan;
    let mut parts = data.split(':');
    let view = match (parts.next(), parts.next()) {
        (Some("all"), _) => Some(View::All),
        (Some("choose"), _) => Some(View::Choose),
        (Some("group"), Some(code)) => {
            code.parse().ok().filter(|at| *at < plan.groups.len()).map(View::Group)
        }
        (Some("by"), Some(no)) => {
            let id = no.parse().ok().and_then(|no| plan.indicator_numbered(no));
            id.filter(|id| ranks_by(plan, *id)).map(View::Indicator)
        }
        _ => None,
    };
    let page = parts.next().and_then(|page| page.parse::<u16>().ok()).map_or(0, usize::from);
    let Some(view) = view else { return turn.answer(pressed, Label::DeadButton) };
    turn.language = account.language;
    let (html, buttons) = list(turn, view, page);
    let message = pressed.message;
    turn.send(pressed.place.chat, What::Edit { message, html, buttons });
    turn.answer(pressed, Label::Done);
}

/// Whether units can be listed by an indicator: at least two are ranked by it.
fn ranks_by(plan: &Plan, id: IndicatorId) -> bool {
    plan.units().filter(|(unit, _)| plan.ranked(*unit).contains(&id)).count() > 1
}

/// A page of a list, and the buttons that lead on.
fn list(turn: &Turn<'_>, view: View, at_page: usize) -> (String, Vec<Vec<Button>>) {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let at = Moment::of(plan, turn.moment.now);
    let ranking = rank_all(plan, &turn.snapshot.all_figures(plan), today);
    let pace = ranking.pace.percent();
    let (html, of) = match view {
        View::Choose => (texts::render(turn.language, &contexts::RankChoose {}), 0),
        View::Indicator(id) => {
            let lines = by_indicator(turn, id);
            let of = lines.len();
            let lines = lines.into_iter().skip(at_page * PAGE).take(PAGE).collect();
            let indicator = Named::of(plan, id);
            let text = RankByIndicator { at, pace, indicator, lines, of };
            (texts::render(turn.language, &text), of)
        }
        View::All | View::Group(_) => {
            let period = plan.period_at(turn.moment.now);
            let mut places = places(plan, &ranking, turn.snapshot, period, &|_| None);
            let group = match view {
                View::Group(group) => Some(plan.groups[group].name.clone()),
                _ => None,
            };
            places.retain(|place| group.as_ref().is_none_or(|group| place.group == *group));
            let of = places.len();
            let places = places.into_iter().skip(at_page * PAGE).take(PAGE).collect();
            let text = contexts::Rank { at, pace, places, own: false, of, group };
            (texts::render(turn.language, &text), of)
        }
    };
    (html, buttons(turn, view, at_page, of))
}

/// Units by one indicator, the furthest first; without a figure last.
fn by_indicator(turn: &Turn<'_>, id: IndicatorId) -> Vec<RankLine> {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let measure = &plan.indicator(id).measure;
    let figures = turn.snapshot.all_figures(plan);
    let carry = plan.units().filter_map(|(unit, row)| {
        let target = plan.target(unit, id)?;
        let cell = (plan.holder(unit, id), id);
        let total = figures.get(cell.0, id);
        Some((
            (row.name.clone(), cell),
            total,
            target,
            completion(total.unwrap_or_default(), Some(target))?,
        ))
    });
    let mut rows: Vec<_> = carry.collect();
    rows.sort_by_key(|(_, total, _, done)| (total.is_none(), Reverse(*done)));
    let mut given: Option<(Ratio, usize)> = None;
    let lines = rows.into_iter().enumerate().map(|(at, ((unit, cell), total, target, done))| {
        let rank = match given {
            Some((same, rank)) if same == done => rank,
            _ => at + 1,
        };
        given = Some((done, rank));
        RankLine {
            rank,
            unit,
            total: total.map(|total| measure.show(total)),
            target: measure.show(target),
            completion: done.percent(),
            light: light(plan, done, today).key(),
            flags: turn.snapshot.book.flag_words(plan, cell),
            off: plan.review.flagged == Flagged::TakenOff,
        }
    });
    lines.collect()
}

fn buttons(turn: &Turn<'_>, view: View, page: usize, of: usize) -> Vec<Vec<Button>> {
    let plan = turn.plan;
    let button = |label: String, data: String| Button { label, data: format!("rank:{data}") };
    let word = |label: Label| label.text(turn.language).to_owned();
    let name = match view {
        View::All => "all:-".to_owned(),
        View::Group(group) => format!("group:{group}"),
        View::Indicator(id) => format!("by:{}", plan.indicator(id).no),
        View::Choose => "choose:-".to_owned(),
    };
    let mut rows = Vec::new();
    let mut turns = Vec::new();
    if page > 0 {
        turns.push(button(word(Label::PageBack), format!("{name}:{}", page - 1)));
    }
    if (page + 1) * PAGE < of {
        turns.push(button(word(Label::PageOn), format!("{name}:{}", page + 1)));
    }
    rows.push(turns);
    if view == View::Choose {
        let ranked = plan.indicators().filter(|(id, _)| ranks_by(plan, *id));
        let all: Vec<Button> = ranked
            .map(|(_, row)| button(format!("{} {}", row.no, row.short), format!("by:{}", row.no)))
            .collect();
        rows.extend(all.chunks(2).map(<[Button]>::to_vec));
        rows.push(vec![button(word(Label::AllUnits), "all:-".to_owned())]);
    } else {
        // A group of one unit is no ranking.
        let several = |group: &usize| {
            plan.units().filter(|(unit, _)| plan.group_of(*unit) == Some(*group)).count() > 1
        };
        let groups = (0..plan.groups.len()).filter(several).filter(|at| view != View::Group(*at));
        let mut others: Vec<Button> =
            groups.map(|at| button(plan.groups[at].name.clone(), format!("group:{at}"))).collect();
        if view != View::All {
            others.insert(0, button(word(Label::AllUnits), "all:-".to_owned()));
        }
        others.push(button(word(Label::ByIndicator), "choose:-".to_owned()));
        rows.extend(others.chunks(3).map(<[Button]>::to_vec));
    }
    rows.retain(|row| !row.is_empty());
    rows
}

fn own_place(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let ranking = rank_all(plan, &turn.snapshot.all_figures(plan), today);
    let period = plan.period_at(turn.moment.now);
    let mut places = places(plan, &ranking, turn.snapshot, period, &|_| None);
    let of = places.len();
    let name = account.unit.map(|unit| &plan.unit(unit).name);
    places.retain(|place| Some(&place.unit) == name);
    let at = Moment::of(plan, turn.moment.now);
    let pace = ranking.pace.percent();
    let text = contexts::Rank { at, pace, places, own: true, of, group: None };
    turn.reply(&said.place, Some(said.message), &text, &[]);
}

/// Every unit's place, in rank order. `last` gives its rank in the bulletin before.
pub(crate) fn places(
    plan: &Plan,
    ranking: &Ranking,
    snapshot: &Snapshot,
    period: Option<Period>,
    last: &dyn Fn(UnitId) -> Option<i64>,
) -> Vec<Place> {
    let standings = &ranking.standings;
    // In rank order, so whoever shares a rank stands beside.
    let rank = |at: usize| standings.get(at).map(|other| other.rank);
    let tied = |at: usize| rank(at) == rank(at + 1) || at > 0 && rank(at) == rank(at - 1);
    let place = |(at, standing): (usize, &crate::progress::Standing)| Place {
        unit: plan.unit(standing.unit).name.clone(),
        group: plan.groups[standing.group].name.clone(),
        rank: standing.rank,
        group_rank: standing.group_rank,
        score: standing.score.points(),
        light: standing.light.key(),
        change: last(standing.unit).map(|last| last - i64::from(standing.rank)),
        missing: period.map_or(0, |period| snapshot.missing(plan, standing.unit, period).len()),
        tied: tied(at),
    };
    standings.iter().enumerate().map(place).collect()
}

/// The unit that a command is about: the one it names, or one's own. `None` if the account may not
/// see it, or if there is no such unit; the person has been told.
pub(super) fn unit_meant(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    (command, name): (&'static str, &str),
) -> Option<UnitId> {
    let all = may(account.role, Act::SeeRanking);
    match (name, account.unit) {
        ("", Some(own)) => Some(own),
        (name, own) => {
            let named = turn.plan.unit_named(name);
            if all && named.is_none() {
                turn.no_such_unit(said, command, name);
                return None;
            }
            let seen = named.filter(|unit| all || own == Some(*unit));
            if seen.is_none() {
                turn.not_allowed(said, "other_unit", &format!("/{command}"));
            }
            seen
        }
    }
}

/// `/unit 兰江`: one card with its picture.
pub(super) fn unit(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str) {
    let Some(unit) = unit_meant(turn, said, account, ("unit", name)) else { return };
    let html = card(turn, unit);
    let picture = trend_picture(turn, unit);
    match picture {
        Some(file) if texts::length(&html) <= LONGEST_CAPTION => {
            turn.send(said.place.chat, What::Photo { file, html, buttons: Vec::new() });
        }
        Some(file) => {
            turn.send(said.place.chat, What::Photo { file, html: String::new(), buttons: vec![] });
            turn.say((&said.place, MessageId(0)), &html, &[], None);
        }
        None => turn.say((&said.place, said.message), &html, &[], None),
    }
}

/// `/trend 兰江`: its score and rank over the bulletins.
pub(super) fn trend(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str) {
    let Some(unit) = unit_meant(turn, said, account, ("trend", name)) else { return };
    let text = contexts::TrendCaption {
        unit: turn.plan.unit(unit).name.clone(),
        of: points(turn, unit).len(),
    };
    let html = texts::render(turn.language, &text);
    match trend_picture(turn, unit) {
        Some(file) => turn.send(said.place.chat, What::Photo { file, html, buttons: Vec::new() }),
        None => turn.say((&said.place, said.message), &html, &[], None),
    }
}

fn card(turn: &Turn<'_>, unit: UnitId) -> String {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let ranking = rank_all(plan, &turn.snapshot.all_figures(plan), today);
    let period = plan.period_at(turn.moment.now);
    let places = places(plan, &ranking, turn.snapshot, period, &|_| None);
    let name = &plan.unit(unit).name;
    let mean = ranking.standings.iter().find(|one| one.unit == unit).map(|one| one.mean);
    let gap = mean.map(|mean| mean - ranking.pace);
    let text = UnitCard {
        unit: name.clone(),
        at: Moment::of(plan, turn.moment.now),
        place: places.into_iter().find(|place| place.unit == *name),
        pace: ranking.pace.percent(),
        gap: gap.map(|gap| gap.points().trim_start_matches('-').to_owned()),
        ahead: gap.is_some_and(|gap| gap >= Ratio::ZERO),
        lines: unit_lines(turn, unit),
        missing: period.map_or(0, |period| turn.snapshot.missing(plan, unit, period).len()),
        period: period.map(|period| PeriodWords::of(plan, period)),
        weekly: plan.reporting.cycle == crate::plan::Cycle::Weekly,
    };
    texts::render(turn.language, &text)
}

/// The trend of a unit as a picture; `None` before the second bulletin, and without fonts.
fn trend_picture(turn: &mut Turn<'_>, unit: UnitId) -> Option<FileOut> {
    let fonts = turn.desk.fonts.as_ref()?;
    let points = points(turn, unit);
    if points.len() < 2 {
        return None;
    }
    let plan = turn.plan;
    let of = plan.units().filter(|(unit, _)| !plan.ranked(*unit).is_empty()).count();
    let trend = Trend {
        plan,
        unit,
        of,
        points: &points,
        made_up: turn.desk.made_up,
        language: turn.language,
    };
    let bytes = trend.draw().ok()?.photo(fonts).ok()?;
    let name = format!("{}.png", plan.unit(unit).name);
    let (file, blob) = FileOut::new(name, "image/png", bytes);
    turn.effects.blobs.push(blob);
    Some(file)
}

/// Where a unit stood in each bulletin, as corrected.
fn points(turn: &Turn<'_>, unit: UnitId) -> Vec<TrendPoint> {
    let plan = turn.plan;
    let code = plan.unit(unit).code.as_str();
    let mut points: Vec<TrendPoint> = Vec::new();
    for row in turn.snapshot.bulletins.values() {
        let point = (|| {
            let of = row.numbers.get("units")?.get(code)?;
            let share = |value: &serde_json::Value| Ratio::parse(value.as_str()?);
            Some(TrendPoint {
                period: row.period,
                at: serde_json::from_value(row.numbers.get("at")?.clone()).ok()?,
                score: share(of.get("score")?)?,
                rank: of.get("rank")?.as_u64()?.try_into().ok()?,
                pace: share(row.numbers.get("pace")?)?,
                light: [Light::Green, Light::Yellow, Light::Red]
                    .into_iter()
                    .find(|light| Some(light.key()) == of.get("light").and_then(|l| l.as_str()))?,
            })
        })();
        let Some(point) = point else { continue };
        match points.last_mut() {
            Some(last) if last.period == point.period => *last = point,
            _ => points.push(point),
        }
    }
    points
}
