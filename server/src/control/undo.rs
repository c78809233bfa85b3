//! Undoing what the audit tells of: a change like any other, that brings back what was before.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::chains::ChangeError;
use super::filters::created;
use super::footprint::Footprint;
use super::layout::{Layout, is_laid_out};
use super::{By, Control, ObjectError, UserError};
use crate::config::{ListenerParameters, Settable as _};
use crate::filters::ConfiguredFilter;
use crate::net::Hosts;
use crate::store::{AuditRecord, DONE, DONE_UNTIL_THE_END, ObjectKind, Store, StoreError};

/// Why something was not undone. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UndoError {
    /// There is no such record.
    #[error("{0} is not a record of the audit")]
    NotARecord(u64),
    /// Something stands in the way.
    #[error("{0}")]
    Refused(String),
    /// What was before can't be brought back.
    #[error("what was before can't be brought back: {0}")]
    Object(#[from] ObjectError),
    /// What was before can't be brought back to a session.
    #[error("what was before can't be brought back: {0}")]
    Session(#[from] ChangeError),
    /// What was before can't be brought back to an account.
    #[error("what was before can't be brought back: {0}")]
    User(#[from] UserError),
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A record, and what its object was before with its secrets.
type Step = (AuditRecord, Option<Value>);

impl Control {
    /// Undoes the operation that the record `id` is of, all of it. Answers the id of the new record.
    ///
    /// # Errors
    /// Why nothing was undone.
    pub async fn undo(&self, by: &By, id: u64) -> Result<u64, UndoError> {
        // What is found to be the last that happened is still that when it is undone.
        let _writing = self.writing.write().await;
        let store = self.store();
        let looked = tokio::task::spawn_blocking(move || steps(&store, id)).await;
        let steps = looked.map_err(|_| StoreError::Stopped)??;
        let operation = steps.first().map_or(id, |(record, _)| record.operation);
        let by = by.undoing(operation);
        // What was removed comes back with what refers to it, and goes after it.
        let (together, others): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|(record, _)| {
                let kind = ObjectKind::named(&record.kind);
                let is_gone_filter = kind == Some(ObjectKind::Filter) && record.after.is_none();
                is_gone_filter || kind.is_some_and(is_laid_out)
            });
        self.bring_back_together(&by, &together).await?;
        let is_alone = others.len() == 1 && together.is_empty();
        for (record, before) in others.into_iter().rev() {
            let done = self.bring_back(&by, &record, before).await;
            if is_alone || record.kind != ObjectKind::Session.name() {
                done?;
            } else if let Err(error) = done {
                // Sessions come and go: they do not keep the rest from coming back.
                tracing::info!("session {}: {error}", record.name);
            }
        }
        let store = self.store();
        let len = tokio::task::spawn_blocking(move || store.audit_len()).await;
        Ok(len.map_err(|_| StoreError::Stopped)??)
    }

    /// Brings back servers, services, listeners and monitors, and filters that were removed, all of
    /// them or none.
    async fn bring_back_together(&self, by: &By, steps: &[Step]) -> Result<(), UndoError> {
        if steps.is_empty() {
            return Ok(());
        }
        let hosts = self.hosts_of_steps(steps).await?;
        let filters = self.filters_of(steps)?;
        let entries = filters.iter().map(created).collect();
        let names = filters.iter().map(|filter| Arc::clone(&filter.name));
        let names: Vec<Arc<str>> = names.collect();
        // Services find their filters there. Nobody else has them before they are written: who changes
        // anything waits.
        let registry = self.objects.filter_registry();
        for filter in filters {
            registry.insert(filter);
        }
        let act = |layout: &mut Layout| {
            layout.hosts = hosts;
            for (record, before) in steps {
                if let Some(kind) = ObjectKind::named(&record.kind) {
                    layout.restore(kind, &record.name, before.as_ref())?;
                }
            }
            Ok(())
        };
        let written = self.rewrite_alone(by, "undo", entries, act).await;
        if written.is_err() {
            for name in names {
                registry.remove(&name);
            }
        }
        Ok(written?)
    }

    /// The filters among what comes back, made anew.
    fn filters_of(&self, steps: &[Step]) -> Result<Vec<ConfiguredFilter>, ObjectError> {
        let filters = steps
            .iter()
            .filter(|(record, _)| record.kind == ObjectKind::Filter.name());
        let filters = filters.filter_map(|(record, before)| Some((record, before.as_ref()?)));
        let made = filters.map(|(record, before)| {
            let parameters = parameters(before);
            let module = parameters.get("module").and_then(Value::as_str);
            let module = module.unwrap_or_default();
            self.objects.new_filter(&record.name, module, &parameters)
        });
        made.collect()
    }

    /// The addresses of hosts of listeners that come back.
    async fn hosts_of_steps(&self, steps: &[Step]) -> Result<Hosts, UndoError> {
        let mut hosts = Hosts::new();
        let layout = self.objects.layout();
        let listeners = steps.iter().filter(|(record, _)| {
            record.kind == ObjectKind::Listener.name()
                && !layout.listeners.contains_key(record.name.as_str())
        });
        for before in listeners.filter_map(|(_, before)| before.as_ref()) {
            let values = ListenerParameters::values_of(before, layout.path_folder());
            let values = values.map_err(ObjectError::from)?;
            hosts.extend(self.hosts_of(&values).await.map_err(ObjectError::from)?);
        }
        Ok(hosts)
    }

    async fn bring_back(
        &self,
        by: &By,
        record: &AuditRecord,
        before: Option<Value>,
    ) -> Result<(), UndoError> {
        let Some(kind) = ObjectKind::named(&record.kind) else {
            let reason = format!("there are no objects of the kind {}", record.kind);
            return Err(UndoError::Refused(reason));
        };
        if kind == ObjectKind::Session {
            return self.bring_back_session(by, record).await;
        }
        let name = record.name.as_str();
        if kind == ObjectKind::User {
            return Ok(self.restore_user(by, name, before.as_ref()).await?);
        }
        let made = match (kind, &before, &record.after) {
            (ObjectKind::Gateway, Some(before), Some(_)) => {
                self.alter_gateway_alone(by, &parameters(before), None)
                    .await
            }
            (ObjectKind::Filter, None, _) => self.delete_filter_alone(by, name, false, None).await,
            (ObjectKind::Filter, Some(before), Some(after)) => {
                let changed = changed(&parameters(before), &parameters(after));
                self.alter_filter_alone(by, name, &changed, None).await
            }
            _ => {
                let reason = format!("changes of {} can't be undone", record.kind);
                return Err(UndoError::Refused(reason));
            }
        };
        Ok(made?)
    }

    async fn bring_back_session(&self, by: &By, record: &AuditRecord) -> Result<(), UndoError> {
        let refused = |reason: &str| UndoError::Refused(reason.to_owned());
        let id: u64 = record
            .name
            .parse()
            .map_err(|_| refused("it was about all sessions"))?;
        let (Some(before), Some(after)) = (&record.before, &record.after) else {
            return Err(refused("a session that has ended does not come back"));
        };
        let present = self.sessions.source.get(id).await;
        let present = present.ok_or_else(|| refused("the session has ended"))?;
        if is_later(present.connected, record.time) {
            return Err(refused("the session has ended; a later one has its id"));
        }
        if Footprint::of(&present).document() != *after {
            return Err(refused("the session has been changed since in another way"));
        }
        let mut change =
            Footprint::read(before).ok_or_else(|| refused("the record is of another form"))?;
        change.expected = Some(present.version);
        Ok(self.change_session_alone(by, id, change).await?)
    }
}

/// The records of the operation that a record is of, when nothing came after them.
fn steps(store: &Store, id: u64) -> Result<Vec<Step>, UndoError> {
    let record = store.audit_record(id)?.ok_or(UndoError::NotARecord(id))?;
    let mut steps = store.operation(record.operation)?;
    let of_session = |step: &AuditRecord| step.kind == ObjectKind::Session.name();
    if steps.iter().any(|(step, _)| !of_session(step)) {
        // Earlier versions wrote of sessions that lost nothing.
        steps.retain(|(step, _)| !of_session(step) || step.changed_something());
    }
    for (step, _) in &steps {
        if ![DONE, DONE_UNTIL_THE_END].contains(&step.outcome.as_str()) {
            return Err(UndoError::Refused("nothing was changed by it".to_owned()));
        }
        if store.is_gone(step) {
            let reason = "it is gone with the process that made it".to_owned();
            return Err(UndoError::Refused(reason));
        }
        if !step.changed_something() {
            let reason = format!("'{}' left nothing behind that could be undone", step.action);
            return Err(UndoError::Refused(reason));
        }
        // What became of sessions since then is looked at when they are changed.
        if steps.len() == 1 || !of_session(step) {
            stands(store, step)?;
        }
    }
    Ok(steps)
}

/// Whether a session has connected after something was written of its id: ids begin anew with each
/// process, so that it is about another session. Records have milliseconds.
fn is_later(connected: SystemTime, written: SystemTime) -> bool {
    let since_epoch = connected.duration_since(UNIX_EPOCH).unwrap_or_default();
    let connected = Duration::from_millis(since_epoch.as_millis().try_into().unwrap_or(u64::MAX));
    UNIX_EPOCH + connected > written
}

/// Refuses what is not the last that happened to its object. A later change that has been undone,
/// with the undoing of it, does not count.
fn stands(store: &Store, record: &AuditRecord) -> Result<(), UndoError> {
    let Some(kind) = ObjectKind::named(&record.kind) else {
        return Ok(());
    };
    let mut before = u64::MAX;
    while let Some(later) = store.last_change_of(kind, &record.name, before)? {
        if later.operation == record.operation {
            return Ok(());
        }
        let about = format!("{} {}", record.kind, record.name);
        if later.id < record.id || later.undoes == Some(record.operation) {
            let reason = format!("{about}: change {} has been undone already", record.id);
            return Err(UndoError::Refused(reason));
        }
        if !later.changed_something() {
            before = later.id;
            continue;
        }
        let Some(undone) = later.undoes else {
            let reason = format!(
                "{about}: change {} by {} came later; undo that first",
                later.id, later.user
            );
            return Err(UndoError::Refused(reason));
        };
        let undone = store.operation(undone)?;
        let same = |step: &AuditRecord| step.kind == record.kind && step.name == record.name;
        let first = undone.iter().map(|(step, _)| step).find(|step| same(step));
        before = first.map_or(later.id, |step| step.id);
    }
    Ok(())
}

/// The parameters of a document, but for what the object is.
fn parameters(document: &Value) -> Map<String, Value> {
    let parameters = document.get("parameters").and_then(Value::as_object);
    let mut parameters = parameters.cloned().unwrap_or_default();
    parameters.remove("type");
    parameters
}

/// What has to be given so that `after` becomes `before`; `null` is the default.
fn changed(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let gone = after.keys().filter(|name| !before.contains_key(*name));
    let mut changed: Map<String, Value> = gone.map(|name| (name.clone(), Value::Null)).collect();
    let differs = before
        .iter()
        .filter(|(name, value)| after.get(*name) != Some(*value));
    changed.extend(differs.map(|(name, value)| (name.clone(), value.clone())));
    changed
}
