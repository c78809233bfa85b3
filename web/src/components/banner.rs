//! A line across the page about something that concerns all of it.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Glyph, Icon};

/// A banner. Read out when it appears or changes.
#[component]
pub fn Banner(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// Its weight.
    #[prop(optional)]
    tone: Tone,
    /// What can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class()) role="status">
            <Icon glyph=if tone == Tone::Neutral { Glyph::Info } else { Glyph::Alert } />
            <p class="banner-text">{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}
