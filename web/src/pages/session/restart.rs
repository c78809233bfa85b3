//! The button that connects the session to its servers anew.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::components::button::Button;
use crate::components::icon::Glyph;
use crate::messages::{app, session};
use crate::state::access::Access;
use crate::state::palette::{Command, Palette};

/// The button.
#[component]
pub(super) fn Restart(id: u64, ended: Memo<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let told = RwSignal::new(None::<String>);
    let restart = move || {
        spawn_local(async move {
            let text = match api::sessions::restart(id).await {
                Ok(()) => session::RESTARTED.to_owned(),
                Err(error) => session::restart_failed(&access.refused(&error)),
            };
            let _ = told.try_set(Some(text));
        });
    };
    if let Some(palette) = use_context::<Palette>() {
        palette.offer(move || {
            if ended.get_untracked() || access.is_read_only() {
                return Vec::new();
            }
            vec![Command::run(session::GROUP, session::RESTART, restart)]
        });
    }
    let disabled = move || access.is_read_only().then(|| app::READ_ONLY.to_owned());
    view! {
        <Show when=move || !ended.get()>
            <span class="page-note" role="status">{move || told.get()}</span>
            <Button
                label=session::RESTART
                glyph=Glyph::Refresh
                disabled=Signal::derive(disabled)
                on_press=Callback::new(move |()| restart())
            />
        </Show>
    }
}
