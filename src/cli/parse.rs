//! `parse`: messages as JSON lines in, what the reader makes of them as JSON lines out.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::message::{Kind, Lexicon};
use crate::plan::{IndicatorNo, Plan, Quantity};

#[derive(Deserialize)]
struct Line {
    unit: String,
    text: String,
}

#[derive(Serialize)]
struct Read {
    figures: Vec<Figure>,
    asks: Vec<&'static str>,
}

#[derive(Serialize)]
struct Figure {
    indicator: IndicatorNo,
    value: Quantity,
    kind: Kind,
}

/// Reads every line. A line that is no message, or of no unit, is named on `errors` with its number
/// and passed over; gives whether there was none.
///
/// # Errors
/// If input or output fails.
pub fn parse_lines(
    plan: &Plan,
    input: impl BufRead,
    mut output: impl Write,
    mut errors: impl Write,
) -> io::Result<bool> {
    let lexicon = Lexicon::new(plan);
    let mut clean = true;
    for (number, line) in (1..).zip(input.lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match read(plan, &lexicon, &line) {
            Ok(read) => {
                serde_json::to_writer(&mut output, &read)?;
                writeln!(output)?;
            }
            Err(why) => {
                clean = false;
                writeln!(errors, "第{number}行/line {number}: {why}")?;
            }
        }
    }
    output.flush()?;
    Ok(clean)
}

fn read(plan: &Plan, lexicon: &Lexicon, line: &str) -> Result<Read, String> {
    let line: Line = serde_json::from_str(line)
        .map_err(|error| format!("不是 {{\"unit\",\"text\"}} / {error}"))?;
    let unit = plan
        .unit_named(&line.unit)
        .ok_or_else(|| format!("没有“{0}”这个单位 / there is no unit {0:?}", line.unit))?;
    let reading = lexicon.read(plan, unit, &line.text);
    let figures = reading.figures.iter().map(|figure| Figure {
        indicator: plan.indicator(figure.indicator).no,
        value: figure.value,
        kind: figure.kind,
    });
    let mut asks: Vec<&str> = reading.asks.iter().map(|ask| ask.reason.as_str()).collect();
    asks.sort_unstable();
    Ok(Read { figures: figures.collect(), asks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_named_and_the_rest_goes_on() {
        let plan = crate::plan::load::lanxi();
        let input = "{\"unit\":\"兰江街道\",\"text\":\"小升规2\"}\n{\n\n{\"unit\":\"火星\",\"text\":\"\"}\n\
                     {\"unit\":\"兰江\",\"text\":\"企业120\"}\n";
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let clean = parse_lines(&plan, input.as_bytes(), &mut output, &mut errors).unwrap();
        assert!(!clean);
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "{\"figures\":[{\"indicator\":\"6\",\"value\":2,\"kind\":\"total\"}],\"asks\":[]}\n\
             {\"figures\":[],\"asks\":[\"ambiguous\"]}\n"
        );
        let errors = String::from_utf8(errors).unwrap();
        assert!(errors.contains("line 2: ") && errors.contains("line 4: "), "{errors}");
    }
}
