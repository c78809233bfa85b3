use super::*;
use crate::wire::packet::{PAYLOAD_MAX, frame};

const CAPABILITIES: Capabilities = Capabilities::PROTOCOL_41;

fn request(payload: &[u8]) -> Vec<u8> {
    let mut framed = Vec::new();
    frame(payload, &mut 0, &mut framed);
    framed
}

fn ok(status: StatusFlags) -> Vec<u8> {
    let [low, high] = status.bits().to_le_bytes();
    let mut framed = Vec::new();
    frame(&[0, 0, 0, low, high, 0, 0], &mut 1, &mut framed);
    framed
}

/// Shows bytes until they are used up or the flow stops. Returns what it said, in words.
fn tell(flow: &mut Flow, bytes: &[u8]) -> Vec<String> {
    let mut said = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let step = flow.on_client(&bytes[at..]);
        said.push(match &step {
            ClientStep::Begins { is_statement: true } => "statement".to_owned(),
            ClientStep::Begins {
                is_statement: false,
            } => "command".to_owned(),
            ClientStep::Forward(used) => format!("forward {used}"),
            ClientStep::Taken(used) => format!("taken {used}"),
            ClientStep::Own(_, own) => format!("own {own:?}"),
            other => format!("{other:?}"),
        });
        match step {
            ClientStep::Forward(used) | ClientStep::Taken(used) => at += used,
            ClientStep::Begins { .. } => {}
            ClientStep::Request {
                used,
                command,
                whole,
            } => {
                at += used;
                flow.passed_on(command, whole);
            }
            ClientStep::Own(..) | ClientStep::NeedMore | ClientStep::Wait => break,
        }
    }
    said
}

fn check(bytes: &[u8], expected: &[&str]) {
    let mut flow = Flow::new(CAPABILITIES);
    assert_eq!(
        tell(&mut flow, bytes),
        expected,
        "{:?}",
        bytes.escape_ascii().to_string()
    );
}

#[test]
fn a_statement_goes_through_and_its_reply_is_awaited() {
    let mut flow = Flow::new(CAPABILITIES);
    assert_eq!(
        tell(&mut flow, &request(b"\x03SELECT 1")),
        ["statement", "forward 13"]
    );
    assert_eq!(flow.during(), During::Reply);
    let reply = ok(StatusFlags::IN_TRANS);
    let step = flow.on_backend(&reply).unwrap();
    assert_eq!(step.event, BackendEvent::Complete);
    let outcome = flow.complete();
    assert_eq!((outcome.transaction, outcome.database), (Some(true), None));
    assert!(flow.is_idle());
}

#[test]
fn what_is_sent_ahead_waits_for_the_reply() {
    let mut bytes = request(b"\x03SELECT 1");
    bytes.extend(request(b"\x0e"));
    check(&bytes, &["statement", "forward 13", "Wait"]);
}

#[test]
fn commands_without_a_reply_are_followed_by_the_next_at_once() {
    let mut bytes = request(b"\x19\x01\0\0\0");
    bytes.extend(request(b"\x03DO 1"));
    check(&bytes, &["command", "forward 9", "statement", "forward 9"]);
}

#[test]
fn a_head_that_is_cut_is_awaited() {
    let bytes = request(b"\x03SELECT 1");
    for cut in 1..bytes.len() {
        check(&bytes[..cut], &["NeedMore"]);
    }
}

#[test]
fn a_long_statement_goes_through_in_parts() {
    let mut payload = vec![b'x'; PAYLOAD_MAX + 5];
    payload[0] = 3;
    let bytes = request(&payload);
    let mut flow = Flow::new(CAPABILITIES);
    assert_eq!(
        tell(&mut flow, &bytes[..100_000]),
        ["statement", "forward 100000"]
    );
    assert_eq!(flow.during(), During::Request);
    let rest = format!("forward {}", bytes.len() - 100_000);
    assert_eq!(tell(&mut flow, &bytes[100_000..]), [rest]);
    assert_eq!(flow.during(), During::Reply);
}

#[test]
fn what_the_gateway_does_itself_does_not_go_through() {
    check(&request(b"\x01"), &["command", "own Quit"]);
    check(
        &request(b"\x11user\0"),
        &["command", "own ChangeUser([17, 117, 115, 101, 114, 0])"],
    );
    check(
        &request(b"\x03KILL 5"),
        &["statement", "own Kill([3, 75, 73, 76, 76, 32, 53])"],
    );
    check(
        &request(b"\x0c\x05\0\0\0"),
        &["command", "own Kill([12, 5, 0, 0, 0])"],
    );
    check(&request(b"\x00"), &["command", "own Refused(0)"]);
    check(&request(b"\xc8"), &["command", "forward 5"]);
    check(&request(b""), &["command", "own Refused(255)"]);
}

