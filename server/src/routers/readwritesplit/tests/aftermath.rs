//! When a session may go on with other connections.

use super::fixture::{Fixture, THREE};

/// Runs statements in which a `#` stands for a reply with an insert id, a `+` for one that counts.
fn portable_behind(statements: &str) -> bool {
    let mut fixture = Fixture::new("", THREE);
    for statement in statements.split(';').map(str::trim) {
        let sql = statement.trim_end_matches(['#', '+', '!']);
        let plan = fixture.query(sql);
        if statement.ends_with('!') {
            fixture.fail(0, 1062);
        } else if statement.ends_with(['#', '+']) {
            fixture.reply_with(0, None, statement.ends_with('#'), true);
        } else {
            fixture.answer(sql, &plan);
        }
    }
    fixture.session.is_portable(false)
}

#[test]
fn what_may_be_asked_of_the_statement_before_is_waited_for() {
    for (statements, expected) in [
        ("SELECT 1", true),
        ("INSERT INTO t VALUES (1)#", false),
        ("INSERT INTO t VALUES (1)#; SELECT LAST_INSERT_ID()", false),
        ("INSERT INTO t VALUES (1)#; SELECT a FROM t", true),
        ("BEGIN; INSERT INTO t VALUES (1)#; COMMIT", false),
        ("INSERT INTO t VALUES (1)#; SET NAMES latin1", false),
        ("INSERT INTO t VALUES (1)#; UPDATE t SET a = 1+", false),
        (
            "INSERT INTO t VALUES (1)#; INSERT INTO t VALUES (1)!",
            false,
        ),
        ("BEGIN; UPDATE t SET a = 1+; COMMIT", true),
        ("UPDATE t SET a = 1+", false),
        ("UPDATE t SET a = 1+; SELECT ROW_COUNT()", false),
        ("UPDATE t SET a = 1+; SELECT 1", true),
        ("UPDATE t SET a = 1", true),
        ("UPDATE t SET a = 1!", false),
        ("UPDATE t SET a = 1!; SHOW WARNINGS", false),
        ("UPDATE t SET a = 1!; SET @a = 1", true),
        ("SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1", false),
        ("SELECT SQL_CALC_FOUND_ROWS a FROM t; SELECT 1", true),
        ("INSERT INTO t VALUES (1) RETURNING a", false),
        ("SELECT NEXTVAL(s)", false),
        ("SELECT NEXTVAL(s); SELECT LASTVAL(s)", false),
        ("SELECT NEXTVAL(s); SELECT 1", true),
    ] {
        assert_eq!(portable_behind(statements), expected, "{statements}");
    }
}
