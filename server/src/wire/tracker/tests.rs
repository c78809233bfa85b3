//! Replies made by hand: every shape, and the odd cases that real servers seldom send.

mod commands;
mod limits;
mod results;

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
