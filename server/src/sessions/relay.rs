//! Forwards bytes between a session's two ends as `Flow` decides.

mod answer;
mod filtered;
mod held_request;
mod lost;
mod reply;
mod reuse;
mod routed;
mod session_command;
mod statement_log;
mod unused;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use self::filtered::ReplyInParts;
use self::held_request::HeldRequest;
use self::statement_log::LoggedRequest;
use super::backends::Backend;
use super::flow::{ClientStep, Flow, OwnRequest};
use super::link::Link;
use super::record::{Order, Restart, SessionRecord};
use super::routed::Routed;
use super::view::Activity;
use super::{CloseReason, ClosedBy};
use crate::pipeline::Needs;

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
    /// A request waits for a connection to the server of that index.
    Connect(usize),
    /// The session is to get its service as it is now, and could have other connections.
    Restart,
}

/// See the module. Everything a session needs while it forwards.
pub(super) struct Relay {
    pub client: Link,
    /// The connection in use; with several servers it is the one that got the last request.
    pub backend: Backend,
    pub flow: Flow,
    pub record: Rc<SessionRecord>,
    /// What a session with several servers has besides.
    pub routed: Option<Box<Routed>>,
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
}

impl Relay {
    pub fn new(
        client: Link,
        backend: Backend,
        flow: Flow,
        record: Rc<SessionRecord>,
        routed: Option<Box<Routed>>,
    ) -> Self {
        let mut relay = Self {
            client,
            backend,
            flow,
            record,
            routed,
            ahead: Vec::new(),
            held: Vec::new(),
            in_packet: false,
            held_request: None,
            reply: ReplyInParts::default(),
            logged: None,
            needs: Needs::empty(),
        };
        relay.flow.set_gathers(relay.routed.is_some());
        if let Some(routed) = &relay.routed {
            relay.record.set_routed_bytes(routed.footprint());
        }
        relay.learn_needs();
        relay
    }

