use serde_json::{Value, json};

use super::expression::Expression;
use super::value::{boolean, duration};

fn check(expression: &str, value: &Value, expected: bool) {
    let parsed = Expression::parse(expression).unwrap();
    assert_eq!(parsed.holds(value), expected, "{expression} of {value}");
}

#[test]
fn numbers_compare_by_value() {
    check("1", &json!(1.0), true);
    check("eq(1.0)", &json!(1), true);
    check("lt(2)", &json!(1.5), true);
    check("gt(18446744073709551614)", &json!(u64::MAX), true);
    check("ge(-1)", &json!(-1), true);
    check("lt(\"2\")", &json!(1), false);
}

#[test]
fn texts_and_dates_compare_in_their_order() {
    check("lt(\"b\")", &json!("a"), true);
    check("eq(\"a,)b\")", &json!("a,)b"), true);
    check("eq(\"a\\\"b\")", &json!("a\"b"), true);
    let later = json!("Tue, 24 Nov 2026 00:29:16 GMT");
    check("gt(\"Wed, 04 Mar 2026 00:00:00 GMT\")", &later, true);
}

#[test]
fn no_value_is_null() {
    check("eq(null)", &Value::Null, true);
    check("ne(\"test\")", &Value::Null, true);
    check("lt(5)", &Value::Null, false);
    check("not(eq(\"test\"))", &Value::Null, true);
}

#[test]
fn ids_are_texts_that_may_be_numbers() {
    let check = |expression: &str, id: &str, expected: bool| {
        let parsed = Expression::parse(expression).unwrap();
        let holds = parsed.holds_of_id(&json!(id));
        assert_eq!(holds, expected, "{expression} of {id}");
    };
    check("and(ge(50),le(100))", "77", true);
    check("and(ge(50),le(100))", "101", false);
    check("and(ge(50),le(100))", "9", false);
    check("or(eq(1),eq(\"5\"))", "5", true);
    check("not(eq(1),eq(5))", "5", false);
    check("ne(5)", "5", false);
    check("gt(1)", "server1", false);
    check("eq(7)", "07", false);
    check("lt(\"9\")", "10", true);
    check("\"server1\"", "server1", true);
}

#[test]
fn functions_nest() {
    check("and(gt(1), not(or(eq(3),eq(4))))", &json!(2), true);
    check("and(gt(1), not(or(eq(3),eq(4))))", &json!(4), false);
    check("eq([1,{\"a\":\")\"}])", &json!([1, {"a": ")"}]), true);
    check(" eq( 5 ) ", &json!(5), true);
    check("not(eq(1),eq(5),eq(10))", &json!(5), false);
    check("not(eq(1),eq(5),eq(10))", &json!(6), true);
}

#[test]
fn durations_have_units() {
    let milliseconds = |text| duration("ttl", text).map(|time| time.as_millis()).ok();
    assert_eq!(milliseconds("300000ms"), Some(300_000));
    assert_eq!(milliseconds("5s"), Some(5_000));
    assert_eq!(milliseconds("1m"), Some(60_000));
    assert_eq!(milliseconds("2h"), Some(7_200_000));
    assert_eq!(milliseconds("7"), Some(7_000));
    for wrong in [
        "",
        "s",
        "1d",
        "-1s",
        "1.5s",
        "99999999999999999999s",
        "9999999999999999999h",
        "ü",
    ] {
        assert_eq!(milliseconds(wrong), None, "{wrong}");
    }
}

#[test]
fn booleans_have_four_spellings() {
    for (text, expected) in [
        ("true", true),
        ("yes", true),
        ("on", true),
        ("1", true),
        ("off", false),
    ] {
        assert_eq!(boolean("pretty", text), Ok(expected));
    }
    assert!(boolean("pretty", "True").is_err());
}
