//! The page of one object: facts, relations, parameters, what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use serde_json::Value;

use super::actions::ObjectActions;
use super::commands::ModuleCommands;
use super::kind::{Kind, state_of};
use super::parameters::{Owner, Parameters};
use super::relations::Relations;
use super::service_chain::ServiceChain;
use super::state::FailedNotice;
use crate::api::objects::{Object, path_of};
use crate::api::request::ApiError;
use crate::components::badge::Badge;
use crate::components::facts::{Fact, Facts};
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::panel::Panel;
use crate::components::remark::Remark;
use crate::components::skeleton::SkeletonPanels;
use crate::format;
use crate::messages::{app, objects as texts};
use crate::pages::BASE;
use crate::state::form::text_of;
use crate::state::polled::{Fetched, Polled};
use crate::state::remarks::RemarkOnTheWay;
use crate::state::settings::Settings;

/// Attributes that have a place of their own on the page.
const ELSEWHERE: &[&str] = &[
    "parameters",
    "state",
    "source",
    "name",
    "log",
    "module",
    "router",
];
/// Attributes that are times.
const TIMES: &[&str] = &["started", "triggered_at", "users_last_update"];
const DIAGNOSTICS: &[&str] = &[
    "filter_diagnostics",
    "router_diagnostics",
    "monitor_diagnostics",
    "diagnostics",
];

/// The page.
#[component]
pub(super) fn ObjectPage(kind: Kind, name: String) -> impl IntoView {
    crate::pages::set_title(&name);
    let path = path_of(kind.path(), &name);
    let polled = Polled::follow(kind.path(), move || path.clone(), 1);
    let face = Memo::new(move |_| match polled.fetched() {
        Fetched::Loading => (false, None),
        Fetched::Ready(_) => (true, None),
        Fetched::Failed(error) => (false, Some(error)),
    });
    let name = StoredValue::new(name);
    move || match face.get() {
        (true, _) => view! { <Shown kind name=name.get_value() polled /> }.into_any(),
        (_, None) => view! { <SkeletonPanels label=app::LOADING panels=4 /> }.into_any(),
        (_, Some(ApiError::NotFound(_))) => {
            view! { <Gone kind name=name.get_value() /> }.into_any()
        }
        (_, Some(error)) => {
            let retry = Callback::new(move |()| polled.ask());
            view! { <FailedNotice error retry /> }.into_any()
        }
    }
}

#[component]
fn Gone(kind: Kind, name: String) -> impl IntoView {
    view! {
        <Notice is_page=true glyph=Glyph::Empty title=texts::missing(kind.one(), &name) text=texts::MISSING_TEXT>
            <a class="button" href=format!("{BASE}/{}", kind.path())>{texts::all(kind.path())}</a>
        </Notice>
    }
}

#[component]
fn Shown(kind: Kind, name: String, polled: Polled) -> impl IntoView {
    let on_the_way = expect_context::<RemarkOnTheWay>();
    let remark = RwSignal::new(on_the_way.take(&kind.href(&name)));
    let object = Memo::new(move |_| polled.first());
    let state = Memo::new(move |_| object.with(|o| o.as_ref().map(state_of).unwrap_or_default()));
    let facts = Memo::new(move |_| object.with(|o| o.as_ref().map(facts_of).unwrap_or_default()));
    let diagnostics = Memo::new(move |_| {
        object.with(|object| object.as_ref().map(diagnostics_of).unwrap_or_default())
    });
    let module = Memo::new(move |_| {
        let of = |object: &Object| kind.module_of(object);
        object.with(|object| object.as_ref().map(of).unwrap_or_default())
    });
    view! {
        <div class="page">
            <header class="page-head">
                <a class="back-link" href=format!("{BASE}/{}", kind.path())>
                    <Icon glyph=Glyph::Back />
                    <span>{texts::all(kind.path())}</span>
                </a>
                <h1 class="page-title">{name.clone()}</h1>
                <Badge
                    text=Signal::derive(move || state.get().text)
                    tone=Signal::derive(move || state.get().tone)
                />
                <span class="page-space"></span>
                <ObjectActions kind name=name.clone() object polled />
            </header>
            <Remark text=remark close=app::CLOSE_REMARK />
            {(kind == Kind::Services).then(|| view! { <ServiceChain name=name.clone() object polled /> })}
            <div class="panels live-data">
                <div class="panel-stack">
                    <Relations kind name=name.clone() object polled />
                    <Panel title=texts::FACTS><FactLists facts /></Panel>
                </div>
                <Parameters of=Owner { kind: kind.path(), path: path_of(kind.path(), &name), id: name.clone() } module object polled />
                <div class="panel-stack">
                    <ModuleCommands module name kind />
                    <Show when=move || diagnostics.with(|(d, _)| !d.is_empty())>
                        <Panel title=texts::DIAGNOSTICS><FactLists facts=diagnostics /></Panel>
                    </Show>
                </div>
            </div>
        </div>
    }
}

