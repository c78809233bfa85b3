//! Failed log-ins make the next ones wait.
//!
//! Counted per user and address, so that nobody locks an administrator out from elsewhere, and per
//! address alone, so that names cannot be tried one after another, or at the same time. Who has
//! logged in from an address waits for failures of that name only. Time is passed in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use super::LoginError;

/// Failures without a wait, per user and address.
const FREE_PER_USER: u32 = 3;
/// Failures without a wait, per address.
const FREE_PER_ADDRESS: u32 = 20;
/// Passwords under check at the same time, per user and address, and per address.
const AT_ONCE_MAX: u32 = 64;
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// A failure is forgotten after this time without another.
const FORGET_AFTER: Duration = Duration::from_mins(15);
/// How long somebody who has logged in does not wait for what others at the address do.
const KNOWN_FOR: Duration = Duration::from_hours(24);
/// How many records are kept; the oldest goes first.
const RECORDS_MAX: usize = 4096;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    user: Option<String>,
    origin: IpAddr,
}

struct Record {
    failures: u32,
    under_check: u32,
    last: Instant,
}

impl Record {
    fn new(now: Instant) -> Self {
        Self {
            failures: 0,
            under_check: 0,
            last: now,
        }
    }

    /// The failures that are not forgotten at `now`.
    fn failures(&self, now: Instant) -> u32 {
        if is_within(FORGET_AFTER, self.last, now) {
            self.failures
        } else {
            0
        }
    }
}

/// Recent failures.
#[derive(Default)]
pub(super) struct Slowing {
    records: HashMap<Key, Record>,
    /// Who has logged in, and when last: an address may be that of a proxy, and many people's.
    known: HashMap<Key, Instant>,
}

impl Slowing {
    /// Whether a password may be checked now. If so, one of `succeeded`, `failed`, `undecided` follows.
    pub(super) fn begin(
        &mut self,
        user: &str,
        address: IpAddr,
        now: Instant,
    ) -> Result<(), LoginError> {
        self.make_room(now);
        let [by_user, by_address] = keys(user, address);
        let mut wait = self.wait(&by_user, FREE_PER_USER, now);
        if !self.knows(&by_user, now) {
            wait = wait.max(self.wait(&by_address, FREE_PER_ADDRESS, now));
        }
        if !wait.is_zero() {
            let retry_after = Duration::from_secs(wait.as_millis().div_ceil(1000) as u64);
            return Err(LoginError::Slowed { retry_after });
        }
        for key in [by_user, by_address] {
            let record = self.records.entry(key).or_insert_with(|| Record::new(now));
            record.under_check += 1;
        }
        Ok(())
    }

    /// The password was right.
    pub(super) fn succeeded(&mut self, user: &str, address: IpAddr, now: Instant) {
        self.undecided(user, address);
        let [by_user, _] = keys(user, address);
        self.records.remove(&by_user);
        self.known.insert(by_user, now);
        if self.known.len() > RECORDS_MAX {
            let oldest = self.known.iter().min_by_key(|(_, last)| **last);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.known.remove(&key);
            }
        }
    }

    /// The password was wrong.
    pub(super) fn failed(&mut self, user: &str, address: IpAddr, now: Instant) {
        self.undecided(user, address);
        for key in keys(user, address) {
            let record = self.records.entry(key).or_insert_with(|| Record::new(now));
            record.failures = record.failures(now).saturating_add(1);
            record.last = now;
        }
    }

    /// The password could not be checked.
    pub(super) fn undecided(&mut self, user: &str, address: IpAddr) {
        for key in keys(user, address) {
            let Some(record) = self.records.get_mut(&key) else {
                continue;
            };
            record.under_check = record.under_check.saturating_sub(1);
            if record.under_check == 0 && record.failures == 0 {
                self.records.remove(&key);
            }
        }
    }

    /// Whether somebody has logged in with that name from there lately.
    fn knows(&self, by_user: &Key, now: Instant) -> bool {
        let last = self.known.get(by_user);
        last.is_some_and(|last| is_within(KNOWN_FOR, *last, now))
    }

    fn wait(&self, key: &Key, free: u32, now: Instant) -> Duration {
        let Some(record) = self.records.get(key) else {
            return Duration::ZERO;
        };
        let failures = record.failures(now);
        let slowed = failures > free;
        // Beyond the free ones passwords are tried one by one: a burst must not get round the wait.
        if record.under_check >= if slowed { 1 } else { AT_ONCE_MAX } {
            return Duration::from_secs(1);
        }
        if !slowed {
            return Duration::ZERO;
        }
        let doublings = (failures - free - 1).min(5);
        let wait = Duration::from_secs(1 << doublings).min(WAIT_MAX);
        (record.last + wait).saturating_duration_since(now)
    }

    fn make_room(&mut self, now: Instant) {
        if self.records.len() < RECORDS_MAX {
            return;
        }
        self.records.retain(|_, record| {
            record.under_check > 0 || is_within(FORGET_AFTER, record.last, now)
        });
        while self.records.len() >= RECORDS_MAX {
            let oldest = self.records.iter().min_by_key(|(_, record)| record.last);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.records.remove(&key);
        }
    }
}

fn is_within(limit: Duration, then: Instant, now: Instant) -> bool {
    now.saturating_duration_since(then) < limit
}

fn keys(user: &str, address: IpAddr) -> [Key; 2] {
    let origin = origin(address);
    [
        Key {
            user: Some(user.to_owned()),
            origin,
        },
        Key { user: None, origin },
    ]
}

/// Who owns one IPv6 address owns its whole /64.
fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
