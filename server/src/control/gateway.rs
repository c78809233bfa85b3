//! Changes of the gateway itself: parameters of `[maxscale]`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::journal::Entry;
use super::layout::Layout;
use super::{By, Control, ObjectError};
use crate::config::{GatewayParameters, ParameterError, tables};
use crate::store::ObjectKind;

/// The name of the gateway as an object.
const NAME: &str = "maxscale";

/// What a part of the gateway does to go by other parameters, made ready so that it can't fail.
pub type Following = Box<dyn FnOnce() + Send>;

type Prepare = dyn Fn(&GatewayParameters) -> Result<Following, ParameterError> + Send + Sync;

/// The files of the API, which are read anew when somebody says so.
const TLS_FILES: [&str; 3] = ["admin_ssl_ca", "admin_ssl_cert", "admin_ssl_key"];

/// A part of the gateway that goes by some of its parameters.
#[derive(Clone)]
pub struct Follower {
    /// The names of those.
    pub parameters: &'static [&'static str],
    prepare: Arc<Prepare>,
}

impl Follower {
    /// A part that goes by these parameters, and what makes it ready to go by other values of them.
    pub fn new(
        parameters: &'static [&'static str],
        prepare: impl Fn(&GatewayParameters) -> Result<Following, ParameterError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            parameters,
            prepare: Arc::new(prepare),
        }
    }
}

impl Control {
    /// The same with a part of the gateway that goes by its parameters.
    #[must_use]
    pub fn with_follower(mut self, follower: Follower) -> Self {
        self.followers.push(follower);
        self
    }

    /// Gives the gateway other parameters, all or none. `expected` is the version that it has to
    /// have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_gateway(
        &self,
        by: &By,
        given: &Map<String, Value>,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let layout = self.objects.layout();
        if expected.is_some_and(|expected| expected != layout.maxscale.version) {
            return Err(ObjectError::Changed);
        }
        let present = &layout.maxscale.object;
        let shown = present.values.to_json();
        let values = present.values.altered(&defaults_given(given, &shown))?;
        let wanted = values.to_json();
        let (before, after) = (present.values.document(), values.document());
        // Two passwords are shown alike.
        let given = |document: &Value, name: &str| document.get("parameters")?.get(name).cloned();
        let changed = wanted.iter().filter(|(name, value)| {
            shown.get(*name) != Some(*value) || given(&before, name) != given(&after, name)
        });
        let changed: Vec<&str> = changed.map(|(name, _)| name.as_str()).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let object = present.with(values)?;
        let entry = Entry {
            action: "alter",
            kind: ObjectKind::Gateway,
            name: NAME.to_owned(),
            before: Some(present.values.run_time_document(&changed)),
            after: Some(object.values.run_time_document(&[])),
        };
        let following = self.prepare_followers(&object.parameters, &changed)?;
        let act = |next: &mut Layout| {
            next.put_gateway(object.clone());
            Ok(())
        };
        self.rewrite_alone(by, "alter", vec![entry], act).await?;
        for follow in following {
            follow();
        }
        tracing::info!("the gateway has other parameters: {}", changed.join(", "));
        Ok(())
    }

    /// Reads all certificates and keys anew: those of listeners, of connections to servers and of the
    /// API, whose tokens end.
    ///
    /// # Errors
    /// Which can't be used; then all are as they were.
    pub async fn reload_tls(&self, by: &By) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let layout = self.objects.layout();
        let following = self.prepare_followers(&layout.maxscale.object.parameters, &TLS_FILES)?;
        let note = Entry {
            action: "reload_tls",
            kind: ObjectKind::Gateway,
            name: NAME.to_owned(),
            before: Some(layout.maxscale.object.values.run_time_document(&[])),
            after: Some(layout.maxscale.object.values.run_time_document(&[])),
        };
        let act = |next: &mut Layout| {
            next.reload_files();
            Ok(())
        };
        self.rewrite_alone(by, "alter", vec![note], act).await?;
        for follow in following {
            follow();
        }
        self.administrators.renew_key();
        tracing::info!("certificates and keys have been read anew");
        Ok(())
    }

    /// Makes ready those that go by one of the parameters that are other.
    fn prepare_followers(
        &self,
        parameters: &GatewayParameters,
        changed: &[&str],
    ) -> Result<Vec<Following>, ParameterError> {
        let follows = |follower: &&Follower| {
            let mut known = follower.parameters.iter();
            known.any(|known| changed.contains(known))
        };
        let followers = self.followers.iter().filter(follows);
        followers
            .map(|follower| (follower.prepare)(parameters))
            .collect()
    }
}

/// `null` is the default. It has to be kept as what it is: the file may say something else.
fn defaults_given(given: &Map<String, Value>, shown: &Map<String, Value>) -> Map<String, Value> {
    let differs = |(name, value): &(&String, &Value)| shown.get(*name) != Some(*value);
    let given = given.iter().filter(differs).map(|(name, value)| {
        let spec = tables::MAXSCALE.iter().find(|spec| spec.name == name);
        let value = match (value, spec) {
            (Value::Null, Some(spec)) => spec.default.unwrap_or_default().into(),
            (value, _) => value.clone(),
        };
        (name.clone(), value)
    });
    given.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parameter::Effect;

    /// The parameters that take effect while the gateway runs.
    const AT_RUN_TIME: &[&str] = &[
        "admin_audit",
        "admin_audit_exclude_methods",
        "admin_audit_file",
        "admin_hide_sql",
        "admin_jwt_max_age",
        "admin_log_auth_failures",
        "admin_sql",
        "admin_sql_idle_timeout",
        "admin_sql_query_timeout",
        "admin_ssl_cert",
        "admin_ssl_key",
        "auth_connect_timeout",
        "dump_last_statements",
        "log_debug",
        "log_info",
        "log_notice",
        "log_throttling",
        "log_warning",
        "max_auth_errors_until_block",
        "maxlog",
        "passive",
        "query_classifier_cache_size",
        "query_retry_timeout",
        "retain_last_statements",
        "session_trace",
        "session_trace_match",
        "skip_name_resolve",
        "users_refresh_interval",
        "users_refresh_time",
    ];

    #[test]
    fn what_takes_effect_at_run_time_is_documented_as_modifiable_and_nothing_else_is() {
        let modifiable = tables::MAXSCALE.iter();
        let modifiable = modifiable.filter(|spec| spec.modifiable && spec.effect == Effect::Used);
        let mut modifiable: Vec<&str> = modifiable.map(|spec| spec.name).collect();
        modifiable.sort_unstable();
        assert_eq!(modifiable, AT_RUN_TIME);
    }
}
