//! What an object is related to, and the choice of what a service or a monitor leads to.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::kind::Kind;
use super::state::FailedNotice;
use crate::api::objects::{Method, Object, Write, object, path_of};
use crate::api::request::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::check_box::CheckBox;
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::components::radio_group::Radio;
use crate::messages::{app, form, objects as texts};
use crate::pages::BASE;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::polled::{Fetched, Polled};
use crate::widgets::action_button::ActionButton;

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
    let group = move |(path, names): (&'static str, Vec<String>)| {
        let other = Kind::of(path);
        let link = move |name: String| {
            let href = other.map(|other| other.href(&name));
            view! { <li><a class="chip" href=href><Icon glyph=other.map_or(Glyph::Next, Kind::glyph) />{name}</a></li> }
        };
        view! {
            <div class="fact">
                <dt class="fact-label">{texts::related(kind.path(), path)}</dt>
                <dd class="fact-value"><ul class="chips">{names.into_iter().map(link).collect_view()}</ul></dd>
            </div>
        }
    };
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
            {(!kind.targets().is_empty()).then(|| view! { <TargetChoice kind name polled /> })}
        </Panel>
    }
}

/// What is chosen of a kind.
type Chosen = (Kind, RwSignal<Option<Vec<String>>>);

/// Where an object leads to: the servers of a monitor, servers and other services of a service.
#[component]
fn TargetChoice(kind: Kind, name: String, polled: Polled) -> impl IntoView {
    let access = expect_context::<Access>();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let chosen = kind.targets().iter();
    let chosen: Vec<Chosen> = chosen.map(|of| (*of, RwSignal::new(None))).collect();
    let chosen = StoredValue::new(chosen);
    let version = StoredValue::new(None::<String>);
    let own = StoredValue::new(name);
    let begin = Callback::new(move |()| {
        // What events told since belongs to a newer version, and does not tell of all targets.
        let object = polled.answered_untracked();
        for (of, names) in chosen.get_value() {
            names.set(object.as_ref().map(|o| o.related(of.path())));
        }
        version.set_value(object.and_then(|o| o.version().map(str::to_owned)));
        error.set(None);
        open.set(true);
    });
    let save = Callback::new(move |()| {
        let name = own.get_value();
        let relationships = chosen.with_value(|chosen| relationships(chosen));
        let write = Write::new(Method::Patch, path_of(kind.path(), &name))
            .of_version(version.get_value().as_deref())
            .body(json!({"data": {
                "id": name, "type": kind.path(), "relationships": relationships,
            }}));
        busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            if answer == Err(ApiError::Conflict)
                && let Ok(now) = object(kind.path(), &name).await
            {
                // The choice stays: saved again, it is made on what there is now.
                let _ = version.try_set_value(now.version().map(str::to_owned));
            }
            let told = answer.map_err(|failure| match failure {
                ApiError::Conflict => texts::CONFLICT.to_owned(),
                failure => texts::failed(&access.refused(&failure)),
            });
            let _ = busy.try_set(false);
            if told.is_ok() {
                let _ = open.try_set(false);
            }
            let _ = error.try_set(told.err());
            polled.ask();
        });
    });
    let saving = move || busy.get().then(|| form::SAVING.to_owned());
    let disabled = move || read_only(access);
    let choice = move |(of, chosen): Chosen| {
        view! {
            <fieldset class="choices">
                <legend class="field-label">{texts::all(of.path())}</legend>
                <NameChoice of chosen but=own.get_value() />
            </fieldset>
        }
    };
    view! {
        <div class="panel-actions">
            <Show
                when=move || open.get()
                fallback=move || view! { <ActionButton group=kind.one() label=texts::choose(kind.targets().len()) glyph=Glyph::Edit disabled=Signal::derive(disabled) on_press=begin /> }
            >
                {chosen.get_value().into_iter().map(choice).collect_view()}
                <p class="form-error" role="alert">{move || error.get()}</p>
                <div class="dialog-actions">
                    <Button label=app::CANCEL disabled=Signal::derive(saving) on_press=Callback::new(move |()| open.set(false)) />
                    <Button label=texts::SAVE kind=ButtonKind::Primary disabled=Signal::derive(saving) on_press=save />
                </div>
            </Show>
        </div>
    }
}

/// What is chosen, as it is written.
fn relationships(chosen: &[Chosen]) -> serde_json::Map<String, Value> {
    let of_kind = |(of, names): &Chosen| {
        let names = names.get_untracked().unwrap_or_default();
        let item = |id: &String| json!({"id": id, "type": of.path()});
        let items: Vec<_> = names.iter().map(item).collect();
        (of.path().to_owned(), json!({"data": items}))
    };
    chosen.iter().map(of_kind).collect()
}

/// Boxes for all objects of a kind.
#[component]
pub(in crate::pages) fn NameChoice(
    of: Kind,
    chosen: RwSignal<Option<Vec<String>>>,
    /// One of them is chosen, not several.
    #[prop(optional)]
    one: bool,
    /// The one that can't be chosen: it is itself.
    #[prop(optional, into)]
    but: String,
) -> impl IntoView {
    let all = Polled::follow(of.path(), move || of.path().to_owned(), 0);
    let names = Memo::new(move |_| {
        let page = all.page();
        let names = page.objects.iter().map(|object| object.id().to_owned());
        names.filter(|name| *name != but).collect::<Vec<_>>()
    });
    let check = move |name: String| {
        let own = StoredValue::new(name.clone());
        let is_own = move |chosen: &Option<Vec<String>>| {
            let list = chosen.as_ref();
            list.is_some_and(|list| own.with_value(|own| list.contains(own)))
        };
        let checked = Signal::derive(move || chosen.with(is_own));
        let on_change = Callback::new(move |on: bool| {
            chosen.update(|chosen| {
                let list = chosen.get_or_insert_default();
                list.retain(|other| !one && *other != own.get_value());
                if on {
                    list.push(own.get_value());
                }
            });
        });
        if one {
            view! { <li><Radio label=name name=of.path() checked on_choose=Callback::new(move |()| on_change.run(true)) /></li> }.into_any()
        } else {
            view! { <li><CheckBox label=name checked on_change /></li> }.into_any()
        }
    };
    let instead = Memo::new(move |_| match all.fetched() {
        Fetched::Ready(_) if names.with(Vec::is_empty) => Some(None),
        Fetched::Failed(error) => Some(Some(error)),
        Fetched::Loading | Fetched::Ready(_) => None,
    });
    let retry = Callback::new(move |()| all.ask());
    let instead = move || {
        instead.get().map(|error| match error {
            Some(error) => view! { <FailedNotice error retry /> }.into_any(),
            None => view! { <p class="form-about">{texts::none(of.path())}</p> }.into_any(),
        })
    };
    view! {
        <ul class="name-choice"><For each=move || names.get() key=String::clone children=check /></ul>
        {instead}
    }
}
