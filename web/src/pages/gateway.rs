//! The gateway itself: what it is and runs on, its workers, its parameters, what can be done with it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::objects::parameters::{Owner, Parameters};
use super::objects::shown::{FactList, FactLists};
use super::objects::state::{FailedNotice, PolledView};
use crate::api::objects::{Method, Object, Write};
use crate::components::data_table::{DataCell, DataColumn, DataLook, DataRow, DataTable};
use crate::components::icon::Glyph;
use crate::components::panel::Panel;
use crate::components::skeleton::SkeletonPanels;
use crate::format;
use crate::messages::{app, dashboard, form as form_texts, modules as texts, objects};
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::polled::{Fetched, Polled};
use crate::widgets::action_button::ActionButton;

const PATH: &str = "maxscale";

/// The page.
#[component]
pub fn GatewayPage() -> impl IntoView {
    super::set_title(texts::GATEWAY);
    let polled = Polled::start(|| PATH.to_owned(), 2);
    let object = Memo::new(move |_| polled.first());
    let about = move || {
        let uptime = |o: &Object| o.number("/uptime").unwrap_or(0);
        let text = |o: &Object| dashboard::gateway(o.text("/version"), uptime(o));
        object.with(|object| object.as_ref().map(text))
    };
    let face = Memo::new(move |_| match polled.fetched() {
        Fetched::Loading => (false, None),
        Fetched::Ready(_) => (true, None),
        Fetched::Failed(error) => (false, Some(error)),
    });
    let content = move || match face.get() {
        (true, _) => view! { <Shown object polled /> }.into_any(),
        (_, None) => view! { <SkeletonPanels label=app::LOADING panels=3 /> }.into_any(),
        (_, Some(error)) => {
            view! { <FailedNotice error retry=Callback::new(move |()| polled.ask()) /> }.into_any()
        }
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{texts::GATEWAY}</h1>
                <span class="page-note">{about}</span>
                <span class="page-space"></span>
                <Actions />
            </header>
            {content}
        </div>
    }
}

/// What can be done with it.
#[component]
fn Actions() -> impl IntoView {
    let access = expect_context::<Access>();
    let told = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let disabled = move || read_only(access);
    let actions = [
        (texts::RELOAD_TLS, "maxscale/tls/reload"),
        (texts::FLUSH_LOGS, "maxscale/logs/flush"),
    ];
    let button = move |(label, path): (&'static str, &'static str)| {
        let press = Callback::new(move |()| {
            let write = Write::new(Method::Post, path.to_owned());
            busy.set(true);
            spawn_local(async move {
                let text = match write.send().await {
                    Ok(_) => format!("{label}: {}", texts::ACTED),
                    Err(error) => objects::failed(&access.refused(&error)),
                };
                let _ = busy.try_set(false);
                let _ = told.try_set(Some(text));
            });
        });
        view! { <ActionButton group=texts::GATEWAY label busy=Signal::derive(move || busy.get()) disabled=Signal::derive(disabled) on_press=press /> }
    };
    view! {
        <span class="page-note" role="status">{move || told.get()}</span>
        {actions.map(button).collect_view()}
    }
}

#[component]
fn Shown(object: Memo<Option<Object>>, polled: Polled) -> impl IntoView {
    let facts = Memo::new(move |_| object.with(|o| o.as_ref().map(facts_of).unwrap_or_default()));
    let memory = Polled::start(|| "maxscale/memory".to_owned(), 2);
    let used = Memo::new(move |_| {
        let memory = memory.first();
        (
            memory.map(|o| memory_of(&o)).unwrap_or_default(),
            Vec::new(),
        )
    });
    let of = Owner {
        kind: PATH,
        path: PATH.to_owned(),
        id: PATH.to_owned(),
    };
    let module = Memo::new(|_| PATH.to_owned());
    view! {
        <div class="panel-wide live-data"><Workers /></div>
        <div class="panels live-data">
            <div class="panel-stack">
                <Panel title=texts::ABOUT><FactLists facts /></Panel>
                <Panel title=texts::MEMORY><FactLists facts=used /></Panel>
            </div>
            <Parameters of module object polled fixed=form_texts::RESTART class="panel-parameters panel-span" />
        </div>
    }
}

