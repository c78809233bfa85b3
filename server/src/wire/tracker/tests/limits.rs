//! Errors, odd packets, and what is known besides the end.

use super::*;

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
fn a_reply_can_be_broken_off_behind_its_last_whole_packet() {
    let reply = Reply::default()
        .packet(&[1])
        .packet(COLUMN)
        .eof(StatusFlags::empty());
    let reply = reply.packets(2, b"\x01a").bytes;
    let ends = [
        0,
        5,
        5 + 4 + COLUMN.len(),
        reply.len() - 12,
        reply.len() - 6,
        reply.len(),
    ];
    for len in 0..=reply.len() {
        for piece in [1, 1000] {
            let mut tracker = ReplyTracker::new(Command::Query, CLASSIC);
            stops(&mut tracker, &reply[..len], piece);
            let whole = ends.iter().filter(|&&end| end <= len).count() - 1;
            // The reply's packets are numbered from 0 here, so the client's last was 255.
            assert_eq!(usize::from(tracker.next_seq(255)), whole, "{len}");
        }
    }
    let mut tracker = ReplyTracker::new(Command::Query, CLASSIC);
    stops(
        &mut tracker,
        &Reply::default().packet(b"\xfbfile").bytes,
        1000,
    );
    assert_eq!(tracker.next_seq(5), 6);
    stops(&mut tracker, b"\xff\xff\xff\x06", 1000);
    assert_eq!(tracker.next_seq(5), 6);
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
