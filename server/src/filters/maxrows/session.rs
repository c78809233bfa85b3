//! One session's resultsets, held back until it is known that they are not too large.

use std::collections::HashMap;
use std::mem;

use super::{Limits, Substitute};
use crate::filters::settings::View;
use crate::filters::{FilterSession, resultset_end};
use crate::pipeline::{Moment, PacketRole, PacketVerdict, ReplyPacket, Request, Verdict};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::packet::HEADER_LEN;
use crate::wire::reply::ErrPacket;
use crate::wire::request::statement_id;
use crate::wire::status::StatusFlags;

/// The most memory that held packets take. What is larger, and allowed to be, goes on as it comes; if it
/// turns out to have too many rows, it ends with an error.
const HELD_MAX: usize = 16 * 1024 * 1024;
/// What a packet takes besides its bytes: its place among the others, and what the allocator needs.
const PACKET_OVERHEAD: usize = size_of::<ReplyPacket>() + 2 * size_of::<usize>();
/// So much of a statement is shown in an error.
const STATEMENT_SHOWN_MAX: usize = 400;

/// What has come of a resultset, or in all fetches of a cursor.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    rows: u64,
    size: u64,
}

#[derive(Debug)]
enum Phase {
    /// No resultset.
    Between,
    /// A resultset that is held back; the number of its packets that are not rows.
    Holding(usize),
    /// A resultset that is too large to be held back, or the rows of a fetch.
    Streaming,
    /// A resultset that is too large: its rows are dropped.
    Dropping,
    /// The client has got an error: the rest of the reply is dropped.
    Ended,
}

pub(super) struct MaxRowsSession {
    limits: View<Limits>,
    id: u64,
    phase: Phase,
    held: Vec<ReplyPacket>,
    /// The memory that they take.
    held_bytes: usize,
    tally: Tally,
    /// The text of the statement under way, as an error would show it.
    statement: Vec<u8>,
    /// The cursor that the request under way fetches from.
    fetching: Option<u32>,
    cursors: HashMap<u32, Tally>,
}

impl MaxRowsSession {
    pub(super) fn new(limits: View<Limits>, id: u64) -> Self {
        Self {
            limits,
            id,
            phase: Phase::Between,
            held: Vec::new(),
            held_bytes: 0,
            tally: Tally::default(),
            statement: Vec::new(),
            fetching: None,
            cursors: HashMap::new(),
        }
    }

    fn hold(&mut self, packet: &mut ReplyPacket) -> PacketVerdict {
        let mut packet = take(packet);
        packet.payload.shrink_to_fit();
        self.held_bytes += PACKET_OVERHEAD + packet.payload.capacity();
        self.held.push(packet);
        PacketVerdict::Swallow
    }

    fn release(&mut self, last: &mut ReplyPacket, next: Phase) -> PacketVerdict {
        self.phase = next;
        let mut packets = mem::take(&mut self.held);
        packets.push(take(last));
        PacketVerdict::Replace(packets)
    }

    fn begin(&mut self, packet: &mut ReplyPacket) -> PacketVerdict {
        if self.limits.get().logs_decisions {
            tracing::info!(session = self.id, "maxrows: a resultset is held back");
        }
        self.tally = Tally::default();
        self.held.clear();
        self.held_bytes = 0;
        if self.limits.get().is_unlimited() {
            self.phase = Phase::Streaming;
            return PacketVerdict::Forward;
        }
        self.phase = Phase::Holding(1);
        self.count(packet);
        self.hold(packet)
    }

    fn count(&mut self, packet: &ReplyPacket) {
        self.tally.size += (packet.payload.len() + HEADER_LEN) as u64;
    }

    fn is_too_large(&self) -> bool {
        let limits = self.limits.get();
        self.tally.rows > limits.rows_max || self.tally.size > limits.size_max
    }

    fn on_row(&mut self, packet: &mut ReplyPacket) -> PacketVerdict {
        if matches!(self.phase, Phase::Between) {
            // Rows without a head: those of a fetch.
            let cursor = self.fetching.and_then(|id| self.cursors.get(&id));
            self.tally = cursor.copied().unwrap_or_default();
            self.phase = Phase::Streaming;
        }
        if matches!(self.phase, Phase::Dropping) {
            return PacketVerdict::Swallow;
        }
        self.tally.rows += 1;
        self.count(packet);
        if self.is_too_large() {
            return self.refuse();
        }
        match self.phase {
            Phase::Holding(_) if packet.whole && self.held_bytes < HELD_MAX => self.hold(packet),
            Phase::Holding(_) => self.release(packet, Phase::Streaming),
            _ => PacketVerdict::Forward,
        }
    }

