//! Plays a capture through the followers and the tracker.

use std::collections::VecDeque;

use super::file::Capture;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, MessageFollower, PAYLOAD_MAX, UploadFollower};
use crate::wire::tracker::{Progress, ReplySummary, ReplyTracker, Step};

/// A request and its reply.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exchange {
    /// The request's payload.
    pub(super) request: Vec<u8>,
    /// The reply's bytes as they went over the wire.
    pub(super) reply: Vec<u8>,
    /// Where in the reply the tracker stopped and why.
    pub(super) stops: Vec<(usize, Step)>,
    pub(super) summary: ReplySummary,
}

/// What the client's bytes are taken for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ClientSays {
    Requests,
    Upload,
    Authentication,
}

struct Player {
    capabilities: Capabilities,
    client: ClientSays,
    message: MessageFollower,
    upload: UploadFollower,
    /// The request that is coming in.
    request: Vec<u8>,
    /// Requests whose replies are not complete yet; the first has the tracker.
    waiting: VecDeque<(Exchange, ReplyTracker)>,
    done: Vec<Exchange>,
}

/// Plays the whole capture in pieces of `piece_len` bytes and a bit more (`extra`).
///
/// At the end of each of the server's runs but the last, no reply may be half done.
pub(super) fn play(
    capture: &Capture,
    piece_len: usize,
    mut extra: impl FnMut(usize) -> usize,
) -> Vec<Exchange> {
    let login = capture.login();
    let mut player = Player {
        capabilities: login.capabilities,
        client: ClientSays::Requests,
        message: MessageFollower::default(),
        upload: UploadFollower::default(),
        request: Vec::new(),
        waiting: VecDeque::new(),
        done: Vec::new(),
    };
    for (number, (is_server, bytes)) in capture.runs.iter().enumerate().skip(login.last_run + 1) {
        let mut at = 0;
        while at < bytes.len() {
            let piece = piece_len.saturating_add(extra(at)).min(bytes.len() - at);
            let piece = &bytes[at..at + piece];
            at += if *is_server {
                player.server_said(piece)
            } else {
                player.client_said(piece)
            };
        }
        let is_last = !capture.runs.iter().skip(number + 1).any(|run| run.0);
        let half_done = player.waiting.front().is_some_and(|(exchange, _)| {
            !exchange.reply.is_empty()
                && exchange
                    .stops
                    .last()
                    .is_none_or(|s| s.0 < exchange.reply.len())
        });
        assert!(
            is_last || !is_server || !half_done,
            "{}: run {number}",
            capture.path.display()
        );
    }
    player
        .done
        .extend(player.waiting.into_iter().map(|(exchange, _)| exchange));
    player.done
}

impl Player {
    fn client_said(&mut self, bytes: &[u8]) -> usize {
        let followed = match self.client {
            ClientSays::Upload => self.upload.follow(bytes),
            ClientSays::Requests | ClientSays::Authentication => self.message.follow(bytes),
        };
        if self.client == ClientSays::Requests {
            self.request.extend_from_slice(&bytes[..followed.used]);
        }
        if followed.complete {
            if self.client == ClientSays::Requests {
                let bytes = std::mem::take(&mut self.request);
                self.begin(payload_of(&bytes));
            }
            self.client = ClientSays::Requests;
        }
        followed.used
    }

    fn begin(&mut self, request: Vec<u8>) {
        // Bytes that are no command are answered like one that is refused.
        let command = Command::from_byte(request[0]).unwrap_or(Command::Sleep);
        let exchange = Exchange {
            request,
            reply: vec![],
            stops: vec![],
            summary: ReplySummary::default(),
        };
        let tracker = ReplyTracker::new(command, self.capabilities);
        if tracker.is_complete() {
            self.done.push(exchange);
        } else {
            self.waiting.push_back((exchange, tracker));
        }
    }

    fn server_said(&mut self, bytes: &[u8]) -> usize {
        let Some((exchange, tracker)) = self.waiting.front_mut() else {
            // Only the news that the connection was killed comes unasked.
            assert_eq!(
                bytes.get(HEADER_LEN),
                Some(&0xff),
                "a reply nobody asked for"
            );
            return bytes.len();
        };
        let Progress { used, whole, step } = tracker.feed(bytes).unwrap();
        assert!(whole <= used);
        exchange.reply.extend_from_slice(&bytes[..used]);
        if step == Step::More {
            return used;
        }
        exchange.stops.push((exchange.reply.len(), step));
        match step {
            Step::LocalInfile => self.client = ClientSays::Upload,
            Step::Authenticate => self.client = ClientSays::Authentication,
            Step::Complete | Step::More => {
                exchange.summary = tracker.summary().clone();
                self.done
                    .extend(self.waiting.pop_front().map(|(exchange, _)| exchange));
            }
        }
        used
    }
}

/// The payload of one message, without the headers of its packets.
pub(super) fn payload_of(bytes: &[u8]) -> Vec<u8> {
    let packets = bytes.chunks(HEADER_LEN + PAYLOAD_MAX);
    packets
        .map(|packet| &packet[HEADER_LEN..])
        .collect::<Vec<_>>()
        .concat()
}
