//! `create`.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::values;
use crate::ctl::error::CtlError;
use crate::ctl::kind::Kind;
use crate::ctl::link::references;
use crate::ctl::request::Request;
use crate::ctl::verb::Create;
use crate::ctl::words::{Assignment, assignments, led};

/// None for what takes no request, or several.
pub(super) fn request(what: &Create) -> Result<Option<Request>, CtlError> {
    Ok(Some(match what {
        Create::Server {
            name,
            words,
            services,
            monitors,
        } => {
            let links = [(Kind::Services, services), (Kind::Monitors, monitors)];
            let attributes = json!({"parameters": values(&placed(words, 2)?)});
            object(Kind::Servers, name, attributes, &links)
        }
        Create::Service { .. } => service(what)?,
        Create::Monitor {
            name,
            module,
            words,
            servers,
            monitor_user,
            monitor_password,
        } => {
            let mut parameters = assignments(words)?;
            add(&mut parameters, "user", monitor_user.as_deref());
            add(&mut parameters, "password", monitor_password.as_deref());
            let links = [(Kind::Servers, servers)];
            object(Kind::Monitors, name, module_of(module, &parameters), &links)
        }
        Create::Listener {
            service,
            name,
            words,
            interface,
        } => {
            let mut parameters = placed(words, 1)?;
            add(&mut parameters, "address", interface.as_deref());
            let attributes = json!({"parameters": values(&parameters)});
            let services = vec![service.clone()];
            let links = [(Kind::Services, &services)];
            object(Kind::Listeners, name, attributes, &links)
        }
        Create::Filter {
            name,
            module,
            words,
        } => {
            let attributes = module_of(module, &assignments(words)?);
            object(Kind::Filters, name, attributes, &[])
        }
        Create::User {
            name,
            secret,
            account,
        } => user(name, secret, account),
        Create::Report { .. } => return Ok(None),
    }))
}

fn service(what: &Create) -> Result<Request, CtlError> {
    let Create::Service {
        name,
        router,
        words,
        servers,
        services,
        filters,
        cluster,
    } = what
    else {
        return Ok(Request::get(""));
    };
    let monitors: Vec<String> = cluster.iter().cloned().collect();
    let links = [
        (Kind::Servers, servers),
        (Kind::Services, services),
        (Kind::Filters, filters),
        (Kind::Monitors, &monitors),
    ];
    let attributes = json!({"router": router, "parameters": values(&assignments(words)?)});
    Ok(object(Kind::Services, name, attributes, &links))
}

/// Parameters of which the place may stand first: an address and a port, only a port where one word
/// may, or the path of a socket.
fn placed(words: &[String], leading_max: usize) -> Result<Vec<Assignment>, CtlError> {
    let (leading, mut parameters) = led(words, leading_max)?;
    let mut names = ["address", "port"].into_iter().skip(2 - leading_max);
    for word in leading {
        // Behind a socket's path a port says nothing.
        if word.starts_with('/') {
            add(&mut parameters, "socket", Some(word));
            break;
        }
        if let Some(name) = names.next() {
            add(&mut parameters, name, Some(word));
        }
    }
    Ok(parameters)
}

fn add(parameters: &mut Vec<Assignment>, name: &str, value: Option<&str>) {
    parameters.extend(value.map(|value| Assignment::new(name, value)));
}

fn module_of(module: &str, parameters: &[Assignment]) -> Value {
    json!({"module": module, "parameters": values(parameters)})
}

fn user(name: &str, secret: &str, account: &str) -> Request {
    let attributes = json!({"password": secret, "account": account});
    object(Kind::Users, name, attributes, &[])
}

fn object(kind: Kind, name: &str, attributes: Value, links: &[(Kind, &Vec<String>)]) -> Request {
    // The accounts' type is the last part of their path.
    let path = kind.path();
    let type_name = path.rsplit('/').next().unwrap_or(path);
    let mut data = Map::new();
    data.insert("id".to_owned(), name.into());
    data.insert("type".to_owned(), type_name.into());
    data.insert("attributes".to_owned(), attributes);
    let given = links.iter().filter(|(_, names)| !names.is_empty());
    let relationships: Map<String, Value> = given
        .map(|(kind, names)| {
            let items = references(kind.path(), names);
            (kind.path().to_owned(), json!({"data": items}))
        })
        .collect();
    if !relationships.is_empty() {
        data.insert("relationships".to_owned(), relationships.into());
    }
    Request::new(Method::POST, path).with_body(json!({"data": data}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, leading_max: usize, expected: &[(&str, &str)]) {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let mut found = placed(&words, leading_max).unwrap();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let expected: Vec<Assignment> = expected
            .iter()
            .map(|(name, value)| Assignment::new(name, value))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn where_it_is_may_stand_first() {
        check(
            "10.0.0.1 3306 rank=primary",
            2,
            &[
                ("address", "10.0.0.1"),
                ("port", "3306"),
                ("rank", "primary"),
            ],
        );
        check("10.0.0.1", 2, &[("address", "10.0.0.1")]);
        check("/run/s.sock 3306", 2, &[("socket", "/run/s.sock")]);
        check("4006", 1, &[("port", "4006")]);
        check("/run/s.sock", 1, &[("socket", "/run/s.sock")]);
        check(
            "address=::1 port=1",
            1,
            &[("address", "::1"), ("port", "1")],
        );
    }
}
