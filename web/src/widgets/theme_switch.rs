//! The switch between themes.

use leptos::prelude::*;

use crate::components::icon::Glyph;
use crate::components::segmented::{Segment, Segmented};
use crate::messages::app;

/// The switch. Its values are the keys of the themes.
#[component]
pub fn ThemeSwitch(
    /// The key of the theme.
    #[prop(into)]
    value: Signal<&'static str>,
    /// Another theme was chosen.
    on_change: Callback<&'static str>,
) -> impl IntoView {
    let segments = vec![
        Segment {
            value: "system",
            label: app::THEME_SYSTEM,
            glyph: Glyph::System,
        },
        Segment {
            value: "light",
            label: app::THEME_LIGHT,
            glyph: Glyph::Light,
        },
        Segment {
            value: "dark",
            label: app::THEME_DARK,
            glyph: Glyph::Dark,
        },
    ];
    view! { <Segmented label=app::THEME name="theme" segments value on_change /> }
}
