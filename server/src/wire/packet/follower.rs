//! Following messages through chunks of bytes by their headers only.

use super::{HEADER_LEN, PacketHeader};

/// How far a follower came in the bytes it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Bytes that belong to the message; all of them unless it is complete.
    pub used: usize,
    /// Whether the message ends there.
    pub complete: bool,
}

/// Follows logical messages: packets up to and with the first one shorter than the limit.
///
/// Ready for the next message as soon as one is complete.
#[derive(Debug, Clone, Default)]
pub struct MessageFollower {
    packet: PacketFollower,
}

impl MessageFollower {
    /// Takes bytes in; stops at the end of the message.
    pub fn follow(&mut self, bytes: &[u8]) -> Followed {
        self.packet.follow(bytes, |header| !header.is_continued())
    }

    /// Whether a message has begun and not ended.
    pub fn is_under_way(&self) -> bool {
        self.packet.under_way
    }

    /// Sequence number of the last packet; an answer to the message goes on from there.
    pub fn last_seq(&self) -> u8 {
        self.packet.last_seq
    }
}

/// Follows the content of LOAD DATA LOCAL INFILE, which ends at the first empty packet.
///
/// Ready for the next upload as soon as one is complete.
#[derive(Debug, Clone, Default)]
pub struct UploadFollower {
    packet: PacketFollower,
}

impl UploadFollower {
    /// Takes bytes in; stops behind the empty packet.
    pub fn follow(&mut self, bytes: &[u8]) -> Followed {
        self.packet.follow(bytes, |header| header.len == 0)
    }

    /// Sequence number of the last packet; the reply goes on from there.
    pub fn last_seq(&self) -> u8 {
        self.packet.last_seq
    }
}

/// Walks from header to header.
#[derive(Debug, Clone, Default)]
struct PacketFollower {
    header: SplitHeader,
    /// Bytes of the current packet's payload that are still to come.
    left: usize,
    /// Whether the current packet is the message's last.
    last: bool,
    under_way: bool,
    last_seq: u8,
}

impl PacketFollower {
    fn follow(&mut self, bytes: &[u8], is_last: impl Fn(PacketHeader) -> bool) -> Followed {
        let mut at = 0;
        loop {
            let step = self.left.min(bytes.len() - at);
            at += step;
            self.left -= step;
            if self.left > 0 {
                return Followed {
                    used: at,
                    complete: false,
                };
            }
            if self.last {
                *self = Self {
                    last_seq: self.last_seq,
                    ..Self::default()
                };
                return Followed {
                    used: at,
                    complete: true,
                };
            }
            let Some(header) = self.header.take(bytes, &mut at) else {
                self.under_way |= at > 0;
                return Followed {
                    used: at,
                    complete: false,
                };
            };
            self.under_way = true;
            self.last_seq = header.seq;
            self.left = header.len as usize;
            self.last = is_last(header);
        }
    }
}

/// Puts a header together that may be split over chunks.
#[derive(Debug, Clone, Default)]
pub(crate) struct SplitHeader {
    bytes: [u8; HEADER_LEN],
    len: usize,
}

impl SplitHeader {
    /// Takes the header's bytes at `at`; `None` when the chunk ends before the header does.
    pub(crate) fn take(&mut self, bytes: &[u8], at: &mut usize) -> Option<PacketHeader> {
        let rest = bytes.get(*at..)?;
        if self.len == 0
            && let Some(header) = PacketHeader::decode(rest)
        {
            *at += HEADER_LEN;
            return Some(header);
        }
        for (slot, &byte) in self.bytes.iter_mut().skip(self.len).zip(rest) {
            *slot = byte;
            self.len += 1;
            *at += 1;
        }
        if self.len < HEADER_LEN {
            return None;
        }
        self.len = 0;
        PacketHeader::decode(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::packet::{PAYLOAD_MAX, frame};

    fn ends(bytes: &[u8], chunk: usize, mut follow: impl FnMut(&[u8]) -> Followed) -> Vec<usize> {
        let mut found = Vec::new();
        let mut position = 0;
        for piece in bytes.chunks(chunk) {
            let mut at = 0;
            while at < piece.len() {
                let Followed { used, complete } = follow(&piece[at..]);
                at += used;
                position += used;
                if complete {
                    found.push(position);
                } else {
                    assert_eq!(at, piece.len());
                }
            }
        }
        found
    }

    #[test]
    fn a_message_follower_finds_every_end_however_the_bytes_are_cut() {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for payload in [&b""[..], b"\x03SELECT 1", b"\x0e"] {
            frame(payload, &mut 0, &mut bytes);
            expected.push(bytes.len());
        }
        for chunk in 1..=bytes.len() {
            let mut follower = MessageFollower::default();
            assert_eq!(
                ends(&bytes, chunk, |b| follower.follow(b)),
                expected,
                "chunks of {chunk}"
            );
            assert!(!follower.is_under_way());
        }
    }

    #[test]
    fn a_message_of_several_packets_ends_at_the_short_one() {
        let mut bytes = Vec::new();
        frame(&vec![1; PAYLOAD_MAX * 2], &mut 0, &mut bytes);
        let first = bytes.len();
        frame(b"\x0e", &mut 0, &mut bytes);
        for chunk in [bytes.len(), 65_537, PAYLOAD_MAX + 2] {
            let mut follower = MessageFollower::default();
            assert_eq!(
                ends(&bytes, chunk, |b| follower.follow(b)),
                [first, bytes.len()]
            );
        }
    }

    #[test]
    fn an_upload_ends_at_the_empty_packet_only() {
        let mut bytes = Vec::new();
        let mut seq = 2;
        frame(b"1,2\n", &mut seq, &mut bytes);
        frame(b"3,4\n", &mut seq, &mut bytes);
        frame(b"", &mut seq, &mut bytes);
        for chunk in 1..=bytes.len() {
            let mut follower = UploadFollower::default();
            assert_eq!(ends(&bytes, chunk, |b| follower.follow(b)), [bytes.len()]);
        }
    }

    #[test]
    fn the_last_sequence_number_is_known_behind_the_end() {
        let mut follower = MessageFollower::default();
        follower.follow(&[1, 0, 0, 0, 0x0e]);
        assert_eq!(follower.last_seq(), 0);
        let mut upload = UploadFollower::default();
        upload.follow(&[1, 0, 0, 2, b'x', 0, 0, 0, 3]);
        assert_eq!(upload.last_seq(), 3);
    }

    #[test]
    fn a_half_received_header_counts_as_under_way() {
        let mut follower = MessageFollower::default();
        assert!(!follower.is_under_way());
        follower.follow(&[]);
        assert!(!follower.is_under_way());
        follower.follow(&[1]);
        assert!(follower.is_under_way());
        assert_eq!(
            follower.follow(&[0, 0, 0, 0x0e, 9]),
            Followed {
                used: 4,
                complete: true
            }
        );
        assert!(!follower.is_under_way());
    }
}
