//! The variables by which a session steers its cache: `SET @maxscale.cache.populate = true`.

use std::time::Duration;

use super::statement::{Statement, is_one_of};
use super::store::Lifetime;
use crate::sql::{Token, TokenKind};

const PREFIX: &[u8] = b"@maxscale.cache.";

/// What a session has set for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variables {
    /// Whether results are stored.
    pub(super) populate: bool,
    /// Whether stored results are used.
    pub(super) uses: bool,
    pub(super) lifetime: Lifetime,
}

/// What a SET statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Assigned {
    /// It sets something that may change what statements return.
    pub(super) changes_session: bool,
}

impl Variables {
    /// Follows a SET statement.
    ///
    /// # Errors
    /// The variable that can't have the value it is given; nothing is set then.
    pub(super) fn follow(&mut self, statement: &Statement<'_>) -> Result<Assigned, String> {
        let tokens = statement.tokens().get(1..).unwrap_or_default();
        let mut next = *self;
        let mut changes_session = false;
        if !tokens
            .first()
            .is_some_and(|token| token.is_word(b"STATEMENT"))
        {
            for assignment in assignments(tokens) {
                changes_session |= next.assign(assignment)?;
            }
        }
        *self = next;
        Ok(Assigned { changes_session })
    }

    /// Says whether the assignment may change what statements return.
    fn assign(&mut self, assignment: &[Token<'_>]) -> Result<bool, String> {
        let [variable, _, value @ ..] = assignment else {
            return Ok(true);
        };
        if variable.kind != TokenKind::UserVariable {
            return Ok(!is_harmless(assignment));
        }
        let name = variable.text.to_ascii_lowercase();
        let Some(name) = name.strip_prefix(PREFIX) else {
            return Ok(false);
        };
        let fault = || {
            let name = String::from_utf8_lossy(variable.text);
            let value: Vec<_> = value.iter().flat_map(|token| token.text).copied().collect();
            let value = String::from_utf8_lossy(&value);
            format!("Variable '{name}' can't be set to the value of '{value}'")
        };
        match name {
            b"populate" => self.populate = switch(value).ok_or_else(fault)?,
            b"use" => self.uses = switch(value).ok_or_else(fault)?,
            b"soft_ttl" => self.lifetime.soft = limit(seconds(value).ok_or_else(fault)?),
            b"hard_ttl" => self.lifetime.hard = limit(seconds(value).ok_or_else(fault)?),
            _ => {}
        }
        Ok(false)
    }
}

fn assignments<'t, 's>(tokens: &'t [Token<'s>]) -> impl Iterator<Item = &'t [Token<'s>]> {
    let mut depth = 0_usize;
    tokens
        .split(move |token| {
            if token.is_operator(b"(") {
                depth += 1;
            } else if token.is_operator(b")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && token.is_operator(b",")
        })
        .map(|assignment| match assignment {
            [rest @ .., last] if last.kind == TokenKind::Semicolon => rest,
            all => all,
        })
}

/// Whether it sets something that the cache follows by the server's status.
fn is_harmless(assignment: &[Token<'_>]) -> bool {
    let names = &["AUTOCOMMIT", "TRANSACTION"];
    let is_system = |token: &Token<'_>| {
        token.kind == TokenKind::SystemVariable
            && token.text.to_ascii_lowercase().ends_with(b"autocommit")
    };
    // What others have changed is seen in one isolation level and not in another.
    let isolates = assignment.iter().any(|token| token.is_word(b"ISOLATION"));
    let mut beginning = assignment.iter().take(2);
    !isolates && beginning.any(|token| is_one_of(token, names) || is_system(token))
}

fn switch(value: &[Token<'_>]) -> Option<bool> {
    let [value] = value else { return None };
    match value.text.to_ascii_lowercase().as_slice() {
        b"true" | b"1" | b"on" | b"'true'" | b"'on'" => Some(true),
        b"false" | b"0" | b"off" | b"'false'" | b"'off'" => Some(false),
        _ => None,
    }
}

/// A number of seconds.
fn seconds(value: &[Token<'_>]) -> Option<Duration> {
    let [value] = value else { return None };
    let seconds: u32 = std::str::from_utf8(value.text).ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds.into()))
}

/// 0 sets no limit.
fn limit(lifetime: Duration) -> Option<Duration> {
    (!lifetime.is_zero()).then_some(lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Dialect;

    fn check(sql: &str, expected: Result<(bool, bool, bool), &str>) {
        let mut variables = Variables {
            populate: false,
            uses: false,
            lifetime: Lifetime {
                soft: None,
                hard: None,
            },
        };
        let outcome = variables.follow(&Statement::read(sql.as_bytes(), Dialect::default()));
        let outcome = outcome
            .map(|set| (variables.populate, variables.uses, set.changes_session))
            .map_err(|error| error.clone());
        assert_eq!(outcome, expected.map_err(str::to_owned), "{sql}");
    }

    #[test]
    fn assignments_are_followed() {
        check(
            "SET @maxscale.cache.populate = TRUE",
            Ok((true, false, false)),
        );
        check(
            "set @MaxScale.Cache.Use:=1, @x = f(1, 2);",
            Ok((false, true, false)),
        );
        check("SET NAMES latin1", Ok((false, false, true)));
        check("SET @a = 1, sql_mode = ''", Ok((false, false, true)));
        check("SET autocommit = 0", Ok((false, false, false)));
        check("SET @@session.autocommit = 0", Ok((false, false, false)));
        check(
            "SET SESSION TRANSACTION READ ONLY",
            Ok((false, false, false)),
        );
        check(
            "SET TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE",
            Ok((false, false, true)),
        );
        check(
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            Ok((false, false, true)),
        );
        check(
            "SET tx_isolation = 'SERIALIZABLE'",
            Ok((false, false, true)),
        );
        check(
            "SET STATEMENT max_statement_time=1 FOR SELECT 1",
            Ok((false, false, false)),
        );
        check(
            "SET @maxscale.cache.use = 1, @maxscale.cache.populate = 7",
            Err("Variable '@maxscale.cache.populate' can't be set to the value of '7'"),
        );
    }

    #[test]
    fn lifetimes_are_in_seconds() {
        let lifetime = Lifetime {
            soft: None,
            hard: Some(Duration::from_secs(9)),
        };
        let mut variables = Variables {
            populate: true,
            uses: true,
            lifetime,
        };
        let sql = b"SET @maxscale.cache.soft_ttl = 3, @maxscale.cache.hard_ttl = 0";
        variables
            .follow(&Statement::read(sql, Dialect::default()))
            .unwrap();
        let expected = Lifetime {
            soft: Some(Duration::from_secs(3)),
            hard: None,
        };
        assert_eq!(variables.lifetime, expected);
    }
}
