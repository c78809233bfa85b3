//! What is done to requests that are right.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

use super::requests::Good;

/// Texts that mean something, here or elsewhere.
const WORDS: &[&str] = &[
    "server1",
    "server2",
    "Main",
    "Second",
    "Monitor",
    "Null",
    "Regex",
    "Main-Listener",
    "eve",
    "admin",
    "basic",
    "none",
    "auto",
    "all",
    "",
    "true",
    "-1",
    "0",
    "99999999999999999999",
    "5s",
    "5x",
    "10Mi",
    "*****",
    "\u{0}",
    "a,b",
    "a|b",
    "maxscale",
    "::",
    "127.0.0.1",
    "(",
    "a{99999}",
    "x\ny=z",
    "[section]",
    "$1",
    "\u{202e}\u{1F600}",
    "../..",
    "%",
];
/// Names of members, where there are some and where there are none.
const MEMBERS: &[&str] = &[
    "id",
    "type",
    "data",
    "attributes",
    "parameters",
    "relationships",
    "servers",
    "services",
    "filters",
    "monitors",
    "listeners",
    "links",
    "meta",
    "port",
    "address",
    "ssl",
    "ssl_ca",
    "user",
    "password",
    "router",
    "module",
    "max_connections",
    "state",
    "apply",
    "log_info",
    "match",
    "account",
    "MariaDBProtocol",
    "cluster",
    "targets",
    "connection_timeout",
    "weight",
    "",
];
/// Bytes that are put into bodies.
const TOKENS: &[&[u8]] = &[
    b"\x00",
    b"\xff\xfe",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\u0000",
    b"\\ud800",
    b"1e999",
    b"-0",
    b"NaN",
    b"null",
    b"true",
    b"{\"data\":{}}",
    b"\xef\xbb\xbf",
    b"//",
    b"'",
];
/// Ids of nothing, as they stand in a path.
const IDS: &[&str] = &[
    "nothing",
    "%00",
    "%2F",
    "..%2F..",
    "%F0%9F%98%80",
    "-1",
    "18446744073709551616",
    "%20",
    "null",
    "%ff",
    "server1",
    "Main",
];
const QUERIES: &[&str] = &[
    "force=yes",
    "force=maybe",
    "force",
    "ttl=-1s",
    "ttl=99999999h",
    "state=",
    "state=drain",
    "state=master",
    "sessions=all",
    "sessions=some",
    "pretty=no",
    "fields[servers]=state",
    "x=1",
    "filter=%2F=1",
    "page[size]=0",
    "sort=-",
    "%00=%00",
    "force=yes&force=no",
];

/// The request after some mutations.
pub fn mutated(random: &mut StdRng, mut request: Good, takes_body: bool) -> Good {
    if takes_body {
        if random.random_ratio(3, 4) {
            let mut body = serde_json::from_slice(&request.body).expect("a body that is right");
            for _ in 0..random.random_range(1..4) {
                change_value(random, &mut body);
            }
            request.body = body.to_string().into_bytes();
        } else {
            for _ in 0..random.random_range(1..4) {
                change_bytes(random, &mut request.body);
            }
        }
    } else if random.random_ratio(1, 3) {
        request.body = any_value(random, 2).to_string().into_bytes();
    }
    if random.random_ratio(1, if takes_body { 12 } else { 2 }) {
        change_path(random, &mut request);
    }
    request
}

fn change_path(random: &mut StdRng, request: &mut Good) {
    let path = &mut request.path;
    if let Some(at) = request.id_at.filter(|_| random.random_ratio(1, 3)) {
        let (steps, query) = path.split_once('?').unwrap_or((path, ""));
        let mut steps: Vec<&str> = steps.split('/').collect();
        steps[at] = any(random, IDS);
        *path = format!("{}?{query}", steps.join("/"));
        return;
    }
    let mark = if path.contains('?') { '&' } else { '?' };
    path.push(mark);
    path.push_str(any(random, QUERIES));
}

fn any<T: Copy>(random: &mut StdRng, list: &[T]) -> T {
    *list.choose(random).expect("not empty")
}

fn any_value(random: &mut StdRng, depth: u32) -> Value {
    match random.random_range(0..if depth == 0 { 7 } else { 10 }) {
        0 => Value::Null,
        1 => random.random::<bool>().into(),
        2 => random.random::<i64>().into(),
        3 => random.random_range(-5..70_000).into(),
        4 => json!(random.random::<f64>() * 1e12),
        5 | 6 => any(random, WORDS).into(),
        7 => {
            let items = (0..random.random_range(0..4)).map(|_| any_value(random, depth - 1));
            items.collect::<Vec<_>>().into()
        }
        8 => {
            let members = (0..random.random_range(0..4)).map(|_| {
                let name = any(random, MEMBERS).to_owned();
                (name, any_value(random, depth - 1))
            });
            members.collect::<Map<_, _>>().into()
        }
        _ => "x".repeat(random.random_range(0..5000)).into(),
    }
}

/// The pointers of all values in a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let mut below = |name: &str, value: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        places(value, &format!("{at}/{name}"), found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                below(&index.to_string(), value);
            }
        }
        _ => {}
    }
}

fn change_value(random: &mut StdRng, document: &mut Value) {
    let mut found = Vec::new();
    places(document, "", &mut found);
    let place = found.choose(random).expect("the document itself").clone();
    let value = any_value(random, 2);
    let other = document
        .pointer(found.choose(random).expect("the same"))
        .cloned();
    let target = document.pointer_mut(&place).expect("a place of it");
    match (random.random_range(0..8), target) {
        (0..3, target) => *target = value,
        // Something of its own in a place where it does not belong.
        (3, target) => *target = other.unwrap_or_default(),
        (4, Value::Array(items)) => items.push(items.first().cloned().unwrap_or(value)),
        (5, Value::Array(items)) => items.reverse(),
        (4 | 5, Value::Object(members)) => {
            members.insert(any(random, MEMBERS).to_owned(), value);
        }
        _ => remove(document, &place),
    }
}

fn remove(document: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else {
        return;
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(name)),
        Some(Value::Array(items)) => drop(items.remove(name.parse().expect("an index"))),
        _ => {}
    }
}

fn change_bytes(random: &mut StdRng, body: &mut Vec<u8>) {
    let at = random.random_range(0..=body.len());
    let end = random.random_range(at..=body.len());
    match random.random_range(0..7) {
        0 => body.truncate(at),
        1 => drop(body.drain(at..end)),
        2 => {
            let part = body[at..end].to_vec();
            body.splice(at..at, part);
        }
        3 => {
            if let Some(byte) = body.get_mut(at) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
        4 => {
            let deep = random.random_range(1..3000);
            let nest = if random.random() { "[" } else { "{\"a\":" };
            body.splice(at..at, nest.repeat(deep).into_bytes());
        }
        _ => {
            let token = any(random, TOKENS);
            body.splice(at..at, token.iter().copied());
        }
    }
}
