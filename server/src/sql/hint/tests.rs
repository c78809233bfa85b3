use proptest::prelude::*;

use super::*;
use crate::sql::samples;

fn to(destination: Destination) -> Directive {
    Directive::RouteTo(destination)
}

fn parameter(name: &str, value: &str) -> Directive {
    Directive::Parameter {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

#[track_caller]
fn check(text: &str, expected: &Result<Option<Hint>, HintError>) {
    assert_eq!(
        &hint(text.as_bytes(), Dialect::default()),
        expected,
        "{text}"
    );
}

#[test]
fn hints_are_found_in_all_forms_of_comments() {
    let primary = Ok(Some(Hint::Once(vec![to(Destination::Primary)])));
    for text in [
        "SELECT 1 -- maxscale route to master",
        "SELECT 1 # maxscale route to master",
        "SELECT 1 #maxscale route to master\n",
        "SELECT 1; -- maxscale route to master",
        "SELECT /* maxscale route to master */ 1",
        "/*maxscale route to master*/ SELECT 1",
        "/*\n MaxScale\tROUTE  TO\nMaster\n*/ SELECT 1",
        "SELECT 'maxscale' /*! , */ /*+ HINT */ -- maxscale route to master",
        "SELECT 1 -- maxscale route to master\n + 2 -- maxscale route to slave",
    ] {
        check(text, &primary);
    }
    for text in [
        "SELECT 1",
        "SELECT 'maxscale route to master'",
        "SELECT '-- maxscale route to master'",
        "SELECT 1 -- route to master",
        "SELECT 1 -- maxscaled route to master",
        "SELECT 1 -- x maxscale route to master",
        "SELECT /* other */ 1 -- maxscale route to master",
        "SELECT 1 --maxscale route to master",
        "SELECT 1 /* maxscale route to master",
        "/*! maxscale route to master */",
    ] {
        check(text, &Ok(None));
    }
}

#[test]
fn hints_have_destinations_and_parameters() {
    for (content, expected) in [
        ("route to slave", vec![to(Destination::Replica)]),
        ("route to last", vec![to(Destination::Last)]),
        (
            "route to server db-1",
            vec![to(Destination::Server("db-1".into()))],
        ),
        (
            "route to server 'db 1'",
            vec![to(Destination::Server("db 1".into()))],
        ),
        (
            "max_slave_replication_lag=10",
            vec![parameter("max_slave_replication_lag", "10")],
        ),
        ("a = \"b c\"", vec![parameter("a", "b c")]),
        ("route=1", vec![parameter("route", "1")]),
        ("end=1", vec![parameter("end", "1")]),
        (
            "route to slave max_slave_replication_lag=1",
            vec![
                to(Destination::Replica),
                parameter("max_slave_replication_lag", "1"),
            ],
        ),
    ] {
        let text = format!("SELECT 1 -- maxscale {content}");
        check(&text, &Ok(Some(Hint::Once(expected))));
    }
}

#[test]
fn hints_have_names_and_places_on_a_stack() {
    let directives = vec![to(Destination::Primary)];
    let name = || "h1".to_owned();
    for (content, expected) in [
        (
            "h1 prepare route to master",
            Hint::Prepare {
                name: name(),
                directives: directives.clone(),
            },
        ),
        (
            "h1 begin",
            Hint::Begin {
                name: Some(name()),
                directives: vec![],
            },
        ),
        (
            "h1 begin route to master",
            Hint::Begin {
                name: Some(name()),
                directives: directives.clone(),
            },
        ),
        (
            "begin route to master",
            Hint::Begin {
                name: None,
                directives,
            },
        ),
        ("end", Hint::End),
    ] {
        check(
            &format!("SELECT 1 -- maxscale {content}"),
            &Ok(Some(expected)),
        );
    }
}

#[test]
fn a_wrong_hint_says_what_is_missing() {
    for (content, expected) in [
        ("", "`route to` or a parameter"),
        ("route", "`to`"),
        ("route master", "`to`"),
        ("route to", "`master`, `slave`, `server` or `last`"),
        ("route to nowhere", "`master`, `slave`, `server` or `last`"),
        ("route to server", "a server's name"),
        ("route to master please", "`=`"),
        ("h1 prepare", "`route to` or a parameter"),
        ("begin", "`route to` or a parameter"),
        ("a=", "a value"),
        ("=1", "`route to` or a parameter"),
    ] {
        let text = format!("SELECT 1 -- maxscale {content}");
        check(&text, &Err(HintError::Syntax { expected }));
    }
}

#[test]
fn the_stack_keeps_what_has_begun() {
    let mut stack = HintStack::default();
    let mut apply = |content: &str| {
        let text = format!("SELECT 1 -- {content}");
        let found = stack.apply(hint(text.as_bytes(), Dialect::default())?)?;
        Ok(found.first().cloned())
    };
    let primary = Ok(Some(to(Destination::Primary)));
    let replica = Ok(Some(to(Destination::Replica)));
    let last = Ok(Some(to(Destination::Last)));
    assert_eq!(apply("nothing"), Ok(None));
    assert_eq!(apply("maxscale p prepare route to master"), Ok(None));
    assert_eq!(apply("maxscale p begin"), primary);
    assert_eq!(apply("nothing"), primary);
    assert_eq!(apply("maxscale begin route to slave"), replica);
    assert_eq!(apply("maxscale route to last"), last);
    assert_eq!(apply("nothing"), replica);
    assert_eq!(apply("maxscale end"), primary);
    assert_eq!(apply("maxscale q begin route to last"), last);
    assert_eq!(apply("maxscale end"), primary);
    assert_eq!(apply("maxscale end"), Ok(None));
    assert_eq!(apply("maxscale end"), Err(HintError::NothingToEnd));
    assert_eq!(apply("maxscale q begin"), last);
    assert_eq!(apply("maxscale r begin"), Err(HintError::UnknownName));
    assert_eq!(apply("nothing"), last);
}

#[test]
fn a_stack_has_limits() {
    let mut stack = HintStack::default();
    let begin = |name: Option<String>| {
        Some(Hint::Begin {
            name,
            directives: vec![to(Destination::Last)],
        })
    };
    for round in 0..HintStack::LEN_MAX {
        stack.apply(begin(Some(round.to_string()))).unwrap();
    }
    assert_eq!(stack.apply(begin(None)), Err(HintError::TooMany));
    stack.apply(Some(Hint::End)).unwrap();
    assert_eq!(
        stack.apply(begin(Some("new".into()))),
        Err(HintError::TooMany)
    );
    assert!(stack.apply(begin(None)).is_ok());
}

proptest! {
    #[test]
    fn nothing_panics(text in samples::text(), dialect in samples::dialect(), content in ".*") {
        let _ = hint(&text, dialect);
        let text = format!("/* maxscale {content} */");
        let _ = hint(text.as_bytes(), dialect);
    }
}
