use expect_test::{Expect, expect};

use crate::filters::trial::{
    TrialSession, binary_row, bob, column, create, eof, head, packet, rows_end, show,
    text_resultset, values,
};
use crate::pipeline::{PacketRole, ReplyPacket};
use crate::wire::command::Command;
use crate::wire::reply::ColumnType;
use crate::wire::status::StatusFlags;
use crate::wire::value::BinaryValue;

fn session(given: &[(&str, &str)]) -> TrialSession {
    TrialSession::of(&create("maxrows", given).unwrap(), &bob())
}

fn check(given: &[(&str, &str)], reply: Vec<ReplyPacket>, expected: &Expect) {
    let mut session = session(given);
    session.query("SELECT n FROM t");
    expected.assert_eq(&show(&session.reply(reply)));
}

#[test]
fn a_resultset_within_the_limits_goes_through_as_it_is() {
    let expected = expect![[r"
        ColumnCount \x01
        Definition 
        DefinitionsEnd \xfe\x00\x00\x02\x00
        TextRow \x01a
        TextRow \x01b
        RowsEnd \xfe\x00\x00\x02\x00
    "]];
    check(&[], text_resultset(&["a", "b"]), &expected);
    check(
        &[("max_resultset_rows", "2")],
        text_resultset(&["a", "b"]),
        &expected,
    );
    check(
        &[("max_resultset_rows", "0"), ("max_resultset_size", "0")],
        text_resultset(&["a", "b"]),
        &expected,
    );
}

#[test]
fn too_many_rows_become_none() {
    let expected = expect![[r"
        ColumnCount \x01
        Definition 
        DefinitionsEnd \xfe\x00\x00\x02\x00
        RowsEnd \xfe\x00\x00\x02\x00
    "]];
    let rows = &["a", "b", "c", "d"];
    check(
        &[("max_resultset_rows", "2")],
        text_resultset(rows),
        &expected,
    );
    check(
        &[("max_resultset_size", "70")],
        text_resultset(rows),
        &expected,
    );
}

#[test]
fn too_many_rows_become_an_error_or_ok() {
    let rows = &["a", "b", "c"];
    check(
        &[
            ("max_resultset_rows", "1"),
            ("max_resultset_return", "error"),
        ],
        text_resultset(rows),
        &expect![[r"
            Err 1415 Row limit/size exceeded for query: SELECT n FROM t
        "]],
    );
    check(
        &[("max_resultset_rows", "1"), ("max_resultset_return", "ok")],
        text_resultset(rows),
        &expect![[r"
            Ok \x00\x00\x00\x02\x00\x00\x00
        "]],
    );
}

#[test]
fn each_resultset_of_a_reply_has_its_own_limit() {
    let mut first = text_resultset(&["a", "b"]);
    first.pop();
    first.push(packet(
        PacketRole::RowsEnd,
        eof(StatusFlags::AUTOCOMMIT | StatusFlags::MORE_RESULTS_EXISTS),
    ));
    first.extend(text_resultset(&["c"]));
    check(
        &[("max_resultset_rows", "1"), ("max_resultset_return", "ok")],
        first,
        &expect![[r"
            Ok \x00\x00\x00\n\x00\x00\x00
            ColumnCount \x01
            Definition 
            DefinitionsEnd \xfe\x00\x00\x02\x00
            TextRow \x01c
            RowsEnd \xfe\x00\x00\x02\x00
        "]],
    );
}

#[test]
fn rows_of_a_prepared_statement_count_too() {
    let columns = [column("n", ColumnType::Tiny)];
    let mut session = session(&[("max_resultset_rows", "1")]);
    session.command(Command::StmtExecute, &[1, 0, 0, 0, 0, 1, 0, 0, 0]);
    let mut reply = head(&columns);
    reply.push(binary_row(&columns, &[BinaryValue::Signed(1)]));
    reply.push(binary_row(&columns, &[BinaryValue::Signed(2)]));
    reply.push(rows_end());
    expect![[r"
        ColumnCount \x01
        Definition 
        DefinitionsEnd \xfe\x00\x00\x02\x00
        RowsEnd \xfe\x00\x00\x02\x00
    "]]
    .assert_eq(&show(&session.reply(reply)));
}

#[test]
fn the_fetches_of_a_cursor_count_together() {
    let columns = [column("n", ColumnType::Tiny)];
    let mut session = session(&[("max_resultset_rows", "3")]);
    session.command(Command::StmtExecute, &[1, 0, 0, 0, 1, 1, 0, 0, 0]);
    let mut reply = head(&columns);
    let opened = StatusFlags::AUTOCOMMIT | StatusFlags::CURSOR_EXISTS;
    reply.last_mut().unwrap().payload = eof(opened);
    assert_eq!(session.reply(reply).len(), 3);
    let fetch = || {
        let row = binary_row(&columns, &[BinaryValue::Signed(1)]);
        let end = packet(PacketRole::RowsEnd, eof(opened));
        let again = packet(row.role, row.payload.clone());
        vec![row, again, end]
    };
    let mut shown = String::new();
    for _ in 0..2 {
        session.command(Command::StmtSendLongData, &[1, 0, 0, 0, 0, 0]);
        session.command(Command::StmtFetch, &[1, 0, 0, 0, 2, 0, 0, 0]);
        shown += &show(&session.reply(fetch()));
    }
    expect![[r"
        BinaryRow \x00\x00\x01
        BinaryRow \x00\x00\x01
        RowsEnd \xfe\x00\x00B\x00
        BinaryRow \x00\x00\x01
        RowsEnd \xfe\x00\x00\xc2\x00
    "]]
    .assert_eq(&shown);
}

#[test]
fn a_row_too_large_to_be_held_back_goes_on_if_it_may() {
    let mut reply = text_resultset(&["a", "b", "c"]);
    reply[4].whole = false;
    let given = [("max_resultset_rows", "2"), ("max_resultset_size", "0")];
    check(
        &given,
        reply,
        &expect![[r"
            ColumnCount \x01
            Definition 
            DefinitionsEnd \xfe\x00\x00\x02\x00
            TextRow \x01a
            TextRow \x01b
            Err 1415 Row limit/size exceeded for query: SELECT n FROM t
        "]],
    );
}

#[test]
fn an_error_among_the_rows_comes_behind_those_before_it() {
    let mut reply = text_resultset(&["a"]);
    reply.pop();
    reply.push(packet(
        PacketRole::Err,
        b"\xff\x25\x05#70100killed".to_vec(),
    ));
    check(
        &[],
        reply,
        &expect![[r"
            ColumnCount \x01
            Definition 
            DefinitionsEnd \xfe\x00\x00\x02\x00
            TextRow \x01a
            Err 1317 killed
        "]],
    );
}

#[test]
fn new_limits_hold_from_the_next_statement_on() {
    let filter = create("maxrows", &[]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    session.query("SELECT 1");
    filter
        .alter(&values("maxrows", &[("max_resultset_rows", "1")]))
        .unwrap();
    let two = || text_resultset(&["a", "b"]);
    assert_eq!(session.reply(two()).len(), 6);
    session.query("SELECT 1");
    assert_eq!(session.reply(two()).len(), 4);
}

#[test]
fn many_small_rows_are_not_held_back_without_end() {
    let given = [("max_resultset_size", "1Gi"), ("max_resultset_rows", "0")];
    let mut session = session(&given);
    session.query("SELECT n FROM t");
    let mut packets = head(&[column("n", ColumnType::VarString)]);
    let rows = (0..400_000).map(|_| packet(PacketRole::TextRow, b"\0".to_vec()));
    packets.extend(rows);
    // Of 2 MB on the wire more than 16 MiB of memory would be held.
    let released = session.reply(packets);
    assert!(released.len() > 300_000, "{}", released.len());
}
