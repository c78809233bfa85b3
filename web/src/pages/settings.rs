//! What one prefers.

use leptos::prelude::*;

use crate::components::panel::Panel;
use crate::components::radio_group::RadioGroup;
use crate::messages::{app, settings as texts};
use crate::state::settings::{Density, Settings, TimeZone, UPDATE_CHOICES_S};
use crate::state::theme::Theme;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let settings = expect_context::<Settings>();
    let named = |key: &str, label: &str| (key.to_owned(), label.to_owned());
    let themes = vec![
        named("system", app::THEME_SYSTEM),
        named("light", app::THEME_LIGHT),
        named("dark", app::THEME_DARK),
    ];
    let zones = vec![named("local", texts::LOCAL), named("utc", texts::UTC)];
    let densities = vec![
        named("compact", texts::COMPACT),
        named("comfortable", texts::COMFORTABLE),
    ];
    let rates = UPDATE_CHOICES_S
        .iter()
        .map(|seconds| (seconds.to_string(), texts::every(*seconds)))
        .collect::<Vec<_>>();
    let on_theme = Callback::new(move |key: String| {
        if let Some(theme) = Theme::named(&key) {
            settings.set_theme(theme);
        }
    });
    let on_zone = Callback::new(move |key: String| {
        let zone = if key == "utc" {
            TimeZone::Utc
        } else {
            TimeZone::Local
        };
        settings.set_time_zone(zone);
    });
    let on_density = Callback::new(move |key: String| {
        let roomy = key == "comfortable";
        settings.set_density(if roomy {
            Density::Comfortable
        } else {
            Density::Compact
        });
    });
    let on_rate = Callback::new(move |key: String| {
        if let Ok(seconds) = key.parse() {
            settings.set_update_s(seconds);
        }
    });
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{texts::TITLE}</h1>
                <span class="page-note">{texts::HINT}</span>
            </header>
            <div class="panels">
                <Panel title=texts::LOOK class="panel-settings">
                    <RadioGroup label=app::THEME name="settings-theme" choices=themes value=Signal::derive(move || settings.theme.get().key().to_owned()) on_change=on_theme />
                    <RadioGroup label=texts::DENSITY name="settings-density" choices=densities value=Signal::derive(move || settings.density().key().to_owned()) on_change=on_density />
                </Panel>
                <Panel title=texts::DATA class="panel-settings">
                    <RadioGroup label=texts::TIME_ZONE name="settings-zone" choices=zones value=Signal::derive(move || settings.time_zone().key().to_owned()) on_change=on_zone />
                    <RadioGroup label=texts::UPDATE name="settings-update" choices=rates value=Signal::derive(move || settings.update_s().to_string()) on_change=on_rate />
                    <p class="panel-hint">{texts::UPDATE_HINT}</p>
                </Panel>
            </div>
        </div>
    }
}
