//! All connections, and the limits that they have.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use rand::RngCore as _;

use super::budget::Budget;
use super::connection::{Connection, Ownership};
use super::error::WorkbenchError;
use super::lane::Lane;
use super::places::Places;
use super::target::{Targets, Visitor};
use crate::backend::{BackendLogin, StatementConnection};
use crate::config::{Secret, SqlParameters};

/// Connections that there may be.
const CONNECTIONS_MAX: usize = 64;
/// Connections that one account may have.
const OF_ACCOUNT_MAX: usize = 16;
/// The most bytes that are held of all results.
const HELD_BYTES_MAX: usize = 64 << 20;
/// How often it is looked whether a connection is to be closed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What ends when whoever opened a connection is not let in any more, or the gateway stops.
pub type Over = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How long things may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Whether there may be connections.
    pub enabled: bool,
    /// How long one may be idle.
    pub idle_timeout: Option<Duration>,
    /// How long what it runs may take.
    pub query_timeout: Option<Duration>,
}

impl From<SqlParameters> for Rules {
    fn from(parameters: SqlParameters) -> Self {
        let limit = |ms: u64| (ms > 0).then(|| Duration::from_millis(ms));
        Self {
            enabled: parameters.enabled,
            idle_timeout: limit(parameters.idle_timeout_ms),
            query_timeout: limit(parameters.query_timeout_ms),
        }
    }
}

/// Where a connection leads, and as whom.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name of a server, service or listener.
    pub target: Arc<str>,
    pub(super) login: BackendLogin,
    /// How long connecting may take.
    pub(super) timeout: Duration,
}

impl Plan {
    /// To `target` as that user.
    pub fn new(
        target: &str,
        (user, password): (&str, &Secret),
        database: Option<&str>,
        timeout: Duration,
    ) -> Self {
        Self {
            target: target.into(),
            login: StatementConnection::login(user, password, database),
            timeout,
        }
    }

    /// The user's name.
    pub fn user(&self) -> String {
        String::from_utf8_lossy(&self.login.user).into_owned()
    }

    /// The database to start in.
    pub fn database(&self) -> Option<String> {
        let database = self.login.database.as_ref();
        database.map(|name| String::from_utf8_lossy(name).into_owned())
    }
}

/// A connection that is to be opened.
pub struct Wish {
    /// Where it leads.
    pub plan: Plan,
    /// The account of who opens it.
    pub owner: Arc<str>,
    /// How he comes.
    pub visitor: Visitor,
    /// How long it may live.
    pub age: Duration,
    /// It is closed when this ends.
    pub over: Over,
}

/// What all connections share.
pub(super) struct Common {
    pub(super) targets: Arc<dyn Targets>,
    pub(super) budget: Arc<Budget>,
    rules: RwLock<Rules>,
}

impl Common {
    pub(super) fn rules(&self) -> Rules {
        *self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See the module. A clone is the same.
#[derive(Clone)]
pub struct Workbench(Arc<Inner>);

struct Inner {
    common: Arc<Common>,
    lane: Lane,
    places: Arc<Places>,
    connections: Mutex<BTreeMap<String, Arc<Connection>>>,
}

impl Workbench {
    /// There are no connections yet.
    pub fn new(targets: Arc<dyn Targets>, rules: Rules) -> Self {
        Self(Arc::new(Inner {
            common: Arc::new(Common {
                targets,
                budget: Budget::new(HELD_BYTES_MAX),
                rules: RwLock::new(rules),
            }),
            lane: Lane::default(),
            places: Places::new(CONNECTIONS_MAX, OF_ACCOUNT_MAX),
            connections: Mutex::default(),
        }))
    }

    /// Lets other rules count. Without leave all connections are closed.
    pub fn set_rules(&self, rules: Rules) {
        let common = &self.0.common;
        *common.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        if !rules.enabled {
            for connection in std::mem::take(&mut *self.0.lock()).into_values() {
                connection.close();
            }
        }
    }

    /// Whether there may be connections.
    pub fn is_enabled(&self) -> bool {
        self.0.common.rules().enabled
    }

    /// How many connections there are.
    pub fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All connections, by id.
    pub fn list(&self) -> Vec<Arc<Connection>> {
        self.0.lock().values().cloned().collect()
    }

    /// The connection of that id.
    pub fn get(&self, id: &str) -> Option<Arc<Connection>> {
        self.0.lock().get(id).cloned()
    }

    /// Closes a connection. False: there is none of that id.
    pub fn close(&self, id: &str) -> bool {
        self.0.close(id)
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn open(&self, wish: Wish) -> Result<Arc<Connection>, WorkbenchError> {
        if !self.is_enabled() {
            return Err(WorkbenchError::Disabled);
        }
        let own = Ownership {
            id: new_id(),
            place: self.0.places.take(&wish.owner)?,
            owner: wish.owner,
            visitor: wish.visitor,
            expires: Instant::now() + wish.age,
            lane: self.0.lane.handle()?,
        };
        let common = Arc::clone(&self.0.common);
        let connection = Arc::new(Connection::open(own, wish.plan, common).await?);
        let mut connections = self.0.lock();
        // It may have been switched off meanwhile, which closes those that are there.
        if !self.is_enabled() {
            connection.close();
            return Err(WorkbenchError::Disabled);
        }
        connections.insert(connection.id().to_owned(), Arc::clone(&connection));
        drop(connections);
        let watched = Arc::downgrade(&connection);
        tokio::spawn(watch(Arc::downgrade(&self.0), watched, wish.over));
        Ok(connection)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Connection>>> {
        let connections = self.connections.lock();
        connections.unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, id: &str) -> bool {
        let connection = self.lock().remove(id);
        if let Some(connection) = &connection {
            connection.close();
        }
        connection.is_some()
    }
}

/// Closes a connection when its time has come.
async fn watch(all: Weak<Inner>, connection: Weak<Connection>, mut over: Over) {
    loop {
        let is_over = tokio::time::timeout(LOOK_EVERY, over.as_mut())
            .await
            .is_ok();
        let (Some(all), Some(connection)) = (all.upgrade(), connection.upgrade()) else {
            return;
        };
        if connection.is_closed() {
            return;
        }
        let why = if is_over {
            Some("who has opened it is not let in any more")
        } else {
            connection.overdue(&all.common.rules())
        };
        if let Some(why) = why {
            let (owner, target) = (connection.owner(), &*connection.plan().target);
            tracing::info!(
                object = target,
                "the connection of account '{owner}' to '{target}' is closed: {why}"
            );
            all.close(connection.id());
            return;
        }
    }
}

/// A random UUID (RFC 9562, version 4).
fn new_id() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    let version = (number & !(0xf << 76)) | (0x4 << 76);
    let number = (version & !(0x3 << 62)) | (0x2 << 62);
    let digits = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [
        part(0..8),
        part(8..12),
        part(12..16),
        part(16..20),
        part(20..32),
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::new_id;

    #[test]
    fn ids_are_random_and_of_the_form_of_a_uuid() {
        let (one, other) = (new_id(), new_id());
        assert_ne!(one, other);
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(one.split('-').nth(2).unwrap().starts_with('4'), "{one}");
        let variant = one.split('-').nth(3).unwrap();
        assert!(variant.starts_with(['8', '9', 'a', 'b']), "{one}");
    }
}
