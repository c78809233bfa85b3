//! What the handlers share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::console::Console;
use super::events::EventHub;
use super::logs::streams_max;
use crate::auth::admin::Administrators;
use crate::control::Control;
use crate::net::NameResolver;

/// How the API is to be served.
#[derive(Clone, Default)]
pub struct ApiOptions {
    /// TLS, if `admin_ssl_key` and `admin_ssl_cert` are given.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// `admin_secure_gui`: tokens are given over TLS only.
    pub secure_gui: bool,
}

/// Everything that requests need; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<Inner>);

struct Inner {
    control: Control,
    options: ApiOptions,
    events: Arc<EventHub>,
    names: NameResolver,
    console: Console,
    log_streams: Arc<Semaphore>,
}

impl ApiState {
    /// The state of an API over `control`.
    pub fn new(control: Control, options: ApiOptions) -> Self {
        let events = EventHub::new(control.sessions.clone());
        Self(Arc::new(Inner {
            control,
            options,
            events,
            names: NameResolver::of_the_system(),
            console: Console::embedded(),
            log_streams: Arc::new(Semaphore::new(streams_max())),
        }))
    }

    pub(super) fn control(&self) -> &Control {
        &self.0.control
    }

    pub(super) fn administrators(&self) -> &Administrators {
        self.0.control.administrators()
    }

    pub(super) fn options(&self) -> &ApiOptions {
        &self.0.options
    }

    pub(super) fn events(&self) -> &Arc<EventHub> {
        &self.0.events
    }

    pub(super) fn names(&self) -> &NameResolver {
        &self.0.names
    }

    /// Places for streams of the log.
    pub(super) fn log_streams(&self) -> &Arc<Semaphore> {
        &self.0.log_streams
    }

    pub(super) fn console(&self) -> &Console {
        &self.0.console
    }
}
