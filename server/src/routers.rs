//! Routers: which server gets the requests of a session.
//!
//! Pure: states, counters and the time go in, an index into the servers comes out. `sessions` does
//! the rest. [`Router`] is what a service has; readconnroute answers once per session, and
//! readwritesplit for every request.

mod ask;
mod candidate;
mod diagnostics;
mod error;
mod member;
mod outcome;
pub mod readconnroute;
pub mod readwritesplit;

pub use ask::{Ask, Plan, Purpose};
pub use candidate::Candidate;
pub use error::{Refusal, RouteError};
pub use member::{LinkState, Member};
pub use outcome::{Lost, LostDuring, Recovery, Replied};
pub use readconnroute::ReadConnRoute;
pub use readwritesplit::{ReadWriteSplit, SplitSession};

use crate::config::ServiceParameters;

/// A configured router.
#[derive(Debug, Clone)]
pub enum Router {
    /// A session has one server.
    ReadConn(ReadConnRoute),
    /// Writes go to the primary, reads to replicas.
    Split(ReadWriteSplit),
}

impl Router {
    /// The router that a service's parameters ask for.
    pub fn of(parameters: &ServiceParameters) -> Self {
        if parameters.router == "readwritesplit" {
            Self::Split(ReadWriteSplit::new(&parameters.split))
        } else {
            Self::ReadConn(ReadConnRoute::from(parameters))
        }
    }

    /// The same router with other parameters, for sessions that begin from now on. What it has
    /// counted goes on.
    #[must_use]
    pub fn altered(&self, parameters: &ServiceParameters) -> Self {
        match self {
            Self::Split(split) if parameters.router == "readwritesplit" => {
                Self::Split(split.with(&parameters.split))
            }
            Self::ReadConn(router) if parameters.router != "readwritesplit" => {
                Self::ReadConn(router.with(parameters))
            }
            _ => Self::of(parameters),
        }
    }
}
