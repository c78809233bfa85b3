//! What is to be done to follow a layout; nothing of it can fail any more.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backend::Endpoint;
use crate::config::ServerParameters;
use crate::listeners::Listener;
use crate::monitors::{MonitorHandle, MonitorSettings};
use crate::servers::Server;
use crate::services::{AccountReader, ReaderSettings, Service, ServiceSnapshot};
use crate::sessions::Entry;

/// Everything that is to be done.
#[derive(Default)]
pub(in crate::control) struct Prepared {
    pub(super) servers: Vec<ServerStep>,
    pub(super) services: Vec<ServiceStep>,
    pub(super) monitors: Vec<MonitorStep>,
    pub(super) listeners: Vec<ListenerStep>,
    /// How servers that are new or altered are reached.
    pub(super) endpoints: HashMap<Arc<str>, (Arc<Server>, Endpoint)>,
    /// Services that are new.
    pub(super) new_services: HashMap<Arc<str>, Arc<Service>>,
}

pub(super) enum ServerStep {
    Add(Arc<Server>),
    Alter(Arc<Server>, Arc<ServerParameters>),
    Remove(Arc<str>),
}

pub(super) enum ServiceStep {
    Add(Arc<Service>, AccountReader),
    Alter {
        service: Arc<Service>,
        snapshot: Box<ServiceSnapshot>,
        /// How its accounts are read now, if in another way than before.
        reader: Option<ReaderSettings>,
    },
    Remove(Arc<str>),
}

pub(super) enum MonitorStep {
    Add(MonitorHandle),
    Alter(MonitorHandle, Box<MonitorSettings>),
    Remove(Arc<str>),
}

pub(super) enum ListenerStep {
    Add(Arc<Listener>),
    Alter(Arc<Listener>, Arc<Entry>),
    Remove(Arc<str>),
}
