//! Commands with replies of their own form.

use super::*;

#[test]
fn a_preparation_ends_behind_its_definitions() {
    let answer = |columns, params| [0, 7, 0, 0, 0, columns, 0, params, 0, 0, 0, 0];
    let eof = StatusFlags::empty();
    for (columns, params) in [(0, 0), (0, 2), (3, 0), (3, 2)] {
        let mut classic = Reply::default().packet(&answer(columns, params));
        let mut modern = Reply::default().packet(&answer(columns, params));
        for count in [params, columns] {
            modern = modern.packets(count.into(), COLUMN);
            classic = classic.packets(count.into(), COLUMN);
            classic = if count > 0 { classic.eof(eof) } else { classic };
        }
        let expected = PreparedStatement {
            statement_id: 7,
            params: params.into(),
            columns: columns.into(),
        };
        for (capabilities, reply) in [(CLASSIC, &classic), (MODERN, &modern)] {
            let summary = check(Command::StmtPrepare, capabilities, reply);
            assert_eq!(summary.prepared, Some(expected));
        }
    }
    let summary = check(Command::StmtPrepare, CLASSIC, &Reply::default().err(1064));
    assert_eq!((summary.prepared, summary.error), (None, Some(1064)));
}

#[test]
fn mysql_may_leave_the_definitions_of_a_preparation_out() {
    let capabilities = MODERN | Capabilities::OPTIONAL_RESULTSET_METADATA;
    let reply = Reply::default().packet(&[0, 7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    check(Command::StmtPrepare, capabilities, &reply);
    let reply = Reply::default().packet(&[0, 7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1]);
    check(
        Command::StmtPrepare,
        capabilities,
        &reply.packets(2, COLUMN),
    );
}

#[test]
fn a_cursor_has_no_rows_until_they_are_fetched() {
    let cursor = StatusFlags::CURSOR_EXISTS;
    let classic = Reply::default().packet(&[1]).packet(COLUMN).eof(cursor);
    assert_eq!(
        check(Command::StmtExecute, CLASSIC, &classic).status,
        Some(cursor)
    );
    let modern = Reply::default()
        .packet(&[1])
        .packet(COLUMN)
        .ok_as_eof(cursor);
    assert_eq!(check(Command::StmtExecute, MODERN, &modern).rows, 0);
    let last = StatusFlags::LAST_ROW_SENT;
    let fetched = Reply::default().packets(2, b"\0\0\x01a").eof(last);
    assert_eq!(check(Command::StmtFetch, CLASSIC, &fetched).rows, 2);
    let fetched = Reply::default().packets(2, b"\0\0\x01a").ok_as_eof(last);
    assert_eq!(check(Command::StmtFetch, MODERN, &fetched).rows, 2);
    check(Command::StmtFetch, MODERN, &Reply::default().err(1421));
}

#[test]
fn simple_commands_end_with_one_packet() {
    for command in [
        Command::Ping,
        Command::InitDb,
        Command::ResetConnection,
        Command::StmtReset,
    ] {
        // Their status may still say that more results exist, of a statement before.
        check(command, MODERN, &Reply::default().ok(MORE));
        check(command, MODERN, &Reply::default().err(1047));
    }
    for command in [Command::SetOption, Command::Debug, Command::Shutdown] {
        check(
            command,
            CLASSIC,
            &Reply::default().eof(StatusFlags::empty()),
        );
        check(
            command,
            MODERN,
            &Reply::default().ok_as_eof(StatusFlags::empty()),
        );
        check(command, MODERN, &Reply::default().eof(StatusFlags::empty()));
    }
    check(
        Command::Statistics,
        CLASSIC,
        &Reply::default().packet(b"Uptime: 17  Threads: 1"),
    );
    assert_eq!(
        check(Command::Statistics, CLASSIC, &Reply::default().err(1227)).error,
        Some(1227)
    );
}

#[test]
fn a_field_list_ends_at_its_eof() {
    let reply = || Reply::default().packets(3, COLUMN);
    check(
        Command::FieldList,
        CLASSIC,
        &reply().eof(StatusFlags::empty()),
    );
    let summary = check(
        Command::FieldList,
        MODERN,
        &reply().ok_as_eof(StatusFlags::empty()),
    );
    assert_eq!((summary.rows, summary.resultsets), (0, 0));
    check(Command::FieldList, CLASSIC, &Reply::default().err(1146));
}

#[test]
fn a_binlog_dump_goes_on_until_it_fails_or_says_the_end() {
    let events = || Reply::default().packets(3, b"\0event");
    let mut tracker = ReplyTracker::new(Command::BinlogDump, MODERN);
    let bytes = events().bytes;
    let more = Progress {
        used: bytes.len(),
        whole: bytes.len(),
        step: Step::More,
    };
    assert_eq!(tracker.feed(&bytes), Ok(more));
    check(Command::BinlogDump, MODERN, &events().err(1236));
    check(
        Command::BinlogDump,
        CLASSIC,
        &events().eof(StatusFlags::empty()),
    );
}

#[test]
fn a_change_of_user_waits_for_the_client() {
    let switch = Reply::default().packet(b"\xfemysql_native_password\x00abcdefghijabcdefghij\0");
    let first = switch.bytes.len();
    let more = switch.packet(b"\x02Password: ");
    let second = more.bytes.len();
    let reply = more.ok(StatusFlags::empty());
    let stops = [
        (first, Step::Authenticate),
        (second, Step::Authenticate),
        (reply.bytes.len(), Step::Complete),
    ];
    check_stops(Command::ChangeUser, MODERN, &reply, &stops);
    check(Command::ChangeUser, MODERN, &Reply::default().err(1045));
}

#[test]
fn commands_without_reply_are_complete_at_once() {
    for command in [Command::Quit, Command::StmtClose, Command::StmtSendLongData] {
        let mut tracker = ReplyTracker::new(command, MODERN);
        assert!(tracker.is_complete());
        assert_eq!(
            tracker.feed(b"\x01"),
            Ok(Progress {
                used: 0,
                whole: 0,
                step: Step::Complete
            })
        );
    }
}
