//! Made-up liaisons (演练数据): they report plausible figures for months, as people write them, and
//! the whole bot takes them in, reminds, and issues its bulletins. All of it follows from the seed.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::progress::Progress;
use crate::plan::{IndicatorId, Plan, Quantity, UnitId};
use crate::rehearsal::{MessageId, UserId, World};

/// What to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Where chance begins.
    pub seed: u64,
    /// How many weeks before the rehearsal's start.
    pub weeks: u32,
}

/// Hours between a report and its deadline, and how many of a hundred reports come then; the rest
/// never come.
const HOURS: [(i64, u64); 5] = [(-78, 20), (-50, 25), (-26, 27), (-3, 15), (17, 8)];

/// Hours before the deadline at which the made-up weeks end and people take over.
const HOURS_LEFT: i64 = 2;

/// Splitmix64: small, and the same everywhere.
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to but not including `high`.
    fn between(&mut self, low: u64, high: u64) -> i64 {
        i64::try_from(low + self.next() % (high - low)).unwrap_or_default()
    }
}

/// One report that is to be made.
struct Due {
    at: DateTime<Utc>,
    liaison: usize,
    number: usize,
}

/// The people of one plan who report, each for a unit.
pub(super) type Cast<'a> = (&'a Plan, Vec<(UserId, UnitId)>);

/// What a unit is asked for and reports itself.
fn own(plan: &Plan, unit: UnitId) -> impl Iterator<Item = IndicatorId> + '_ {
    let typed = move |id: &IndicatorId| plan.level_of(plan.holder(unit, *id), *id).is_none();
    plan.expected(unit).iter().copied().filter(typed)
}

/// A made-up liaison.
struct Liaison<'a> {
    plan: &'a Plan,
    user: UserId,
    unit: UnitId,
    /// Thousandths of the pace at which each figure grows.
    speeds: HashMap<IndicatorId, i64>,
    /// What was reported last.
    totals: HashMap<IndicatorId, i64>,
    /// What stands between two figures of a message.
    between: &'static str,
    chance: Chance,
}

impl<'a> Liaison<'a> {
    fn new(plan: &'a Plan, user: UserId, unit: UnitId, seed: u64) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ user.0.unsigned_abs());
        let usual = chance.between(760, 1290);
        let pace = |chance: &mut Chance| usual * chance.between(820, 1180) / 1000;
        let speeds = own(plan, unit).map(|id| (id, pace(&mut chance))).collect();
        let separators = ["，", "\n", "；", "、"];
        let between = separators[usize::try_from(chance.next() % 4).unwrap_or_default()];
        Self { plan, user, unit, speeds, totals: HashMap::new(), between, chance }
    }

    /// The message that this liaison writes on a day, with what is known by then.
    fn writes(&mut self, now: DateTime<Utc>) -> String {
        let plan = self.plan;
        let day = plan.local_day(now);
        let (all, passed) = ((plan.end - plan.start).num_days(), (day - plan.start).num_days());
        let mut figures = Vec::new();
        for id in own(plan, self.unit) {
            // Now and then something is not known yet; the reminder will ask for it.
            let unknown = self.chance.between(0, 100) < 4;
            let Some(total) = self.total(plan, id, (passed, all)) else { continue };
            if unknown {
                continue;
            }
            self.totals.insert(id, total);
            let indicator = plan.indicator(id);
            figures.push(format!("{}{}", indicator.short, indicator.measure.show(Quantity(total))));
        }
        figures.join(self.between)
    }

    /// A total that never falls, keeps about to its pace, and as a part stays within its whole.
    fn total(&mut self, plan: &Plan, id: IndicatorId, (passed, all): (i64, i64)) -> Option<i64> {
        let indicator = plan.indicator(id);
        let before = self.totals.get(&id).copied().unwrap_or(0);
        let whole = plan.expected(self.unit).iter().find(|one| plan.parts(**one).any(|p| p == id));
        if let Some(whole) = whole {
            let whole = self.totals.get(whole).copied()?;
            return Some((whole * self.chance.between(780, 960) / 1000).max(before).min(whole));
        }
        let target = plan.target(self.unit, id).or(indicator.target)?.0;
        let speed = self.speeds.get(&id).copied().unwrap_or(1000);
        // A share is about what it shall be from the start.
        let (passed, speed) =
            if indicator.measure.is_rate() { (all, speed.min(1000)) } else { (passed, speed) };
        let exact = i128::from(target) * i128::from(passed) * i128::from(speed);
        let rough = i64::try_from(exact / (i128::from(all.max(1)) * 1000)).unwrap_or(before);
        let step = (indicator.measure.scale / 100).max(1);
        Some((rough / step * step).max(before))
    }
}

