//! Whom something is for: all units, a group of them, or some by name.

use super::Turn;
use super::dialogue::button;
use super::effects::Button;
use crate::plan::{Plan, UnitId};
use crate::texts::Label;

/// The words for everybody.
const ALL: [&str; 6] = ["全部", "全部单位", "所有单位", "各单位", "全体", "all"];

/// The units that a list names (街道、黄店镇), in the plan's order; or the word that names none.
pub(super) fn named(plan: &Plan, text: &str) -> Result<Vec<UnitId>, String> {
    let apart = |c: char| c.is_whitespace() || "、，,；;".contains(c);
    let mut found = vec![false; plan.units().count()];
    let mut any = false;
    for word in text.split(apart).filter(|word| !word.is_empty()) {
        let units = of_word(plan, word);
        if units.is_empty() {
            return Err(word.to_owned());
        }
        for unit in units {
            found[unit.index()] = true;
            any = true;
        }
    }
    if !any {
        return Err(String::new());
    }
    Ok(plan.units().map(|(id, _)| id).filter(|id| found[id.index()]).collect())
}

/// The units of one word.
pub(super) fn of_word(plan: &Plan, word: &str) -> Vec<UnitId> {
    let ids = |keep: &dyn Fn(UnitId) -> bool| -> Vec<UnitId> {
        plan.units().map(|(id, _)| id).filter(|id| keep(*id)).collect()
    };
    if ALL.contains(&word) {
        return ids(&|_| true);
    }
    let short = word.trim_start_matches('各');
    if let Some(group) = plan.groups.iter().position(|group| group.name == short) {
        return ids(&|id| plan.group_of(id) == Some(group));
    }
    if let Some(unit) = plan.unit_named(word) {
        return vec![unit];
    }
    ids(&|id| plan.unit(id).kind == short)
}

/// Buttons for everybody, each group, and the departments.
pub(super) fn buttons(turn: &Turn<'_>) -> Vec<Vec<Button>> {
    let plan = turn.plan;
    let groups = plan.groups.iter().enumerate();
    let mut row: Vec<Button> =
        groups.map(|(at, group)| button(group.name.clone(), &format!("group:{at}"))).collect();
    let word = |label: Label| label.text(turn.language).to_owned();
    row.push(button(word(Label::Departments), "group:departments"));
    vec![vec![button(word(Label::AllUnits), "group:all")], row]
}

/// What such a button stands for.
pub(super) fn pressed(plan: &Plan, data: &str) -> Option<Vec<UnitId>> {
    let which = data.strip_prefix("group:")?;
    let at = which.parse().ok();
    let fits = |id: &UnitId| match which {
        "all" => true,
        "departments" => plan.unit(*id).is_department(),
        _ => at.is_some() && plan.group_of(*id) == at,
    };
    let units: Vec<UnitId> = plan.units().map(|(id, _)| id).filter(fits).collect();
    (!units.is_empty()).then_some(units)
}

/// Units by name, or by what they are together.
pub(super) fn names(plan: &Plan, units: &[UnitId]) -> Vec<String> {
    let all = plan.units().count();
    if units.len() == all {
        return vec![plan.titles.whole.clone()];
    }
    let mut names = Vec::new();
    let mut left: Vec<UnitId> = units.to_vec();
    for (at, group) in plan.groups.iter().enumerate() {
        let of: Vec<UnitId> =
            plan.units().map(|(id, _)| id).filter(|id| plan.group_of(*id) == Some(at)).collect();
        if of.len() > 1 && of.iter().all(|id| left.contains(id)) {
            names.push(format!("{}（{}）", group.name, of.len()));
            left.retain(|id| !of.contains(id));
        }
    }
    names.extend(left.iter().map(|id| plan.unit(*id).name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_units_and_everybody() {
        let plan = crate::plan::load::lanxi();
        let count = |text: &str| named(&plan, text).map(|units| units.len());
        assert_eq!(count("全部"), Ok(plan.units().count()));
        assert_eq!(count("各街道"), Ok(6));
        assert_eq!(count("乡镇"), Ok(10));
        assert_eq!(count("街道、黄店镇，经信局"), Ok(8));
        assert_eq!(count("兰江 兰江街道"), Ok(1));
        assert_eq!(count("天王街道"), Err("天王街道".to_owned()));
        assert_eq!(count(" "), Err(String::new()));
        let units = named(&plan, "街道、黄店镇").unwrap();
        assert_eq!(names(&plan, &units), ["街道（6）", "黄店镇"]);
    }
}
