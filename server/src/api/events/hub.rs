//! The one task that looks at the sessions, and who reads what it sees.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::Rng;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::audit::AuditNews;
use super::board::Board;
use super::objects::ObjectRows;
use crate::control::objects::Objects;
use crate::control::sessions::Sessions;
use crate::store::Store;

/// How often the sessions are looked at while somebody reads.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// What is on the board is forgotten so long after the last reader left.
const FORGET_AFTER: Duration = Duration::from_mins(1);
/// Streams at the same time.
const READERS_MAX: usize = 128;

/// Readers for whom rows are chosen at the same time.
const CHOOSING_MAX: usize = 2;

/// Looks at the sessions while somebody reads.
pub(in crate::api) struct EventHub {
    sessions: Sessions,
    objects: Objects,
    audit: AuditNews,
    board: Mutex<Board>,
    readers: watch::Sender<usize>,
    /// Moves when there is something new on the board.
    news: watch::Sender<u64>,
    closing: watch::Sender<bool>,
    choosing: Semaphore,
}

impl EventHub {
    pub(in crate::api) fn new(
        sessions: Sessions,
        objects: Objects,
        store: Arc<Store>,
    ) -> Arc<Self> {
        Arc::new(Self {
            sessions,
            objects,
            audit: AuditNews::new(store),
            board: Mutex::new(Board::new(rand::rng().random())),
            readers: watch::Sender::new(0),
            news: watch::Sender::new(0),
            closing: watch::Sender::new(false),
            choosing: Semaphore::new(CHOOSING_MAX),
        })
    }

    /// Looks at the sessions, for ever.
    pub(in crate::api) async fn run(&self) {
        let mut since = 0;
        loop {
            if *self.readers.borrow() == 0 {
                self.with_board(Board::pause);
                if !self.wait_for_reader().await {
                    since = 0;
                    self.audit.forget();
                }
            }
            let changes = self.sessions.changes(since).await;
            since = changes.upto;
            let objects = ObjectRows::of(&self.objects.briefs());
            let audit = self.audit.look().await;
            let told = |board: &mut Board| {
                if audit.gap {
                    board.skip();
                }
                board.apply(changes, objects, audit.changes)
            };
            if self.with_board(told) {
                self.news.send_modify(|number| *number += 1);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Tells all readers that the server stops; their streams end.
    pub(in crate::api) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Becomes true when the server stops.
    pub(in crate::api) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// A place among the readers, unless there are too many.
    pub(super) fn enter(self: &Arc<Self>) -> Option<Place> {
        let entered = self.readers.send_if_modified(|readers| {
            let room = *readers < READERS_MAX;
            *readers += usize::from(room);
            room
        });
        entered.then(|| Place(Arc::clone(self)))
    }

    /// Waits for the first reader; false if the board was cleared meanwhile.
    async fn wait_for_reader(&self) -> bool {
        let mut readers = self.readers.subscribe();
        if timeout(FORGET_AFTER, readers.wait_for(|readers| *readers > 0))
            .await
            .is_ok()
        {
            return true;
        }
        self.with_board(Board::clear);
        // The sender lives as long as this hub.
        let _ = readers.wait_for(|readers| *readers > 0).await;
        false
    }

    fn with_board<T>(&self, act: impl FnOnce(&mut Board) -> T) -> T {
        act(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The place of one reader; left when dropped.
pub(super) struct Place(Arc<EventHub>);

impl Place {
    pub(super) fn with_board<T>(&self, act: impl FnOnce(&mut Board) -> T) -> T {
        self.0.with_board(act)
    }

    /// Chooses among many rows where it delays no request, and not for all readers at once.
    pub(super) async fn choose<T: Send + 'static>(
        &self,
        choose: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _permit = self.0.choosing.acquire().await.ok()?;
        tokio::task::spawn_blocking(choose).await.ok()
    }

    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.readers.send_modify(|readers| *readers -= 1);
    }
}