#[test]
fn a_refused_command_of_any_length_is_swallowed() {
    let mut payload = vec![7; COLLECT_MAX * 3];
    payload[0] = 29;
    let bytes = request(&payload);
    let mut flow = Flow::new(CAPABILITIES);
    let mut said = Vec::new();
    for chunk in bytes.chunks(50_000) {
        said.extend(tell(&mut flow, chunk));
    }
    assert_eq!(said.last().map(String::as_str), Some("own Refused(29)"));
    assert!(flow.is_idle());
}

#[test]
fn the_default_database_follows_what_succeeds() {
    let follow = |request_payload: &[u8], reply: &[u8]| {
        let mut flow = Flow::new(CAPABILITIES);
        tell(&mut flow, &request(request_payload));
        flow.on_backend(reply).unwrap();
        flow.complete()
            .database
            .map(|name| String::from_utf8(name).unwrap())
    };
    let done = ok(StatusFlags::AUTOCOMMIT);
    let mut failed = Vec::new();
    frame(b"\xff\x19\x04#42000Unknown database", &mut 1, &mut failed);
    assert_eq!(follow(b"\x02shop", &done).as_deref(), Some("shop"));
    assert_eq!(follow(b"\x02shop", &failed), None);
    assert_eq!(follow(b"\x03use shop", &done).as_deref(), Some("shop"));
    assert_eq!(
        follow(b"\x03  USE `my``shop` ; ", &done).as_deref(),
        Some("my`shop")
    );
    assert_eq!(follow(b"\x03use shop", &failed), None);
    assert_eq!(follow(b"\x03USER()", &done), None);
}

#[test]
fn an_upload_goes_through_until_its_empty_packet() {
    let mut flow = Flow::new(CAPABILITIES | Capabilities::LOCAL_FILES);
    tell(
        &mut flow,
        &request(b"\x03LOAD DATA LOCAL INFILE 'f' INTO TABLE t"),
    );
    let mut wanted = Vec::new();
    frame(b"\xfbf", &mut 1, &mut wanted);
    assert_eq!(
        flow.on_backend(&wanted).unwrap().event,
        BackendEvent::Upload
    );
    let mut file = Vec::new();
    frame(b"1\n2\n", &mut 2, &mut file);
    assert_eq!(tell(&mut flow, &file), ["forward 8"]);
    assert_eq!(flow.during(), During::Upload);
    let mut end = Vec::new();
    frame(b"", &mut 3, &mut end);
    assert_eq!(tell(&mut flow, &end), ["forward 4"]);
    assert_eq!(flow.during(), During::Reply);
    let step = flow.on_backend(&ok(StatusFlags::AUTOCOMMIT)).unwrap();
    assert_eq!(step.event, BackendEvent::Complete);
}

/// A flow whose requests are shown to filters.
fn gathering() -> Flow {
    let mut flow = Flow::new(CAPABILITIES);
    flow.set_gathers(true);
    flow
}

#[test]
fn a_request_for_filters_is_awaited_whole() {
    let bytes = request(b"\x03SELECT 1");
    let mut flow = gathering();
    for cut in 5..bytes.len() {
        assert_eq!(tell(&mut flow, &bytes[..cut]), ["NeedMore"]);
    }
    assert!(flow.wanted() <= bytes.len());
    let whole = "Request { used: 13, command: Query, whole: true }";
    assert_eq!(tell(&mut flow, &bytes), [whole]);
    assert_eq!(flow.during(), During::Reply);
}

#[test]
fn of_a_long_request_filters_get_the_first_packet() {
    let mut payload = vec![b'x'; PAYLOAD_MAX + 5];
    payload[0] = 3;
    let bytes = request(&payload);
    let first = format!(
        "Request {{ used: {}, command: Query, whole: false }}",
        PAYLOAD_MAX + 4
    );
    assert_eq!(
        tell(&mut gathering(), &bytes),
        [first.as_str(), "forward 9"]
    );
}

