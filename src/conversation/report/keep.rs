//! Storing what was settled, and reading it back.

use super::settle::{Accepted, Settled};
use super::{At, How, Slip, behalf};
use crate::conversation::effects::{Button, Origin, Report, Source, Submission};
use crate::conversation::pending::{Pending, PendingState};
use crate::conversation::review::again;
use crate::conversation::snapshot::{About, Reported};
use crate::conversation::{Turn, ask, withdraw};
use crate::message::Kind;
use crate::plan::{IndicatorId, Quantity};
use crate::progress::{Ratio, completion};
use crate::texts::contexts::{self, FigureLine, Named, PeriodWords};
use crate::texts::{self, Label};

/// The most bytes a button carries (Bot API, `callback_data`).
const MOST_DATA: usize = 64;

/// What a change does to what the message had reported, beside what it reports now.
#[derive(Debug, Default)]
pub(in crate::conversation) struct Changes {
    /// What is in doubt now: it stands as it was.
    pub kept: Vec<IndicatorId>,
}

/// Stores a report and its figures.
pub(super) fn store(turn: &mut Turn<'_>, slip: &Slip<'_>, text: &str, settled: &Settled) {
    figures(turn, slip, &settled.accepted);
    turn.effects.reports.push(Report {
        key: slip.key,
        unit: slip.unit,
        period: slip.period,
        by: slip.account.user,
        source: Source::Words,
        text: text.to_owned(),
        at: turn.moment.now,
    });
}

/// Stores figures under a report that is there, and closes the questions they answer.
pub(in crate::conversation) fn figures(
    turn: &mut Turn<'_>,
    slip: &Slip<'_>,
    accepted: &[Accepted],
) {
    for one in accepted {
        let row = submission(turn, slip, one);
        again::tell_reviewer(turn, &row);
        turn.effects.submissions.push(row);
    }
    if !accepted.is_empty() {
        drop_older(turn, slip);
    }
    if slip.on_behalf() && !accepted.is_empty() {
        behalf::tell(turn, slip, accepted);
    }
    let stored: Vec<(IndicatorId, Quantity)> =
        accepted.iter().map(|one| (one.figure.indicator, one.in_force.total)).collect();
    let open = turn.snapshot.pending.values().filter(|one| {
        (one.unit, one.period, one.state) == (slip.unit, slip.period, PendingState::Open)
    });
    let changed: Vec<Pending> = open.filter_map(|one| one.after(turn.plan, &stored)).collect();
    turn.effects.pending.extend(changed);
}

/// Takes back what older editions of a changed message said and this one does not, once nothing about
/// it is in question any more.
fn drop_older(turn: &mut Turn<'_>, slip: &Slip<'_>) {
    let key = slip.key;
    let editions = turn.snapshot.reports.get(&(key.chat, key.message));
    let asked = |one: &&Pending| one.key.report == key && one.state == PendingState::Open;
    // The one that is being answered is still open.
    if turn.snapshot.pending.values().filter(asked).count() != 1 {
        return;
    }
    let words: Vec<&Reported> =
        editions.into_iter().flatten().filter(|one| one.report.source == Source::Words).collect();
    let Some(own) = words.iter().find(|one| one.report.key == key) else { return };
    let reading = turn.desk.lexicon.read(turn.plan, slip.unit, &own.report.text);
    let spoken = |id: IndicatorId| {
        reading.figures.iter().any(|figure| figure.indicator == id)
            || reading.asks.iter().any(|ask| ask.indicator == Some(id))
    };
    let older = words.iter().filter(|one| one.report.key.edition < key.edition);
    let rows = older.flat_map(|one| &one.submissions);
    let rows = rows.filter(|row| !spoken(row.indicator) && turn.stands(row));
    let rows: Vec<Submission> = rows.cloned().collect();
    for row in &rows {
        withdraw::take_back(turn, row, slip.account.user, key);
    }
    behalf::tell_of_withdrawals(turn, slip.account, slip.unit, &rows);
}

/// What this turn has taken back under a report.
fn gone(turn: &Turn<'_>, slip: &Slip<'_>) -> Vec<IndicatorId> {
    let back = |row: &&Submission| row.origin == Origin::Withdrawal && row.report == slip.key;
    turn.effects.submissions.iter().filter(back).map(|row| row.indicator).collect()
}

fn submission(turn: &Turn<'_>, slip: &Slip<'_>, one: &Accepted) -> Submission {
    Submission {
        unit: one.holder,
        indicator: one.figure.indicator,
        revision: one.revision,
        period: slip.period,
        origin: match one.figure.kind {
            Kind::Total => Origin::Total,
            Kind::Increment => Origin::Increment,
        },
        value: one.figure.value,
        place: one.place,
        in_force: Some(one.in_force),
        before: one.before,
        late: turn.is_late((one.holder, one.figure.indicator), slip.unit, slip.period),
        report: slip.key,
        by: slip.account.user,
        at: turn.moment.now,
    }
}

