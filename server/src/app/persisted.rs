//! The configuration: what the files say, and over it what was changed at run time.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use crate::config::{self, Configuration, Object, Overlay, OverlaySection};
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
    let configuration = over(path, files, &store)?;
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

/// The configuration with what the store says over it.
fn over(path: &Path, files: Configuration, store: &Store) -> Result<Configuration, Failure> {
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
    let mut documents = vec![(
        ObjectKind::Gateway,
        "maxscale".to_owned(),
        serde_json::json!({"parameters": {}}),
    )];
    let mut add = |kind, name: &str, document| documents.push((kind, name.to_owned(), document));
    fn each<P>(objects: &[Object<P>], mut add: impl FnMut(&str, serde_json::Value)) {
        for object in objects {
            add(&object.name, object.values.document());
        }
    }
    each(&files.servers, |name, document| {
        add(ObjectKind::Server, name, document)
    });
    each(&files.services, |name, document| {
        add(ObjectKind::Service, name, document)
    });
    each(&files.listeners, |name, document| {
        add(ObjectKind::Listener, name, document)
    });
    each(&files.monitors, |name, document| {
        add(ObjectKind::Monitor, name, document)
    });
    each(&files.filters, |name, document| {
        add(ObjectKind::Filter, name, document)
    });
    documents
}
