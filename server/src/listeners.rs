//! Listeners: doors that clients come through to a service.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::spawn_local;

use crate::net::{Peer, Socket, bind_reuse_port, bind_unix};
use crate::sessions::{Entry, SessionDirectory, Worker};

/// How long accepting pauses when the process has no descriptors left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);
/// How long closing waits for the workers.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// A listener that is bound.
pub struct Listener {
    /// Its name.
    pub name: Arc<str>,
    /// Its Unix socket, if it has one.
    socket: Option<PathBuf>,
    bound: Mutex<Bound>,
    entry: RwLock<Arc<Entry>>,
    gate: watch::Sender<Gate>,
}

/// Whether clients come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// They do.
    Open,
    /// They wait before it.
    Shut,
    /// It is not there any more.
    Gone,
}

/// Sockets that wait for their workers.
#[derive(Default)]
struct Bound {
    tcp: Vec<std::net::TcpListener>,
    unix: Option<std::os::unix::net::UnixListener>,
}

/// Where a listener waits for clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At a TCP port of an address.
    Tcp(SocketAddr),
    /// At a Unix socket.
    Unix(PathBuf),
}

impl Listener {
    /// Binds its place: a socket for each of `workers` workers, or a Unix socket.
    pub fn bind(
        name: Arc<str>,
        place: Place,
        entry: Arc<Entry>,
        workers: usize,
    ) -> io::Result<Self> {
        let mut bound = Bound::default();
        let socket = match place {
            Place::Unix(path) => {
                bound.unix = Some(bind_unix(&path)?);
                Some(path)
            }
            Place::Tcp(address) => {
                // Another process on the port would share it unnoticed: the first socket is bound
                // alone for a moment.
                drop(std::net::TcpListener::bind(address)?);
                for _ in 0..workers.max(1) {
                    bound
                        .tcp
                        .push(bind_reuse_port(address.ip(), address.port())?);
                }
                None
            }
        };
        Ok(Self {
            name,
            socket,
            bound: Mutex::new(bound),
            entry: RwLock::new(entry),
            gate: watch::Sender::new(Gate::Open),
        })
    }

    /// Begins to accept clients.
    pub async fn open(self: &Arc<Self>, workers: &SessionDirectory) {
        let listener = Arc::clone(self);
        workers
            .run_on_each(move |worker| listener.accept_on(&worker))
            .await;
    }

    /// Clients that come now wait until it is started; sessions go on.
    pub fn stop(&self) {
        self.turn(Gate::Shut);
    }

    /// Lets clients in again.
    pub fn start(&self) {
        self.turn(Gate::Open);
    }

    /// Whether clients wait.
    pub fn is_stopped(&self) -> bool {
        *self.gate.borrow() != Gate::Open
    }

    fn turn(&self, to: Gate) {
        self.gate.send_if_modified(|gate| {
            let turns = *gate != Gate::Gone && *gate != to;
            if turns {
                *gate = to;
            }
            turns
        });
    }

    /// What its sessions are given.
    pub fn entry(&self) -> Arc<Entry> {
        let entry = self.entry.read();
        Arc::clone(&entry.unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives something else to the sessions that begin from now on.
    pub fn set_entry(&self, entry: Arc<Entry>) {
        *self.entry.write().unwrap_or_else(PoisonError::into_inner) = entry;
    }

    /// Accepts no more clients; sessions go on. Answers when its address is free.
    pub async fn close(&self) {
        self.gate.send_replace(Gate::Gone);
        *self.bound.lock().unwrap_or_else(PoisonError::into_inner) = Bound::default();
        if let Some(path) = &self.socket
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!("{} can't be removed: {error}", path.display());
        }
        let closed = tokio::time::timeout(CLOSE_WITHIN, self.gate.closed());
        if closed.await.is_err() {
            tracing::warn!(
                object = &*self.name,
                "listener '{}': a worker is slow to close it",
                self.name
            );
        }
    }

    fn accept_on(self: &Arc<Self>, worker: &Rc<Worker>) {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let (tcp, unix) = (bound.tcp.pop(), bound.unix.take());
        drop(bound);
        if let Some(tcp) = tcp {
            match TcpListener::from_std(tcp) {
                Ok(tcp) => self.spawn(worker, Door::Tcp(tcp)),
                Err(error) => {
                    tracing::error!(object = &*self.name, "listener '{}': {error}", self.name);
                }
            }
        }
        if let Some(unix) = unix {
            match UnixListener::from_std(unix) {
                Ok(unix) => self.spawn(worker, Door::Unix(unix)),
                Err(error) => {
                    tracing::error!(object = &*self.name, "listener '{}': {error}", self.name);
                }
            }
        }
    }

    fn spawn(self: &Arc<Self>, worker: &Rc<Worker>, door: Door) {
        let (worker, listener) = (Rc::clone(worker), Arc::clone(self));
        let gate = self.gate.subscribe();
        spawn_local(accept(worker, door, listener, gate));
    }
}

impl Drop for Listener {
    /// One that was never opened leaves no socket behind.
    fn drop(&mut self) {
        let bound = self.bound.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let (Some(_), Some(path)) = (&bound.unix, &self.socket) {
            // It may be gone already.
            let _ = std::fs::remove_file(path);
        }
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
    listener: Arc<Listener>,
    mut gate: watch::Receiver<Gate>,
) {
    loop {
        match gate.wait_for(|&gate| gate != Gate::Shut).await.as_deref() {
            Ok(Gate::Open) => {}
            _ => break,
        }
        let accepted = tokio::select! {
            _ = gate.changed() => continue,
            accepted = door.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => worker.serve(socket, peer, &listener.entry()),
            Err(error) => {
                // The client may have gone already, or no descriptors are left.
                let name = &*listener.name;
                tracing::warn!(
                    object = name,
                    "listener '{name}': a client was not accepted: {error}"
                );
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
    // Whoever waits for the end of all receivers wants the address.
    drop(door);
    drop(gate);
}
