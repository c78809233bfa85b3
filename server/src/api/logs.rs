//! `/maxscale/logs`: the log, its last lines, and a stream of them.

mod entry;
mod reading;
mod stream;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use entry::EntryResource;
pub(super) use reading::LogReading;
use reading::PAGE_SIZE;
pub(super) use stream::{stream, streams_max};

use super::body::Body;
use super::call::{Call, Writer, done};
use super::conditions::Age;
use super::error::ApiError;
use super::objects::maxscale::{GatewayResource, set_parameters};
use super::resource::{self, Resource, version_tag};
use super::sight::Sight;
use super::state::ApiState;
use crate::control::logs::{LogPage, Logs};
use crate::control::objects::GatewayView;

const PATH: &str = "maxscale/logs";
/// The type of the log, and its id.
const KIND: &str = "logs";
/// The lines of the peer come from a log of this name.
const SOURCE: &str = "maxlog";
/// Parameters of the gateway that are about its log.
const PARAMETERS: [&str; 8] = [
    "log_debug",
    "log_info",
    "log_notice",
    "log_throttling",
    "log_warning",
    "maxlog",
    "ms_timestamp",
    "syslog",
];

/// `GET /maxscale/logs`.
pub(super) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let gateway = state.control().objects.gateway();
    call.answer(document(&state, &gateway, &call), Age::Live)
}

/// `PATCH /maxscale/logs`: an older way to change parameters of the gateway. The body may be the one
/// that the gateway itself takes.
pub(super) async fn alter(
    State(state): State<ApiState>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let gateway = state.control().objects.gateway();
    let expected = call.is_conditional().then_some(gateway.configured);
    if expected.is_some() {
        call.check_write(document(&state, &gateway, &call), expected, Age::Live)?;
    }
    let body = Body::parse(&body)?;
    let given = |kind| body.root().resource(kind, Some(kind));
    let data = given(KIND).or_else(|wrong| given(GatewayResource::KIND).map_err(|_| wrong))?;
    let data = data.unrelated()?;
    let Some(attributes) = data.get("attributes") else {
        return Ok(done());
    };
    for (name, value) in attributes.members()? {
        match name {
            // Which priorities are logged moves with the parameters.
            "log_priorities" => drop(value.items()?),
            "parameters" => {}
            "log_file" if *value.value() == file(&state) => {}
            "log_file" => return Err(value.error("log_file can't be changed")),
            name => {
                let known = "known are parameters";
                return Err(value.error(format!("'{name}' means nothing here; {known}")));
            }
        }
    }
    set_parameters(&state, &by, &attributes, expected).await
}

/// The path of the log's file; null when there is none.
fn file(state: &ApiState) -> Value {
    let file = state.control().logs.file();
    file.map(|file| file.display().to_string()).into()
}

fn document(state: &ApiState, gateway: &GatewayView, call: &Call) -> Value {
    let logs = &state.control().logs;
    let parameters = PARAMETERS.iter().filter_map(|name| {
        let value = gateway.parameters.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    let priorities = logs.priorities();
    let attributes = json!({
        "log_file": file(state),
        "log_priorities": priorities.iter().map(|priority| priority.name()).collect::<Value>(),
        "parameters": parameters.collect::<Value>(),
    });
    let own = json!({"self": call.base.to(PATH)});
    let mut data = resource::single(KIND, KIND, attributes, &call.query.fields);
    // What can be changed of it is part of the gateway's configuration.
    let meta = json!({"version": version_tag(gateway.configured)});
    if let Some(data) = data.as_object_mut() {
        data.insert("meta".to_owned(), meta);
    }
    json!({"data": data, "links": own})
}

/// `GET /maxscale/logs/data`: lines as one resource.
pub(super) async fn data(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call<LogReading>,
) -> Response {
    let page = page(&state.control().logs, &call, sight);
    let lines = page.entries.iter().map(|line| entry::object(line, sight));
    let attributes = json!({"log": lines.collect::<Value>(), "log_source": SOURCE});
    let data = resource::single("log_data", "log_data", attributes, &call.query.fields);
    let links = links("data", &page, &call);
    call.answer(json!({"data": data, "links": links}), Age::Live)
}

/// `GET /maxscale/logs/entries`: lines as a collection.
pub(super) async fn entries(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call<LogReading>,
) -> Result<Response, ApiError> {
    let newest_first = reading::newest_first(&call.query)?;
    let mut page = page(&state.control().logs, &call, sight);
    let links = links("entries", &page, &call);
    if newest_first {
        page.entries.reverse();
    }
    let rendered = page.entries.iter().map(|line| {
        let line = EntryResource(line.clone(), sight);
        resource::render(&line, &call.base, &call.query.fields)
    });
    let data = rendered.collect::<Value>();
    Ok(call.answer(json!({"data": data, "links": links}), Age::Live))
}

/// `POST /maxscale/logs/flush`: the files are opened anew.
pub(super) async fn flush(State(state): State<ApiState>, _: Call) -> Result<Response, ApiError> {
    state.control().logs.reopen();
    state.trail().reopen();
    Ok(done())
}

fn page(logs: &Logs, call: &Call<LogReading>, sight: Sight) -> LogPage {
    let size = call.query.page.map_or(PAGE_SIZE, |page| page.size);
    logs.page(call.own.cursor, size, |line| {
        call.own.wants(line.priority) && entry::fulfils(line, sight, &call.query.filters)
    })
}

/// Links to the pages around: a page is named by the line that it begins with. `last` is the page
/// that ends with the newest line, whenever it is asked for.
fn links(kind: &str, page: &LogPage, call: &Call<LogReading>) -> Value {
    let size = call.query.page.map_or(PAGE_SIZE, |page| page.size);
    let mut start = format!("{}?", call.base.to(&format!("{PATH}/{kind}")));
    for (name, value) in &call.query.rest {
        start.extend([&encode(name), "=", &encode(value), "&"]);
    }
    let sized = format!("{}={size}", encode("page[size]"));
    let at = |cursor: u64| format!("{start}{}={cursor}&{sized}", encode("page[cursor]"));
    let own = page.entries.first().map(|line| line.id).or(call.own.cursor);
    let mut links = json!({
        "last": format!("{start}{sized}"),
        "self": own.map_or_else(|| format!("{start}{sized}"), at),
    });
    for (name, cursor) in [("prev", page.before), ("next", page.after)] {
        if let (Some(cursor), Some(links)) = (cursor, links.as_object_mut()) {
            links.insert(name.to_owned(), at(cursor).into());
        }
    }
    links
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
