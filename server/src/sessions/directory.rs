//! The way to all sessions from outside of the workers.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_local;

use super::ClosedBy;
use super::update::{Update, UpdateError};
use super::usage::{ClassifiedStatement, WorkerUsage};
use super::view::{Changes, SessionView};
use super::worker::{Worker, WorkerCommand, share};

/// A handle to all workers' sessions. Cheap to clone. Requests queue at each worker, up to a limit
/// (`worker::COMMANDS_MAX`), and are answered between statements.
#[derive(Debug, Clone)]
pub struct SessionDirectory {
    workers: Arc<[mpsc::Sender<WorkerCommand>]>,
    moment: Arc<AtomicU64>,
}

impl SessionDirectory {
    /// No sessions at all, and no workers that could have some.
    pub fn without_workers() -> Self {
        Self::new(Vec::new())
    }

    pub(super) fn new(workers: Vec<mpsc::Sender<WorkerCommand>>) -> Self {
        Self {
            workers: workers.into(),
            moment: Arc::new(AtomicU64::new(1)),
        }
    }

    /// Runs something on every worker's thread.
    pub async fn run_on_each(&self, act: impl Fn(Rc<Worker>) + Clone + Send + 'static) {
        for worker in self.workers.iter() {
            // A worker that has stopped has nothing to run on.
            let _ = worker.send(WorkerCommand::Run(Box::new(act.clone()))).await;
        }
    }

    async fn ask<T>(
        &self,
        command: impl Fn(oneshot::Sender<T>) -> WorkerCommand,
    ) -> impl Iterator<Item = T> {
        let mut replies = Vec::with_capacity(self.workers.len());
        for worker in self.workers.iter() {
            let (reply, answer) = oneshot::channel();
            if worker.send(command(reply)).await.is_ok() {
                replies.push(answer);
            }
        }
        let mut answers = Vec::with_capacity(replies.len());
        for reply in replies {
            answers.extend(reply.await.ok());
        }
        answers.into_iter()
    }

    /// All live sessions, by id.
    pub async fn list(&self) -> Vec<SessionView> {
        let listed = self.ask(|reply| WorkerCommand::List { reply }).await;
        by_id(listed.flatten().collect())
    }

    /// The ids of all live sessions, in order.
    pub async fn ids(&self) -> Vec<u64> {
        let tell = |reply: oneshot::Sender<Vec<u64>>| {
            WorkerCommand::Run(Box::new(move |worker| {
                // Whoever asked may be gone; then there is nobody to tell.
                let _ = reply.send(worker.table.ids());
            }))
        };
        let mut ids: Vec<u64> = self.ask(tell).await.flatten().collect();
        ids.sort_unstable();
        ids
    }

    /// Those of these sessions that live, by id.
    pub async fn some(&self, ids: &Arc<[u64]>) -> Vec<SessionView> {
        let tell = |reply: oneshot::Sender<Vec<SessionView>>| {
            let ids = Arc::clone(ids);
            WorkerCommand::Run(Box::new(move |worker| {
                spawn_local(async move {
                    let _ = reply.send(worker.table.some(&ids).await);
                });
            }))
        };
        by_id(self.ask(tell).await.flatten().collect())
    }

    /// The sessions that ended lately, by id.
    pub async fn ended(&self) -> Vec<SessionView> {
        let ended = self.ask(|reply| WorkerCommand::Ended { reply }).await;
        by_id(ended.flatten().collect())
    }

    /// One session; `None` when there is none of that id.
    pub async fn get(&self, id: u64) -> Option<SessionView> {
        self.ask(|reply| WorkerCommand::Get { id, reply })
            .await
            .flatten()
            .next()
    }

    /// The same; from now on no other session gets its connections.
    pub(super) async fn pin(&self, id: u64) -> Option<SessionView> {
        self.ask(|reply| WorkerCommand::Pin { id, reply })
            .await
            .flatten()
            .next()
    }

    /// Nothing has come of what one [`pin`](Self::pin) was for.
    pub(super) async fn unpin(&self, id: u64) {
        for worker in self.workers.iter() {
            // A worker that has stopped has no sessions.
            let _ = worker.send(WorkerCommand::Unpin { id }).await;
        }
    }

    /// Ends a session: at once, or as soon as it is idle but within `grace`. False when there is
    /// none of that id.
    pub async fn kill(&self, id: u64, grace: Option<Duration>) -> bool {
        self.end(id, ClosedBy::Admin, grace).await
    }

    /// The same for another reason than an operator's wish.
    pub(super) async fn end(&self, id: u64, by: ClosedBy, grace: Option<Duration>) -> bool {
        self.ask(|reply| WorkerCommand::Kill {
            id,
            by: by.clone(),
            grace,
            reply,
        })
        .await
        .any(|found| found)
    }

    /// Changes a session; `None` when there is none of that id.
    pub async fn update(&self, id: u64, update: Update) -> Option<Result<(), UpdateError>> {
        self.ask(|reply| WorkerCommand::Update {
            id,
            update: update.clone(),
            reply,
        })
        .await
        .flatten()
        .next()
    }

    /// What has changed since the moment `since` (0: everything is new).
    pub async fn changes(&self, since: u64) -> Changes {
        let upto = self.moment.fetch_add(1, Ordering::Relaxed) + 1;
        let mut changes = Changes {
            upto,
            complete: since > 0,
            ..Changes::default()
        };
        let parts = self
            .ask(|reply| WorkerCommand::Changes { since, upto, reply })
            .await;
        for part in parts {
            changes.complete &= part.complete;
            changes.changed.extend(part.changed);
            changes.ended.extend(part.ended);
        }
        if !changes.complete && since > 0 {
            // One worker has forgotten ends: what the others left out is needed as well.
            changes.changed = self.list().await;
            changes.ended.clear();
        }
        changes
    }

    /// What the workers remember of statements may take so many bytes, of all of them together.
    pub async fn remember_statements(&self, bytes: u64) {
        let bytes = share(bytes, self.workers());
        let limit = move |worker: Rc<Worker>| {
            worker.classifications.borrow_mut().set_bytes_max(bytes);
        };
        self.run_on_each(limit).await;
    }

    /// One of the workers.
    pub(super) fn worker(&self, index: usize) -> Option<&mpsc::Sender<WorkerCommand>> {
        self.workers.get(index)
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.workers.len()
    }

    /// What each worker uses.
    pub async fn usage(&self) -> Vec<WorkerUsage> {
        self.ask(|reply| WorkerCommand::Usage { reply })
            .await
            .collect()
    }

    /// The `top` statements of each worker that came most often.
    pub async fn classified(&self, top: usize) -> Vec<ClassifiedStatement> {
        self.ask(|reply| WorkerCommand::Classified { top, reply })
            .await
            .flatten()
            .collect()
    }

    /// Tells all sessions that servers' states changed.
    pub async fn servers_changed(&self) {
        for worker in self.workers.iter() {
            // A worker that has stopped has no sessions to tell.
            let _ = worker.send(WorkerCommand::ServersChanged).await;
        }
    }
}

/// Sessions in order. Each worker gives its own so: what is in order already is only merged.
fn by_id(mut sessions: Vec<SessionView>) -> Vec<SessionView> {
    sessions.sort_by_key(|session| session.id);
    sessions
}
