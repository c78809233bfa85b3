//! The bar above every page: menu on narrow screens, connection, theme, user.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::commands::HelpOpen;
use crate::components::badge::Tone;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Glyph, Icon};
use crate::components::status::Status;
use crate::messages::{app, palette as texts};
use crate::state::access::Access;
use crate::state::link::LinkState;
use crate::state::live::Live;
use crate::state::palette::Palette;
use crate::state::settings::Settings;
use crate::state::theme::Theme;
use crate::widgets::theme_switch::ThemeSwitch;

/// The bar.
#[component]
pub(super) fn Topbar(drawer: RwSignal<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let settings = expect_context::<Settings>();
    let on_theme = Callback::new(move |key| {
        if let Some(chosen) = Theme::named(key) {
            settings.set_theme(chosen);
        }
    });
    let palette = expect_context::<Palette>();
    let HelpOpen(help) = expect_context();
    let log_out = Callback::new(move |()| spawn_local(access.log_out()));
    view! {
        <header class="topbar">
            <span class="topbar-menu">
                <Button
                    label=app::MENU
                    glyph=Glyph::Menu
                    kind=ButtonKind::Quiet
                    icon_only=true
                    on_press=Callback::new(move |()| drawer.update(|open| *open = !*open))
                />
            </span>
            <Connection />
            <span class="topbar-space"></span>
            <button type="button" class="palette-button" on:click=move |_| palette.open.set(true)>
                <Icon glyph=Glyph::Search />
                <span class="palette-label">{texts::BUTTON}</span>
                <kbd class="palette-label">{texts::KEYS}</kbd>
            </button>
            <Button
                label=texts::HELP
                glyph=Glyph::Help
                kind=ButtonKind::Quiet
                icon_only=true
                on_press=Callback::new(move |()| help.set(true))
            />
            <ThemeSwitch value=Signal::derive(move || settings.theme.get().key()) on_change=on_theme />
            <span class="user" title=move || access.is_read_only().then_some(app::READ_ONLY)>
                <Icon glyph=Glyph::User />
                <span class="user-name">{move || access.user()}</span>
            </span>
            <Button
                label=app::LOG_OUT
                glyph=Glyph::LogOut
                kind=ButtonKind::Quiet
                icon_only=true
                on_press=log_out
            />
        </header>
    }
}

/// How the live data stands.
#[component]
fn Connection() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = live.clock();
    let state = Memo::new(move |_| live.link().state());
    let text = move || {
        let text = match state.get() {
            LinkState::Off | LinkState::Connecting => app::CONNECTING,
            LinkState::Live => app::LIVE,
            LinkState::Reconnecting { .. } => app::RECONNECTING,
            LinkState::Disconnected { .. } => app::DISCONNECTED,
        };
        text.to_owned()
    };
    let tone = move || match state.get() {
        LinkState::Off | LinkState::Connecting => Tone::Neutral,
        LinkState::Live => Tone::Good,
        LinkState::Reconnecting { .. } => Tone::Warning,
        LinkState::Disconnected { .. } => Tone::Bad,
    };
    let detail = move || {
        if matches!(
            state.get(),
            LinkState::Off | LinkState::Connecting | LinkState::Live
        ) {
            return None;
        }
        clock.track_second();
        live.link().data_age_ms(clock.page_ms()).map(app::data_age)
    };
    view! {
        <Status
            label=app::CONNECTION
            text=Signal::derive(text)
            tone=Signal::derive(tone)
            detail=Signal::derive(detail)
        />
    }
}
