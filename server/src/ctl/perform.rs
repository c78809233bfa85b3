//! What is asked of the API for each verb.

mod create;

use std::time::Duration;

use hyper::Method;
use serde_json::{Map, Value, json};

use super::answer::{Answer, resources};
use super::client::Client;
use super::error::CtlError;
use super::kind::Kind;
use super::link::{Way, references, relate};
use super::request::{Request, escape};
use super::session_view;
use super::verb::{
    Alter, Assignment, Call, Clear, Drain, Kill, Reload, Restart, Rotate, Set, Switch, Verb,
};

/// Does what the verb says.
pub(super) async fn perform(client: &Client, verb: &Verb) -> Result<Answer, CtlError> {
    let request = match verb {
        Verb::List {
            kind,
            rdns,
            filter,
            sort,
        } => {
            let request = Request::get(kind.path())
                .with_some("filter", filter.as_deref())
                .with_some("sort", sort.as_deref())
                .with_some("rdns", rdns.then_some("true"));
            let document = client.send(&request).await?;
            return Ok(Answer::List(*kind, listed(document)));
        }
        Verb::Show { kind, name } => Request::get(match name {
            Some(name) if *kind != Kind::Maxscale => object(*kind, name),
            _ => kind.path().to_owned(),
        }),
        Verb::Classify { statement } => {
            Request::get("maxscale/query_classifier/classify").with("sql", statement)
        }
        Verb::Call {
            what:
                Call::Command {
                    module,
                    command,
                    arguments,
                },
        } => call(client, module, command, arguments).await?,
        Verb::Api { method, path, body } => api(method, path, body.as_deref())?,
        Verb::Link {
            kind,
            name,
            targets,
        } => return linked(client, *kind, name, targets, Way::Link).await,
        Verb::Unlink {
            kind,
            name,
            targets,
        } => return linked(client, *kind, name, targets, Way::Unlink).await,
        Verb::Top { interval, count } => {
            session_view::show(client, *interval, *count).await?;
            return Ok(Answer::Done);
        }
        verb => write(verb),
    };
    Ok(match client.send(&request).await? {
        Value::Null => Answer::Done,
        document => Answer::Whole(document),
    })
}

async fn linked(
    client: &Client,
    kind: Kind,
    name: &str,
    targets: &[String],
    way: Way,
) -> Result<Answer, CtlError> {
    relate(client, kind, name, targets, way).await?;
    Ok(Answer::Done)
}

/// A write that takes one request. What only reads, or takes several, never comes here.
fn write(verb: &Verb) -> Request {
    match verb {
        Verb::Set { what } => set(what),
        Verb::Clear {
            what: Clear::Server { name, state },
        } => state_of(name, "clear", state),
        Verb::Drain {
            what: Drain::Server { name },
        } => state_of(name, "set", "drain"),
        Verb::Enable {
            what: Switch::LogPriority { priority },
        } => log_priority(priority, true),
        Verb::Disable {
            what: Switch::LogPriority { priority },
        } => log_priority(priority, false),
        Verb::Create { what } => create::request(what),
        Verb::Destroy {
            kind,
            name,
            force,
            ttl,
        } => Request::new(Method::DELETE, object(*kind, name))
            .with_some("force", force.then_some("yes"))
            .with_some("ttl", ttl.map(millis).as_deref()),
        Verb::Kill {
            what: Kill::Session { id, ttl },
        } => Request::new(Method::DELETE, object(Kind::Sessions, id))
            .with_some("ttl", ttl.map(millis).as_deref()),
        Verb::Start { kind, name } => power(*kind, name, "start"),
        Verb::Stop { kind, name, force } => {
            power(*kind, name, "stop").with_some("force", force.then_some("yes"))
        }
        Verb::Alter { what } => alter(what),
        Verb::Restart {
            what: Restart::Session { id },
        } => post(format!("{}/restart", object(Kind::Sessions, id))),
        Verb::Restart {
            what: Restart::Sessions,
        } => post("sessions/restart"),
        Verb::Reload {
            what: Reload::Service { name },
        } => post(format!("{}/reload", object(Kind::Services, name))),
        Verb::Reload { what: Reload::Tls } => post("maxscale/tls/reload"),
        Verb::Rotate { what: Rotate::Logs } => post("maxscale/logs/flush"),
        Verb::List { .. }
        | Verb::Show { .. }
        | Verb::Link { .. }
        | Verb::Unlink { .. }
        | Verb::Call { .. }
        | Verb::Classify { .. }
        | Verb::Api { .. }
        | Verb::Top { .. } => Request::get(""),
    }
}

fn set(what: &Set) -> Request {
    match what {
        Set::Server { name, state, force } => {
            state_of(name, "set", state).with_some("force", force.then_some("yes"))
        }
        Set::Chain { id, filters } => chain(Kind::Sessions, id, filters),
    }
}

