//! Where an object leads to: the servers of a monitor; servers and other services of a service, or the
//! servers of a monitor, which they follow.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;

use super::kind::Kind;
use super::names::NameChoice;
use crate::api::objects::{Method, Object, Write, object, path_of};
use crate::api::request::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Glyph;
use crate::components::radio_group::Radio;
use crate::components::remark::Remark;
use crate::messages::{app, objects as texts};
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::polled::Polled;
use crate::widgets::action_button::ActionButton;

/// What is chosen of a kind.
type Chosen = (Kind, RwSignal<Option<Vec<String>>>);

/// The choice. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Targets {
    kind: Kind,
    own: StoredValue<Vec<Chosen>>,
    /// The servers are those of a monitor.
    by_monitor: RwSignal<bool>,
    monitor: RwSignal<Option<Vec<String>>>,
}

impl Targets {
    /// Nothing is chosen yet.
    pub(super) fn of(kind: Kind) -> Self {
        let own = kind.targets().iter();
        let own = own.map(|of| (*of, RwSignal::new(None))).collect();
        Self {
            kind,
            own: StoredValue::new(own),
            by_monitor: RwSignal::new(false),
            monitor: RwSignal::new(None),
        }
    }

    /// What an object has. Those whose servers are a monitor's begin with these when they get others.
    fn follow(self, object: Option<&Object>) {
        for (of, names) in self.own.get_value() {
            names.set(object.map(|object| object.related(of.path())));
        }
        let monitors = object.map(|object| object.related(Kind::Monitors.path()));
        let has_monitor = monitors.as_ref().is_some_and(|names| !names.is_empty());
        self.by_monitor.set(self.kind.has_cluster() && has_monitor);
        self.monitor.set(monitors);
    }

    /// Why it can't be written as it is.
    pub(super) fn why_not(self) -> Option<String> {
        let named = self.monitor.with(|names| has_some(names.as_ref()));
        (self.by_monitor.get() && !named).then(|| texts::NO_MONITOR.to_owned())
    }

    /// As it is written. Of a new object, what is not chosen is left out.
    pub(super) fn relationships(self, is_new: bool) -> Map<String, Value> {
        let by_monitor = self.by_monitor.get_untracked();
        let own = self.own.get_value().into_iter().filter(|_| !by_monitor);
        let mut all: Vec<Chosen> = own.collect();
        if self.kind.has_cluster() {
            all.push((Kind::Monitors, self.monitor));
        }
        let of_kind = |(of, names): Chosen| {
            let is_other = of == Kind::Monitors && !by_monitor;
            let names = names.get_untracked().filter(|_| !is_other);
            if is_new && !has_some(names.as_ref()) {
                return None;
            }
            Some((of.path().to_owned(), links(of, &names.unwrap_or_default())))
        };
        all.into_iter().filter_map(of_kind).collect()
    }
}

fn has_some(names: Option<&Vec<String>>) -> bool {
    names.is_some_and(|names| !names.is_empty())
}

/// Objects as a relationship has them.
pub(super) fn links(of: Kind, names: &[String]) -> Value {
    let item = |id: &String| json!({"id": id, "type": of.path()});
    let items: Vec<_> = names.iter().map(item).collect();
    json!({"data": items})
}

/// The boxes of a choice.
#[component]
pub(super) fn TargetFields(
    targets: Targets,
    /// The one that can't be chosen: it is itself.
    #[prop(optional, into)]
    but: String,
) -> impl IntoView {
    let Targets {
        kind,
        own,
        by_monitor,
        monitor,
    } = targets;
    let but = StoredValue::new(but);
    let choice = move |(of, chosen): Chosen| {
        view! {
            <fieldset class="choices">
                <legend class="field-label">{texts::all(of.path())}</legend>
                <NameChoice of chosen but=but.get_value() />
            </fieldset>
        }
    };
    let mode = move |label: &'static str, is_monitor: bool| {
        let checked = Signal::derive(move || by_monitor.get() == is_monitor);
        let on_choose = Callback::new(move |()| by_monitor.set(is_monitor));
        view! { <Radio label=label.to_owned() name="targets" checked on_choose /> }
    };
    let modes = kind.has_cluster().then(|| {
        view! {
            <fieldset class="choices">
                <legend class="field-label">{texts::TARGETS}</legend>
                {mode(texts::OWN_TARGETS, false)}
                {mode(texts::MONITORS_SERVERS, true)}
            </fieldset>
        }
    });
    view! {
        {modes}
        <Show
            when=move || by_monitor.get()
            fallback=move || own.get_value().into_iter().map(choice).collect_view()
        >
            <fieldset class="choices">
                <legend class="field-label">{texts::MONITOR}</legend>
                <NameChoice of=Kind::Monitors chosen=monitor one=true />
                <p class="form-about">{texts::FOLLOWS_MONITOR}</p>
            </fieldset>
        </Show>
    }
}

/// The choice of an object that is there already, and the button that begins it.
#[component]
pub(super) fn TargetChoice(kind: Kind, name: String, polled: Polled) -> impl IntoView {
    let access = expect_context::<Access>();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let remark = RwSignal::new(None::<String>);
    let targets = Targets::of(kind);
    let version = StoredValue::new(None::<String>);
    let own = StoredValue::new(name);
    let begin = Callback::new(move |()| {
        // What events told since belongs to a newer version, and does not tell of all targets.
        let object = polled.answered_untracked();
        targets.follow(object.as_ref());
        version.set_value(object.and_then(|o| o.version().map(str::to_owned)));
        error.set(None);
        remark.set(None);
        open.set(true);
    });
    let save = Callback::new(move |()| {
        let name = own.get_value();
        let write = Write::new(Method::Patch, path_of(kind.path(), &name))
            .of_version(version.get_value().as_deref())
            .body(json!({"data": {
                "id": name, "type": kind.path(), "relationships": targets.relationships(false),
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
            let _ = busy.try_set(false);
            match answer {
                Ok(made) => {
                    let _ = open.try_set(false);
                    let _ = remark.try_set(made);
                }
                Err(ApiError::Conflict) => drop(error.try_set(Some(texts::CONFLICT.to_owned()))),
                Err(failure) => {
                    let text = texts::failed(&access.refused(&failure));
                    let _ = error.try_set(Some(text));
                }
            }
            polled.ask();
        });
    });
    let sending = Signal::derive(move || busy.get());
    let disabled = move || read_only(access);
    view! {
        <Remark text=remark close=app::CLOSE_REMARK />
        <div class="panel-actions">
            <Show
                when=move || open.get()
                fallback=move || view! { <ActionButton group=kind.one() label=texts::choose(kind.targets().len()) glyph=Glyph::Edit disabled=Signal::derive(disabled) on_press=begin /> }
            >
                <TargetFields targets but=own.get_value() />
                <p class="form-error" role="alert">{move || error.get()}</p>
                <div class="dialog-actions">
                    <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                    <Button label=texts::SAVE kind=ButtonKind::Primary busy=sending disabled=Signal::derive(move || targets.why_not()) on_press=save />
                </div>
            </Show>
        </div>
    }
}
