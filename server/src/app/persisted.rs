//! The configuration: what the files say, and over it what was changed at run time.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::Failure;
use crate::auth::admin::FIRST_NAME;
use crate::config::{self, Configuration, Overlay, OverlaySection, Values};
use crate::filters;
use crate::store::{ObjectKind, Overlaid, Store};

/// The kinds of objects that have sections in files.
const SECTIONS: [(ObjectKind, &str); 6] = [
    (ObjectKind::Gateway, "maxscale"),
    (ObjectKind::Server, "server"),
    (ObjectKind::Service, "service"),
    (ObjectKind::Listener, "listener"),
    (ObjectKind::Monitor, "monitor"),
    (ObjectKind::Filter, "filter"),
];

/// Reads the files and opens the store; the store is made when it is not there.
pub(super) fn open(path: &Path) -> Result<(Configuration, Arc<Store>), Failure> {
    let files = config::load(path, &filters::module_specs()).map_err(Failure::Config)?;
    let store = Store::open(&files.maxscale.parameters.datadir).map_err(anyhow::Error::from)?;
    store
        .lay_upon(documents(&files))
        .map_err(anyhow::Error::from)?;
    let parameters = &files.maxscale.parameters;
    store.set_persists(parameters.persist_runtime_changes);
    let configuration = over(path, files, &store)?;
    config::check_audit_file(&configuration).map_err(Failure::Config)?;
    Ok((configuration, Arc::new(store)))
}

/// The same only to look at it.
pub(super) fn look(path: &Path) -> Result<(Configuration, Option<Store>), Failure> {
    let files = config::load(path, &filters::module_specs()).map_err(Failure::Config)?;
    let store = Store::read(&files.maxscale.parameters.datadir).map_err(anyhow::Error::from)?;
    match store {
        Some(store) => Ok((over(path, files, &store)?, Some(store))),
        None => Ok((files, None)),
    }
}

/// The store to look into; there has to be one.
pub(super) fn store(path: &Path) -> Result<Store, Failure> {
    let files = config::load(path, &filters::module_specs()).map_err(Failure::Config)?;
    let datadir = &files.maxscale.parameters.datadir;
    let store = Store::read(datadir).map_err(anyhow::Error::from)?;
    let store = store.with_context(|| format!("there is no store in {}", datadir.display()));
    Ok(store?)
}

/// The store to be changed, whether or not what it says is good.
pub(super) fn open_store(path: &Path) -> Result<Store, Failure> {
    let files = config::load(path, &filters::module_specs()).map_err(Failure::Config)?;
    let store = Store::open(&files.maxscale.parameters.datadir).map_err(anyhow::Error::from)?;
    store
        .lay_upon(documents(&files))
        .map_err(anyhow::Error::from)?;
    Ok(store)
}

/// The configuration with what the store says over it, unless the files do not want that.
fn over(path: &Path, files: Configuration, store: &Store) -> Result<Configuration, Failure> {
    if !files.maxscale.parameters.load_persisted_configs {
        return Ok(files);
    }
    let overlaid = store.overlay().map_err(anyhow::Error::from)?;
    let sections: Vec<_> = overlaid.into_iter().filter_map(section).collect();
    if sections.is_empty() {
        return Ok(files);
    }
    let overlay = Overlay {
        place: store.path().to_owned(),
        sections,
    };
    config::load_over(path, &filters::module_specs(), &overlay).map_err(Failure::Config)
}

fn section(overlaid: Overlaid) -> Option<OverlaySection> {
    let (_, word) = SECTIONS.iter().find(|(kind, _)| *kind == overlaid.kind)?;
    Some(OverlaySection {
        word,
        name: overlaid.name,
        document: overlaid.document,
    })
}

/// What the files say of each object. Of the gateway itself the overlay holds only what is changed.
fn documents(files: &Configuration) -> Vec<(ObjectKind, String, serde_json::Value)> {
    let mut documents = vec![
        (
            ObjectKind::Gateway,
            "maxscale".to_owned(),
            serde_json::json!({"parameters": {}}),
        ),
        // It is there without anybody having made it, so that its removal has to be kept.
        (
            ObjectKind::User,
            FIRST_NAME.to_owned(),
            serde_json::Value::Null,
        ),
    ];
    let mut add = |kind: ObjectKind, name: &str, values: &Values| {
        documents.push((kind, name.to_owned(), values.document()));
    };
    for object in &files.servers {
        add(ObjectKind::Server, &object.name, &object.values);
    }
    for object in &files.services {
        add(ObjectKind::Service, &object.name, &object.values);
    }
    for object in &files.listeners {
        add(ObjectKind::Listener, &object.name, &object.values);
    }
    for object in &files.monitors {
        add(ObjectKind::Monitor, &object.name, &object.values);
    }
    for object in &files.filters {
        add(ObjectKind::Filter, &object.name, &object.values);
    }
    documents
}
