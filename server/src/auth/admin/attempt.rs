//! One attempt to log in.

use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

use super::guard;
use super::slowing::Slowing;
use super::{Identity, LoginError};

/// An attempt under way. One that is given up half-way counts as failed: else a client that hangs up
/// early could guess without end.
pub(super) struct Attempt<'a> {
    slowing: &'a Mutex<Slowing>,
    user: &'a str,
    address: IpAddr,
    outcome: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    Failed,
    Succeeded,
    Undecided,
}

impl<'a> Attempt<'a> {
    /// Begins, unless earlier failures make this one wait.
    pub(super) fn begin(
        slowing: &'a Mutex<Slowing>,
        user: &'a str,
        address: IpAddr,
    ) -> Result<Self, LoginError> {
        guard(slowing).begin(user, address, Instant::now())?;
        Ok(Self {
            slowing,
            user,
            address,
            outcome: Outcome::Failed,
        })
    }

    /// Ends with the result of the check.
    pub(super) fn end(
        mut self,
        checked: Result<Identity, LoginError>,
    ) -> Result<Identity, LoginError> {
        self.outcome = match checked {
            Ok(_) => Outcome::Succeeded,
            Err(LoginError::Denied) => Outcome::Failed,
            Err(_) => Outcome::Undecided,
        };
        checked
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut slowing = guard(self.slowing);
        match self.outcome {
            Outcome::Failed => slowing.failed(self.user, self.address, Instant::now()),
            Outcome::Succeeded => {
                slowing.succeeded(self.user, self.address, Instant::now());
            }
            Outcome::Undecided => slowing.undecided(self.user, self.address),
        }
    }
}
