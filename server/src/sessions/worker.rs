//! A worker: one OS thread with a single-threaded runtime, and the sessions that live on it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_local;

use super::blocked_hosts::BlockedHosts;
use super::directory::SessionDirectory;
use super::entry::{Entry, Ids};
use super::record::SessionRecord;
use super::relay::{Scratch, scratch};
use super::routed::Classifications;
use super::session;
use super::table::Table;
use super::update::{Update, UpdateError};
use super::usage::{ClassifiedStatement, WorkerUsage};
use super::view::{Changes, SessionView};
use super::{CloseReason, ClosedBy};
use crate::backend::Pool;
use crate::net::{Peer, Socket};
use crate::sql::ClassificationCache;
use crate::telemetry::worker;

/// Requests that wait at a worker, at most; who sends more waits.
pub const COMMANDS_MAX: usize = 256;
/// How often idle time and the time left to finish are checked.
const LIMITS_EVERY: Duration = Duration::from_millis(250);
/// How long sessions have to say goodbye when the gateway stops.
const STOP_WITHIN: Duration = Duration::from_millis(500);

/// What is asked of a worker.
pub(super) enum WorkerCommand {
    /// Runs something on the worker's thread.
    Run(Box<dyn FnOnce(Rc<Worker>) + Send>),
    /// Serves a connection that another worker accepted.
    Adopt {
        tcp: std::net::TcpStream,
        peer: Peer,
        entry: Arc<Entry>,
    },
    /// All sessions.
    List {
        reply: oneshot::Sender<Vec<SessionView>>,
    },
    /// Sessions that ended lately.
    Ended {
        reply: oneshot::Sender<Vec<SessionView>>,
    },
    /// One session.
    Get {
        id: u64,
        reply: oneshot::Sender<Option<SessionView>>,
    },
    /// One session, whose connections are not given to another session from now on.
    Pin {
        id: u64,
        reply: oneshot::Sender<Option<SessionView>>,
    },
    /// Nothing has come of what one `Pin` was for.
    Unpin { id: u64 },
    /// Connections to a server that no session uses are closed.
    Shed { server: Arc<str> },
    /// Ends a session.
    Kill {
        id: u64,
        by: ClosedBy,
        grace: Option<Duration>,
        reply: oneshot::Sender<bool>,
    },
    /// Changes a session.
    Update {
        id: u64,
        update: Update,
        reply: oneshot::Sender<Option<Result<(), UpdateError>>>,
    },
    /// What changed since a moment.
    Changes {
        since: u64,
        upto: u64,
        reply: oneshot::Sender<Changes>,
    },
    /// What the worker uses.
    Usage { reply: oneshot::Sender<WorkerUsage> },
    /// The statements that came most often.
    Classified {
        top: usize,
        reply: oneshot::Sender<Vec<ClassifiedStatement>>,
    },
    /// Servers' states changed.
    ServersChanged,
    /// Ends all sessions, then the worker.
    Stop,
}

/// What sessions and listeners of one worker share. Never leaves its thread.
pub struct Worker {
    /// Its number, from 0.
    pub index: usize,
    /// Its sessions.
    pub table: Table,
    pub(super) scratch: Scratch,
    /// What its sessions' statements do.
    pub classifications: Classifications,
    /// From where too many log-ins have failed.
    pub(super) blocked_hosts: BlockedHosts,
    /// The connections that no session uses.
    pub(super) pool: Rc<Pool>,
    pub(super) ids: Ids,
    pub(super) directory: SessionDirectory,
    loads: Arc<[AtomicUsize]>,
    others: Vec<mpsc::Sender<WorkerCommand>>,
}

/// The workers, from outside.
#[derive(Debug)]
pub struct Workers {
    directory: SessionDirectory,
    senders: Vec<mpsc::Sender<WorkerCommand>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts `count` workers, whose memories of statements together may take `remembered` bytes.
    pub fn start(count: usize, remembered: u64) -> std::io::Result<Self> {
        let remembered = share(remembered, count);
        let loads: Arc<[AtomicUsize]> = (0..count).map(|_| AtomicUsize::new(0)).collect();
        let ids = Ids::default();
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..count).map(|_| mpsc::channel(COMMANDS_MAX)).unzip();
        let directory = SessionDirectory::new(senders.clone());
        let mut threads = Vec::with_capacity(count);
        for (index, receiver) in receivers.into_iter().enumerate() {
            let seed = Seed {
                index,
                ids: ids.clone(),
                directory: directory.clone(),
                loads: Arc::clone(&loads),
                others: senders.clone(),
                remembered,
            };
            let thread = std::thread::Builder::new().name(format!("worker-{index}"));
            threads.push(thread.spawn(move || work(seed, receiver))?);
        }
        Ok(Self {
            directory,
            senders,
            threads,
        })
    }

    /// The way to all their sessions.
    pub fn directory(&self) -> SessionDirectory {
        self.directory.clone()
    }

    /// Ends all sessions and waits for the workers to end.
    pub async fn stop(self) {
        for sender in &self.senders {
            let _ = sender.send(WorkerCommand::Stop).await;
        }
        let joined = tokio::task::spawn_blocking(move || {
            self.threads
                .into_iter()
                .map(JoinHandle::join)
                .filter(Result::is_err)
                .count()
        });
        if joined.await.is_ok_and(|failed| failed > 0) {
            tracing::error!("a worker had failed");
        }
    }
}

