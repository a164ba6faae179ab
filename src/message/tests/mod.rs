//! Every rule of messages/README.md with its cases.

mod besides;
mod bytes;
mod properties;
mod questions;

use std::fmt::Write;
use std::sync::LazyLock;

use serde::Deserialize;

use super::*;
use crate::plan::PlanFolder;

#[derive(Deserialize)]
struct Case {
    unit: String,
    text: String,
    figures: Vec<Figure>,
    asks: Vec<String>,
    #[serde(default)]
    why: String,
}

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Figure {
    indicator: String,
    value: i64,
    kind: Kind,
}

/// The real plan and its lexicon, made once for all tests.
fn county() -> &'static (Plan, Lexicon) {
    static COUNTY: LazyLock<(Plan, Lexicon)> = LazyLock::new(|| {
        let plan = plan();
        let lexicon = Lexicon::new(&plan);
        (plan, lexicon)
    });
    &COUNTY
}

fn plan() -> Plan {
    let folder = PlanFolder {
        plan_toml: include_str!("../../../seeds/lanxi-2018-2020/plan.toml").into(),
        units_csv: include_str!("../../../seeds/lanxi-2018-2020/units.csv").into(),
        indicators_csv: include_str!("../../../seeds/lanxi-2018-2020/indicators.csv").into(),
        targets_csv: include_str!("../../../seeds/lanxi-2018-2020/targets.csv").into(),
        holidays_csv: include_str!("../../../seeds/lanxi-2018-2020/holidays.csv").into(),
    };
    folder.load().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Reads a file of cases and shows every one that comes out otherwise.
fn check(file: &str, cases: &str) {
    let (plan, lexicon) = county();
    let (mut failed, mut count) = (String::new(), 0);
    for (line, number) in cases.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let case: Case =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{file}:{number}: {e}"));
        let unit =
            plan.unit_named(&case.unit).unwrap_or_else(|| panic!("{file}:{number}: no unit"));
        let reading = lexicon.read(plan, unit, &case.text);
        let figures: Vec<Figure> = reading
            .figures
            .iter()
            .map(|figure| Figure {
                indicator: plan.indicator(figure.indicator).no.to_string(),
                value: figure.value.0,
                kind: figure.kind,
            })
            .collect();
        let mut asks: Vec<String> = reading.asks.iter().map(|ask| ask.reason.to_string()).collect();
        asks.sort();
        count += 1;
        if figures != case.figures || asks != case.asks {
            let show = |figures: &[Figure]| {
                let each = figures.iter().map(|f| {
                    format!(
                        "{}={}{}",
                        f.indicator,
                        f.value,
                        if f.kind == Kind::Increment { "+" } else { "" }
                    )
                });
                each.collect::<Vec<_>>().join(" ")
            };
            let _ = writeln!(
                failed,
                "{file}:{number} {:?} {}\n  want {} {:?}\n  got  {} {:?}",
                case.text,
                case.why,
                show(&case.figures),
                case.asks,
                show(&figures),
                asks
            );
        }
    }
    assert!(failed.is_empty(), "{count} cases, these came out otherwise:\n{failed}");
}

#[test]
fn examples() {
    check("examples.jsonl", include_str!("../../../tests/messages/examples.jsonl"));
}

#[test]
fn own_cases() {
    check("cases.jsonl", include_str!("../../../tests/messages/cases.jsonl"));
}
