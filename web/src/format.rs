//! Numbers for people: ages, sizes, counts and rates, short and of steady width.

/// A number of JSON, with three digits behind the point at most.
pub fn number(number: &serde_json::Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(value) => {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        None => number.to_string(),
    }
}

/// The sign for "nothing to show".
pub const NONE: &str = "–";

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A duration in at most two units: `12s`, `4m 07s`, `3h 04m`, `2d 03h`.
pub fn age(ms: u64) -> String {
    match ms {
        _ if ms < MINUTE_MS => format!("{}s", ms / SECOND_MS),
        _ if ms < HOUR_MS => format!("{}m {:02}s", ms / MINUTE_MS, ms % MINUTE_MS / SECOND_MS),
        _ if ms < DAY_MS => format!("{}h {:02}m", ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS),
        _ => format!("{}d {:02}h", ms / DAY_MS, ms % DAY_MS / HOUR_MS),
    }
}

/// A short duration: `0 ms`, `87 ms`, `1.25 s`, and from a minute on as [`age`].
pub fn milliseconds(ms: u64) -> String {
    match ms {
        _ if ms < SECOND_MS => format!("{ms} ms"),
        _ if ms < MINUTE_MS => format!("{:.2} s", ms as f64 / 1000.0),
        _ => age(ms),
    }
}

/// A size in binary units: `512 B`, `24.1 KiB`, `1.5 GiB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if size < 1024 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1024.0;
    let mut unit = UNITS[0];
    for larger in &UNITS[1..] {
        // 1023.95 would be rounded to 1024.0 of the smaller unit.
        if value < 1023.95 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

/// A count with its thousands set off: `1,234,567`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Events a second: `0`, `0.4`, `12.3`, `1,234`.
pub fn rate(per_second: f64) -> String {
    match per_second {
        _ if !per_second.is_finite() || per_second < 0.05 => "0".to_owned(),
        _ if per_second < 99.95 => format!("{per_second:.1}"),
        #[expect(clippy::cast_sign_loss, reason = "larger than 99 here")]
        _ => count(per_second.round() as u64),
    }
}

/// `1 session`, `2 sessions`, `10,000 sessions`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_at_most_two_units() {
        let cases = [
            (0, "0s"),
            (999, "0s"),
            (12_345, "12s"),
            (59_999, "59s"),
            (60_000, "1m 00s"),
            (247_000, "4m 07s"),
            (3_600_000, "1h 00m"),
            (11_040_000, "3h 04m"),
            (86_400_000, "1d 00h"),
            (183_600_000, "2d 03h"),
        ];
        for (ms, expected) in cases {
            assert_eq!(age(ms), expected);
        }
    }

    #[test]
    fn sizes_are_binary_and_never_show_1024_of_a_unit() {
        let cases = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (24_680, "24.1 KiB"),
            (1024 * 1024 - 1, "1.0 MiB"),
            (1_610_612_736, "1.5 GiB"),
            (u64::MAX, "16384.0 PiB"),
        ];
        for (size, expected) in cases {
            assert_eq!(bytes(size), expected);
        }
    }

    #[test]
    fn counts_have_their_thousands_set_off() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (value, expected) in cases {
            assert_eq!(count(value), expected);
        }
        assert_eq!(counted(1, "session", "sessions"), "1 session");
        assert_eq!(counted(0, "session", "sessions"), "0 sessions");
    }

    #[test]
    fn rates_lose_their_decimal_when_large() {
        let cases = [
            (0.0, "0"),
            (0.049, "0"),
            (0.42, "0.4"),
            (12.34, "12.3"),
            (99.96, "100"),
            (1234.4, "1,234"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ];
        for (value, expected) in cases {
            assert_eq!(rate(value), expected);
        }
    }
}
