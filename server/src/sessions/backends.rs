//! One of a session's connections to servers, and what the gateway itself asks of the server there.
//!
//! Session commands that other connections answer, replays of the history, preparations and pings
//! go to a server as [`Step`]s; their replies are read and dropped, and only their success counts.

mod outcome;
mod statements;
mod step;

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub(super) use step::Step;
use step::Unread;

use super::link::Link;
use super::prepared::StatementsHere;
use super::view::{ConnectionView, CountedConnection, StatementCount};
use crate::config::ServerParameters;
use crate::net::Stream;
use crate::servers::{ConnectionPermit, Server, ServerStates};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::handshake::SCRAMBLE_LEN;
use crate::wire::packet::frame;
use crate::wire::status::StatusFlags;
use crate::wire::tracker;

/// Steps that wait for a server, at most: one that is so far behind is let go.
const STEPS_MAX: usize = 256;
/// The same of their bytes. Those of long commands are held once, for all connections.
const STEPS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The place at a server that a connection takes, and what was agreed there.
#[derive(Debug)]
pub(super) struct Seat {
    pub permit: ConnectionPermit,
    /// The connection's id at the server.
    pub connection_id: u32,
    /// What was agreed with the server.
    pub agreed: Capabilities,
    /// The scramble that the server gave last.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// What the server said of the session when it had begun.
    pub status: StatusFlags,
    pub cipher: String,
    /// The version in the server's greeting.
    pub version: Arc<str>,
    /// The parameters of the server that it was reached by.
    pub reached: Arc<ServerParameters>,
    /// Statements that went there for this session.
    pub statements: StatementCount,
}

impl Seat {
    pub fn server(&self) -> &Arc<Server> {
        self.permit.server()
    }

