//! What is asked of the API for each verb.

mod api;
mod create;
mod read;
mod several;

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
    Alter, Call, Clear, Create, Drain, Kill, Reload, Restart, Rotate, Set, Switch, Verb,
};
use super::words::{Assignment, assignments};

/// Does what the verb says.
pub(super) async fn perform(client: &Client, verb: &Verb) -> Result<Answer, CtlError> {
    match verb {
        Verb::List { .. } | Verb::Show { .. } => read::perform(client, verb).await,
        Verb::Link {
            kind,
            name,
            targets,
        } => linked(client, *kind, name, targets, Way::Link).await,
        Verb::Unlink {
            kind,
            name,
            targets,
        } => linked(client, *kind, name, targets, Way::Unlink).await,
        Verb::Top { interval, count } => {
            session_view::show(client, *interval, *count).await?;
            Ok(Answer::Done)
        }
        Verb::Api { .. } => api::perform(client, verb).await,
        Verb::Create {
            what: Create::Report { file },
        } => several::report(client, file.as_deref()).await,
        Verb::Drain {
            what: Drain::Server {
                name,
                drain_timeout,
            },
        } => several::drain(client, name, *drain_timeout).await,
        Verb::Start { kind, name: None } => several::power(client, *kind, "start", None).await,
        Verb::Stop {
            kind,
            name: None,
            force,
        } => several::power(client, *kind, "stop", force.then_some("yes")).await,
        verb => {
            let request = match verb {
                Verb::Call {
                    what:
                        Call::Command {
                            module,
                            command,
                            arguments,
                        },
                } => call(client, module, command, arguments).await?,
                verb => write(verb)?,
            };
            Ok(match client.send(&request).await? {
                Value::Null => Answer::Done,
                document => Answer::Whole(document),
            })
        }
    }
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

/// What takes one request that can be said at once. Everything else never comes here.
fn write(verb: &Verb) -> Result<Request, CtlError> {
    Ok(match verb {
        Verb::Classify { statement } => {
            Request::get("maxscale/query_classifier/classify").with("sql", statement)
        }
        Verb::Set { what } => set(what),
        Verb::Clear {
            what: Clear::Server { name, state },
        } => state_of(name, "clear", state),
        Verb::Enable {
            what: Switch::LogPriority { priority },
        } => log_priority(priority, true),
        Verb::Disable {
            what: Switch::LogPriority { priority },
        } => log_priority(priority, false),
        Verb::Create { what } => create::request(what)?.unwrap_or_else(|| Request::get("")),
        Verb::Destroy {
            kind,
            names,
            force,
            ttl,
        } => Request::new(Method::DELETE, destroyed(*kind, names)?)
            .with_some("force", force.then_some("yes"))
            .with_some("ttl", ttl.map(millis).as_deref()),
        Verb::Kill {
            what: Kill::Session { id, ttl },
        } => Request::new(Method::DELETE, object(Kind::Sessions, id))
            .with_some("ttl", ttl.map(millis).as_deref()),
        Verb::Start {
            kind,
            name: Some(name),
        } => power(*kind, name, "start"),
        Verb::Stop {
            kind,
            name: Some(name),
            force,
        } => power(*kind, name, "stop").with_some("force", force.then_some("yes")),
        Verb::Alter { what } => alter(what)?,
        Verb::Restart {
            what: Restart::Session { id, how },
        }
        | Verb::Reload {
            what: Reload::Session { id, how },
        } => {
            post(format!("{}/restart", object(Kind::Sessions, id))).with_some("force", how.value())
        }
        Verb::Restart {
            what: Restart::Sessions { how },
        }
        | Verb::Reload {
            what: Reload::Sessions { how },
        } => post("sessions/restart").with_some("force", how.value()),
        Verb::Reload {
            what: Reload::Service { name },
        } => post(format!("{}/reload", object(Kind::Services, name))),
        Verb::Reload { what: Reload::Tls } => post("maxscale/tls/reload"),
        Verb::Rotate { what: Rotate::Logs } => post("maxscale/logs/flush"),
        Verb::List { .. }
        | Verb::Show { .. }
        | Verb::Link { .. }
        | Verb::Unlink { .. }
        | Verb::Drain { .. }
        | Verb::Start { .. }
        | Verb::Stop { .. }
        | Verb::Call { .. }
        | Verb::Api { .. }
        | Verb::Top { .. } => Request::get(""),
    })
}

/// A listener may be named with its service.
fn destroyed(kind: Kind, names: &[String]) -> Result<String, CtlError> {
    match names {
        [name] => Ok(object(kind, name)),
        [service, name] if kind == Kind::Listeners => {
            let service = object(Kind::Services, service);
            Ok(format!("{service}/listeners/{}", escape(name)))
        }
        _ => Err(CtlError::Usage("one name is enough".to_owned())),
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

fn alter(what: &Alter) -> Result<Request, CtlError> {
    let (kind, it) = match what {
        Alter::Server(it) => (Kind::Servers, it),
        Alter::Service(it) => (Kind::Services, it),
        Alter::Monitor(it) => (Kind::Monitors, it),
        Alter::Listener(it) => (Kind::Listeners, it),
        Alter::Filter(it) => (Kind::Filters, it),
        Alter::Session(it) => {
            let given = assignments(&it.words)?;
            let switches: Map<String, Value> = given.iter().map(switch).collect();
            let path = object(Kind::Sessions, &it.name);
            return Ok(patch(path, &json!({"parameters": switches})));
        }
        Alter::Maxscale { words } => {
            return Ok(parameters(Kind::Maxscale.path(), &assignments(words)?));
        }
        Alter::ServiceFilters { name, filters } => {
            return Ok(chain(Kind::Services, name, filters));
        }
        Alter::SessionFilters { id, filters } => return Ok(chain(Kind::Sessions, id, filters)),
        Alter::User { name, secret } => {
            let path = object(Kind::Users, name);
            return Ok(patch(path, &json!({"password": secret})));
        }
    };
    Ok(parameters(object(kind, &it.name), &assignments(&it.words)?))
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

/// How many there are in all, of a page.
pub(super) fn total(document: &Value) -> u64 {
    let told = document.pointer("/meta/total").and_then(Value::as_u64);
    told.unwrap_or(resources(document).len() as u64)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(subcommand)]
        verb: Verb,
    }

    fn check(line: &str, expected: &str) {
        let words = ["ctl"].into_iter().chain(line.split(' '));
        let line = Line::try_parse_from(words).unwrap();
        assert_eq!(write(&line.verb).unwrap().name(), expected);
    }

    #[test]
    fn sessions_restart_by_force_when_that_is_said() {
        for verb in ["restart", "reload"] {
            let one = "POST /v1/sessions/7/restart";
            check(&format!("{verb} session 7"), one);
            check(
                &format!("{verb} session 7 --force"),
                &format!("{one}?force=yes"),
            );
            let all = "POST /v1/sessions/restart";
            check(&format!("{verb} sessions"), all);
            check(
                &format!("{verb} sessions --force"),
                &format!("{all}?force=yes"),
            );
        }
    }
}
