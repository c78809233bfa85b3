//! Packet headers and framing (MariaDB documentation: "0 - Packet").

mod follower;

pub use follower::{Followed, MessageFollower, UploadFollower};

/// Length of a packet header: three bytes of length, one of sequence number.
pub const HEADER_LEN: usize = 4;

/// The longest payload of one packet. A packet of this length is continued by the next one.
pub const PAYLOAD_MAX: usize = 0xff_ffff;

/// The header of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketHeader {
    /// Length of the payload, at most [`PAYLOAD_MAX`].
    pub len: u32,
    /// Sequence number, counted per exchange and wrapping at 255.
    pub seq: u8,
}

impl PacketHeader {
    /// Reads a header; `None` when fewer than [`HEADER_LEN`] bytes are there yet.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let &[a, b, c, seq] = bytes.first_chunk::<HEADER_LEN>()?;
        Some(Self {
            len: u32::from_le_bytes([a, b, c, 0]),
            seq,
        })
    }

    /// Writes the header.
    pub const fn encode(self) -> [u8; HEADER_LEN] {
        let [a, b, c, _] = self.len.to_le_bytes();
        [a, b, c, self.seq]
    }

    /// Whether the next packet continues this one's payload.
    pub const fn is_continued(self) -> bool {
        self.len as usize == PAYLOAD_MAX
    }
}

/// Appends `payload` as one or more packets and moves `seq` on.
///
/// A payload of [`PAYLOAD_MAX`] bytes or more is split; one that ends exactly at the limit gets
/// the empty packet that marks its end.
pub fn frame(payload: &[u8], seq: &mut u8, out: &mut Vec<u8>) {
    let mut rest = payload;
    loop {
        let (now, later) = rest.split_at(rest.len().min(PAYLOAD_MAX));
        out.extend_from_slice(
            &PacketHeader {
                len: now.len() as u32,
                seq: *seq,
            }
            .encode(),
        );
        out.extend_from_slice(now);
        *seq = seq.wrapping_add(1);
        if now.len() < PAYLOAD_MAX {
            return;
        }
        rest = later;
    }
}

/// Appends the payload that `encode` writes as one or more packets and moves `seq` on.
pub fn frame_with(seq: &mut u8, out: &mut Vec<u8>, encode: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0; HEADER_LEN]);
    encode(out);
    let len = out.len().saturating_sub(at + HEADER_LEN);
    if len >= PAYLOAD_MAX {
        let payload = out.split_off(at + HEADER_LEN);
        out.truncate(at);
        frame(&payload, seq, out);
        return;
    }
    let header = PacketHeader {
        len: len as u32,
        seq: *seq,
    }
    .encode();
    for (slot, byte) in out.iter_mut().skip(at).zip(header) {
        *slot = byte;
    }
    *seq = seq.wrapping_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_encoding() {
        let header = PacketHeader {
            len: 0x01_02_03,
            seq: 9,
        };
        assert_eq!(header.encode(), [3, 2, 1, 9]);
        assert_eq!(PacketHeader::decode(&[3, 2, 1, 9, 77]), Some(header));
        assert_eq!(PacketHeader::decode(&[3, 2, 1]), None);
    }

    #[test]
    fn a_payload_is_split_at_the_limit_and_ends_with_a_short_packet() {
        for (len, packets) in [
            (0, vec![0]),
            (5, vec![5]),
            (PAYLOAD_MAX - 1, vec![PAYLOAD_MAX - 1]),
            (PAYLOAD_MAX, vec![PAYLOAD_MAX, 0]),
            (PAYLOAD_MAX + 3, vec![PAYLOAD_MAX, 3]),
        ] {
            let mut seq = 255;
            let mut out = Vec::new();
            frame(&vec![7; len], &mut seq, &mut out);
            let mut at = 0;
            let mut seen = Vec::new();
            let mut expected_seq = 255_u8;
            while let Some(header) = PacketHeader::decode(&out[at..]) {
                assert_eq!(header.seq, expected_seq);
                expected_seq = expected_seq.wrapping_add(1);
                seen.push(header.len as usize);
                at += HEADER_LEN + header.len as usize;
            }
            assert_eq!((at, seq), (out.len(), expected_seq));
            assert_eq!(seen, packets);
            let mut in_place = b"before".to_vec();
            frame_with(&mut 255, &mut in_place, |payload| {
                payload.extend(vec![7; len]);
            });
            assert!(in_place.strip_prefix(b"before") == Some(&out));
        }
    }
}