fn alter(what: &Alter) -> Request {
    match what {
        Alter::Server(it) => parameters(object(Kind::Servers, &it.name), &it.parameters),
        Alter::Service(it) => parameters(object(Kind::Services, &it.name), &it.parameters),
        Alter::Monitor(it) => parameters(object(Kind::Monitors, &it.name), &it.parameters),
        Alter::Listener(it) => parameters(object(Kind::Listeners, &it.name), &it.parameters),
        Alter::Filter(it) => parameters(object(Kind::Filters, &it.name), &it.parameters),
        Alter::Session(it) => {
            let switches: Map<String, Value> = it.parameters.iter().map(switch).collect();
            patch(
                object(Kind::Sessions, &it.name),
                &json!({"parameters": switches}),
            )
        }
        Alter::Maxscale { parameters: given } => parameters(Kind::Maxscale.path(), given),
        Alter::ServiceFilters { name, filters } => chain(Kind::Services, name, filters),
        Alter::SessionFilters { id, filters } => chain(Kind::Sessions, id, filters),
        Alter::User { name, secret } => {
            patch(object(Kind::Users, name), &json!({"password": secret}))
        }
    }
}

/// The path of one object.
fn object(kind: Kind, name: &str) -> String {
    format!("{}/{}", kind.path(), escape(name))
}

fn post(path: impl Into<String>) -> Request {
    Request::new(Method::POST, path)
}

fn patch(path: impl Into<String>, attributes: &Value) -> Request {
    Request::new(Method::PATCH, path).with_body(json!({"data": {"attributes": attributes}}))
}

fn parameters(path: impl Into<String>, given: &[Assignment]) -> Request {
    patch(path, &json!({"parameters": values(given)}))
}

/// Parameters as the API takes them: texts as in the configuration file.
fn values(given: &[Assignment]) -> Map<String, Value> {
    let value = |text: &str| match text {
        "null" => Value::Null,
        text => text.into(),
    };
    let pairs = given.iter();
    pairs
        .map(|given| (given.name.clone(), value(&given.value)))
        .collect()
}

/// A parameter of a session: a truth value, or what the API will complain of.
fn switch(given: &Assignment) -> (String, Value) {
    let value = match given.value.as_str() {
        "true" | "yes" | "on" | "1" => true.into(),
        "false" | "no" | "off" | "0" => false.into(),
        text => text.into(),
    };
    (given.name.clone(), value)
}

fn state_of(server: &str, action: &str, state: &str) -> Request {
    let path = format!("{}/{action}", object(Kind::Servers, server));
    Request::new(Method::PUT, path).with("state", state)
}

fn power(kind: Kind, name: &str, action: &str) -> Request {
    Request::new(Method::PUT, format!("{}/{action}", object(kind, name)))
}

fn chain(kind: Kind, name: &str, filters: &[String]) -> Request {
    let path = format!("{}/relationships/filters", object(kind, name));
    let data = references(Kind::Filters.path(), filters);
    Request::new(Method::PATCH, path).with_body(json!({"data": data}))
}

fn log_priority(priority: &str, on: bool) -> Request {
    let parameters = json!({format!("log_{priority}"): on});
    patch(Kind::Maxscale.path(), &json!({"parameters": parameters}))
}

fn millis(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}

/// The gateway itself as a list of one.
fn listed(mut document: Value) -> Value {
    if let Some(data) = document.get_mut("data").filter(|data| data.is_object()) {
        *data = Value::Array(vec![data.take()]);
    }
    document
}

/// The call of a command: the module says whether it writes.
async fn call(
    client: &Client,
    module: &str,
    command: &str,
    arguments: &[String],
) -> Result<Request, CtlError> {
    let known = Request::get(object(Kind::Modules, module));
    let document = client.send(&known).await?;
    let commands = document.pointer("/data/attributes/commands");
    let mut commands = commands.and_then(Value::as_array).into_iter().flatten();
    let found = commands.find(|known| known.get("id").and_then(Value::as_str) == Some(command));
    let method = found.and_then(|found| found.pointer("/attributes/method")?.as_str());
    let method = match method {
        Some("GET") => Method::GET,
        // What is no command is refused by the gateway, which says why.
        _ => Method::POST,
    };
    let arguments: Vec<String> = arguments.iter().map(|argument| escape(argument)).collect();
    let sign = if arguments.is_empty() { "" } else { "?" };
    let path = format!("{}/{}", object(Kind::Modules, module), escape(command));
    Ok(Request::new(
        method,
        format!("{path}{sign}{}", arguments.join("&")),
    ))
}

fn api(method: &str, path: &str, body: Option<&str>) -> Result<Request, CtlError> {
    let method = match method {
        "post" => Method::POST,
        "put" => Method::PUT,
        "patch" => Method::PATCH,
        "delete" => Method::DELETE,
        _ => Method::GET,
    };
    let path = path.trim_start_matches('/');
    let mut request = Request::new(method, path.strip_prefix("v1/").unwrap_or(path));
    if let Some(body) = body {
        let body = serde_json::from_str(body).map_err(CtlError::Body)?;
        request = request.with_body(body);
    }
    Ok(request)
}

/// How many there are in all, of a page.
pub(super) fn total(document: &Value) -> u64 {
    let told = document.pointer("/meta/total").and_then(Value::as_u64);
    told.unwrap_or(resources(document).len() as u64)
}
