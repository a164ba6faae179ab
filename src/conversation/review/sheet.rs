//! What a reviewer is shown: an indicator over all units, last period beside this one, what looks wrong
//! first.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::book::{Cell, Review};
use super::judge::may_judge;
use super::suspect::{Seen, suspect};
use crate::conversation::effects::Button;
use crate::conversation::evidence::{Evidence, handing};
use crate::conversation::needs::hex;
use crate::conversation::snapshot::{Account, InForce, Snapshot};
use crate::plan::{IndicatorId, Period, Plan, UnitId};
use crate::texts::contexts::{
    Moment, Named, PeriodWords, ReturnedLine, ReviewCard, ReviewCount, ReviewLine, ReviewList,
    Suspect,
};
use crate::texts::{self, Label, Language};

/// The most indicators that a list has buttons for.
const MOST_BUTTONS: usize = 30;

/// One indicator over all units.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    /// The period under review.
    pub period: Period,
    /// The same, and whether it is closed.
    pub span: Span,
    /// The indicator.
    pub indicator: IndicatorId,
    /// To be reviewed, what looks wrong first.
    pub open: Vec<Row>,
    /// Reviewed.
    pub accepted: Vec<Row>,
    /// Sent back and not come again.
    pub returned: Vec<&'a Review>,
    /// Not reported.
    pub missing: Vec<UnitId>,
}

/// A figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// Under which unit and which indicator.
    pub cell: Cell,
    /// The number of its last submission.
    pub latest: u32,
    now: InForce,
    last: Option<InForce>,
    /// Why it looks wrong.
    pub why: Vec<Suspect>,
}

/// A period under review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The period.
    pub period: Period,
    /// Whether its deadline has passed, so that whoever has not reported is missing.
    pub closed: bool,
}

/// What is under review by an account: the period whose deadline has passed last, or the one after it
/// once all that the account may judge of that is judged.
///
/// What came late, was sent back or is older still holds it back only as long as nothing has come for
/// the next one: after that it stands among what is new, with its own period beside it.
#[must_use]
pub fn span(
    plan: &Plan,
    snapshot: &Snapshot,
    account: &Account,
    now: DateTime<Utc>,
) -> Option<Span> {
    let closed = plan.last_closed(now).map(|period| Span { period, closed: true });
    let coming = plan.period_at(now).filter(|period| closed.is_none_or(|at| at.period < *period));
    let coming = coming.map(|period| Span { period, closed: false });
    let (Some(last), Some(_)) = (closed, coming) else { return closed.or(coming) };
    let book = &snapshot.book;
    let (mut in_time, mut straggling, mut newer) = (false, false, false);
    for (cell, current) in &snapshot.figures {
        if !may_judge(plan, snapshot, account, *cell) {
            continue;
        }
        if let Some(back) = book.sent_back(*cell, Some(*current)) {
            straggling |= back.period <= last.period;
        } else if let Some(figure) = current.in_force {
            let waits = !book.is_accepted(*cell, current.latest);
            let late = book.latest.get(cell).is_some_and(|row| row.late);
            newer |= figure.period > last.period;
            in_time |= waits && figure.period == last.period && !late;
            straggling |= waits && figure.period <= last.period;
        }
    }
    if in_time || straggling && !newer { closed } else { coming }
}

/// The indicators an account reviews and somebody reports, in the annex's order.
#[must_use]
pub fn reviewed_by(plan: &Plan, account: &Account) -> Vec<IndicatorId> {
    let mine = |id: &IndicatorId| crate::conversation::permissions::reviews(plan, account, *id);
    plan.indicators().map(|(id, _)| id).filter(mine).collect()
}

