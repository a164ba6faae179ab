//! How much a number is in the base unit of its indicator.

use crate::message::items::Amount;
use crate::message::numbers::Unfit;
use crate::message::reading::Reason;
use crate::message::words::Measure;
use crate::plan;

/// Base units in one of the unit that was written: 亿元, 万平方米, 单位:家.
pub(in crate::message) fn scale_named(text: &str, measure: &plan::Measure) -> Option<i64> {
    let text = text.rsplit(':').next().unwrap_or(text);
    let text = text.strip_prefix("单位").unwrap_or(text);
    let (scale, base) = match text.chars().next() {
        Some('万') => (10_000, &text[3..]),
        Some('亿') => (100_000_000, &text[3..]),
        _ => (1, text),
    };
    let same = measure.is_rate() && base == "%"
        || measure.base == base
        || measure.base == "平方米" && matches!(base, "平" | "平米" | "平方" | "m2")
        || scale > 1 && base.is_empty();
    let scale = if measure.is_rate() { measure.scale } else { scale };
    (same && measure.scale > 1).then_some(scale)
}

/// A number in the base unit of its indicator.
pub(in crate::message) fn quantity(
    amount: &Amount,
    measure: &plan::Measure,
    scale: Option<i64>,
) -> Result<i64, Reason> {
    if amount.vague {
        return Err(Reason::Ambiguous);
    }
    let number = &amount.number;
    let area = measure.base == "平方米";
    let money = measure.base == "元";
    let units = match amount.measure {
        _ if number.is_zero() => 1,
        Some(Measure::Percent) if measure.is_rate() => 100,
        Some(Measure::Permille) if measure.is_rate() => 10,
        Some(Measure::Tenth) if measure.is_rate() => 1000,
        None if measure.is_rate() && number.above_one() => 100,
        Some(Measure::Money) if money => 1,
        Some(Measure::HundredMillion) if money => 100_000_000,
        Some(Measure::Area) if area => 1,
        None if number.scaled && !measure.is_rate() => 1,
        None if scale.is_some() => scale.and_then(|scale| scale.try_into().ok()).unwrap_or(1),
        None | Some(Measure::Count) if measure.scale == 1 => 1,
        Some(Measure::Times) if measure.base.ends_with('次') => 1,
        _ if number.huge => return Err(Reason::TooLarge),
        _ => return Err(Reason::Ambiguous),
    };
    number.in_units(units).map_err(|unfit| match unfit {
        Unfit::TooLarge => Reason::TooLarge,
        Unfit::NotWhole => Reason::NotWhole,
    })
}
