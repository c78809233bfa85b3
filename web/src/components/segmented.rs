//! A choice of one out of a few, side by side.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// One choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// What it stands for.
    pub value: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its sign.
    pub glyph: Glyph,
}

/// A group of icons of which one is on. Radio buttons underneath: arrows move between them.
#[component]
pub fn Segmented(
    /// The name of the group.
    label: &'static str,
    /// Its name among the page's inputs.
    name: &'static str,
    /// The choices.
    segments: Vec<Segment>,
    /// The one that is on.
    #[prop(into)]
    value: Signal<&'static str>,
    /// Another one was chosen.
    on_change: Callback<&'static str>,
) -> impl IntoView {
    let segment = move |Segment {
                            value: own,
                            label,
                            glyph,
                        }| {
        view! {
            <label class="segment" title=label>
                <input
                    type="radio"
                    class="visually-hidden"
                    name=name
                    value=own
                    prop:checked=move || value.get() == own
                    on:change=move |_| on_change.run(own)
                />
                <Icon glyph=glyph />
                <span class="visually-hidden">{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">{label}</legend>
            {segments.into_iter().map(segment).collect_view()}
        </fieldset>
    }
}