/// What a worker is made of, on its way to its thread.
struct Seed {
    index: usize,
    ids: Ids,
    directory: SessionDirectory,
    loads: Arc<[AtomicUsize]>,
    others: Vec<mpsc::Sender<WorkerCommand>>,
    remembered: usize,
}

/// What each of `count` has of some bytes.
pub(super) fn share(bytes: u64, count: usize) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX) / count.max(1)
}

fn work(seed: Seed, commands: mpsc::Receiver<WorkerCommand>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(tokio::runtime::LocalOptions::default());
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("worker {} has no runtime: {error}", seed.index);
            return;
        }
    };
    worker::enter(seed.index);
    let worker = Rc::new(Worker {
        index: seed.index,
        table: Table::default(),
        scratch: scratch(),
        classifications: Rc::new(RefCell::new(ClassificationCache::new(seed.remembered))),
        blocked_hosts: BlockedHosts::default(),
        pool: Rc::new(Pool::new(seed.others.len())),
        ids: seed.ids,
        directory: seed.directory,
        loads: seed.loads,
        others: seed.others,
    });
    runtime.block_on(async move {
        let limits = spawn_local(enforce_limits(Rc::clone(&worker)));
        obey(&worker, commands).await;
        limits.abort();
    });
    // A look-up of a host's name may hang; it is not waited for.
    runtime.shutdown_timeout(Duration::ZERO);
}

async fn enforce_limits(worker: Rc<Worker>) {
    let mut clock = tokio::time::interval(LIMITS_EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let due = clock.tick().await;
        worker::here().waited(due.elapsed());
        worker.pool.sweep(Instant::now());
        worker.table.enforce_limits().await;
    }
}

async fn obey(worker: &Rc<Worker>, mut commands: mpsc::Receiver<WorkerCommand>) {
    while let Some(command) = commands.recv().await {
        match command {
            WorkerCommand::Run(act) => act(Rc::clone(worker)),
            WorkerCommand::Adopt { tcp, peer, entry } => worker.adopt(tcp, peer, entry),
            WorkerCommand::List { reply } => {
                let worker = Rc::clone(worker);
                spawn_local(async move {
                    // Whoever asked may be gone; then there is nobody to tell.
                    let _ = reply.send(worker.table.views(|_| true).await);
                });
            }
            WorkerCommand::Ended { reply } => {
                let _ = reply.send(worker.table.ended(Instant::now()));
            }
            WorkerCommand::Get { id, reply } => {
                let record = worker.table.get(id);
                let view = record.map(|r| r.view(Instant::now(), std::time::SystemTime::now()));
                let _ = reply.send(view);
            }
            WorkerCommand::Pin { id, reply } => {
                let _ = reply.send(worker.pin(id));
            }
            WorkerCommand::Unpin { id } => {
                if let Some(record) = worker.table.get(id) {
                    record.unpin();
                }
            }
            WorkerCommand::Shed { server } => worker.pool.shed(&server),
            WorkerCommand::Kill {
                id,
                by,
                grace,
                reply,
            } => {
                let _ = reply.send(worker.kill(id, by, grace));
            }
            WorkerCommand::Update { id, update, reply } => {
                let record = worker.table.get(id);
                let _ = reply.send(record.map(|record| update.apply(&record)));
            }
            WorkerCommand::Changes { since, upto, reply } => {
                let worker = Rc::clone(worker);
                spawn_local(async move {
                    let _ = reply.send(worker.changes(since, upto).await);
                });
            }
            WorkerCommand::Usage { reply } => {
                let worker = Rc::clone(worker);
                spawn_local(async move {
                    let _ = reply.send(worker.usage().await);
                });
            }
            WorkerCommand::Classified { top, reply } => {
                let _ = reply.send(worker.classified(top));
            }
            WorkerCommand::ServersChanged => worker.servers_changed(),
            WorkerCommand::Stop => break,
        }
    }
    worker
        .table
        .for_each(|record| record.close(ClosedBy::Shutdown));
    let end = Instant::now() + STOP_WITHIN;
    while worker.load() > 0 && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    worker.pool.clear();
}

