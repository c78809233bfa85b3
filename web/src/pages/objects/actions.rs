//! The buttons that start, stop, drain and delete an object.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::kind::Kind;
use super::shown::go;
use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::button::{Button, ButtonKind};
use crate::components::check_box::CheckBox;
use crate::components::dialog::Dialog;
use crate::messages::{app, objects as texts};
use crate::pages::BASE;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::polled::Polled;
use crate::state::remarks::RemarkOnTheWay;
use crate::widgets::action_button::ActionButton;

/// The buttons.
#[component]
pub(super) fn ObjectActions(
    kind: Kind,
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let told = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let actions = Memo::new(move |_| {
        object.with(|object| object.as_ref().map(|o| kind.actions(o)).unwrap_or_default())
    });
    let perform = move |write: Write| {
        busy.set(true);
        spawn_local(async move {
            let text = match write.send().await {
                Ok(_) => texts::DONE.to_owned(),
                Err(error) => texts::failed(&access.refused(&error)),
            };
            let _ = busy.try_set(false);
            let _ = told.try_set(Some(text));
            polled.ask();
        });
    };
    let disabled = move || read_only(access);
    let button = move |(label, write): (&'static str, Write)| {
        let on_press = Callback::new(move |()| perform(write.clone()));
        view! { <ActionButton group=kind.one() label busy=Signal::derive(move || busy.get()) disabled=Signal::derive(disabled) on_press /> }
    };
    view! {
        <span class="page-note" role="status">{move || told.get()}</span>
        {move || actions.get().into_iter().map(button).collect_view()}
        <Delete kind name />
    }
}

#[component]
fn Delete(kind: Kind, name: String) -> impl IntoView {
    let access = expect_context::<Access>();
    let open = RwSignal::new(false);
    let force = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let on_the_way = expect_context::<RemarkOnTheWay>();
    let go = StoredValue::new_local(go());
    let title = texts::delete_title(kind.one(), &name);
    let path = path_of(kind.path(), &name);
    let confirm = Callback::new(move |()| {
        let write = Write::new(Method::Delete, path.clone());
        let write = if force.get_untracked() {
            write.with("force", "yes")
        } else {
            write
        };
        busy.set(true);
        spawn_local(async move {
            let answer = write.send().await;
            let _ = busy.try_set(false);
            match answer {
                Ok(remark) => {
                    let _ = open.try_set(false);
                    let to = format!("{BASE}/{}", kind.path());
                    on_the_way.send(&to, remark);
                    let _ = go.try_with_value(|go| go(&to));
                }
                Err(failure) => {
                    let _ = error.try_set(Some(texts::failed(&access.refused(&failure))));
                }
            }
        });
    });
    let disabled = move || read_only(access);
    let ask = Callback::new(move |()| {
        error.set(None);
        open.set(true);
    });
    view! {
        <ActionButton group=kind.one() label=texts::DELETE kind=ButtonKind::DangerPlain disabled=Signal::derive(disabled) on_press=ask />
        <Dialog title open>
            <p class="dialog-text">{texts::DELETE_TEXT}</p>
            <CheckBox label=texts::FORCE checked=force on_change=Callback::new(move |on| force.set(on)) />
            <p class="form-error" role="alert">{move || error.get()}</p>
            <div class="dialog-actions">
                <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                <Button label=texts::DELETE_CONFIRM kind=ButtonKind::Danger busy=Signal::derive(move || busy.get()) on_press=confirm />
            </div>
        </Dialog>
    }
}
