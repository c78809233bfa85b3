//! A session that goes on with other connections.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

use super::{Routed, Waiting};
use crate::routers::LinkState;
use crate::sessions::backends::{Backend, Unusable};
use crate::sessions::connect::all;
use crate::sessions::relay::Scratch;
use crate::wire::capabilities::Capabilities;

/// What connections are told of a session, and how.
pub(in crate::sessions) struct Telling<'a> {
    /// Who knows what was set.
    pub before: &'a Routed,
    /// The session's default database.
    pub database: Option<&'a [u8]>,
    /// What was agreed with the client.
    pub capabilities: Capabilities,
    /// For reading.
    pub scratch: &'a Scratch,
    /// How long a server may take.
    pub within: Duration,
}

impl Routed {
    /// Whether nothing is under way, and all that servers know of the session can be told to others;
    /// if it `forgets`, but for what the last statements have left behind.
    pub fn is_portable(&self, forgets: bool) -> bool {
        let is_quiet = self.under_way.is_none() && matches!(self.waiting, Waiting::Nothing);
        // What is not in the history any more only the connections have.
        let has_all = self.history.is_complete() && !self.history.is_pruned();
        is_quiet && has_all && self.router.is_portable(forgets)
    }

    /// Tells all connections what another session has set, so that they can take the place of its own.
    /// Those to replicas that don't have its default database are closed: there it may be on its way.
    ///
    /// # Errors
    /// The server on which that has failed, and why.
    pub async fn tell(
        &mut self,
        in_use: &mut Backend,
        telling: &Telling<'_>,
    ) -> Result<(), (Arc<str>, Unusable)> {
        let current = self.current;
        let parked = self
            .parked_mut()
            .map(|(member, backend)| (Some(member), backend));
        let open = parked.chain([(current, in_use)]);
        let open = open.filter(|(_, backend)| backend.link.is_open());
        let told = open.map(async |(member, backend)| {
            let told = timeout(telling.within, telling.tell(backend)).await;
            let told = told.unwrap_or(Err(Unusable::Slow));
            told.map_err(|why| (member, Arc::clone(&backend.name), why))
        });
        let told = all(told.collect()).await;
        for (member, server, why) in told.into_iter().filter_map(Result::err) {
            let spared = member.filter(|&member| {
                let lacks_database = matches!(why, Unusable::NoDatabase(_));
                lacks_database && member != current.unwrap_or(member) && !self.is_primary(member)
            });
            let Some(member) = spared else {
                return Err((server, why));
            };
            self.closed(member, LinkState::Failed);
        }
        Ok(())
    }

    /// Goes on with the session that was another one's, whose connections are let go. Those that this
    /// one has know all that was set.
    pub fn take_over(&mut self, other: &mut Self) {
        self.history.take_over(&mut other.history);
        self.prepared.take_over(&mut other.prepared);
        self.router.take_over(&mut other.router);
        self.status = other.status;
        self.dialect = other.dialect;
        self.base_database = other.base_database.take();
    }
}

impl Telling<'_> {
    async fn tell(&self, backend: &mut Backend) -> Result<(), Unusable> {
        backend.replay(self.before.replay(self.database, backend));
        poll_fn(|cx| {
            let mut buffer = self.scratch.borrow_mut();
            loop {
                match backend.poll_own(cx, &mut buffer, self.capabilities) {
                    Ok(true) => {}
                    Ok(false) if backend.is_quiet() => return Poll::Ready(Ok(())),
                    Ok(false) => return Poll::Pending,
                    Err(why) => return Poll::Ready(Err(why)),
                }
            }
        })
        .await
    }
}
