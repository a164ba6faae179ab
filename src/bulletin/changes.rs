//! What a correction (更正) changes: the numbers of two editions, side by side.

use serde_json::Value;

use crate::plan::{Plan, Quantity};
use crate::texts::contexts::{Change, Named};

/// Figures and ranks that differ, in the annex's order, figures first. `before` and `after` are what
/// bulletins are kept with.
#[must_use]
pub fn changes(plan: &Plan, before: &Value, after: &Value) -> Vec<Change> {
    let mut figures = Vec::new();
    let mut ranks = Vec::new();
    for (_, unit) in plan.units() {
        let of = |numbers: &Value| numbers.get("units")?.get(unit.code.as_str()).cloned();
        let (Some(before), Some(after)) = (of(before), of(after)) else { continue };
        for (id, indicator) in plan.indicators() {
            let no = indicator.no.to_string();
            let figure = |row: &Value| row.get("figures")?.get(&no)?.as_i64();
            let (was, is) = (figure(&before), figure(&after));
            if was != is {
                let show = |value: i64| indicator.measure.show(Quantity(value));
                figures.push(Change {
                    unit: unit.name.clone(),
                    figure: Some(Named::of(plan, id)),
                    before: was.map(show),
                    after: is.map(show),
                });
            }
        }
        let rank = |row: &Value| row.get("rank")?.as_u64();
        let (was, is) = (rank(&before), rank(&after));
        if was != is {
            ranks.push(Change {
                unit: unit.name.clone(),
                figure: None,
                before: was.map(|rank| rank.to_string()),
                after: is.map(|rank| rank.to_string()),
            });
        }
    }
    figures.append(&mut ranks);
    figures
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_is_named_and_nothing_else() {
        let plan = crate::plan::load::lanxi();
        let of = |rank, six: Value| json!({ "units": { "lanjiang": { "rank": rank, "figures": { "1": 9, "6": six } } } });
        let told = |before: Value, after: Value| {
            let list = changes(&plan, &before, &after);
            let line = |c: &Change| {
                let what = c.figure.as_ref().map_or("名次", |named| named.name.as_str());
                format!("{} {what} {:?} {:?}", c.unit, c.before, c.after)
            };
            list.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(told(of(1, json!(2)), of(1, json!(2))), "");
        insta::assert_snapshot!(told(of(5, Value::Null), of(3, json!(0))), @r#"
        兰江街道 小升规 None Some("0家")
        兰江街道 名次 Some("5") Some("3")
        "#);
        // What only one of them has is no change of a figure.
        assert_eq!(told(json!({}), of(1, json!(2))), "");
    }
}
