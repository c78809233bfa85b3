//! Whose sessions a filter is for: the parameters `user` and `source`.

use std::net::IpAddr;

use super::{FilterError, SessionFacts};
use crate::config::Values;

/// Whose sessions are meant.
#[derive(Debug, Clone, Default)]
pub(super) struct Audience {
    user: Option<String>,
    sources: Vec<Source>,
}

#[derive(Debug, Clone)]
enum Source {
    Address(IpAddr),
    /// An address with `%` for any part of it.
    Wildcard(String),
    /// `localhost`, or what else a remote end may be called.
    Name(String),
}

impl Audience {
    /// From the parameters `user` and `source`. The latter is an address, an address with `%` in
    /// it, or several of these with commas between them.
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let sources = values.text("source").unwrap_or_default().split(',');
        let sources = sources.map(str::trim).filter(|item| !item.is_empty());
        Ok(Self {
            user: values.text("user").map(str::to_owned),
            sources: sources.map(source).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the session is meant.
    pub(super) fn includes(&self, session: &SessionFacts) -> bool {
        let by_user = self.user.as_ref().is_none_or(|user| *user == session.user);
        by_user && (self.sources.is_empty() || self.is_source(&session.remote))
    }

    fn is_source(&self, remote: &str) -> bool {
        let address = remote.parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
        self.sources.iter().any(|source| match source {
            Source::Address(ip) => address == Some(*ip),
            Source::Wildcard(pattern) => {
                address.is_some_and(|ip| is_like(pattern, &ip.to_string()))
            }
            Source::Name(name) => name == remote,
        })
    }
}

fn source(item: &str) -> Result<Source, FilterError> {
    if item.chars().all(|c| c == '%') {
        return Err(FilterError::Parameter {
            parameter: "source",
            message: "% alone means everybody: leave the parameter out".to_owned(),
        });
    }
    Ok(match item.parse::<IpAddr>() {
        Ok(ip) => Source::Address(ip.to_canonical()),
        Err(_) if item.contains('%') => Source::Wildcard(item.to_owned()),
        Err(_) => Source::Name(item.to_owned()),
    })
}

/// Whether `text` is what `pattern` says; `%` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('%');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parameter::{Kind, ParameterSpec};

    const TABLE: &[ParameterSpec] = &[
        ParameterSpec::new("user", Kind::String, None, ""),
        ParameterSpec::new("source", Kind::String, None, ""),
    ];

    fn audience(given: &[(&str, &str)]) -> Result<Audience, FilterError> {
        Audience::of(&Values::given(TABLE, given).expect("good values"))
    }

    #[test]
    fn sessions_are_meant_by_user_and_source() {
        let check = |given: &[(&str, &str)], user: &str, remote: &str, expected: bool| {
            let session = SessionFacts {
                user: user.to_owned(),
                remote: remote.to_owned(),
                ..SessionFacts::default()
            };
            let audience = audience(given).expect("good audience");
            assert_eq!(
                audience.includes(&session),
                expected,
                "{given:?} {user}@{remote}"
            );
        };
        check(&[], "john", "10.0.0.1", true);
        check(&[("user", "john")], "john", "10.0.0.1", true);
        check(&[("user", "john")], "John", "10.0.0.1", false);
        check(&[("source", "10.0.0.1")], "john", "10.0.0.1", true);
        check(&[("source", "10.0.0.1")], "john", "::ffff:10.0.0.1", true);
        check(&[("source", "10.0.0.1")], "john", "10.0.0.11", false);
        check(&[("source", "10.%.%.1")], "john", "10.2.3.1", true);
        check(&[("source", "10.0.%.%")], "john", "10.0.3.1", true);
        check(&[("source", "10.0.%.%")], "john", "110.0.3.1", false);
        check(
            &[("source", "10.1.1.1, 10.0.0.%")],
            "john",
            "10.0.0.7",
            true,
        );
        check(&[("source", "localhost")], "john", "localhost", true);
        check(&[("source", "localhost")], "john", "127.0.0.1", false);
        check(
            &[("source", "10.0.0.1"), ("user", "john")],
            "jim",
            "10.0.0.1",
            false,
        );
    }

    #[test]
    fn everybody_is_no_source() {
        assert!(audience(&[("source", "%")]).is_err());
    }
}
