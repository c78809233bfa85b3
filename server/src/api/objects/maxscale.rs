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
    const ATTRIBUTES: &'static [&'static str] = &["parameters", "started_at", "uptime", "version"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        "maxscale".to_owned()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.0;
        match name {
            "parameters" => Some(view.parameters.clone().into()),
            "started_at" => Some(httpdate::fmt_http_date(view.started).into()),
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
