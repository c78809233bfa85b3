//! What the handlers share.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::console::Console;
use super::events::EventHub;
use super::logs::streams_max;
use super::trail::Trail;
use crate::auth::admin::{Administrators, TOKEN_AGE_MAX};
use crate::config::{ApiAuditParameters, HostPatterns};
use crate::control::Control;
use crate::net::NameResolver;

/// How the API is to be served.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one field per documented switch"
)]
pub struct ApiOptions {
    /// TLS, if `admin_ssl_key` and `admin_ssl_cert` are given.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// `admin_secure_gui`: tokens are given over TLS only.
    pub secure_gui: bool,
    /// `admin_gui`: the console is served.
    pub gui: bool,
    /// `admin_hide_sql`: basic accounts are not shown what is in statements.
    pub hide_sql: bool,
    /// `admin_auth`: who is there is asked for.
    pub authenticates: bool,
    /// `admin_audit`: what is written of requests.
    pub audit: ApiAuditParameters,
    /// `admin_log_auth_failures`.
    pub log_auth_failures: bool,
    /// `admin_jwt_max_age`: tokens are good for no longer.
    pub token_age_max: Duration,
    /// `admin_readonly_hosts`: from where it may be read.
    pub readonly_hosts: HostPatterns,
    /// `admin_readwrite_hosts`: from where it may be read and written.
    pub readwrite_hosts: HostPatterns,
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self {
            tls: None,
            secure_gui: false,
            gui: true,
            hide_sql: false,
            authenticates: true,
            audit: ApiAuditParameters::default(),
            log_auth_failures: true,
            token_age_max: TOKEN_AGE_MAX,
            readonly_hosts: HostPatterns::default(),
            readwrite_hosts: HostPatterns::default(),
        }
    }
}

/// Options that may change while the API is served. A clone is the same.
#[derive(Clone)]
pub struct LiveOptions(Arc<RwLock<Arc<ApiOptions>>>);

impl LiveOptions {
    /// They begin as `options`.
    pub fn new(options: ApiOptions) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(options))))
    }

    /// What they are now.
    pub fn get(&self) -> Arc<ApiOptions> {
        let options = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&options)
    }

    /// Changes some of them, from now on.
    pub fn change(&self, change: impl FnOnce(&mut ApiOptions)) {
        let mut options = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut options));
    }
}

/// Everything that requests need; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<Inner>);

struct Inner {
    control: Control,
    options: LiveOptions,
    events: Arc<EventHub>,
    names: NameResolver,
    console: Console,
    log_streams: Arc<Semaphore>,
    trail: Trail,
}

impl ApiState {
    /// The state of an API over `control`.
    pub fn new(control: Control, options: LiveOptions) -> Self {
        let events = EventHub::new(
            control.sessions.clone(),
            control.objects.clone(),
            control.store(),
        );
        Self(Arc::new(Inner {
            control,
            options,
            events,
            names: NameResolver::of_the_system(),
            console: Console::embedded(),
            log_streams: Arc::new(Semaphore::new(streams_max())),
            trail: Trail::default(),
        }))
    }

    pub(super) fn control(&self) -> &Control {
        &self.0.control
    }

    pub(super) fn administrators(&self) -> &Administrators {
        self.0.control.administrators()
    }

    pub(super) fn options(&self) -> Arc<ApiOptions> {
        self.0.options.get()
    }

    #[cfg(test)]
    pub(super) fn set_options(&self, options: ApiOptions) {
        self.0.options.change(|present| *present = options);
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

    /// Where requests are written.
    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }

    pub(super) fn console(&self) -> &Console {
        &self.0.console
    }
}