    /// The resultset has just become too large.
    fn refuse(&mut self) -> PacketVerdict {
        let limits = self.limits.get();
        let substitute = limits.substitute;
        if limits.logs_refusals {
            let Tally { rows, size } = self.tally;
            tracing::info!(
                session = self.id,
                "maxrows: a resultset is too large ({rows} rows, {size} bytes so far)"
            );
        }
        let half_sent = matches!(self.phase, Phase::Streaming) && self.fetching.is_none();
        if substitute == Substitute::Error || half_sent {
            self.held.clear();
            self.phase = Phase::Ended;
            return PacketVerdict::Replace(vec![self.error()]);
        }
        if let Phase::Holding(head) = self.phase {
            self.held.truncate(head);
        }
        self.phase = Phase::Dropping;
        PacketVerdict::Swallow
    }

    fn error(&self) -> ReplyPacket {
        let mut message = b"Row limit/size exceeded for query: ".to_vec();
        message.extend_from_slice(&self.statement);
        let mut payload = Vec::new();
        ErrPacket::new(1415, b"0A000", message).encode(Capabilities::PROTOCOL_41, &mut payload);
        ReplyPacket {
            role: PacketRole::Err,
            payload,
            whole: true,
        }
    }

    fn on_rows_end(&mut self, packet: &mut ReplyPacket) -> PacketVerdict {
        match mem::replace(&mut self.phase, Phase::Between) {
            Phase::Holding(_) => self.release(packet, Phase::Between),
            Phase::Dropping => self.end_dropped(packet),
            _ => {
                self.keep_tally();
                PacketVerdict::Forward
            }
        }
    }

    fn end_dropped(&mut self, packet: &mut ReplyPacket) -> PacketVerdict {
        if self.fetching.is_some() {
            // The client must not ask for more.
            self.keep_tally();
            resultset_end::add_status(&mut packet.payload, StatusFlags::LAST_ROW_SENT);
            return PacketVerdict::Forward;
        }
        if self.limits.get().substitute == Substitute::Ok {
            self.held.clear();
            packet.payload = resultset_end::to_ok(&packet.payload);
            packet.role = PacketRole::Ok;
        }
        self.release(packet, Phase::Between)
    }

    fn keep_tally(&mut self) {
        if let Some(id) = self.fetching {
            self.cursors.insert(id, self.tally);
        }
    }
}

impl FilterSession for MaxRowsSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        self.limits.refresh();
        self.phase = Phase::Between;
        self.held.clear();
        let sql = request.sql().unwrap_or(b"a prepared statement");
        let shown = sql.get(..STATEMENT_SHOWN_MAX).unwrap_or(sql);
        self.statement.clear();
        self.statement.extend_from_slice(shown);
        let id = statement_id(request.payload()).ok().flatten();
        let command = request.command();
        self.fetching = id.filter(|_| command == Command::StmtFetch);
        // Nothing else ends a cursor, or a client could reset the tally between two fetches.
        if let Some(id) = id
            && !matches!(command, Command::StmtFetch | Command::StmtSendLongData)
        {
            self.cursors.remove(&id);
        }
        Verdict::Forward
    }

    fn on_packet(&mut self, packet: &mut ReplyPacket, _now: Moment) -> PacketVerdict {
        if matches!(self.phase, Phase::Ended) {
            return PacketVerdict::Swallow;
        }
        match (packet.role, &mut self.phase) {
            (PacketRole::ColumnCount, _) => self.begin(packet),
            (PacketRole::DefinitionsEnd, Phase::Holding(_)) if opens_cursor(packet) => {
                self.release(packet, Phase::Between)
            }
            (PacketRole::Definition | PacketRole::DefinitionsEnd, Phase::Holding(head)) => {
                *head += 1;
                self.count(packet);
                self.hold(packet)
            }
            (PacketRole::TextRow | PacketRole::BinaryRow, _) => self.on_row(packet),
            (PacketRole::RowsEnd, _) => self.on_rows_end(packet),
            (PacketRole::Err, Phase::Holding(_)) => self.release(packet, Phase::Between),
            (PacketRole::Err, _) => {
                self.phase = Phase::Between;
                PacketVerdict::Forward
            }
            _ => PacketVerdict::Forward,
        }
    }

    fn on_reply_again(&mut self) {
        self.phase = Phase::Between;
        self.held.clear();
        self.held_bytes = 0;
    }
}

/// Whether rows come by COM_STMT_FETCH, not behind this packet.
fn opens_cursor(packet: &ReplyPacket) -> bool {
    let status = resultset_end::status(&packet.payload);
    status.is_some_and(|status| status.contains(StatusFlags::CURSOR_EXISTS))
}

/// Takes a packet out of the chain's hands.
fn take(packet: &mut ReplyPacket) -> ReplyPacket {
    ReplyPacket {
        role: packet.role,
        payload: mem::take(&mut packet.payload),
        whole: packet.whole,
    }
}
