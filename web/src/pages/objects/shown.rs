//! The page of one object: facts, relations, parameters, what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::actions::ObjectActions;
use super::kind::{Kind, state_of};
use super::relations::Relations;
use super::service_chain::ServiceChain;
use super::state::FailedNotice;
use crate::api::objects::{Method, Object, Write, path_of};
use crate::api::request::ApiError;
use crate::components::badge::Badge;
use crate::components::button::Button;
use crate::components::facts::{Fact, Facts};
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::panel::Panel;
use crate::components::skeleton::SkeletonPanels;
use crate::messages::{app, form as form_texts, objects as texts};
use crate::pages::BASE;
use crate::state::access::Access;
use crate::state::form::{FieldSpec, text_of};
use crate::state::polled::{Fetched, Polled};
use crate::state::settings::Settings;
use crate::widgets::parameter_form::{FormActions, FormFields, FormState, ParameterFacts};

/// Attributes that have a place of their own on the page.
const ELSEWHERE: &[&str] = &["parameters", "state", "source", "name", "log"];
/// The attribute that is a time.
const STARTED: &str = "started";
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
    let polled = Polled::start(move || path.clone(), 1);
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
    let object = Memo::new(move |_| polled.first());
    let state = Memo::new(move |_| object.with(|o| o.as_ref().map(state_of).unwrap_or_default()));
    let facts = Memo::new(move |_| object.with(|o| o.as_ref().map(facts_of).unwrap_or_default()));
    let diagnostics = Memo::new(move |_| {
        object.with(|object| object.as_ref().map(diagnostics_of).unwrap_or_default())
    });
    let settings = expect_context::<Settings>();
    let fact = move |(label, value): (String, String)| {
        let value = if label == STARTED {
            settings.time_of(&value)
        } else {
            value
        };
        view! { <Fact label value /> }
    };
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
            {(kind == Kind::Services).then(|| view! { <ServiceChain name=name.clone() object polled /> })}
            <div class="panels live-data">
                <div class="panel-stack">
                    <Panel title=texts::FACTS>
                        <Facts>{move || facts.get().0.into_iter().map(fact).collect_view()}</Facts>
                        <Show when=move || facts.with(|(_, more)| !more.is_empty())>
                            <details class="defaults">
                                <summary>{move || texts::more(facts.with(|(_, more)| more.len()))}</summary>
                                <Facts>{move || facts.get().1.into_iter().map(fact).collect_view()}</Facts>
                            </details>
                        </Show>
                    </Panel>
                    <Relations kind name=name.clone() object polled />
                </div>
                <Parameters kind name object polled />
                <Show when=move || diagnostics.with(|d| !d.is_empty())>
                    <Panel title=texts::DIAGNOSTICS>
                        <Facts>{move || diagnostics.get().into_iter().map(fact).collect_view()}</Facts>
                    </Panel>
                </Show>
            </div>
        </div>
    }
}

/// Labels with their values.
type FactList = Vec<(String, String)>;

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
    let in_list =
        |(label, _): &(String, String)| label.split('.').any(|part| part.parse::<usize>().is_ok());
    facts.into_iter().partition(|fact| !in_list(fact))
}

fn diagnostics_of(object: &Object) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for name in DIAGNOSTICS {
        if let Some(Value::Object(values)) = object.attributes().get(name) {
            for (name, value) in values {
                flatten(name, value, &mut facts);
            }
        }
    }
    facts
}

/// Values in values are facts of their own, named after the way to them.
fn flatten(name: &str, value: &Value, facts: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
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
        value => facts.push((name.to_owned(), text_of(value))),
    }
}

/// The parameters: as facts, or as a form while they are being changed.
#[component]
fn Parameters(
    kind: Kind,
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let module = Memo::new(move |_| {
        object.with(|object| {
            object
                .as_ref()
                .map(|o| kind.module_of(o))
                .unwrap_or_default()
        })
    });
    let modules = Polled::start(move || path_of("maxscale/modules", &module.get()), 0);
    let fields = Memo::new(move |_| {
        modules
            .first()
            .map(|module| FieldSpec::of_module(&module))
            .unwrap_or_default()
    });
    let present = Memo::new(move |_| {
        object.with(|o| {
            o.as_ref()
                .map(|o| o.at("/parameters").clone())
                .unwrap_or_default()
        })
    });
    let editing = RwSignal::new(false);
    // While someone types, the values don't change under his hands.
    let kept = RwSignal::new(Value::Null);
    let version = StoredValue::new(None::<String>);
    let form = FormState::new(fields.into(), kept.into(), false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let begin = Callback::new(move |()| {
        kept.set(present.get_untracked());
        version.set_value(object.with_untracked(|o| o.as_ref()?.version().map(str::to_owned)));
        form.clear();
        error.set(None);
        editing.set(true);
    });
    let name = StoredValue::new(name);
    let save = Callback::new(move |()| {
        let id = name.get_value();
        let body = json!({"data": {
            "id": id, "type": kind.path(), "attributes": {"parameters": form.changes()},
        }});
        let write = Write::new(Method::Patch, path_of(kind.path(), &id))
            .of_version(version.get_value().as_deref())
            .body(body);
        busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            let _ = busy.try_set(false);
            let told = answer.map_err(|failure| match failure {
                ApiError::Conflict => form_texts::CONFLICT.to_owned(),
                failure => form_texts::failed(&access.refused(&failure)),
            });
            let _ = editing.try_set(told.is_err());
            let _ = error.try_set(told.err());
            polled.ask();
        });
    });
    let disabled = move || access.is_read_only().then(|| app::READ_ONLY.to_owned());
    view! {
        <Panel
            title=form_texts::PARAMETERS
            class="panel-parameters"
            head=move || view! {
                <Show when=move || !editing.get()>
                    <Button label=form_texts::EDIT glyph=Glyph::Edit disabled=Signal::derive(disabled) on_press=begin />
                </Show>
            }
        >
            <Show when=move || editing.get() fallback=move || view! { <ParameterFacts fields present /> }>
                <FormFields form />
                <FormActions form save=form_texts::SAVE busy error on_save=save on_cancel=Callback::new(move |()| editing.set(false)) />
            </Show>
        </Panel>
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
