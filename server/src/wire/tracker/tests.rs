//! Replies made by hand: every shape, and the odd cases that real servers seldom send.

use super::*;
use crate::wire::packet::frame;
use crate::wire::reply::{EofPacket, ErrPacket, OkPacket, StateChange};
use crate::wire::status::StatusFlags;

const CLASSIC: Capabilities = Capabilities::PROTOCOL_41;
const MODERN: Capabilities = CLASSIC
    .union(Capabilities::DEPRECATE_EOF)
    .union(Capabilities::SESSION_TRACK)
    .union(Capabilities::PROGRESS);
const MORE: StatusFlags = StatusFlags::MORE_RESULTS_EXISTS;

/// Packets put together to a reply.
#[derive(Default)]
struct Reply {
    bytes: Vec<u8>,
    seq: u8,
}

impl Reply {
    fn packet(mut self, payload: &[u8]) -> Self {
        frame(payload, &mut self.seq, &mut self.bytes);
        self
    }

    fn packets(self, count: usize, payload: &[u8]) -> Self {
        (0..count).fold(self, |reply, _| reply.packet(payload))
    }

    fn ok(self, status: StatusFlags) -> Self {
        let mut payload = Vec::new();
        OkPacket {
            status,
            ..OkPacket::default()
        }
        .encode(CLASSIC, &mut payload);
        self.packet(&payload)
    }

    fn ok_as_eof(self, status: StatusFlags) -> Self {
        let mut payload = Vec::new();
        OkPacket {
            status,
            ..OkPacket::default()
        }
        .encode_as_eof(CLASSIC, &mut payload);
        self.packet(&payload)
    }

    fn eof(self, status: StatusFlags) -> Self {
        let mut payload = Vec::new();
        EofPacket {
            status,
            warnings: 0,
        }
        .encode(&mut payload);
        self.packet(&payload)
    }

    fn err(self, code: u16) -> Self {
        let mut payload = Vec::new();
        ErrPacket::new(code, b"HY000", "no").encode(CLASSIC, &mut payload);
        self.packet(&payload)
    }
}

/// Feeds `bytes` in chunks of `chunk`; gives the positions at which the tracker stopped.
fn stops(tracker: &mut ReplyTracker, bytes: &[u8], chunk: usize) -> Vec<(usize, Step)> {
    let mut stops = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let piece = &bytes[at..bytes.len().min(at + chunk)];
        let Progress { used, whole, step } = tracker.feed(piece).unwrap();
        assert!(whole <= used);
        at += used;
        match step {
            Step::More => assert_eq!(used, piece.len()),
            Step::Complete => return [stops, vec![(at, step)]].concat(),
            Step::LocalInfile | Step::Authenticate => stops.push((at, step)),
        }
    }
    stops
}

/// The reply must be complete exactly at its end, however it is cut, with bytes of another behind.
fn check(command: Command, capabilities: Capabilities, reply: &Reply) -> ReplySummary {
    check_stops(
        command,
        capabilities,
        reply,
        &[(reply.bytes.len(), Step::Complete)],
    )
}

fn check_stops(
    command: Command,
    capabilities: Capabilities,
    reply: &Reply,
    expected: &[(usize, Step)],
) -> ReplySummary {
    let mut bytes = reply.bytes.clone();
    bytes.extend_from_slice(b"\x01\0\0\x01X");
    let mut summary = None;
    for chunk in (1..bytes.len().min(80)).chain([bytes.len()]) {
        let mut tracker = ReplyTracker::new(command, capabilities);
        assert_eq!(
            stops(&mut tracker, &bytes, chunk),
            expected,
            "{command:?} in {chunk}s"
        );
        assert!(tracker.is_complete());
        assert_eq!(tracker.command(), command);
        let expected = summary.get_or_insert_with(|| tracker.summary().clone());
        assert_eq!(
            tracker.summary(),
            expected,
            "{command:?} in chunks of {chunk}"
        );
    }
    summary.unwrap()
}

const COLUMN: &[u8] = b"\x03def\0\0\0\x011\0\x0c\x3f\0\x01\0\0\0\x03\x81\0\0\0\0";

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
fn an_error_ends_everything_wherever_it_comes() {
    let start = || Reply::default().packet(&[2]).packet(COLUMN);
    check(Command::Query, CLASSIC, &start().err(1317));
    check(Command::Query, CLASSIC, &start().packet(COLUMN).err(1317));
    let rows = start()
        .packet(COLUMN)
        .eof(MORE)
        .packets(2, b"\x01a\x01b")
        .err(1317);
    assert_eq!(check(Command::Query, CLASSIC, &rows).error, Some(1317));
    check(
        Command::Query,
        CLASSIC,
        &Reply::default().ok(MORE).err(1064),
    );
}

#[test]
fn a_huge_row_is_no_end() {
    let huge = [&b"\xfe\0\0\0\x01\0\0\0\0"[..], &vec![0xfe; PAYLOAD_MAX]].concat();
    for capabilities in [CLASSIC, MODERN] {
        let reply = Reply::default().packet(&[1]).packet(COLUMN);
        let classic = capabilities == CLASSIC;
        let reply = if classic {
            reply.eof(StatusFlags::empty())
        } else {
            reply
        };
        let reply = reply
            .packet(&huge)
            .packet(&huge[..PAYLOAD_MAX])
            .packet(b"\x01a");
        let reply = if classic {
            reply.eof(MORE)
        } else {
            reply.ok_as_eof(MORE)
        };
        let reply = reply.ok(StatusFlags::empty());
        for chunk in [reply.bytes.len(), 65_536, 1_000_003] {
            let mut tracker = ReplyTracker::new(Command::Query, capabilities);
            let expected = [(reply.bytes.len(), Step::Complete)];
            assert_eq!(stops(&mut tracker, &reply.bytes, chunk), expected);
            assert_eq!(tracker.summary().rows, 3);
        }
    }
}

