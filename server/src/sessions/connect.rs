//! A session's connections to servers.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use super::ClosedBy;
use super::backends::{Backend, Seat};
use super::entry::Entry;
use super::inner::{self, InnerError};
use super::link::Link;
use super::login::{Caller, PASSED_ON};
use super::routed::{Classifications, Routed};
use super::worker::Worker;
use crate::backend::{self, BackendError, BackendLogin};
use crate::routers::{LinkState, LostDuring, ReadWriteSplit, Recovery, RouteError, Router};
use crate::servers::Server;
use crate::services::ServiceSnapshot;
use crate::wire::capabilities::Capabilities;
use crate::wire::reply::{ErrPacket, OkPacket};
use crate::wire::status::StatusFlags;

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
    pub version: String,
    /// The payload of its OK packet.
    pub ok: Vec<u8>,
}

/// Why no server could be connected to, and what the client is told.
pub(super) struct NotConnected {
    pub by: ClosedBy,
    pub packet: ErrPacket,
    /// Whether it may go better with another server.
    another_may_help: bool,
}

/// Who connects, and by what.
pub(super) struct Connector<'a> {
    pub worker: &'a Rc<Worker>,
    pub entry: &'a Entry,
    pub service: &'a ServiceSnapshot,
    pub caller: &'a Caller,
    pub login: &'a BackendLogin,
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
        let wanted = routed.begin(Instant::now());
        let wanted = wanted.map_err(|error| no_server(error, None))?;
        let mut last = None;
        let mut first: Option<(usize, Greeting)> = None;
        for (member, connected) in self.connect_all(&routed, &wanted).await {
            match connected {
                Ok((backend, greeting)) => {
                    routed.opened(member, backend);
                    first.get_or_insert((member, greeting));
                }
                Err(failed) if failed.another_may_help => {
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
            Some(async move { (member, self.connect(&server).await) })
        });
        all(servers.collect()).await
    }

    /// Connects to a server and logs in there. Returns the connection with its OK packet.
    pub async fn connect(&self, server: &Arc<Server>) -> Result<(Backend, Greeting), NotConnected> {
        let own_fault = |packet: ErrPacket| NotConnected {
            by: ClosedBy::Backend {
                server: Arc::clone(server.name()),
                cause: String::from_utf8_lossy(&packet.message).into_owned(),
            },
            packet,
            another_may_help: true,
        };
        let permit = server.open_connection();
        let permit = permit.map_err(|full| own_fault(not_usable(&full.to_string())))?;
        let connected = if let Some(service) = self.service.inner(server) {
            let (worker, peer) = (self.worker, self.caller.peer);
            inner::connect(worker, self.entry, peer, service, self.login).await
        } else {
            let endpoint = self.service.endpoint(server, self.caller.address());
            let endpoint =
                endpoint.ok_or_else(|| own_fault(not_usable("it has left the service")))?;
            let within = self.entry.connect_timeout;
            let connected = backend::connect(&endpoint, self.login, within).await;
            connected.map_err(InnerError::Backend)
        };
        let connection = connected.map_err(|error| {
            tracing::warn!(session = self.caller.id, "{error}");
            match error {
                InnerError::Backend(error) => failed(server, &error),
                other => own_fault(not_usable(&other.to_string())),
            }
        })?;
        if !connection
            .capabilities
            .contains(self.login.capabilities & PASSED_ON)
        {
            let name = server.name();
            tracing::warn!(
                session = self.caller.id,
                "server '{name}' can't do what the client was offered"
            );
            let why = "the server can't do what the client was offered";
            return Err(own_fault(not_usable(why)));
        }
        let seat = Seat {
            permit,
            connection_id: connection.connection_id,
            agreed: connection.capabilities,
            scramble: connection.scramble,
            status: connection.status,
            cipher: connection.stream.cipher(),
        };
        let greeting = Greeting {
            version: connection.server_version,
            ok: connection.ok,
        };
        Ok((Backend::new(Link::new(connection.stream), seat), greeting))
    }

    /// What is said in a log-in that no server was asked about.
    fn own_greeting(&self) -> Greeting {
        Greeting {
            version: self.service.offer().version,
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

fn failed(server: &Server, error: &BackendError) -> NotConnected {
    NotConnected {
        by: ClosedBy::Backend {
            server: Arc::clone(server.name()),
            cause: error.to_string(),
        },
        packet: error.packet(),
        another_may_help: error.another_server_may_help(),
    }
}

/// There is no server; `last` is what the last one that was tried has said.
fn no_server(error: RouteError, last: Option<ErrPacket>) -> NotConnected {
    NotConnected {
        packet: last.unwrap_or_else(|| not_usable(&error.to_string())),
        by: ClosedBy::Router(error),
        another_may_help: false,
    }
}

fn not_usable(why: &str) -> ErrPacket {
    ErrPacket::new(1429, b"HY000", format!("No server to connect to: {why}"))
}
