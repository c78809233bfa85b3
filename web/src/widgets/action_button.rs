//! A button whose action the command palette offers, too, while it can be pressed.

use leptos::prelude::*;

use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Glyph;
use crate::state::palette::{Command, Palette};

/// The button.
#[component]
pub fn ActionButton(
    /// What kind of action it is, for the palette.
    group: &'static str,
    /// The text.
    #[prop(into)]
    label: Signal<String>,
    /// What the action is called in the palette, where it is not the text.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    /// The look.
    #[prop(optional)]
    kind: ButtonKind,
    /// The icon before the text.
    #[prop(optional, into)]
    glyph: MaybeProp<Glyph>,
    /// Why it cannot be pressed.
    #[prop(optional, into)]
    disabled: MaybeProp<String>,
    /// Whether it is under way.
    #[prop(optional, into)]
    busy: MaybeProp<bool>,
    /// It was pressed, or chosen.
    on_press: Callback<()>,
) -> impl IntoView {
    if let Some(palette) = use_context::<Palette>() {
        palette.offer(move || {
            let title = title.get().unwrap_or_else(|| label.get());
            // The button may be gone when the command is chosen.
            let command = Command::run(group, title, move || {
                let _ = on_press.try_run(());
            });
            let can = disabled.get().is_none() && !busy.get().unwrap_or(false);
            can.then_some(command).into_iter().collect()
        });
    }
    view! { <Button label kind glyph disabled busy on_press /> }
}
