//! Changes of filters.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::footprint::Footprint;
use super::journal::Entry;
use super::objects::Objects;
use super::sessions::{LogChange, SessionView, Update};
use super::{By, Control};
use crate::config::parameter::Kind;
use crate::config::{ParameterError, Values};
use crate::filters::{self, ConfiguredFilter};
use crate::store::ObjectKind;

const A_FILTER: &str = "a filter";
/// The parameter that has a filter read its file anew, whatever its value.
const RELOAD: &str = "reload";

impl Objects {
    pub(super) fn configured_filter(
        &self,
        name: &str,
    ) -> Result<Arc<ConfiguredFilter>, ObjectError> {
        let found = self.filter_registry().get(name);
        found.ok_or_else(|| ObjectError::NotFound(name.to_owned(), A_FILTER))
    }

    /// Whether there is a filter of that name.
    pub(super) fn is_filter(&self, name: &str) -> bool {
        self.filter_registry().get(name).is_some()
    }

    /// Refuses parameters of a filter that name what is not there.
    fn check_references(&self, values: &Values) -> Result<(), ObjectError> {
        let layout = self.layout();
        for (parameter, kind, name) in values.references() {
            let is_service = layout.services.contains_key(name);
            let is_server = kind == Kind::Target && layout.servers.contains_key(name);
            if !is_service && !is_server {
                let what = kind.name();
                return Err(ObjectError::Parameter(ParameterError {
                    parameter: parameter.to_owned(),
                    message: format!("{name} is not a {what}"),
                }));
            }
        }
        Ok(())
    }

    /// A filter that is to be made; it is in no registry yet.
    pub(super) fn new_filter(
        &self,
        name: &str,
        module: &str,
        parameters: &Map<String, Value>,
    ) -> Result<ConfiguredFilter, ObjectError> {
        let layout = self.layout();
        self.check_new_name(&layout, name)?;
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
        let values = Values::of_new_filter(&module.spec, parameters, layout.path_folder())?;
        self.check_references(&values)?;
        Ok(ConfiguredFilter::at_run_time(name, module, values)?)
    }

    /// Refuses to remove what a filter sends to: it could not do without.
    pub(super) fn check_not_sent_to(&self, name: &str) -> Result<(), ObjectError> {
        let filters = self.filter_registry().all();
        let sending = filters.iter().find(|filter| {
            let mut references = filter.values.references();
            references.any(|(_, _, other)| other == name)
        });
        match sending {
            None => Ok(()),
            Some(filter) => Err(ObjectError::State(format!(
                "the filter {} sends to {name}: remove it or let it send elsewhere first",
                filter.name
            ))),
        }
    }
}