    /// Forwards until there is nothing to do (`Pending`) or the session has to do something else.
    pub fn poll(&mut self, cx: &mut Context<'_>, scratch: &Scratch) -> Poll<Exit> {
        let mut scratch = scratch.borrow_mut();
        match self.record.poll_order(cx.waker()) {
            Some(Order::Close(by)) => return Poll::Ready(self.closed(by)),
            Some(Order::CheckServers) => return Poll::Ready(Exit::CheckServers),
            Some(Order::KeepAlive { idle, always }) => self.keep_alive(idle, always),
            // Whether the session is quiet is seen when all that has come is dealt with.
            Some(Order::CloseWhenIdle(_)) | None => {}
        }
        // The worker may have replaced the chain since the last time.
        self.learn_needs();
        loop {
            let moved = match self.poll_both(cx, &mut scratch) {
                Err(by) => self
                    .recover(by)
                    .map(|exit| exit.map_or(Round::Again, Round::Exit)),
                Ok(exit) => Ok(exit.map_or(Round::Done, Round::Exit)),
            };
            match moved {
                Ok(Round::Again) => {}
                Ok(Round::Done) => break,
                Ok(Round::Exit(exit)) => return Poll::Ready(exit),
                Err(by) => return Poll::Ready(self.closed(by)),
            }
        }
        self.settle();
        let restart = self.record.restart();
        if restart != Restart::No && self.can_restart(restart) {
            self.record.restart_begins();
            return Poll::Ready(Exit::Restart);
        }
        match self.record.draining() {
            Some(by) if self.is_quiet() => Poll::Ready(self.closed(by)),
            _ => Poll::Pending,
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
        for round in 0..ROUNDS_MAX {
            let from_client = self.poll_client(cx, buffer)?;
            if let Moved::Exit(exit) = from_client {
                return Ok(Some(exit));
            }
            let from_backend = self.poll_backend(cx, buffer)?;
            // Those that have nothing to say wake the session when they do: asked once is enough.
            let parked = if round == 0 || self.asks_parked() {
                self.poll_parked(cx, buffer)
            } else {
                Moved::Nothing
            };
            match (from_client, from_backend, parked) {
                (_, Moved::Exit(exit), _) | (_, _, Moved::Exit(exit)) => return Ok(Some(exit)),
                (Moved::Nothing, Moved::Nothing, Moved::Nothing) => return Ok(None),
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
        if let Some(moved) = self.poll_waiting(cx)? {
            return Ok(moved);
        }
        let drained = self.backend.link.drain(cx);
        if !drained.map_err(|error| self.backend_lost(error))? || !self.backend.is_free() {
            return Ok(Moved::Nothing);
        }
        // A request that the gateway answers itself waits until the answers before it were taken.
        let clear = self.drain_client(cx)?;
        // One that is collected is looked at when all of it is there.
        let is_enough = !self.ahead.is_empty() && self.ahead.len() >= self.flow.wanted();
        if is_enough && self.flow.wants_client() && (clear || !self.flow.is_idle()) {
            let mut ahead = std::mem::take(&mut self.ahead);
            let len = ahead.len();
            let (used, taken) = self.take_from_client(cx, Input::Collected(&mut ahead));
            if used > 0 || ahead.len() < len || !matches!(taken, Ok(None)) {
                self.ahead
                    .extend_from_slice(ahead.get(used..).unwrap_or_default());
                return Ok(taken?.map_or(Moved::Bytes, Moved::Exit));
            }
            self.ahead = ahead;
        }
        if self.ahead.len() >= AHEAD_MAX.max(self.flow.wanted()) || !self.backend.link.is_clear() {
            return Ok(Moved::Nothing);
        }
        let read = match self.client.poll_read(cx, &mut buffer[..READ_MAX]) {
            Poll::Pending => return Ok(Moved::Nothing),
            Poll::Ready(Ok(0)) => return Err(ClosedBy::Client("closed by the client".to_owned())),
            Poll::Ready(Ok(read)) => read,
            Poll::Ready(Err(error)) => return Err(ClosedBy::Client(error.to_string())),
        };
        let bytes = &buffer[..read];
        // A long request is collected without room for a longer one, but for what comes behind it.
        let missing = self.flow.wanted().saturating_sub(self.ahead.len());
        if missing > AHEAD_MAX && self.ahead.capacity() - self.ahead.len() < missing {
            self.ahead.reserve_exact(missing + READ_MAX);
        }
        if !self.ahead.is_empty() {
            self.ahead.extend_from_slice(bytes);
            return Ok(Moved::Bytes);
        }
        let (used, taken) = self.take_from_client(cx, Input::Read(bytes));
        self.ahead
            .extend_from_slice(bytes.get(used..).unwrap_or_default());
        Ok(taken?.map_or(Moved::Bytes, Moved::Exit))
    }

    /// Deals with bytes from the client. Returns how many of those that are still there were dealt
    /// with; the ones behind them are needed even when a connection is lost, for the session may go
    /// on without it.
    fn take_from_client(
        &mut self,
        cx: &mut Context<'_>,
        input: Input<'_>,
    ) -> (usize, Result<Option<Exit>, ClosedBy>) {
        let mut at = 0;
        let taken = self.take_requests(cx, input, &mut at);
        (at, taken)
    }

    /// The same; `at` is how many were dealt with so far.
    fn take_requests(
        &mut self,
        cx: &mut Context<'_>,
        mut input: Input<'_>,
        at: &mut usize,
    ) -> Result<Option<Exit>, ClosedBy> {
        // The bytes of one round go to the server together, however many requests they hold.
        let mut forward = 0..0;
        let exit = loop {
            let rest = input.bytes().get(*at..).unwrap_or_default();
            if rest.is_empty() || (self.flow.is_idle() && !self.client.is_clear()) {
                break None;
            }
            match self.flow.on_client(rest) {
                ClientStep::Begins { is_statement } => self.request_begins(is_statement),
                ClientStep::Forward(used) => {
                    *at += used;
                    forward.end = *at;
                }
                ClientStep::Taken(used) => *at += used,
                ClientStep::Own(used, own) => {
                    *at += used;
                    break Some(Exit::Own(own));
                }
                ClientStep::Request {
                    used,
                    command,
                    whole,
                } => {
                    let before = input.bytes().get(forward).unwrap_or_default();
                    if !before.is_empty() {
                        let sent = self.backend.link.send(cx, before);
                        sent.map_err(|error| self.backend_lost(error))?;
                    }
                    let packet = input.packet(at, used);
                    forward = *at..*at;
                    let exit = if self.needs.is_empty() {
                        self.route_unseen(cx, command, packet, whole)?
                    } else {
                        self.show_to_filters(cx, command, packet, whole)?
                    };
                    if exit.is_some() {
                        break exit;
                    }
                }
                ClientStep::NeedMore | ClientStep::Wait => break None,
            }
        };
        let bytes = input.bytes().get(forward).unwrap_or_default();
        if !bytes.is_empty() {
            let sent = self.backend.link.send(cx, bytes);
            sent.map_err(|error| self.backend_lost(error))?;
        }
        if self.flow.is_idle() && exit.is_none() {
            self.record.set_activity(Activity::Idle);
        }
        Ok(exit)
    }

    /// A request begins that goes through as it is, or that the gateway answers itself.
    fn request_begins(&self, is_statement: bool) {
        self.record.request_began(is_statement, Instant::now());
        if is_statement && self.flow.is_sending() {
            self.backend.count_statement();
        }
    }

    /// Whether nothing at all is under way, so that the session may end without harm.
    fn is_quiet(&self) -> bool {
        self.flow.is_idle()
            && self.ahead.is_empty()
            && self.client.is_clear()
            && self.backend.link.is_clear()
    }
}

/// Bytes from the client.
enum Input<'a> {
    /// They are in the worker's buffer.
    Read(&'a [u8]),
    /// They are the session's.
    Collected(&'a mut Vec<u8>),
}

impl Input<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Collected(bytes) => bytes,
        }
    }

    /// The next `used` bytes, from `at` on. Many are given away, so that they are not copied: those
    /// behind them come first then.
    fn packet(&mut self, at: &mut usize, used: usize) -> Cow<'_, [u8]> {
        match self {
            Self::Collected(bytes) if *at == 0 && used > AHEAD_MAX && used <= bytes.len() => {
                let behind = bytes.split_off(used);
                Cow::Owned(std::mem::replace(*bytes, behind))
            }
            _ => {
                let packet = *at..*at + used;
                *at = packet.end;
                Cow::Borrowed(self.bytes().get(packet).unwrap_or_default())
            }
        }
    }
}

/// What one round has moved.
enum Moved {
    Nothing,
    Bytes,
    Exit(Exit),
}

/// How a round has ended.
enum Round {
    /// A connection was lost, and the session goes on without it.
    Again,
    /// There is nothing more to do now.
    Done,
    Exit(Exit),
}

#[cfg(test)]
mod tests;
