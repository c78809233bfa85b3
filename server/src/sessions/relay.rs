//! Forwards bytes between a session's two ends as `Flow` decides.

mod filtered;
mod held_request;
mod statement_log;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use self::filtered::ReplyInParts;
use self::held_request::HeldRequest;
use self::statement_log::LoggedRequest;
use super::flow::{BackendEvent, ClientStep, Flow, OwnRequest};
use super::link::Link;
use super::record::{Order, SessionRecord};
use super::view::Activity;
use super::{CloseReason, ClosedBy};
use crate::pipeline::Needs;
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, frame};

/// Bytes read from a socket at a time.
const READ_MAX: usize = 64 * 1024;
/// A packet of a reply that has arrived in part is held until it is whole, up to so many bytes: so
/// an error can be put after it when the server goes away. Longer packets are passed on in parts.
const HOLD_MAX: usize = 16 * 1024;
/// Bytes that a client may send ahead while a reply is under way.
const AHEAD_MAX: usize = 64 * 1024;
/// Rounds of reading from one end before other sessions of the worker get their turn.
const ROUNDS_MAX: usize = 16;

/// A worker's buffer for reading, used by one session at a time.
pub(super) type Scratch = Rc<RefCell<Vec<u8>>>;

/// A buffer of the size that `Relay` needs.
pub(super) fn scratch() -> Scratch {
    Rc::new(RefCell::new(vec![0; HOLD_MAX + READ_MAX]))
}

/// Why forwarding has stopped.
#[derive(Debug)]
pub(super) enum Exit {
    /// The session ends.
    Close(CloseReason),
    /// The session is idle and the client asks for something that the shell has to do.
    Own(OwnRequest),
    /// Servers' states have changed: may the session go on?
    CheckServers,
}

/// See the module. Everything a session needs while it forwards.
pub(super) struct Relay {
    pub client: Link,
    pub backend: Link,
    pub flow: Flow,
    pub record: Rc<SessionRecord>,
    /// Bytes from the client that could not be dealt with yet.
    ahead: Vec<u8>,
    /// The beginning of a packet of the reply.
    held: Vec<u8>,
    /// Whether a packet of the reply was passed on in part.
    in_packet: bool,
    /// A request that filters hold back.
    held_request: Option<HeldRequest>,
    /// What the chain of filters is shown of the reply under way.
    reply: ReplyInParts,
    /// The request under way, when statements are logged.
    logged: Option<LoggedRequest>,
    /// What `flow` was told last is to be seen of the traffic.
    needs: Needs,
    server: std::sync::Arc<str>,
}

impl Relay {
    pub fn new(
        client: Link,
        backend: Link,
        flow: Flow,
        record: Rc<SessionRecord>,
        server: std::sync::Arc<str>,
    ) -> Self {
        let mut relay = Self {
            client,
            backend,
            flow,
            record,
            ahead: Vec::new(),
            held: Vec::new(),
            in_packet: false,
            held_request: None,
            reply: ReplyInParts::default(),
            logged: None,
            needs: Needs::empty(),
            server,
        };
        relay.learn_needs();
        relay
    }

    /// Forwards until there is nothing to do (`Pending`) or the session has to do something else.
    pub fn poll(&mut self, cx: &mut Context<'_>, scratch: &Scratch) -> Poll<Exit> {
        let mut scratch = scratch.borrow_mut();
        if let Some(order) = self.record.poll_order(cx.waker()) {
            match order {
                Order::Close(by) => return Poll::Ready(self.closed(by)),
                Order::CheckServers => return Poll::Ready(Exit::CheckServers),
                Order::CloseWhenIdle(by) if self.is_quiet() => {
                    return Poll::Ready(self.closed(by));
                }
                Order::CloseWhenIdle(_) => {}
            }
        }
        // The worker may have replaced the chain since the last time.
        self.learn_needs();
        match self.poll_both(cx, &mut scratch) {
            Ok(Some(exit)) => Poll::Ready(exit),
            Ok(None) => {
                self.settle();
                match self.record.draining() {
                    Some(by) if self.is_quiet() => Poll::Ready(self.closed(by)),
                    _ => Poll::Pending,
                }
            }
            Err(by) => Poll::Ready(self.closed(by)),
        }
    }

    /// Lets a chain that waits take its place, if the session is idle.
    fn settle(&mut self) {
        self.record
            .settle(self.flow.is_settled() && self.is_quiet());
        self.learn_needs();
    }

