//! `list` and `show`.

use serde_json::{Value, json};

use super::object;
use crate::ctl::answer::{Answer, resources};
use crate::ctl::client::Client;
use crate::ctl::error::CtlError;
use crate::ctl::kind::{Kind, related};
use crate::ctl::request::Request;
use crate::ctl::verb::Verb;

pub(super) async fn perform(client: &Client, verb: &Verb) -> Result<Answer, CtlError> {
    match verb {
        Verb::List {
            kind,
            service,
            rdns,
            filter,
            sort,
        } => {
            let request = Request::get(kind.path())
                .with_some("filter", filter.as_deref())
                .with_some("sort", sort.as_deref())
                .with_some("rdns", rdns.then_some("true"));
            list(client, *kind, service.as_deref(), request).await
        }
        Verb::Show { kind, name, rdns } => show(client, *kind, name.as_deref(), *rdns).await,
        _ => Ok(Answer::Done),
    }
}

async fn list(
    client: &Client,
    kind: Kind,
    service: Option<&str>,
    request: Request,
) -> Result<Answer, CtlError> {
    if service.is_some() && kind != Kind::Listeners {
        let problem = "only listeners are listed of a service: use --filter".to_owned();
        return Err(CtlError::Usage(problem));
    }
    if kind == Kind::Dbusers {
        let problem = "whose? write: show dbusers SERVICE".to_owned();
        return Err(CtlError::Usage(problem));
    }
    let mut document = client.send(&request).await?;
    match kind {
        Kind::Commands => document = json!({"data": commands(resources(&document))}),
        Kind::Queries => document = json!({"data": queries(resources(&document))}),
        _ => {}
    }
    if let Some(data) = document.get_mut("data") {
        // The gateway itself is a list of one.
        if data.is_object() {
            *data = Value::Array(vec![data.take()]);
        }
        if let (Some(service), Some(listeners)) = (service, data.as_array_mut()) {
            listeners.retain(|listener| related(listener, "services").contains(&service));
        }
    }
    Ok(Answer::List(kind, document))
}

async fn show(
    client: &Client,
    kind: Kind,
    name: Option<&str>,
    rdns: bool,
) -> Result<Answer, CtlError> {
    let path = match (kind, name) {
        (Kind::Queries | Kind::QcCache, _) | (Kind::Commands, None) => {
            return list(client, kind, None, Request::get(kind.path())).await;
        }
        (Kind::Commands, Some(module)) => {
            let document = client.send(&Request::get(object(kind, module))).await?;
            let module = document.get("data").map(std::slice::from_ref);
            let found = commands(module.unwrap_or_default());
            return Ok(Answer::List(kind, json!({"data": found})));
        }
        (Kind::Dbusers, Some(service)) => {
            let document = client.send(&Request::get(object(kind, service))).await?;
            let users = document.pointer("/data/attributes/users");
            let users = users.cloned().unwrap_or_else(|| json!([]));
            return Ok(Answer::List(kind, json!({"data": users})));
        }
        (Kind::Dbusers, None) => {
            return Err(CtlError::Usage(
                "whose? write: show dbusers SERVICE".to_owned(),
            ));
        }
        (Kind::Maxscale | Kind::Logging, _) | (_, None) => kind.path().to_owned(),
        (kind, Some(name)) => object(kind, name),
    };
    let request = Request::get(path).with_some("rdns", rdns.then_some("true"));
    client.send(&request).await.map(Answer::Whole)
}

/// The commands of modules, each with its module.
fn commands(modules: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    for module in modules {
        let commands = module.pointer("/attributes/commands");
        for command in commands.and_then(Value::as_array).into_iter().flatten() {
            let mut command = command.clone();
            command["module"] = module["id"].clone();
            found.push(command);
        }
    }
    found
}

/// The last statements of sessions, as far as their replies are not complete.
fn queries(sessions: &[Value]) -> Vec<Value> {
    let running = sessions.iter().filter_map(|session| {
        let queries = session.pointer("/attributes/queries")?.as_array()?;
        let last = queries
            .last()
            .filter(|query| query["completed"].is_null())?;
        let attributes = &session["attributes"];
        Some(json!({
            "id": session["id"],
            "user": attributes["user"],
            "remote": attributes["remote"],
            "received": last["received"],
            "statement": last["statement"],
        }))
    });
    running.collect()
}
