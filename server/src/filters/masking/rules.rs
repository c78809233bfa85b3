//! The rules file.

use std::sync::OnceLock;

use pcre2::bytes::{Regex, RegexBuilder};
use rand::RngCore as _;
use serde::Deserialize;

use super::mask::Mask;
use super::names;
use super::plan::Column;
use crate::filters::SessionFacts;
use crate::filters::account::AccountPattern;

/// What values are filled with when a rule does not say.
const DEFAULT_FILL: &str = "X";

/// All rules, in order; the first one that means a column counts.
#[derive(Debug)]
pub(super) struct RuleSet {
    pub(super) rules: Vec<Rule>,
}

/// Which column to mask, how, and before whom.
#[derive(Debug)]
pub(super) struct Rule {
    /// Folded, as the other names.
    pub(super) column: String,
    pub(super) table: Option<String>,
    pub(super) database: Option<String>,
    pub(super) mask: Mask,
    applies_to: Option<Vec<AccountPattern>>,
    exempted: Vec<AccountPattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    replace: Option<RawColumn>,
    obfuscate: Option<RawColumn>,
    with: Option<RawValue>,
    applies_to: Option<Vec<String>>,
    #[serde(default)]
    exempted: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    column: String,
    table: Option<String>,
    database: Option<String>,
    #[serde(rename = "match")]
    pattern: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    value: Option<String>,
    fill: Option<String>,
}

impl RuleSet {
    /// Reads the text of a rules file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: RawFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let rules = file.rules.into_iter().enumerate().map(|(at, raw)| {
            Rule::of(raw).map_err(|message| format!("rule {}: {message}", at + 1))
        });
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
        })
    }
}

impl Rule {
    fn of(raw: RawRule) -> Result<Self, String> {
        let (target, mask) = match (raw.replace, raw.obfuscate) {
            (Some(target), None) => {
                let mask = replacement(target.pattern.as_deref(), raw.with)?;
                (target, mask)
            }
            (None, Some(target)) if target.pattern.is_none() && raw.with.is_none() => {
                (target, Mask::Obfuscate(*salt()))
            }
            (None, Some(_)) => return Err("obfuscate goes without match and with".to_owned()),
            _ => return Err("it needs either replace or obfuscate".to_owned()),
        };
        if target.column.is_empty() {
            return Err("the column has no name".to_owned());
        }
        let folded = |name: String| names::folded(&name);
        Ok(Self {
            column: folded(target.column),
            table: target.table.map(folded),
            database: target.database.map(folded),
            mask,
            applies_to: raw.applies_to.as_deref().map(accounts).transpose()?,
            exempted: accounts(&raw.exempted)?,
        })
    }

    /// Whether the session's user must not see the column.
    pub(super) fn concerns(&self, session: &SessionFacts) -> bool {
        let any = |accounts: &[AccountPattern]| accounts.iter().any(|a| a.matches(session));
        self.applies_to.as_deref().is_none_or(any) && !any(&self.exempted)
    }

    /// Whether it is this column. A resultset's column that does not tell its table or database
    /// may come from any.
    pub(super) fn means(&self, column: &Column) -> bool {
        let is = |wanted: Option<&String>, name: &[u8]| {
            wanted.is_none_or(|wanted| name.is_empty() || names::is(name, wanted))
        };
        names::is(&column.name, &self.column)
            && is(self.table.as_ref(), &column.table)
            && is(self.database.as_ref(), &column.database)
    }
}

fn replacement(pattern: Option<&str>, with: Option<RawValue>) -> Result<Mask, String> {
    let with = with.ok_or("replace needs with")?;
    let fill = with.fill.unwrap_or_else(|| DEFAULT_FILL.to_owned());
    if fill.is_empty() || with.value.as_ref().is_some_and(String::is_empty) {
        return Err("value and fill must not be empty".to_owned());
    }
    Ok(match (pattern, with.value) {
        (Some(_), Some(_)) => return Err("match goes with fill, not with value".to_owned()),
        (Some(pattern), None) => Mask::Match {
            pattern: regex(pattern)?,
            fill,
        },
        (None, value) => Mask::Replace { value, fill },
    })
}

fn regex(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new().jit_if_available(true).build(pattern);
    built.map_err(|error| format!("match: {error}"))
}

fn accounts(texts: &[String]) -> Result<Vec<AccountPattern>, String> {
    let parse = |text: &String| {
        AccountPattern::parse(text).ok_or_else(|| format!("`{text}` is no account"))
    };
    texts.iter().map(parse).collect()
}

/// Without it one could try values until one gives the obfuscated text. The same in the whole
/// process, so that equal values look equal.
fn salt() -> &'static [u8; 16] {
    static SALT: OnceLock<[u8; 16]> = OnceLock::new();
    SALT.get_or_init(|| {
        let mut salt = [0; 16];
        rand::rng().fill_bytes(&mut salt);
        salt
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: &Expect) {
        let outcome = RuleSet::parse(text).map_or_else(|error| error, |set| format!("{set:?}"));
        expected.assert_eq(&outcome);
    }

    #[test]
    fn faults_of_the_file_are_said() {
        check("{}", &expect!["missing field `rules` at line 1 column 2"]);
        for (rule, expected) in [
            (
                "{}",
                expect!["rule 1: it needs either replace or obfuscate"],
            ),
            (
                r#"{"replace": {"column": "a"}}"#,
                expect!["rule 1: replace needs with"],
            ),
            (
                r#"{"replace": {"column": "a"}, "with": {"fill": ""}}"#,
                expect!["rule 1: value and fill must not be empty"],
            ),
            (
                r#"{"replace": {"column": "a", "match": "("}, "with": {}}"#,
                expect![
                    "rule 1: match: PCRE2: error compiling pattern at offset 1: missing closing parenthesis"
                ],
            ),
            (
                r#"{"obfuscate": {"column": "a"}, "with": {}}"#,
                expect!["rule 1: obfuscate goes without match and with"],
            ),
            (
                r#"{"obfuscate": {"column": "a"}, "exempted": ["'x"]}"#,
                expect!["rule 1: `'x` is no account"],
            ),
        ] {
            check(&format!(r#"{{"rules": [{rule}]}}"#), &expected);
        }
    }
}
