//! Following a reply to its end by packet headers (MariaDB documentation: "4 - Server Response
//! Packets", "Result Set Packets", "COM_STMT_PREPARE").
//!
//! The tracker sits on the path of every byte a server sends. It reads headers, the first byte of
//! rows, and the whole of the few small packets that decide how a reply goes on; everything else is
//! skipped. Nothing is copied unless such a packet is split over chunks.

mod inspect;
mod role;
mod state;
mod summary;

pub use role::PacketRole;
pub use summary::{PreparedStatement, ReplySummary};

use super::Malformed;
use super::capabilities::Capabilities;
use super::command::Command;
use super::packet::{HEADER_LEN, PAYLOAD_MAX, PacketHeader};
use state::State;

/// A packet that decides about the reply is read as far as this; what lies behind is skipped.
const INSPECTED_LEN_MAX: usize = 64 * 1024;

/// How far the tracker came in the bytes it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that belong to the reply; all of them when the step is [`Step::More`].
    pub used: usize,
    /// Where the last message that ends in these bytes ends; 0 when none does. What lies between
    /// here and `used` is the beginning of a message.
    pub whole: usize,
    /// What comes next.
    pub step: Step,
}

/// What comes next in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// More bytes of the reply.
    More,
    /// The client's upload of a local file, then more of the reply: feed again.
    LocalInfile,
    /// One message of the client to the authentication exchange of COM_CHANGE_USER, then more of
    /// the reply: feed again.
    Authenticate,
    /// Nothing: the reply ends here.
    Complete,
}

/// Finds the end of the reply to one command, and what it said.
#[derive(Debug, Clone)]
pub struct ReplyTracker {
    capabilities: Capabilities,
    command: Command,
    state: State,
    /// Bytes of the current packet's payload that are still to come.
    skip: usize,
    /// Whether the next packet only continues the current one's payload.
    continued: bool,
    /// What to say when the current message ends, if the reply goes on after it.
    pause: Option<Step>,
    /// Sequence number of the last packet since the client's turn.
    last_seq: Option<u8>,
    /// The same of the last packet of the last whole message.
    whole_seq: Option<u8>,
    /// Header and first bytes of a packet that must be read and is split over chunks.
    held: Vec<u8>,
    summary: ReplySummary,
}

