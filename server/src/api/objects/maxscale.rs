//! `/maxscale`: the gateway itself, a resource without a collection.

use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::api::call::Call;
use crate::api::conditions::Age;
use crate::api::resource::{self, Resource};
use crate::api::state::ApiState;
use crate::control::objects::GatewayView;
use crate::telemetry::machine::machine;

struct GatewayResource(GatewayView);

/// `GET /maxscale`.
pub(in crate::api) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let gateway = GatewayResource(state.control().objects.gateway());
    let mut data = resource::render(&gateway, &call.base, &call.query.fields);
    let own = json!({"self": call.base.to(GatewayResource::PATH)});
    if let Some(links) = data.get_mut("links") {
        *links = own.clone();
    }
    call.answer(json!({"data": data, "links": own}), Age::Live)
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
