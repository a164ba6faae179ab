//! A ranking as JSON for programs, and as a table for a terminal.

use serde_json::{Map, Value, json};

use crate::plan::{IndicatorId, Plan};
use crate::progress::{Ranking, Standing};

/// The ranking as JSON: units in rank order, fractions rounded to four decimals.
///
/// `completion` has every ranked indicator of the unit in the annex's order, uncapped; one that was
/// not reported is 0.0 there and named in `missing`.
#[must_use]
pub fn to_json(plan: &Plan, ranking: &Ranking) -> Value {
    let number = |id: IndicatorId| plan.indicator(id).no.to_string();
    let unit = |standing: &Standing| {
        let completion: Map<String, Value> = standing
            .completion
            .iter()
            .map(|done| (number(done.indicator), json!(done.ratio.to_f64())))
            .collect();
        json!({
            "unit": plan.unit(standing.unit).name,
            "group": plan.groups[standing.group].name,
            "score": standing.score.to_f64(),
            "rank": standing.rank,
            "group_rank": standing.group_rank,
            "light": standing.light,
            "missing": standing.missing.iter().copied().map(number).collect::<Vec<_>>(),
            "completion": completion,
        })
    };
    json!({
        "at": ranking.at.to_string(),
        "pace": ranking.pace.to_f64(),
        "units": ranking.standings.iter().map(unit).collect::<Vec<_>>(),
    })
}

/// The ranking as a table, its columns aligned where Chinese characters are two cells wide.
#[must_use]
pub fn to_table(plan: &Plan, ranking: &Ranking) -> String {
    let head = ["名次", "单位", "组", "组内", "得分", "亮灯", "未报"].map(str::to_owned);
    let rows = ranking.standings.iter().map(|standing| {
        [
            standing.rank.to_string(),
            plan.unit(standing.unit).name.clone(),
            plan.groups[standing.group].name.clone(),
            standing.group_rank.to_string(),
            standing.score.decimal(4),
            standing.light.emoji().to_owned(),
            missing(plan, standing),
        ]
    });
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(rows).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let mut text = format!("截至 {}　序时进度 {}\n\n", ranking.at, ranking.pace.percent());
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - columns(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The indicators a unit has not reported: their numbers, or that it is all of them, or none.
fn missing(plan: &Plan, standing: &Standing) -> String {
    let numbers: Vec<String> =
        standing.missing.iter().map(|id| plan.indicator(*id).no.to_string()).collect();
    match numbers.len() {
        0 => "—".to_owned(),
        all if all == standing.completion.len() => "全部".to_owned(),
        _ => numbers.join("、"),
    }
}

/// The cells a text takes in a terminal: two for a Chinese, full-width or picture character.
fn columns(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{303e}'
            | '\u{3041}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}
