//! A button.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// One of several.
    #[default]
    Plain,
    /// The one that goes on.
    Primary,
    /// The one that destroys.
    Danger,
    /// The one that leads to it.
    DangerPlain,
    /// Without a border.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button-primary",
            Self::Danger => "button button-danger",
            Self::DangerPlain => "button button-danger-plain",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// A button with a text, and an icon if wanted.
#[component]
pub fn Button(
    /// The text.
    #[prop(into)]
    label: Signal<String>,
    /// The look.
    #[prop(optional)]
    kind: ButtonKind,
    /// The icon before the text.
    #[prop(optional, into)]
    glyph: MaybeProp<Glyph>,
    /// Why it cannot be pressed; it then keeps its place in the order of focus and tells so.
    #[prop(optional, into)]
    disabled: MaybeProp<String>,
    /// Whether what it does is under way: it cannot be pressed again before it is done.
    #[prop(optional, into)]
    busy: MaybeProp<bool>,
    /// Whether it is down, for a button that has two states.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// The text is for those who don't see the icon only.
    #[prop(optional)]
    icon_only: bool,
    /// It was pressed.
    on_press: Callback<()>,
) -> impl IntoView {
    let busy = move || busy.get().unwrap_or(false);
    let press = move |_| {
        if disabled.get_untracked().is_none() && !untrack(busy) {
            on_press.run(());
        }
    };
    let title = move || disabled.get().or_else(|| icon_only.then(|| label.get()));
    view! {
        <button
            type="button"
            class=kind.class()
            class:is-icon-only=icon_only
            class:is-working=busy
            aria-disabled=move || (disabled.get().is_some() || busy()).then_some("true")
            aria-busy=move || busy().then_some("true")
            aria-pressed=move || pressed.get().map(|pressed| pressed.to_string())
            title=title
            on:click=press
        >
            {move || glyph.get().map(|glyph| view! { <Icon glyph=glyph /> })}
            <span class:visually-hidden=icon_only>{move || label.get()}</span>
            {move || {
                disabled.get().map(|why| view! { <span class="visually-hidden">{format!(" ({why})")}</span> })
            }}
        </button>
    }
}
