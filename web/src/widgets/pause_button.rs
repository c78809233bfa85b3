//! The button that stops a list, and lets it go on.

use leptos::prelude::*;

use crate::components::icon::Glyph;
use crate::messages::app;
use crate::widgets::action_button::ActionButton;

/// The button.
#[component]
pub fn PauseButton(
    /// Whether the list is stopped.
    #[prop(into)]
    paused: Signal<bool>,
    /// It is to be stopped, or to go on.
    on_change: Callback<bool>,
) -> impl IntoView {
    let choose = move || {
        if paused.get() {
            (app::RESUME, Glyph::Play)
        } else {
            (app::PAUSE, Glyph::Pause)
        }
    };
    view! {
        <ActionButton
            group=app::THIS_PAGE
            label=Signal::derive(move || choose().0.to_owned())
            glyph=Signal::derive(move || Some(choose().1))
            on_press=Callback::new(move |()| on_change.run(!paused.get_untracked()))
        />
    }
}
