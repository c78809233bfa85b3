//! Results of statements.

use super::*;

#[test]
fn ok_and_err_end_a_query() {
    let ok = check(
        Command::Query,
        MODERN,
        &Reply::default().ok(StatusFlags::IN_TRANS),
    );
    assert_eq!((ok.status, ok.error), (Some(StatusFlags::IN_TRANS), None));
    let err = check(Command::Query, MODERN, &Reply::default().err(1064));
    assert_eq!((err.status, err.error), (None, Some(1064)));
}

#[test]
fn a_resultset_ends_at_its_second_eof() {
    let reply = Reply::default()
        .packet(&[2])
        .packets(2, COLUMN)
        .eof(StatusFlags::empty());
    let reply = reply.packets(3, b"\x011\xfb").eof(StatusFlags::AUTOCOMMIT);
    let summary = check(Command::Query, CLASSIC, &reply);
    assert_eq!((summary.rows, summary.resultsets), (3, 1));
    assert_eq!(summary.status, Some(StatusFlags::AUTOCOMMIT));
}

#[test]
fn a_resultset_without_eof_packets_ends_at_its_ok() {
    let reply = Reply::default()
        .packet(&[2])
        .packets(2, COLUMN)
        .packets(3, b"\x011\0");
    let summary = check(
        Command::Query,
        MODERN,
        &reply.ok_as_eof(StatusFlags::AUTOCOMMIT),
    );
    assert_eq!((summary.rows, summary.resultsets), (3, 1));
}

#[test]
fn results_follow_each_other_while_the_status_says_so() {
    let reply = Reply::default()
        .ok(MORE)
        .packet(&[1])
        .packet(COLUMN)
        .eof(MORE)
        .eof(MORE);
    let reply = reply
        .packet(&[1])
        .packet(COLUMN)
        .eof(MORE)
        .packet(b"\x01a")
        .eof(MORE);
    let summary = check(Command::Query, CLASSIC, &reply.ok(StatusFlags::empty()));
    assert_eq!((summary.rows, summary.resultsets), (1, 2));
}

#[test]
fn a_local_file_is_asked_for_and_the_reply_goes_on_behind_it() {
    let request = Reply::default().packet(b"\xfb/tmp/data.csv");
    let upload_at = request.bytes.len();
    let reply = request.ok(MORE).ok(StatusFlags::empty());
    let stops = [
        (upload_at, Step::LocalInfile),
        (reply.bytes.len(), Step::Complete),
    ];
    check_stops(Command::Query, MODERN, &reply, &stops);
}

#[test]
fn column_definitions_that_did_not_change_may_be_left_out() {
    let capabilities = Capabilities::CACHE_METADATA;
    for (follows, definitions) in [(1, 2), (0, 0)] {
        let modern = Reply::default()
            .packet(&[2, follows])
            .packets(definitions, COLUMN);
        let modern = modern
            .packet(b"\0\0\x01a\x01b")
            .ok_as_eof(StatusFlags::empty());
        let summary = check(Command::StmtExecute, MODERN | capabilities, &modern);
        assert_eq!((summary.rows, summary.resultsets), (1, 1));
    }
}
