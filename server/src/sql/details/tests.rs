use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::sql::classify;
use crate::sql::samples;

#[test]
fn statements_are_cut_at_their_ends() {
    for (text, expected) in [
        ("", &[][..]),
        (" ; -- x", &[]),
        ("SELECT 1", &["SELECT 1"]),
        (
            " SELECT 1 ; SELECT ';' /* ; */ ; ",
            &["SELECT 1", "SELECT ';'"],
        ),
        (
            "CREATE PROCEDURE p() BEGIN SELECT 1; END; SELECT 2",
            &["CREATE PROCEDURE p() BEGIN SELECT 1; END", "SELECT 2"],
        ),
    ] {
        let found: Vec<_> = statements(text.as_bytes(), Dialect::default()).collect();
        let expected: Vec<_> = expected.iter().map(|text| text.as_bytes()).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn the_last_database_counts() {
    for (text, expected) in [
        ("USE a", Some("a")),
        ("use `a b`;", Some("a b")),
        ("USE a; USE b; SELECT 1", Some("b")),
        ("USE", None),
        ("USE 'a'", None),
        ("SELECT 1", None),
    ] {
        let found = used_database(text.as_bytes(), Dialect::default()).map(Name::unquoted);
        assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{text}");
    }
}

#[track_caller]
fn check_kill(text: &str, expected: &Expect) {
    let shown = match kill(text.as_bytes(), Dialect::default()) {
        None => "none".to_owned(),
        Some(Kill {
            query_only,
            hard,
            target,
        }) => {
            let target = match target {
                KillTarget::Connection(id) => format!("connection {id}"),
                KillTarget::Query(id) => format!("query {id}"),
                KillTarget::User { user, host } => {
                    let host = host.map(Name::unquoted).unwrap_or_default();
                    let user = user.unquoted();
                    format!("{}@{}", user.escape_ascii(), host.escape_ascii())
                }
                KillTarget::Expression(text) => format!("expression {}", text.escape_ascii()),
            };
            format!("query_only={query_only} hard={hard} {target}")
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn kills_have_many_forms() {
    check_kill(
        "KILL 5",
        &expect!["query_only=false hard=true connection 5"],
    );
    check_kill(
        "kill connection 5;",
        &expect!["query_only=false hard=true connection 5"],
    );
    check_kill(
        "KILL SOFT QUERY 5",
        &expect!["query_only=true hard=false connection 5"],
    );
    check_kill(
        "KILL HARD QUERY ID 5",
        &expect!["query_only=true hard=true query 5"],
    );
    check_kill("KILL USER foo", &expect!["query_only=false hard=true foo@"]);
    check_kill(
        "KILL QUERY USER 'a b'@'%'",
        &expect!["query_only=true hard=true a b@%"],
    );
    check_kill(
        "KILL USER foo@localhost",
        &expect!["query_only=false hard=true foo@localhost"],
    );
    check_kill(
        "KILL USER `foo`@`h`",
        &expect!["query_only=false hard=true foo@h"],
    );
    check_kill(
        "KILL CONNECTION_ID() + 1",
        &expect!["query_only=false hard=true expression CONNECTION_ID() + 1"],
    );
    check_kill(
        "KILL 99999999999999999999",
        &expect!["query_only=false hard=true expression 99999999999999999999"],
    );
    check_kill(
        "SELECT 1; KILL 7",
        &expect!["query_only=false hard=true connection 7"],
    );
    check_kill("KILL", &expect!["none"]);
    check_kill("KILL USER 5", &expect!["none"]);
    check_kill("SELECT 1", &expect!["none"]);
}

#[test]
fn prepared_statements_have_names_and_sources() {
    use PreparedStatement::{Deallocate, Execute, Immediate, Prepare};
    let name = |name: &'static str| Name::new(name.as_bytes());
    for (text, expected) in [
        (
            "PREPARE p FROM 'SELECT ?'",
            Some(Prepare {
                name: name("p"),
                source: b"'SELECT ?'",
            }),
        ),
        (
            "prepare `p` from @a",
            Some(Prepare {
                name: name("`p`"),
                source: b"@a",
            }),
        ),
        ("EXECUTE p USING @a, 5", Some(Execute { name: name("p") })),
        (
            "EXECUTE IMMEDIATE CONCAT('a', 'b') USING 1",
            Some(Immediate {
                source: b"CONCAT('a', 'b')",
            }),
        ),
        ("DEALLOCATE PREPARE p", Some(Deallocate { name: name("p") })),
        (
            "SELECT 1; DROP PREPARE p",
            Some(Deallocate { name: name("p") }),
        ),
        ("DROP TABLE p", None),
        ("PREPARE p", None),
        ("PREPARE 'p' FROM 'x'", None),
        ("", None),
    ] {
        assert_eq!(
            prepared_statement(text.as_bytes(), Dialect::default()),
            expected,
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn there_are_as_many_statements_as_are_counted(
        text in samples::text(), dialect in samples::dialect()) {
        let count = statements(&text, dialect).count();
        prop_assert_eq!(count, usize::from(classify(&text, dialect).statements));
    }

    #[test]
    fn nothing_panics(text in samples::text(), dialect in samples::dialect()) {
        let _ = used_database(&text, dialect);
        let _ = kill(&text, dialect);
        let _ = prepared_statement(&text, dialect);
    }
}
