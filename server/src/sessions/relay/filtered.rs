//! Requests and replies that go through a chain of filters.

use std::borrow::Cow;
use std::cell::Cell;
use std::task::Context;
use std::time::{Instant, SystemTime};

use super::held_request::HeldRequest;
use super::statement_log::LoggedRequest;
use super::{Activity, ClosedBy, Exit, Moved, READ_MAX, Relay};
use crate::filters::Passed;
use crate::pipeline::{Answer, Moment, Needs, PacketRole, ReplyEnd, ReplyPacket, Request};
use crate::sessions::flow::BackendEvent;
use crate::sessions::prepared::ANSWER_MAX;
use crate::sessions::routed::Wishes;
use crate::sessions::{CloseReason, During, LogSwitches};
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, PAYLOAD_MAX, PacketHeader, frame};
use crate::wire::reply::ErrPacket;
use crate::wire::tracker::{ReplySummary, ReplyTracker};

/// What is remembered of the reply under way for the chain's sake.
#[derive(Debug, Default)]
pub(super) struct ReplyInParts {
    /// What the chain wants to see of it.
    needs: Needs,
    /// When its request began.
    began: Option<Instant>,
    /// When its first bytes came, if somebody wants to know.
    first_byte: Option<Instant>,
    /// Its bytes so far.
    bytes: u64,
    /// Packets that filters have added, less those they have taken out; wraps as sequence numbers do.
    shift: u8,
    /// The client's id of the statement that is being prepared, until the client was told.
    pub prepares: Option<u32>,
    /// The answer to a COM_STMT_PREPARE as it came, if it is to be given again.
    pub answer: Option<Vec<u8>>,
    /// Whether any of it went to the client.
    pub passed_on: bool,
    /// The packet before is continued by the next one; whether it went to the client.
    continuing: Option<bool>,
}

impl ReplyInParts {
    /// A request goes to the server: its reply is next.
    pub fn begins(&mut self, needs: Needs) {
        let began = needs.contains(Needs::REPLY_ENDS).then(Instant::now);
        *self = Self {
            needs,
            began,
            ..Self::default()
        };
    }

    /// The request is sent once more: nothing has come of its reply.
    pub fn begins_anew(&mut self) {
        *self = Self {
            needs: self.needs,
            began: self.began,
            ..Self::default()
        };
    }

    /// So many bytes of the reply have come.
    pub fn received(&mut self, bytes: usize) {
        if self.bytes == 0 && self.began.is_some() {
            self.first_byte = Some(Instant::now());
        }
        self.bytes += bytes as u64;
    }

    /// These bytes of the reply have come.
    pub fn keep_answer(&mut self, bytes: &[u8]) {
        if let Some(answer) = &mut self.answer
            && answer.len() <= ANSWER_MAX
        {
            answer.extend_from_slice(bytes);
        }
    }

    /// Whether the reply goes through filters packet by packet.
    pub fn is_filtered(&self) -> bool {
        self.needs.packets()
    }

    /// The sequence number that a server's has become.
    pub fn shifted(&self, sequence: u8) -> u8 {
        sequence.wrapping_add(self.shift)
    }
}

/// The largest buffer that a worker keeps for the requests that it shows to filters.
const SPARE_MAX: usize = 64 * 1024;

