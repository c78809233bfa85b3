//! What is configured: a value of which a change makes another one.
//!
//! An operation changes a copy as it likes. Only when all of it is right, and written, does the copy
//! take the place of the original, and what runs is made to follow it ([`super::running`]).

mod check;
mod documents;
mod names;
mod relate;
mod restore;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use indexmap::IndexMap;

pub(super) use restore::is_laid_out;

use super::error::ObjectError;
use crate::config::{
    Configuration, GatewayParameters, ListenerParameters, MonitorParameters, Object,
    ServerParameters, ServiceParameters,
};
use crate::net::Hosts;
use crate::store::ObjectKind;

/// Objects of one kind by name, in the order in which they were made.
pub(super) type Table<P> = IndexMap<Arc<str>, Arc<Configured<P>>>;

/// An object, and which state of it this is.
#[derive(Debug, Clone)]
pub(super) struct Configured<P> {
    pub(super) object: Object<P>,
    /// Moves with every change of it; no two changes since the start have the same.
    pub(super) version: u64,
    /// When it became what it is.
    pub(super) modified: SystemTime,
}

/// All that is configured, but for the filters, which have a registry of their own.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) maxscale: Arc<Configured<GatewayParameters>>,
    pub(super) servers: Table<ServerParameters>,
    pub(super) services: Table<ServiceParameters>,
    pub(super) listeners: Table<ListenerParameters>,
    pub(super) monitors: Table<MonitorParameters>,
    last_version: u64,
    /// Moves when certificates and keys are to be read anew.
    pub(super) files_read: u64,
    /// Addresses of names of hosts, for listeners that are to be bound.
    pub(super) hosts: Hosts,
}

/// A kind of objects of which a layout has a table.
pub(super) trait Tabled: Sized {
    /// One of them, with its article.
    const ONE: &'static str;
    /// What they are in the store.
    const KIND: ObjectKind;
    fn table(layout: &Layout) -> &Table<Self>;
    fn table_mut(layout: &mut Layout) -> &mut Table<Self>;
}

macro_rules! tabled {
    ($parameters:ty, $table:ident, $kind:ident, $one:literal) => {
        impl Tabled for $parameters {
            const ONE: &'static str = $one;
            const KIND: ObjectKind = ObjectKind::$kind;
            fn table(layout: &Layout) -> &Table<Self> {
                &layout.$table
            }
            fn table_mut(layout: &mut Layout) -> &mut Table<Self> {
                &mut layout.$table
            }
        }
    };
}

tabled!(ServerParameters, servers, Server, "a server");
tabled!(ServiceParameters, services, Service, "a service");
tabled!(ListenerParameters, listeners, Listener, "a listener");
tabled!(MonitorParameters, monitors, Monitor, "a monitor");

impl Layout {
    /// What the files say.
    pub(super) fn of(configuration: Configuration) -> Self {
        let now = SystemTime::now();
        Self {
            maxscale: Arc::new(Configured {
                object: configuration.maxscale,
                version: 1,
                modified: now,
            }),
            servers: table(configuration.servers, now),
            services: table(configuration.services, now),
            listeners: table(configuration.listeners, now),
            monitors: table(configuration.monitors, now),
            last_version: 1,
            files_read: 0,
            hosts: Hosts::new(),
        }
    }

    /// Gives all objects the version `first`, and later states of them those after it.
    pub(super) fn begin_versions(&mut self, first: u64) {
        fn begin<P: Clone>(configured: &mut Arc<Configured<P>>, first: u64) {
            *configured = Arc::new(Configured {
                version: first,
                ..Configured::clone(configured)
            });
        }
        begin(&mut self.maxscale, first);
        let servers = self.servers.values_mut();
        servers.for_each(|configured| begin(configured, first));
        let services = self.services.values_mut();
        services.for_each(|configured| begin(configured, first));
        let listeners = self.listeners.values_mut();
        listeners.for_each(|configured| begin(configured, first));
        let monitors = self.monitors.values_mut();
        monitors.for_each(|configured| begin(configured, first));
        self.last_version = first;
    }

    /// The folder that relative paths are meant from.
    pub(super) fn path_folder(&self) -> &Path {
        &self.maxscale.object.parameters.module_configdir
    }

    /// The same gateway with nothing in it.
    pub(super) fn emptied(&self) -> Self {
        Self {
            maxscale: Arc::clone(&self.maxscale),
            servers: Table::new(),
            services: Table::new(),
            listeners: Table::new(),
            monitors: Table::new(),
            last_version: self.last_version,
            files_read: self.files_read,
            hosts: Hosts::new(),
        }
    }

    /// An object that has to be there.
    pub(super) fn find<P: Tabled>(&self, name: &str) -> Result<&Arc<Configured<P>>, ObjectError> {
        P::table(self)
            .get(name)
            .ok_or_else(|| ObjectError::NotFound(name.to_owned(), P::ONE))
    }

    /// [`Layout::find`] of one that is in the state that is expected.
    pub(super) fn find_as<P: Tabled>(
        &self,
        name: &str,
        expected: Option<u64>,
    ) -> Result<Arc<Configured<P>>, ObjectError> {
        let found = self.find(name)?;
        match expected {
            Some(expected) if expected != found.version => Err(ObjectError::Changed),
            _ => Ok(Arc::clone(found)),
        }
    }

    /// Puts an object in, or in place of the one of its name if it says something else.
    pub(super) fn put<P: Tabled>(&mut self, object: Object<P>) {
        let present = P::table(self).get(&object.name);
        if present
            .is_some_and(|present| present.object.values.document() == object.values.document())
        {
            return;
        }
        self.last_version += 1;
        let name = Arc::clone(&object.name);
        let configured = Configured {
            object,
            version: self.last_version,
            modified: SystemTime::now(),
        };
        P::table_mut(self).insert(name, Arc::new(configured));
    }

    /// Gives the gateway other parameters.
    pub(super) fn put_gateway(&mut self, object: Object<GatewayParameters>) {
        self.last_version += 1;
        self.maxscale = Arc::new(Configured {
            object,
            version: self.last_version,
            modified: SystemTime::now(),
        });
    }

    /// Certificates and keys are to be read anew.
    pub(super) fn reload_files(&mut self) {
        self.files_read += 1;
    }

    /// Gives an object another version although it says the same: something that its document
    /// shows, and that was changed through it, is another object's.
    pub(super) fn touch<P: Tabled + Clone>(&mut self, name: &str) {
        self.last_version += 1;
        let version = self.last_version;
        if let Some(configured) = P::table_mut(self).get_mut(name) {
            let object = configured.object.clone();
            *configured = Arc::new(Configured {
                object,
                version,
                modified: SystemTime::now(),
            });
        }
    }

    /// Takes an object out.
    pub(super) fn remove<P: Tabled>(&mut self, name: &str) {
        P::table_mut(self).shift_remove(name);
    }
}

fn table<P>(objects: Vec<Object<P>>, modified: SystemTime) -> Table<P> {
    let entry = |object: Object<P>| {
        let name = Arc::clone(&object.name);
        let version = 1;
        let configured = Configured {
            object,
            version,
            modified,
        };
        (name, Arc::new(configured))
    };
    objects.into_iter().map(entry).collect()
}
