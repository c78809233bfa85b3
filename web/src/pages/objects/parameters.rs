//! The parameters of an object, or of the gateway: as facts, or as a form while they are being changed.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::objects::{Method, Object, Write, objects, path_of};
use crate::api::request::ApiError;
use crate::components::icon::Glyph;
use crate::components::panel::Panel;
use crate::components::remark::Remark;
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
    let editing = RwSignal::new(false);
    // While someone types, the values don't change under his hands.
    let kept = RwSignal::new(Value::Null);
    let version = StoredValue::new(None::<String>);
    let form = FormState::new(fields.into(), kept.into(), false).fixed(fixed);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let remark = RwSignal::new(None::<String>);
    let saved = RwSignal::new(false);
    let begin = Callback::new(move |()| {
        kept.set(present.get_untracked());
        version.set_value(object.with_untracked(|o| o.as_ref()?.version().map(str::to_owned)));
        form.clear();
        error.set(None);
        remark.set(None);
        saved.set(false);
        editing.set(true);
    });
    let of = StoredValue::new(of);
    let save = Callback::new(move |()| {
        let Owner { kind, path, id } = of.get_value();
        let parameters = untrack(|| form.changes());
        let body = json!({"data": {
            "id": id, "type": kind, "attributes": {"parameters": parameters},
        }});
        let write = Write::new(Method::Patch, path.clone())
            .of_version(version.get_value().as_deref())
            .body(body);
        busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            let _ = busy.try_set(false);
            if answer == Err(ApiError::Conflict)
                && let Ok(now) = objects(&path).await
            {
                // What was typed stays: saved again, it is made on what there is now.
                let now = now.first().and_then(|now| now.version().map(str::to_owned));
                let _ = version.try_set_value(now);
            }
            let told = answer.map_err(|failure| {
                form.refuse(failure.behind(PARAMETERS));
                match failure {
                    ApiError::Conflict => texts::CONFLICT.to_owned(),
                    failure => texts::failed(&access.refused(&failure)),
                }
            });
            let _ = editing.try_set(told.is_err());
            let _ = saved.try_set(told.is_ok());
            let (made, failed) = told.map_or_else(|text| (None, Some(text)), |made| (made, None));
            let _ = remark.try_set(made);
            let _ = error.try_set(failed);
            polled.ask();
        });
    });
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
            <Remark text=remark close=app::CLOSE_REMARK />
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
