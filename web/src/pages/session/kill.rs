//! The button that ends the session, and what comes of it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::api::request::ApiError;
use crate::components::button::ButtonKind;
use crate::messages::session;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::widgets::action_button::ActionButton;
use crate::widgets::kill_dialog::{KillDialog, Victim};
use crate::widgets::session_overview::Overview;

/// The button and its dialog.
#[component]
pub(super) fn Kill(id: u64, overview: Memo<Overview>, ended: Memo<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let asked = RwSignal::new(None::<u32>);

    let confirm = Callback::new(move |grace_s: Option<u32>| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = api::sessions::kill(id, grace_s).await;
            if answer == Err(ApiError::Unauthorized) {
                access.expire();
            }
            if let Err(ApiError::Forbidden(_)) = answer {
                access.set_read_only();
            }
            // The page may be gone when the answer comes.
            let _ = busy.try_set(false);
            match answer {
                // It ended by itself meanwhile: what was wanted is so.
                Ok(()) | Err(ApiError::NotFound(_)) => {
                    let _ = open.try_set(false);
                    let _ = asked.try_set(grace_s);
                }
                Err(failure) => {
                    let _ = error.try_set(Some(session::kill_failed(failure.detail())));
                }
            }
        });
    });
    let victim = move || {
        overview.with(|o| Victim {
            id,
            user: o.user.clone(),
            client: o.client.clone(),
        })
    };
    let disabled = move || read_only(access);
    let note = move || asked.get().map(session::kill_asked);
    view! {
        <Show when=move || !ended.get()>
            <span class="page-note" role="status">{note}</span>
            <ActionButton
                group=session::GROUP
                label=session::KILL
                kind=ButtonKind::DangerPlain
                disabled=Signal::derive(disabled)
                on_press=Callback::new(move |()| {
                    error.set(None);
                    open.set(true);
                })
            />
        </Show>
        <KillDialog victim=Signal::derive(victim) open busy error on_confirm=confirm />
    }
}
