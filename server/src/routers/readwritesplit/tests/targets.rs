//! Where statements go.

use super::fixture::{Fixture, THREE, shown};

/// Runs the statements in one session; each is written `text => where`.
#[track_caller]
pub(super) fn check(parameters: &str, servers: &str, lines: &str) {
    let mut fixture = Fixture::new(parameters, servers);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (sql, expected) = line.split_once("=>").unwrap();
        let plan = fixture.run(sql.trim());
        assert_eq!(shown(&plan), expected.trim(), "{line}\nof\n{lines}");
    }
}

#[test]
fn writes_go_to_the_primary_and_reads_to_replicas_in_turn() {
    check(
        "",
        THREE,
        "SELECT 1 => 1
         SELECT 1 => 2
         SELECT 1 => 1
         INSERT INTO t VALUES (1) => 0
         SELECT 1 => 2
         SET NAMES utf8mb4 => all/0",
    );
}
