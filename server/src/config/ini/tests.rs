use expect_test::{Expect, expect};

use super::read;

fn check(text: &str, expected: &Expect) {
    let (sections, bad) = read(text);
    let mut lines = Vec::new();
    for section in sections {
        lines.push(format!("{}: [{}]", section.line, section.name));
        for entry in section.entries {
            lines.push(format!("{}: {}={}", entry.line, entry.name, entry.value));
        }
    }
    for bad in bad {
        let fault = bad.fault;
        lines.push(format!(
            "{}: [{}] {} ({})",
            bad.line, bad.section, fault.message, fault.allowed
        ));
    }
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn names_values_and_lines_are_read() {
    check(
        "\u{feff}# a comment\n\n[one]\nname = a value \n  ; another\nempty=\r\neq=a=b\n[ two ]\n",
        &expect![[r"
            3: [one]
            4: name=a value
            6: empty=
            7: eq=a=b
            8: [two]"]],
    );
}

#[test]
fn an_indented_line_goes_on_with_the_value_above() {
    check(
        "[s]\nservers=a,\n   # not this\n   b,\n\tc\nx=1",
        &expect![[r"
            1: [s]
            2: servers=a, b, c
            6: x=1"]],
    );
}

#[test]
fn an_indented_line_with_nothing_above_is_a_parameter() {
    check(
        "[s]\n  type=server",
        &expect![[r"
            1: [s]
            2: type=server"]],
    );
}

#[test]
fn lines_that_are_nothing_are_named() {
    check(
        "a=1\n[s\n[t]\nwords\n=3\n",
        &expect![[r#"
            2: [s]
            3: [t]
            1: [] a parameter before the first section ([section])
            2: [] the section name is not closed ([name])
            4: [t] this line is no parameter (name=value, [section], # comment)
            5: [t] the parameter has no name (name=value)"#]],
    );
}