/// When the made-up weeks begin and end for a rehearsal that starts at `start`: with the first plan that
/// opens, and ahead of the first deadline.
pub(super) fn span(
    plans: &[Arc<Plan>],
    weeks: u32,
    start: DateTime<Utc>,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let opening = |plan: &Arc<Plan>| {
        let opening = plan.start.and_hms_opt(8, 30, 0).unwrap_or_default();
        crate::plan::period::local_instant(opening, plan.zone)
    };
    let from = start - TimeDelta::weeks(i64::from(weeks));
    let from = plans.iter().map(opening).min().map_or(from, |opening| from.max(opening));
    let deadline = |plan: &Arc<Plan>| Some(plan.deadline(plan.period_at(start)?));
    let deadline = plans.iter().filter_map(deadline).min();
    let until = deadline.map_or(start, |at| (at - TimeDelta::hours(HOURS_LEFT)).max(start));
    (from, until)
}

/// Plays everybody of all plans from the clock's time until `until`; gives how many reports were made.
pub(super) async fn play(
    casts: &[Cast<'_>],
    world: &World,
    seed: u64,
    until: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let cannot = "演练数据填不进去 / the made-up data cannot be filled in";
    let (mut liaisons, mut due): (Vec<Liaison<'_>>, Vec<Due>) = Default::default();
    for (plan, people) in casts {
        let mut theirs: Vec<Liaison<'_>> =
            people.iter().map(|(user, unit)| Liaison::new(plan, *user, *unit, seed)).collect();
        due.extend(calendar(plan, (liaisons.len(), &mut theirs), world.now(), until));
        liaisons.append(&mut theirs);
    }
    due.sort_by_key(|one| (one.at, one.liaison));
    let last = due.last().map_or(0, |due| due.number);
    let (mut reports, mut done) = (0, 0);
    let progress = Progress::of_parts("填入演练数据 / filling in");
    for batch in due.chunk_by(|one, other| one.at == other.at) {
        progress.set(done, due.len() as u64);
        done += batch.len() as u64;
        world.advance(batch[0].at).await.map_err(anyhow::Error::msg).context(cannot)?;
        if batch[0].number == last {
            world.is_read();
        }
        for one in batch {
            let liaison = &mut liaisons[one.liaison];
            let text = liaison.writes(batch[0].at);
            if !text.is_empty() {
                world.says(liaison.user, liaison.user, &text).context(cannot)?;
                reports += 1;
            }
        }
        world.rest().await.map_err(anyhow::Error::msg).context(cannot)?;
        for one in batch {
            answer(world, liaisons[one.liaison].user);
        }
    }
    world.advance(until).await.map_err(anyhow::Error::msg).context(cannot)?;
    Ok(reports)
}

/// Who of a plan reports when; the first of them has the number `first`.
fn calendar(
    plan: &Plan,
    (first, liaisons): (usize, &mut [Liaison<'_>]),
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Due> {
    let periods = std::iter::successors(plan.period_at(from), |period| Some(period.next()));
    let periods = periods.take_while(|period| plan.has_period(*period));
    let periods = periods.take_while(|period| plan.deadline(*period) - TimeDelta::weeks(2) < until);
    let mut due = Vec::new();
    for (number, period) in periods.enumerate() {
        for (at, liaison) in liaisons.iter_mut().enumerate() {
            let mut drawn = liaison.chance.next() % 100;
            for (hours, share) in HOURS {
                if drawn < share {
                    let at_hour = plan.deadline(period) + TimeDelta::hours(hours);
                    due.push(Due { at: at_hour, liaison: first + at, number });
                    break;
                }
                drawn -= share;
            }
        }
    }
    due.retain(|one| from < one.at && one.at < until);
    due
}

/// Whoever is asked something confirms it by the first button, as one does who was right.
fn answer(world: &World, user: UserId) {
    let messages = world.messages(user);
    let own = messages.iter().rposition(|message| !message.from_bot).unwrap_or(0);
    for message in &messages[own..] {
        let asked = message.all_buttons().find_map(|button| button.data());
        if let Some(data) = asked.filter(|data| data.starts_with("ask:")) {
            press(world, user, message.id, data);
        }
    }
}

fn press(world: &World, user: UserId, message: MessageId, data: &str) {
    // What is not there any more needs no answer.
    let _ = world.presses(user, user, message, data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_tells_the_same_and_totals_never_fall() {
        let plan = crate::plan::load::lanxi();
        let unit = plan.unit_named("兰江街道").unwrap();
        let weeks = |seed| {
            let mut liaison = Liaison::new(&plan, UserId(2005), unit, seed);
            let mut before = HashMap::new();
            let start: DateTime<Utc> = "2019-03-18T02:00:00Z".parse().unwrap();
            (0..13)
                .map(|week| {
                    let text = liaison.writes(start + TimeDelta::weeks(week));
                    for (id, total) in &liaison.totals {
                        assert!(before.get(id).is_none_or(|last| last <= total), "{text}");
                        let part = plan.parts(*id).find_map(|part| liaison.totals.get(&part));
                        assert!(part.is_none_or(|part| part <= total), "{text}");
                    }
                    before.clone_from(&liaison.totals);
                    text
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(weeks(1), weeks(1));
        assert_ne!(weeks(1), weeks(2));
        assert!(weeks(1).iter().all(|text| text.contains("小升规")), "{:#?}", weeks(1));
    }
}