fn facts_of(object: &Object) -> (FactList, FactList) {
    let bytes = |pointer: &str| object.number(pointer).map(format::bytes);
    let count = |pointer: &str| object.number(pointer).map(format::count);
    let text = |pointers: &[&str]| {
        let texts: Vec<&str> = pointers
            .iter()
            .map(|pointer| object.text(pointer))
            .collect();
        Some(texts.join(" ").trim().to_owned())
    };
    let all = [
        ("version", text(&["/version"])),
        ("commit", text(&["/commit"])),
        ("started", text(&["/started_at"])),
        ("data folder", text(&["/process_datadir"])),
        ("host", text(&["/system/os/nodename"])),
        (
            "system",
            text(&["/system/os/sysname", "/system/os/release"]),
        ),
        ("machine", text(&["/system/os/machine"])),
        ("cores", count("/system/machine/cores_available")),
        ("memory", bytes("/system/machine/memory_physical")),
        ("worker threads", count("/system/maxscale/threads")),
    ];
    let known = all.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty() && value != "unknown")?;
        Some((name.to_owned(), value))
    });
    (known.collect(), Vec::new())
}

fn memory_of(object: &Object) -> FactList {
    let mut facts = Vec::new();
    let mut add = |name: &str, value: Option<u64>| {
        facts.extend(value.map(|bytes| (name.to_owned(), format::bytes(bytes))));
    };
    for name in ["resident", "resident_peak", "swapped", "virtual"] {
        add(name, object.number(&format!("/process/{name}")));
    }
    add("sessions", object.number("/sessions"));
    add("query_classifier", object.number("/query_classifier"));
    facts
}

/// The threads that serve sessions.
#[component]
fn Workers() -> impl IntoView {
    let polled = Polled::start(|| "maxscale/threads".to_owned(), 1);
    let rows = Memo::new(move |_| {
        let page = polled.page();
        page.objects.iter().map(worker).collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let column = |title, look, narrow| DataColumn {
        title,
        look,
        narrow,
    };
    let columns = StoredValue::new(vec![
        column(texts::WORKER, DataLook::Text, true),
        column(objects::STATE, DataLook::Text, false),
        column(texts::SESSIONS, DataLook::Number, true),
        column(texts::BUSY_NOW, DataLook::Number, true),
        column(texts::BUSY_MINUTE, DataLook::Number, false),
        column(texts::BUSY_HOUR, DataLook::Number, false),
        column(texts::MEMORY_OF, DataLook::Number, false),
        column(texts::HITS, DataLook::Number, false),
    ]);
    view! {
        <Panel title=texts::WORKERS>
            <PolledView
                polled
                is_empty
                empty_glyph=Glyph::Gateway
                empty_title=texts::NO_WORKERS.to_owned()
                empty_text=texts::EMPTY_TEXT.to_owned()
            >
                <DataTable label=texts::WORKERS columns=columns.get_value() rows />
            </PolledView>
        </Panel>
    }
}

fn worker(thread: &Object) -> DataRow {
    let number = |pointer: &str| thread.number(pointer).unwrap_or(0);
    let load = |pointer: &str| {
        let share = number(pointer);
        DataCell::number(texts::percent(share), share)
    };
    let hits = number("/stats/query_classifier_cache/hits");
    let all = hits + number("/stats/query_classifier_cache/misses");
    let share = (hits * 100).checked_div(all);
    let memory = number("/stats/memory/sessions");
    DataRow {
        key: thread.id().to_owned(),
        href: None,
        cells: vec![
            DataCell::text(texts::worker(thread.id())),
            DataCell::text(thread.text("/stats/state")),
            DataCell::number(
                format::count(number("/stats/sessions")),
                number("/stats/sessions"),
            ),
            load("/stats/load/last_second"),
            load("/stats/load/last_minute"),
            load("/stats/load/last_hour"),
            DataCell::number(format::bytes(memory), memory),
            share.map_or_else(
                || DataCell::text(format::NONE),
                |share| DataCell::number(texts::percent(share), share),
            ),
        ],
    }
}
