//! `/maxscale/samples`: what happened in the last hour, one sample every few seconds. Beyond the
//! documented API.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::conditions::Age;
use super::error::ApiError;
use super::query::Parameters;
use super::resource;
use super::state::ApiState;
use crate::control::vitals::{Latency, SAMPLE_EVERY, Sample, ServerSample, ServiceSample};

/// Which samples are wanted.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Only those after this moment, in milliseconds since 1970.
    since: u64,
}

impl Parameters for Reading {
    const NAMES: &'static [&'static str] = &["since"];

    fn set(&mut self, _: &str, value: &str) -> Result<(), ApiError> {
        self.since = value.parse().map_err(|_| {
            ApiError::bad_request(format!("since={value}: milliseconds since 1970 are needed"))
        })?;
        Ok(())
    }
}

/// `GET /maxscale/samples`.
pub(super) async fn list(State(state): State<ApiState>, call: Call<Reading>) -> Response {
    let samples = state.control().vitals.samples(call.own.since);
    let samples = samples.iter().map(|sample| rendered(sample));
    let attributes = json!({
        "interval_ms": SAMPLE_EVERY.as_millis() as u64,
        "samples": samples.collect::<Value>(),
    });
    let own = json!({"self": call.base.to("maxscale/samples")});
    let data = resource::single("samples", "samples", attributes, &call.query.fields);
    call.answer(json!({"data": data, "links": own}), Age::Live)
}

fn rendered(sample: &Sample) -> Value {
    let seconds = sample.length.as_secs_f64();
    let rate = |count: u64| per_second(count, seconds);
    json!({
        "at_ms": sample.at_ms,
        "errors_per_s": rate(sample.errors),
        "latency_us": latency(&sample.latency),
        "read_bytes_per_s": rate(sample.read_bytes),
        "resident_bytes": sample.resident_bytes,
        "servers": sample.servers.iter().map(|one| server(one, seconds)).collect::<Value>(),
        "services": sample.services.iter().map(|one| service(one, seconds)).collect::<Value>(),
        "sessions": sample.sessions,
        "statements_per_s": rate(sample.statements),
        "workers": sample.workers,
        "written_bytes_per_s": rate(sample.written_bytes),
    })
}

fn service(sample: &ServiceSample, seconds: f64) -> Value {
    json!({
        "errors_per_s": per_second(sample.errors, seconds),
        "id": *sample.name,
        "latency_us": latency(&sample.latency),
        "sessions": sample.sessions,
        "statements_per_s": per_second(sample.statements, seconds),
    })
}

fn server(sample: &ServerSample, seconds: f64) -> Value {
    json!({
        "active_operations": sample.active_operations,
        "connections": sample.connections,
        "id": *sample.name,
        "replication_lag_s": sample.replication_lag_s,
        "requests_per_s": per_second(sample.requests, seconds),
    })
}

/// With one digit behind the point.
fn per_second(count: u64, seconds: f64) -> Value {
    if seconds <= 0.0 {
        return json!(0.0);
    }
    json!((count as f64 / seconds * 10.0).round() / 10.0)
}

/// In microseconds; `null` when there were no statements.
fn latency(latency: &Latency) -> Value {
    let micros = |time: Option<std::time::Duration>| {
        time.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
    };
    json!({
        "p50": micros(latency.p50),
        "p95": micros(latency.p95),
        "p99": micros(latency.p99),
    })
}
