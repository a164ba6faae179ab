//! Targets that change (目标调整): `/target 小升规 游埠镇 9 自7月1日 依据`. A change is a row of the journal with its
//! document and the day from which it is in force; bulletins of before stay as they were.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dialogue::{self, Dialogue, Subject};
use super::event::{MessageId, Said};
use super::journal::{Deed, TargetDeed};
use super::permissions::{Act, may};
use super::snapshot::Account;
use super::{Turn, when};
use crate::plan::period::local_instant;
use crate::plan::{Carried, IndicatorId, Plan, Quantity, UnitCode, UnitId};
use crate::texts::Label;
use crate::texts::contexts::{Moment, Named, TargetText};

/// The longest document reference, in characters.
const LONGEST_BASIS: usize = 200;

/// A change that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDraft {
    /// Whose target.
    pub unit: UnitCode,
    /// The indicator's number.
    pub indicator: String,
    /// The new target, in base units.
    pub target: i64,
    /// What the county's target would have to be for the split to add up.
    pub split: i64,
    /// The first day.
    pub from: NaiveDate,
    /// The document.
    pub basis: String,
}

/// `/target`: shows what would change, with buttons that do it.
pub(super) fn target(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SetTargets) {
        return turn.not_allowed(said, "office", "/target");
    }
    let plan = turn.plan;
    let Some(draft) = read(turn, rest) else {
        return turn.reply(&said.place, None, &TargetText::Usage {}, &[]);
    };
    let Some((unit, id)) = meant(plan, &draft) else { return };
    let row = plan.indicator(id);
    let show = |value: Quantity| row.measure.show(value);
    let Some(before) = plan.clone().as_of(draft.from).target(unit, id) else {
        let (unit, indicator) = (plan.unit(unit).name.clone(), Named::of(plan, id));
        return turn.reply(&said.place, None, &TargetText::None { unit, indicator }, &[]);
    };
    let county = row.target.filter(|_| adds_up(plan, id));
    let differs = county.is_some_and(|county| county.0 != draft.split);
    let text = TargetText::Preview {
        unit: plan.unit(unit).name.clone(),
        indicator: Named::of(plan, id),
        before: show(before),
        after: show(Quantity(draft.target)),
        from: day(plan, draft.from),
        basis: draft.basis.clone(),
        county: county.map(show),
        split: show(Quantity(draft.split)),
        differs,
        gap: county.map_or_else(String::new, |county| {
            let gap = draft.split.saturating_sub(county.0);
            format!("{}{}", if gap > 0 { "+" } else { "" }, show(Quantity(gap)))
        }),
    };
    let mut buttons = vec![dialogue::yes_or_drop(turn, Label::TargetSet)];
    if differs {
        let both = Label::TargetBoth.with(turn.language, &[&show(Quantity(draft.split))]);
        let only = Label::TargetOnly.text(turn.language).to_owned();
        let drop = Label::DialogueDrop.text(turn.language).to_owned();
        buttons = vec![
            vec![dialogue::button(both, "both")],
            vec![dialogue::button(only, "yes"), dialogue::button(drop, "drop")],
        ];
    }
    dialogue::begin(turn, said.place.chat, Subject::Target(draft), &text, buttons);
}

/// Whether the units' targets of an indicator are meant to add up to the county's.
fn adds_up(plan: &Plan, id: IndicatorId) -> bool {
    let row = plan.indicator(id);
    row.carried == Carried::ByUnits && !row.measure.is_rate()
}

fn day(plan: &Plan, day: NaiveDate) -> Moment {
    Moment::of(plan, local_instant(day.and_time(chrono::NaiveTime::MIN), plan.zone))
}

/// What a command says: indicator and unit in either order, the number, perhaps the day, the document.
fn read(turn: &Turn<'_>, rest: &str) -> Option<TargetDraft> {
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let (first, rest) = rest.trim().split_once(char::is_whitespace)?;
    let (second, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let (number, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let named = |indicator: &str, unit: &str| {
        Some((plan.unit_named(unit)?, plan.indicator_named(indicator)?))
    };
    let (unit, id) = named(first, second).or_else(|| named(second, first))?;
    let measure = &plan.indicator(id).measure;
    let target = measure.parse(number.trim_end_matches(measure.shown.as_str()))?;
    let rest = rest.trim_start();
    let dated = rest.starts_with(['自', '从']).then(|| when::date(today, rest)).flatten();
    let (from, rest) = dated.map_or((today, rest), |(day, rest)| {
        (day, rest.trim_start_matches("起执行").trim_start_matches('起'))
    });
    let basis = rest.trim().trim_start_matches("依据").trim_start_matches(['：', ':', ' ']).trim();
    let basis: String = basis.chars().take(LONGEST_BASIS).collect();
    let fits = target.0 > 0 && !basis.is_empty() && from >= today && from <= plan.end;
    // The split as it will be on that day.
    let then = plan.clone().as_of(from);
    let split = then.split(id).0.saturating_sub(then.target(unit, id).unwrap_or_default().0);
    fits.then(|| TargetDraft {
        unit: plan.unit(unit).code.clone(),
        indicator: plan.indicator(id).no.to_string(),
        target: target.0,
        split: split.saturating_add(target.0),
        from,
        basis,
    })
}

fn meant(plan: &Plan, draft: &TargetDraft) -> Option<(UnitId, IndicatorId)> {
    let id = plan.indicator_numbered(draft.indicator.parse().ok()?)?;
    Some((plan.unit_coded(&draft.unit)?, id))
}

/// The target is changed, `both` with the county's; those concerned are told.
pub(super) fn set(
    turn: &mut Turn<'_>,
    account: &Account,
    (draft, both): (TargetDraft, bool),
    dialogue: &Dialogue,
    at: Option<MessageId>,
) {
    let plan = turn.plan;
    let Some((unit, id)) = meant(plan, &draft) else { return };
    let row = plan.indicator(id);
    let led = row.carried == Carried::ByLeads;
    let county = both.then_some(draft.split).or(led.then_some(draft.target));
    let before = plan.clone().as_of(draft.from).target(unit, id).unwrap_or_default();
    let deed = TargetDeed {
        unit: draft.unit.clone(),
        indicator: draft.indicator.clone(),
        target: draft.target,
        county,
        from: draft.from,
        basis: draft.basis.clone(),
    };
    turn.enter(account.user, Deed::Target(deed));
    let subject = format!("{} {}", draft.unit, draft.indicator);
    let detail = json!({
        "before": before.0, "target": draft.target, "county": county,
        "from": draft.from, "basis": draft.basis,
    });
    turn.audit(account.user, "target", subject, detail);
    let text = |told: bool| TargetText::Done {
        unit: plan.unit(unit).name.clone(),
        indicator: Named::of(plan, id),
        before: row.measure.show(before),
        after: row.measure.show(Quantity(draft.target)),
        county: county.filter(|_| !led).map(|county| row.measure.show(Quantity(county))),
        from: day(plan, draft.from),
        basis: draft.basis.clone(),
        office: plan.titles.office.clone(),
        told,
    };
    let mut people = turn.snapshot.liaisons(unit);
    for lead in row.leads.iter().filter(|lead| lead.unit != unit) {
        people.extend(turn.snapshot.liaisons(lead.unit));
    }
    for person in people {
        turn.tell(person, "target", &text(true), &[], None);
    }
    dialogue::finish(turn, dialogue, &text(false), at);
}
