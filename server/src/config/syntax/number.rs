//! Numbers, sizes and durations.

use std::num::NonZero;

use super::{AUTO, Parsed, Value};
use crate::config::error::Fault;
use crate::config::parameter::{BareUnit, Kind, ParameterSpec};

const DURATIONS: &str = "a number with h, m, min, s or ms";
const SIZES: &str = "a number, alone or with Ki, Mi, Gi, Ti, k, M, G or T";

/// Reads a value of one of the kinds that are numbers, and checks its bounds.
pub(super) fn parse(spec: &ParameterSpec, text: &str) -> Result<Parsed, Fault> {
    match spec.kind {
        Kind::Duration(bare) => {
            let (millis, remark) = duration(text, bare)?;
            within(spec, text, millis)?;
            Ok(Parsed {
                value: Some(Value::Millis(millis)),
                remark,
            })
        }
        Kind::Size => {
            let bytes = size(text)?;
            within(spec, text, bytes)?;
            Ok(Value::Int(bytes).into())
        }
        Kind::Threads if text.eq_ignore_ascii_case(AUTO) => {
            let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
            let cores = i64::try_from(cores).unwrap_or(spec.max);
            Ok(Value::Auto(cores.clamp(spec.min, spec.max)).into())
        }
        _ => {
            let number = whole(text).ok_or_else(|| not_a_number(spec, text))?;
            within(spec, text, number)?;
            Ok(Value::Int(number).into())
        }
    }
}

fn not_a_number(spec: &ParameterSpec, text: &str) -> Fault {
    let mut allowed = bounds(spec);
    if spec.kind == Kind::Threads {
        allowed.push_str(", auto");
    }
    Fault::new(format!("`{text}` is not a whole number"), allowed)
}

fn whole(text: &str) -> Option<i64> {
    // `parse` would also take a leading `+`, which no documented form has.
    (!text.starts_with('+')).then(|| text.parse().ok())?
}

fn within(spec: &ParameterSpec, text: &str, number: i64) -> Result<(), Fault> {
    if (spec.min..=spec.max).contains(&number) {
        return Ok(());
    }
    Err(Fault::new(
        format!("`{text}` is out of range"),
        bounds(spec),
    ))
}

/// The bounds of a parameter in words.
fn bounds(spec: &ParameterSpec) -> String {
    let unit = spec.unit().unwrap_or_default();
    match (spec.min, spec.max) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        (min, i64::MAX) => format!("{min}{unit} or more"),
        (min, max) => format!("{min}{unit} to {max}{unit}"),
    }
}

/// Splits `12abc` into 12 and `abc`.
fn number_and_suffix(text: &str) -> Option<(i64, String)> {
    let digits = text.trim_start_matches('-');
    let suffix = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = whole(text.strip_suffix(suffix)?)?;
    Some((number, suffix.to_ascii_lowercase()))
}

/// A duration in milliseconds, and a remark when the unit was left out.
fn duration(text: &str, bare: BareUnit) -> Result<(i64, Option<&'static str>), Fault> {
    let fault = || Fault::new(format!("`{text}` is not a duration"), DURATIONS);
    let (number, suffix) = number_and_suffix(text).ok_or_else(fault)?;
    let mut remark = None;
    let factor = match suffix.as_str() {
        "h" => 3_600_000,
        "m" | "min" => 60_000,
        "s" => 1_000,
        "ms" => 1,
        "" => {
            // Zero is zero in every unit.
            remark = (number != 0).then_some(match bare {
                BareUnit::Seconds => "a duration without a unit is deprecated; taken as seconds",
                BareUnit::Milliseconds => {
                    "a duration without a unit is deprecated; taken as milliseconds"
                }
            });
            match bare {
                BareUnit::Seconds => 1_000,
                BareUnit::Milliseconds => 1,
            }
        }
        _ => return Err(fault()),
    };
    let millis = number.checked_mul(factor).ok_or_else(fault)?;
    Ok((millis, remark))
}

/// A size in bytes.
fn size(text: &str) -> Result<i64, Fault> {
    let fault = || Fault::new(format!("`{text}` is not a size"), SIZES);
    let (number, suffix) = number_and_suffix(text).ok_or_else(fault)?;
    // The peer's documents write `1MB` and `16KiB` as well.
    let unit = suffix.strip_suffix('b').unwrap_or(&suffix);
    let factor: i64 = match unit {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        "ti" => 1 << 40,
        _ => return Err(fault()),
    };
    number.checked_mul(factor).ok_or_else(fault)
}

/// `count, window, suppress`; an empty text switches throttling off.
pub(super) fn throttling(text: &str) -> Result<Value, Fault> {
    let fault = || {
        let message = format!("`{text}` is not a log throttling");
        Fault::new(
            message,
            "COUNT, WINDOW, SUPPRESS such as 10, 1000ms, 10000ms",
        )
    };
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (count, window, suppress) = match parts.as_slice() {
        [""] => ("0", "0", "0"),
        [count, window, suppress] => (*count, *window, *suppress),
        _ => return Err(fault()),
    };
    let millis = |part| duration(part, BareUnit::Milliseconds).map(|(millis, _)| millis);
    let (count, window_ms, suppress_ms) = (
        whole(count).ok_or_else(fault)?,
        millis(window)?,
        millis(suppress)?,
    );
    if count < 0 || window_ms < 0 || suppress_ms < 0 {
        return Err(fault());
    }
    Ok(Value::Throttling {
        count,
        window_ms,
        suppress_ms,
    })
}
