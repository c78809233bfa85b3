//! Conditional requests (RFC 9110, 13.2.2).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
};

/// How old the present state of something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It changes without end, such as the idle time of a session: every answer is new.
    Live,
    /// It has been so since then.
    Since(SystemTime),
}

impl Age {
    /// The time for `Last-Modified`, in whole seconds.
    pub(super) fn modified(self, now: SystemTime) -> SystemTime {
        let time = match self {
            Self::Live => now,
            Self::Since(time) => time.min(now),
        };
        let seconds = time
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        UNIX_EPOCH + Duration::from_secs(seconds)
    }
}

/// What is to be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What it asks for.
    Perform,
    /// Nothing: the client has it already (304).
    NotModified,
    /// Nothing: the client thinks of another state (412).
    Failed,
}

/// Judges a request against the present state: its entity `tags` (of the document, of the
/// configuration) and its age. `reads` is true for GET and HEAD.
pub(super) fn judge(
    headers: &HeaderMap,
    reads: bool,
    tags: &[&str],
    age: Age,
    now: SystemTime,
) -> Outcome {
    if let Some(wanted) = list(headers, &IF_MATCH) {
        if !matches(&wanted, tags, false) {
            return Outcome::Failed;
        }
    } else if let Some(limit) = date(headers, &IF_UNMODIFIED_SINCE)
        && age.modified(now) > limit
    {
        return Outcome::Failed;
    }
    if let Some(known) = list(headers, &IF_NONE_MATCH) {
        return match (matches(&known, tags, true), reads) {
            (false, _) => Outcome::Perform,
            (true, true) => Outcome::NotModified,
            (true, false) => Outcome::Failed,
        };
    }
    match (age, date(headers, &IF_MODIFIED_SINCE)) {
        (Age::Since(_), Some(known)) if reads && age.modified(now) <= known => Outcome::NotModified,
        _ => Outcome::Perform,
    }
}

/// Whether one of the listed tags is one of `tags`. Weak tags match only where that is enough.
fn matches(list: &str, tags: &[&str], weak: bool) -> bool {
    list.split(',').map(str::trim).any(|listed| {
        let strong = listed.strip_prefix("W/");
        let listed = if weak {
            strong.unwrap_or(listed)
        } else {
            listed
        };
        listed == "*" || tags.contains(&listed)
    })
}

/// A header that may be given several times, as one list.
fn list(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// A date; a malformed one counts as not given, as the RFC wants it.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_480_000;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn check(name: &HeaderName, value: &str, reads: bool, age: Age, expected: Outcome) {
        let headers = HeaderMap::from_iter([(name.clone(), value.parse().unwrap())]);
        let outcome = judge(&headers, reads, &["\"abc\"", "\"v7\""], age, at(NOW));
        assert_eq!(outcome, expected, "{name}: {value}");
    }

    #[test]
    fn a_known_tag_is_not_sent_again() {
        for value in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*", "\"v7\""] {
            check(&IF_NONE_MATCH, value, true, Age::Live, Outcome::NotModified);
        }
        check(&IF_NONE_MATCH, "\"x\"", true, Age::Live, Outcome::Perform);
        check(&IF_NONE_MATCH, "*", false, Age::Live, Outcome::Failed);
    }

    #[test]
    fn a_write_wants_the_state_it_names() {
        check(&IF_MATCH, "\"v7\"", false, Age::Live, Outcome::Perform);
        check(&IF_MATCH, "*", false, Age::Live, Outcome::Perform);
        check(&IF_MATCH, "W/\"v7\"", false, Age::Live, Outcome::Failed);
        check(&IF_MATCH, "\"v6\"", false, Age::Live, Outcome::Failed);
    }

    #[test]
    fn dates_count_for_what_stands_still_only() {
        let (old, date) = (
            Age::Since(at(NOW - 60)),
            httpdate::fmt_http_date(at(NOW - 60)),
        );
        check(&IF_MODIFIED_SINCE, &date, true, old, Outcome::NotModified);
        check(&IF_MODIFIED_SINCE, &date, false, old, Outcome::Perform);
        check(
            &IF_MODIFIED_SINCE,
            &httpdate::fmt_http_date(at(NOW)),
            true,
            Age::Live,
            Outcome::Perform,
        );
        check(&IF_MODIFIED_SINCE, "yesterday", true, old, Outcome::Perform);
        check(&IF_UNMODIFIED_SINCE, &date, false, old, Outcome::Perform);
        check(
            &IF_UNMODIFIED_SINCE,
            &date,
            false,
            Age::Live,
            Outcome::Failed,
        );
        let before = httpdate::fmt_http_date(at(NOW - 61));
        check(&IF_UNMODIFIED_SINCE, &before, false, old, Outcome::Failed);
    }
}
