//! `link` and `unlink`.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::CtlError;
use super::kind::{Kind, related};
use super::request::{Request, escape};

/// Whether targets come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Link,
    Unlink,
}

/// Adds targets to an object, or takes them away, all or none. A change that somebody else has made
/// meanwhile is not undone: the gateway refuses ours.
pub(super) async fn relate(
    client: &Client,
    kind: Kind,
    name: &str,
    targets: &[String],
    way: Way,
) -> Result<(), CtlError> {
    let path = format!("{}/{}", kind.path(), escape(name));
    let request = Request::get(&path);
    let document = client.send(&request).await?;
    let resource = document
        .get("data")
        .ok_or_else(|| CtlError::Lacks(request.name(), "data"))?;
    let mut wanted: Vec<(Kind, Vec<String>)> = Vec::new();
    for target in targets {
        let of = match kind {
            Kind::Services => kind_of(client, resource, target, way).await?,
            _ => Kind::Servers,
        };
        if !wanted.iter().any(|(known, _)| *known == of) {
            let present = related(resource, of.path());
            wanted.push((of, present.into_iter().map(str::to_owned).collect()));
        }
        let found = wanted.iter_mut().find(|(known, _)| *known == of);
        let Some((_, names)) = found else { continue };
        match way {
            Way::Unlink if !names.contains(target) => {
                return Err(CtlError::NoSuch(target.clone(), "not linked"));
            }
            Way::Unlink => names.retain(|name| name != target),
            Way::Link if names.contains(target) => {}
            Way::Link => names.push(target.clone()),
        }
    }
    let mut relationships = Map::new();
    for (of, names) in wanted {
        let data = references(of.path(), &names);
        relationships.insert(of.path().to_owned(), json!({"data": data}));
    }
    let body = json!({"data": {"relationships": relationships}});
    let mut request = Request::new(Method::PATCH, path).with_body(body);
    let version = resource.pointer("/meta/version").and_then(Value::as_str);
    request.version = version.map(str::to_owned);
    client.send(&request).await.map(|_| ())
}

/// What a target of a service is.
async fn kind_of(
    client: &Client,
    service: &Value,
    target: &str,
    way: Way,
) -> Result<Kind, CtlError> {
    let kinds = [Kind::Servers, Kind::Services, Kind::Monitors];
    if way == Way::Unlink {
        let mut kinds = kinds.into_iter();
        let linked = kinds.find(|kind| related(service, kind.path()).contains(&target));
        return linked.ok_or_else(|| CtlError::NoSuch(target.to_owned(), "not linked"));
    }
    for kind in kinds {
        let request = Request::get(format!("{}/{}", kind.path(), escape(target)));
        match client.send(&request).await {
            Err(CtlError::Refused { status: 404, .. }) => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(kind),
        }
    }
    let none = "neither a server nor a service nor a monitor";
    Err(CtlError::NoSuch(target.to_owned(), none))
}

/// Names as the items of a relationship.
pub(super) fn references(kind: &str, names: &[String]) -> Value {
    names
        .iter()
        .map(|name| json!({"id": name, "type": kind}))
        .collect()
}
