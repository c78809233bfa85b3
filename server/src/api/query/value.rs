//! Values of parameters.

use std::time::Duration;

use crate::api::error::ApiError;

/// `true`, `yes`, `on`, `1` and their opposites.
pub(in crate::api) fn boolean(name: &str, value: &str) -> Result<bool, ApiError> {
    match value {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(wrong(name, value, "true, yes, on, 1, false, no, off or 0")),
    }
}

/// `300000ms`, `5s`, `1m`, `2h`; a bare number is seconds.
pub(in crate::api) fn duration(name: &str, value: &str) -> Result<Duration, ApiError> {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit_ms = match &value[digits.len()..] {
        "ms" => Some(1),
        "s" | "" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    number(digits)
        .zip(unit_ms)
        .and_then(|(count, unit_ms)| count.checked_mul(unit_ms))
        .map(Duration::from_millis)
        .ok_or_else(|| wrong(name, value, "a duration such as 5s, 300ms, 1m or 2h"))
}

/// A number of at least 1.
pub(in crate::api) fn positive(name: &str, value: &str) -> Result<u64, ApiError> {
    number(value)
        .filter(|number| *number > 0)
        .ok_or_else(|| wrong(name, value, "a positive number"))
}

/// A number of digits only: `+1` is none.
pub(super) fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

pub(super) fn wrong(name: &str, value: &str, allowed: &str) -> ApiError {
    ApiError::bad_request(format!("{name}={value}: allowed is {allowed}"))
}
