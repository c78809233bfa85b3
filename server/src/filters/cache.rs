//! cache: keeps the results of SELECT statements, and gives them to the next who asks.

mod collector;
mod rules;
mod session;
mod settings;
mod snapshot;
mod statement;
mod store;
#[cfg(test)]
mod tests;
mod variables;
mod writes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use serde_json::{Map, Value, json};

use super::registry::FilterModule;
use super::settings::Settings;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::Needs;
use session::CacheSession;
use settings::{Fixed, PARAMETERS, Policy};
use store::Store;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "cache",
        kind: ModuleKind::Filter,
        parameters: PARAMETERS,
        description: "Keeps the results of SELECT statements, and answers the next ones itself.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    let fixed = Fixed::of(values)?;
    Ok(Arc::new(Cache {
        policy: Settings::new(Policy::of(values)?),
        stores: Arc::new(Stores {
            is_shared: fixed.is_shared,
            count_max: fixed.count_max,
            size_max: fixed.size_max,
            by_thread: Mutex::default(),
        }),
        fixed: Arc::new(fixed),
    }))
}

struct Cache {
    fixed: Arc<Fixed>,
    policy: Arc<Settings<Policy>>,
    stores: Arc<Stores>,
}

/// One store for all threads or one for each.
#[derive(Debug)]
struct Stores {
    is_shared: bool,
    count_max: usize,
    size_max: usize,
    by_thread: Mutex<Vec<(Option<ThreadId>, Arc<Store>)>>,
}

impl Stores {
    fn lock(&self) -> MutexGuard<'_, Vec<(Option<ThreadId>, Arc<Store>)>> {
        self.by_thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The store of this thread.
    fn here(&self) -> Arc<Store> {
        let thread = (!self.is_shared).then(|| thread::current().id());
        let mut stores = self.lock();
        if let Some((_, store)) = stores.iter().find(|(of, _)| *of == thread) {
            return Arc::clone(store);
        }
        let store = Arc::new(Store::new(self.count_max, self.size_max));
        stores.push((thread, Arc::clone(&store)));
        store
    }

    fn all(&self) -> Vec<Arc<Store>> {
        self.lock()
            .iter()
            .map(|(_, store)| Arc::clone(store))
            .collect()
    }
}

impl Filter for Cache {
    fn needs(&self) -> Needs {
        Needs::all()
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(CacheSession::new(
            Arc::clone(&self.fixed),
            self.policy.view(),
            Arc::clone(&self.stores),
            session,
        )))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.policy.set(Policy::of(values)?);
        // What is there was stored by the old rules.
        for store in self.stores.all() {
            store.clear();
        }
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("rules".into(), self.policy.get().rules.shown.clone());
        for (index, store) in self.stores.all().iter().enumerate() {
            let storage = store.diagnostics();
            if self.stores.is_shared {
                shown.insert("storage".into(), storage);
            } else {
                shown.insert(format!("thread-{index}"), json!({ "storage": storage }));
            }
        }
        Value::Object(shown)
    }
}
