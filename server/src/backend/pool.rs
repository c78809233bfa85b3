//! Connections to servers that no session uses, kept for sessions to come (`persistpoolmax`,
//! `persistmaxtime`).
//!
//! Every worker has its own pool, without locks: connections never leave the thread that they were
//! made on. `persistpoolmax` is divided by the workers and rounded up.
//!
//! A connection comes in with the state of the session that had it. It is reset at once, so that
//! nothing of that session (locks, temporary tables) outlives it, and logged in anew
//! (COM_CHANGE_USER) when a session takes it. What can't be made anew on a connection that is there
//! has to be the same for both: what the client is capable of, and how the server is reached.

mod reset;
mod unused;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;

pub use unused::{Adopted, Kinship, Unused};

use super::connection::BackendLogin;
use super::endpoint::Endpoint;
use crate::config::PoolParameters;
use crate::servers::Server;

/// Versions that are remembered: more than a worker's servers have at a time.
const VERSIONS_MAX: usize = 64;

/// A worker's pool, for all servers.
pub struct Pool {
    /// How many workers share what `persistpoolmax` allows.
    workers: u64,
    shelves: RefCell<HashMap<Arc<str>, Shelf>>,
    /// Versions of servers: connections share them.
    versions: RefCell<Vec<Arc<str>>>,
}

/// The connections to one server.
#[derive(Default)]
struct Shelf {
    /// Ready to be taken; the oldest first.
    ready: Vec<Ready>,
    /// How many are being reset.
    resetting: u64,
    /// Moves when those that are being reset are not wanted any more.
    shed: u64,
}

struct Ready {
    unused: Unused,
    since: Instant,
}

impl Pool {
    /// The empty pool of one of so many workers.
    pub fn new(workers: usize) -> Self {
        Self {
            workers: workers.max(1) as u64,
            shelves: RefCell::default(),
            versions: RefCell::default(),
        }
    }

    /// The version of a server, as connections keep it.
    pub fn version(&self, version: &str) -> Arc<str> {
        let mut versions = self.versions.borrow_mut();
        if let Some(known) = versions.iter().find(|known| ***known == *version) {
            return Arc::clone(known);
        }
        if versions.len() >= VERSIONS_MAX {
            versions.clear();
        }
        let version: Arc<str> = Arc::from(version);
        versions.push(Arc::clone(&version));
        version
    }

    /// Takes in a connection that a session needs no more, or closes it.
    pub fn give(self: &Rc<Self>, mut unused: Unused) {
        let name = Arc::clone(unused.server().name());
        if !unused.may_be_kept() {
            return unused.close();
        }
        let shed = {
            let mut shelves = self.shelves.borrow_mut();
            let shelf = shelves.entry(Arc::clone(&name)).or_default();
            if shelf.len() >= self.share(unused.server().parameters().pool) {
                drop(shelves);
                return unused.close();
            }
            shelf.resetting += 1;
            shelf.shed
        };
        unused.reset_begins();
        let pool = Rc::clone(self);
        spawn_local(async move {
            let unused = reset::reset(unused).await;
            pool.was_reset(&name, shed, unused);
        });
    }

    fn was_reset(&self, name: &Arc<str>, shed: u64, unused: Option<Unused>) {
        let mut shelves = self.shelves.borrow_mut();
        let shelf = shelves.entry(Arc::clone(name)).or_default();
        shelf.resetting = shelf.resetting.saturating_sub(1);
        let Some(mut unused) = unused else { return };
        if shelf.shed != shed || !unused.may_be_kept() {
            return unused.close();
        }
        unused.is_ready();
        let since = Instant::now();
        shelf.ready.push(Ready { unused, since });
    }

    /// A connection to a server that serves this log-in: the one that was used last.
    pub fn take(
        &self,
        server: &Server,
        endpoint: &Endpoint,
        login: &BackendLogin,
    ) -> Option<Unused> {
        let parameters = endpoint.parameters();
        if !parameters.pool.is_on() {
            return None;
        }
        let wanted = Kinship::new(parameters, login);
        let now = Instant::now();
        loop {
            let taken = {
                let mut shelves = self.shelves.borrow_mut();
                let shelf = shelves.get_mut(server.name());
                shelf.and_then(|shelf| {
                    let fits = |ready: &Ready| ready.unused.kinship() == &wanted;
                    let place = shelf.ready.iter().rposition(fits)?;
                    Some(shelf.ready.remove(place))
                })
            };
            let Some(mut ready) = taken else {
                server.pool_was_empty();
                return None;
            };
            if ready.is_good(now) {
                return Some(ready.unused);
            }
            ready.unused.close();
        }
    }

    /// Closes what may not be kept any longer.
    pub fn sweep(&self, now: Instant) {
        let mut shelves = self.shelves.borrow_mut();
        for shelf in shelves.values_mut() {
            let old = shelf.ready.extract_if(.., |ready| !ready.is_good(now));
            old.for_each(|ready| ready.unused.close());
            let most = shelf.ready.first().map(|ready| {
                let parameters = ready.unused.server().parameters();
                self.share(parameters.pool)
            });
            while most.is_some_and(|most| shelf.ready.len() as u64 > most) {
                shelf.ready.remove(0).unused.close();
            }
        }
        shelves.retain(|_, shelf| shelf.len() > 0);
    }

    /// Closes all connections to a server: somebody needs the places that they take there.
    pub fn shed(&self, server: &str) {
        if let Some(shelf) = self.shelves.borrow_mut().get_mut(server) {
            shelf.shed += 1;
            shelf.ready.drain(..).for_each(|ready| ready.unused.close());
        }
    }

    /// Closes all connections.
    pub fn clear(&self) {
        for (_, shelf) in self.shelves.borrow_mut().drain() {
            shelf
                .ready
                .into_iter()
                .for_each(|ready| ready.unused.close());
        }
    }

    /// How many connections a worker may keep.
    fn share(&self, parameters: PoolParameters) -> u64 {
        parameters.size_max.div_ceil(self.workers)
    }
}

impl Shelf {
    fn len(&self) -> u64 {
        self.ready.len() as u64 + self.resetting
    }
}

impl Ready {
    /// Whether a session may still be given it.
    fn is_good(&mut self, now: Instant) -> bool {
        let parameters = self.unused.server().parameters();
        let age_max = Duration::from_millis(parameters.pool.age_max_ms);
        let age = now.saturating_duration_since(self.since);
        age < age_max && self.unused.may_be_kept() && self.unused.is_silent()
    }
}
