//! `/maxscale/threads`: the workers.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::collection;
use super::conditions::Age;
use super::error::ApiError;
use super::resource::{self, Resource};
use super::state::ApiState;
use crate::control::vitals::WorkerView;

/// One worker.
pub(super) struct ThreadResource(WorkerView);

/// `GET /maxscale/threads`.
pub(super) async fn list(State(state): State<ApiState>, call: Call) -> Result<Response, ApiError> {
    let (call, selection) = collection::select(all(&state).await, call).await?;
    collection::answer(selection, call, Age::Live).await
}

/// `GET /maxscale/threads/:n`.
pub(super) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let mut all = all(&state).await.into_iter();
    let thread = all.find(|thread| thread.id() == id);
    let thread = thread.ok_or_else(|| ApiError::not_a("a thread", &id))?;
    let document = resource::document(&thread, &call.base, &call.query.fields);
    Ok(call.answer(document, Age::Live))
}

async fn all(state: &ApiState) -> Vec<ThreadResource> {
    let workers = state.control().vitals.workers().await;
    workers.into_iter().map(ThreadResource).collect()
}

impl Resource for ThreadResource {
    const KIND: &'static str = "threads";
    const PATH: &'static str = "maxscale/threads";
    const ATTRIBUTES: &'static [&'static str] = &["stats"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.0.index.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (name == "stats").then(|| stats(&self.0))
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

/// What a worker has counted. Lengths of event queues and times of single events are not measured.
fn stats(worker: &WorkerView) -> Value {
    let (counts, usage) = (&worker.counts, &worker.usage);
    let cache = &usage.classifications;
    json!({
        "accepts": counts.accepts,
        "current_descriptors": counts.descriptors,
        "errors": counts.errors,
        "hangups": counts.hangups,
        "listening": true,
        "load": {
            "last_hour": worker.load.last_hour,
            "last_minute": worker.load.last_minute,
            "last_second": worker.load.last_second,
        },
        "max_queue_time": counts.wait_max.as_millis() as u64,
        "memory": {
            "query_classifier": cache.size,
            "sessions": usage.session_bytes,
            "total": cache.size + usage.session_bytes,
            "zombies": 0,
        },
        "query_classifier_cache": {
            "evictions": cache.evictions,
            "hits": cache.hits,
            "inserts": cache.inserts,
            "misses": cache.misses,
            "size": cache.size,
        },
        "read_bytes": counts.read_bytes,
        "reads": counts.reads,
        "sessions": counts.sessions,
        "state": "Active",
        "total_descriptors": counts.descriptors_total,
        "writes": counts.writes,
        "written_bytes": counts.written_bytes,
        "zombies": 0,
    })
}
