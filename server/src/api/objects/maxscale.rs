//! `/maxscale`: the gateway itself, a resource without a collection.

use std::time::SystemTime;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::api::body::{Body, Node};
use crate::api::call::{self, Call, Writer};
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::resource::{self, Resource};
use crate::api::state::ApiState;
use crate::api::unchanged;
use crate::control::objects::GatewayView;
use crate::control::{By, ObjectError};
use crate::telemetry::machine::machine;

pub(in crate::api) struct GatewayResource(GatewayView);

/// `GET /maxscale`.
pub(in crate::api) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let gateway = GatewayResource(state.control().objects.gateway());
    call.answer(document(&gateway, &call), Age::Live)
}

/// `PATCH /maxscale`.
pub(in crate::api) async fn alter(
    State(state): State<ApiState>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let gateway = GatewayResource(state.control().objects.gateway());
    let expected = call.is_conditional().then_some(gateway.0.configured);
    if expected.is_some() {
        call.check_write(document(&gateway, &call), expected, Age::Live)?;
    }
    let body = Body::parse(&body)?;
    let data = body
        .root()
        .resource(GatewayResource::KIND, Some("maxscale"))?
        .unrelated()?;
    let Some(attributes) = data.get("attributes") else {
        return Ok(call::done());
    };
    for (name, value) in attributes.members()? {
        match name {
            // What moves by itself was true when the body was read.
            "uptime" | "threads" | "process_datadir" | "system" => {
                unchanged::check_moving(&gateway, name, &value)?;
            }
            "parameters" => {}
            name if GatewayResource::ATTRIBUTES.contains(&name) => {
                unchanged::check(&gateway, name, &value)?;
            }
            name => {
                let known = "known are parameters";
                return Err(value.error(format!("'{name}' means nothing here; {known}")));
            }
        }
    }
    set_parameters(&state, &by, &attributes, expected).await
}

/// Gives the gateway the parameters in `attributes`, if there are some.
pub(in crate::api) async fn set_parameters(
    state: &ApiState,
    by: &By,
    attributes: &Node<'_>,
    expected: Option<u64>,
) -> Result<Response, ApiError> {
    let Some(parameters) = attributes.get("parameters") else {
        return Ok(call::done());
    };
    let control = state.control();
    let altered = control.alter_gateway(by, parameters.map()?, expected).await;
    altered.map_err(|error| match &error {
        ObjectError::Parameter(fault) => {
            let given = parameters.get(&fault.parameter);
            given
                .as_ref()
                .unwrap_or(&parameters)
                .error(error.to_string())
        }
        _ => error.into(),
    })?;
    Ok(call::done_by(by))
}

/// `POST /maxscale/tls/reload`.
pub(in crate::api) async fn reload_tls(
    State(state): State<ApiState>,
    Writer(by): Writer,
    _: Call,
) -> Result<Response, ApiError> {
    state.control().reload_tls(&by).await?;
    Ok(call::done())
}

fn document(gateway: &GatewayResource, call: &Call) -> Value {
    let mut data = resource::render(gateway, &call.base, &call.query.fields);
    let own = json!({"self": call.base.to(GatewayResource::PATH)});
    if let Some(links) = data.get_mut("links") {
        *links = own.clone();
    }
    json!({"data": data, "links": own})
}

impl Resource for GatewayResource {
    const KIND: &'static str = "maxscale";
    const ATTRIBUTES: &'static [&'static str] = &[
        "activated_at",
        "commit",
        "config_sync",
        "parameters",
        "process_datadir",
        "started_at",
        "system",
        "uptime",
        "version",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        "maxscale".to_owned()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.0;
        match name {
            "parameters" => Some(view.parameters.clone().into()),
            "commit" => Some(option_env!("SLUICEGATE_COMMIT").unwrap_or("unknown").into()),
            // Configurations are not shared between gateways.
            "config_sync" => Some(Value::Null),
            "process_datadir" => Some(view.datadir.display().to_string().into()),
            "system" => Some(system(view)),
            "activated_at" | "started_at" => Some(httpdate::fmt_http_date(view.started).into()),
            "uptime" => {
                let up = SystemTime::now()
                    .duration_since(view.started)
                    .unwrap_or_default();
                Some(up.as_secs().into())
            }
            "version" => Some(view.version.into()),
            _ => None,
        }
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.configured)
    }
}

/// What the gateway runs on. Every core counts as one: how they share their parts is not told.
fn system(view: &GatewayView) -> Value {
    let machine = machine();
    json!({
        "machine": {
            "cores_available": machine.cores_available,
            "cores_physical": machine.cores,
            "cores_virtual": machine.cores_available,
            "memory_available": machine.memory_available,
            "memory_physical": machine.memory,
        },
        "maxscale": {
            "query_classifier_cache_size": view.classifications_max,
            "threads": view.threads,
        },
        "os": {
            "machine": std::env::consts::ARCH,
            "nodename": machine.node,
            "release": machine.release,
            "sysname": machine.system,
            "version": machine.version,
        },
    })
}
