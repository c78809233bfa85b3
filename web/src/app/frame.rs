//! What stands around every page.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::commands::Commands;
use super::routes::{CurrentPage, listed};
use super::topbar::Topbar;
use crate::components::badge::Tone;
use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::messages::app;
use crate::state::live::Live;
use crate::widgets::brand::Brand;
use crate::widgets::navigation::Navigation;

/// The frame.
#[component]
pub(super) fn Frame() -> impl IntoView {
    let address = use_location().pathname;
    let path = Memo::new(move |_| address.with(|path| listed_path(path)));
    let drawer = RwSignal::new(false);
    Effect::new(move || {
        address.get();
        drawer.set(false);
    });
    let main: NodeRef<html::Main> = NodeRef::new();
    let skip = move |ev: MouseEvent| {
        // Not a place of its own: the address stays.
        ev.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    let stale = Memo::new(move |_| expect_context::<Live>().link().is_stale());
    view! {
        <a class="skip-link" href="#content" on:click=skip>{app::SKIP_LINK}</a>
        <div class="frame" class:has-drawer=move || drawer.get()>
            <aside class="sidebar" on:click=move |_| drawer.set(false)>
                <a class="home-link" href=crate::pages::BASE.to_owned() + "/"><Brand /></a>
                <Navigation items=listed() path />
            </aside>
            <div class="drawer-shade" on:click=move |_| drawer.set(false)></div>
            <div class="content">
                <Topbar drawer />
                <Banners />
                <main class="main" class:is-stale=move || stale.get() id="content" tabindex="-1" node_ref=main>
                    <CurrentPage />
                </main>
            </div>
        </div>
        <Commands />
    }
}

/// The path whose entry in the navigation a page belongs to.
fn listed_path(path: &str) -> String {
    path.replacen("/create/", "/", 1)
        .replacen("/ended", "/sessions", 1)
}

/// What concerns every page.
#[component]
fn Banners() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = live.clock();
    let stale = Memo::new(move |_| live.link().is_stale());
    let disconnected = move || {
        clock.track_second();
        app::disconnected_banner(live.link().data_age_ms(clock.page_ms()))
    };
    let fault = move || {
        live.fault()
            .map(|fault| app::fault_banner(&fault))
            .unwrap_or_default()
    };
    view! {
        <Show when=move || stale.get()>
            <Banner text=Signal::derive(disconnected) tone=Tone::Bad>
                <Button
                    label=app::RECONNECT
                    kind=ButtonKind::Quiet
                    on_press=Callback::new(move |()| live.reconnect())
                />
            </Banner>
        </Show>
        <Show when=move || live.fault().is_some()>
            <Banner text=Signal::derive(fault) tone=Tone::Warning />
        </Show>
    }
}