    fn poll_both(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Result<Option<Exit>, ClosedBy> {
        for _ in 0..ROUNDS_MAX {
            let from_client = self.poll_client(cx, buffer)?;
            if let Moved::Exit(exit) = from_client {
                return Ok(Some(exit));
            }
            let from_backend = self.poll_backend(cx, buffer)?;
            match (from_client, from_backend) {
                (_, Moved::Exit(exit)) => return Ok(Some(exit)),
                (Moved::Nothing, Moved::Nothing) => return Ok(None),
                _ => {}
            }
        }
        cx.waker().wake_by_ref();
        Ok(None)
    }

    /// From the client to the server.
    fn poll_client(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Result<Moved, ClosedBy> {
        if self.held_request.is_some()
            && let Some(moved) = self.poll_held_request(cx)?
        {
            return Ok(moved);
        }
        if !self
            .backend
            .drain(cx)
            .map_err(|error| self.backend_lost(&error))?
        {
            return Ok(Moved::Nothing);
        }
        // A request that the gateway answers itself waits until the answers before it were taken.
        let clear = self.drain_client(cx)?;
        if !self.ahead.is_empty() && self.flow.wants_client() && (clear || !self.flow.is_idle()) {
            let ahead = std::mem::take(&mut self.ahead);
            let (used, exit) = self.take_from_client(cx, &ahead)?;
            if used > 0 || exit.is_some() {
                self.ahead
                    .extend_from_slice(ahead.get(used..).unwrap_or_default());
                return Ok(exit.map_or(Moved::Bytes, Moved::Exit));
            }
            self.ahead = ahead;
        }
        if self.ahead.len() >= AHEAD_MAX.max(self.flow.wanted()) || !self.backend.is_clear() {
            return Ok(Moved::Nothing);
        }
        let read = match self.client.poll_read(cx, &mut buffer[..READ_MAX]) {
            Poll::Pending => return Ok(Moved::Nothing),
            Poll::Ready(Ok(0)) => return Err(ClosedBy::Client("closed by the client".to_owned())),
            Poll::Ready(Ok(read)) => read,
            Poll::Ready(Err(error)) => return Err(ClosedBy::Client(error.to_string())),
        };
        let bytes = &buffer[..read];
        if !self.ahead.is_empty() {
            self.ahead.extend_from_slice(bytes);
            return Ok(Moved::Bytes);
        }
        let (used, exit) = self.take_from_client(cx, bytes)?;
        self.ahead.extend_from_slice(&bytes[used..]);
        Ok(exit.map_or(Moved::Bytes, Moved::Exit))
    }

    /// Deals with bytes from the client. Returns how many were dealt with.
    fn take_from_client(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Result<(usize, Option<Exit>), ClosedBy> {
        let mut at = 0;
        // The bytes of one round go to the server together, however many requests they hold.
        let mut forward = 0..0;
        let exit = loop {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.is_empty() || (self.flow.is_idle() && !self.client.is_clear()) {
                break None;
            }
            match self.flow.on_client(rest) {
                ClientStep::Begins { is_statement } => {
                    self.record.request_began(is_statement, Instant::now());
                }
                ClientStep::Forward(used) => {
                    at += used;
                    forward.end = at;
                }
                ClientStep::Taken(used) => at += used,
                ClientStep::Own(used, own) => {
                    at += used;
                    break Some(Exit::Own(own));
                }
                ClientStep::Request {
                    used,
                    command,
                    whole,
                } => {
                    let before = bytes.get(forward).unwrap_or_default();
                    if !before.is_empty() {
                        let sent = self.backend.send(cx, before);
                        sent.map_err(|error| self.backend_lost(&error))?;
                    }
                    let packet = rest.get(..used).unwrap_or_default();
                    at += used;
                    forward = at..at;
                    match self.show_to_filters(cx, command, packet, whole)? {
                        None => {}
                        exit => break exit,
                    }
                }
                ClientStep::NeedMore | ClientStep::Wait => break None,
            }
        };
        let bytes = bytes.get(forward).unwrap_or_default();
        if !bytes.is_empty() {
            self.backend
                .send(cx, bytes)
                .map_err(|error| self.backend_lost(&error))?;
        }
        if self.flow.is_idle() && exit.is_none() {
            self.record.set_activity(Activity::Idle);
        }
        Ok((at, exit))
    }

    /// From the server to the client.
    fn poll_backend(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Result<Moved, ClosedBy> {
        if !self.drain_client(cx)? {
            return Ok(Moved::Nothing);
        }
        if self.reply.is_filtered() {
            return self.poll_backend_filtered(cx, buffer);
        }
        let held = self.held.len();
        buffer[..held].copy_from_slice(&self.held);
        let read = match self
            .backend
            .poll_read(cx, &mut buffer[held..held + READ_MAX])
        {
            Poll::Pending => return Ok(Moved::Nothing),
            Poll::Ready(Ok(0)) => {
                let closed = io::Error::new(io::ErrorKind::UnexpectedEof, "closed by the server");
                return Err(self.backend_lost(&closed));
            }
            Poll::Ready(Ok(read)) => read,
            Poll::Ready(Err(error)) => return Err(self.backend_lost(&error)),
        };
        self.held.clear();
        self.take_from_backend(cx, &buffer[..held + read], held)?;
        Ok(Moved::Bytes)
    }

    /// Writes what waits for the client. Returns whether all is written.
    fn drain_client(&mut self, cx: &mut Context<'_>) -> Result<bool, ClosedBy> {
        if self.client.is_clear() {
            return Ok(true);
        }
        let before = self.client.left();
        let drained = self.client.drain(cx);
        let drained = drained.map_err(|error| ClosedBy::Client(error.to_string()))?;
        self.record.client_is_slow(!drained);
        if self.client.left() < before {
            self.record.client_took_some();
        }
        Ok(drained)
    }

    /// Deals with bytes from the server, of which the first `seen` were looked at before.
    fn take_from_backend(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        seen: usize,
    ) -> Result<(), ClosedBy> {
        let step = self.flow.on_backend(&bytes[seen..]);
        let step = step.map_err(|error| ClosedBy::Backend {
            server: self.server.clone(),
            cause: format!("it sent what is no reply: {error}"),
        })?;
        let used = seen + step.used;
        // Where the last whole packet ends; 0 when no packet has ended here.
        let whole = if step.whole > 0 { seen + step.whole } else { 0 };
        let held_from_here = whole > 0 || !self.in_packet;
        let send = if held_from_here && used - whole <= HOLD_MAX {
            whole
        } else {
            used
        };
        self.in_packet = send == used && whole < used;
        self.held.extend_from_slice(&bytes[send..used]);
        self.reply.received(step.used);
        if send > 0 {
            let sent = self.client.send(cx, &bytes[..send]);
            sent.map_err(|error| ClosedBy::Client(error.to_string()))?;
            self.record
                .sent(self.client.held() + self.backend.held() + self.held.capacity());
        }
        if step.event == BackendEvent::Complete {
            self.complete();
        }
        match bytes.get(used..) {
            // A server that is about to close says so after the reply.
            Some(rest) if !rest.is_empty() => self.take_from_backend(cx, rest, 0),
            _ => Ok(()),
        }
    }

    fn complete(&mut self) {
        let outcome = self.flow.complete();
        self.record.dialect_replied(&outcome.summary);
        self.tell_reply_end(&outcome.summary);
        if let Some(open) = outcome.transaction {
            self.record.set_transaction(open);
        }
        if let Some(database) = outcome.database {
            let database = String::from_utf8_lossy(&database).into_owned();
            self.record
                .set_database(Some(database).filter(|name| !name.is_empty()));
            self.tell_change();
        }
        self.record.set_activity(Activity::Idle);
        // An idle session owns no buffer.
        self.held = Vec::new();
    }

    /// Whether nothing at all is under way, so that the session may end without harm.
    fn is_quiet(&self) -> bool {
        self.flow.is_idle()
            && self.ahead.is_empty()
            && self.client.is_clear()
            && self.backend.is_clear()
    }

    fn closed(&self, by: ClosedBy) -> Exit {
        Exit::Close(CloseReason {
            by,
            during: self.flow.during(),
        })
    }

    fn backend_lost(&self, error: &io::Error) -> ClosedBy {
        ClosedBy::Backend {
            server: self.server.clone(),
            cause: error.to_string(),
        }
    }

    /// Answers a request that the gateway took for itself, with one packet.
    pub fn answer(&mut self, payload: &[u8]) {
        let mut framed = Vec::with_capacity(payload.len() + HEADER_LEN);
        frame(payload, &mut 1, &mut framed);
        self.client.queue(&framed);
    }

    /// Sends a request that the gateway took for itself to the server after all.
    pub fn pass_on(&mut self, command: Command, payload: &[u8]) {
        let mut framed = Vec::with_capacity(payload.len() + HEADER_LEN);
        frame(payload, &mut 0, &mut framed);
        self.backend.queue(&framed);
        self.flow.passed_on(command, true);
        self.reply.begins(self.record.needs());
    }

    /// A request that the gateway took for itself is done, unless it was passed on.
    pub fn own_request_done(&mut self) {
        if self.flow.is_idle() {
            self.record.set_activity(Activity::Idle);
        }
    }

    /// The sequence number of a packet that tells the client why its request fails; `None` when no
    /// request is under way, or when a packet of the reply was passed on in part.
    pub fn farewell_sequence(&self) -> Option<u8> {
        let sequence = self.flow.reply_sequence().filter(|_| !self.in_packet)?;
        Some(self.reply.shifted(sequence))
    }
}

/// What one round has moved.
enum Moved {
    Nothing,
    Bytes,
    Exit(Exit),
}
