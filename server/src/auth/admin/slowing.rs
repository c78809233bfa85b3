//! Failed log-ins make the next ones wait.
//!
//! Counted per user and address, so that nobody locks an administrator out from elsewhere, and per
//! address alone, so that names cannot be tried one after another. Time is passed in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use super::LoginError;

/// Failures without a wait, per user and address.
const FREE_PER_USER: u32 = 3;
/// Failures without a wait, per address.
const FREE_PER_ADDRESS: u32 = 20;
/// Passwords under check at the same time, per user and address.
const AT_ONCE_MAX: u32 = 64;
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// A failure is forgotten after this time without another.
const FORGET_AFTER: Duration = Duration::from_mins(15);
/// How many records are kept; the oldest goes first.
const RECORDS_MAX: usize = 4096;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    user: Option<String>,
    origin: IpAddr,
}

struct Record {
    failures: u32,
    under_check: u32,
    last: Instant,
}

/// Recent failures.
#[derive(Default)]
pub(super) struct Slowing {
    records: HashMap<Key, Record>,
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
        let wait = self.wait(&by_user, FREE_PER_USER, now);
        let wait = wait.max(self.wait(&by_address, FREE_PER_ADDRESS, now));
        if !wait.is_zero() {
            let retry_after = Duration::from_secs(wait.as_millis().div_ceil(1000) as u64);
            return Err(LoginError::Slowed { retry_after });
        }
        let record = Record {
            failures: 0,
            under_check: 0,
            last: now,
        };
        self.records.entry(by_user).or_insert(record).under_check += 1;
        Ok(())
    }

    /// The password was right.
    pub(super) fn succeeded(&mut self, user: &str, address: IpAddr) {
        let [by_user, _] = keys(user, address);
        self.records.remove(&by_user);
    }

    /// The password was wrong.
    pub(super) fn failed(&mut self, user: &str, address: IpAddr, now: Instant) {
        self.undecided(user, address);
        for key in keys(user, address) {
            let record = Record {
                failures: 0,
                under_check: 0,
                last: now,
            };
            let record = self.records.entry(key).or_insert(record);
            record.failures = record.failures.saturating_add(1);
            record.last = now;
        }
    }

    /// The password could not be checked.
    pub(super) fn undecided(&mut self, user: &str, address: IpAddr) {
        let [by_user, _] = keys(user, address);
        if let Some(record) = self.records.get_mut(&by_user) {
            record.under_check = record.under_check.saturating_sub(1);
        }
    }

    fn wait(&self, key: &Key, free: u32, now: Instant) -> Duration {
        let Some(record) = self.records.get(key) else {
            return Duration::ZERO;
        };
        let slowed = record.failures > free;
        // Beyond the free ones passwords are tried one by one: a burst must not get round the wait.
        if record.under_check >= if slowed { 1 } else { AT_ONCE_MAX } {
            return Duration::from_secs(1);
        }
        if !slowed {
            return Duration::ZERO;
        }
        let doublings = (record.failures - free - 1).min(5);
        let wait = Duration::from_secs(1 << doublings).min(WAIT_MAX);
        (record.last + wait).saturating_duration_since(now)
    }

    fn make_room(&mut self, now: Instant) {
        if self.records.len() < RECORDS_MAX {
            return;
        }
        self.records.retain(|_, record| {
            record.under_check > 0 || now.saturating_duration_since(record.last) < FORGET_AFTER
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
