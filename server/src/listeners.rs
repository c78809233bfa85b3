//! Listeners: doors that clients come through to a service.

use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::spawn_local;

use crate::config::ListenerParameters;
use crate::net::{Peer, Socket, bind_reuse_port, bind_unix};
use crate::sessions::{Entry, Worker, Workers};

/// How long accepting pauses when the process has no descriptors left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// A listener that is bound.
pub struct Listener {
    /// Its name.
    pub name: Arc<str>,
    /// Its parameters.
    pub parameters: ListenerParameters,
    bound: Mutex<Bound>,
    entry: Arc<Entry>,
    stop: watch::Sender<bool>,
}

/// Sockets that wait for their workers.
#[derive(Default)]
struct Bound {
    tcp: Vec<std::net::TcpListener>,
    unix: Option<std::os::unix::net::UnixListener>,
}

impl Listener {
    /// Binds the address: a socket for each of `workers` workers, or a Unix socket.
    pub fn bind(
        name: Arc<str>,
        parameters: ListenerParameters,
        entry: Arc<Entry>,
        workers: usize,
    ) -> io::Result<Self> {
        let mut bound = Bound::default();
        if let Some(path) = &parameters.socket {
            bound.unix = Some(bind_unix(path)?);
        } else {
            let ip: IpAddr = parameters
                .address
                .parse()
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not an IP address"))?;
            // Another process on the port would share it unnoticed: the first socket is bound
            // alone for a moment.
            drop(std::net::TcpListener::bind((ip, parameters.port))?);
            for _ in 0..workers {
                bound.tcp.push(bind_reuse_port(ip, parameters.port)?);
            }
        }
        let (stop, _) = watch::channel(false);
        Ok(Self {
            name,
            parameters,
            bound: Mutex::new(bound),
            entry,
            stop,
        })
    }

    /// Begins to accept clients.
    pub async fn open(self: &Arc<Self>, workers: &Workers) {
        let listener = Arc::clone(self);
        workers
            .run_on_each(move |worker| listener.accept_on(&worker))
            .await;
    }

    /// Accepts no more clients; sessions go on.
    pub fn close(&self) {
        self.stop.send_replace(true);
        if let Some(path) = &self.parameters.socket
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!("{} can't be removed: {error}", path.display());
        }
    }

    fn accept_on(&self, worker: &Rc<Worker>) {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let (tcp, unix) = (bound.tcp.pop(), bound.unix.take());
        drop(bound);
        if let Some(tcp) = tcp {
            match TcpListener::from_std(tcp) {
                Ok(tcp) => self.spawn(worker, Door::Tcp(tcp)),
                Err(error) => tracing::error!("listener '{}': {error}", self.name),
            }
        }
        if let Some(unix) = unix {
            match UnixListener::from_std(unix) {
                Ok(unix) => self.spawn(worker, Door::Unix(unix)),
                Err(error) => tracing::error!("listener '{}': {error}", self.name),
            }
        }
    }

    fn spawn(&self, worker: &Rc<Worker>, door: Door) {
        let (worker, entry) = (Rc::clone(worker), Arc::clone(&self.entry));
        let stop = self.stop.subscribe();
        spawn_local(accept(worker, door, entry, stop));
    }
}

/// A socket of a listener.
enum Door {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Door {
    async fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(tcp) => {
                let (stream, address) = tcp.accept().await?;
                Ok((Socket::accepted(stream)?, Peer::Tcp(address)))
            }
            Self::Unix(unix) => Ok((Socket::Unix(unix.accept().await?.0), Peer::Local)),
        }
    }
}

async fn accept(
    worker: Rc<Worker>,
    door: Door,
    entry: Arc<Entry>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|&stop| stop) => return,
            accepted = door.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => worker.serve(socket, peer, &entry),
            Err(error) => {
                // The client may have gone already, or no descriptors are left.
                tracing::warn!(
                    "listener '{}': a client was not accepted: {error}",
                    entry.listener
                );
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}
