//! Branches: connections of a session's own to other servers or services, for its filters
//! ([`crate::filters::Branches`]).
//!
//! A branch is a task on the session's worker with a queue before it. A branch to a server is a
//! connection to it; a branch to a service is a client of that service, so that its router and its
//! filters do what they do for any client. The session logs in there as its own client did here.

mod connection;
mod queue;

use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::spawn_local;

use self::connection::BranchConnection;
use self::queue::{REQUESTS_MAX, Shared, SharedBranch};
use super::entry::Entry;
use super::inner;
use super::login::Caller;
use super::record::SessionRecord;
use super::worker::Worker;
use crate::auth::accounts::ClientTls;
use crate::backend::{self, BackendLogin, Endpoint};
use crate::filters::{
    Branch, BranchEnd, BranchError, BranchTarget, BranchWatch, Branches, OpenBranch,
};
use crate::net::Peer;
use crate::servers::Server;
use crate::services::Service;
use crate::wire::capabilities::Capabilities;

/// Finds what branches go to.
pub trait BranchTargets: Send + Sync {
    /// The server of that name.
    fn server(&self, name: &str) -> Option<Arc<Server>>;
    /// The service of that name.
    fn service(&self, name: &str) -> Option<Arc<Service>>;
}

/// What sessions of a listener need to open branches.
#[derive(Clone)]
pub struct Branching {
    targets: Arc<dyn BranchTargets>,
    /// The services of the sessions that this one is within.
    path: Vec<Arc<str>>,
}

impl Branching {
    /// Branches go to what is in `targets`.
    pub fn new(targets: Arc<dyn BranchTargets>) -> Self {
        let path = Vec::new();
        Self { targets, path }
    }

    /// The same for sessions within one of a service.
    #[must_use]
    pub(super) fn within(&self, service: &Arc<str>) -> Self {
        let mut within = self.clone();
        within.path.push(Arc::clone(service));
        within
    }

    /// The services of the sessions that this one is within, the outermost first.
    pub(super) fn path(&self) -> &[Arc<str>] {
        &self.path
    }
}

/// Lets the filters of a session open branches with that login.
pub(super) fn equip(
    record: &SessionRecord,
    caller: &Caller,
    login: &BackendLogin,
    entry: &Arc<Entry>,
    worker: &Rc<Worker>,
) {
    let login = BackendLogin {
        // Nobody at the branch has the client's files.
        capabilities: login.capabilities - Capabilities::LOCAL_FILES,
        ..login.clone()
    };
    record.set_branches(Branches::by(Rc::new(SessionBranches {
        peer: caller.peer,
        tls: caller.tls,
        login,
        entry: Arc::clone(entry),
        worker: Rc::clone(worker),
    })));
}

/// How one session opens branches.
struct SessionBranches {
    peer: Peer,
    tls: ClientTls,
    login: BackendLogin,
    entry: Arc<Entry>,
    worker: Rc<Worker>,
}

/// Where a branch goes.
enum End {
    Server(Arc<Server>),
    Service(Arc<Service>),
}

impl OpenBranch for SessionBranches {
    fn open(
        &self,
        target: &BranchTarget,
        database: Option<&str>,
        watch: Rc<dyn BranchWatch>,
    ) -> Result<Box<dyn Branch>, BranchError> {
        let dial = Dial {
            end: self.end(target)?,
            login: BackendLogin {
                database: database.map(|name| name.as_bytes().to_vec()),
                ..self.login.clone()
            },
            peer: self.peer,
            tls: self.tls,
            entry: Arc::clone(&self.entry),
            worker: Rc::clone(&self.worker),
        };
        let shared = Rc::new(Shared::default());
        let (sender, requests) = mpsc::channel(REQUESTS_MAX);
        let task = {
            let (shared, watch) = (Rc::clone(&shared), Rc::clone(&watch));
            spawn_local(async move {
                let work = async {
                    let mut connection = dial.connect().await?;
                    watch.connected();
                    connection.serve(requests, &shared, &*watch).await
                };
                let end = tokio::select! {
                    end = work => end,
                    () = shared.abandoned() => Err("its last requests took too long".to_owned()),
                };
                if let Err(cause) = end {
                    let lost = shared.lose();
                    watch.lost(&BranchEnd::Failed(cause), lost);
                }
            })
        };
        Ok(Box::new(SharedBranch::new(sender, shared, watch, task)))
    }
}

impl SessionBranches {
    fn end(&self, target: &BranchTarget) -> Result<End, BranchError> {
        let name = target.name();
        let targets = &self.entry.branching.targets;
        if let Some(service) = targets.service(name) {
            if self.entry.is_within(name) {
                return Err(BranchError::Loop(Arc::clone(name)));
            }
            return Ok(End::Service(service));
        }
        let server = match target {
            BranchTarget::Any(name) => targets.server(name),
            BranchTarget::Service(_) => None,
        };
        server
            .map(End::Server)
            .ok_or_else(|| BranchError::Unknown(Arc::clone(name)))
    }
}

/// A connection that is to be made.
struct Dial {
    end: End,
    login: BackendLogin,
    peer: Peer,
    tls: ClientTls,
    entry: Arc<Entry>,
    worker: Rc<Worker>,
}

impl Dial {
    async fn connect(self) -> Result<BranchConnection, String> {
        let within = self.entry.connect_timeout;
        match &self.end {
            End::Server(server) => {
                let client = match self.peer {
                    Peer::Tcp(address) => Some(address),
                    Peer::Local => None,
                };
                let permit = server.open_connection();
                let permit = permit.map_err(|full| full.to_string())?;
                let endpoint = Endpoint::of(server, self.entry.local_address);
                let endpoint = endpoint.map_err(|error| error.to_string())?;
                let endpoint = endpoint.on_behalf_of(client);
                let connected = backend::connect(&endpoint, &self.login, within).await;
                let connection = connected.map_err(|error| error.to_string())?;
                Ok(BranchConnection::new(connection, Some(permit)))
            }
            End::Service(service) => {
                let (worker, entry) = (&self.worker, &self.entry);
                let client = (self.peer, self.tls);
                let connected = inner::connect(worker, entry, client, service, &self.login);
                let connection = connected.await.map_err(|error| error.to_string())?;
                Ok(BranchConnection::new(connection, None))
            }
        }
    }
}
