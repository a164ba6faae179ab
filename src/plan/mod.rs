//! The plan (任务分解表): units, indicators, targets, calendar and rules, as one checked value.
//!
//! In: the texts of a plan folder ([`PlanFolder`]). Out: a [`Plan`] in which every reference
//! resolves, or every [`Problem`] with file and line. Pure: this room reads no file and no clock,
//! and knows nothing of chats or databases.
//!
//! - [`quantity`]: whole numbers in base units, and how people read them
//! - [`mod@unit`], [`indicator`]: the two axes of the annex
//! - [`calendar`], [`period`]: working days, periods, deadlines
//! - [`assessment`]: what a year's figures and slips are worth
//! - [`hidden`]: characters that nobody sees, which no name may have
//! - [`orders`]: what the office has ordered about deadlines, and quiet hours
//! - [`materials`]: which documents are due, when and from whom
//! - [`levels`]: units whose figures are the totals of a plan below
//! - [`rules`]: jobs, ranking, groups, escalation
//! - [`load`]: from files to a plan, or to the list of what is wrong

pub mod assessment;
pub mod calendar;
pub mod hidden;
pub mod indicator;
pub mod levels;
pub mod load;
pub mod materials;
pub mod orders;
pub mod period;
pub mod quantity;
pub mod rules;
pub mod unit;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

pub use assessment::{AssessmentRules, FullPoints, Points};
pub use calendar::{Calendar, DayKind};
pub use indicator::{Carried, Expected, Indicator, IndicatorId, IndicatorNo, Lead};
pub use levels::{Below, Level};
pub use load::{PlanFolder, Problem};
pub use materials::{Every, Material, Term};
pub use orders::{Orders, QuietHours, TargetOrder};
pub use period::{Cycle, Period, Reporting};
pub use quantity::{Measure, Quantity};
pub use rules::{
    Approval, BulletinRules, CheckRules, Counts, Escalate, Escalation, Flagged, Group, Job,
    JobKind, RankingRules, ReviewRules, ShortShare, Silence,
};
pub use unit::{Unit, UnitCode, UnitId};

/// The longest name of a unit that a text is looked through for, in characters.
const LONGEST_NAME: usize = 24;

/// Names under which the plan, the county and its bodies appear in texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titles {
    /// The plan's full name.
    pub name: String,
    /// The plan's name in English.
    pub name_en: String,
    /// The plan's short name.
    pub short: String,
    /// The document's number.
    pub document: String,
    /// The county.
    pub county: String,
    /// How the county total is called in a table (全市).
    pub whole: String,
    /// The leadership group's office.
    pub office: String,
    /// The leadership group.
    pub leadership: String,
}

/// A checked plan. Made by [`PlanFolder::load`].
#[derive(Debug, Clone)]
pub struct Plan {
    /// The lasting key of the plan.
    pub id: String,
    /// Its names.
    pub titles: Titles,
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
    /// The zone of all local reckoning.
    pub zone: Tz,
    /// Periods and deadlines.
    pub reporting: Reporting,
    /// What happens by itself, and when.
    pub jobs: Vec<Job>,
    /// Who lets a bulletin go.
    pub bulletin: BulletinRules,
    /// How figures are reviewed.
    pub review: ReviewRules,
    /// How units are ranked.
    pub ranking: RankingRules,
    /// How a year is assessed; `None` where the plan has no such rules.
    pub assessment: Option<AssessmentRules>,
    /// Which totals are asked about before they are stored.
    pub checks: CheckRules,
    /// Groups inside which units are ranked, in the order shown.
    pub groups: Vec<Group>,
    /// When the bot writes to nobody by itself, if ever.
    pub quiet: Option<QuietHours>,
    /// Who is told, and when, of a unit that does not report, in the order of steps.
    pub escalation: Vec<Escalation>,
    /// Documents that are due.
    pub materials: Vec<Material>,
    /// What the office has ordered about deadlines.
    pub orders: Orders,
    /// Working days.
    pub calendar: Calendar,
    /// What should be mended before long, though the plan can be worked with.
    pub notes: Vec<Problem>,
    /// Where a rehearsal's plan clock starts, in local time.
    pub rehearsal_start: Option<chrono::NaiveDateTime>,
    /// Units that plans below stand for, as `plan.toml` names them.
    pub below: Vec<Below>,
    levels: Vec<Level>,
    units: Vec<Unit>,
    indicators: Vec<Indicator>,
    targets: BTreeMap<(UnitId, IndicatorId), Quantity>,
    carried: Vec<Vec<IndicatorId>>,
    expected: Vec<Vec<IndicatorId>>,
    ranked: Vec<Vec<IndicatorId>>,
    group_of: Vec<Option<usize>>,
    unit_names: HashMap<String, UnitId>,
    unit_codes: HashMap<UnitCode, UnitId>,
    indicator_numbers: HashMap<IndicatorNo, IndicatorId>,
}

