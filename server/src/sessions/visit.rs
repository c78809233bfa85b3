//! Visitors: clients that come to a listener's door from within the gateway.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rand::Rng as _;

use super::directory::SessionDirectory;
use super::entry::Entry;
use super::worker::WorkerCommand;
use crate::auth::accounts::ClientTls;
use crate::net::{Peer, Socket};

impl SessionDirectory {
    /// Begins a session that comes in through `entry`, as the client at `peer` whose own connection is
    /// protected like that. Answers the client's end of it.
    ///
    /// # Errors
    /// There are no sockets left, or the workers have stopped.
    pub async fn visit(&self, entry: &Entry, peer: Peer, tls: ClientTls) -> io::Result<Socket> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        far.set_nonblocking(true)?;
        let door = Arc::new(entry.over_a_pair(tls));
        let begin = WorkerCommand::Run(Box::new(
            move |worker| match tokio::net::UnixStream::from_std(far) {
                Ok(far) => worker.begin(Socket::Unix(far), peer, door),
                Err(error) => tracing::warn!("a client's connection was lost: {error}"),
            },
        ));
        let chosen = rand::rng().random_range(0..self.workers().max(1));
        let stopped = || io::Error::other("the workers have stopped");
        let worker = self.worker(chosen).ok_or_else(stopped)?;
        worker.send(begin).await.map_err(|_| stopped())?;
        Ok(Socket::Unix(tokio::net::UnixStream::from_std(near)?))
    }
}