/// Facts, and those that stand in lists for who wants to know them.
#[component]
pub(in crate::pages) fn FactLists(facts: Memo<(FactList, FactList)>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let fact = move |(label, value): (String, String)| {
        let value = match (label.as_str(), value.parse::<u64>()) {
            (time, _) if TIMES.contains(&time) => settings.time_of(&value),
            ("uptime", Ok(seconds)) => format::age(seconds * 1000),
            _ => value,
        };
        view! { <Fact label=readable(&label) value /> }
    };
    view! {
        <Facts>{move || facts.get().0.into_iter().map(fact).collect_view()}</Facts>
        <Show when=move || facts.with(|(_, more)| !more.is_empty())>
            <details class="defaults">
                <summary>{move || texts::more(facts.with(|(_, more)| more.len()))}</summary>
                <Facts>{move || facts.get().1.into_iter().map(fact).collect_view()}</Facts>
            </details>
        </Show>
    }
}

/// The way to a value, as people read it: `statistics.max_connections` is `Max connections`.
fn readable(way: &str) -> String {
    let way = way.strip_prefix("statistics.").unwrap_or(way);
    let words = way.replace('_', " ").replace('.', " · ");
    let words: Vec<&str> = words.split(' ').map(texts::word).collect();
    texts::all(&words.join(" "))
}

/// Labels with their values.
pub(in crate::pages) type FactList = Vec<(String, String)>;

/// Everything that an object says of itself in single values; what stands in lists comes apart, for
/// those who want to know it.
fn facts_of(object: &Object) -> (FactList, FactList) {
    let mut facts = Vec::new();
    if let Some(attributes) = object.attributes().as_object() {
        for (name, value) in attributes {
            let elsewhere =
                ELSEWHERE.contains(&name.as_str()) || DIAGNOSTICS.contains(&name.as_str());
            if !elsewhere {
                flatten(name, value, &mut facts);
            }
        }
    }
    let source = match object.text("/source/type") {
        "runtime" => texts::SOURCE_RUNTIME.to_owned(),
        _ => texts::SOURCE_FILE.to_owned(),
    };
    facts.push(("source".to_owned(), source));
    // Some statistics say again what stands above them.
    let names: Vec<String> = facts.iter().map(|(name, _)| name.clone()).collect();
    facts.retain(|(name, _)| {
        let told = name.strip_prefix("statistics.");
        !told.is_some_and(|told| names.iter().any(|name| name == told))
    });
    without_lists(facts)
}

/// Takes apart what stands in lists, or deep within other values.
fn without_lists(facts: Vec<(String, String)>) -> (FactList, FactList) {
    const DEPTH_MAX: usize = 2;
    let is_near = |(label, _): &(String, String)| {
        let mut parts = label.split('.');
        label.split('.').count() <= DEPTH_MAX && !parts.any(|part| part.parse::<usize>().is_ok())
    };
    facts.into_iter().partition(is_near)
}

fn diagnostics_of(object: &Object) -> (FactList, FactList) {
    let mut facts = Vec::new();
    for name in DIAGNOSTICS {
        if let Some(Value::Object(values)) = object.attributes().get(name) {
            for (name, value) in values {
                flatten(name, value, &mut facts);
            }
        }
    }
    without_lists(facts)
}

/// Values in values are facts of their own, named after the way to them.
fn flatten(name: &str, value: &Value, facts: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        Value::String(text) if text.is_empty() => {}
        Value::Object(values) => {
            for (inner, value) in values {
                flatten(&format!("{name}.{inner}"), value, facts);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                flatten(&format!("{name}.{at}"), item, facts);
            }
        }
        Value::Number(number) => facts.push((name.to_owned(), format::number(number))),
        value => facts.push((name.to_owned(), text_of(value))),
    }
}

/// Goes to another page of the console.
pub(in crate::pages) fn go() -> impl Fn(&str) + Clone {
    let navigate = use_navigate();
    move |href: &str| {
        let options = leptos_router::NavigateOptions {
            resolve: false,
            ..Default::default()
        };
        navigate(href, options);
    }
}