thread_local! {
    /// The worker's buffer for a request that is shown to filters: they are shown one at a time.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Gives the buffer of a request that is done with to the next one.
fn give_back(request: Request) {
    let mut payload = request.into_payload();
    if payload.capacity() <= SPARE_MAX {
        payload.clear();
        SPARE.set(payload);
    }
}

impl Relay {
    /// Tells `flow` whether requests are to be shown here, when that has changed.
    pub(super) fn learn_needs(&mut self) {
        let needs = self.record.needs();
        if needs != self.needs {
            self.needs = needs;
            // A router that looks at each request goes on doing so.
            let gathers = self.routed.is_some() || !needs.is_empty();
            self.flow.set_gathers(gathers);
        }
    }

    /// Shows a request to the chain: `packet` is its first packet, header included.
    pub(super) fn show_to_filters(
        &mut self,
        cx: &mut Context<'_>,
        command: Command,
        packet: Cow<'_, [u8]>,
        whole: bool,
    ) -> Result<Option<Exit>, ClosedBy> {
        let now = Moment::now();
        self.record
            .request_began(command.is_statement(), now.instant);
        let (payload, packet) = match packet {
            Cow::Borrowed(packet) => {
                let mut payload = SPARE.take();
                payload.extend_from_slice(packet.get(HEADER_LEN..).unwrap_or_default());
                (payload, Some(packet))
            }
            Cow::Owned(mut packet) => {
                packet.drain(..HEADER_LEN.min(packet.len()));
                (packet, None)
            }
        };
        let mut request = Request::new(command, payload, whole);
        request.dialect = self.record.statement_dialect(&request);
        if command.is_statement() {
            self.record.statement_came(&request, now.wall);
        }
        let logs = self.record.tells(LogSwitches::INFO);
        self.logged = logs.then(|| LoggedRequest::new(&request));
        let passed = self
            .record
            .chains()
            .borrow_mut()
            .active()
            .on_request(&mut request, 0, now);
        self.perform(cx, passed, request, packet)
    }

    /// Does with a request what the chain has decided. `packet` is the request as it came.
    pub(super) fn perform(
        &mut self,
        cx: &mut Context<'_>,
        passed: Passed,
        mut request: Request,
        packet: Option<&[u8]>,
    ) -> Result<Option<Exit>, ClosedBy> {
        match passed {
            Passed::Forward if self.routed.is_some() => {
                return self.route_seen(cx, request, packet);
            }
            Passed::Forward => {
                if let Some(packet) = packet.filter(|_| !request.is_changed()) {
                    self.send_request(cx, packet)?;
                } else {
                    let framed = framed_request(&mut request);
                    let sent = self.backend.link.send_owned(cx, framed);
                    sent.map_err(|error| self.backend_lost(error))?;
                }
                self.reply.begins(self.record.needs());
                self.backend.began(request.command());
                self.log_unanswered(request.command());
                self.flow.passed_on(request.command(), request.is_whole());
                give_back(request);
            }
            Passed::Answered(stage, answer) => {
                self.answer_from(cx, stage, request.command(), answer)?;
                self.record.statement_answered(SystemTime::now(), None);
                if let Some(logged) = self.logged.take() {
                    logged.answered(&self.record);
                }
                self.flow.answered();
                if !request.is_whole() {
                    // Its further packets are no commands; nobody is left to take them.
                    let cause = "it answered a request of several packets".to_owned();
                    let by = ClosedBy::Filter(cause);
                    let during = During::Request;
                    return Ok(Some(Exit::Close(CloseReason { by, during })));
                }
            }
            Passed::Held(until, next) => {
                self.hold(cx, HeldRequest::new(request, next, until));
            }
            Passed::Waits(waiting, next) => {
                self.hold(cx, HeldRequest::waiting(request, next, waiting));
            }
            Passed::Close(error) => {
                let cause = String::from_utf8_lossy(&error.message).into_owned();
                self.send_error(cx, &error)?;
                let during = self.flow.during();
                let by = ClosedBy::Filter(cause);
                return Ok(Some(Exit::Close(CloseReason { by, during })));
            }
        }
        if self.flow.is_idle() {
            self.record.set_activity(Activity::Idle);
        }
        Ok(None)
    }

    /// Routes a request that the chain lets through, with what its filters wish.
    fn route_seen(
        &mut self,
        cx: &mut Context<'_>,
        mut request: Request,
        packet: Option<&[u8]>,
    ) -> Result<Option<Exit>, ClosedBy> {
        let wishes = Wishes {
            dialect: request.dialect,
            route: request.route.take(),
            replication_lag_max_s: request.replication_lag_max_s,
        };
        let (command, whole) = (request.command(), request.is_whole());
        let packet = match packet.filter(|_| !request.is_changed()) {
            Some(packet) => Cow::Borrowed(packet),
            None => Cow::Owned(framed_request(&mut request)),
        };
        let exit = self.route(cx, command, packet, whole, wishes)?;
        give_back(request);
        if self.flow.is_idle() {
            self.record.set_activity(Activity::Idle);
        }
        Ok(exit)
    }

    /// Logs a request that has gone to the server and is not answered.
    pub(super) fn log_unanswered(&mut self, command: Command) {
        if command.reply_shape().is_none()
            && let Some(logged) = self.logged.take()
        {
            logged.sent(&self.record, &self.backend.name);
        }
    }

    fn send_request(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Result<(), ClosedBy> {
        let sent = self.backend.link.send(cx, bytes);
        sent.map_err(|error| self.backend_lost(error))
    }

    fn send_error(&mut self, cx: &mut Context<'_>, error: &ErrPacket) -> Result<(), ClosedBy> {
        let mut framed = Vec::new();
        error.frame(self.flow.capabilities(), &mut 1, &mut framed);
        self.send_reply(cx, &framed)
    }

    /// Sends the reply that the filter at index `stage` has given, through the filters before it.
    fn answer_from(
        &mut self,
        cx: &mut Context<'_>,
        stage: usize,
        command: Command,
        answer: Answer,
    ) -> Result<(), ClosedBy> {
        let filtered = self
            .record
            .chains()
            .borrow_mut()
            .active()
            .packets_before(stage);
        let framed = match answer {
            Answer::Framed(framed) if !filtered => {
                self.send_reply(cx, &framed)?;
                return Ok(());
            }
            Answer::Framed(framed) => framed.to_vec(),
            Answer::Error(error) => {
                let mut framed = Vec::new();
                error.frame(self.flow.capabilities(), &mut 1, &mut framed);
                framed
            }
            Answer::Packets(payloads) => framed_all(&payloads),
        };
        let mut out = Vec::with_capacity(framed.len());
        let mut sequence = 1;
        let mut tracker = ReplyTracker::new(command, self.flow.capabilities());
        let now = Moment::now();
        let chains = self.record.chains();
        let mut chains = chains.borrow_mut();
        let mut rest = framed.as_slice();
        while let Some((header, packet)) = first_packet(rest) {
            let payload = packet.get(HEADER_LEN..).unwrap_or_default();
            let role = tracker.role(header, payload.first().copied());
            // What a filter made of itself is not followed further than it can be understood.
            if tracker.feed(packet).is_err() {
                break;
            }
            let packet_len = packet.len();
            let packet = ReplyPacket {
                role,
                payload: payload.to_vec(),
                whole: !header.is_continued(),
            };
            chains
                .active()
                .on_packet(packet, stage, now, &mut |packet| {
                    frame(&packet.payload, &mut sequence, &mut out);
                });
            rest = rest.get(packet_len..).unwrap_or_default();
        }
        let end = reply_end(
            tracker.summary(),
            framed.len() as u64,
            std::time::Duration::ZERO,
        );
        chains.active().on_reply_end(&end, stage, now);
        drop(chains);
        self.send_reply(cx, &out)
    }

    /// From the server through the chain to the client.
    pub(super) fn poll_backend_filtered(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Result<Moved, ClosedBy> {
        let Some(read) = self.read_backend(cx, &mut buffer[..READ_MAX])? else {
            return Ok(Moved::Nothing);
        };
        let bytes = &buffer[..read];
        if self.held.is_empty() {
            let used = self.packets_from_backend(cx, bytes)?;
            self.hold_or_pass(cx, &bytes[used..])?;
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(bytes);
            let used = self.packets_from_backend(cx, &held)?;
            self.hold_or_pass(cx, &held[used..])?;
        }
        Ok(Moved::Bytes)
    }

    /// Holds the beginning of a packet of the reply. What comes in part behind a reply is no reply:
    /// a server that is about to close says so in this way, and it is passed on.
    fn hold_or_pass(&mut self, cx: &mut Context<'_>, rest: &[u8]) -> Result<(), ClosedBy> {
        if self.reply.is_filtered() {
            self.held.extend_from_slice(rest);
            Ok(())
        } else if self.routed.is_some() && !rest.is_empty() {
            Err(self.backend_lost("closed by the server"))
        } else {
            self.send_reply(cx, rest)
        }
    }

    /// Deals with the whole packets in `bytes`. Returns how many bytes they have.
    pub(super) fn packets_from_backend(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Result<usize, ClosedBy> {
        let now = Moment::now();
        let mut out = Vec::new();
        let mut at = 0;
        while let Some((header, packet)) = first_packet(bytes.get(at..).unwrap_or_default()) {
            let first = packet.get(HEADER_LEN).copied();
            let role = self.flow.role(header, first);
            let step = self.flow.on_backend(packet);
            let step = step.map_err(|error| self.no_reply(error))?;
            at += packet.len();
            self.reply.received(packet.len());
            self.reply.keep_answer(packet);
            self.filter_packet(role, header, packet, now, &mut out);
            if step.event == BackendEvent::Complete {
                self.complete();
                if self.routed.is_some() && at < bytes.len() {
                    // What comes behind a reply is not for the client: the server is about to close.
                    self.send_reply(cx, &out)?;
                    return Err(self.backend_lost("closed by the server"));
                }
            }
        }
        if !out.is_empty() {
            self.send_reply(cx, &out)?;
        }
        Ok(at)
    }

    fn filter_packet(
        &mut self,
        role: Option<PacketRole>,
        header: PacketHeader,
        packet: &[u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) {
        let Some(role) = role else {
            out.extend_from_slice(packet);
            return;
        };
        let payload = packet.get(HEADER_LEN..).unwrap_or_default();
        let reply = &mut self.reply;
        let mut sequence = reply.shifted(header.seq);
        if let Some(forward) = reply.continuing {
            if forward {
                let header = PacketHeader {
                    len: header.len,
                    seq: sequence,
                };
                out.extend_from_slice(&header.encode());
                out.extend_from_slice(payload);
            } else {
                reply.shift = reply.shift.wrapping_sub(1);
            }
            if !header.is_continued() {
                reply.continuing = None;
            }
            return;
        }
        let whole = !header.is_continued();
        let mut payload = payload.to_vec();
        if role == PacketRole::Prepared
            && let Some(id) = reply.prepares.take()
            && let Some(place) = payload.get_mut(1..5)
        {
            place.copy_from_slice(&id.to_le_bytes());
        }
        let seen = ReplyPacket {
            role,
            payload,
            whole,
        };
        let before = out.len();
        let first = sequence;
        let mut chains = self.record.chains().borrow_mut();
        let stages = chains.active().len();
        chains.active().on_packet(seen, stages, now, &mut |packet| {
            if packet.whole {
                frame(&packet.payload, &mut sequence, out);
            } else {
                let header = PacketHeader {
                    len: packet.payload.len() as u32,
                    seq: sequence,
                };
                out.extend_from_slice(&header.encode());
                out.extend_from_slice(&packet.payload);
                sequence = sequence.wrapping_add(1);
            }
        });
        let sent = sequence.wrapping_sub(first);
        reply.shift = reply.shift.wrapping_add(sent).wrapping_sub(1);
        if !whole {
            reply.continuing = Some(out.len() > before);
        }
    }

    /// The server is lost, and its request goes to another one: what the chain has seen of the reply
    /// is void.
    pub(super) fn reply_begins_anew(&mut self) {
        self.reply.begins_anew();
        let mut chains = self.record.chains().borrow_mut();
        chains.active().on_reply_again();
    }

    /// Tells the chain that a reply is complete.
    pub(super) fn tell_reply_end(&mut self, summary: &ReplySummary) {
        let needs = std::mem::take(&mut self.reply.needs);
        (self.reply.shift, self.reply.continuing) = (0, None);
        if !needs.contains(Needs::REPLY_ENDS) {
            return;
        }
        let now = Moment::now();
        let began = self.reply.began.take().unwrap_or(now.instant);
        let duration = now.instant.saturating_duration_since(began);
        let first_byte = self.reply.first_byte.take().unwrap_or(now.instant);
        let end = ReplyEnd {
            first_byte: first_byte.saturating_duration_since(began),
            server: Some(self.backend.name.clone()),
            ..reply_end(summary, self.reply.bytes, duration)
        };
        let by = Some((self.backend.name.clone(), duration));
        self.record.statement_answered(now.wall, by);
        if let Some(logged) = self.logged.take() {
            logged.complete(&self.record, &self.backend.name, &end);
        }
        let mut chains = self.record.chains().borrow_mut();
        let stages = chains.active().len();
        chains.active().on_reply_end(&end, stages, now);
    }

    /// Tells the chain that user or default database are others now.
    pub fn tell_change(&self) {
        let facts = self.record.facts();
        self.record.chains().borrow_mut().active().on_change(&facts);
    }
}

fn reply_end(summary: &ReplySummary, bytes: u64, duration: std::time::Duration) -> ReplyEnd {
    ReplyEnd {
        duration,
        error: summary.error,
        error_message: summary.error_message.clone(),
        warnings: summary.warnings,
        rows: summary.rows,
        resultsets: summary.resultsets,
        bytes,
        status: summary.status,
        statement_id: summary.prepared.map(|prepared| prepared.statement_id),
        ..ReplyEnd::default()
    }
}

fn framed_all(payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut sequence = 1;
    let mut framed = Vec::new();
    for payload in payloads {
        frame(payload, &mut sequence, &mut framed);
    }
    framed
}

/// A request, framed. Of one that goes on it is the first packet, as long as a packet can be; the
/// rest follows from the client. A long one is not copied: its payload is gone then.
fn framed_request(request: &mut Request) -> Vec<u8> {
    let len = request.payload().len();
    if request.is_whole() && (len <= SPARE_MAX || len >= PAYLOAD_MAX) {
        let mut framed = Vec::with_capacity(HEADER_LEN + len);
        frame(request.payload(), &mut 0, &mut framed);
        return framed;
    }
    let header = PacketHeader {
        len: len as u32,
        seq: 0,
    };
    let mut framed = request.take_payload();
    framed.splice(..0, header.encode());
    framed
}

/// The first packet in `bytes`, header included, if all of it is there.
fn first_packet(bytes: &[u8]) -> Option<(PacketHeader, &[u8])> {
    let header = PacketHeader::decode(bytes)?;
    let packet = bytes.get(..HEADER_LEN + header.len as usize)?;
    Some((header, packet))
}
