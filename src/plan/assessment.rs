//! Rules of a year's assessment (目标责任考核): the `[assessment]` table of `plan.toml`.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use super::IndicatorId;

/// Points (分) in hundredths: 9.09 points are 909. Negative for what is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(pub i64);

impl Points {
    /// Reads `100`, `0.5`, `0.25`: two decimals at most, no sign.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 6 || part.len() > 2 {
            return None;
        }
        let part: i64 = format!("{part:0<2}").parse().ok()?;
        Some(Self(whole.parse::<i64>().ok()? * 100 + part))
    }

    /// So many times.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        Self(self.0.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// What a figure is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FullPoints {
    /// The share of the target that is due by the year's end (序时进度). A rate is due in full.
    Pace,
    /// The whole target.
    Target,
}

/// What a year's figures and slips are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentRules {
    /// What a figure is held against.
    pub full: FullPoints,
    /// What all indicators of a unit are worth together, without bonus.
    pub points: Points,
    /// The weight of each indicator, by its place in the plan; one of weight 0 is not assessed.
    pub weights: Vec<u32>,
    /// Added for each whole percent beyond what is due …
    pub bonus: Points,
    /// … up to this much an indicator.
    pub bonus_cap: Points,
    /// Taken off for each period with something reported late, and nothing missing.
    pub late: Points,
    /// Taken off for each period with something not reported.
    pub missing: Points,
    /// Taken off for each figure that a reviewer has sent back.
    pub returned: Points,
    /// Taken off for each part (其中) below its minimum share.
    pub short: Points,
    /// The most that is taken off in all.
    pub minus_cap: Points,
}

impl AssessmentRules {
    /// The weight of an indicator.
    #[must_use]
    pub fn weight(&self, indicator: IndicatorId) -> u32 {
        self.weights.get(indicator.index()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_and_written_in_hundredths() {
        for (text, points) in [("100", 10_000), ("0.5", 50), ("0.25", 25), ("9.09", 909)] {
            assert_eq!(Points::parse(text), Some(Points(points)), "{text}");
        }
        for text in ["", ".5", "1.", "-1", "0.125", "1,5", "十", "99999999"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
        assert_eq!(Points(909).to_string(), "9.09");
        assert_eq!(Points(-5).to_string(), "-0.05");
        assert_eq!((Points(5) - Points(10)).times(3), Points(-15));
    }
}
