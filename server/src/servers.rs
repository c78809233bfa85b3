//! The database servers: what is configured of each, what is known of it, and who is connected.
//!
//! Monitors write states and facts; routers and sessions read them without locks and wait for
//! changes.

mod connections;
mod event;
mod facts;
mod load;
mod registry;
mod server;
mod states;

pub use connections::{ConnectionPermit, Place, PoolCounts, ServerFull};
pub use event::{LastEvent, Role, ServerEvent};
pub use facts::{Receiving, ReplicaLink, ServerFacts};
pub use load::{BUCKETS, Bucket, Distribution, Load};
pub use registry::{RegistryError, ServerRegistry};
pub use server::Server;
pub use states::ServerStates;
