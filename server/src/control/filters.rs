//! Changes of filters.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::error::ObjectError;
use super::layout::Difference;
use super::objects::Objects;
use super::sessions::{SessionView, Update};
use super::{ChainError, Control};
use crate::config::Values;
use crate::filters::{self, ConfiguredFilter};
use crate::store::{Author, ObjectKind};

const A_FILTER: &str = "a filter";

impl Objects {
    fn configured_filter(&self, name: &str) -> Result<Arc<ConfiguredFilter>, ObjectError> {
        let found = self.filter_registry().get(name);
        found.ok_or_else(|| ObjectError::NotFound(name.to_owned(), A_FILTER))
    }

    /// Whether there is a filter of that name.
    pub(super) fn is_filter(&self, name: &str) -> bool {
        self.filter_registry().get(name).is_some()
    }
}

impl Control {
    /// Makes a filter.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_filter(
        &self,
        author: &Author,
        name: &str,
        module: &str,
        parameters: &Map<String, Value>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        self.objects.check_new_name(&self.objects.layout(), name)?;
        let module = filters::module(module).ok_or_else(|| {
            let known: Vec<&str> = filters::MODULES
                .iter()
                .map(|module| module.spec.name)
                .collect();
            ObjectError::Module {
                what: "filter module",
                name: module.to_owned(),
                known: known.join(", "),
            }
        })?;
        let values = Values::of_new_filter(&module.spec, parameters)?;
        let filter = ConfiguredFilter::at_run_time(name, module, values)?;
        let made = difference(name, None, Some(document(&filter)));
        self.commit(author, "create", vec![made]).await?;
        self.objects.filter_registry().insert(filter);
        tracing::info!(
            "filter '{name}' has been made of the module {}",
            module.spec.name
        );
        Ok(())
    }

    /// Gives a filter other parameters, all or none; live sessions use them from their next statement
    /// on. `expected` is the version that its parameters have to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_filter(
        &self,
        author: &Author,
        name: &str,
        parameters: &Map<String, Value>,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let filter = self.objects.configured_filter(name)?;
        check(expected, filter.version)?;
        if parameters.is_empty() {
            return Ok(());
        }
        let values = filter.values.altered(parameters)?;
        if values.given_json() == filter.values.given_json() {
            return Ok(());
        }
        let altered = filter.altered(values)?;
        let change = difference(name, Some(document(&filter)), Some(document(&altered)));
        if let Err(error) = self.commit(author, "alter", vec![change]).await {
            // It has taken the new ones to find out whether it can.
            if let Err(error) = filter.altered(filter.values.clone()) {
                tracing::error!("filter '{name}' can't go back to what it was: {error}");
            }
            return Err(error);
        }
        self.objects.filter_registry().insert(altered);
        tracing::info!("filter '{name}' has other parameters");
        Ok(())
    }

    /// Removes a filter. One that is used is removed with `force` only, from services and live
    /// sessions first; a session that is busy has it until it is idle.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_filter(
        &self,
        author: &Author,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let filter = self.objects.configured_filter(name)?;
        check(expected, filter.version)?;
        let services = self.objects.layout().services_filtered_by(name);
        let mut sessions = self.sessions.source.list().await;
        sessions.retain(|session| has(session, name));
        let by = users(&services, &sessions);
        ObjectError::unless_used(name, "is used by", &by, force)?;
        let removed = difference(name, Some(document(&filter)), None);
        self.rewrite_alone(author, "relate", &[removed], |layout| {
            layout.unlink_filter(name)
        })
        .await?;
        for session in sessions {
            self.unlink(session, name).await?;
        }
        self.objects.filter_registry().remove(name);
        tracing::info!("filter '{name}' has been removed");
        Ok(())
    }

    async fn unlink(&self, session: SessionView, name: &str) -> Result<(), ChainError> {
        let chain = session.chain;
        let wanted = chain.pending.unwrap_or(chain.active);
        let kept = wanted.iter().filter(|known| ***known != *name);
        let names: Vec<String> = kept.map(ToString::to_string).collect();
        let update = Update {
            chain: Some(self.objects.chain(&names)?),
            apply: chain.apply,
            ..Update::default()
        };
        if let Err(error) = self.update_session(session.id, update).await {
            tracing::info!(session = session.id, "'{name}' is not taken out: {error}");
        }
        Ok(())
    }
}

/// A filter as it is written down.
fn document(filter: &ConfiguredFilter) -> Value {
    json!({"module": filter.module, "parameters": filter.values.given_json()})
}

fn difference(name: &str, before: Option<Value>, after: Option<Value>) -> Difference {
    Difference {
        kind: ObjectKind::Filter,
        name: Arc::from(name),
        before,
        after,
    }
}

/// Refuses a change of another version than the present one.
fn check(expected: Option<u64>, present: u64) -> Result<(), ObjectError> {
    match expected {
        Some(expected) if expected != present => Err(ObjectError::Changed),
        _ => Ok(()),
    }
}

fn has(session: &SessionView, filter: &str) -> bool {
    let chain = &session.chain;
    let mut names = chain.active.iter().chain(chain.pending.iter().flatten());
    names.any(|name| **name == *filter)
}

fn users(services: &[Arc<str>], sessions: &[SessionView]) -> Vec<String> {
    let mut users: Vec<String> = services
        .iter()
        .map(|name| format!("the service {name}"))
        .collect();
    match sessions {
        [] => {}
        [one] => users.push(format!("the session {}", one.id)),
        more => users.push(format!("{} sessions", more.len())),
    }
    users
}
