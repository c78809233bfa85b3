//! A session's connections to servers.

mod not_connected;

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

pub(super) use not_connected::NotConnected;
use not_connected::{failed, no_server, own_fault};

use super::backends::{Backend, Lacks, Seat};
use super::entry::Entry;
use super::inner::{self, InnerError};
use super::link::Link;
use super::login::{Caller, PASSED_ON};
use super::routed::{Classifications, Routed};
use super::worker::Worker;
use crate::backend::{self, Adopted, BackendConnection, BackendLogin, Endpoint};
use crate::config::ServerParameters;
use crate::routers::{LinkState, LostDuring, ReadWriteSplit, Recovery, RouteError, Router};
use crate::servers::{ConnectionPermit, Place, Server, ServerStates};
use crate::services::ServiceSnapshot;
use crate::wire::capabilities::Capabilities;
use crate::wire::reply::{ErrPacket, OkPacket};
use crate::wire::status::StatusFlags;

/// How often, and when first, it is tried anew to connect when places were freed. Each pause is twice
/// as long as the one before.
const FREED_TRIES: u32 = 5;
const FREED_PAUSE: Duration = Duration::from_millis(10);

/// What a session begins with.
pub(super) struct Connected {
    /// The connection in use; none with `lazy_connect`.
    pub backend: Backend,
    /// What a session with several servers has besides.
    pub routed: Option<Box<Routed>>,
    pub greeting: Greeting,
}

/// What a server says of itself when it lets a user in.
pub(super) struct Greeting {
    pub version: Arc<str>,
    /// The payload of its OK packet.
    pub ok: Vec<u8>,
}

/// Who connects, and by what.
pub(super) struct Connector<'a> {
    pub worker: &'a Rc<Worker>,
    pub entry: &'a Entry,
    pub service: &'a ServiceSnapshot,
    pub caller: &'a Caller,
    pub login: &'a BackendLogin,
    /// What is to be replaced, if the session lives already.
    pub replaces: Option<Replaces<'a>>,
}

/// The connections of a session that are to be replaced.
#[derive(Clone, Copy)]
pub(super) struct Replaces<'a> {
    /// Their places: at a server that has no other the new one takes the old one's.
    pub places: &'a [Place],
    /// Closes the one to a server, if the session can do without until there is another. Returns
    /// whether it was closed.
    pub close: &'a dyn Fn(&Server) -> bool,
}