impl ReplyTracker {
    /// Begins a reply to `command` on a connection for which `capabilities` were agreed.
    pub fn new(command: Command, capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            command,
            state: State::of(command),
            skip: 0,
            continued: false,
            pause: None,
            last_seq: None,
            whole_seq: None,
            held: Vec::new(),
            summary: ReplySummary::default(),
        }
    }

    /// Begins the reply to the next command.
    pub fn restart(&mut self, command: Command) {
        let held = std::mem::take(&mut self.held);
        *self = Self::new(command, self.capabilities);
        self.held = held;
        self.held.clear();
    }

    /// Takes bytes from the server in, and stops where the reply ends or waits for the client.
    ///
    /// After an error the connection is of no use any more, nor is the tracker.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Progress, Malformed> {
        let (mut at, mut whole) = (0, 0);
        let more = |used, whole| {
            Ok(Progress {
                used,
                whole,
                step: Step::More,
            })
        };
        loop {
            let step = self.skip.min(bytes.len() - at);
            at += step;
            self.skip -= step;
            if self.skip > 0 {
                return more(at, whole);
            }
            if !self.continued {
                if let Some(step) = self.step_at_message_end() {
                    self.whole_seq = self.last_seq;
                    if step != Step::Complete {
                        (self.last_seq, self.whole_seq) = (None, None);
                    }
                    return Ok(Progress {
                        used: at,
                        whole: at,
                        step,
                    });
                }
                if self.held.is_empty() {
                    whole = at;
                    self.whole_seq = self.last_seq;
                    if self.state == State::Rows {
                        (at, whole) = self.skip_rows(bytes, at);
                    }
                }
            }
            if at == bytes.len() {
                return more(at, whole);
            }
            at = self.read_packet(bytes, at)?;
        }
    }

    /// What the reply has said so far.
    pub fn summary(&self) -> &ReplySummary {
        &self.summary
    }

    /// What the reply has said.
    pub fn into_summary(self) -> ReplySummary {
        self.summary
    }

    /// The command whose reply this is.
    pub fn command(&self) -> Command {
        self.command
    }

    /// Whether the reply has come to its end.
    pub fn is_complete(&self) -> bool {
        self.state == State::Finished && self.skip == 0 && !self.continued
    }

    /// The sequence number of the packet behind the last whole message, when the client's last
    /// packet had `client_seq`. With it a gateway can break the reply off there with an ERR packet,
    /// as long as nothing that came behind has been passed on.
    pub fn next_seq(&self, client_seq: u8) -> u8 {
        self.whole_seq.unwrap_or(client_seq).wrapping_add(1)
    }

    fn step_at_message_end(&mut self) -> Option<Step> {
        match self.pause.take() {
            None if self.state == State::Finished => Some(Step::Complete),
            pause => pause,
        }
    }

    /// Jumps over rows while it takes no more than header and first byte to know them. Returns how
    /// far it came, and where the last row that is whole ends.
    fn skip_rows(&mut self, bytes: &[u8], from: usize) -> (usize, usize) {
        let (mut at, mut start) = (from, from);
        let mut before = self.last_seq;
        while let Some(&[a, b, c, seq, first]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let len = u32::from_le_bytes([a, b, c, 0]) as usize;
            if first >= state::LEAST_END_HEADER || len == 0 || len == PAYLOAD_MAX {
                break;
            }
            self.summary.rows += 1;
            before = self.last_seq.replace(seq);
            start = at;
            at += HEADER_LEN + len;
        }
        // The last row may end behind this chunk.
        self.skip = at.saturating_sub(bytes.len());
        if self.skip > 0 {
            self.whole_seq = before;
            (bytes.len(), start)
        } else {
            self.whole_seq = self.last_seq;
            (at, at)
        }
    }

    /// Reads the packet that begins at `at` or is held since an earlier chunk, as far as needed.
    /// Returns the position up to which bytes were taken.
    fn read_packet(&mut self, bytes: &[u8], at: usize) -> Result<usize, Malformed> {
        let rest = bytes.get(at..).unwrap_or_default();
        if self.held.is_empty()
            && let Some(header) = PacketHeader::decode(rest)
        {
            let payload = rest.get(HEADER_LEN..).unwrap_or_default();
            let payload = payload.get(..header.len as usize).unwrap_or(payload);
            if payload.len() >= self.needed_len(header, payload) {
                self.enter(header, payload)?;
                let taken = payload.len();
                self.skip = header.len as usize - taken;
                return Ok(at + HEADER_LEN + taken);
            }
        }
        self.hold(rest).map(|taken| at + taken)
    }

    /// Collects a packet that is split over chunks until enough of it is there.
    #[cold]
    fn hold(&mut self, rest: &[u8]) -> Result<usize, Malformed> {
        let mut taken = 0;
        loop {
            let header = PacketHeader::decode(&self.held);
            let payload = self.held.get(HEADER_LEN..).unwrap_or_default();
            let wanted = header.map_or(HEADER_LEN, |header| {
                HEADER_LEN + self.needed_len(header, payload)
            });
            let Some(missing) = wanted.checked_sub(self.held.len()).filter(|&n| n > 0) else {
                break;
            };
            let available = rest.get(taken..).unwrap_or_default();
            let Some(now) = available
                .get(..missing.min(available.len()))
                .filter(|n| !n.is_empty())
            else {
                return Ok(taken);
            };
            self.held.extend_from_slice(now);
            taken += now.len();
        }
        let held = std::mem::take(&mut self.held);
        if let Some((header, payload)) = held.split_at_checked(HEADER_LEN)
            && let Some(header) = PacketHeader::decode(header)
        {
            self.enter(header, payload)?;
            self.skip = header.len as usize - payload.len();
        }
        self.held = held;
        self.held.clear();
        Ok(taken)
    }

    /// Lets a packet act, of whose payload at least the needed part is there.
    fn enter(&mut self, header: PacketHeader, payload: &[u8]) -> Result<(), Malformed> {
        self.last_seq = Some(header.seq);
        let continues = std::mem::replace(&mut self.continued, header.is_continued());
        if continues {
            return Ok(());
        }
        self.inspect(header, payload.get(..INSPECTED_LEN_MAX).unwrap_or(payload))
    }
}

#[cfg(test)]
mod tests;
