//! One session, from the client's connection to its end.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::blocked_hosts::BlockedHosts;
use super::branch;
use super::connect::{Connected, Connector};
use super::entry::Entry;
use super::flow::{Flow, OwnRequest};
use super::link::Link;
use super::login::{Caller, LoggedIn, LoginError, log_in, send_error};
use super::metadata::LoginFacts;
use super::record::{Identity, SessionRecord};
use super::relay::{Exit, Relay};
use super::session_log;
use super::worker::Worker;
use super::{CloseReason, ClosedBy, During};
use crate::backend::{BackendLogin, Kinship, Unused};
use crate::filters::FilterChain;
use crate::net::{PacketStream, Peer, Socket, Stream};
use crate::routers::{Refusal, RouteError, Router};
use crate::services::{Admission, ServiceSnapshot};
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;

/// Bytes that a session holds besides its record and its buffers.
pub(super) const FOOTPRINT: usize = size_of::<Session>();
/// How long a client may take to read why its session ends.
const GOODBYE_WITHIN: Duration = Duration::from_millis(500);

/// A session that has begun.
pub(super) struct Session {
    pub caller: Caller,
    pub entry: Arc<Entry>,
    /// The service as it was when the session began.
    pub service: Arc<ServiceSnapshot>,
    pub worker: Rc<Worker>,
    pub relay: Relay,
    /// How the session logs in to servers.
    pub login: BackendLogin,
    _admission: Admission,
}

/// Serves a client from its connection to its end.
///
/// What is in the future while the session is idle is kept for every idle client, so whatever is
/// needed at times only is in a box of its own: what logging in needs, and the session itself, which
/// would else have its place here twice.
pub(super) fn run(
    socket: Socket,
    peer: Peer,
    entry: Arc<Entry>,
    worker: Rc<Worker>,
) -> impl Future<Output = ()> {
    let id = worker.ids.next();
    let begun = begin(id, socket, peer, Arc::clone(&entry), worker);
    let begun: Pin<Box<dyn Future<Output = Begun>>> = Box::pin(begun);
    async move {
        match begun.await {
            Ok(session) => session.run().await,
            Err(reason) => {
                entry.service.log_in_failed();
                tracing::debug!(
                    session = id,
                    object = &*entry.service.name,
                    "a client of '{}' has no session: {reason}",
                    entry.listener
                );
            }
        }
    }
}

/// The session that a client got, or why it got none.
type Begun = Result<Box<Session>, CloseReason>;

/// A session's client for the log.
fn name(record: &SessionRecord) -> String {
    format!("'{}'@'{}'", record.user(), record.identity().remote)
}

/// Lets a client in and connects it to a server. The client has been told when that fails.
async fn begin(
    id: u32,
    socket: Socket,
    peer: Peer,
    entry: Arc<Entry>,
    worker: Rc<Worker>,
) -> Begun {
    let (entry, worker) = (&entry, &worker);
    let begun = (SystemTime::now(), Instant::now());
    let mut stream = PacketStream::new(Stream::Plain(socket));
    let Some(admission) = entry.service.admit() else {
        let error = ErrPacket::too_many_connections();
        send_error(&mut stream, &error).await;
        return Err(LoginError::Refused("max_connections is reached".to_owned()).reason());
    };
    let service = entry.service.snapshot();
    let log_ins_ended = entry.service.log_ins_ended(&entry.listener);
    let LoggedIn {
        caller,
        mut stream,
        user,
        login,
    } = log_in_in_time(stream, Caller::new(id, peer), entry, &worker.blocked_hosts).await?;
    let connector = Connector {
        worker,
        entry,
        service: &service,
        caller: &caller,
        login: &login,
        replaces: None,
    };
    let connected = match connector.begin(&worker.classifications).await {
        Ok(connected) => connected,
        Err(failed) => {
            send_error(&mut stream, &failed.packet).await;
            return Err(CloseReason {
                by: failed.by,
                during: During::Login,
            });
        }
    };
    let record = new_record(&caller, &stream, &login, entry, &service, worker, begun);
    // One who is mapped is another user for servers only.
    record.logged_in(&user, login.database.as_deref(), &login.attributes);
    let greeting = &connected.greeting;
    record.server_is(&greeting.version, &greeting.ok);
    let record = Rc::new(record);
    branch::equip(&record, &caller, &login, entry, worker);
    if let Err((reason, told)) = enter(&record, entry, worker, log_ins_ended) {
        send_error(&mut stream, &told).await;
        return Err(reason);
    }
    let facts = LoginFacts {
        configured: &entry.door.metadata,
        variables: &entry.service.variables(),
        capabilities: login.capabilities,
        collation: login.collation,
        connection_id: u64::from(caller.id),
        sessions: entry.service.sessions().now,
    };
    if let Err(error) = stream.write(&facts.told(&connected.greeting.ok)).await {
        let reason = LoginError::from(error).reason();
        worker.ended(u64::from(caller.id), &reason);
        record.close_chains();
        return Err(reason);
    }
    Ok(Box::new(Session::new(
        caller, entry, service, worker, stream, login, connected, record, admission,
    )))
}

