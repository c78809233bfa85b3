//! Attacks MessageFollower and UploadFollower, whole and in pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::wire::packet::{Followed, MessageFollower, UploadFollower};

fuzz_target!(|data: &[u8]| {
    let (piece, bytes) = byte(data);
    let ends = |piece: usize| {
        let (mut message, mut upload) = (MessageFollower::default(), UploadFollower::default());
        (
            ends(bytes, piece, |b| message.follow(b)),
            ends(bytes, piece, |b| upload.follow(b)),
        )
    };
    assert_eq!(ends(usize::from(piece) + 1), ends(usize::MAX));
});

fn ends(bytes: &[u8], piece: usize, mut follow: impl FnMut(&[u8]) -> Followed) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Followed { used, complete } =
            follow(&bytes[at..bytes.len().min(at.saturating_add(piece))]);
        at += used;
        if complete {
            ends.push(at);
        }
    }
    ends
}
