//! The two ends of a simulated session.

use rand::Rng;
use rand::rngs::StdRng;
use tokio::io::AsyncWriteExt;
use tokio::task::yield_now;

use super::CAPABILITIES;
use crate::net::{NetError, PacketStream, Stream};
use crate::wire::packet::frame;
use crate::wire::reply::{EofPacket, ErrPacket, OkPacket};
use crate::wire::status::StatusFlags;

const MESSAGE_MAX: usize = 1 << 20;
const COLUMN: &[u8] = b"\x03def\0\0\0\x011\0\x0c\x3f\0\x01\0\0\0\x03\x81\0\0\0\0";

/// How a simulated session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The client has said all it had to say.
    Quits,
    /// An operator ends it in the middle.
    Killed,
    /// The server goes away in the middle.
    ServerDies,
}

impl Ending {
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Killed,
            1 => Self::ServerDies,
            _ => Self::Quits,
        }
    }
}

/// Answers each statement with something that has its number in it.
pub(super) async fn server(stream: Stream, dies_after: Option<u32>, mut random: StdRng) {
    let mut stream = PacketStream::new(stream);
    loop {
        stream.restart_sequence();
        let Ok(request) = stream.read(MESSAGE_MAX).await else {
            return;
        };
        let text = String::from_utf8_lossy(&request[1..]).into_owned();
        let number: u32 = text.strip_prefix("STATEMENT ").unwrap().parse().unwrap();
        let bytes = reply(number, &mut random);
        let dies = dies_after.is_some_and(|after| number >= after);
        let len = if dies {
            random.random_range(0..bytes.len())
        } else {
            bytes.len()
        };
        let mut rest = &bytes[..len];
        while !rest.is_empty() {
            let part = random.random_range(1..=rest.len());
            if stream.write_raw(&rest[..part]).await.is_err() {
                return;
            }
            rest = &rest[part..];
            for _ in 0..random.random_range(0..4) {
                yield_now().await;
            }
        }
        if dies {
            return;
        }
    }
}

/// One reply: OK, ERR or a resultset.
fn reply(number: u32, random: &mut StdRng) -> Vec<u8> {
    let mut payloads: Vec<Vec<u8>> = Vec::new();
    let mut add = |encode: &dyn Fn(&mut Vec<u8>)| {
        let mut payload = Vec::new();
        encode(&mut payload);
        payloads.push(payload);
    };
    let eof = EofPacket {
        warnings: 0,
        status: StatusFlags::AUTOCOMMIT,
    };
    match random.random_range(0..3) {
        0 => add(&|out| {
            let ok = OkPacket {
                affected_rows: u64::from(number),
                status: StatusFlags::AUTOCOMMIT,
                ..OkPacket::default()
            };
            ok.encode(CAPABILITIES, out);
        }),
        1 => add(&|out| {
            let error = ErrPacket::new(1064, b"42000", number.to_string());
            error.encode(CAPABILITIES, out);
        }),
        _ => {
            add(&|out| out.push(1));
            add(&|out| out.extend_from_slice(COLUMN));
            add(&|out| eof.encode(out));
            let width = random.random_range(1..4000);
            for _ in 0..random.random_range(0..60) {
                add(&|out| {
                    let text = format!("{number:0width$}");
                    crate::wire::cursor::put_lenenc_bytes(out, text.as_bytes());
                });
            }
            add(&|out| eof.encode(out));
        }
    }
    let mut sequence = 1;
    let mut framed = Vec::new();
    for payload in payloads {
        frame(&payload, &mut sequence, &mut framed);
    }
    framed
}

/// Says statements and reads their replies. Returns how many were answered rightly.
pub(super) async fn client(
    stream: &mut Stream,
    statements: u32,
    kill_after: Option<u32>,
    mut random: StdRng,
    kill: impl Fn(),
) -> u32 {
    let mut said = 0;
    let mut answered = 0;
    while answered < statements {
        // Sometimes statements are sent ahead of the replies.
        let ahead = random.random_range(1..=3).min(statements - answered);
        while said < answered + ahead {
            let mut framed = Vec::new();
            frame(
                format!("\x03STATEMENT {said}").as_bytes(),
                &mut 0,
                &mut framed,
            );
            if stream.write_all(&framed).await.is_err() {
                return answered;
            }
            said += 1;
        }
        if kill_after == Some(answered) {
            for _ in 0..random.random_range(0..20) {
                yield_now().await;
            }
            kill();
        }
        match read_reply(stream, answered).await {
            Ok(()) => answered += 1,
            Err(_) => return answered,
        }
        for _ in 0..random.random_range(0..10) {
            yield_now().await;
        }
    }
    answered
}

async fn read_reply(stream: &mut Stream, number: u32) -> Result<(), NetError> {
    // A reply begins with sequence number 1; a gap would be an error.
    let mut packets = PacketStream::resume(stream, 1);
    let mut reading = Reading::default();
    loop {
        let packet = packets.read(MESSAGE_MAX).await?;
        if reading.takes(&packet, number) {
            return Ok(());
        }
    }
}

#[derive(Default)]
struct Reading {
    begun: bool,
    ends: u8,
}

impl Reading {
    /// Checks a packet; returns whether it ends the reply.
    fn takes(&mut self, packet: &[u8], number: u32) -> bool {
        let first = !std::mem::replace(&mut self.begun, true);
        match (first, packet.first()) {
            (true, Some(0)) => {
                let ok = OkPacket::decode(packet, CAPABILITIES).unwrap();
                assert_eq!(ok.affected_rows, u64::from(number));
                true
            }
            (_, Some(0xff)) => {
                let error = ErrPacket::decode(packet).unwrap();
                assert_eq!(error.message, number.to_string().as_bytes());
                true
            }
            (_, Some(0xfe)) if packet.len() < 9 => {
                self.ends += 1;
                self.ends == 2
            }
            _ if self.ends == 1 => {
                let text = String::from_utf8_lossy(packet);
                assert!(
                    text.ends_with(&number.to_string()),
                    "{text} is not of {number}"
                );
                false
            }
            _ => false,
        }
    }
}
