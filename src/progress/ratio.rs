//! Ratios (完成率, 得分, 序时进度): shares of a target or of time, without floats.
//!
//! Quotients are cut off at 10⁻²⁴, added up, and the result is rounded to 10⁻¹². What is cut off is
//! made good before rounding, so two sums that are equal as fractions round to the same ratio:
//! 1/3 + 2/3 ties with 1/2 + 1/2, and a unit exactly on pace is on pace.

use std::fmt;
use std::ops::Sub;

use crate::plan::Quantity;

/// Steps in one: a ratio counts 10⁻¹².
const ONE: i64 = 1_000_000_000_000;

/// Parts of 10⁻²⁴ in one step of a ratio.
const STEP: i128 = 1_000_000_000_000;

/// Nine million times the target; whatever is beyond counts as that much.
const LIMIT: i64 = 9_000_000;

/// A share, exact to 10⁻¹²: 0.486 of the time, 1.2 of the target. Negative for a difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ratio(i64);

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(ONE);

    /// `part` ÷ `whole`; zero if `whole` is not positive. Beyond nine million it stays there.
    #[must_use]
    pub fn of(part: i64, whole: i64) -> Self {
        Quotient::of(part, whole).settled()
    }

    /// The mean; zero of nothing.
    #[must_use]
    pub fn mean(all: impl IntoIterator<Item = Self>) -> Self {
        let (mut sum, mut count) = (0_i128, 0_i128);
        for ratio in all {
            sum += i128::from(ratio.0);
            count += 1;
        }
        Self(i64::try_from(sum / count.max(1)).unwrap_or_default())
    }

    /// A decimal with that many places (12 at most), rounded half up: `0.4863`.
    #[must_use]
    pub fn decimal(self, places: u32) -> String {
        let (scaled, unit) = (self.rounded(places), 10_u64.pow(places.min(12)));
        let sign = if scaled < 0 { "-" } else { "" };
        let (whole, fraction) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
        match places.min(12) as usize {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}.{fraction:0width$}"),
        }
    }

    /// In percent with one decimal, as people read it: `48.6%`.
    #[must_use]
    pub fn percent(self) -> String {
        format!("{}%", self.points())
    }

    /// In percentage points (百分点) with one decimal and no unit: `-3.2`.
    #[must_use]
    pub fn points(self) -> String {
        Self(self.0.saturating_mul(100)).decimal(1)
    }

    /// The same with two decimals, where shares are to be added up by hand: `4.21`.
    #[must_use]
    pub fn fine_points(self) -> String {
        Self(self.0.saturating_mul(100)).decimal(2)
    }

    /// This many parts of so many: what a completion adds to a weighted mean. Zero of none.
    #[must_use]
    pub fn part(self, weight: u32, of: u32) -> Self {
        let times = i128::from(self.0) * i128::from(weight);
        let (of, half) = (i128::from(of), i128::from(of) / 2);
        let share = times.checked_add(half).and_then(|sum| sum.checked_div_euclid(of));
        Self(share.and_then(|share| i64::try_from(share).ok()).unwrap_or_default())
    }

    /// What [`Ratio::decimal`] wrote; `None` if it is no decimal.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if fraction.len() > 12 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let negative = whole.starts_with('-');
        let whole: u32 = whole.strip_prefix('-').unwrap_or(whole).parse().ok()?;
        let whole = i64::from(whole);
        let fraction: i64 = format!("{fraction:0<12}").parse().ok()?;
        let value = whole.checked_mul(ONE)?.checked_add(fraction)?;
        Some(Self(if negative { -value } else { value }))
    }

    /// A float of four decimals, for JSON and drawing only: nothing is decided by it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "four decimals of 9 000 000 fit a double")]
    pub fn to_f64(self) -> f64 {
        self.rounded(4) as f64 / 10_000.0
    }

    /// The nearest whole number of 10^-places, halves away from zero.
    fn rounded(self, places: u32) -> i64 {
        let step = 10_i64.pow(12 - places.min(12));
        let (whole, rest) = (self.0 / step, self.0 % step);
        if rest.unsigned_abs() * 2 >= step.unsigned_abs() { whole + self.0.signum() } else { whole }
    }
}

/// Completion (完成率): figure ÷ target; `None` without a target above zero.
#[must_use]
pub fn completion(figure: Quantity, target: Option<Quantity>) -> Option<Ratio> {
    target.filter(|target| target.0 > 0).map(|target| Ratio::of(figure.0, target.0))
}

impl Sub for Ratio {
    type Output = Self;

    /// The difference, in points of a share: completion minus pace.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal(4))
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal(12))
    }
}

/// An unrounded quotient, cut off (towards less) at 10⁻²⁴; to be added up before it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quotient(i128);

impl Quotient {
    /// `part` ÷ `whole`; zero if `whole` is not positive.
    pub(super) fn of(part: i64, whole: i64) -> Self {
        const LOT: i128 = 1_000_000_000_000;
        if whole <= 0 {
            return Self(0);
        }
        let (times, rest) = (part.div_euclid(whole), part.rem_euclid(whole));
        if !(-LIMIT..LIMIT).contains(&times) {
            return Self(i128::from(times.clamp(-LIMIT, LIMIT)) * LOT * LOT);
        }
        // Long division in two lots of twelve digits, so that nothing overflows.
        let (rest, whole) = (i128::from(rest), i128::from(whole));
        let first = rest * LOT / whole;
        let second = (rest * LOT - first * whole) * LOT / whole;
        Self((i128::from(times) * LOT + first) * LOT + second)
    }

