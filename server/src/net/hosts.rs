//! Addresses of names of hosts that are given where an address is meant.
//!
//! The system's resolver may take half a minute for one name. It is asked on a thread of its own, and
//! waited for only so long.

use std::collections::HashMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use tokio::sync::Semaphore;

/// How long the resolver may take.
const WITHIN: Duration = Duration::from_secs(5);
/// Look-ups at the same time; others wait, and their time goes on. One that hangs keeps its place.
const LOOKUPS_MAX: usize = 8;

/// Why a host name leads to no address.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The resolver says so.
    #[error("the host name {0} can't be looked up: {1}")]
    Failed(String, io::Error),
    /// It knows the name, and no address.
    #[error("the host name {0} has no address")]
    NoAddress(String),
    /// It takes too long.
    #[error("the host name {0} can't be looked up: no answer within {1:?}")]
    TooLate(String, Duration),
}

/// Addresses that names of hosts have been found to have.
pub type Hosts = HashMap<String, IpAddr>;

type Lookup = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// Looks up names of hosts; cheap to clone.
#[derive(Clone)]
pub struct HostLookup {
    lookup: Arc<Lookup>,
    places: Arc<Semaphore>,
    within: Duration,
}

impl fmt::Debug for HostLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostLookup").finish_non_exhaustive()
    }
}

impl HostLookup {
    /// Asks the system's resolver.
    pub fn of_the_system() -> Self {
        let lookup = |host: &str| {
            let found = (host, 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        };
        Self::new(WITHIN, lookup)
    }

    /// Asks `lookup`, which may block, and waits for it only so long.
    pub fn new(
        within: Duration,
        lookup: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            lookup: Arc::new(lookup),
            places: Arc::new(Semaphore::new(LOOKUPS_MAX)),
            within,
        }
    }

    /// The address that a text is, or that the host of that name has; the first of several.
    ///
    /// # Errors
    /// There is none, or it is not known in time.
    pub async fn address(&self, host: &str) -> Result<IpAddr, HostError> {
        if let Ok(ip) = host.parse() {
            return Ok(ip);
        }
        let found = tokio::time::timeout(self.within, self.look_up(host.to_owned())).await;
        let found = found.map_err(|_| HostError::TooLate(host.to_owned(), self.within))?;
        let found = found.map_err(|error| HostError::Failed(host.to_owned(), error))?;
        let first = found.first().copied();
        first.ok_or_else(|| HostError::NoAddress(host.to_owned()))
    }

    async fn look_up(&self, host: String) -> io::Result<Vec<IpAddr>> {
        // It is never closed.
        let place = Arc::clone(&self.places).acquire_owned().await;
        let lookup = Arc::clone(&self.lookup);
        let looking = tokio::task::spawn_blocking(move || {
            let _place = place;
            lookup(&host)
        });
        looking
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[tokio::test]
    async fn addresses_are_not_looked_up_and_names_are() {
        let hosts = HostLookup::new(WITHIN, |host| match host {
            "db.example" => Ok(vec!["10.0.0.3".parse().unwrap()]),
            "empty.example" => Ok(Vec::new()),
            _ => Err(io::Error::other("Name or service not known")),
        });
        for (host, expected) in [
            ("::1", "::1"),
            ("db.example", "10.0.0.3"),
            (
                "empty.example",
                "the host name empty.example has no address",
            ),
            (
                "none.example",
                "the host name none.example can't be looked up: Name or service not known",
            ),
        ] {
            let found = hosts.address(host).await;
            let told = found.map_or_else(|error| error.to_string(), |ip| ip.to_string());
            assert_eq!(told, expected);
        }
    }

    #[tokio::test]
    async fn a_resolver_that_hangs_is_waited_for_only_so_long() {
        let (release, gate) = sync_channel::<()>(LOOKUPS_MAX);
        let gate = Mutex::new(gate);
        let hosts = HostLookup::new(Duration::from_millis(50), move |_| {
            gate.lock().unwrap().recv().unwrap();
            Ok(Vec::new())
        });
        for _ in 0..LOOKUPS_MAX {
            let late = hosts.address("db.example").await.unwrap_err();
            let told = "the host name db.example can't be looked up: no answer within 50ms";
            assert_eq!(late.to_string(), told);
        }
        // All places are taken, and still no answer takes longer.
        let late = hosts.address("db.example").await;
        assert!(matches!(late, Err(HostError::TooLate(..))), "{late:?}");
        for _ in 0..LOOKUPS_MAX {
            release.send(()).unwrap();
        }
    }
}
