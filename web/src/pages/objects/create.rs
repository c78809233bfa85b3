//! The page that makes a new object: its name, its module, the fields of the module.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::kind::Kind;
use super::names::NameChoice;
use super::parameters::PARAMETERS;
use super::shown::go;
use super::targets::{TargetFields, Targets, links};
use crate::api::objects::{Method, Object, Write};
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::components::text_field::TextField;
use crate::messages::{form as form_texts, objects as texts};
use crate::pages::BASE;
use crate::state::access::Access;
use crate::state::form::FieldSpec;
use crate::state::polled::Polled;
use crate::state::remarks::RemarkOnTheWay;
use crate::widgets::parameter_form::{FormActions, FormFields, FormState};

/// The page.
#[component]
pub(super) fn CreatePage(kind: Kind) -> impl IntoView {
    crate::pages::set_title(&texts::create_title(kind.one()));
    let new = New::of(kind);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let access = expect_context::<Access>();
    let go_to = StoredValue::new_local(go());
    let on_the_way = expect_context::<RemarkOnTheWay>();
    let save = Callback::new(move |()| {
        let id = new.id();
        if id.is_empty() {
            return error.set(Some(form_texts::NAME_MISSING.to_owned()));
        }
        if let Some(why) = untrack(|| new.targets.why_not()) {
            return error.set(Some(why));
        }
        let write = Write::new(Method::Post, kind.path().to_owned()).body(new.body());
        busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            let _ = busy.try_set(false);
            match answer {
                Ok(remark) => {
                    on_the_way.send(&kind.href(&id), remark);
                    let _ = go_to.try_with_value(|go| go(&kind.href(&id)));
                }
                Err(failure) => {
                    new.form.refuse(failure.behind(PARAMETERS));
                    let text = form_texts::failed(&access.refused(&failure));
                    let _ = error.try_set(Some(text));
                }
            }
        });
    });
    let cancel = Callback::new(move |()| {
        go_to.with_value(|go| go(&format!("{BASE}/{}", kind.path())));
    });
    let New { form, .. } = new;
    view! {
        <div class="page">
            <header class="page-head">
                <a class="back-link" href=format!("{BASE}/{}", kind.path())>
                    <Icon glyph=Glyph::Back />
                    <span>{texts::all(kind.path())}</span>
                </a>
                <h1 class="page-title">{texts::create_title(kind.one())}</h1>
            </header>
            <NewHead new />
            <Panel title=form_texts::PARAMETERS class="panel-wide panel-form">
                <Show when=move || new.fields.with(Vec::is_empty)>
                    <p class="panel-empty">{texts::CHOOSE_MODULE}</p>
                </Show>
                <FormFields form />
                <FormActions form save=form_texts::CREATE busy error on_save=save on_cancel=cancel />
            </Panel>
        </div>
    }
}

/// What is to be made. `Copy`.
#[derive(Clone, Copy)]
struct New {
    kind: Kind,
    name: RwSignal<String>,
    module: RwSignal<String>,
    known: Memo<Vec<Object>>,
    fields: Memo<Vec<FieldSpec>>,
    form: FormState,
    targets: Targets,
    chosen: StoredValue<Vec<Chosen>>,
}

/// What is chosen of a kind, and whether there may be several.
type Chosen = (Kind, bool, RwSignal<Option<Vec<String>>>);

impl New {
    fn of(kind: Kind) -> Self {
        let module = RwSignal::new(kind.api().map_or("servers", |_| "").to_owned());
        let modules = Polled::start(|| "maxscale/modules".to_owned(), 0);
        let known = Memo::new(move |_| {
            let page = modules.page();
            let fits = |module: &&Object| module.text("/api") == kind.api().unwrap_or("-");
            page.objects
                .iter()
                .filter(fits)
                .cloned()
                .collect::<Vec<_>>()
        });
        Effect::new(move || {
            // One module only: there is nothing to choose.
            if let (true, [only]) = (module.with_untracked(String::is_empty), &*known.get()) {
                module.set(only.id().to_owned());
            }
        });
        let fields = Memo::new(move |_| {
            let page = modules.page();
            let found = module.with(|name| page.objects.iter().find(|m| m.id() == name).cloned());
            let found = found.map(|module| FieldSpec::of_module(&module));
            found.unwrap_or_default()
        });
        let chosen = kind
            .chosen()
            .iter()
            .map(|&(of, several)| (of, several, RwSignal::new(None)));
        Self {
            kind,
            name: RwSignal::new(String::new()),
            module,
            known,
            fields,
            form: FormState::new(fields.into(), Signal::stored(Value::Null), true),
            targets: Targets::of(kind),
            chosen: StoredValue::new(chosen.collect()),
        }
    }

    fn id(self) -> String {
        self.name.with_untracked(|name| name.trim().to_owned())
    }

    fn body(self) -> Value {
        let id = self.id();
        let module = self.module.get_untracked();
        let mut attributes = json!({"parameters": untrack(|| self.form.changes())});
        match self.kind {
            Kind::Services => attributes["router"] = module.into(),
            Kind::Monitors | Kind::Filters => attributes["module"] = module.into(),
            Kind::Listeners => attributes["parameters"]["protocol"] = module.into(),
            Kind::Servers => {}
        }
        let mut data = json!({"id": id, "type": self.kind.path(), "attributes": attributes});
        let mut relationships = self.targets.relationships(true);
        for (of, _, names) in self.chosen.get_value() {
            let names = names.get_untracked().unwrap_or_default();
            if !names.is_empty() {
                relationships.insert(of.path().to_owned(), links(of, &names));
            }
        }
        if !relationships.is_empty() {
            data["relationships"] = relationships.into();
        }
        json!({"data": data})
    }
}

#[component]
fn NewHead(new: New) -> impl IntoView {
    let New {
        kind,
        name,
        module,
        known,
        targets,
        chosen,
        ..
    } = new;
    let choice = |(of, several, chosen): Chosen| {
        view! {
            <fieldset class="choices">
                <legend class="field-label">{if several { texts::all(of.path()) } else { texts::all(of.one()) }}</legend>
                <NameChoice of chosen one=!several />
            </fieldset>
        }
    };
    view! {
        <Panel title=texts::all(kind.one()) class="panel-wide panel-form">
            <div class="create-head">
                <TextField label=form_texts::NAME name="name" value=name focused=true />
                {kind.api().map(|_| view! { <ModuleChoice module known /> })}
                <TargetFields targets />
                {chosen.get_value().into_iter().map(choice).collect_view()}
            </div>
        </Panel>
    }
}

#[component]
fn ModuleChoice(module: RwSignal<String>, known: Memo<Vec<Object>>) -> impl IntoView {
    let option = move |object: &Object| {
        let name = object.id().to_owned();
        let own = name.clone();
        view! { <option value=name.clone() prop:selected=move || module.with(|m| *m == own)>{name.clone()}</option> }
    };
    let about = move || {
        let name = module.get();
        known.with(|known| {
            let found = known.iter().find(|object| object.id() == name);
            found.map(|object| object.text("/description").to_owned())
        })
    };
    view! {
        <label class="field">
            <span class="field-label">{form_texts::MODULE}</span>
            <select class="field-input" on:change:target=move |ev| module.set(ev.target().value())>
                <option value="" disabled=true prop:selected=move || module.with(String::is_empty)></option>
                {move || known.with(|known| known.iter().map(option).collect_view())}
            </select>
            <span class="form-about">{about}</span>
        </label>
    }
}
