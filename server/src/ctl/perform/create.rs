//! `create`.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::values;
use crate::ctl::kind::Kind;
use crate::ctl::link::references;
use crate::ctl::request::Request;
use crate::ctl::verb::Create;

pub(super) fn request(what: &Create) -> Request {
    match what {
        Create::Server {
            name,
            parameters,
            services,
            monitors,
        } => {
            let links = [(Kind::Services, services), (Kind::Monitors, monitors)];
            let attributes = json!({"parameters": values(parameters)});
            object(Kind::Servers, name, attributes, &links)
        }
        Create::Service {
            name,
            router,
            parameters,
            servers,
            services,
            filters,
            cluster,
        } => {
            let monitors: Vec<String> = cluster.iter().cloned().collect();
            let links = [
                (Kind::Servers, servers),
                (Kind::Services, services),
                (Kind::Filters, filters),
                (Kind::Monitors, &monitors),
            ];
            let attributes = json!({"router": router, "parameters": values(parameters)});
            object(Kind::Services, name, attributes, &links)
        }
        Create::Monitor {
            name,
            module,
            parameters,
            servers,
        } => {
            let attributes = json!({"module": module, "parameters": values(parameters)});
            object(
                Kind::Monitors,
                name,
                attributes,
                &[(Kind::Servers, servers)],
            )
        }
        Create::Listener {
            service,
            name,
            parameters,
        } => {
            let attributes = json!({"parameters": values(parameters)});
            let services = vec![service.clone()];
            let links = [(Kind::Services, &services)];
            object(Kind::Listeners, name, attributes, &links)
        }
        Create::Filter {
            name,
            module,
            parameters,
        } => {
            let attributes = json!({"module": module, "parameters": values(parameters)});
            object(Kind::Filters, name, attributes, &[])
        }
        Create::User {
            name,
            secret,
            account,
        } => user(name, secret, account),
    }
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
