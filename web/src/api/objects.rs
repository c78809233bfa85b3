//! Configured objects of every kind (services, servers, monitors, listeners, filters, accounts), the
//! modules they are made of, and lists of other resources: read and written in one way.
//!
//! Their attributes stay JSON: a console shows whatever a server of its version or the next one has.

use gloo_net::http::Request;
use serde::Deserialize;
use serde_json::Value;
use sluicegate_shared::jsonapi::{Document, Resource, ResourceId, ResourceMeta};

use super::request::{ApiError, Remark, get, segment, write};

/// A resource whose attributes are whatever they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Object(Resource<Value>);

/// One page of a list, and whether there is an older one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The resources.
    pub objects: Vec<Object>,
    /// The query of the page before it, of lists that go back in time.
    pub prev: Option<String>,
}

impl From<Resource<Value>> for Object {
    fn from(resource: Resource<Value>) -> Self {
        Self(resource)
    }
}

impl Object {
    /// Its id: the name, of configured objects.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// All attributes.
    pub fn attributes(&self) -> &Value {
        &self.0.attributes
    }

    /// An attribute by JSON Pointer; null when it is not there.
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.attributes.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// An attribute that is a text.
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// An attribute that is a number.
    pub fn number(&self, pointer: &str) -> Option<u64> {
        let value = self.at(pointer);
        #[expect(clippy::cast_sign_loss, reason = "a cast of a negative number gives 0")]
        value
            .as_u64()
            .or(value.as_f64().map(|number| number as u64))
    }

    /// The names of related objects, in order.
    pub fn related(&self, relationship: &str) -> Vec<String> {
        let found = self.0.relationships.get(relationship);
        let names = found.map(|found| found.data.iter().map(|item| item.id.clone()).collect());
        names.unwrap_or_default()
    }

    /// Sets an attribute; `path` is the way to it.
    pub fn set(&mut self, path: &[&str], value: Value) {
        let mut place = &mut self.0.attributes;
        for name in path {
            if !place.is_object() {
                *place = Value::Object(serde_json::Map::new());
            }
            let Some(members) = place.as_object_mut() else {
                return;
            };
            place = members.entry(*name).or_insert(Value::Null);
        }
        *place = value;
    }

    /// Sets the related objects, in order. The relationship is named like their kind.
    pub fn relate(&mut self, kind: &str, names: &[String]) {
        let id = |name: &String| ResourceId {
            id: name.clone(),
            kind: kind.to_owned(),
        };
        let place = self.0.relationships.entry(kind.to_owned()).or_default();
        place.data = names.iter().map(id).collect();
    }

    /// The version of its configuration.
    pub fn version(&self) -> Option<&str> {
        self.0.meta.as_ref().map(|meta| meta.version.as_str())
    }

    /// The configuration is another one now.
    pub fn set_version(&mut self, number: u64) {
        let version = format!("v{number}");
        self.0.meta = Some(ResourceMeta { version });
    }
}

/// `data` of a document: one resource, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Data {
    Many(Vec<Resource<Value>>),
    One(Box<Resource<Value>>),
}

/// GETs the objects at a path below `/v1/`: all of a kind, or a single one.
pub async fn objects(path: &str) -> Result<Vec<Object>, ApiError> {
    page(path).await.map(|page| page.objects)
}

/// The same, with the way to the page before.
pub async fn page(path: &str) -> Result<Page, ApiError> {
    let document: Document<Data> = get(&format!("/v1/{path}")).await?;
    let objects = match document.data {
        Data::Many(list) => list.into_iter().map(Object).collect(),
        Data::One(one) => vec![Object(*one)],
    };
    let prev = document.links.get("prev");
    let prev = prev.and_then(|link| Some(link.split_once('?')?.1.to_owned()));
    Ok(Page { objects, prev })
}

/// GETs one object.
pub async fn object(path: &str, name: &str) -> Result<Object, ApiError> {
    let found = objects(&format!("{path}/{}", segment(name))).await?;
    let missing = || ApiError::Unreadable(format!("no {name} in the answer"));
    found.into_iter().next().ok_or_else(missing)
}

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Makes something.
    Post,
    /// Changes something.
    Patch,
    /// Does something to a thing that can be done twice.
    Put,
    /// Destroys something.
    Delete,
}

/// A write, as it will be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What it does.
    pub method: Method,
    /// To what, below `/v1/`; names in it are escaped.
    pub path: String,
    /// Parameters of the query.
    pub query: Vec<(&'static str, String)>,
    /// The version it thinks of.
    pub version: Option<String>,
    /// The body.
    pub body: Option<Value>,
}

impl Write {
    /// A write without parameters and body.
    pub fn new(method: Method, path: String) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            version: None,
            body: None,
        }
    }

    /// With a parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Thinking of a version.
    #[must_use]
    pub fn of_version(mut self, version: Option<&str>) -> Self {
        self.version = version.map(str::to_owned);
        self
    }

    /// Sends it.
    pub async fn send(&self) -> Result<Remark, ApiError> {
        let path = format!("/v1/{}", self.path);
        let request = match self.method {
            Method::Post => Request::post(&path),
            Method::Patch => Request::patch(&path),
            Method::Put => Request::put(&path),
            Method::Delete => Request::delete(&path),
        };
        let query = self
            .query
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let request = if self.query.is_empty() {
            request
        } else {
            request.query(query)
        };
        write(request, self.version.as_deref(), self.body.as_ref()).await
    }
}

/// The number of a version: `v7` is 7.
pub fn version_number(version: &str) -> Option<u64> {
    version.strip_prefix('v')?.parse().ok()
}

/// The path of an object, its name escaped.
pub fn path_of(kind: &str, name: &str) -> String {
    format!("{kind}/{}", segment(name))
}
