//! `parse`: reads messages from JSON lines and writes what was read, so that the reader can be
//! tried and judged without a chat.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::message::{Kind, Lexicon, Reading, Reason};
use crate::plan::{IndicatorNo, Plan};

/// A line of the input: whose liaison wrote what.
#[derive(Deserialize)]
struct Message {
    unit: String,
    text: String,
}

/// A line of the output.
#[derive(Serialize)]
struct Answer {
    figures: Vec<Figure>,
    asks: Vec<Reason>,
}

#[derive(Serialize)]
struct Figure {
    indicator: IndicatorNo,
    value: i64,
    kind: Kind,
}

/// Reads one message a line, `{"unit","text"}`, and answers each with one line,
/// `{"figures":[{"indicator","value","kind"}],"asks":[…]}`: the figures in the order written, the
/// reasons of the questions sorted by name.
///
/// A line that cannot be read, or whose unit the plan does not know, is told with its number on
/// `errors` and has no line in the output; the others are answered all the same. Returns whether
/// every line was answered.
///
/// # Errors
/// Only if input cannot be read or output cannot be written.
pub fn parse_lines(
    plan: &Plan,
    mut input: impl BufRead,
    mut output: impl Write,
    mut errors: impl Write,
) -> io::Result<bool> {
    let lexicon = Lexicon::new(plan);
    let (mut line, mut number, mut all) = (Vec::new(), 0u64, true);
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match answer(plan, &lexicon, &line) {
            Ok(answer) => {
                serde_json::to_writer(&mut output, &answer)?;
                output.write_all(b"\n")?;
            }
            Err(problem) => {
                all = false;
                writeln!(errors, "line {number}: {problem}")?;
            }
        }
    }
    output.flush()?;
    Ok(all)
}

fn answer(plan: &Plan, lexicon: &Lexicon, line: &[u8]) -> Result<Answer, String> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let message: Message = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let unit = plan
        .unit_named(&message.unit)
        .ok_or_else(|| format!("the plan has no unit {:?}", message.unit))?;
    Ok(Answer::of(plan, lexicon.read(plan, unit, &message.text)))
}

impl Answer {
    fn of(plan: &Plan, reading: Reading) -> Self {
        let figure = |figure: crate::message::ReadFigure| Figure {
            indicator: plan.indicator(figure.indicator).no,
            value: figure.value.0,
            kind: figure.kind,
        };
        let mut asks: Vec<Reason> = reading.asks.iter().map(|ask| ask.reason).collect();
        asks.sort_by_key(|reason| reason.as_str());
        Self { figures: reading.figures.into_iter().map(figure).collect(), asks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanFolder;

    fn plan() -> Plan {
        let folder = PlanFolder {
            plan_toml: include_str!("../../seeds/lanxi-2018-2020/plan.toml").into(),
            units_csv: include_str!("../../seeds/lanxi-2018-2020/units.csv").into(),
            indicators_csv: include_str!("../../seeds/lanxi-2018-2020/indicators.csv").into(),
            targets_csv: include_str!("../../seeds/lanxi-2018-2020/targets.csv").into(),
            holidays_csv: include_str!("../../seeds/lanxi-2018-2020/holidays.csv").into(),
        };
        folder.load().unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    #[test]
    fn a_bad_line_is_told_and_the_rest_answered() {
        let input = concat!(
            "{\"unit\": \"兰江\", \"text\": \"小升规2,贷款1.2亿元,公司制-1\"}\n",
            "not json\n",
            "\n",
            "{\"unit\": \"火星\", \"text\": \"小升规2\"}\n",
            "{\"unit\": \"lanjiang\", \"text\": \"科技型企业无变化\", \"more\": 1}",
        );
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let all = parse_lines(&plan(), input.as_bytes(), &mut output, &mut errors).unwrap();
        assert!(!all);
        insta::assert_snapshot!(String::from_utf8(output).unwrap(), @r#"
        {"figures":[{"indicator":"6","value":2,"kind":"total"}],"asks":["negative","not_yours"]}
        {"figures":[{"indicator":"7","value":0,"kind":"increment"}],"asks":[]}
        "#);
        insta::assert_snapshot!(String::from_utf8(errors).unwrap(), @r#"
        line 2: expected ident at line 1 column 2
        line 4: the plan has no unit "火星"
        "#);
    }
}