/// Says what was stored and what is missing, and asks what must be asked, a message each.
pub(super) fn answer(
    turn: &mut Turn<'_>,
    at: At<'_>,
    slip: &Slip<'_>,
    settled: Settled,
    changes: &Changes,
) {
    let Settled { accepted, asked, remarks } = settled;
    let otherwise = !changes.kept.is_empty() || !gone(turn, slip).is_empty();
    let only_asked = accepted.is_empty() && remarks.is_empty() && !otherwise;
    if !only_asked || asked.is_empty() {
        let html = read_back(turn, slip, &accepted, changes, remarks, false);
        let buttons = undo_button(turn, slip, &accepted);
        turn.say(at, &html, &buttons, Some(About::Report(slip.key)));
    }
    for (number, one) in (0..).zip(asked) {
        ask::send(turn, at, slip, number, one);
    }
}

/// The read-back's text.
pub(in crate::conversation) fn read_back(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    accepted: &[Accepted],
    changes: &Changes,
    questions: Vec<contexts::Question>,
    noting: bool,
) -> String {
    let plan = turn.plan;
    let recent = &turn.effects.submissions;
    let missing = turn.snapshot.missing_after(recent, plan, slip.unit, slip.period);
    let kept = changes.kept.iter().filter_map(|id| {
        let now = turn.current(plan.holder(slip.unit, *id), *id)?.in_force?;
        Some((Named::of(plan, *id), plan.indicator(*id).measure.show(now.total)))
    });
    let text = contexts::Reported {
        unit: plan.unit(slip.unit).name.clone(),
        period: PeriodWords::of(plan, slip.period),
        late: turn.moment.now > plan.deadline_of(slip.unit, slip.period)
            && (accepted.is_empty()
                || accepted.iter().any(|one| {
                    turn.is_late((one.holder, one.figure.indicator), slip.unit, slip.period)
                })),
        how: match slip.how {
            How::Corrected => "corrected",
            How::Edited => "edited",
            How::Sent if slip.on_behalf() => "on_behalf",
            How::Sent => "sent",
        },
        on_behalf: slip.on_behalf(),
        figures: accepted.iter().map(|one| figure_line(turn, slip, one)).collect(),
        withdrawn: Named::all(plan, &gone(turn, slip)),
        kept: kept.collect(),
        questions,
        missing: Named::all(plan, &missing),
        noting,
    };
    texts::render(turn.language, &text)
}

/// The button that undoes these figures of a report: all of it, or those it names.
pub(in crate::conversation) fn undo_button(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    accepted: &[Accepted],
) -> Vec<Vec<Button>> {
    if accepted.is_empty() {
        return Vec::new();
    }
    let numbers = accepted.iter().map(|one| turn.plan.indicator(one.figure.indicator).no);
    let numbers: Vec<String> = numbers.map(|no| no.to_string()).collect();
    let whole = format!("undo:{}:{}", slip.key.message.0, slip.key.edition);
    let named = format!("{whole}:{}", numbers.join(","));
    let data = if slip.confirmed && named.len() <= MOST_DATA { named } else { whole };
    vec![vec![Button { label: Label::Withdraw.text(turn.language).to_owned(), data }]]
}

pub(super) fn figure_line(turn: &Turn<'_>, slip: &Slip<'_>, one: &Accepted) -> FigureLine {
    let plan = turn.plan;
    let id = one.figure.indicator;
    let row = plan.indicator(id);
    let target = plan.target(slip.unit, id);
    let increment = one.figure.kind == Kind::Increment;
    let short_share = row.whole.zip(row.min_share).and_then(|(whole, least)| {
        let recent = &turn.effects.submissions;
        let holder = plan.holder(slip.unit, whole);
        let of = turn.snapshot.in_force_after(recent, holder, whole)?.total;
        let of = Some(of).filter(|of| of.0 > 0)?;
        let share = Ratio::of(one.in_force.total.0, of.0);
        let enough =
            i128::from(one.in_force.total.0) * 10_000 >= i128::from(least.0) * i128::from(of.0);
        let rate = crate::plan::Measure::named("%");
        (!enough).then(|| (share.percent(), rate.show(least)))
    });
    FigureLine {
        named: Named::of(plan, id),
        total: row.measure.show(one.in_force.total),
        unchanged: increment && one.figure.value.0 == 0,
        increment: increment.then(|| row.measure.show(one.figure.value)),
        target: target.map(|target| row.measure.show(target)),
        completion: completion(one.in_force.total, target).map(Ratio::percent),
        written: Some(one.figure.written.clone()).filter(|written| !written.is_empty()),
        short_share,
        flags: turn.snapshot.book.flag_words(plan, (one.holder, id)),
    }
}
