//! What holds for every message, whoever writes it: one entry for the fuzzer and for the bounded
//! tests. The fuzz target takes this file in as a module of its own.

use super::{Lexicon, Plan, UnitId};

/// Reads arbitrary bytes: the first picks the unit, the others are the message.
pub(crate) fn read_bytes(plan: &Plan, lexicon: &Lexicon, bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let units = plan.units().count();
    if let Some((writer, _)) = plan.units().nth(usize::from(*first) % units.max(1)) {
        holds(plan, lexicon, writer, &String::from_utf8_lossy(text));
    }
}

/// Reads a message and panics if the reading is not sound.
pub(crate) fn holds(plan: &Plan, lexicon: &Lexicon, writer: UnitId, text: &str) {
    let reading = lexicon.read(plan, writer, text);
    let figures = reading.figures.iter().map(|figure| &figure.span);
    let asks = reading.asks.iter().map(|ask| &ask.span);
    let rest = reading.rest.iter().map(|rest| &rest.span);
    let period = reading.period.iter().map(|label| &label.span);
    for span in figures.chain(asks).chain(rest).chain(period) {
        assert!(text.get(span.clone()).is_some(), "{span:?} of {text:?}");
    }
    for ask in &reading.asks {
        assert_eq!(ask.said, text[ask.span.clone()], "{text:?}");
    }
    let mut seen: Vec<_> = reading.figures.iter().map(|figure| figure.indicator).collect();
    assert!(seen.iter().all(|id| plan.carried(writer).contains(id)), "only its own: {text:?}");
    let doubted = |id| reading.doubts.iter().filter(|doubt| doubt.indicator == id).count();
    assert!(reading.doubts.iter().all(|doubt| seen.contains(&doubt.indicator)), "{text:?}");
    assert!(seen.iter().all(|id| doubted(*id) <= 1), "{text:?}");
    assert!(reading.figures.iter().all(|figure| figure.value.0 >= 0), "{text:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), reading.figures.len(), "one figure an indicator: {text:?}");
    assert_eq!(reading.unlabelled(text).len(), text.len(), "{text:?}");
    assert_eq!(reading, lexicon.read(plan, writer, text), "{text:?}");
}
