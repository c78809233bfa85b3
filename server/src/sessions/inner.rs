//! Sessions within sessions: what leads from one to another service is a client of that one, over a
//! pair of sockets, on the same worker. So the other service's filters, router and limits do what
//! they do for any client, and its sessions can be looked at like any.

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use tokio::net::UnixStream;

use super::entry::Entry;
use super::worker::Worker;
use crate::auth::accounts::ClientTls;
use crate::backend::{self, BackendConnection, BackendError, BackendLogin};
use crate::net::{Peer, Socket};
use crate::services::Service;

/// Why there is no such session.
#[derive(Debug, thiserror::Error)]
pub(super) enum InnerError {
    /// It would be within itself.
    #[error("{0} would route to itself")]
    Circle(Arc<str>),
    /// There is no pair of sockets.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The service does not let the client in.
    #[error("{0}")]
    Backend(#[from] BackendError),
}

/// Begins a session of `service` within one that came through `entry`, and logs in there.
pub(super) async fn connect(
    worker: &Rc<Worker>,
    entry: &Entry,
    (peer, tls): (Peer, ClientTls),
    service: &Arc<Service>,
    login: &BackendLogin,
) -> Result<BackendConnection, InnerError> {
    if entry.is_within(&service.name) {
        return Err(InnerError::Circle(Arc::clone(&service.name)));
    }
    let (near, far) = UnixStream::pair()?;
    let door = Arc::new(entry_to(entry, service, tls));
    worker.begin(Socket::Unix(far), peer, door);
    let near = Socket::Unix(near);
    let within = entry.connect_timeout;
    Ok(backend::connect_over(near, &service.name, login, within).await?)
}

/// The door to a service for sessions within one that came through `own`, whose client is protected
/// like that.
fn entry_to(own: &Entry, service: &Arc<Service>, tls: ClientTls) -> Entry {
    Entry {
        service: Arc::clone(service),
        door: own.door.within(),
        auth_errors_max: 0,
        warn_of_superusers: false,
        branching: own.branching.within(&own.service.name),
        ..own.over_a_pair(tls)
    }
}