impl Connector<'_> {
    /// Connects to the servers that the service's router wants at the start of a session.
    pub async fn begin(
        &self,
        classifications: &Classifications,
    ) -> Result<Connected, NotConnected> {
        match &self.service.router {
            Router::ReadConn(_) => self.connect_one().await,
            Router::Split(router) => self.connect_several(router, classifications).await,
        }
    }

    /// Connects to the server that the router picks; when that fails for a reason of the server's
    /// own, to the next best.
    async fn connect_one(&self) -> Result<Connected, NotConnected> {
        let mut tried: HashSet<Arc<str>> = HashSet::new();
        let mut last: Option<ErrPacket> = None;
        loop {
            let server = self.service.choose(|server| !tried.contains(server.name()));
            let server = server.map_err(|error| no_server(error, last.take()))?;
            tried.insert(Arc::clone(server.name()));
            match self.connect(&server).await {
                Ok((backend, greeting)) => {
                    return Ok(Connected {
                        backend,
                        routed: None,
                        greeting,
                    });
                }
                Err(failed) if failed.another_may_help => last = Some(failed.packet),
                Err(failed) => return Err(failed),
            }
        }
    }

    /// Connects to all servers that the router wants, at the same time. One of them is enough.
    async fn connect_several(
        &self,
        router: &ReadWriteSplit,
        classifications: &Classifications,
    ) -> Result<Connected, NotConnected> {
        let mut routed = Box::new(Routed::new(
            router.session(),
            self.service.servers().cloned().collect(),
            self.service.connections.clone(),
            self.service.parameters.history,
            classifications.clone(),
        ));
        routed.base_database.clone_from(&self.login.database);
        let wanted = routed.begin(self.places(), Instant::now());
        let wanted = wanted.map_err(|error| no_server(error, None))?;
        let mut last = None;
        let mut first: Option<(usize, Greeting)> = None;
        for (member, connected) in self.connect_all(&routed, &wanted).await {
            match connected {
                Ok((backend, greeting)) => {
                    routed.opened(member, backend);
                    first.get_or_insert((member, greeting));
                }
                // A database that a replica does not know may be on its way there.
                Err(failed)
                    if failed.another_may_help
                        || failed.wants_database() && !routed.is_primary(member) =>
                {
                    routed.closed(member, LinkState::Failed);
                    last = Some(failed.packet);
                    if let Recovery::Close(error) = routed.lost(member, LostDuring::Idle) {
                        return Err(no_server(error, last));
                    }
                }
                Err(failed) => return Err(failed),
            }
        }
        if first.is_none() && !wanted.is_empty() {
            return Err(no_server(RouteError::NoServer, last));
        }
        let mut backend = Backend::none();
        let greeting = if let Some((member, greeting)) = first {
            routed.use_connection(member, &mut backend);
            routed.logged_in(&backend);
            greeting
        } else {
            routed.router.logged_in(self.first_status());
            self.own_greeting()
        };
        let routed = Some(routed);
        Ok(Connected {
            backend,
            routed,
            greeting,
        })
    }

    async fn connect_all(
        &self,
        routed: &Routed,
        wanted: &[usize],
    ) -> Vec<(usize, Result<(Backend, Greeting), NotConnected>)> {
        let servers = wanted.iter().filter_map(|&member| {
            let server = Arc::clone(routed.server(member)?);
            let goes_on = self.replaces.is_some() && routed.is_primary(member);
            Some(async move {
                let connected = if goes_on {
                    self.connect_more(&server).await
                } else {
                    self.connect(&server).await
                };
                (member, connected)
            })
        });
        all(servers.collect()).await
    }

    /// Connects to a server and logs in there. Returns the connection with its OK packet. A server that
    /// is found to be down meanwhile is not waited for.
    pub async fn connect(&self, server: &Arc<Server>) -> Result<(Backend, Greeting), NotConnected> {
        tokio::select! {
            biased;
            connected = self.connect_while_up(server) => connected,
            () = goes_down(server) => Err(own_fault(server, "it is down")),
        }
    }

    async fn connect_while_up(
        &self,
        server: &Arc<Server>,
    ) -> Result<(Backend, Greeting), NotConnected> {
        if let Some(service) = self.service.inner(server) {
            let permit = self.place_at(server)?;
            let (worker, client) = (self.worker, (self.caller.peer, self.caller.tls));
            let connected = inner::connect(worker, self.entry, client, service, self.login).await;
            let connection = connected.map_err(|error| self.failed(server, &error))?;
            return self.seated(permit, connection, server.parameters());
        }
        let endpoint = self.service.endpoint(server, self.caller.address());
        let endpoint = endpoint.ok_or_else(|| own_fault(server, "it has left the service"))?;
        if let Some(reused) = self.reuse(server, &endpoint).await {
            return Ok(reused);
        }
        let mut connected = self.connect_anew(server, &endpoint).await;
        for make_room in [Self::sheds, Self::makes_room] {
            match connected {
                Err(failed) if failed.is_full && make_room(self, server) => {
                    connected = self.connect_when_freed(server, &endpoint, failed).await;
                }
                other => connected = other,
            }
        }
        connected
    }

    /// Connections that no session uses are closed, if there are any.
    fn sheds(&self, server: &Server) -> bool {
        let any = server.pool().kept() > 0;
        if any {
            self.worker.shed(server.name());
        }
        any
    }

    /// The connection that is to be replaced is closed, if the session can do without.
    fn makes_room(&self, server: &Server) -> bool {
        let closed = self.replaces.is_some_and(|old| (old.close)(server));
        if closed {
            tracing::debug!(
                session = self.caller.id,
                object = &*self.entry.service.name,
                "the connection to server '{}' makes room for the one that replaces it",
                server.name()
            );
        }
        closed
    }

    /// Connects a session that lives to one more server. When the database of its log-in is gone, it is
    /// logged in without one.
    pub async fn connect_more(
        &self,
        server: &Arc<Server>,
    ) -> Result<(Backend, Greeting), NotConnected> {
        match self.connect(server).await {
            Err(failed) if failed.wants_database() && self.login.database.is_some() => {
                let login = BackendLogin {
                    database: None,
                    ..self.login.clone()
                };
                let without = Connector {
                    login: &login,
                    ..*self
                };
                let (mut backend, greeting) = without.connect(server).await?;
                backend.lacks = Lacks::Database;
                Ok((backend, greeting))
            }
            connected => connected,
        }
    }

    /// Connections that took the place that is needed are being closed.
    async fn connect_when_freed(
        &self,
        server: &Arc<Server>,
        endpoint: &Endpoint,
        mut failed: NotConnected,
    ) -> Result<(Backend, Greeting), NotConnected> {
        let mut pause = FREED_PAUSE;
        for _ in 0..FREED_TRIES {
            tokio::time::sleep(pause).await;
            pause *= 2;
            match self.connect_anew(server, endpoint).await {
                Err(again) if again.is_full => failed = again,
                connected => return connected,
            }
        }
        Err(failed)
    }

    /// Takes a connection over that another session has left. One that can't be taken over is
    /// closed, and of that nobody is told.
    async fn reuse(
        &self,
        server: &Arc<Server>,
        endpoint: &Endpoint,
    ) -> Option<(Backend, Greeting)> {
        let unused = self.worker.pool.take(server, endpoint, self.login)?;
        let adopted = unused
            .adopt(self.login, self.entry.connect_timeout / 2)
            .await;
        let Adopted {
            connection,
            changed,
        } = match adopted {
            Ok(adopted) => adopted,
            Err(error) => {
                tracing::debug!(
                    session = self.caller.id,
                    object = &*self.entry.service.name,
                    "a connection can't be used again: {error}"
                );
                return None;
            }
        };
        let greeting = Greeting {
            version: Arc::clone(&connection.version),
            ok: changed.ok,
        };
        let seat = Seat {
            permit: connection.permit,
            connection_id: connection.connection_id,
            agreed: connection.agreed,
            scramble: changed.scramble,
            status: changed.status,
            cipher: connection.stream.cipher(),
            version: connection.version,
            reached: Arc::clone(endpoint.parameters()),
            statements: Rc::default(),
        };
        let mut backend = Backend::new(Link::new(connection.stream), seat);
        backend.has_database = self.login.database.is_some();
        Some((backend, greeting))
    }

    /// Connects and logs in.
    async fn connect_anew(
        &self,
        server: &Arc<Server>,
        endpoint: &Endpoint,
    ) -> Result<(Backend, Greeting), NotConnected> {
        let permit = self.place_at(server)?;
        let within = self.entry.connect_timeout;
        let mut connected = backend::connect(endpoint, self.login, within).await;
        if let Err(error) = &connected
            && error.is_broken_off()
        {
            // Servers give a log-in so much time, which is over when this worker was busy meanwhile.
            tracing::debug!(session = self.caller.id, "{error}; it is tried once more");
            connected = backend::connect(endpoint, self.login, within).await;
        }
        let connection =
            connected.map_err(|error| self.failed(server, &InnerError::Backend(error)))?;
        self.seated(permit, connection, Arc::clone(endpoint.parameters()))
    }

    /// A place at a server for one more connection.
    fn place_at(&self, server: &Arc<Server>) -> Result<ConnectionPermit, NotConnected> {
        let permit = server.open_connection();
        permit.or_else(|full| {
            let places = self.places().iter();
            let mut held = places.filter(|place| Arc::ptr_eq(place.server(), server));
            held.next().map(Place::share).ok_or_else(|| NotConnected {
                is_full: true,
                ..own_fault(server, &full.to_string())
            })
        })
    }

    /// The places of connections that are to be replaced.
    fn places(&self) -> &[Place] {
        self.replaces.map_or(&[], |old| old.places)
    }

    fn failed(&self, server: &Server, error: &InnerError) -> NotConnected {
        let object = &*self.entry.service.name;
        tracing::warn!(session = self.caller.id, object, "{error}");
        match error {
            InnerError::Backend(error) => {
                if error.is_access_denied() {
                    server.log_in_failed();
                }
                failed(server, error)
            }
            other => own_fault(server, &other.to_string()),
        }
    }

    /// Makes a connection the session's.
    fn seated(
        &self,
        permit: ConnectionPermit,
        connection: BackendConnection,
        reached: Arc<ServerParameters>,
    ) -> Result<(Backend, Greeting), NotConnected> {
        let server = permit.server();
        if !connection
            .capabilities
            .contains(self.login.capabilities & PASSED_ON)
        {
            let why = "the server can't do what the client was offered";
            let name = server.name();
            let object = &*self.entry.service.name;
            tracing::warn!(session = self.caller.id, object, "server '{name}': {why}");
            return Err(own_fault(server, why));
        }
        let version = self.worker.pool.version(&connection.server_version);
        let greeting = Greeting {
            version: Arc::clone(&version),
            ok: connection.ok,
        };
        let seat = Seat {
            permit,
            connection_id: connection.connection_id,
            agreed: connection.capabilities,
            scramble: connection.scramble,
            status: connection.status,
            cipher: connection.stream.cipher(),
            version,
            reached,
            statements: Rc::default(),
        };
        let mut backend = Backend::new(Link::new(connection.stream), seat);
        backend.has_database = self.login.database.is_some();
        Ok((backend, greeting))
    }

    /// What is said in a log-in that no server was asked about.
    fn own_greeting(&self) -> Greeting {
        Greeting {
            version: self.service.offer().version.into(),
            ok: own_ok(self.login.capabilities, self.first_status()),
        }
    }

    /// What a server would say of a session that begins, as far as it is known.
    fn first_status(&self) -> StatusFlags {
        let variables = self.entry.service.variables();
        let off = variables
            .get("autocommit")
            .is_some_and(|value| value == "OFF");
        if off {
            StatusFlags::empty()
        } else {
            StatusFlags::AUTOCOMMIT
        }
    }
}

/// Waits until a server that runs is found not to.
async fn goes_down(server: &Server) {
    let mut changes = server.watch();
    let mut ran = false;
    loop {
        let runs = server.states().contains(ServerStates::RUNNING);
        if ran && !runs {
            return;
        }
        ran = runs;
        if changes.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// An OK packet of the gateway's.
pub(super) fn own_ok(capabilities: Capabilities, status: StatusFlags) -> Vec<u8> {
    let mut payload = Vec::new();
    let ok = OkPacket {
        status,
        ..OkPacket::default()
    };
    ok.encode(capabilities, &mut payload);
    payload
}

/// Waits for all of them, in order.
pub(super) async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut pending = false;
        let all = running.iter_mut().zip(&mut outputs);
        for (future, output) in all.filter(|(_, output)| output.is_none()) {
            match future.as_mut().poll(cx) {
                Poll::Ready(ready) => *output = Some(ready),
                Poll::Pending => pending = true,
            }
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
