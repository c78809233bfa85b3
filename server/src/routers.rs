//! Routers: which server gets the requests of a session.
//!
//! Pure: states and counters go in, an index into the candidates comes out. `sessions` does the
//! rest.

mod candidate;
mod error;
pub mod readconnroute;

pub use candidate::Candidate;
pub use error::{Refusal, RouteError};
pub use readconnroute::ReadConnRoute;
