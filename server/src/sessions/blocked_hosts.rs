//! Hosts from where too many log-ins have failed (`max_auth_errors_until_block`).
//!
//! Each worker counts for itself, whoever the log-ins were for and whether they were of new connections
//! or changed a user. A host is blocked for a minute, then it has all its attempts again; so it has when
//! no log-in has failed for a minute. A log-in that succeeds gives none back: else whoever has an
//! account could try out others' passwords between its own log-ins.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::net::Peer;

/// How long a host is blocked, and how long failures count.
const BLOCKED_FOR: Duration = Duration::from_mins(1);
/// Hosts that are remembered; when there are more, those that are not blocked are forgotten.
const HOSTS_MAX: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct BlockedHosts {
    hosts: RefCell<HashMap<IpAddr, Failures>>,
}

#[derive(Debug)]
struct Failures {
    count: u64,
    last: Instant,
}

impl Failures {
    /// Whether they are so long ago that they do not count any more.
    fn are_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= BLOCKED_FOR
    }
}

impl BlockedHosts {
    /// Whether clients from there have to wait, when `max` failures (0: any number) are allowed.
    pub fn is_blocked(&self, peer: Peer, max: u64, now: Instant) -> bool {
        let Some(host) = host(peer).filter(|_| max > 0) else {
            return false;
        };
        let hosts = self.hosts.borrow();
        let failures = hosts.get(&host);
        failures.is_some_and(|failures| failures.count >= max && !failures.are_over(now))
    }

    /// A log-in has failed. Says whether the host is blocked for that.
    pub fn failed(&self, peer: Peer, max: u64, now: Instant) -> bool {
        let Some(host) = host(peer).filter(|_| max > 0) else {
            return false;
        };
        let mut hosts = self.hosts.borrow_mut();
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(&host) {
            hosts.retain(|_, failures| failures.count >= max && !failures.are_over(now));
            if hosts.len() >= HOSTS_MAX {
                hosts.clear();
            }
        }
        let none = Failures {
            count: 0,
            last: now,
        };
        let failures = hosts.entry(host).or_insert(none);
        if failures.are_over(now) {
            failures.count = 0;
        }
        // Attempts that began before the host was blocked do not make it longer.
        if failures.count < max {
            failures.count += 1;
            failures.last = now;
            return failures.count == max;
        }
        false
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
            [1, 2, 3].map(|_| hosts.failed(peer(1), 3, now)),
            [false, false, true]
        );
        assert!(hosts.is_blocked(peer(1), 3, now));
        assert!(!hosts.is_blocked(peer(2), 3, now));
        assert!(!hosts.is_blocked(peer(1), 4, now), "the limit was raised");
        let later = now + Duration::from_secs(59);
        assert!(!hosts.failed(peer(1), 3, later));
        assert!(hosts.is_blocked(peer(1), 3, later));
        let later = now + BLOCKED_FOR;
        assert!(!hosts.is_blocked(peer(1), 3, later));
        assert!(!hosts.failed(peer(1), 3, later));
    }

    #[test]
    fn failures_count_until_there_was_none_for_a_minute() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        let failed = |seconds| hosts.failed(peer(1), 3, at(seconds));
        assert_eq!([0, 59, 118].map(failed), [false, false, true]);
        assert!(hosts.is_blocked(peer(1), 3, at(177)));
        let failed = |seconds| hosts.failed(peer(2), 3, at(seconds));
        assert_eq!([0, 1, 61, 62].map(failed), [false; 4]);
        assert!(failed(63));
    }

    #[test]
    fn nobody_is_blocked_without_a_limit_or_by_a_unix_socket() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        for _ in 0..50 {
            hosts.failed(peer(1), 0, now);
            hosts.failed(Peer::Local, 1, now);
        }
        assert!(!hosts.is_blocked(peer(1), 0, now));
        assert!(!hosts.is_blocked(Peer::Local, 1, now));
    }

    #[test]
    fn no_more_hosts_are_remembered_than_there_is_room_for() {
        let (hosts, now) = (BlockedHosts::default(), Instant::now());
        for number in 0..HOSTS_MAX as u32 + 100 {
            let peer = Peer::Tcp((std::net::Ipv4Addr::from(number), 1).into());
            hosts.failed(peer, 1, now);
        }
        assert!(hosts.hosts.borrow().len() <= HOSTS_MAX);
    }
}
