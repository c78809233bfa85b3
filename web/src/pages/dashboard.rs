//! What is going on, at a glance.

mod map;

use leptos::prelude::*;

use map::ObjectMap;

use super::objects::kind::Kind;
use super::objects::shown::go;
use super::objects::state::PolledView;
use crate::components::chart::{Chart, ChartTexts, Point};
use crate::components::data_table::DataTable;
use crate::components::panel::Panel;
use crate::format;
use crate::messages::{dashboard as texts, objects};
use crate::state::polled::Polled;
use crate::state::pulse::{Pulse, Sample};

/// So many points are drawn: more could not be told apart.
const POINTS_MAX: usize = 300;

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let pulse = expect_context::<Pulse>();
    let gateway = Polled::start(|| "maxscale?fields[maxscale]=version,uptime".to_owned(), 5);
    let samples = Memo::new(move |_| thinned(&pulse.samples()));
    let chart = move |label: &'static str, value: fn(&Sample) -> f64, format: fn(f64) -> String| {
        let points = Signal::derive(move || {
            samples.with(|samples| {
                samples
                    .iter()
                    .map(|s| (s.at_ms, value(s)))
                    .collect::<Vec<Point>>()
            })
        });
        view! { <Chart label points format texts=words() /> }
    };
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
            <div class="charts live-data">
                {chart(texts::SESSIONS, |s| s.sessions, count)}
                {chart(texts::STATEMENTS, |s| s.statements, format::rate)}
                {chart(texts::BUSY, |s| s.busy, count)}
                {chart(texts::TRANSACTIONS, |s| s.transactions, count)}
                {chart(texts::MEMORY, |s| s.memory, bytes)}
            </div>
            <Panel title=texts::MAP class="panel-wide live-data"><ObjectMap on_go=go_to() /></Panel>
            <div class="panels panels-wide live-data">
                <ObjectTable kind=Kind::Servers title=texts::SERVERS />
                <ObjectTable kind=Kind::Services title=texts::SERVICES />
            </div>
        </div>
    }
}

fn go_to() -> Callback<String> {
    let go = StoredValue::new_local(go());
    Callback::new(move |href: String| go.with_value(|go| go(&href)))
}

#[component]
fn ObjectTable(kind: Kind, title: &'static str) -> impl IntoView {
    let polled = Polled::start(move || kind.path().to_owned(), 1);
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
        newest: texts::NOW,
        empty: texts::COLLECTING,
        ago: texts::ago,
    }
}

/// Every n-th sample, so that the newest is among them.
fn thinned(samples: &[Sample]) -> Vec<Sample> {
    let step = samples.len().div_ceil(POINTS_MAX).max(1);
    let mut thinned: Vec<Sample> = samples.iter().rev().step_by(step).copied().collect();
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
