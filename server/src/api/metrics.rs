//! `GET /metrics`: what Prometheus reads (text exposition format 0.0.4).

mod text;

use std::time::SystemTime;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use text::Text;

use super::call::Call;
use super::state::ApiState;
use crate::control::vitals::Vitals;
use crate::control::{Control, objects::Objects};
use crate::filters::open_filter_sessions;
use crate::servers::ServerStates;
use crate::telemetry::{names, process};

const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// `GET /metrics`.
pub(super) async fn all(State(state): State<ApiState>, _: Call) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (CONTENT_TYPE, FORMAT),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, collect(state.control())).into_response()
}

fn collect(control: &Control) -> String {
    let mut text = Text::default();
    gateway(&mut text, &control.objects);
    text.sample(names::SQL_CONNECTIONS, &[], control.workbench().len());
    services(&mut text, &control.objects);
    servers(&mut text, &control.objects);
    monitors(&mut text, &control.objects);
    workers(&mut text, &control.vitals);
    text.finish()
}

fn gateway(text: &mut Text, objects: &Objects) {
    let gateway = objects.gateway();
    text.sample(names::BUILD, &[("version", gateway.version)], 1);
    let started = gateway.started.duration_since(SystemTime::UNIX_EPOCH);
    let started = started.unwrap_or_default().as_secs_f64();
    text.sample(names::STARTED, &[], started);
    let memory = process::memory();
    text.sample(names::RESIDENT, &[], memory.resident);
    text.sample(names::VIRTUAL, &[], memory.virtual_size);
    text.sample(names::FILTER_SESSIONS, &[], open_filter_sessions());
}

fn services(text: &mut Text, objects: &Objects) {
    for service in objects.service_list() {
        let labels = [("service", &*service.name)];
        text.sample(names::SESSIONS, &labels, service.sessions().now);
        text.sample(names::SESSIONS_TOTAL, &labels, service.sessions().total);
        text.sample(
            names::FAILED_LOGINS,
            &labels,
            service.sessions().failed_logins,
        );
        let counts = service.statements().counts();
        text.sample(names::STATEMENT_ERRORS, &labels, counts.errors);
        text.histogram(names::STATEMENTS, labels, &counts.times);
    }
}

/// The states that are told, with the words of their labels.
const STATES: [(ServerStates, &str); 9] = [
    (ServerStates::RUNNING, "running"),
    (ServerStates::PRIMARY, "master"),
    (ServerStates::REPLICA, "slave"),
    (ServerStates::RELAY, "relay_master"),
    (ServerStates::SYNCED, "synced"),
    (ServerStates::MAINTENANCE, "maintenance"),
    (ServerStates::DRAINING, "draining"),
    (ServerStates::AUTH_ERROR, "auth_error"),
    (ServerStates::DISK_SPACE_EXHAUSTED, "disk_space_exhausted"),
];

fn servers(text: &mut Text, objects: &Objects) {
    for server in objects.server_registry().all().iter() {
        let labels = [("server", &**server.name())];
        text.sample(names::CONNECTIONS, &labels, server.connections());
        text.sample(
            names::CONNECTIONS_TOTAL,
            &labels,
            server.connections_total(),
        );
        let pool = server.pool();
        text.sample(names::POOL, &labels, pool.now);
        text.sample(names::POOL_REUSED, &labels, pool.reused);
        text.sample(names::POOL_EMPTY, &labels, pool.empty);
        text.sample(names::SERVER_FAILED_LOGINS, &labels, server.failed_logins());
        text.sample(names::OPERATIONS, &labels, server.load().busy());
        text.sample(names::PACKETS, &labels, server.load().packets());
        if let Some(lag_s) = server.facts().replication_lag_s {
            text.sample(names::LAG, &labels, lag_s);
        }
        let states = server.states();
        for (state, word) in STATES {
            let labels = [labels[0], ("state", word)];
            text.sample(
                names::SERVER_STATE,
                &labels,
                u8::from(states.contains(state)),
            );
        }
    }
}

fn monitors(text: &mut Text, objects: &Objects) {
    for monitor in objects.monitors() {
        let labels = [("monitor", &*monitor.object.name)];
        text.sample(
            names::MONITOR_RUNNING,
            &labels,
            u8::from(monitor.is_running),
        );
        text.sample(names::MONITOR_ROUNDS, &labels, monitor.report.rounds);
    }
}

fn workers(text: &mut Text, vitals: &Vitals) {
    for (index, counts) in vitals.worker_counts().iter().enumerate() {
        let index = index.to_string();
        let labels = [("worker", index.as_str())];
        text.sample(names::WORKER_CLIENTS, &labels, counts.sessions);
        text.sample(names::WORKER_CPU, &labels, counts.cpu.as_secs_f64());
        text.sample(names::WORKER_READ, &labels, counts.read_bytes);
        text.sample(names::WORKER_WRITTEN, &labels, counts.written_bytes);
        text.sample(names::WORKER_ERRORS, &labels, counts.errors);
    }
}
