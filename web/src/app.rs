//! The composition root: state, router, frame.

mod commands;
mod frame;
mod routes;
mod topbar;

use leptos::prelude::*;
use leptos_router::components::Router;

use commands::HelpOpen;
use frame::Frame;

use crate::components::button::Button;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::components::skeleton::SkeletonTable;
use crate::components::virtual_table::model::TablePlace;
use crate::messages::app;
use crate::pages::BASE;
use crate::pages::login::LoginPage;
use crate::pages::sessions::SessionsPlace;
use crate::state::access::{Access, AccessState};
use crate::state::chain::editing::KeptDrafts;
use crate::state::clock::Clock;
use crate::state::live::Live;
use crate::state::palette::Palette;
use crate::state::remarks::RemarkOnTheWay;
use crate::state::settings::Settings;

/// The console.
#[component]
pub fn App() -> impl IntoView {
    let clock = Clock::start();
    let access = Access::unknown();
    provide_context(access);
    provide_context(Live::start(clock, access));
    provide_context(Settings::remembered());
    provide_context(Palette::new());
    provide_context(HelpOpen(RwSignal::new(false)));
    provide_context(KeptDrafts::default());
    provide_context(RemarkOnTheWay::default());
    provide_context(SessionsPlace(TablePlace::new()));
    access.check();

    let state = Memo::new(move |_| access.state());
    let body = move || match state.get() {
        AccessState::Checking => view! { <SkeletonTable label=app::LOADING rows=12 /> }.into_any(),
        AccessState::Unreachable(detail) => view! {
            <Notice
                is_page=true
                glyph=Glyph::Alert
                title=app::UNREACHABLE_TITLE
                text=format!("{} {detail}", app::UNREACHABLE_TEXT)
            >
                <Button label=app::RETRY on_press=Callback::new(move |()| access.check()) />
            </Notice>
        }
        .into_any(),
        AccessState::Out { .. } => view! { <LoginPage /> }.into_any(),
        AccessState::In => view! { <Frame /> }.into_any(),
    };
    view! { <Router base=BASE>{body}</Router> }
}
