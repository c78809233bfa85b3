//! The parameters of an object, or of the gateway: as facts, or as a form while they are being changed.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::objects::{Method, Object, Write, objects, path_of};
use crate::api::request::{ApiError, Remark};
use crate::components::icon::Glyph;
use crate::components::panel::Panel;
use crate::components::remark::Remark as RemarkNote;
use crate::messages::{app, form as texts};
use crate::pages::{BASE, read_only};
use crate::state::access::Access;
use crate::state::form::FieldSpec;
use crate::state::polled::Polled;
use crate::widgets::action_button::ActionButton;
use crate::widgets::parameter_form::{FormActions, FormFields, FormState, ParameterFacts};

/// Where parameters stand in the body of a write.
pub(super) const PARAMETERS: &str = "/attributes/parameters/";

/// Whose parameters they are.
#[derive(Debug, Clone)]
pub(in crate::pages) struct Owner {
    /// Its kind.
    pub(in crate::pages) kind: &'static str,
    /// Where it is written to, below `/v1/`.
    pub(in crate::pages) path: String,
    /// Its name.
    pub(in crate::pages) id: String,
}

/// A change on its way, and what came of it. `Copy`.
#[derive(Clone, Copy)]
struct Saving {
    of: StoredValue<Owner>,
    form: FormState,
    editing: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    remark: RwSignal<Option<String>>,
    saved: RwSignal<bool>,
    /// The version that the change thinks of.
    version: StoredValue<Option<String>>,
    access: Access,
    polled: Polled,
}

impl Saving {
    fn new(of: Owner, form: FormState, polled: Polled) -> Self {
        Self {
            of: StoredValue::new(of),
            form,
            editing: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            remark: RwSignal::new(None),
            saved: RwSignal::new(false),
            version: StoredValue::new(None),
            access: expect_context(),
            polled,
        }
    }

    /// Somebody begins to type.
    fn begin(self, version: Option<String>) {
        self.version.set_value(version);
        self.form.clear();
        self.error.set(None);
        self.remark.set(None);
        self.saved.set(false);
        self.editing.set(true);
    }

    /// Sends what was typed.
    fn send(self) {
        let Owner { kind, path, id } = self.of.get_value();
        let parameters = untrack(|| self.form.changes());
        let body = json!({"data": {
            "id": id, "type": kind, "attributes": {"parameters": parameters},
        }});
        let write = Write::new(Method::Patch, path.clone())
            .of_version(self.version.get_value().as_deref())
            .body(body);
        self.busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            if answer == Err(ApiError::Conflict)
                && let Ok(now) = objects(&path).await
            {
                // What was typed stays: saved again, it is made on what there is now.
                let now = now.first().and_then(|now| now.version().map(str::to_owned));
                let _ = self.version.try_set_value(now);
            }
            self.answered(answer);
        });
    }

    /// The page may be gone when the answer comes.
    fn answered(self, answer: Result<Remark, ApiError>) {
        let _ = self.busy.try_set(false);
        let told = answer.map_err(|failure| {
            self.form.refuse(failure.behind(PARAMETERS));
            match failure {
                ApiError::Conflict => texts::CONFLICT.to_owned(),
                failure => texts::failed(&self.access.refused(&failure)),
            }
        });
        let _ = self.editing.try_set(told.is_err());
        let _ = self.saved.try_set(told.is_ok());
        let (made, failed) = told.map_or_else(|text| (None, Some(text)), |made| (made, None));
        let _ = self.remark.try_set(made);
        let _ = self.error.try_set(failed);
        self.polled.ask();
    }
}

/// The panel.
#[component]
pub(in crate::pages) fn Parameters(
    of: Owner,
    /// The module that tells of them.
    module: Memo<String>,
    object: Memo<Option<Object>>,
    polled: Polled,
    /// What is said of those that can't be changed.
    #[prop(default = texts::FIXED)]
    fixed: &'static str,
    #[prop(default = "panel-parameters")] class: &'static str,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let modules = Polled::start(move || path_of("maxscale/modules", &module.get()), 0);
    let fields = Memo::new(move |_| {
        let told = modules.first();
        told.map(|module| FieldSpec::of_module(&module))
            .unwrap_or_default()
    });
    let present = Memo::new(move |_| {
        let of = |object: &Object| object.at("/parameters").clone();
        object.with(|object| object.as_ref().map(of).unwrap_or_default())
    });
    // While someone types, the values don't change under his hands.
    let kept = RwSignal::new(Value::Null);
    let form = FormState::new(fields.into(), kept.into(), false).fixed(fixed);
    let saving = Saving::new(of, form, polled);
    let Saving {
        editing,
        busy,
        error,
        remark,
        saved,
        ..
    } = saving;
    let begin = Callback::new(move |()| {
        kept.set(present.get_untracked());
        saving.begin(object.with_untracked(|o| o.as_ref()?.version().map(str::to_owned)));
    });
    let save = Callback::new(move |()| saving.send());
    let disabled = move || read_only(access);
    view! {
        <Panel
            title=texts::PARAMETERS
            class
            head=move || view! {
                <Show when=move || !editing.get()>
                    <ActionButton group=texts::PARAMETERS label=texts::EDIT title=texts::EDIT_PARAMETERS glyph=Glyph::Edit disabled=Signal::derive(disabled) on_press=begin />
                </Show>
            }
        >
            <RemarkNote text=remark close=app::CLOSE_REMARK />
            <div role="status">
                <Show when=move || saved.get() && !editing.get()>
                    <p class="panel-hint">{texts::SAVED} " " <a href=format!("{BASE}/audit")>{texts::UNDO_IN_AUDIT}</a></p>
                </Show>
            </div>
            <Show when=move || editing.get() fallback=move || view! { <ParameterFacts fields present /> }>
                <FormFields form />
                <FormActions form save=texts::SAVE busy error on_save=save on_cancel=Callback::new(move |()| editing.set(false)) />
            </Show>
        </Panel>
    }
}
