//! Asks before a session is ended.

use leptos::prelude::*;

use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::messages::{app, session};

const GRACE_DEFAULT_S: &str = "30";
const GRACE_MAX_S: u32 = 86_400;

/// Whom the kill meets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Victim {
    /// The session id.
    pub id: u64,
    /// The user.
    pub user: String,
    /// The client.
    pub client: String,
}

/// The dialog.
#[component]
pub fn KillDialog(
    /// Whom it meets.
    #[prop(into)]
    victim: Signal<Victim>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// It is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it failed.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// It is wanted: at once, or after seconds at the latest.
    on_confirm: Callback<Option<u32>>,
) -> impl IntoView {
    let later = RwSignal::new(false);
    let seconds = RwSignal::new(GRACE_DEFAULT_S.to_owned());
    let grace = move || grace_s(&seconds.get());
    let invalid = move || later.get() && grace().is_none();
    let confirm = Callback::new(move |()| {
        if !invalid() && !busy.get_untracked() {
            on_confirm.run(later.get_untracked().then(grace).flatten());
        }
    });
    view! {
        <Dialog title=Signal::derive(move || session::kill_title(victim.get().id)) open>
            <p class="dialog-text">
                {move || victim.with(|v| session::kill_text(&v.user, &v.client))}
            </p>
            <fieldset class="choices">
                <legend class="field-label">{session::KILL_WHEN}</legend>
                <label class="check">
                    <input type="radio" name="when" class="check-box" prop:checked=move || !later.get() on:change=move |_| later.set(false) />
                    <span>{session::KILL_NOW}</span>
                </label>
                <label class="check">
                    <input type="radio" name="when" class="check-box" prop:checked=move || later.get() on:change=move |_| later.set(true) />
                    <span>{session::KILL_LATER}</span>
                </label>
                <label class="grace">
                    <input
                        class="field-input"
                        inputmode="numeric"
                        aria-label=session::SECONDS
                        aria-invalid=move || invalid().then_some("true")
                        prop:value=move || seconds.get()
                        on:input:target=move |ev| seconds.set(ev.target().value())
                        on:focus=move |_| later.set(true)
                    />
                    <span>{session::SECONDS}</span>
                </label>
            </fieldset>
            <p class="form-error" role="alert">
                {move || if invalid() { Some(session::KILL_GRACE_INVALID.to_owned()) } else { error.get() }}
            </p>
            <div class="dialog-actions">
                <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                <Button label=session::KILL_CONFIRM kind=ButtonKind::Danger busy on_press=confirm />
            </div>
        </Dialog>
    }
}

fn grace_s(text: &str) -> Option<u32> {
    text.trim()
        .parse()
        .ok()
        .filter(|seconds| (1..=GRACE_MAX_S).contains(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grace_is_a_number_of_seconds_of_a_day_at_most() {
        let cases = [
            ("1", Some(1)),
            (" 30 ", Some(30)),
            ("86400", Some(86_400)),
            ("0", None),
            ("86401", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("5s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(grace_s(text), expected, "{text}");
        }
    }
}
