//! One condition of a rules file: an attribute, an operator, a value.

use pcre2::bytes::{Regex, RegexBuilder};

use super::super::statement::{Statement, TableName};
use crate::filters::SessionFacts;
use crate::filters::account::AccountPattern;

/// How an attribute is compared, and with what.
#[derive(Debug)]
enum Test<T> {
    Equal(T),
    Like(Regex),
}

/// A comparison, or its opposite.
#[derive(Debug)]
struct Comparison<T> {
    test: Test<T>,
    negated: bool,
}

impl<T> Comparison<T> {
    fn parse(
        op: &str,
        value: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Self, String> {
        let test = match op {
            "=" | "!=" => Test::Equal(parse(value)?),
            "like" | "unlike" => {
                let built = RegexBuilder::new().jit_if_available(true).build(value);
                Test::Like(built.map_err(|error| format!("`{value}`: {error}"))?)
            }
            _ => return Err(format!("`{op}` is none of =, !=, like, unlike")),
        };
        Ok(Self {
            test,
            negated: matches!(op, "!=" | "unlike"),
        })
    }

    /// Whether one of several things is what is looked for; or, negated, none of them.
    fn holds(&self, equal: impl FnOnce(&T) -> bool, texts: impl FnOnce() -> Vec<Vec<u8>>) -> bool {
        let found = match &self.test {
            Test::Equal(value) => equal(value),
            Test::Like(regex) => texts().iter().any(|t| regex.is_match(t).unwrap_or(false)),
        };
        found != self.negated
    }
}

/// A condition for storing a result.
#[derive(Debug)]
pub(super) enum StoreCondition {
    Query(QueryCondition),
    Database(NameCondition),
    Table(NameCondition),
    Column(NameCondition),
}

#[derive(Debug)]
pub(super) struct QueryCondition(Comparison<String>);

/// A name with what qualifies it.
#[derive(Debug)]
pub(super) struct NameCondition(Comparison<Vec<String>>);

impl NameCondition {
    fn parse(op: &str, value: &str, parts_max: usize) -> Result<Self, String> {
        let name = |value: &str| {
            let parts: Vec<_> = value.split('.').map(str::to_lowercase).collect();
            if parts.len() > parts_max || parts.iter().any(String::is_empty) {
                return Err(format!("`{value}` is no such name"));
            }
            Ok(parts)
        };
        Comparison::parse(op, value, name).map(Self)
    }

    fn holds(&self, paths: &[Vec<String>]) -> bool {
        let texts = || {
            paths
                .iter()
                .map(|path| path.join(".").into_bytes())
                .collect()
        };
        self.0.holds(
            |wanted| paths.iter().any(|path| path.ends_with(wanted)),
            texts,
        )
    }
}

impl StoreCondition {
    pub(super) fn parse(attribute: &str, op: &str, value: &str) -> Result<Self, String> {
        Ok(match attribute {
            "query" => {
                let query = |value: &str| Ok(value.to_owned());
                Self::Query(QueryCondition(Comparison::parse(op, value, query)?))
            }
            "database" => Self::Database(NameCondition::parse(op, value, 1)?),
            "table" => Self::Table(NameCondition::parse(op, value, 2)?),
            "column" => Self::Column(NameCondition::parse(op, value, 3)?),
            _ => {
                return Err(format!(
                    "`{attribute}` is none of database, table, column, query"
                ));
            }
        })
    }

    pub(super) fn holds(
        &self,
        sql: &[u8],
        statement: &Statement<'_>,
        database: Option<&str>,
    ) -> bool {
        match self {
            Self::Query(QueryCondition(comparison)) => {
                comparison.holds(|wanted| sql == wanted.as_bytes(), || vec![sql.to_vec()])
            }
            Self::Database(condition) => condition.holds(&databases(&statement.tables(), database)),
            Self::Table(condition) => {
                let tables = statement.tables();
                let paths: Vec<_> = tables.iter().map(|table| path(table, database)).collect();
                condition.holds(&paths)
            }
            Self::Column(condition) => condition.holds(&columns(statement, database)),
        }
    }
}

/// The default database counts only when the statement names none.
fn databases(tables: &[TableName], default: Option<&str>) -> Vec<Vec<String>> {
    let named: Vec<_> = tables.iter().filter_map(|t| t.database.clone()).collect();
    if named.is_empty() {
        default
            .map(|name| vec![name.to_lowercase()])
            .into_iter()
            .collect()
    } else {
        named.into_iter().map(|name| vec![name]).collect()
    }
}

fn path(table: &TableName, default: Option<&str>) -> Vec<String> {
    let database = table.database.clone().or(default.map(str::to_lowercase));
    database.into_iter().chain([table.table.clone()]).collect()
}

/// Every name may be a column's. With one table in the statement it is that table's.
fn columns(statement: &Statement<'_>, database: Option<&str>) -> Vec<Vec<String>> {
    let mut paths = statement.paths();
    if let [table] = statement.tables().as_slice() {
        let table = path(table, database);
        for name in &mut paths {
            if let [column] = name.as_slice() {
                *name = table.iter().chain([column]).cloned().collect();
            }
        }
    }
    paths
}

/// A condition for getting a stored result.
#[derive(Debug)]
pub(super) struct UseCondition(Comparison<AccountPattern>);

impl UseCondition {
    pub(super) fn parse(attribute: &str, op: &str, value: &str) -> Result<Self, String> {
        if attribute != "user" {
            return Err(format!("`{attribute}` is not user"));
        }
        let account = |value: &str| {
            AccountPattern::parse(value).ok_or_else(|| format!("`{value}` is no account"))
        };
        Comparison::parse(op, value, account).map(Self)
    }

    pub(super) fn holds(&self, session: &SessionFacts) -> bool {
        let SessionFacts { user, remote, .. } = session;
        let text = || vec![format!("{user}@{remote}").into_bytes()];
        self.0.holds(|account| account.matches(session), text)
    }
}
