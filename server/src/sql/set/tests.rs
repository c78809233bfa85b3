use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::sql::samples;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let show = |text: &[u8]| text.escape_ascii().to_string();
    let lines = set_items(text.as_bytes(), Dialect::default()).map(|item| match item {
        SetItem::UserVariable { name, value } => {
            format!("@{} = {}", show(&name.unquoted()), show(value))
        }
        SetItem::SystemVariable {
            scope,
            name,
            value,
            switch,
            isolation,
        } => {
            let name = show(&name.unquoted());
            let switch = switch.map(|switch| format!(" ({switch})"));
            let isolation = isolation.map(|isolation| format!(" ({isolation:?})"));
            let known = switch.or(isolation).unwrap_or_default();
            format!("{scope:?} {name} = {}{known}", show(value))
        }
        SetItem::CharacterSet { name } => format!("character set {}", show(&name.unquoted())),
        SetItem::Role { value } => format!("role {}", show(value)),
        SetItem::Transaction {
            scope,
            isolation,
            read_only,
        } => format!("transaction {scope:?} {isolation:?} {read_only:?}"),
        other => format!("{other:?}"),
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn variables_have_scopes_and_values() {
    check(
        "SET @a = 1, @`b c` := 'x, y', autocommit=0, @@session.sql_mode = CONCAT(@@sql_mode, \
         ','), GLOBAL d = f(1, 2), e = 5, SESSION g = 6, @@global.h = ON, LOCAL `i` = DEFAULT, \
         @@j.k = 7, l.m = 8, PERSIST n = 9",
        &expect![[r#"
            @a = 1
            @b c = \'x, y\'
            Session autocommit = 0 (false)
            Session sql_mode = CONCAT(@@sql_mode, \',\')
            Global d = f(1, 2)
            Global e = 5
            Session g = 6
            Global h = ON (true)
            Session i = DEFAULT
            Session j.k = 7
            Session l.m = 8
            Global n = 9"#]],
    );
}

#[test]
fn some_items_are_no_variables() {
    check(
        "SET NAMES utf8mb4 COLLATE utf8mb4_bin, CHARACTER SET 'latin1', CHARSET DEFAULT, ROLE \
         admin",
        &expect![[r#"
            character set utf8mb4
            character set latin1
            character set DEFAULT
            role admin"#]],
    );
    check(
        "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED, READ ONLY; SET TRANSACTION \
         ISOLATION LEVEL REPEATABLE READ",
        &expect![[r#"
            transaction Some(Session) Some(ReadUncommitted) Some(true)
            transaction None Some(RepeatableRead) None"#]],
    );
    check(
        "SET tx_isolation = 'read-committed', @@transaction_isolation = SERIALIZABLE",
        &expect![[r#"
            Session tx_isolation = \'read-committed\' (ReadCommitted)
            Session transaction_isolation = SERIALIZABLE (Serializable)"#]],
    );
    check("SET PASSWORD = 'x'", &expect!["Account"]);
    check("SET DEFAULT ROLE r", &expect!["Account"]);
}

#[test]
fn words_for_items_may_be_names_of_variables() {
    check(
        "SET names = 1, transaction = 2, session = 3, role = 4, statement = 5",
        &expect![[r#"
            Session names = 1 (true)
            Session transaction = 2
            Session session = 3
            Session role = 4
            Session statement = 5"#]],
    );
}

#[test]
fn the_variables_of_a_statement_are_items() {
    check(
        "SET STATEMENT sql_mode = 'ANSI', max_statement_time = 5 FOR SELECT a, b FROM t",
        &expect![[r#"
            Statement sql_mode = \'ANSI\'
            Statement max_statement_time = 5"#]],
    );
}

#[test]
fn what_is_not_understood_comes_last() {
    check(
        "SET a = 1, b",
        &expect![[r#"
        Session a = 1 (true)
        Other"#]],
    );
    check(
        "SET a =, b = 2",
        &expect![[r#"
            Session a = 
            Session b = 2"#]],
    );
    check("SET 1", &expect!["Other"]);
    check("SET", &expect!["Other"]);
    check(
        "SELECT 1; SET @a = 1; SELECT 2; SET @b = 2",
        &expect![[r#"
        @a = 1
        @b = 2"#]],
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in samples::text(), dialect in samples::dialect()) {
        let text = [b"SET ", text.as_slice()].concat();
        prop_assert!(set_items(&text, dialect).count() > 0);
    }
}
