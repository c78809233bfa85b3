//! Any bytes: no decoder panics, and how they are cut makes no difference.

use proptest::prelude::*;

use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::handshake::{
    AuthMoreData, AuthSwitchRequest, ChangeUser, HandshakeResponse, InitialHandshake, SslRequest,
    is_ssl_request,
};
use crate::wire::packet::{Followed, MessageFollower, UploadFollower, frame};
use crate::wire::reply::{BinaryRow, ColumnDefinition, EofPacket, ErrPacket, OkPacket, TextRow};
use crate::wire::request::{
    FieldList, InitDb, ProcessKill, Query, SetOption, StmtBulkExecute, StmtExecute, StmtFetch,
    StmtSendLongData, set_statement_id, statement_id,
};
use crate::wire::tracker::{ReplyTracker, Step};

/// Bytes as they are, and bytes behind the first byte of something.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        any::<u8>(),
        prop::sample::select(vec![0x00, 0x01, 0xfb, 0xfe, 0xff, 0x0a, 0x11, 0x17, 0x03]),
    ];
    let byte = prop_oneof![3 => 0..8_u8, 2 => any::<u8>(), 1 => 0xfa..=0xff_u8];
    (first, prop::collection::vec(byte, 0..120)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

fn capabilities() -> impl Strategy<Value = Capabilities> {
    any::<u64>().prop_map(|bits| Capabilities::from_bits_retain(bits) | Capabilities::PROTOCOL_41)
}

fn command() -> impl Strategy<Value = Command> {
    prop::sample::select((0..=255).filter_map(Command::from_byte).collect::<Vec<_>>())
}

/// A reply that is likely to get somewhere: packets of small payloads.
fn reply() -> impl Strategy<Value = Vec<u8>> {
    let column_count = prop::sample::select(vec![vec![1_u8], vec![2], vec![2, 0], vec![1, 1]]);
    let eof = any::<u16>().prop_map(|status| {
        let [a, b] = status.to_le_bytes();
        vec![0xfe, 0, 0, a, b]
    });
    let ok = (prop::sample::select(vec![0, 0xfe]), any::<u16>()).prop_map(|(header, status)| {
        let [a, b] = status.to_le_bytes();
        vec![header, 0, 0, a, b, 0, 0]
    });
    let packet = prop_oneof![payload(), column_count, eof, ok];
    prop::collection::vec(packet, 0..12).prop_map(|packets| {
        let mut bytes = Vec::new();
        for payload in packets {
            frame(&payload, &mut 0, &mut bytes);
        }
        bytes
    })
}

/// Where the tracker stops, and whether the bytes were malformed.
fn stops(
    mut tracker: ReplyTracker,
    bytes: &[u8],
    pieces: &[usize],
) -> (Vec<(usize, Step)>, bool, ReplyTracker) {
    let mut stops = Vec::new();
    let mut at = 0;
    let mut pieces = pieces.iter().cycle();
    while at < bytes.len() {
        let piece = pieces.next().map_or(1, |&len| len).min(bytes.len() - at);
        let Ok(progress) = tracker.feed(&bytes[at..at + piece]) else {
            return (stops, true, tracker);
        };
        at += progress.used;
        match progress.step {
            Step::More => assert_eq!(progress.used, piece),
            Step::Complete => {
                stops.push((at, Step::Complete));
                break;
            }
            step => stops.push((at, step)),
        }
    }
    (stops, false, tracker)
}

proptest! {
    #[test]
    fn no_decoder_panics(
        payload in payload(),
        capabilities in capabilities(),
        count in 0..9_usize,
    ) {
        let _ = InitialHandshake::decode(&payload);
        let _ = HandshakeResponse::decode(&payload);
        let _ = SslRequest::decode(&payload);
        let _ = is_ssl_request(&payload);
        let _ = AuthSwitchRequest::decode(&payload).map(|request| request.scramble());
        let _ = AuthMoreData::decode(&payload);
        let _ = ChangeUser::decode(&payload, capabilities);
        let _ = OkPacket::decode(&payload, capabilities);
        let _ = ErrPacket::decode(&payload);
        let _ = EofPacket::decode(&payload);
        let _ = TextRow::decode(&payload, count);
        if let Ok(column) = ColumnDefinition::decode(&payload, capabilities) {
            let _ = BinaryRow::decode(&payload, &vec![column; count]);
        }
        let _ = Query::decode(&payload, capabilities);
        let _ = (InitDb::decode(&payload), ProcessKill::decode(&payload));
        let _ = (SetOption::decode(&payload), FieldList::decode(&payload));
        let _ = (StmtExecute::decode(&payload), StmtBulkExecute::decode(&payload));
        let _ = (StmtFetch::decode(&payload), StmtSendLongData::decode(&payload));
        let had_id = statement_id(&payload).is_ok_and(|id| id.is_some());
        prop_assert_eq!(set_statement_id(&mut payload.clone(), 7), had_id);
    }

    #[test]
    fn a_response_behind_random_fixed_fields_does_not_panic(
        fixed in prop::array::uniform32(any::<u8>()),
        payload in payload(),
    ) {
        let mut bytes = fixed.to_vec();
        bytes[1] |= 2;
        bytes.extend(payload);
        let _ = HandshakeResponse::decode(&bytes);
    }

    #[test]
    fn the_tracker_does_not_care_how_bytes_are_cut(
        bytes in prop_oneof![3 => reply(), 1 => payload()],
        command in command(),
        capabilities in capabilities(),
        pieces in prop::collection::vec(1..12_usize, 1..8),
    ) {
        let tracker = || ReplyTracker::new(command, capabilities);
        let (whole, whole_failed, whole_tracker) = stops(tracker(), &bytes, &[bytes.len()]);
        let (cut, cut_failed, cut_tracker) = stops(tracker(), &bytes, &pieces);
        prop_assert_eq!(whole, cut);
        prop_assert_eq!(whole_failed, cut_failed);
        prop_assert_eq!(whole_tracker.summary(), cut_tracker.summary());
    }

    #[test]
    fn followers_do_not_care_how_bytes_are_cut(
        bytes in prop_oneof![3 => reply(), 1 => payload()],
        pieces in prop::collection::vec(1..12_usize, 1..8),
    ) {
        let ends = |pieces: &[usize]| {
            let (mut message, mut upload) = Default::default();
            (
                ends(&bytes, pieces, |piece| MessageFollower::follow(&mut message, piece)),
                ends(&bytes, pieces, |piece| UploadFollower::follow(&mut upload, piece)),
            )
        };
        prop_assert_eq!(ends(&[bytes.len()]), ends(&pieces));
    }
}

/// Where a follower says that a message ends.
fn ends(bytes: &[u8], pieces: &[usize], mut follow: impl FnMut(&[u8]) -> Followed) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    for &piece in pieces.iter().cycle() {
        let rest = &bytes[at..];
        if rest.is_empty() {
            break;
        }
        let piece = &rest[..piece.min(rest.len())];
        let Followed { used, complete } = follow(piece);
        at += used;
        if complete {
            ends.push(at);
        } else {
            assert_eq!(used, piece.len());
        }
    }
    ends
}
