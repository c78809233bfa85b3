//! What is known of a live session: written by the session, read by its worker.

mod log;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

mod identity;
mod orders;

pub use identity::Identity;
use orders::Orders;
pub use orders::{Order, Restart};

use super::ClosedBy;
use super::chains::{Apply, Chains};
use super::dialect::SessionDialect;
use super::last_statements::{LastStatements, StatementView};
use super::log_switches::LogSwitches;
use super::metering::Metering;
use super::trace::Trace;
use super::view::{Activity, CountedConnection, SessionView};
use crate::filters::{Branches, FilterChain, NextChain, SessionFacts};
use crate::pipeline::Request;
use crate::sql::Dialect;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::tracker::ReplySummary;

/// A session's side of the worker's table. Lives on one worker: no locks, no atomics.
pub struct SessionRecord {
    identity: Identity,
    user: RefCell<String>,
    attributes: RefCell<Vec<(String, String)>>,
    database: RefCell<Option<String>>,
    connections: RefCell<Vec<CountedConnection>>,
    /// Session commands that are remembered, and bytes that they and prepared statements hold.
    history: Cell<(usize, usize)>,
    /// What a session with several servers holds besides.
    routed_bytes: Cell<usize>,
    /// When connections were last looked at for pings.
    pinged_at: Cell<Instant>,
    activity: Cell<Activity>,
    transaction: Cell<bool>,
    active_at: Cell<Instant>,
    idle_since: Cell<Instant>,
    statements: Cell<u64>,
    metering: Metering,
    io: Cell<u64>,
    buffered: Cell<u64>,
    stuck_since: Cell<Option<Instant>>,
    /// What was agreed with the client, and the collation it logged in with.
    protocol: Cell<(Capabilities, u16)>,
    /// How the session's statements are read.
    dialect: RefCell<SessionDialect>,
    /// Whether no statement was run since the log-in.
    fresh: Cell<bool>,
    chains: RefCell<Chains>,
    branches: RefCell<Branches>,
    /// Whether the chain may be replaced now.
    settled: Cell<bool>,
    log: Cell<LogSwitches>,
    last_statements: RefCell<LastStatements>,
    trace: RefCell<Trace>,
    /// Whether somebody may be about to kill its connections at the servers.
    pins: Cell<u32>,
    /// Moves with every change that an administrator makes.
    version: Cell<u64>,
    changed: Cell<u64>,
    tick: Rc<Cell<u64>>,
    orders: RefCell<Orders>,
}

impl SessionRecord {
    /// A record of a session that has just begun; `tick` is the worker's change counter.
    pub fn new(identity: Identity, tick: Rc<Cell<u64>>) -> Self {
        Self {
            active_at: Cell::new(identity.connected_at),
            idle_since: Cell::new(identity.connected_at),
            pinged_at: Cell::new(identity.connected_at),
            identity,
            user: RefCell::default(),
            attributes: RefCell::default(),
            database: RefCell::default(),
            connections: RefCell::default(),
            history: Cell::default(),
            routed_bytes: Cell::default(),
            activity: Cell::new(Activity::Idle),
            transaction: Cell::new(false),
            statements: Cell::new(0),
            metering: Metering::default(),
            io: Cell::new(0),
            buffered: Cell::new(0),
            stuck_since: Cell::new(None),
            protocol: Cell::new((Capabilities::empty(), 0)),
            dialect: RefCell::default(),
            fresh: Cell::new(true),
            chains: RefCell::default(),
            branches: RefCell::default(),
            settled: Cell::new(true),
            log: Cell::default(),
            last_statements: RefCell::default(),
            trace: RefCell::default(),
            pins: Cell::new(0),
            version: Cell::new(1),
            changed: Cell::new(tick.get()),
            tick,
            orders: RefCell::default(),
        }
    }

    /// What does not change.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The user that the client logged in as.
    pub fn user(&self) -> String {
        self.user.borrow().clone()
    }

