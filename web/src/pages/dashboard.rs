//! What is going on, at a glance.

mod map;

use leptos::prelude::*;
use sluicegate_shared::event::{SessionRow, SessionState};

use map::ObjectMap;

use super::objects::kind::Kind;
use super::objects::shown::go;
use super::objects::state::{FailedNotice, PolledView};
use crate::api::objects::Object;
use crate::components::chart::{Chart, ChartTexts, Series};
use crate::components::data_table::DataTable;
use crate::components::panel::Panel;
use crate::format;
use crate::messages::{dashboard as texts, objects};
use crate::state::live::Live;
use crate::state::polled::Polled;
use crate::state::pulse::{Pulse, Sample};

/// So many points are drawn: more could not be told apart.
const POINTS_MAX: usize = 300;

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let gateway = Polled::start(|| "maxscale?fields[maxscale]=version,uptime".to_owned(), 5);
    let about = move || {
        let gateway = gateway.first()?;
        let uptime = gateway.number("/uptime").unwrap_or(0);
        Some(texts::gateway(gateway.text("/version"), uptime))
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{texts::TITLE}</h1>
                <span class="page-space"></span>
                <span class="page-note">{about}</span>
            </header>
            <Counters />
            <Charts />
            <div class="panels panels-wide live-data">
                <Panel title=texts::MAP><ObjectMap on_go=go_to() /></Panel>
                <div class="panel-stack">
                    <ObjectTable kind=Kind::Servers title=texts::SERVERS />
                    <ObjectTable kind=Kind::Services title=texts::SERVICES />
                </div>
            </div>
        </div>
    }
}

/// What sessions are doing this moment.
#[component]
fn Counters() -> impl IntoView {
    let live = expect_context::<Live>();
    let counts = Memo::new(move |_| {
        live.track();
        live.with_rows(|rows| {
            let alive = || rows.iter().filter(|row| !row.ended).map(|row| &row.session);
            let count = |is: fn(&SessionRow) -> bool| alive().filter(|row| is(row)).count() as u64;
            [
                count(|_| true),
                count(|row| row.state == SessionState::Busy),
                count(|row| row.transaction),
                count(|row| !row.filters.is_empty()),
                count(|row| row.pending.is_some()),
            ]
        })
    });
    let loaded = Memo::new(move |_| live.is_loaded());
    let value = move |at: usize| {
        let count = counts.with(|counts| counts.get(at).copied());
        let count = count.filter(|_| loaded.get());
        count.map_or_else(|| format::NONE.to_owned(), format::count)
    };
    let counter = move |(at, label): (usize, &'static str)| {
        view! {
            <div class="counter">
                <dt class="counter-label">{label}</dt>
                <dd class="counter-value">{move || value(at)}</dd>
            </div>
        }
    };
    view! {
        <dl class="counters live-data">
            {texts::COUNTERS.into_iter().enumerate().map(counter).collect_view()}
        </dl>
    }
}

/// The last hour.
#[component]
fn Charts() -> impl IntoView {
    let pulse = Pulse::start();
    let samples = Memo::new(move |_| pulse.samples().with(|samples| thinned(samples)));
    let services = Polled::follow(
        Kind::Services.path(),
        || Kind::Services.path().to_owned(),
        Kind::Services.rounds(),
    );
    let sessions_max = Memo::new(move |_| sessions_max(&services.page().objects));
    let chart = move |(label, lines, format): Drawn| {
        let series = Signal::derive(move || {
            samples.with(|samples| {
                let one = |(name, value): &(&'static str, Value)| Series {
                    name,
                    points: samples
                        .iter()
                        .filter_map(|s| Some((s.at_ms, value(s)?)))
                        .collect(),
                };
                lines.iter().map(one).collect::<Vec<_>>()
            })
        });
        let binary = label == texts::TRAFFIC;
        let limit = Signal::derive(move || match label {
            texts::SESSIONS => sessions_max.get(),
            texts::WORKERS => Some(100.0),
            _ => None,
        });
        let least = if label == texts::WORKERS { 10.0 } else { 0.0 };
        view! { <Chart label series limit format least binary texts=words() /> }
    };
    let failed = move || pulse.failure().filter(|_| samples.with(Vec::is_empty));
    let retry = Callback::new(move |()| pulse.ask());
    move || match failed() {
        Some(error) => view! { <FailedNotice error retry /> }.into_any(),
        None => view! { <div class="charts live-data">{CHARTS.map(chart).collect_view()}</div> }
            .into_any(),
    }
}