/// `log_in` within the time that it may take.
async fn log_in_in_time(
    stream: PacketStream,
    caller: Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) -> Result<LoggedIn, CloseReason> {
    let logging_in = log_in(stream, caller, entry, blocked);
    let logged_in = timeout(entry.login_timeout, logging_in).await;
    let logged_in = logged_in.map_err(|_| CloseReason {
        by: ClosedBy::Timeout("the time to log in"),
        during: During::Login,
    })?;
    logged_in.map_err(|error| error.reason())
}

/// Puts a session among the others, with the filters that its service has now. Nothing is waited for
/// in between: a change of the service is seen here, or finds the session among the others.
/// `log_ins_ended` is what the service said when the log-in began.
///
/// # Errors
/// Why not, and what the client is to be told.
fn enter(
    record: &Rc<SessionRecord>,
    entry: &Entry,
    worker: &Worker,
    log_ins_ended: u64,
) -> Result<(), (CloseReason, ErrPacket)> {
    let during = During::Login;
    if entry.service.log_ins_ended(&entry.listener) != log_ins_ended {
        let by = ClosedBy::Admin;
        return Err((CloseReason { by, during }, ErrPacket::connection_killed()));
    }
    let opened = FilterChain::open(&entry.service.filters(), &record.facts());
    let chain = opened.map_err(|(filter, error)| {
        let cause = format!("filter '{filter}': {error}");
        let told = ErrPacket::new(1105, b"HY000", cause.as_str());
        let by = ClosedBy::Filter(cause);
        (CloseReason { by, during }, told)
    })?;
    record.begin_chain(chain);
    worker.table.insert(Rc::clone(record));
    Ok(())
}

fn new_record(
    caller: &Caller,
    client: &PacketStream,
    login: &BackendLogin,
    entry: &Entry,
    service: &ServiceSnapshot,
    worker: &Worker,
    (connected, connected_at): (SystemTime, Instant),
) -> SessionRecord {
    let identity = Identity {
        id: u64::from(caller.id),
        remote: caller.host(),
        port: caller.address().map_or(0, |address| address.port()),
        service: Arc::clone(&entry.service.name),
        listener: Arc::clone(&entry.listener),
        thread: worker.index,
        connected,
        connected_at,
        cipher: client.stream().cipher(),
        idle_limit: service.idle_limit().filter(|_| !entry.is_inner()),
        write_limit: service.write_limit(),
        keep_alive: service.keep_alive().filter(|_| !entry.is_inner()),
        keep_alive_always: service.parameters.force_connection_keepalive,
        log: service.parameters.log.into(),
        retain_statements: entry.retain_statements(&service.parameters),
        trace_lines: entry.trace.lines(&service.parameters),
    };
    let record = SessionRecord::new(identity, worker.table.tick());
    record.metering().of_service(entry.service.statements());
    record.begin_protocol(login.capabilities, u16::from(login.collation));
    record
}

