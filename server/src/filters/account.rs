//! Accounts as rules name them: `'alice'@'10.0.0.%'`.

use super::SessionFacts;

/// Users and hosts that are meant. `%` stands for any text, in hosts `_` for any one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountPattern {
    user: String,
    host: String,
}

impl AccountPattern {
    /// Reads `user`, `user@host`, each part with or without quotes. Without a host, any host is
    /// meant. `None`: it can't be read.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (user, rest) = part(text.trim())?;
        let host = match rest.strip_prefix('@') {
            Some(rest) => match part(rest)? {
                (host, "") => host,
                _ => return None,
            },
            None if rest.is_empty() => "%",
            None => return None,
        };
        let host = if host.is_empty() { "%" } else { host };
        Some(Self {
            user: user.to_owned(),
            host: host.to_owned(),
        })
    }

    /// Whether it means the session's account.
    pub(super) fn matches(&self, session: &SessionFacts) -> bool {
        let by_user = self.user == session.user || self.user == "%" || self.user.is_empty();
        let remote = session.remote.to_ascii_lowercase();
        let host = self.host.to_ascii_lowercase();
        by_user && is_like(host.as_bytes(), remote.as_bytes())
    }
}

/// The first part of an account, in quotes or up to the `@`, and what follows.
fn part(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '\'' | '"' | '`'));
    if let Some(quote) = quote {
        return text.get(1..)?.split_once(quote);
    }
    let end = text.find('@').unwrap_or(text.len());
    text.split_at_checked(end)
}

fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    // Where to go on after the last `%` if what follows it does not fit here.
    let mut retry: Option<(&[u8], &[u8])> = None;
    let (mut pattern, mut text) = (pattern, text);
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'%', rest)), _) => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((&p, pattern_rest)), Some((&t, text_rest))) if p == t || p == b'_' => {
                (pattern, text) = (pattern_rest, text_rest);
            }
            (None, None) => return true,
            _ => match retry {
                Some((after, [_, skipped @ ..])) => {
                    retry = Some((after, skipped));
                    (pattern, text) = (after, skipped);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, user: &str, remote: &str, expected: Option<bool>) {
        let session = SessionFacts {
            user: user.to_owned(),
            remote: remote.to_owned(),
            ..SessionFacts::default()
        };
        let found = AccountPattern::parse(pattern).map(|account| account.matches(&session));
        assert_eq!(found, expected, "{pattern} {user}@{remote}");
    }

    #[test]
    fn accounts_are_meant_by_user_and_host() {
        check("bob", "bob", "10.0.0.1", Some(true));
        check("bob", "Bob", "10.0.0.1", Some(false));
        check("'bob'@'%'", "bob", "10.0.0.1", Some(true));
        check("'bob'", "bob", "localhost", Some(true));
        check("'bob'@'10.%.1'", "bob", "10.0.0.1", Some(true));
        check("'bob'@'10.%.1'", "bob", "10.0.0.12", Some(false));
        check("bob@10.0.0._", "bob", "10.0.0.7", Some(true));
        check("bob@10.0.0._", "bob", "10.0.0.17", Some(false));
        check("'%'@'localhost'", "anybody", "LOCALHOST", Some(true));
        check("''@'localhost'", "anybody", "localhost", Some(true));
        check("`a@b`@`%`", "a@b", "h", Some(true));
        check("'bob'x", "bob", "h", None);
        check("'bob", "bob", "h", None);
        check("'bob'@'h'x", "bob", "h", None);
    }
}