    /// Rounded to a ratio, half up. A quotient or mean cut off by up to two parts is made whole first.
    pub(super) fn settled(self) -> Ratio {
        let steps = (self.0.saturating_add(2 + STEP / 2)).div_euclid(STEP);
        Ratio(i64::try_from(steps).unwrap_or(if steps < 0 { -LIMIT * ONE } else { LIMIT * ONE }))
    }
}

/// A weighted mean in the making.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mean {
    sum: i128,
    weight: i128,
}

impl Mean {
    /// Adds a quotient that counts `weight` times.
    pub(super) fn add(&mut self, quotient: Quotient, weight: u32) {
        self.sum = self.sum.saturating_add(quotient.0.saturating_mul(weight.into()));
        self.weight += i128::from(weight);
    }

    /// The mean; zero where nothing weighs anything.
    pub(super) fn settled(self) -> Ratio {
        self.sum
            .checked_div_euclid(self.weight)
            .map_or(Ratio::ZERO, |mean| Quotient(mean).settled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_as_people_write_it() {
        assert_eq!(Ratio::of(533, 1096).percent(), "48.6%");
        assert_eq!(Ratio::of(533, 1096).decimal(4), "0.4863");
        assert_eq!(Ratio::of(2, 3).decimal(0), "1");
        assert_eq!(Ratio::of(1, 3).decimal(12), "0.333333333333");
        assert_eq!((Ratio::of(1, 4) - Ratio::of(1, 2)).points(), "-25.0");
        assert_eq!((Ratio::of(1, 4) - Ratio::of(2501, 10_000)).points(), "0.0", "never -0.0");
        assert_eq!(Ratio::of(120, 1647).to_f64().to_string(), "0.0729");
    }

    #[test]
    fn absurd_figures_stay_in_bounds() {
        assert_eq!(Ratio::of(i64::MAX, 1), Ratio::of(LIMIT, 1));
        assert_eq!(Ratio::of(i64::MIN, 1), Ratio::of(-LIMIT, 1));
        assert_eq!(Ratio::of(i64::MAX, i64::MAX), Ratio::ONE);
        assert_eq!(Ratio::of(i64::MAX - 1, i64::MAX), Ratio::ONE, "nearer than 10⁻¹²");
        assert_eq!(Ratio::of(1, 0), Ratio::ZERO);
        let mut mean = Mean::default();
        mean.add(Quotient::of(i64::MAX, 1), u32::MAX);
        mean.add(Quotient::of(i64::MAX, 1), u32::MAX);
        assert!(mean.settled() > Ratio::ONE);
        assert_eq!(Mean::default().settled(), Ratio::ZERO);
    }

    #[test]
    fn sums_that_are_equal_as_fractions_are_equal() {
        let mean = |terms: &[(i64, i64)]| {
            let mut mean = Mean::default();
            for (part, whole) in terms {
                mean.add(Quotient::of(*part, *whole), 1);
            }
            mean.settled()
        };
        assert_eq!(mean(&[(1, 3), (2, 3)]), mean(&[(1, 2), (1, 2)]));
        assert_eq!(mean(&[(1, 7), (2, 7), (4, 7)]), Ratio::of(1, 3));
        // Exactly half a step: one sum is cut off below it, the other is not, and still they tie.
        let half_step = 2 * ONE;
        assert_eq!(
            mean(&[(1, 3 * half_step), (5, 3 * half_step)]),
            mean(&[(1, half_step), (1, half_step)])
        );
    }

    proptest! {
        /// Held against exact fractions: every mean is the nearest step, and halves go up.
        #[test]
        fn a_mean_is_the_exact_fraction_rounded(
            terms in proptest::collection::vec((0..2_000_000_i64, 1..1_000_000_i64, 0..100_u32), 1..=3),
        ) {
            let mut mean = Mean::default();
            for (part, whole, weight) in &terms {
                mean.add(Quotient::of(*part, *whole), *weight);
            }
            let whole: i128 = terms.iter().map(|term| i128::from(term.1)).product();
            let sum: i128 = terms
                .iter()
                .map(|(part, of, weight)| i128::from(*part) * (whole / i128::from(*of)) * i128::from(*weight))
                .sum();
            let of = whole * terms.iter().map(|term| i128::from(term.2)).sum::<i128>();
            let exact = if of == 0 { 0 } else { (2 * sum * i128::from(ONE) + of) / (2 * of) };
            prop_assert_eq!(i128::from(mean.settled().0), exact);
        }

        #[test]
        fn a_quotient_is_the_exact_fraction_rounded(part in 0..i64::MAX / 4, whole in 1..i64::MAX / 4) {
            prop_assume!(part / whole < LIMIT);
            let (part, whole) = (u128::from(part.unsigned_abs()), u128::from(whole.unsigned_abs()));
            // Two lots again, this time in the test's own words: whole steps, then the half.
            let steps = part * u128::from(ONE.unsigned_abs()) / whole;
            let rest = part * u128::from(ONE.unsigned_abs()) % whole;
            let exact = steps + u128::from(rest * 2 >= whole);
            let got = Ratio::of(i64::try_from(part).unwrap(), i64::try_from(whole).unwrap());
            prop_assert_eq!(u128::from(got.0.unsigned_abs()), exact);
        }

        #[test]
        fn more_is_never_less(part in 0..1_000_000_i64, more in 0..1_000_i64, whole in 1..1_000_000_i64) {
            prop_assert!(Ratio::of(part + more, whole) >= Ratio::of(part, whole));
            prop_assert!(Ratio::of(part, whole) >= Ratio::of(part, whole + more));
        }
    }
}
