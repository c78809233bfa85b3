//! Connections on which people run statements by way of the API.
//!
//! They belong to the API's side, but have a thread of their own: no worker, no monitor and no request
//! waits for what they read. One to a server is dialled as any; one to a listener comes in through its door, so that it is a session with
//! its router and its filters. Everything has a limit: how many connections there are, how long one may
//! be idle and a statement may run, and how much of results is held.

mod budget;
mod cell;
mod collector;
mod connection;
mod error;
mod job;
mod lane;
mod outcome;
mod places;
mod registry;
mod target;

pub use cell::Cell;
pub use connection::{Connection, ConnectionView, Looked};
pub use error::WorkbenchError;
pub use outcome::{Answer, Failure, Outcome, ResultRows};
pub use registry::{Over, Plan, Rules, Wish, Workbench};
pub use target::{Target, Targets, Visitor};
