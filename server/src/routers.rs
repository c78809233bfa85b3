//! Routers: which server gets the requests of a session.
//!
//! Pure: states and counters go in, an index into the candidates comes out. `sessions` does the rest.

mod candidate;
mod error;
pub mod readconnroute;

pub use candidate::Candidate;
pub use error::{Refusal, RouteError};
pub use readconnroute::ReadConnRoute;

use crate::config::ServiceParameters;

/// The configured router of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Router {
    /// One server per session.
    ReadConnRoute(ReadConnRoute),
}

/// An index into the candidates that the router was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target(pub usize);

/// What a router has decided for one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouterSession {
    router: Router,
    target: Target,
}

impl Router {
    /// The router that a service is configured with. The configuration has checked its name, and
    /// there is one router.
    pub fn from_parameters(parameters: &ServiceParameters) -> Self {
        Self::ReadConnRoute(ReadConnRoute::from(parameters))
    }

    /// Chooses the server of a new session among `candidates`, in the order of the service.
    ///
    /// # Errors
    /// None of them will do; the error says why.
    pub fn open(&self, candidates: &[Candidate]) -> Result<RouterSession, RouteError> {
        let index = match self {
            Self::ReadConnRoute(router) => router.choose(candidates)?,
        };
        Ok(RouterSession {
            router: self.clone(),
            target: Target(index),
        })
    }
}

impl RouterSession {
    /// Where all requests go.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Whether the session may stay on its server, which now is as `candidate` says.
    ///
    /// # Errors
    /// It must end; the error says why.
    pub fn check(&self, candidate: &Candidate) -> Result<(), RouteError> {
        match &self.router {
            Router::ReadConnRoute(router) => router.check(candidate),
        }
    }
}