impl Plan {
    /// A unit by its place.
    ///
    /// # Panics
    /// If the id is another plan's.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
    }

    /// An indicator by its place.
    ///
    /// # Panics
    /// If the id is another plan's.
    #[must_use]
    pub fn indicator(&self, id: IndicatorId) -> &Indicator {
        &self.indicators[id.index()]
    }

    /// All units with their places, in the annex's order.
    pub fn units(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        (0..).map(UnitId).zip(&self.units)
    }

    /// All indicators with their places, in the annex's order.
    pub fn indicators(&self) -> impl Iterator<Item = (IndicatorId, &Indicator)> {
        (0..).map(IndicatorId).zip(&self.indicators)
    }

    /// The unit that answers to a name, whatever form of it people use; its code counts too.
    #[must_use]
    pub fn unit_named(&self, name: &str) -> Option<UnitId> {
        self.unit_names.get(name.trim()).copied()
    }

    /// The unit whose name a text begins with, the longest there is, and what follows it: 兰江 is a
    /// name, 兰江街道 too.
    #[must_use]
    pub fn unit_before<'t>(&self, text: &'t str) -> Option<(UnitId, &'t str)> {
        let ends = text.char_indices().filter(|(_, c)| !c.is_whitespace()).take(LONGEST_NAME);
        let ends = ends.map(|(at, c)| at + c.len_utf8());
        ends.filter_map(|end| Some((self.unit_named(&text[..end])?, &text[end..]))).last()
    }

    /// The unit with a code.
    #[must_use]
    pub fn unit_coded(&self, code: &UnitCode) -> Option<UnitId> {
        self.unit_codes.get(code).copied()
    }

    /// The indicator with a number.
    #[must_use]
    pub fn indicator_numbered(&self, no: IndicatorNo) -> Option<IndicatorId> {
        self.indicator_numbers.get(&no).copied()
    }

    /// The indicator that a text names exactly: a number, an official name, a short name.
    #[must_use]
    pub fn indicator_named(&self, text: &str) -> Option<IndicatorId> {
        let text = text.trim();
        let by_number = text.parse().ok().and_then(|no| self.indicator_numbered(no));
        by_number.or_else(|| {
            self.indicators().find(|(_, i)| i.names().any(|name| name == text)).map(|(id, _)| id)
        })
    }

    /// What a unit promised for an indicator. A lead that holds a county indicator has the county's target.
    #[must_use]
    pub fn target(&self, unit: UnitId, indicator: IndicatorId) -> Option<Quantity> {
        self.targets.get(&(unit, indicator)).copied()
    }

    /// The indicators a unit may report: its own rows, and those it leads that are not split.
    #[must_use]
    pub fn carried(&self, unit: UnitId) -> &[IndicatorId] {
        &self.carried[unit.index()]
    }

    /// The indicators a unit is asked for every period.
    #[must_use]
    pub fn expected(&self, unit: UnitId) -> &[IndicatorId] {
        &self.expected[unit.index()]
    }

    /// The indicators by which a unit is ranked; empty for a department.
    #[must_use]
    pub fn ranked(&self, unit: UnitId) -> &[IndicatorId] {
        &self.ranked[unit.index()]
    }

    /// The place in [`Plan::groups`] of a unit's group; `None` for departments.
    #[must_use]
    pub fn group_of(&self, unit: UnitId) -> Option<usize> {
        self.group_of[unit.index()]
    }

    /// The unit under which a figure is kept: itself, but the first lead where several leads
    /// carry one figure together (8, 9).
    #[must_use]
    pub fn holder(&self, unit: UnitId, indicator: IndicatorId) -> UnitId {
        let row = self.indicator(indicator);
        match (row.carried, row.leads.first()) {
            (Carried::ByLeads, Some(first)) => first.unit,
            _ => unit,
        }
    }

    /// The units whose figure it is: all leads of one that departments carry together, else the unit.
    pub fn bearers(&self, unit: UnitId, indicator: IndicatorId) -> impl Iterator<Item = UnitId> {
        let row = self.indicator(indicator);
        let leads = if row.carried == Carried::ByLeads { &row.leads[..] } else { &[] };
        let own = leads.is_empty().then_some(unit);
        leads.iter().map(|lead| lead.unit).chain(own)
    }

    /// The parts (其中) of an indicator.
    pub fn parts(&self, whole: IndicatorId) -> impl Iterator<Item = IndicatorId> {
        self.indicators().filter(move |(_, i)| i.whole == Some(whole)).map(|(id, _)| id)
    }

    /// The local calendar day of an instant.
    #[must_use]
    pub fn local_day(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }

    /// The plan as it stands under these orders.
    #[must_use]
    pub fn under(&self, orders: Orders) -> Self {
        Self { orders, ..self.clone() }
    }

    /// The plan with the targets that are in force on a day.
    #[must_use]
    pub fn as_of(mut self, day: NaiveDate) -> Self {
        for order in self.orders.targets_on(day) {
            let row = &mut self.indicators[order.indicator.index()];
            row.target = order.county.or(row.target);
            let holders = match row.carried {
                Carried::ByUnits => vec![order.unit],
                Carried::ByLeads => row.leads.iter().map(|lead| lead.unit).collect(),
            };
            for holder in holders {
                if let Some(target) = self.targets.get_mut(&(holder, order.indicator)) {
                    *target = order.target;
                }
            }
        }
        self
    }

    /// What the units' targets for an indicator add up to.
    #[must_use]
    pub fn split(&self, indicator: IndicatorId) -> Quantity {
        let of = self.targets.iter().filter(|((_, id), _)| *id == indicator);
        Quantity(of.map(|(_, target)| target.0).fold(0, i64::saturating_add))
    }

    /// When a period's figures are due.
    #[must_use]
    pub fn deadline(&self, period: Period) -> DateTime<Utc> {
        let rule = || self.reporting.deadline(period, &self.calendar, self.zone);
        self.orders.deadline(period).unwrap_or_else(rule)
    }

    /// When they are due from one unit, which may have been given longer.
    #[must_use]
    pub fn deadline_of(&self, unit: UnitId, period: Period) -> DateTime<Utc> {
        self.orders.extension(period, unit).unwrap_or_else(|| self.deadline(period))
    }

    /// Whether it is the time of day at which the bot writes to nobody by itself.
    #[must_use]
    pub fn is_quiet(&self, now: DateTime<Utc>) -> bool {
        self.quiet.is_some_and(|quiet| quiet.contain(now.with_timezone(&self.zone).time()))
    }

    /// The next end of the quiet hours after an instant.
    #[must_use]
    pub fn quiet_until(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.quiet?.until;
        let day = self.local_day(after);
        let ends = [day, day + Days::new(1)]
            .map(|day| period::local_instant(day.and_time(until), self.zone));
        ends.into_iter().find(|at| *at > after)
    }

    /// The local day on which a period is due.
    fn deadline_day(&self, period: Period) -> NaiveDate {
        match self.orders.deadline(period) {
            Some(at) => self.local_day(at),
            None => self.reporting.deadline_day(period, &self.calendar),
        }
    }

    /// Whether a period has a day of the plan in it.
    #[must_use]
    pub fn has_period(&self, period: Period) -> bool {
        period.last_day() >= self.start && period.first_day() <= self.end
    }

    /// The period whose days these are; `None` outside the plan's time.
    #[must_use]
    pub fn current_period(&self, now: DateTime<Utc>) -> Option<Period> {
        let period = Period::containing(self.local_day(now), self.reporting.cycle);
        self.has_period(period).then_some(period)
    }

    /// The period a report belongs to when it names none: the one whose days these are, or the one
    /// before on the days a holiday has moved its deadline to. `None` outside the plan's time.
    #[must_use]
    pub fn period_at(&self, now: DateTime<Utc>) -> Option<Period> {
        let day = self.local_day(now);
        let current = Period::containing(day, self.reporting.cycle);
        let previous = current.previous();
        let still_due = self.has_period(previous) && day <= self.last_taken_day(previous);
        let period = if still_due { previous } else { current };
        self.has_period(period).then_some(period)
    }

    /// Whether what happened at `then` can still be answered, changed or undone `now`: as long as a
    /// report without a period would belong to the same one.
    #[must_use]
    pub fn still_open(&self, then: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let period = self.period_at(then);
        period.is_some() && period == self.period_at(now)
    }

    /// The last day on which a report without a period belongs to this one: its own last day, or
    /// the working day after a deadline that a holiday has moved past that. Where one holiday gives
    /// two periods the same deadline, what is reported for the later one serves both.
    fn last_taken_day(&self, period: Period) -> NaiveDate {
        let deadline = self.deadline_day(period);
        if self.deadline_day(period.next()) <= deadline {
            return period.last_day();
        }
        period.last_day().max(self.calendar.add_working_days(deadline, 1))
    }

    /// The first working day on which reports belong to this period.
    fn first_taken_day(&self, period: Period) -> NaiveDate {
        let before = period.previous();
        let first = if self.has_period(before) {
            self.last_taken_day(before) + Days::new(1)
        } else {
            period.first_day()
        };
        self.calendar.nearest_working_day(first, true)
    }

    /// The latest period whose deadline has passed.
    #[must_use]
    pub fn last_closed(&self, now: DateTime<Utc>) -> Option<Period> {
        let mut period = Period::containing(self.local_day(now), self.reporting.cycle);
        while self.deadline(period) >= now {
            period = period.previous();
        }
        self.has_period(period).then_some(period)
    }

    /// The period a job acts on if it fires now; `None` if this is not its day.
    ///
    /// A reminder ahead of the deadline waits for the first working day on which its period can be
    /// reported, and is left out where that is the deadline's own day, which has its reminder.
    #[must_use]
    pub fn job_period(&self, job: &Job, now: DateTime<Utc>) -> Option<Period> {
        let now = now + job.ahead;
        let period = match job.kind {
            JobKind::Reminder => self.period_at(now),
            JobKind::Overdue
            | JobKind::Bulletin
            | JobKind::Draft
            | JobKind::Review
            | JobKind::Silence => self.last_closed(now),
            JobKind::Desk => {
                let worked = self.calendar.is_working_day(self.local_day(now));
                return self.period_at(now).or(self.last_closed(now)).filter(|_| worked);
            }
        }?;
        let deadline = self.deadline_day(period);
        let mut day = self.calendar.add_working_days(deadline, job.working_days_from_deadline);
        if job.working_days_from_deadline < 0 {
            day = day.max(self.first_taken_day(period));
            if day >= deadline {
                return None;
            }
        }
        (day == self.local_day(now)).then_some(period)
    }

    /// The next time a job acts after an instant, and on which period. Looks two years ahead.
    #[must_use]
    pub fn next_firing(&self, job: &Job, after: DateTime<Utc>) -> Option<(DateTime<Utc>, Period)> {
        let horizon = after + chrono::Duration::days(731);
        job.firings_after(after, self.zone)
            .take_while(|at| *at <= horizon)
            .take(20_000)
            .find_map(|at| self.job_period(job, at).map(|period| (at, period)))
    }
}
