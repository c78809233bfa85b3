//! The button that connects the session to its servers anew.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::components::icon::Glyph;
use crate::messages::session;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::widgets::action_button::ActionButton;

/// The button.
#[component]
pub(super) fn Restart(id: u64, ended: Memo<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let told = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let restart = move || {
        busy.set(true);
        spawn_local(async move {
            let text = match api::sessions::restart(id).await {
                Ok(()) => session::RESTARTED.to_owned(),
                Err(error) => session::restart_failed(&access.refused(&error)),
            };
            let _ = busy.try_set(false);
            let _ = told.try_set(Some(text));
        });
    };
    let disabled = move || read_only(access);
    view! {
        <Show when=move || !ended.get()>
            <span class="page-note" role="status">{move || told.get()}</span>
            <ActionButton
                group=session::GROUP
                label=session::RESTART
                glyph=Glyph::Refresh
                busy=Signal::derive(move || busy.get())
                disabled=Signal::derive(disabled)
                on_press=Callback::new(move |()| restart())
            />
        </Show>
    }
}