#[test]
fn parameters_sent_ahead_and_open_cursors_keep_a_session_from_being_settled() {
    let mut flow = Flow::new(CAPABILITIES);
    let done = |flow: &mut Flow, payload: &[u8], status: StatusFlags| {
        tell(flow, &request(payload));
        if !flow.is_idle() {
            flow.on_backend(&ok(status)).unwrap();
            flow.complete();
        }
        flow.is_settled()
    };
    let plain = StatusFlags::AUTOCOMMIT;
    assert!(
        !done(&mut flow, b"\x18\x07\0\0\0\0\0data", plain),
        "long data"
    );
    assert!(
        done(&mut flow, b"\x17\x07\0\0\0\0\x01\0\0\0", plain),
        "executed"
    );
    let cursor = StatusFlags::CURSOR_EXISTS;
    assert!(
        !done(&mut flow, b"\x17\x07\0\0\0\x01\x01\0\0\0", cursor),
        "cursor"
    );
    assert!(!done(&mut flow, b"\x03DO 1", plain), "another statement");
    assert!(done(&mut flow, b"\x1a\x07\0\0\0", plain), "reset");
    assert!(
        !done(&mut flow, b"\x18\x08\0\0\0\0\0data", plain),
        "long data"
    );
    assert!(done(&mut flow, b"\x1f", plain), "connection reset");
}

#[test]
fn a_long_statement_that_begins_as_a_use_goes_through_in_parts() {
    let mut payload = b"\x03USE shop; INSERT INTO t VALUES (".to_vec();
    payload.resize(200_000, b'x');
    let bytes = request(&payload);
    let mut flow = Flow::new(CAPABILITIES);
    assert_eq!(
        tell(&mut flow, &bytes[..65_536]),
        ["statement", "forward 65536"]
    );
}

#[test]
fn comments_before_the_first_word_hide_nothing() {
    check(
        &request(b"\x03/* app */ KILL 5"),
        &[
            "statement",
            "own Kill([3, 47, 42, 32, 97, 112, 112, 32, 42, 47, 32, 75, 73, 76, 76, 32, 53])",
        ],
    );
    let done = ok(StatusFlags::AUTOCOMMIT);
    let mut flow = Flow::new(CAPABILITIES);
    tell(&mut flow, &request(b"\x03-- x\n USE shop"));
    flow.on_backend(&done).unwrap();
    assert_eq!(flow.complete().database.as_deref(), Some(&b"shop"[..]));
}

#[test]
fn a_kill_behind_another_statement_does_not_reach_the_server_as_it_is() {
    let payload = b"\x03SELECT 1; KILL 5";
    let own = format!("own Kill({payload:?})");
    check(&request(payload), &["statement", own.as_str()]);
    let payload = b"\x16KILL ?";
    let own = format!("own Kill({payload:?})");
    check(&request(payload), &["command", own.as_str()]);
    check(
        &request(b"\x03SELECT ';', 'KILL 5'"),
        &["statement", "forward 25"],
    );
}

#[test]
fn a_use_behind_another_statement_is_noticed_when_the_server_does_not_tell() {
    let database = |capabilities| {
        let mut flow = Flow::new(capabilities);
        tell(&mut flow, &request(b"\x03DO 1; USE shop"));
        flow.on_backend(&ok(StatusFlags::AUTOCOMMIT)).unwrap();
        flow.complete().database
    };
    assert_eq!(database(CAPABILITIES).as_deref(), Some(&b"shop"[..]));
    assert_eq!(database(CAPABILITIES | Capabilities::SESSION_TRACK), None);
}

#[test]
fn a_reply_that_ends_during_an_upload_leaves_the_rest_of_the_file_a_file() {
    let mut flow = Flow::new(CAPABILITIES);
    tell(
        &mut flow,
        &request(b"\x03LOAD DATA LOCAL INFILE 'f' INTO TABLE t"),
    );
    let mut asks = Vec::new();
    frame(b"\xfbf", &mut 1, &mut asks);
    assert_eq!(flow.on_backend(&asks).unwrap().event, BackendEvent::Upload);
    let mut file = Vec::new();
    frame(b"\x01looks like a command", &mut 2, &mut file);
    assert_eq!(tell(&mut flow, &file), ["forward 25"]);
    let mut error = Vec::new();
    frame(b"\xff\x28\x04#HY000no", &mut 2, &mut error);
    let step = flow.on_backend(&error).unwrap();
    assert_eq!(step.event, BackendEvent::Complete);
    assert_eq!(flow.complete().summary.error, Some(1064));
    assert!(!flow.is_idle() && flow.wants_client());
    assert_eq!(flow.during(), During::Upload);
    let mut rest = Vec::new();
    frame(b"\x01more", &mut 3, &mut rest);
    frame(b"", &mut 4, &mut rest);
    rest.extend_from_slice(&request(b"\x0e"));
    assert_eq!(
        tell(&mut flow, &rest),
        ["forward 13", "command", "forward 5"]
    );
}