impl Worker {
    /// Serves a client's connection: here, or on the worker that has the fewest.
    pub fn serve(self: &Rc<Self>, socket: Socket, peer: Peer, entry: &Arc<Entry>) {
        let target = self.least_loaded();
        let (Some(other), Socket::Tcp(_)) = (self.others.get(target), &socket) else {
            return self.begin(socket, peer, Arc::clone(entry));
        };
        let Socket::Tcp(tcp) = socket else { return };
        if target == self.index {
            return self.begin(Socket::Tcp(tcp), peer, Arc::clone(entry));
        }
        match tcp.into_std() {
            Ok(tcp) => {
                let adopt = WorkerCommand::Adopt {
                    tcp,
                    peer,
                    entry: Arc::clone(entry),
                };
                if let Err(mpsc::error::TrySendError::Full(WorkerCommand::Adopt {
                    tcp,
                    peer,
                    entry,
                })) = other.try_send(adopt)
                {
                    self.adopt(tcp, peer, entry);
                }
            }
            Err(error) => tracing::warn!("a client's connection was lost: {error}"),
        }
    }

    fn adopt(self: &Rc<Self>, tcp: std::net::TcpStream, peer: Peer, entry: Arc<Entry>) {
        match tokio::net::TcpStream::from_std(tcp) {
            Ok(tcp) => self.begin(Socket::Tcp(tcp), peer, entry),
            Err(error) => tracing::warn!("a client's connection was lost: {error}"),
        }
    }

    /// Serves a connection on this worker.
    pub(super) fn begin(self: &Rc<Self>, socket: Socket, peer: Peer, entry: Arc<Entry>) {
        let load = Load::on(self);
        let worker = Rc::clone(self);
        spawn_local(async move {
            session::run(socket, peer, entry, worker).await;
            drop(load);
        });
    }

    /// Closes the connections to a server that no session uses, on all workers.
    pub(super) fn shed(&self, server: &Arc<str>) {
        self.pool.shed(server);
        let others = self.others.iter().enumerate();
        for (_, other) in others.filter(|(index, _)| *index != self.index) {
            let server = Arc::clone(server);
            // One that has no room for a request has other worries.
            let _ = other.try_send(WorkerCommand::Shed { server });
        }
    }

    /// Connections that this worker serves, those that say goodbye included.
    fn load(&self) -> usize {
        let load = self.loads.get(self.index);
        load.map_or(0, |load| load.load(Ordering::Relaxed))
    }

    fn least_loaded(&self) -> usize {
        let load = |index: usize| {
            self.loads
                .get(index)
                .map_or(0, |l| l.load(Ordering::Relaxed))
        };
        let least = (0..self.loads.len())
            .min_by_key(|&index| load(index))
            .unwrap_or(self.index);
        if load(least) < load(self.index) {
            least
        } else {
            self.index
        }
    }

    fn servers_changed(&self) {
        self.pool.sweep(Instant::now());
        self.table.for_each(SessionRecord::servers_changed);
    }

    fn pin(&self, id: u64) -> Option<SessionView> {
        let record = self.table.get(id)?;
        record.pin();
        Some(record.view(Instant::now(), std::time::SystemTime::now()))
    }

    fn kill(&self, id: u64, by: ClosedBy, grace: Option<Duration>) -> bool {
        let Some(record) = self.table.get(id) else {
            return false;
        };
        match grace {
            Some(grace) => record.drain(by, Instant::now() + grace),
            None => record.close(by),
        }
        true
    }

    async fn changes(&self, since: u64, upto: u64) -> Changes {
        let ended = self.table.turn(since, upto);
        let complete = since > 0 && ended.is_some();
        let since = if complete { since } else { 0 };
        let changed = self.table.views(|record| record.changed() >= since).await;
        Changes {
            upto,
            changed,
            ended: ended.unwrap_or_default(),
            complete,
        }
    }

    /// A session is over.
    pub(super) fn ended(&self, id: u64, reason: &CloseReason) {
        self.table.remove(id, reason, Instant::now());
    }
}

/// Counts a session for its worker's load while it lives.
struct Load {
    loads: Arc<[AtomicUsize]>,
    index: usize,
}

impl Load {
    fn on(worker: &Worker) -> Self {
        let loads = Arc::clone(&worker.loads);
        let index = worker.index;
        if let Some(load) = loads.get(index) {
            load.fetch_add(1, Ordering::Relaxed);
        }
        worker::here().session_began();
        Self { loads, index }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        worker::here().session_ended();
        if let Some(load) = self.loads.get(self.index) {
            load.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
