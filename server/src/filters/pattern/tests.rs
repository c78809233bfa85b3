use super::*;
use crate::config::parameter::{Kind, ParameterSpec};

const TABLE: &[ParameterSpec] = &[
    ParameterSpec::new("match", Kind::Regex, None, ""),
    ParameterSpec::new("exclude", Kind::Regex, None, ""),
    ParameterSpec::new("options", Kind::EnumMask(OPTIONS), None, ""),
];

fn selection(given: &[(&str, &str)]) -> Result<Selection, FilterError> {
    let values = Values::given(TABLE, given).expect("good values");
    Selection::of(&values, "match", "exclude", PatternOptions::of(&values)?)
}

#[test]
fn a_text_is_selected_by_match_and_exclude() {
    let check = |given: &[(&str, &str)], text: &str, expected: bool| {
        let selection = selection(given).expect("good patterns");
        assert_eq!(
            selection.admits(text.as_bytes()),
            expected,
            "{given:?} {text}"
        );
    };
    check(&[], "anything", true);
    check(&[("match", "sel.*t1")], "select 1 from t1", true);
    check(&[("match", "/sel.*t1/")], "select 1 from t1", true);
    check(&[("match", "sel.*t1")], "SELECT 1 FROM t1", false);
    let caseless = [("match", "sel.*t1"), ("options", "ignorecase")];
    check(&caseless, "SELECT 1 FROM t1", true);
    let extended = [("match", "sel ect # comment"), ("options", "extended")];
    check(&extended, "select", true);
    let both = [("match", "select"), ("exclude", "where")];
    check(&both, "select 1", true);
    check(&both, "select 1 where 1", false);
    check(&[("exclude", "^insert")], "update", true);
}

#[test]
fn bad_patterns_are_refused_by_name() {
    let check = |given: &[(&str, &str)], expected: &str| {
        let error = selection(given).expect_err("refused").to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check(&[("match", "a(b")], "match: this is no regular expression");
    check(
        &[("exclude", "[")],
        "exclude: this is no regular expression",
    );
    check(
        &[("options", "case,ignorecase")],
        "options: case and ignorecase",
    );
}