impl Session {
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a session, put together once"
    )]
    fn new(
        caller: Caller,
        entry: &Arc<Entry>,
        service: Arc<ServiceSnapshot>,
        worker: &Rc<Worker>,
        client: PacketStream,
        login: BackendLogin,
        connected: Connected,
        record: Rc<SessionRecord>,
        admission: Admission,
    ) -> Self {
        let Connected {
            backend, routed, ..
        } = connected;
        if let (Router::ReadConn(router), Some(seat)) = (&service.router, &backend.seat) {
            let server = seat.server();
            let meter = router.meter(server.name());
            record.metering().of_server(server, meter);
        }
        let relay = Relay::new(
            Link::new(client.into_stream()),
            backend,
            Flow::new(login.capabilities).refusing_replication(entry.door.refuses_replication()),
            record,
            routed,
        );
        relay.show_connections();
        Self {
            caller,
            entry: Arc::clone(entry),
            service,
            worker: Rc::clone(worker),
            relay,
            login,
            _admission: admission,
        }
    }

    /// Lives from here to the end.
    async fn run(mut self: Box<Self>) {
        let record = Rc::clone(&self.relay.record);
        self.entry.service.session_began();
        session_log::info(&record, || format!("{} begins", name(&record)));
        // Servers' states may have changed since the server was chosen.
        record.servers_changed();
        let reason = self.live().await;
        session_log::info(&record, || format!("{} ends: {reason}", name(&record)));
        self.worker.ended(u64::from(self.caller.id), &reason);
        record.close_chains();
        self.entry
            .service
            .session_ended(record.age(), record.history_len());
        record.ended();
        session_log::end(&record, &self.entry.trace, &reason);
        session_log::dump(&record, self.entry.dump_last_statements, &reason);
        Box::pin(self.say_goodbye(&reason)).await;
    }

    /// Forwards until the session ends.
    async fn live(&mut self) -> CloseReason {
        let scratch = Rc::clone(&self.worker.scratch);
        loop {
            let exit = std::future::poll_fn(|cx| self.relay.poll(cx, &scratch)).await;
            let by = match exit {
                Exit::Close(reason) => return reason,
                Exit::CheckServers => self.check_server(),
                // Boxed: they are seldom, and large.
                Exit::Own(own) => Box::pin(self.perform_within(own)).await,
                Exit::Connect(member) => Box::pin(self.connect(member)).await,
                Exit::Restart => Box::pin(self.restart()).await,
            };
            if let Some(by) = by {
                return CloseReason {
                    by,
                    during: self.relay.flow.during(),
                };
            }
        }
    }

    /// States of servers have changed. Returns why the session ends, if it does.
    fn check_server(&mut self) -> Option<ClosedBy> {
        if self.relay.routed.is_some() {
            return self.relay.check_servers().err();
        }
        let seat = self.relay.backend.seat.as_ref()?;
        if seat.permit.is_evicted() {
            let error = RouteError::NoLongerFits(Refusal::Maintenance);
            return Some(ClosedBy::Router(error));
        }
        let checked = self.service.check(seat.server());
        checked.err().map(ClosedBy::Router)
    }

    /// Connects to a server that a request waits for. Returns why the session ends, if it does.
    async fn connect(&mut self, member: usize) -> Option<ClosedBy> {
        let record = Rc::clone(&self.relay.record);
        let routed = self.relay.routed.as_ref()?;
        let server = Arc::clone(routed.server(member)?);
        let login = BackendLogin {
            database: routed.base_database.clone(),
            ..self.login.clone()
        };
        let connector = Connector {
            worker: &self.worker,
            entry: &self.entry,
            service: &self.service,
            caller: &self.caller,
            login: &login,
            replaces: None,
        };
        let connected = tokio::select! {
            biased;
            by = record.closed() => return Some(by),
            connected = connector.connect_more(&server) => connected,
        };
        match connected {
            Ok((backend, _)) => {
                if let Some(routed) = self.relay.routed.as_mut() {
                    routed.first_connected(&backend);
                }
                self.relay.connected(member, backend);
                None
            }
            Err(_) => self.relay.not_connected(member).err(),
        }
    }

    /// `perform` within the time that a log-in may take, and only as long as nobody ends the session.
    async fn perform_within(&mut self, own: OwnRequest) -> Option<ClosedBy> {
        let record = Rc::clone(&self.relay.record);
        let limit = self.entry.login_timeout + self.entry.connect_timeout;
        let performed = timeout(limit, self.perform(own));
        let end = tokio::select! {
            biased;
            by = record.closed() => return Some(by),
            performed = performed => performed,
        };
        // A client that sends many of these leaves other sessions their turn.
        tokio::task::yield_now().await;
        end.unwrap_or(Some(ClosedBy::Timeout("the time to log in")))
    }

    /// Does what the client asks of the gateway itself. Returns why the session ends, if it does.
    async fn perform(&mut self, own: OwnRequest) -> Option<ClosedBy> {
        let end = match own {
            OwnRequest::Quit => Some(ClosedBy::Quit),
            OwnRequest::Refused(number) => {
                session_log::info(&self.relay.record, || {
                    format!("command {number} was refused")
                });
                // Of those that go to servers only these are refused.
                let replicates = Command::from_byte(number).is_some_and(Command::is_replication);
                self.relay.answer_error(&if replicates {
                    ErrPacket::replication_is_off()
                } else {
                    ErrPacket::unknown_command()
                });
                None
            }
            OwnRequest::ChangeUser(payload) => self.change_user(&payload).await,
            OwnRequest::Kill(payload) => {
                self.kill(&payload).await;
                None
            }
        };
        self.relay.own_request_done();
        end
    }

    /// Gives the connections to servers to the pool, as far as another session could go on with them.
    fn give_back(&mut self, reason: &CloseReason) {
        if reason.leaves_connections() {
            self.give_unused();
        }
    }

    /// The same, of those that are not in use.
    pub(super) fn give_unused(&mut self) {
        for (stream, seat) in self.relay.take_unused() {
            self.worker.pool.give(Unused {
                kinship: Kinship::new(&seat.reached, &self.login),
                stream,
                permit: seat.permit,
                connection_id: seat.connection_id,
                agreed: seat.agreed,
                scramble: seat.scramble,
                version: seat.version,
            });
        }
    }

    /// Tells both ends, as far as they can be told, and closes.
    async fn say_goodbye(mut self: Box<Self>, reason: &CloseReason) {
        self.give_back(reason);
        let record = Rc::clone(&self.relay.record);
        let quit = async {
            let lost = matches!(reason.by, ClosedBy::Backend { .. });
            if reason.during == During::Idle && !lost {
                self.relay.quit().await?;
            }
            io::Result::Ok(())
        };
        if let Ok(Err(error)) = timeout(GOODBYE_WITHIN, quit).await {
            session_log::debug(&record, || format!("the server was not told: {error}"));
        }
        if let Ok(Err(error)) = timeout(GOODBYE_WITHIN, self.tell_client(reason)).await {
            session_log::debug(&record, || format!("the client was not told: {error}"));
        }
    }

    async fn tell_client(&mut self, reason: &CloseReason) -> io::Result<()> {
        let farewell = self.relay.farewell(reason);
        let client = self.relay.client.flushed().await?;
        if let Some(farewell) = farewell {
            client.write_all(&farewell).await?;
            client.flush().await?;
            return linger(client).await;
        }
        if matches!(reason.by, ClosedBy::Filter(_) | ClosedBy::Refused(_)) {
            return linger(client).await;
        }
        client.shutdown().await
    }
}

/// Closes, and reads on until the client does: closing with bytes of the client unread would take
/// the error from it.
async fn linger(client: &mut Stream) -> io::Result<()> {
    client.shutdown().await?;
    while client.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests;