    /// What is to be seen of it.
    pub fn counted(&self) -> CountedConnection {
        CountedConnection {
            seen: ConnectionView {
                server: Arc::clone(self.server().name()),
                connection_id: u64::from(self.connection_id),
                cipher: self.cipher.clone(),
                statements: self.statements.get(),
            },
            statements: Rc::clone(&self.statements),
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Backend {
    pub link: Link,
    /// The server's name; empty when there is no connection.
    pub name: Arc<str>,
    pub seat: Option<Seat>,
    /// The statements that are prepared here.
    pub statements: StatementsHere,
    /// When it was last used.
    used_at: Instant,
    /// Whether a request of the client's is under way, and counts for the server's load.
    is_busy: bool,
    /// What is still to be asked.
    steps: VecDeque<Step>,
    /// Replies to come, the next one first.
    unread: VecDeque<Unread>,
    /// What session commands have brought whose right answer is not known yet: number, success.
    unchecked: Vec<(u64, bool)>,
    /// A user is logging in, or could not be: what the server says next is no answer to a request.
    pub is_logging_in: bool,
    /// Whether the session's default database is missing here.
    pub lacks: Lacks,
    /// Whether it was logged in with a default database, or one was chosen on it since.
    pub has_database: bool,
}

/// Whether a connection is without the default database that its session has, because that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Lacks {
    /// It has it.
    #[default]
    Nothing,
    /// It is to be looked for before the next request: somebody may have created it again.
    Database,
    /// It was looked for in vain, for the request that comes next.
    DatabaseStill,
}

/// Why a connection is of no use any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// The connection broke.
    #[error("{0}")]
    Lost(#[from] io::Error),
    /// The server says what nobody can understand.
    #[error("it sent what is no reply: {0}")]
    Malformed(#[from] crate::wire::Malformed),
    /// The server says something without being asked, as one that is about to close does.
    #[error("closed by the server")]
    Unasked,
    /// A session command has gone well elsewhere and not here, or the other way round.
    #[error("a session command did not end as on the server before")]
    Differs,
    /// The default database can't be used.
    #[error("the default database could not be used (error {0})")]
    NoDatabase(u16),
    /// Too many session commands wait for it.
    #[error("it does not keep up with session commands")]
    Slow,
}

impl Backend {
    /// No connection.
    pub fn none() -> Self {
        Self {
            link: Link::closed(),
            name: Arc::from(""),
            seat: None,
            statements: StatementsHere::default(),
            used_at: Instant::now(),
            is_busy: false,
            steps: VecDeque::new(),
            unread: VecDeque::new(),
            unchecked: Vec::new(),
            is_logging_in: false,
            lacks: Lacks::Nothing,
            has_database: true,
        }
    }

    /// A connection that has logged in.
    pub fn new(link: Link, seat: Seat) -> Self {
        let mut backend = Self::none();
        backend.link = link;
        backend.name = Arc::clone(seat.server().name());
        backend.seat = Some(seat);
        backend
    }

    /// A request of the client's goes to the server: it counts if it is a statement.
    pub fn count(&self, command: Command) {
        if command.is_statement() {
            self.count_statement();
        }
    }

    /// A statement of the client's goes to the server.
    pub fn count_statement(&self) {
        if let Some(seat) = &self.seat {
            seat.statements.set(seat.statements.get() + 1);
        }
    }

    /// A request of the client's goes to the server, and the client gets the reply.
    pub fn began(&mut self, command: Command) {
        self.count(command);
        if self.lacks == Lacks::DatabaseStill {
            self.lacks = Lacks::Database;
        }
        let Some(seat) = &self.seat else { return };
        let load = seat.server().load();
        load.sent_packets(1);
        if command.reply_shape().is_some() && !self.is_busy {
            self.is_busy = true;
            load.began();
        }
    }

    /// The reply to it is complete; how long it took, and whether it was a read, if that is known.
    pub fn ended(&mut self, took: Option<(Duration, bool)>) {
        if !std::mem::take(&mut self.is_busy) {
            return;
        }
        let Some(seat) = &self.seat else { return };
        let load = seat.server().load();
        load.ended();
        match took {
            Some((took, true)) => load.read_took(took),
            Some((took, false)) => load.write_took(took),
            None => {}
        }
    }

    /// It is used at that time.
    pub fn was_used(&mut self, now: Instant) {
        self.used_at = now;
    }

    /// Whether the gateway has nothing to ask and no reply of its own is to come.
    pub fn is_free(&self) -> bool {
        self.unread.is_empty() && self.steps.is_empty()
    }

    /// The same, and everything is written.
    pub fn is_quiet(&self) -> bool {
        self.is_free() && self.link.is_clear()
    }

    /// Asks the server something of the gateway's own.
    ///
    /// # Errors
    /// Too much waits already.
    pub fn ask(&mut self, step: Step) -> Result<(), Unusable> {
        let unread = self.unread.iter().map(|unread| &unread.step);
        let bytes: usize = unread.chain(&self.steps).map(Step::held).sum();
        if self.steps.len() + self.unread.len() >= STEPS_MAX || bytes > STEPS_BYTES_MAX {
            return Err(Unusable::Slow);
        }
        self.push(step);
        Ok(())
    }

    /// Takes a replay in hand: as many steps as it has.
    pub fn replay(&mut self, steps: impl IntoIterator<Item = Step>) {
        self.steps.extend(steps);
        self.advance();
    }

    fn push(&mut self, step: Step) {
        self.steps.push_back(step);
        self.advance();
    }

    /// Pings the server if the connection was not used for so long.
    pub fn keep_alive(&mut self, idle: Duration) {
        if self.is_free() && !self.is_busy && self.used_at.elapsed() >= idle {
            self.push(Step::Ping);
        }
    }

    /// Puts a request in line.
    pub fn queue(&mut self, payload: &[u8]) {
        let mut framed = Vec::new();
        frame(payload, &mut 0, &mut framed);
        self.link.queue(&framed);
    }

    /// Chooses the session's default database if it was missing here; `database` is its name. Returns
    /// whether that is under way.
    pub fn looks_for_database(&mut self, database: impl FnOnce() -> Option<Rc<[u8]>>) -> bool {
        if self.lacks != Lacks::Database {
            return false;
        }
        self.lacks = Lacks::Nothing;
        let Some(name) = database() else { return false };
        self.replay([Step::Database {
            name: (*name).into(),
            may_be_gone: false,
        }]);
        true
    }

    /// Whether the server is the primary.
    fn is_primary(&self) -> bool {
        let seat = self.seat.as_ref();
        seat.is_some_and(|seat| seat.server().states().contains(ServerStates::PRIMARY))
    }

    /// Puts in line what can be asked now: what needs the answer to something before it waits.
    fn advance(&mut self) {
        while let Some(mut step) = self.steps.pop_front() {
            let before = self.unread.back();
            if before.is_some_and(|before| before.step.chooses_database() == Some(true)) {
                self.steps.push_front(step);
                return;
            }
            if step.chooses_database() == Some(false) && self.is_primary() {
                // What the primary does not have is gone. Others may not have it yet.
                step.set_may_be_gone(true);
            }
            let Some(framed) = step.framed(&mut self.statements) else {
                // A command of a known statement that can't be made is one that no server takes.
                if step
                    .statement()
                    .is_some_and(|known| self.statements.has(known.handle()))
                {
                    continue;
                }
                let needed = step
                    .statement()
                    .filter(|needed| !self.is_preparing(needed.handle()));
                let first = needed.map(|needed| Step::Prepare(Rc::clone(needed)));
                self.steps.push_front(step);
                let Some(first) = first else { return };
                self.steps.push_front(first);
                continue;
            };
            self.link.queue(&framed.head);
            if let Some(rest) = framed.shared {
                self.link.queue_shared(rest);
            }
            self.used_at = Instant::now();
            self.unread.push_back(Unread::new(step));
        }
    }

    /// The right answer to the session command of that number is known.
    ///
    /// # Errors
    /// This server has answered differently.
    pub fn check(&mut self, number: u64, success: bool) -> Result<(), Unusable> {
        for unread in &mut self.unread {
            unread.step.expect(number, success);
        }
        for step in &mut self.steps {
            step.expect(number, success);
        }
        let differs = self.unchecked.contains(&(number, !success));
        self.unchecked.retain(|(other, _)| *other != number);
        if differs {
            Err(Unusable::Differs)
        } else {
            Ok(())
        }
    }

    /// Whether the server was asked, or is to be asked, the session command of that number, to which
    /// the right answer is not known yet.
    pub fn was_told(&self, number: u64) -> bool {
        let unread = self.unread.iter().map(|unread| &unread.step);
        let mut steps = unread.chain(&self.steps);
        steps.any(|step| step.number() == Some(number))
            || self.unchecked.iter().any(|(other, _)| *other == number)
    }

    /// Moves the gateway's own requests and their replies on. Returns whether anything moved.
    ///
    /// # Errors
    /// The connection is of no use any more.
    pub fn poll_own(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
        capabilities: Capabilities,
    ) -> Result<bool, Unusable> {
        self.link.drain(cx)?;
        let read = match self.link.poll_read(cx, buffer) {
            Poll::Pending => return Ok(false),
            Poll::Ready(Ok(0)) => {
                let cause = "closed by the server";
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, cause).into());
            }
            Poll::Ready(read) => read?,
        };
        let mut rest = buffer.get(..read).unwrap_or_default();
        while !rest.is_empty() {
            let unread = self.unread.front_mut().ok_or(Unusable::Unasked)?;
            let progress = unread.tracker(capabilities).feed(rest)?;
            rest = rest.get(progress.used..).unwrap_or_default();
            match progress.step {
                tracker::Step::More => {}
                tracker::Step::Complete => self.complete()?,
                // None of the gateway's own requests is answered so.
                tracker::Step::LocalInfile | tracker::Step::Authenticate => {
                    return Err(Unusable::Unasked);
                }
            }
        }
        self.advance();
        self.link.drain(cx)?;
        Ok(true)
    }

    /// Takes the connection away if nothing is under way on it.
    pub fn take_unused(&mut self) -> Option<(Stream, Seat)> {
        if self.is_busy || self.is_logging_in || !self.is_free() {
            return None;
        }
        let stream = self.link.take_clear()?;
        Some((stream, self.seat.take()?))
    }

    /// Tells the server that the connection ends, if nothing is under way there, as far as that can be
    /// done at once: servers count clients that leave without a word.
    pub fn say_goodbye(&mut self) {
        if !self.is_busy && !self.is_logging_in && self.is_quiet() {
            self.queue(&[Command::Quit as u8]);
            let mut cx = Context::from_waker(Waker::noop());
            // Whether it could be told makes no difference any more.
            let _ = self.link.drain(&mut cx);
        }
    }

    /// Bytes that it holds.
    pub fn held(&self) -> usize {
        self.link.held()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.ended(None);
    }
}

#[cfg(test)]
mod tests;
