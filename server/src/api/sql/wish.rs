//! The body of who opens a connection.

use std::time::Duration;

use serde_json::Value;

use crate::api::body::Node;
use crate::api::error::ApiError;
use crate::config::Secret;
use crate::workbench::Plan;

const KNOWN: &[&str] = &[
    "connection_string",
    "db",
    "password",
    "target",
    "timeout",
    "user",
];
/// The target that means a connection by a driver of the system.
const ODBC: &str = "odbc";
/// How long connecting may take, as documented.
const TIMEOUT_S: u64 = 10;
/// The longest that a client may wish for.
const TIMEOUT_MAX_S: u64 = 300;

/// Reads it.
pub(super) fn wished(root: &Node<'_>) -> Result<Plan, ApiError> {
    let root = root.clone().object(KNOWN)?;
    let target = root.need("target")?;
    if target.text()? == ODBC {
        let detail = "this gateway has no ODBC: it connects to its servers, services and listeners";
        return Err(target.error(detail));
    }
    let user = root.need("user")?;
    let password = Secret::new(root.need("password")?.text()?);
    let database = match root.get("db") {
        Some(db) if !db.value().is_null() => Some(db.text()?).filter(|db| !db.is_empty()),
        _ => None,
    };
    Ok(Plan::new(
        target.text()?,
        (user.text()?, &password),
        database,
        timeout(&root)?,
    ))
}

fn timeout(root: &Node<'_>) -> Result<Duration, ApiError> {
    let given = root.get("timeout").filter(|given| !given.value().is_null());
    let Some(given) = given else {
        return Ok(Duration::from_secs(TIMEOUT_S));
    };
    let seconds = given.value().as_u64();
    let seconds = seconds.filter(|seconds| (1..=TIMEOUT_MAX_S).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| {
        given.error(format!(
            "this has to be a number of seconds from 1 to {TIMEOUT_MAX_S}"
        ))
    })
}

/// The statements of a body, and how many rows of each result are wanted; `None`: all.
pub(super) fn statements(root: &Node<'_>) -> Result<(String, Option<u64>), ApiError> {
    /// As documented.
    const ROWS: u64 = 1000;
    let root = root.clone().object(&["max_rows", "sql"])?;
    let sql = root.need("sql")?;
    let text = sql.text()?;
    if text.trim().is_empty() {
        return Err(sql.error("there is no statement"));
    }
    let rows = match root.get("max_rows") {
        None => ROWS,
        Some(given) if *given.value() == Value::Null => ROWS,
        Some(given) => given.value().as_u64().ok_or_else(|| {
            given.error("this has to be a number of rows, or 0 for all that there are")
        })?,
    };
    Ok((text.to_owned(), (rows > 0).then_some(rows)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::body::Body;

    fn body(value: &Value) -> Body {
        Body::parse(value.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn what_is_wished_for_is_read_strictly() {
        let right = json!({"target": "server1", "user": "u", "password": "p"});
        let check = |name: &str, value: Value, expected: Option<&str>| {
            let mut changed = right.clone();
            changed[name] = value;
            let read = wished(&body(&changed).root());
            let detail = read.err().map(|error| error.detail().to_owned());
            match expected {
                Some(expected) => assert!(detail.clone().unwrap().contains(expected), "{detail:?}"),
                None => assert_eq!(detail, None, "{name}"),
            }
        };
        check("db", json!("test"), None);
        check("db", json!(""), None);
        check("db", Value::Null, None);
        check("timeout", json!(15), None);
        check("connection_string", json!("ignored"), None);
        check("timeout", json!(0), Some("number of seconds"));
        check("timeout", json!("5"), Some("number of seconds"));
        check("timeout", json!(301), Some("number of seconds"));
        check("password", json!(1), Some("a string"));
        check("target", json!("odbc"), Some("ODBC"));
        check("nonsense", json!(1), Some("means nothing"));
        for name in ["target", "user", "password"] {
            let mut less = right.clone();
            less.as_object_mut().unwrap().remove(name);
            let error = wished(&body(&less).root()).unwrap_err();
            assert!(error.detail().contains(name));
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let given = json!({"target": "s", "user": "u", "password": "hunter2"});
        let plan = wished(&body(&given).root()).unwrap();
        assert!(!format!("{plan:?}").contains("hunter2"));
    }

    #[test]
    fn a_thousand_rows_are_wanted_unless_it_is_said() {
        let check = |given: Value, expected: Option<(&str, Option<u64>)>| {
            let read = statements(&body(&given).root()).ok();
            let read = read.as_ref().map(|(sql, rows)| (sql.as_str(), *rows));
            assert_eq!(read, expected, "{given}");
        };
        check(json!({"sql": "SELECT 1"}), Some(("SELECT 1", Some(1000))));
        check(json!({"sql": "S", "max_rows": 0}), Some(("S", None)));
        check(json!({"sql": "S", "max_rows": 7}), Some(("S", Some(7))));
        check(json!({"sql": "S", "max_rows": -1}), None);
        check(json!({"sql": "S", "max_rows": "7"}), None);
        check(json!({"sql": " "}), None);
        check(json!({"sql": 1}), None);
        check(json!({}), None);
        check(json!({"sql": "S", "more": 1}), None);
    }
}
