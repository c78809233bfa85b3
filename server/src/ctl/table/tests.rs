use expect_test::{Expect, expect};
use serde_json::json;

use super::{Table, one_line};

fn table(rows: &[[&str; 3]]) -> Table {
    let mut table = Table::new(["Id", "User", "Idle"]);
    for row in rows {
        table.push(row.map(str::to_owned));
    }
    table
}

fn drawn(rows: &[[&str; 3]], expected: &Expect) {
    expected.assert_eq(&table(rows).drawn());
}

#[test]
fn numbers_stand_to_the_right_and_lines_have_no_blanks_at_their_end() {
    drawn(
        &[["7", "ada", "0.5"], ["12", "grace hopper", ""]],
        &expect![[r#"
            Id  User          Idle
            ──  ────────────  ────
             7  ada            0.5
            12  grace hopper
        "#]],
    );
}

#[test]
fn a_table_without_rows_is_its_titles() {
    drawn(
        &[],
        &expect![[r#"
            Id  User  Idle
            ──  ────  ────
        "#]],
    );
}

#[test]
fn what_terminals_would_obey_is_not_written_to_them() {
    drawn(
        &[["1", "\u{1b}[2Jada\nx", "0"]],
        &expect![[r#"
            Id  User       Idle
            ──  ─────────  ────
             1  �[2Jada x     0
        "#]],
    );
}

#[test]
fn tabs_and_line_ends_in_cells_do_not_break_the_rows_for_programs() {
    let text = table(&[["1", "a\tb\nc\\d", "\u{1b}x"]]).tab_separated();
    assert_eq!(text, "Id\tUser\tIdle\n1\ta\\tb\\nc\\\\d\t\\u{1b}x\n");
}

#[test]
fn a_value_takes_one_cell() {
    assert_eq!(one_line(&json!(null)), "");
    assert_eq!(one_line(&json!(["a", 1, true])), "a, 1, true");
    assert_eq!(one_line(&json!([{"a": 1}])), r#"[{"a":1}]"#);
    assert_eq!(one_line(&json!("x")), "x");
}