/// How many sessions the services let in together; nothing when one of them lets in all.
fn sessions_max(services: &[Object]) -> Option<f64> {
    let limit = |service: &Object| {
        let limit = service.number("/parameters/max_connections").unwrap_or(0);
        (limit > 0).then_some(limit as f64)
    };
    let limits = services.iter().map(limit).collect::<Option<Vec<_>>>()?;
    (!limits.is_empty()).then(|| limits.iter().sum())
}

/// What is drawn: its name, its lines, and how values are read.
type Drawn = (&'static str, Lines, fn(f64) -> String);

/// All charts.
const CHARTS: [Drawn; 6] = [
    (texts::SESSIONS, &[("", |s| Some(s.sessions))], count),
    (
        texts::STATEMENTS,
        &[("", |s| Some(s.statements))],
        format::rate,
    ),
    (
        texts::LATENCY,
        &[
            ("p50", |s| s.latency_ms[0]),
            ("p95", |s| s.latency_ms[1]),
            ("p99", |s| s.latency_ms[2]),
        ],
        latency,
    ),
    (texts::ERRORS, &[("", |s| Some(s.errors))], format::rate),
    (
        texts::TRAFFIC,
        &[
            (texts::READ, |s| Some(s.bytes[0])),
            (texts::WRITTEN, |s| Some(s.bytes[1])),
        ],
        bytes,
    ),
    (
        texts::WORKERS,
        &[
            (texts::MEAN, |s| Some(s.workers[0])),
            (texts::BUSIEST, |s| Some(s.workers[1])),
        ],
        percent,
    ),
];

/// A value of a sample.
type Value = fn(&Sample) -> Option<f64>;
/// The lines of a chart: their names and values.
type Lines = &'static [(&'static str, Value)];

fn go_to() -> Callback<String> {
    let go = StoredValue::new_local(go());
    Callback::new(move |href: String| go.with_value(|go| go(&href)))
}

#[component]
fn ObjectTable(kind: Kind, title: &'static str) -> impl IntoView {
    let polled = Polled::follow(kind.path(), move || kind.path().to_owned(), kind.rounds());
    let rows = Memo::new(move |_| {
        let page = polled.page();
        page.objects
            .iter()
            .map(|object| kind.row(object))
            .collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let columns = StoredValue::new(kind.columns());
    view! {
        <Panel title>
            <PolledView
                polled
                is_empty
                empty_glyph=kind.glyph()
                empty_title=objects::empty_title(kind.path())
                empty_text=objects::empty_text(kind.one())
            >
                <DataTable label=title columns=columns.get_value() rows />
            </PolledView>
        </Panel>
    }
}

fn words() -> ChartTexts {
    ChartTexts {
        now: texts::NOW,
        max: texts::MAX,
        limit: texts::LIMIT,
        empty: texts::COLLECTING,
        ago: texts::ago,
    }
}

/// Every n-th sample, so that the newest is among them.
fn thinned(samples: &[Sample]) -> Vec<Sample> {
    let step = samples.len().div_ceil(POINTS_MAX).max(1);
    let mut thinned: Vec<Sample> = samples.iter().rev().step_by(step).cloned().collect();
    thinned.reverse();
    thinned
}

#[expect(clippy::cast_sign_loss, reason = "counts are not negative")]
fn count(value: f64) -> String {
    // The middle of an axis may lie between two counts.
    if value.fract() == 0.0 {
        format::count(value as u64)
    } else {
        format!("{value:.1}")
    }
}

#[expect(clippy::cast_sign_loss, reason = "sizes are not negative")]
fn bytes(value: f64) -> String {
    format::bytes(value as u64)
}

fn latency(ms: f64) -> String {
    match ms {
        _ if ms < 10.0 => format!("{ms:.2} ms"),
        _ if ms < 1_000.0 => format!("{ms:.0} ms"),
        _ => format!("{:.1} s", ms / 1_000.0),
    }
}

fn percent(value: f64) -> String {
    format!("{value:.0} %")
}
