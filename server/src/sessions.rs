//! Sessions: the shell that performs what the pure parts decide.
//!
//! A client's connection becomes a [`session`] on one [`Worker`] and stays there until its end.
//! `flow` follows the conversation and decides, `relay` moves the bytes, `login` and `change_user`
//! let clients in. [`SessionDirectory`] is how everybody else looks at sessions and ends them.

mod authentication;
mod backends;
mod blocked_hosts;
mod branch;
mod chains;
mod change_user;
mod close_reason;
mod connect;
mod dialect;
mod directory;
mod door;
mod entry;
mod flow;
mod history;
mod inner;
mod kill;
mod last_statements;
mod link;
mod log_switches;
mod login;
mod metadata;
mod metering;
mod prepared;
mod record;
mod relay;
mod renewal;
mod routed;
mod session;
mod session_log;
#[cfg(test)]
mod simulation;
mod table;
mod trace;
mod update;
mod usage;
mod view;
mod visit;
mod worker;

pub use branch::{BranchTargets, Branching};
pub use chains::{Apply, ChainView};
pub use close_reason::{CloseReason, ClosedBy, During};
pub use directory::SessionDirectory;
pub use door::{Door, DoorError};
pub use entry::Entry;
pub use last_statements::StatementView;
pub use log_switches::{LogChange, LogSwitches};
pub use record::Restart;
pub use trace::TraceRules;
pub use update::{Update, UpdateError};
pub use usage::{ClassifiedStatement, WorkerUsage};
pub use view::{Activity, Changes, ConnectionView, EndView, SessionView};
pub use worker::{Worker, Workers};
