use expect_test::{Expect, expect};

use super::parse;
use crate::config::parameter::{BareUnit, Kind, ParameterSpec};

fn check(kind: Kind, inputs: &[&str], expected: &Expect) {
    let spec = ParameterSpec::new("name", kind, None, "");
    check_spec(&spec, inputs, expected);
}

fn check_spec(spec: &ParameterSpec, inputs: &[&str], expected: &Expect) {
    let mut lines = Vec::new();
    for input in inputs {
        lines.push(match parse(spec, input) {
            Ok(parsed) => {
                let value = parsed.value.map(|value| value.to_json(spec.kind));
                let remark = parsed
                    .remark
                    .map(|r| format!(" -- {r}"))
                    .unwrap_or_default();
                format!("{input:?} {}{remark}", value.unwrap_or_default())
            }
            Err(fault) => format!("{input:?} ERROR {} ({})", fault.message, fault.allowed),
        });
    }
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn booleans_have_eight_spellings() {
    check(
        Kind::Bool,
        &[
            "true", "YES", "on", "1", "false", "No", "off", "0", "maybe", "", "10",
        ],
        &expect![[r#"
            "true" true
            "YES" true
            "on" true
            "1" true
            "false" false
            "No" false
            "off" false
            "0" false
            "maybe" ERROR `maybe` is not a boolean (true, false, yes, no, on, off, 1, 0)
            "" ERROR `` is not a boolean (true, false, yes, no, on, off, 1, 0)
            "10" ERROR `10` is not a boolean (true, false, yes, no, on, off, 1, 0)"#]],
    );
}

#[test]
fn numbers_keep_to_their_bounds() {
    check(
        Kind::Count,
        &[
            "0",
            "12",
            "-1",
            "+1",
            "1.5",
            "x",
            "",
            "99999999999999999999",
        ],
        &expect![[r#"
            "0" 0
            "12" 12
            "-1" ERROR `-1` is out of range (0 or more)
            "+1" ERROR `+1` is not a whole number (0 or more)
            "1.5" ERROR `1.5` is not a whole number (0 or more)
            "x" ERROR `x` is not a whole number (0 or more)
            "" ERROR `` is not a whole number (0 or more)
            "99999999999999999999" ERROR `99999999999999999999` is not a whole number (0 or more)"#]],
    );
    check(
        Kind::Int,
        &["-7", "7", "seven"],
        &expect![[r#"
        "-7" -7
        "7" 7
        "seven" ERROR `seven` is not a whole number (a whole number)"#]],
    );
    let port = ParameterSpec::new("port", Kind::Count, None, "").within(0, 65_535);
    check_spec(
        &port,
        &["65535", "65536", "a"],
        &expect![[r#"
        "65535" 65535
        "65536" ERROR `65536` is out of range (0 to 65535)
        "a" ERROR `a` is not a whole number (0 to 65535)"#]],
    );
    let threads = ParameterSpec::new("threads", Kind::Threads, None, "").within(1, 1);
    check_spec(
        &threads,
        &["auto", "1", "2", "many"],
        &expect![[r#"
        "auto" 1
        "1" 1
        "2" ERROR `2` is out of range (1 to 1)
        "many" ERROR `many` is not a whole number (1 to 1, auto)"#]],
    );
}

#[test]
fn durations_have_units() {
    check(
        Kind::Duration(BareUnit::Seconds),
        &[
            "300000ms",
            "5s",
            "1m",
            "1MIN",
            "2h",
            "10",
            "0",
            "-1ms",
            "1d",
            "s",
            "",
            "9223372036854775807h",
        ],
        &expect![[r#"
            "300000ms" "300000ms"
            "5s" "5000ms"
            "1m" "60000ms"
            "1MIN" "60000ms"
            "2h" "7200000ms"
            "10" "10000ms" -- a duration without a unit is deprecated; taken as seconds
            "0" "0ms"
            "-1ms" ERROR `-1ms` is out of range (0ms or more)
            "1d" ERROR `1d` is not a duration (a number with h, m, min, s or ms)
            "s" ERROR `s` is not a duration (a number with h, m, min, s or ms)
            "" ERROR `` is not a duration (a number with h, m, min, s or ms)
            "9223372036854775807h" ERROR `9223372036854775807h` is not a duration (a number with h, m, min, s or ms)"#]],
    );
    check(
        Kind::Duration(BareUnit::Milliseconds),
        &["2000"],
        &expect![[
            r#""2000" "2000ms" -- a duration without a unit is deprecated; taken as milliseconds"#
        ]],
    );
    let never =
        ParameterSpec::new("n", Kind::Duration(BareUnit::Seconds), None, "").within(-1, i64::MAX);
    check_spec(
        &never,
        &["-1ms", "-2ms"],
        &expect![[r#"
        "-1ms" "-1ms"
        "-2ms" ERROR `-2ms` is out of range (-1ms or more)"#]],
    );
}

#[test]
fn sizes_have_binary_and_decimal_suffixes() {
    check(
        Kind::Size,
        &[
            "1048576", "1Ki", "1mi", "1Gi", "1Ti", "1k", "1M", "1G", "1T", "1KX", "-1", "M",
        ],
        &expect![[r#"
            "1048576" 1048576
            "1Ki" 1024
            "1mi" 1048576
            "1Gi" 1073741824
            "1Ti" 1099511627776
            "1k" 1000
            "1M" 1000000
            "1G" 1000000000
            "1T" 1000000000000
            "1KX" ERROR `1KX` is not a size (a number, alone or with Ki, Mi, Gi, Ti, k, M, G or T)
            "-1" ERROR `-1` is out of range (0 or more)
            "M" ERROR `M` is not a size (a number, alone or with Ki, Mi, Gi, Ti, k, M, G or T)"#]],
    );
}

#[test]
fn choices_are_exact_and_near_misses_are_named() {
    const ROLES: &[&str] = &["master", "slave", "running", "synced"];
    check(
        Kind::Enum(ROLES),
        &["master", "Master", "slve", "x", ""],
        &expect![[r#"
            "master" "master"
            "Master" ERROR `Master` is none of the values, did you mean `master`? (master, slave, running, synced)
            "slve" ERROR `slve` is none of the values, did you mean `slave`? (master, slave, running, synced)
            "x" ERROR `x` is none of the values (master, slave, running, synced)
            "" ERROR `` is none of the values (master, slave, running, synced)"#]],
    );
    check(
        Kind::EnumMask(ROLES),
        &["master, slave", "master,,", "", "master,x"],
        &expect![[r#"
            "master, slave" "master,slave"
            "master,," "master"
            "" ""
            "master,x" ERROR `x` is none of the values (master, slave, running, synced)"#]],
    );
    check(
        Kind::EnumList(ROLES),
        &["master, slave", ""],
        &expect![[r#"
        "master, slave" ["master","slave"]
        "" []"#]],
    );
}

#[test]
fn texts_may_be_quoted_and_empty_means_left_out() {
    check(
        Kind::String,
        &["plain", "\" kept \"", "'a'", "\"", "", "\"\""],
        &expect![[r#"
            "plain" "plain"
            "\" kept \"" " kept "
            "'a'" "a"
            "\"" "\""
            "" null
            "\"\"" null"#]],
    );
    check(
        Kind::Path,
        &["/a/b", ""],
        &expect![[r#"
        "/a/b" "/a/b"
        "" null"#]],
    );
    check(
        Kind::ServerList,
        &["a, b ,c", ""],
        &expect![[r#"
        "a, b ,c" "a,b,c"
        "" null"#]],
    );
    check(
        Kind::FilterList,
        &["a | b|c", ""],
        &expect![[r#"
        "a | b|c" "a|b|c"
        "" null"#]],
    );
    check(
        Kind::StringList,
        &["a,b", ""],
        &expect![[r#"
            "a,b" ["a","b"]
            "" []"#]],
    );
    check(
        Kind::Password,
        &["secret", ""],
        &expect![[r#"
            "secret" "*****"
            "" null"#]],
    );
    check(
        Kind::Regex,
        &["/^a b$/"],
        &expect![[r#""/^a b$/" "/^a b$/""#]],
    );
}

#[test]
fn throttling_is_three_numbers_or_none() {
    check(
        Kind::Throttling,
        &[
            "10, 1000ms, 10s",
            "8,2s,15000",
            "",
            "0,0,0",
            "1,2",
            "a,1s,1s",
            "-1,1s,1s",
        ],
        &expect![[r#"
            "10, 1000ms, 10s" {"count":10,"suppress":10000,"window":1000}
            "8,2s,15000" {"count":8,"suppress":15000,"window":2000}
            "" {"count":0,"suppress":0,"window":0}
            "0,0,0" {"count":0,"suppress":0,"window":0}
            "1,2" ERROR `1,2` is not a log throttling (COUNT, WINDOW, SUPPRESS such as 10, 1000ms, 10000ms)
            "a,1s,1s" ERROR `a,1s,1s` is not a log throttling (COUNT, WINDOW, SUPPRESS such as 10, 1000ms, 10000ms)
            "-1,1s,1s" ERROR `-1,1s,1s` is not a log throttling (COUNT, WINDOW, SUPPRESS such as 10, 1000ms, 10000ms)"#]],
    );
}