impl<'a> Sheet<'a> {
    /// An indicator as an account reviews it: the figures that it may judge.
    #[must_use]
    pub fn of(
        plan: &'a Plan,
        snapshot: &'a Snapshot,
        account: &Account,
        (indicator, span): (IndicatorId, Span),
    ) -> Self {
        let book = &snapshot.book;
        let holds = |unit: &UnitId| {
            plan.carried(*unit).contains(&indicator) && plan.holder(*unit, indicator) == *unit
        };
        let units: Vec<UnitId> = plan.units().map(|(unit, _)| unit).filter(holds).collect();
        let whole = plan.indicator(indicator).whole;
        let seen = |unit: UnitId| {
            let now = snapshot.in_force(unit, indicator)?;
            let cell = (unit, indicator);
            let last = book.last.get(&cell).copied();
            let whole = whole.and_then(|whole| snapshot.total(plan.holder(unit, whole), whole));
            Some(Seen { unit, now, last, whole, repeated: book.repeated.contains(&cell) })
        };
        let all: Vec<Seen> = units.iter().filter_map(|unit| seen(*unit)).collect();
        let mut sheet = Self {
            plan,
            snapshot,
            period: span.period,
            span,
            indicator,
            open: Vec::new(),
            accepted: Vec::new(),
            returned: Vec::new(),
            missing: Vec::new(),
        };
        for unit in units {
            let cell = (unit, indicator);
            let current = snapshot.figures.get(&cell).copied();
            let seen = all.iter().find(|seen| seen.unit == unit);
            let asked = plan.expected(unit).contains(&indicator);
            if let Some(review) = book.sent_back(cell, current) {
                sheet.returned.push(review);
                continue;
            }
            let (Some(current), Some(seen)) = (current, seen) else {
                sheet.missing.extend((asked && span.closed).then_some(unit));
                continue;
            };
            if asked && span.closed && seen.now.period < span.period {
                sheet.missing.push(unit);
            }
            let latest = current.latest;
            let why = suspect(plan, indicator, seen, &all);
            let row = Row { cell, latest, now: seen.now, last: seen.last, why };
            if book.is_accepted(cell, latest) {
                sheet.accepted.push(row);
            } else if may_judge(plan, snapshot, account, cell) {
                sheet.open.push(row);
            }
        }
        sheet.open.sort_by_key(|row| row.why.is_empty());
        sheet
    }

    /// How many of the open ones look wrong.
    #[must_use]
    pub fn suspicious(&self) -> usize {
        self.open.iter().filter(|row| !row.why.is_empty()).count()
    }

    /// How many of the open ones are for earlier periods.
    #[must_use]
    pub fn earlier(&self) -> usize {
        self.open.iter().filter(|row| row.now.period < self.period).count()
    }

    /// A word for exactly what is open: a press of 全部通过 holds for that.
    #[must_use]
    pub fn seal(&self) -> String {
        let mut hash = Sha256::new();
        for row in &self.open {
            hash.update(format!("{}:{};", self.plan.unit(row.cell.0).code, row.latest));
        }
        hex(&hash.finalize()[..4])
    }

    /// A figure, open or reviewed.
    #[must_use]
    pub fn row(&self, unit: UnitId) -> Option<&Row> {
        self.open.iter().chain(&self.accepted).find(|row| row.cell.0 == unit)
    }

    /// A figure as its reviewer reads it.
    #[must_use]
    pub fn line(&self, row: &Row) -> ReviewLine {
        let measure = &self.plan.indicator(self.indicator).measure;
        let latest = self.snapshot.book.latest.get(&row.cell);
        let notes = self.snapshot.book.notes.get(&row.cell);
        let growth = row.last.map(|last| {
            let grown = row.now.total.0.saturating_sub(last.total.0);
            let sign = if grown > 0 { "+" } else { "" };
            format!("{sign}{}", measure.show(crate::plan::Quantity(grown)))
        });
        let other = row.now.period != self.period;
        ReviewLine {
            unit: self.plan.unit(row.cell.0).name.clone(),
            total: measure.show(row.now.total),
            last: row.last.map(|last| measure.show(last.total)),
            growth,
            period: other.then(|| PeriodWords::of(self.plan, row.now.period)),
            late: latest.is_some_and(|row| row.late),
            why: row.why.clone(),
            notes: notes.cloned().unwrap_or_default(),
            evidence: self.evidence(row).map(handing::line).collect(),
            flags: self.snapshot.book.flag_words(self.plan, row.cell),
        }
    }

