//! The queue before a branch, and what both of its ends know.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use crate::filters::{Branch, BranchEnd, BranchState, BranchWatch, Copied};
use crate::pipeline::Waiting;

/// Requests that may wait for a branch.
pub(super) const REQUESTS_MAX: usize = 4096;
/// Bytes that may wait for a branch; one request of any size may.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a branch may take for what is queued when its session has ended.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Default)]
pub(super) struct Shared {
    /// Requests that are queued or not answered.
    requests: Cell<u64>,
    /// Bytes of those that are queued.
    bytes: Cell<usize>,
    lost: Cell<bool>,
    /// Told whenever the branch may rest now.
    rested: Notify,
    /// Told when nothing more will be queued.
    closing: Notify,
}

impl Shared {
    /// A request is taken out of the queue.
    pub(super) fn taken(&self, copied: &Copied) {
        let bytes = self.bytes.get().saturating_sub(copied.payload.len());
        self.bytes.set(bytes);
    }

    /// A request is done with.
    pub(super) fn done(&self) {
        self.requests.set(self.requests.get().saturating_sub(1));
        if self.requests.get() == 0 {
            self.rested.notify_one();
        }
    }

    /// The branch is lost. How many requests are with it.
    pub(super) fn lose(&self) -> u64 {
        self.lost.set(true);
        self.bytes.set(0);
        self.rested.notify_one();
        self.requests.take()
    }

    /// Until the time is over that a branch has for its queue when its session has ended.
    pub(super) async fn abandoned(&self) {
        self.closing.notified().await;
        tokio::time::sleep(FINISH_WITHIN).await;
    }

    fn state(&self) -> BranchState {
        if self.lost.get() {
            BranchState::Lost
        } else if self.requests.get() > 0 {
            BranchState::Working
        } else {
            BranchState::Resting
        }
    }
}

/// The session's end of a branch.
pub(super) struct SharedBranch {
    sender: mpsc::Sender<Copied>,
    shared: Rc<Shared>,
    watch: Rc<dyn BranchWatch>,
    task: JoinHandle<()>,
}

impl SharedBranch {
    pub(super) fn new(
        sender: mpsc::Sender<Copied>,
        shared: Rc<Shared>,
        watch: Rc<dyn BranchWatch>,
        task: JoinHandle<()>,
    ) -> Self {
        Self {
            sender,
            shared,
            watch,
            task,
        }
    }
}

impl Branch for SharedBranch {
    fn send(&self, copied: Copied) {
        let shared = &self.shared;
        if shared.lost.get() {
            return;
        }
        let before = shared.bytes.get();
        let bytes = before + copied.payload.len();
        shared.bytes.set(bytes);
        shared.requests.set(shared.requests.get() + 1);
        let full = before > 0 && bytes > BYTES_MAX;
        if full || self.sender.try_send(copied).is_err() {
            self.task.abort();
            self.watch.lost(&BranchEnd::Behind, shared.lose());
        }
    }

    fn state(&self) -> BranchState {
        self.shared.state()
    }

    fn rest(&self) -> Waiting {
        let shared = Rc::clone(&self.shared);
        Waiting::until(async move {
            while shared.state() == BranchState::Working {
                shared.rested.notified().await;
            }
        })
    }
}

impl Drop for SharedBranch {
    fn drop(&mut self) {
        self.shared.closing.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::wire::command::Command;

    #[derive(Default)]
    struct Watch(RefCell<Vec<(BranchEnd, u64)>>);

    impl BranchWatch for Watch {
        fn connected(&self) {}
        fn answered(&self, _error: Option<u16>) {}
        fn lost(&self, end: &BranchEnd, requests: u64) {
            self.0.borrow_mut().push((end.clone(), requests));
        }
    }

    fn copied(len: usize) -> Copied {
        Copied {
            command: Command::Query,
            payload: vec![0; len],
            statement: None,
        }
    }

    /// A branch at whose end nobody is.
    fn stuck(watch: &Rc<Watch>) -> (SharedBranch, mpsc::Receiver<Copied>) {
        let (sender, receiver) = mpsc::channel(REQUESTS_MAX);
        let task = tokio::task::spawn_local(std::future::pending());
        let watch: Rc<dyn BranchWatch> = Rc::<Watch>::clone(watch);
        let branch = SharedBranch::new(sender, Rc::default(), watch, task);
        (branch, receiver)
    }

    async fn in_a_worker(test: impl AsyncFnOnce()) {
        tokio::task::LocalSet::new().run_until(test()).await;
    }

    #[tokio::test]
    async fn a_branch_that_falls_behind_is_lost_with_all_that_waits() {
        in_a_worker(async || {
            let watch = Rc::new(Watch::default());
            let (branch, _receiver) = stuck(&watch);
            for _ in 0..REQUESTS_MAX {
                branch.send(copied(10));
            }
            assert_eq!(branch.state(), BranchState::Working);
            branch.send(copied(10));
            assert_eq!(branch.state(), BranchState::Lost);
            branch.send(copied(10));
            let all = REQUESTS_MAX as u64 + 1;
            assert_eq!(*watch.0.borrow(), [(BranchEnd::Behind, all)]);
            branch.rest().await;
        })
        .await;
    }

    #[tokio::test]
    async fn bytes_are_limited_but_one_request_may_be_of_any_size() {
        in_a_worker(async || {
            let watch = Rc::new(Watch::default());
            let (branch, _receiver) = stuck(&watch);
            branch.send(copied(4 * BYTES_MAX));
            assert_eq!(branch.state(), BranchState::Working);
            branch.send(copied(1));
            assert_eq!(branch.state(), BranchState::Lost);
            assert_eq!(*watch.0.borrow(), [(BranchEnd::Behind, 2)]);
        })
        .await;
    }
}