#[test]
fn a_row_that_begins_like_an_eof_but_is_longer_is_a_row() {
    let reply = Reply::default()
        .packet(&[1])
        .packet(COLUMN)
        .eof(StatusFlags::empty());
    let reply = reply
        .packet(b"\xfe\0\0\0\0\0\0\0\0")
        .eof(StatusFlags::empty());
    assert_eq!(check(Command::Query, CLASSIC, &reply).rows, 1);
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

#[test]
fn progress_reports_are_no_errors() {
    let report = b"\xff\xff\xff\x01\x01\x02\x00\x01\x00\x05stage";
    let reply = || Reply::default().packets(3, report);
    check(Command::Query, MODERN, &reply().ok(StatusFlags::empty()));
    assert_eq!(
        check(Command::Query, MODERN, &reply().err(1317)).error,
        Some(1317)
    );
    // Without the capability there are no reports: a statement may SIGNAL with this number.
    let signal = Reply::default().err(65_535);
    assert_eq!(check(Command::Query, CLASSIC, &signal).error, Some(65_535));
    assert_eq!(check(Command::Query, MODERN, &signal).error, Some(65_535));
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
    let more = switch.packet(b"\x01\x04");
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

#[test]
fn a_new_default_database_is_seen() {
    let ok = OkPacket {
        changes: vec![
            StateChange::State(true),
            StateChange::Schema(b"shop".to_vec()),
        ],
        ..OkPacket::default()
    };
    let mut payload = Vec::new();
    ok.encode(MODERN, &mut payload);
    let reply = Reply::default().packet(&payload);
    assert_eq!(
        check(Command::InitDb, MODERN, &reply).schema.as_deref(),
        Some(&b"shop"[..])
    );
    assert_eq!(check(Command::InitDb, CLASSIC, &reply).schema, None);
}

#[test]
fn an_ok_packet_of_any_length_is_followed_and_read_in_part() {
    let value = vec![b'x'; INSPECTED_LEN_MAX];
    let changes = vec![StateChange::SystemVariable {
        name: b"v".to_vec(),
        value,
    }];
    let mut payload = Vec::new();
    OkPacket {
        changes,
        ..OkPacket::default()
    }
    .encode(MODERN, &mut payload);
    let reply = Reply::default().packet(&payload);
    let summary = check(Command::Query, MODERN, &reply);
    assert_eq!(summary.status, Some(StatusFlags::SESSION_STATE_CHANGED));
}

#[test]
fn a_tracker_starts_again_for_the_next_command() {
    let mut tracker = ReplyTracker::new(Command::Query, MODERN);
    let reply = Reply::default().err(1064).bytes;
    stops(&mut tracker, &reply, 1);
    tracker.restart(Command::Ping);
    assert_eq!(tracker.summary(), &ReplySummary::default());
    let reply = Reply::default().ok(StatusFlags::empty()).bytes;
    assert_eq!(
        stops(&mut tracker, &reply, 3),
        [(reply.len(), Step::Complete)]
    );
}

#[test]
fn nonsense_is_malformed() {
    for (command, payload) in [
        (Command::Query, &b""[..]),
        (Command::Query, b"\xfd\x01"),
        (Command::Query, b"\xfd\x00\x00\x01"),
        (Command::Query, b"\x00\x00\x00\x00"),
        (Command::Query, b"\xff\x00"),
        (Command::Ping, b"\x05hello"),
        (Command::StmtPrepare, b"\x00\x01\x00"),
        (
            Command::StmtPrepare,
            b"\x03\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        ),
    ] {
        let bytes = Reply::default().packet(payload).bytes;
        for chunk in [1, bytes.len()] {
            let mut tracker = ReplyTracker::new(command, CLASSIC);
            let failed = bytes
                .chunks(chunk)
                .any(|piece| tracker.feed(piece).is_err());
            assert!(failed, "{command:?} {payload:?} in chunks of {chunk}");
        }
    }
    let mut tracker = ReplyTracker::new(Command::Query, CLASSIC);
    let bytes = Reply::default()
        .packet(&[1])
        .packet(COLUMN)
        .packet(COLUMN)
        .bytes;
    assert!(tracker.feed(&bytes).is_err());
}

#[test]
fn the_end_of_the_last_whole_message_and_the_next_number_are_known_at_every_cut() {
    let reply = Reply::default()
        .packet(&[1])
        .packet(b"definition")
        .packet(&[1, b'a'])
        .packet(&[2, b'b', b'c'])
        .ok_as_eof(StatusFlags::empty());
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(header) = PacketHeader::decode(reply.bytes.get(at..).unwrap_or_default()) {
        at += HEADER_LEN + header.len as usize;
        ends.push(at);
    }
    for cut in 0..=reply.bytes.len() {
        let mut tracker = ReplyTracker::new(Command::Query, MODERN);
        let progress = tracker.feed(&reply.bytes[..cut]).unwrap();
        let passed = ends.iter().filter(|&&end| end <= cut).count();
        let whole = ends[..passed].last().copied().unwrap_or_default();
        assert_eq!(
            (progress.used, progress.whole),
            (cut, whole),
            "cut at {cut}"
        );
        if whole == cut && cut > 0 {
            assert_eq!(usize::from(tracker.next_sequence()), passed, "cut at {cut}");
        }
    }
}
