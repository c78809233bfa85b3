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
        &expect![[]],
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
        &expect![[]],
    );
    check(Kind::Int, &["-7", "7", "seven"], &expect![[]]);
    let port = ParameterSpec::new("port", Kind::Count, None, "").within(0, 65_535);
    check_spec(&port, &["65535", "65536", "a"], &expect![[]]);
    let threads = ParameterSpec::new("threads", Kind::Threads, None, "").within(1, 1);
    check_spec(&threads, &["auto", "1", "2", "many"], &expect![[]]);
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
        &expect![[]],
    );
    check(
        Kind::Duration(BareUnit::Milliseconds),
        &["2000"],
        &expect![[]],
    );
    let never =
        ParameterSpec::new("n", Kind::Duration(BareUnit::Seconds), None, "").within(-1, i64::MAX);
    check_spec(&never, &["-1ms", "-2ms"], &expect![[]]);
}

#[test]
fn sizes_have_binary_and_decimal_suffixes() {
    check(
        Kind::Size,
        &[
            "1048576", "1Ki", "1mi", "1Gi", "1Ti", "1k", "1M", "1G", "1T", "1KB", "-1", "M",
        ],
        &expect![[]],
    );
}

#[test]
fn choices_are_exact_and_near_misses_are_named() {
    const ROLES: &[&str] = &["master", "slave", "running", "synced"];
    check(
        Kind::Enum(ROLES),
        &["master", "Master", "slve", "x", ""],
        &expect![[]],
    );
    check(
        Kind::EnumMask(ROLES),
        &["master, slave", "master,,", "", "master,x"],
        &expect![[]],
    );
    check(Kind::EnumList(ROLES), &["master, slave", ""], &expect![[]]);
}

#[test]
fn texts_may_be_quoted_and_empty_means_left_out() {
    check(
        Kind::String,
        &["plain", "\" kept \"", "'a'", "\"", "", "\"\""],
        &expect![[]],
    );
    check(Kind::Path, &["/a/b", ""], &expect![[]]);
    check(Kind::ServerList, &["a, b ,c", ""], &expect![[]]);
    check(Kind::FilterList, &["a | b|c", ""], &expect![[]]);
    check(Kind::StringList, &["a,b", ""], &expect![[]]);
    check(Kind::Password, &["secret", ""], &expect![[]]);
    check(Kind::Regex, &["/^a b$/"], &expect![[]]);
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
        &expect![[]],
    );
}
