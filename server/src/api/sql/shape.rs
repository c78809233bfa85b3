//! The form of results.

use serde_json::Value;
use sluicegate_shared::sql::QueryResult;

use crate::api::json;
use crate::workbench::{Answer, Cell, Failure, Outcome, ResultRows};

/// All results of an answer.
pub(super) fn results(answer: &Answer) -> Value {
    // One by one: there is but one more copy at a time.
    let results = answer.outcomes.iter();
    results.map(|one| json::value(&result(one))).collect()
}

fn result(outcome: &Outcome) -> QueryResult {
    match outcome {
        Outcome::Rows(rows) => of_rows(rows),
        Outcome::Done {
            affected_rows,
            last_insert_id,
            warnings,
        } => QueryResult {
            affected_rows: Some(*affected_rows),
            last_insert_id: Some(*last_insert_id),
            warnings: Some(*warnings),
            ..QueryResult::default()
        },
        Outcome::Failed(failure) => with(QueryResult::default(), failure),
    }
}

fn of_rows(rows: &ResultRows) -> QueryResult {
    let data = rows.rows.iter();
    let data = data.map(|row| row.iter().map(value).collect()).collect();
    let result = QueryResult {
        complete: Some(rows.complete),
        data: Some(data),
        fields: Some(rows.fields.clone()),
        ..QueryResult::default()
    };
    match &rows.failure {
        Some(failure) => with(result, failure),
        None => result,
    }
}

fn with(result: QueryResult, failure: &Failure) -> QueryResult {
    QueryResult {
        errno: Some(failure.errno),
        message: Some(failure.message.clone()),
        sqlstate: Some(failure.sqlstate.clone()),
        ..result
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Signed(number) => (*number).into(),
        Cell::Unsigned(number) => (*number).into(),
        Cell::Float(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(outcome: &Outcome, expected: &Value) {
        assert_eq!(json::value(&result(outcome)), *expected);
    }

    fn failure() -> Failure {
        Failure {
            errno: 1064,
            message: "wrong".to_owned(),
            sqlstate: "42000".to_owned(),
        }
    }

    #[test]
    fn results_have_the_documented_forms() {
        let mut rows = ResultRows {
            fields: vec!["id".to_owned(), "name".to_owned()],
            rows: vec![
                vec![Cell::Signed(-1), Cell::Text("a".to_owned())],
                vec![Cell::Unsigned(u64::MAX), Cell::Null],
                vec![Cell::Float(1.5), Cell::Text("1.10".to_owned())],
            ],
            complete: true,
            failure: None,
        };
        let data = json!([[-1, "a"], [u64::MAX, null], [1.5, "1.10"]]);
        check(
            &Outcome::Rows(rows.clone()),
            &json!({"complete": true, "data": data, "fields": ["id", "name"]}),
        );
        rows.complete = false;
        rows.failure = Some(failure());
        check(
            &Outcome::Rows(rows),
            &json!({"complete": false, "data": data, "fields": ["id", "name"],
                "errno": 1064, "message": "wrong", "sqlstate": "42000"}),
        );
        check(
            &Outcome::Done {
                affected_rows: 3,
                last_insert_id: 9,
                warnings: 1,
            },
            &json!({"affected_rows": 3, "last_insert_id": 9, "warnings": 1}),
        );
        check(
            &Outcome::Failed(failure()),
            &json!({"errno": 1064, "message": "wrong", "sqlstate": "42000"}),
        );
    }
}