    /// What bears a figure out.
    pub fn evidence(&self, row: &Row) -> impl Iterator<Item = &'a Evidence> {
        let all = self.snapshot.book.evidence.get(&row.cell);
        let period = row.now.period;
        all.into_iter().flatten().filter(move |one| one.period == period)
    }

    /// The sheet in words, and its buttons.
    #[must_use]
    pub fn card(&self, language: Language) -> (String, Vec<Vec<Button>>) {
        let plan = self.plan;
        let wrong = |row: &&Row| !row.why.is_empty();
        let lines = |wanted: bool| {
            let rows = self.open.iter().filter(move |row| wrong(row) == wanted);
            rows.map(|row| self.line(row)).collect()
        };
        let text = ReviewCard {
            period: PeriodWords::of(plan, self.period),
            indicator: Named::of(plan, self.indicator),
            suspicious: lines(true),
            others: lines(false),
            accepted: self.accepted.len(),
            returned: self.returned.iter().map(|review| returned_line(plan, review)).collect(),
            missing: self.missing.iter().map(|unit| plan.unit(*unit).name.clone()).collect(),
        };
        let no = plan.indicator(self.indicator).no;
        let button = |label: String, data: String| Button { label, data };
        let mut buttons = Vec::new();
        if !self.open.is_empty() {
            let all = Label::ReviewAll.with(language, &[&self.open.len().to_string()]);
            let one = Label::ReviewOneByOne.text(language).to_owned();
            buttons.push(vec![
                button(all, format!("review:all:{no}:{}", self.seal())),
                button(one, format!("review:one:{no}")),
            ]);
        }
        let list = Label::ReviewList.text(language).to_owned();
        buttons.push(vec![button(list, "review:list".to_owned())]);
        (texts::render(language, &text), buttons)
    }
}

fn returned_line(plan: &Plan, review: &Review) -> ReturnedLine {
    ReturnedLine {
        unit: plan.unit(review.unit).name.clone(),
        reason: review.reason.clone(),
        until: review.deadline.map(|deadline| Moment::of(plan, deadline)),
    }
}

/// All that an account reviews: a line an indicator, and a button for each that wants something.
/// `None` if nothing does.
#[must_use]
pub fn list(
    plan: &Plan,
    snapshot: &Snapshot,
    (account, span): (&Account, Span),
    (only, instead): (&dyn Fn(IndicatorId) -> bool, bool),
) -> (String, Vec<Vec<Button>>, usize) {
    let of = reviewed_by(plan, account).into_iter().filter(|id| only(*id));
    let sheets: Vec<Sheet<'_>> =
        of.map(|id| Sheet::of(plan, snapshot, account, (id, span))).collect();
    let wanting = |sheet: &&Sheet<'_>| !sheet.open.is_empty() || !sheet.returned.is_empty();
    let lines = sheets.iter().filter(wanting).map(|sheet| ReviewCount {
        indicator: Named::of(plan, sheet.indicator),
        open: sheet.open.len(),
        suspicious: sheet.suspicious(),
        earlier: sheet.earlier(),
        returned: sheet.returned.len(),
        missing: sheet.missing.len(),
    });
    let lines: Vec<ReviewCount> = lines.collect();
    let done = sheets.len() - lines.len();
    let period = PeriodWords::of(plan, span.period);
    let open = sheets.iter().map(|sheet| sheet.open.len()).sum();
    let text = ReviewList { period, lines, done, instead, silence: plan.review.silence };
    let buttons: Vec<Button> = sheets
        .iter()
        .filter(wanting)
        .take(MOST_BUTTONS)
        .map(|sheet| {
            let row = plan.indicator(sheet.indicator);
            let label = format!("{} {} {}", row.no, row.short, sheet.open.len());
            Button { label, data: format!("review:see:{}", row.no) }
        })
        .collect();
    let buttons = buttons.chunks(2).map(<[Button]>::to_vec).collect();
    (texts::render(account.language, &text), buttons, open)
}
