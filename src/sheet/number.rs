//! A cell's number, exactly.
//!
//! Spreadsheets keep numbers as doubles. What a person typed is the shortest decimal that reads
//! back as the same double; from there on only digits count.

use super::read::Why;

/// The decimal a person would have typed for a double: `12.3`. Digits beyond the fifteenth, which
/// no spreadsheet shows, come from a formula's rounding and are rounded away.
pub(super) fn decimal(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let shortest = value.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 || !shortest.contains('.') {
        return Some(shortest);
    }
    let rounded = format!("{value:.14e}").parse::<f64>().ok()?;
    Some(rounded.to_string())
}

/// A plain decimal times `scale` (a power of ten), as a whole number that is not negative.
pub(super) fn whole(text: &str, scale: i64) -> Result<i64, Why> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !plain(whole) || !plain(fraction) {
        return Err(Why::NotANumber);
    }
    let places = scale.unsigned_abs().checked_ilog10().unwrap_or(0) as usize;
    let fraction = fraction.trim_end_matches('0');
    let zero = fraction.is_empty() && whole.bytes().all(|b| b == b'0');
    if negative && !zero {
        return Err(Why::Negative);
    }
    if fraction.len() > places {
        return Err(Why::NotWhole);
    }
    let all = format!("{whole}{fraction:0<places$}");
    all.trim_start_matches('0').parse().or_else(|error: std::num::ParseIntError| {
        match error.kind() {
            std::num::IntErrorKind::Empty => Ok(0),
            _ => Err(Why::TooLarge),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_double_is_the_decimal_that_was_typed() {
        for (value, text) in [
            (12.3, "12.3"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 1.1, "1.21"),
            (36.0, "36"),
            (98.55, "98.55"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (1e20, "100000000000000000000"),
            (-2.5, "-2.5"),
        ] {
            assert_eq!(decimal(value).as_deref(), Some(text));
        }
        assert_eq!(decimal(f64::NAN), None);
        assert_eq!(decimal(f64::INFINITY), None);
    }

    #[test]
    fn a_decimal_is_scaled_without_rounding() {
        for (text, scale, value) in [
            ("36", 100_000_000, Ok(3_600_000_000)),
            ("1.23456789", 100_000_000, Ok(123_456_789)),
            ("1.234567891", 100_000_000, Err(Why::NotWhole)),
            ("98.5", 100, Ok(9850)),
            ("0", 1, Ok(0)),
            ("-0", 1, Ok(0)),
            ("-0.0", 1, Ok(0)),
            ("007", 1, Ok(7)),
            (".5", 10_000, Ok(5000)),
            ("2.0", 1, Ok(2)),
            ("2.5", 1, Err(Why::NotWhole)),
            ("-3", 1, Err(Why::Negative)),
            ("-0.5", 1, Err(Why::Negative)),
            ("9223372036854775807", 1, Ok(i64::MAX)),
            ("9223372036854775808", 1, Err(Why::TooLarge)),
            ("92233720369", 100_000_000, Err(Why::TooLarge)),
            ("", 1, Err(Why::NotANumber)),
            (".", 1, Err(Why::NotANumber)),
            ("1e5", 1, Err(Why::NotANumber)),
            ("--1", 1, Err(Why::NotANumber)),
        ] {
            assert_eq!(whole(text, scale), value, "{text} × {scale}");
        }
    }

    proptest! {
        #[test]
        fn what_a_sheet_stores_comes_back(value in 0..900_000_000_000_000_i64, places in 0..9_u32) {
            let scale = 10_i64.pow(places);
            let typed = crate::plan::Measure { base: String::new(), shown: String::new(), scale }
                .number(crate::plan::Quantity(value));
            let stored: f64 = typed.parse().unwrap();
            prop_assert_eq!(whole(&decimal(stored).unwrap(), scale), Ok(value));
        }
    }
}
