//! Live sessions: list, one, kill, and what changed.

use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::sessions::SessionDirectory;
pub use crate::sessions::{
    Activity, Apply, ChainView, Changes, CloseReason, ClosedBy, ConnectionView, During, EndView,
    LogChange, LogSwitches, Restart, SessionView, StatementView, Update, UpdateError,
};
use crate::store::StoreError;

/// The answer of a [`SessionSource`], on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the sessions are: all workers of the gateway, or a fixed set in tests.
pub trait SessionSource: Send + Sync {
    /// All live sessions, in no particular order.
    fn list(&self) -> Pending<'_, Vec<SessionView>>;
    /// The ids of all live sessions, in order.
    fn ids(&self) -> Pending<'_, Vec<u64>>;
    /// Those of these sessions that live, in no particular order.
    fn some(&self, ids: Arc<[u64]>) -> Pending<'_, Vec<SessionView>>;
    /// Sessions that ended lately, in no particular order.
    fn ended(&self) -> Pending<'_, Vec<SessionView>>;
    /// One session, if it lives.
    fn get(&self, id: u64) -> Pending<'_, Option<SessionView>>;
    /// Ends a session, after `grace` if it is busy; false when there is no such session.
    fn kill(&self, id: u64, grace: Option<Duration>) -> Pending<'_, bool>;
    /// Changes a session; `None` when there is no such session.
    fn update(&self, id: u64, update: Update) -> Pending<'_, Option<Result<(), UpdateError>>>;
    /// What changed after `since`, a [`Changes::upto`] of earlier; 0 asks for everything.
    fn changes(&self, since: u64) -> Pending<'_, Changes>;
}

impl SessionSource for SessionDirectory {
    fn list(&self) -> Pending<'_, Vec<SessionView>> {
        Box::pin(SessionDirectory::list(self))
    }

    fn ids(&self) -> Pending<'_, Vec<u64>> {
        Box::pin(SessionDirectory::ids(self))
    }

    fn some(&self, ids: Arc<[u64]>) -> Pending<'_, Vec<SessionView>> {
        Box::pin(async move { SessionDirectory::some(self, &ids).await })
    }

    fn ended(&self) -> Pending<'_, Vec<SessionView>> {
        Box::pin(SessionDirectory::ended(self))
    }

    fn get(&self, id: u64) -> Pending<'_, Option<SessionView>> {
        Box::pin(SessionDirectory::get(self, id))
    }

    fn kill(&self, id: u64, grace: Option<Duration>) -> Pending<'_, bool> {
        Box::pin(SessionDirectory::kill(self, id, grace))
    }

    fn update(&self, id: u64, update: Update) -> Pending<'_, Option<Result<(), UpdateError>>> {
        Box::pin(SessionDirectory::update(self, id, update))
    }

    fn changes(&self, since: u64) -> Pending<'_, Changes> {
        Box::pin(SessionDirectory::changes(self, since))
    }
}

/// Why an operation on a session failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The session does not exist, or has ended.
    #[error("{0} is not a session")]
    NotASession(u64),
    /// It can't be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Operations on sessions; cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    pub(super) source: Arc<dyn SessionSource>,
}

impl Sessions {
    pub(super) fn new(source: Arc<dyn SessionSource>) -> Self {
        Self { source }
    }

    /// All live sessions, the oldest first.
    pub async fn list(&self) -> Vec<SessionView> {
        let mut sessions = self.source.list().await;
        sessions.sort_by_key(|session| session.id);
        sessions
    }

    /// Of how many live sessions there are those that `range` picks, the oldest first: the others are
    /// not looked at. One that ends meanwhile is missing.
    pub async fn page(
        &self,
        range: impl FnOnce(usize) -> Range<usize>,
    ) -> (Vec<SessionView>, usize) {
        let ids = self.source.ids().await;
        let wanted = ids.get(range(ids.len())).unwrap_or_default();
        let mut sessions = self.source.some(wanted.into()).await;
        sessions.sort_by_key(|session| session.id);
        (sessions, ids.len())
    }

    /// The sessions that ended in the last minutes, the oldest first.
    pub async fn ended(&self) -> Vec<SessionView> {
        let mut sessions = self.source.ended().await;
        sessions.sort_unstable_by_key(|session| session.id);
        sessions
    }

    /// One session that ended in the last minutes.
    pub async fn ended_one(&self, id: u64) -> Result<SessionView, SessionError> {
        let ended = self.ended().await.into_iter();
        let found = ended.rev().find(|session| session.id == id);
        found.ok_or(SessionError::NotASession(id))
    }

    /// One live session.
    pub async fn get(&self, id: u64) -> Result<SessionView, SessionError> {
        self.source
            .get(id)
            .await
            .ok_or(SessionError::NotASession(id))
    }

    /// What changed after `since`.
    pub async fn changes(&self, since: u64) -> Changes {
        self.source.changes(since).await
    }
}
