//! `/maxscale/memory`: what the process holds, and what holds most of it.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::call::Call;
use super::conditions::Age;
use super::resource;
use super::state::ApiState;
use crate::telemetry::process;

/// `GET /maxscale/memory`.
pub(super) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let process = process::memory();
    let workers = state.control().vitals.workers().await;
    let sessions: u64 = workers
        .iter()
        .map(|worker| worker.usage.session_bytes)
        .sum();
    let classifier: u64 = workers
        .iter()
        .map(|worker| worker.usage.classifications.size)
        .sum();
    let attributes = json!({
        "process": {
            "resident": process.resident,
            "resident_peak": process.resident_peak,
            "swapped": process.swapped,
            "virtual": process.virtual_size,
        },
        "query_classifier": classifier,
        "sessions": sessions,
    });
    let own = json!({"self": call.base.to("maxscale/memory")});
    let data = resource::single("memory", "memory", attributes, &call.query.fields);
    call.answer(json!({"data": data, "links": own}), Age::Live)
}
