//! `/template`: the unit's form (报送表) as a workbook, to be filled in and sent back.

use super::Turn;
use super::effects::{FileOut, What};
use super::event::Said;
use super::permissions::{Act, may};
use super::report::outside;
use super::snapshot::{Account, Snapshot};
use crate::plan::{IndicatorId, Period, Plan, UnitId};
use crate::sheet::{Form, FormLine};
use crate::texts::contexts::{Apology, FormSent, FormText, PeriodWords};
use crate::texts::{form_words, render};

/// The media type of an xlsx.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Sends the unit's form for the period that is due.
pub(super) fn template(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let unit = account.unit.filter(|_| may(account.role, Act::Report));
    let Some(unit) = unit else { return turn.not_allowed(said, "liaison", "/template") };
    let plan = turn.plan;
    let Some(period) = plan.period_at(turn.moment.now) else {
        return turn.reply(&said.place, None, &outside(plan), &[]);
    };
    let (name, words) = (plan.unit(unit).name.clone(), PeriodWords::due_from(plan, unit, period));
    let text =
        FormText { plan: plan.titles.short.clone(), unit: name.clone(), period: words.clone() };
    let (form, file_name) = form_words(turn.language, &text);
    let own = |id: &&IndicatorId| plan.level_of(plan.holder(unit, **id), **id).is_none();
    let own = plan.carried(unit).iter().filter(own);
    let lines: Vec<FormLine> = own.map(|id| line(plan, turn.snapshot, unit, *id, period)).collect();
    if lines.is_empty() && !plan.carried(unit).is_empty() {
        return turn.not_allowed(said, "rolled_up", "/template");
    }
    let plan = turn.desk.plan.clone();
    let form = Form { plan, unit, period, lines, words: form };
    let Ok(bytes) = form.xlsx() else {
        // Only a name too long for a sheet can bring this about.
        return turn.reply(&said.place, None, &Apology {}, &[]);
    };
    let (file, blob) = FileOut::new(format!("{file_name}.xlsx"), XLSX, bytes);
    turn.effects.blobs.push(blob);
    let html = render(turn.language, &FormSent { unit: name, period: words });
    turn.send(said.place.chat, What::Document { file, html, buttons: Vec::new() });
}

/// A row: the total from before the period, or the one already reported for it.
fn line(
    plan: &Plan,
    snapshot: &Snapshot,
    unit: UnitId,
    indicator: IndicatorId,
    period: Period,
) -> FormLine {
    let in_force = snapshot.in_force(plan.holder(unit, indicator), indicator);
    let (filled, last): (Vec<_>, Vec<_>) =
        in_force.into_iter().partition(|figure| figure.period >= period);
    let total = |figures: &[super::InForce]| figures.first().map(|figure| figure.total);
    FormLine { indicator, last: total(&last), filled: total(&filled) }
}
