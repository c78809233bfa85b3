//! Changes of the gateway itself: parameters of `[maxscale]`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::journal::Entry;
use super::layout::Layout;
use super::{By, Control, ObjectError};
use crate::config::parameter::Part;
use crate::config::{GatewayParameters, ParameterError, tables};
use crate::store::ObjectKind;

/// The name of the gateway as an object.
const NAME: &str = "maxscale";

/// What a part of the gateway does to go by other parameters, made ready so that it can't fail.
pub type Following = Box<dyn FnOnce() + Send>;

type Prepare = dyn Fn(&GatewayParameters) -> Result<Following, ParameterError> + Send + Sync;

/// A part of the gateway that goes by some of its parameters.
#[derive(Clone)]
pub struct Follower {
    /// Which it is: the tables of parameters say when it has to be told.
    pub part: Part,
    prepare: Arc<Prepare>,
}

impl Follower {
    /// A part, and what makes it ready to go by other values of its parameters.
    pub fn new(
        part: Part,
        prepare: impl Fn(&GatewayParameters) -> Result<Following, ParameterError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            part,
            prepare: Arc::new(prepare),
        }
    }
}

impl Control {
    /// The same with parts of the gateway that go by its parameters.
    #[must_use]
    pub fn with_followers(mut self, followers: impl IntoIterator<Item = Follower>) -> Self {
        self.followers.extend(followers);
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
        self.alter_gateway_alone(by, given, expected).await
    }

    /// [`Control::alter_gateway`] by who holds the lock already.
    pub(super) async fn alter_gateway_alone(
        &self,
        by: &By,
        given: &Map<String, Value>,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let layout = self.objects.layout();
        if expected.is_some_and(|expected| expected != layout.maxscale.version) {
            return Err(ObjectError::Changed);
        }
        let present = &layout.maxscale.object;
        let shown = present.values.to_json();
        let values = present
            .values
            .altered(&defaults_given(given, &shown), None)?;
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
        let following = self.prepare_followers(&object.parameters, &parts_of(&changed))?;
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
        let parameters = &layout.maxscale.object.parameters;
        let following = self.prepare_followers(parameters, &[Part::Certificate])?;
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

    /// Makes ready these parts to go by other parameters.
    fn prepare_followers(
        &self,
        parameters: &GatewayParameters,
        parts: &[Part],
    ) -> Result<Vec<Following>, ParameterError> {
        let followers = self.followers.iter();
        followers
            .filter(|follower| parts.contains(&follower.part))
            .map(|follower| (follower.prepare)(parameters))
            .collect()
    }
}

/// The parts that go by one of the parameters of these names.
fn parts_of(changed: &[&str]) -> Vec<Part> {
    let specs = tables::MAXSCALE.iter();
    let changed = specs.filter(|spec| changed.contains(&spec.name));
    changed.flat_map(|spec| spec.parts).copied().collect()
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