impl Control {
    /// Makes a filter.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_filter(
        &self,
        by: &By,
        name: &str,
        module: &str,
        parameters: &Map<String, Value>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let filter = self.objects.new_filter(name, module, parameters)?;
        let created = created(&filter);
        self.commit(by, vec![created]).await?;
        tracing::info!(
            object = name,
            "filter '{name}' has been made of the module {}",
            filter.module
        );
        self.objects.filter_registry().insert(filter);
        Ok(())
    }

    /// Gives a filter other parameters, all or none; live sessions use them from their next statement
    /// on. `expected` is the version that its parameters have to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_filter(
        &self,
        by: &By,
        name: &str,
        parameters: &Map<String, Value>,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        self.alter_filter_alone(by, name, parameters, expected)
            .await
    }

    /// [`Control::alter_filter`] by who holds the lock already.
    pub(super) async fn alter_filter_alone(
        &self,
        by: &By,
        name: &str,
        parameters: &Map<String, Value>,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let filter = self.objects.configured_filter(name)?;
        check(expected, filter.version)?;
        if parameters.is_empty() {
            return Ok(());
        }
        let layout = self.objects.layout();
        let values = filter
            .values
            .altered(parameters, Some(layout.path_folder()))?;
        if values.document() == filter.values.document() && !reads_anew(&values, parameters) {
            return Ok(());
        }
        self.objects.check_references(&values)?;
        // Taking them is the only way to find out whether it can.
        let altered = filter.altered(values)?;
        let change = entry("alter", name, Some(&filter), Some(&altered));
        if let Err(error) = self.commit(by, vec![change]).await {
            filter.restore()?;
            return Err(error.into());
        }
        self.objects.filter_registry().insert(altered);
        tracing::info!(object = name, "filter '{name}\' has other parameters");
        Ok(())
    }

    /// Removes a filter. One that is used is removed with `force` only, from services and live
    /// sessions first; a session that is busy has it until it is idle.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_filter(
        &self,
        by: &By,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        self.delete_filter_alone(by, name, force, expected).await
    }

    /// [`Control::delete_filter`] by who holds the lock already.
    pub(super) async fn delete_filter_alone(
        &self,
        by: &By,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let filter = self.objects.configured_filter(name)?;
        check(expected, filter.version)?;
        let services = self.objects.layout().services_filtered_by(name);
        let mut sessions = self.sessions.source.list().await;
        sessions.retain(|session| has(session, name));
        let users = users(&services, &sessions);
        ObjectError::unless_used(name, "is used by", &users, force)?;
        let mut entries = vec![entry("delete", name, Some(&filter), None)];
        entries.extend(sessions.iter().filter_map(|session| without(session, name)));
        self.rewrite_alone(by, "relate", entries, |layout| layout.unlink_filter(name))
            .await?;
        // Also from those that have begun meanwhile.
        for session in self.sessions.source.list().await {
            if has(&session, name) {
                self.unlink(&session, name).await;
            }
        }
        self.objects.filter_registry().remove(name);
        tracing::info!(object = name, "filter '{name}\' has been removed");
        Ok(())
    }

    /// Takes a filter out of a session. It is written already that there is none any more: what is not
    /// possible is left out.
    async fn unlink(&self, session: &SessionView, name: &str) {
        let registry = self.objects.filter_registry();
        let kept = others(session, name).into_iter().filter_map(|name| {
            let configured = registry.get(&name)?;
            Some((Arc::clone(&configured.name), Arc::clone(&configured.filter)))
        });
        let update = Update {
            chain: Some(kept.collect()),
            apply: session.chain.apply,
            ..Update::default()
        };
        if let Err(error) = self.update_session(session.id, update).await {
            tracing::info!(session = session.id, "'{name}' is not taken out: {error}");
        }
    }
}

/// What the audit tells of a filter that is made.
pub(super) fn created(filter: &ConfiguredFilter) -> Entry {
    entry("create", &filter.name, None, Some(filter))
}

fn entry(
    action: &'static str,
    name: &str,
    before: Option<&ConfiguredFilter>,
    after: Option<&ConfiguredFilter>,
) -> Entry {
    let document = |filter: &ConfiguredFilter| filter.values.document();
    Entry {
        action,
        kind: ObjectKind::Filter,
        name: name.to_owned(),
        before: before.map(document),
        after: after.map(document),
    }
}

/// Whether a filter that is given these parameters has to look at its files, although none is other:
/// nothing else is given. Who sends the whole document back wants nothing to be changed.
fn reads_anew(values: &Values, given: &Map<String, Value>) -> bool {
    let is_file = |wanted: &str| values.paths().any(|(name, _)| name == wanted);
    given
        .keys()
        .all(|name| name == RELOAD || is_file(name.as_str()))
}

/// What the audit tells of a session that loses a filter; nothing when it was to lose it already.
fn without(session: &SessionView, filter: &str) -> Option<Entry> {
    let before = Footprint::of(session);
    let after = before.changed(Some(others(session, filter)), LogChange::default());
    (before != after).then(|| Entry {
        action: "relate",
        kind: ObjectKind::Session,
        name: session.id.to_string(),
        before: Some(before.document()),
        after: Some(after.document()),
    })
}

/// The filters that a session is to have, but for one.
fn others(session: &SessionView, filter: &str) -> Vec<String> {
    let chain = &session.chain;
    let wanted = chain.pending.as_ref().unwrap_or(&chain.active);
    let kept = wanted.iter().filter(|known| ***known != *filter);
    kept.map(ToString::to_string).collect()
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
