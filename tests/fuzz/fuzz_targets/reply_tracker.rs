//! Attacks ReplyTracker, whole and in pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::{byte, capabilities};
use sluicegate_server::wire::command::Command;
use sluicegate_server::wire::tracker::{ReplySummary, ReplyTracker, Step};

fuzz_target!(|data: &[u8]| {
    let (command, rest) = byte(data);
    let (capabilities, rest) = capabilities(rest);
    let (piece, bytes) = byte(rest);
    let Some(command) = Command::from_byte(command) else {
        return;
    };
    let tracker = || ReplyTracker::new(command, capabilities);
    assert_eq!(
        track(tracker(), bytes, usize::from(piece) + 1),
        track(tracker(), bytes, usize::MAX)
    );
});

/// Where the tracker stops, whether the bytes were malformed, and what the reply said.
fn track(
    mut tracker: ReplyTracker,
    bytes: &[u8],
    piece: usize,
) -> (Vec<(usize, Step)>, bool, ReplySummary) {
    let mut stops = Vec::new();
    let mut failed = false;
    let mut at = 0;
    while at < bytes.len() {
        let Ok(progress) = tracker.feed(&bytes[at..bytes.len().min(at.saturating_add(piece))])
        else {
            failed = true;
            break;
        };
        at += progress.used;
        if progress.step != Step::More {
            stops.push((at, progress.step));
        }
        if progress.step == Step::Complete {
            break;
        }
    }
    (stops, failed, tracker.summary().clone())
}
