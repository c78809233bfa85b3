//! From the configuration to the parts of the gateway.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;

use crate::backend::{Endpoint, Timeouts};
use crate::config::{Configuration, GatewayParameters, ServiceParameters, Targets};
use crate::listeners::Listener;
use crate::monitors::MonitorHandle;
use crate::net::proxy_protocol::TrustedNetworks;
use crate::net::tls;
use crate::servers::{Server, ServerRegistry};
use crate::services::{AccountReader, ReaderSettings, Service};
use crate::sessions::{Entry, Workers};

/// How long each step of connecting a session to a server may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to log in.
const LOGIN_WITHIN: Duration = Duration::from_secs(10);

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Everything that runs.
pub(super) struct Parts {
    pub workers: Workers,
    pub listeners: Vec<Arc<Listener>>,
    pub monitors: Vec<MonitorHandle>,
    pub servers: Arc<ServerRegistry>,
    pub readers: Vec<AccountReader>,
    pub api: Option<Task>,
}
