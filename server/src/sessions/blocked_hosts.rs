//! Hosts from where too many log-ins have failed (`max_auth_errors_until_block`).
//!
//! Each worker counts for itself. A host is blocked for a minute, then it has all its attempts again;
//! so it has after a log-in that succeeds, but not when it has failed to change a user within the last
//! minute: else whoever has an account could try out others' passwords between its own log-ins.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::net::Peer;

/// How long a host is blocked.
const BLOCKED_FOR: Duration = Duration::from_mins(1);
/// Hosts that are remembered; when there are more, those that are not blocked are forgotten.
const HOSTS_MAX: usize = 10_000;

/// How a client that failed wanted to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// On a new connection.
    In,
    /// By COM_CHANGE_USER.
    Change,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct BlockedHosts {
    hosts: RefCell<HashMap<IpAddr, Failures>>,
}

#[derive(Debug)]
struct Failures {
    count: u64,
    last: Instant,
    last_change: Option<Instant>,
}

impl BlockedHosts {
    /// Whether clients from there have to wait, when `max` failures (0: any number) are allowed.
    pub fn is_blocked(&self, peer: Peer, max: u64, now: Instant) -> bool {
        let Some(host) = host(peer).filter(|_| max > 0) else {
            return false;
        };
        let mut hosts = self.hosts.borrow_mut();
        let Some(failures) = hosts.get(&host) else {
            return false;
        };
        let blocked = failures.count >= max;
        let is_over = now.saturating_duration_since(failures.last) >= BLOCKED_FOR;
        if blocked && is_over {
            hosts.remove(&host);
        }
        blocked && !is_over
    }

    /// A log-in has failed. Says whether the host is blocked for that.
    pub fn failed(&self, peer: Peer, max: u64, way: Way, now: Instant) -> bool {
        let Some(host) = host(peer).filter(|_| max > 0) else {
            return false;
        };
        let mut hosts = self.hosts.borrow_mut();
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(&host) {
            hosts.retain(|_, failures| failures.count >= max);
            if hosts.len() >= HOSTS_MAX {
                hosts.clear();
            }
        }
        let failures = hosts.entry(host).or_insert(Failures {
            count: 0,
            last: now,
            last_change: None,
        });
        if way == Way::Change {
            failures.last_change = Some(now);
        }
        // Attempts that began before the host was blocked do not make it longer.
        if failures.count < max {
            failures.count += 1;
            failures.last = now;
            return failures.count == max;
        }
        false
    }

    /// A log-in has succeeded.
    pub fn succeeded(&self, peer: Peer, now: Instant) {
        let mut hosts = self.hosts.borrow_mut();
        let Some(host) = host(peer).filter(|_| !hosts.is_empty()) else {
            return;
        };
        let last_change = hosts.get(&host).and_then(|failures| failures.last_change);
        let age = last_change.map(|at| now.saturating_duration_since(at));
        if age.is_none_or(|age| age >= BLOCKED_FOR) {
            hosts.remove(&host);
        }
    }
}

/// Clients of this host that come by a Unix socket are never blocked.
fn host(peer: Peer) -> Option<IpAddr> {
    match peer {
        Peer::Tcp(address) => Some(address.ip().to_canonical()),
        Peer::Local => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> Peer {
        Peer::Tcp(([10, 0, 0, last], 1000).into())
    }

    #[test]
    fn a_host_is_blocked_for_a_minute_and_begins_anew() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        assert_eq!(
            [1, 2, 3].map(|_| hosts.failed(peer(1), 3, Way::In, now)),
            [false, false, true]
        );
        assert!(hosts.is_blocked(peer(1), 3, now));
        assert!(!hosts.is_blocked(peer(2), 3, now));
        assert!(!hosts.is_blocked(peer(1), 4, now), "the limit was raised");
        let later = now + Duration::from_secs(59);
        assert!(!hosts.failed(peer(1), 3, Way::In, later));
        assert!(hosts.is_blocked(peer(1), 3, later));
        let later = now + BLOCKED_FOR;
        assert!(!hosts.is_blocked(peer(1), 3, later));
        assert!(!hosts.failed(peer(1), 3, Way::In, later));
    }

    #[test]
    fn a_login_that_succeeds_gives_all_attempts_back() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        for _ in 0..5 {
            hosts.failed(peer(1), 2, Way::In, now);
            hosts.succeeded(peer(1), now);
        }
        assert!(!hosts.is_blocked(peer(1), 2, now));
    }

    #[test]
    fn a_login_that_succeeds_gives_no_attempts_to_change_the_user_back() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        hosts.failed(peer(1), 3, Way::Change, now);
        hosts.succeeded(peer(1), now);
        hosts.failed(peer(1), 3, Way::In, now);
        hosts.succeeded(peer(1), now);
        assert!(hosts.failed(peer(1), 3, Way::Change, now));
        assert!(hosts.is_blocked(peer(1), 3, now));
        hosts.failed(peer(2), 3, Way::Change, now);
        hosts.failed(peer(2), 3, Way::Change, now);
        hosts.succeeded(peer(2), now + BLOCKED_FOR);
        assert!(!hosts.failed(peer(2), 3, Way::Change, now + BLOCKED_FOR));
    }

    #[test]
    fn nobody_is_blocked_without_a_limit_or_by_a_unix_socket() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        for _ in 0..50 {
            hosts.failed(peer(1), 0, Way::In, now);
            hosts.failed(Peer::Local, 1, Way::In, now);
        }
        assert!(!hosts.is_blocked(peer(1), 0, now));
        assert!(!hosts.is_blocked(Peer::Local, 1, now));
    }

    #[test]
    fn no_more_hosts_are_remembered_than_there_is_room_for() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        for number in 0..HOSTS_MAX as u32 + 100 {
            let peer = Peer::Tcp((std::net::Ipv4Addr::from(number), 1).into());
            hosts.failed(peer, 1, Way::In, now);
        }
        assert!(hosts.hosts.borrow().len() <= HOSTS_MAX);
    }
}