    /// The client has logged in, at the start or by COM_CHANGE_USER.
    pub fn logged_in(
        &self,
        user: &[u8],
        database: Option<&[u8]>,
        attributes: &[(Vec<u8>, Vec<u8>)],
    ) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.user.replace(text(user));
        self.database
            .replace(database.map(text).filter(|name| !name.is_empty()));
        let attributes = attributes
            .iter()
            .map(|(name, value)| (text(name), text(value)));
        self.attributes.replace(attributes.collect());
        self.touch();
    }

    /// The connections to servers are these now.
    pub(super) fn set_connections(&self, connections: Vec<CountedConnection>) {
        self.connections.replace(connections);
        self.touch();
    }

    /// How many session commands are remembered.
    pub fn history_len(&self) -> u64 {
        self.history.get().0 as u64
    }

    /// The session has ended: what it has done at its only server is added up.
    pub fn ended(&self) {
        self.metering
            .session_ended(self.age(), self.statements.get());
    }

    /// How long the session is there.
    pub fn age(&self) -> Duration {
        self.identity.connected_at.elapsed()
    }

    /// So many session commands are remembered; with prepared statements they hold so many bytes.
    pub fn set_history(&self, len: usize, bytes: usize) {
        self.history.set((len, bytes));
        self.touch();
    }

    /// A session with several servers holds so many bytes for them.
    pub fn set_routed_bytes(&self, bytes: usize) {
        self.routed_bytes.set(bytes);
    }

    /// Asks the session to ping its connections if it is time for that.
    pub fn keep_alive(&self, now: Instant) {
        let Some(idle) = self.identity.keep_alive else {
            return;
        };
        let since = |at: &Cell<Instant>| now.saturating_duration_since(at.get());
        let is_active = self.activity.get() == Activity::Busy || since(&self.active_at) < idle;
        if since(&self.pinged_at) * 2 < idle || !(is_active || self.identity.keep_alive_always) {
            return;
        }
        self.pinged_at.set(now);
        let mut orders = self.orders.borrow_mut();
        orders.keep_alive = true;
        orders.wake();
    }

    /// The default database.
    pub fn database(&self) -> Option<String> {
        self.database.borrow().clone()
    }

    /// The default database is this now.
    pub fn set_database(&self, database: Option<String>) {
        self.database.replace(database);
        self.touch();
    }

    /// A transaction is open, or not.
    pub fn set_transaction(&self, open: bool) {
        self.transaction.set(open);
        self.touch();
    }

    /// What the session does from now on.
    pub fn set_activity(&self, activity: Activity) {
        if activity == Activity::Idle && self.activity.get() != Activity::Idle {
            let now = Instant::now();
            self.idle_since.set(now);
            self.metering.ended(now);
        }
        self.activity.set(activity);
        self.touch();
    }

    /// A request has begun to arrive at `now`.
    pub fn request_began(&self, is_statement: bool, now: Instant) {
        self.metering.began(is_statement, now);
        self.active_at.set(now);
        self.io.set(self.io.get() + 1);
        if is_statement {
            self.fresh.set(false);
            self.statements.set(self.statements.get() + 1);
        }
        self.set_activity(Activity::Busy);
    }

    /// What it counts.
    pub(super) fn metering(&self) -> &Metering {
        &self.metering
    }

    /// Bytes went to the client; `buffered` bytes are held by the session.
    pub fn sent(&self, buffered: usize) {
        self.io.set(self.io.get() + 1);
        self.buffered.set(buffered as u64);
    }

    /// Whether bytes wait for the client to take them.
    pub fn client_is_slow(&self, slow: bool) {
        if slow != self.stuck_since.get().is_some() {
            self.stuck_since.set(slow.then(Instant::now));
        }
    }

    /// Since when bytes have waited for the client, and it has taken none.
    pub fn stuck_since(&self) -> Option<Instant> {
        self.stuck_since.get()
    }

    /// The client has taken some of what waits for it.
    pub fn client_took_some(&self) {
        if self.stuck_since.get().is_some() {
            self.stuck_since.set(Some(Instant::now()));
        }
    }

    /// When the last request began.
    pub fn active_at(&self) -> Instant {
        self.active_at.get()
    }

    /// Its connections may be killed at the servers from now on: no other session is to get them.
    pub fn pin(&self) {
        self.pins.set(self.pins.get().saturating_add(1));
    }

    /// Those who have pinned it once have not killed, nor may they still.
    pub fn unpin(&self) {
        self.pins.set(self.pins.get().saturating_sub(1));
    }

    /// Whether another session could go on with its connections.
    pub fn leaves_connections(&self) -> bool {
        self.pins.get() == 0 && !self.transaction.get()
    }

    /// What the session is doing.
    pub fn activity(&self) -> Activity {
        self.activity.get()
    }

    /// The value of the worker's change counter when the session last changed.
    pub fn changed(&self) -> u64 {
        self.changed.get()
    }

    fn touch(&self) {
        self.changed.set(self.tick.get());
    }

    /// What was agreed with the client that has logged in, and its collation. From here on it has
    /// run no statement.
    pub fn begin_protocol(&self, capabilities: Capabilities, collation: u16) {
        self.protocol.set((capabilities, collation));
        self.dialect.borrow_mut().logged_in(collation, capabilities);
        self.fresh.set(true);
    }

    /// The server that runs the session's statements: its version, and the OK packet of the log-in.
    pub fn server_is(&self, version: &str, ok: &[u8]) {
        let mut dialect = self.dialect.borrow_mut();
        dialect.server_is(version);
        dialect.login_answered(ok);
    }

    /// The OK packet behind another log-in of the same connection.
    pub fn login_answered(&self, ok: &[u8]) {
        self.dialect.borrow_mut().login_answered(ok);
    }

    /// How the statement of a request is read that goes to the filters.
    pub fn statement_dialect(&self, request: &Request) -> Dialect {
        self.dialect_of(request.command(), request.sql())
    }

    /// How the text of a request is read that goes to a server.
    pub fn dialect_of(&self, command: Command, text: Option<&[u8]>) -> Dialect {
        let mut dialect = self.dialect.borrow_mut();
        dialect.request(command, text);
        dialect.now()
    }

    /// A reply is complete, which may say how the statements behind it are read.
    pub fn dialect_replied(&self, summary: &ReplySummary) {
        if summary.error.is_some() {
            self.metering.failed();
        }
        self.dialect.borrow_mut().replied(summary);
    }

    /// The chains of filters. Not to be borrowed over an await.
    pub(super) fn chains(&self) -> &RefCell<Chains> {
        &self.chains
    }

    /// The version of what an administrator can change of the session.
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    /// An administrator has changed the session; these log levels are on now.
    pub fn configured(&self, log: LogSwitches) {
        self.log.set(log);
        self.version.set(self.version.get() + 1);
        self.touch();
    }

    /// What filters are told of the session.
    pub fn facts(&self) -> SessionFacts {
        let (capabilities, collation) = self.protocol.get();
        SessionFacts {
            id: self.identity.id,
            user: self.user.borrow().clone(),
            remote: self.identity.remote.clone(),
            service: Arc::clone(&self.identity.service),
            database: self.database(),
            capabilities,
            collation,
            is_fresh: self.fresh.get(),
            in_transaction: self.transaction.get(),
            branches: self.branches.borrow().clone(),
        }
    }

    /// How its filters open connections of their own from now on.
    pub(super) fn set_branches(&self, branches: Branches) {
        self.branches.replace(branches);
    }

    /// The chain that the session begins with.
    pub fn begin_chain(&self, chain: FilterChain) {
        self.chains.replace(Chains::new(chain));
        self.touch();
    }

    /// A new chain takes the old one's place: now if the session is idle, else when it is.
    pub fn offer_chain(&self, chain: NextChain, apply: Apply) {
        let mut chains = self.chains.borrow_mut();
        chains.offer(chain, apply);
        if self.settled.get() {
            chains.settle(self.transaction.get(), || self.facts());
        }
        self.touch();
    }

    /// Whether the session is idle in the sense that its chain may be replaced. If it is, a chain
    /// that waits takes its place.
    pub fn settle(&self, settled: bool) {
        self.settled.set(settled);
        if settled && self.chains.borrow().is_pending() {
            self.chains
                .borrow_mut()
                .settle(self.transaction.get(), || self.facts());
            self.touch();
        }
    }

    /// Closes the filters: the session is over.
    pub fn close_chains(&self) {
        self.chains.take();
    }

    /// Asks the session to end at once.
    pub fn close(&self, by: ClosedBy) {
        let mut orders = self.orders.borrow_mut();
        orders.close.get_or_insert(by);
        orders.drain_until = None;
        orders.wake();
    }

    /// Asks the session to finish its work and then end; by `deadline` in any case.
    pub fn drain(&self, by: ClosedBy, deadline: Instant) {
        let mut orders = self.orders.borrow_mut();
        if orders.close.is_none() {
            orders.close = Some(by);
            orders.drain_until = Some(deadline);
        }
        orders.wake();
        drop(orders);
        self.set_activity(Activity::Closing);
    }

    /// Ends a drain: what is not finished by now will not be.
    pub fn close_now(&self) {
        let mut orders = self.orders.borrow_mut();
        orders.drain_until = None;
        orders.wake();
    }

    /// Tells the session that servers' states changed.
    pub fn servers_changed(&self) {
        let mut orders = self.orders.borrow_mut();
        orders.servers_changed = true;
        orders.wake();
    }

    /// Why the session ends as soon as it is idle, if it does.
    pub fn draining(&self) -> Option<ClosedBy> {
        let orders = self.orders.borrow();
        orders
            .close
            .clone()
            .filter(|_| orders.drain_until.is_some())
    }

    /// Waits until the session has to end at once; for times when nobody polls for orders.
    pub async fn closed(&self) -> ClosedBy {
        std::future::poll_fn(|cx| {
            let mut orders = self.orders.borrow_mut();
            orders.waker = Some(cx.waker().clone());
            match orders
                .close
                .clone()
                .filter(|_| orders.drain_until.is_none())
            {
                Some(by) => std::task::Poll::Ready(by),
                None => std::task::Poll::Pending,
            }
        })
        .await
    }

    /// When a drain has to end, for the worker's clock.
    pub fn drain_until(&self) -> Option<Instant> {
        self.orders.borrow().drain_until
    }

    /// The order to carry out now, if there is one; `waker` is woken when one comes.
    pub fn poll_order(&self, waker: &Waker) -> Option<Order> {
        let mut orders = self.orders.borrow_mut();
        if orders
            .waker
            .as_ref()
            .is_none_or(|known| !known.will_wake(waker))
        {
            orders.waker = Some(waker.clone());
        }
        if std::mem::take(&mut orders.servers_changed) {
            return Some(Order::CheckServers);
        }
        if orders.close.is_none()
            && std::mem::take(&mut orders.keep_alive)
            && let Some(idle) = self.identity.keep_alive
        {
            let always = self.identity.keep_alive_always;
            return Some(Order::KeepAlive { idle, always });
        }
        let by = orders.close.clone()?;
        Some(match orders.drain_until {
            Some(_) => Order::CloseWhenIdle(by),
            None => Order::Close(by),
        })
    }

    /// The last statements that are kept, the oldest first.
    pub fn last_statements(&self) -> Vec<StatementView> {
        self.last_statements.borrow().view()
    }

    /// What is to be seen of the session at `now`.
    pub fn view(&self, now: Instant, wall: SystemTime) -> SessionView {
        let quiet = now.saturating_duration_since(self.active_at.get());
        let identity = &self.identity;
        let connections = self.connections.borrow();
        SessionView {
            id: identity.id,
            user: self.user.borrow().clone(),
            remote: identity.remote.clone(),
            port: identity.port,
            service: Arc::clone(&identity.service),
            listener: Arc::clone(&identity.listener),
            state: self.activity.get(),
            database: self.database(),
            transaction: self.transaction.get(),
            connected: identity.connected,
            active: wall.checked_sub(quiet).unwrap_or(wall),
            idle: self.idle(now),
            statements: self.statements.get(),
            io_activity: self.io.get(),
            buffered_bytes: self.buffered.get(),
            history_len: self.history.get().0 as u64,
            history_bytes: self.history.get().1 as u64,
            last_statements_bytes: self.last_statements.borrow().memory() as u64,
            memory_bytes: self.memory(),
            thread: identity.thread,
            connections: connections.iter().map(CountedConnection::view).collect(),
            client_cipher: identity.cipher.clone(),
            attributes: self.attributes.borrow().clone(),
            chain: self.chains.borrow().view(),
            log: self.log.get(),
            version: self.version.get(),
            last_statements: self.last_statements.borrow().view(),
            trace: self.trace.borrow().lines().cloned().collect(),
            end: None,
        }
    }

    /// How long the session has had nothing to do; zero while it is busy.
    pub fn idle(&self, now: Instant) -> Duration {
        match self.activity.get() {
            Activity::Idle => now.saturating_duration_since(self.idle_since.get()),
            Activity::Busy | Activity::Closing => Duration::ZERO,
        }
    }

    /// Asks the session to open its connections anew, as its service says now.
    pub fn ask_to_restart(&self, how: Restart) {
        let mut orders = self.orders.borrow_mut();
        orders.restart = orders.restart.max(how);
        orders.wake();
    }

    /// Whether its connections are to be opened anew.
    pub fn restart(&self) -> Restart {
        self.orders.borrow().restart
    }

    /// They are being opened; or can't be, and those that there are have to do.
    pub fn restart_begins(&self) {
        self.orders.borrow_mut().restart = Restart::No;
    }

    /// Bytes that it holds in memory.
    pub fn memory(&self) -> u64 {
        let attributes = self.attributes.borrow();
        let text: usize = attributes
            .iter()
            .map(|(k, v)| k.capacity() + v.capacity() + 48)
            .sum();
        (size_of::<Self>()
            + super::session::FOOTPRINT
            + text
            + self.history.get().1
            + self.routed_bytes.get()
            + self.last_statements.borrow().memory()
            + self.trace.borrow().memory()) as u64
            + self.buffered.get()
    }
}
