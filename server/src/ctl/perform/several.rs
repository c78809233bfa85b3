//! What takes several requests.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::{object, power as power_of, state_of};
use crate::ctl::answer::{Answer, resources};
use crate::ctl::client::Client;
use crate::ctl::error::CtlError;
use crate::ctl::kind::Kind;
use crate::ctl::request::Request;

/// How often is asked whether a server has connections still.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Starts or stops all services.
pub(super) async fn power(
    client: &Client,
    kind: Kind,
    action: &str,
    force: Option<&str>,
) -> Result<Answer, CtlError> {
    if !matches!(kind, Kind::Services | Kind::Maxscale) {
        return Err(CtlError::Usage("which one?".to_owned()));
    }
    let services = client.send(&Request::get(Kind::Services.path())).await?;
    for service in resources(&services) {
        if let Some(name) = service.get("id").and_then(Value::as_str) {
            let request = power_of(Kind::Services, name, action).with_some("force", force);
            client.send(&request).await?;
        }
    }
    Ok(Answer::Done)
}

/// Lets a server's sessions finish and sets it into maintenance then.
pub(super) async fn drain(
    client: &Client,
    name: &str,
    timeout: Duration,
) -> Result<Answer, CtlError> {
    client.send(&state_of(name, "set", "drain")).await?;
    let begin = Instant::now();
    let request = Request::get(object(Kind::Servers, name));
    loop {
        let document = client.send(&request).await?;
        let connections = document.pointer("/data/attributes/statistics/connections");
        if connections.and_then(Value::as_u64) == Some(0) {
            // In this order: nobody is let in between.
            client.send(&state_of(name, "set", "maintenance")).await?;
            client.send(&state_of(name, "clear", "drain")).await?;
            return Ok(Answer::Done);
        }
        if begin.elapsed() >= timeout {
            client.send(&state_of(name, "clear", "drain")).await?;
            return Err(CtlError::NotDrained(name.to_owned(), timeout));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// All documents of the API in one.
pub(super) async fn report(client: &Client, file: Option<&Path>) -> Result<Answer, CtlError> {
    const PATHS: [&str; 13] = [
        "maxscale",
        "servers",
        "services",
        "monitors",
        "listeners",
        "filters",
        "sessions",
        "users/inet",
        "maxscale/threads",
        "maxscale/memory",
        "maxscale/logs/data",
        "maxscale/query_classifier",
        "maxscale/modules",
    ];
    let mut report = Map::new();
    report.insert("host".to_owned(), client.host().into());
    for path in PATHS {
        let document = client.send(&Request::get(path)).await?;
        report.insert(path.to_owned(), document);
    }
    let value = Value::Object(report);
    let Some(file) = file else {
        return Ok(Answer::Json {
            value,
            pretty: true,
        });
    };
    let mut options = std::fs::OpenOptions::new();
    // Nobody else's business.
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(file).and_then(|mut file| {
        std::io::Write::write_all(&mut file, format!("{value:#}\n").as_bytes())
    });
    written.map_err(|source| CtlError::Report(file.to_path_buf(), source))?;
    Ok(Answer::Done)
}
