//! What an object is related to, and the choice of the servers of a service or a monitor.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::kind::Kind;
use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::button::{Button, ButtonKind};
use crate::components::check_box::CheckBox;
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::messages::{app, objects as texts};
use crate::pages::BASE;
use crate::state::access::Access;
use crate::state::polled::Polled;

/// The panel.
#[component]
pub(super) fn Relations(
    kind: Kind,
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let related = Memo::new(move |_| {
        let object = object.get();
        let names = |other: Kind| {
            let names = object
                .as_ref()
                .map(|o| o.related(other.path()))
                .unwrap_or_default();
            (other.path(), names)
        };
        let all = Kind::ALL.into_iter().map(names);
        all.filter(|(_, names)| !names.is_empty())
            .collect::<Vec<_>>()
    });
    let group = |(path, names): (&'static str, Vec<String>)| {
        let other = Kind::of(path);
        let link = move |name: String| {
            let href = other.map(|other| other.href(&name));
            view! { <li><a class="chip" href=href><Icon glyph=other.map_or(Glyph::Next, Kind::glyph) />{name}</a></li> }
        };
        view! {
            <div class="fact">
                <dt class="fact-label">{texts::all(path)}</dt>
                <dd class="fact-value"><ul class="chips">{names.into_iter().map(link).collect_view()}</ul></dd>
            </div>
        }
    };
    let choosing = matches!(kind, Kind::Services | Kind::Monitors);
    let sessions = (kind == Kind::Services).then(|| {
        let href = format!(
            "{BASE}/sessions?search=service:{}",
            crate::api::request::segment(&name)
        );
        view! { <a class="panel-link" href=href>{texts::SHOW_SESSIONS}</a> }
    });
    view! {
        <Panel title=texts::RELATED>
            <dl class="facts">{move || related.get().into_iter().map(group).collect_view()}</dl>
            <Show when=move || related.with(Vec::is_empty)>
                <p class="panel-empty">{texts::NO_RELATED}</p>
            </Show>
            {sessions}
            {choosing.then(|| view! { <ServerChoice kind name object polled /> })}
        </Panel>
    }
}

/// The servers of a service or a monitor.
#[component]
fn ServerChoice(
    kind: Kind,
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let chosen = RwSignal::new(None::<Vec<String>>);
    let error = RwSignal::new(None::<String>);
    let path = StoredValue::new(format!(
        "{}/relationships/servers",
        path_of(kind.path(), &name)
    ));
    let begin = Callback::new(move |()| {
        let servers = object.with_untracked(|o| o.as_ref().map(|o| o.related("servers")));
        chosen.set(servers);
    });
    let save = Callback::new(move |()| {
        let servers = chosen.get_untracked().unwrap_or_default();
        let items: Vec<_> = servers
            .iter()
            .map(|id| json!({"id": id, "type": "servers"}))
            .collect();
        let write = Write::new(Method::Patch, path.get_value()).body(json!({"data": items}));
        spawn_local(async move {
            let told = write
                .send()
                .await
                .map_err(|e| texts::failed(&access.refused(&e)));
            if told.is_ok() {
                let _ = chosen.try_set(None);
            }
            let _ = error.try_set(told.err());
            polled.ask();
        });
    });
    let disabled = move || access.is_read_only().then(|| app::READ_ONLY.to_owned());
    view! {
        <div class="panel-actions">
            <Show
                when=move || chosen.with(Option::is_some)
                fallback=move || view! { <Button label=texts::CHOOSE_SERVERS glyph=Glyph::Edit disabled=Signal::derive(disabled) on_press=begin /> }
            >
                <NameChoice of=Kind::Servers chosen />
                <p class="form-error" role="alert">{move || error.get()}</p>
                <div class="dialog-actions">
                    <Button label=app::CANCEL on_press=Callback::new(move |()| chosen.set(None)) />
                    <Button label=texts::SAVE kind=ButtonKind::Primary on_press=save />
                </div>
            </Show>
        </div>
    }
}

/// Boxes for all objects of a kind.
#[component]
pub(in crate::pages) fn NameChoice(
    of: Kind,
    chosen: RwSignal<Option<Vec<String>>>,
) -> impl IntoView {
    let all = Polled::start(move || of.path().to_owned(), 0);
    let names = Memo::new(move |_| {
        let page = all.page();
        page.objects
            .iter()
            .map(|object| object.id().to_owned())
            .collect::<Vec<_>>()
    });
    let check = move |name: String| {
        let own = StoredValue::new(name.clone());
        let checked = Signal::derive(move || {
            chosen.with(|chosen| {
                chosen
                    .as_ref()
                    .is_some_and(|list| list.contains(&own.get_value()))
            })
        });
        let on_change = Callback::new(move |on: bool| {
            chosen.update(|chosen| {
                let list = chosen.get_or_insert_default();
                list.retain(|other| *other != own.get_value());
                if on {
                    list.push(own.get_value());
                }
            });
        });
        view! { <li><CheckBox label=name checked on_change /></li> }
    };
    view! { <ul class="name-choice">{move || names.get().into_iter().map(check).collect_view()}</ul> }
}
