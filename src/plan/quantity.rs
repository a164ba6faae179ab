//! Quantities: whole numbers in an indicator's base unit, and how they are written for people.

use serde::{Deserialize, Serialize};

/// A figure or a target in the base unit of its indicator (家, 元, 平方米; 0.01 % for rates).
///
/// Never a float: what a liaison typed is what is stored and what is shown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(pub i64);

/// How an indicator is measured: its base unit, and the larger unit it is shown in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What one base unit is called; 平方米 for an indicator shown in 万平方米.
    pub base: String,
    /// What people read and write: 家, 亿元, 万平方米, %.
    pub shown: String,
    /// Base units in one shown unit: 1 for 家, 100 for %, 10 000 for 万平方米.
    pub scale: i64,
}

impl Measure {
    /// Reads a measure as `indicators.csv` names it: `家`, `万平方米`, `亿元`, `%`.
    #[must_use]
    pub fn named(shown: &str) -> Self {
        let (base, scale) = match shown {
            "%" => ("0.01%", 100),
            _ => match (shown.strip_prefix('万'), shown.strip_prefix('亿')) {
                (Some(base), _) if !base.is_empty() => (base, 10_000),
                (_, Some(base)) if !base.is_empty() => (base, 100_000_000),
                _ => (shown, 1),
            },
        };
        Self { base: base.to_owned(), shown: shown.to_owned(), scale }
    }

    /// Whether values are shares of a whole, in 0.01 %.
    #[must_use]
    pub fn is_rate(&self) -> bool {
        self.shown == "%"
    }

    /// A quantity as people read it, exact: `1647家`, `36亿元`, `98.5%`.
    #[must_use]
    pub fn show(&self, quantity: Quantity) -> String {
        format!("{}{}", self.number(quantity), self.shown)
    }

    /// The number alone, in the shown unit, exact, without trailing zeros: `12.5`.
    #[must_use]
    pub fn number(&self, quantity: Quantity) -> String {
        if self.scale == 1 {
            return quantity.0.to_string();
        }
        let (scale, value) = (self.scale.unsigned_abs(), quantity.0.unsigned_abs());
        let sign = if quantity.0 < 0 { "-" } else { "" };
        let digits = scale.ilog10() as usize;
        let fraction = format!("{:0digits$}", value % scale);
        match fraction.trim_end_matches('0') {
            "" => format!("{sign}{}", value / scale),
            fraction => format!("{sign}{}.{fraction}", value / scale),
        }
    }

    /// Reads a plain decimal in the shown unit, as plan files write it (`60`, `2.5`).
    ///
    /// Returns `None` if it is no number, or finer than one base unit, or too large.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Quantity> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = self.scale.ilog10() as usize;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > digits || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{fraction:0<digits$}").parse().unwrap_or(0);
        let part = if text.trim().starts_with('-') { -part } else { part };
        whole.checked_mul(self.scale)?.checked_add(part).map(Quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_the_unit_people_use() {
        let cases = [
            ("家", 1647, "1647家"),
            ("亿元", 3_600_000_000, "36亿元"),
            ("亿元", 123_456_789, "1.23456789亿元"),
            ("万平方米", 125_000, "12.5万平方米"),
            ("%", 9850, "98.5%"),
            ("%", -50, "-0.5%"),
        ];
        for (unit, value, text) in cases {
            assert_eq!(Measure::named(unit).show(Quantity(value)), text);
        }
    }

    #[test]
    fn refuses_what_is_finer_than_the_base_unit() {
        assert_eq!(Measure::named("家").parse("2.5"), None);
        assert_eq!(Measure::named("家").parse("2.0"), Some(Quantity(2)));
        assert_eq!(Measure::named("%").parse("2.555"), None);
        assert_eq!(Measure::named("万平方米").parse("一"), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(value in -9_000_000_000_000_000_000i64..9_000_000_000_000_000_000, unit in 0..4usize) {
            let measure = Measure::named(["家", "亿元", "万平方米", "%"][unit]);
            let quantity = Quantity(value);
            prop_assert_eq!(measure.parse(&measure.number(quantity)), Some(quantity));
        }
    }
}
