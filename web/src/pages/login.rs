//! The login page. It stands in the place of whatever page was asked for, at that page's address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::components::check_box::CheckBox;
use crate::components::text_field::TextField;
use crate::messages::login;
use crate::state::access::{Access, AccessState};
use crate::widgets::brand::Brand;

/// The page.
#[component]
pub fn LoginPage() -> impl IntoView {
    super::set_title(login::TITLE);
    let access = expect_context::<Access>();
    let user = RwSignal::new(access.user_untracked());
    let password = RwSignal::new(String::new());
    let remember = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);

    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        if user.with_untracked(String::is_empty) {
            error.set(Some(login::USER_MISSING.to_owned()));
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let (name, secret) = (user.get_untracked(), password.get_untracked());
            let answer = access
                .log_in(&name, &secret, remember.get_untracked())
                .await;
            // After a success the page, and its signals with it, is gone.
            let _ = busy.try_set(false);
            if let Err(failure) = answer {
                let _ = password.try_set(String::new());
                let _ = error.try_set(Some(login::failure(&failure)));
            }
        });
    };
    let expired = move || access.state() == AccessState::Out { expired: true };
    let label = move || {
        if busy.get() {
            login::SUBMITTING
        } else {
            login::SUBMIT
        }
    };
    let name_known = !user.with_untracked(String::is_empty);
    view! {
        <main class="login" id="content">
            <form class="login-card" on:submit=submit>
                <h1 class="login-title"><Brand /></h1>
                <Show when=expired>
                    <p class="login-note">{login::EXPIRED}</p>
                </Show>
                <TextField label=login::USER name="username" autocomplete="username" value=user focused=!name_known />
                <TextField label=login::PASSWORD name="password" kind="password" autocomplete="current-password" value=password focused=name_known />
                <CheckBox label=login::REMEMBER checked=remember on_change=Callback::new(move |on| remember.set(on)) />
                <p class="form-error" role="alert">{move || error.get()}</p>
                <button type="submit" class="button button-primary login-submit" aria-disabled=move || busy.get().then_some("true")>
                    {label}
                </button>
            </form>
        </main>
    }
}
