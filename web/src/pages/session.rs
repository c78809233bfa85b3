//! One session: what it is doing, the way it takes, who is at its ends.

mod chain;
mod facts;
mod kill;
mod levels;
mod restart;
mod shown;

pub(super) use chain::choice;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use shown::Shown;

use super::BASE;
use crate::api::request::ApiError;
use crate::components::button::Button;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::components::skeleton::SkeletonPanels;
use crate::messages::{app, session};
use crate::state::session_watch::{SessionWatch, Watched};

/// The page. Made anew for each id.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || {
        let text = id.get();
        match text.parse::<u64>() {
            Ok(id) => view! { <OneSession id /> }.into_any(),
            Err(_) => view! { <Missing id=text /> }.into_any(),
        }
    }
}

#[component]
fn OneSession(id: u64) -> impl IntoView {
    super::set_title(&session::title(id));
    let watch = SessionWatch::start(id, expect_context());
    let kind = Memo::new(move |_| Kind::of(&watch.watched()));
    move || match kind.get() {
        Kind::Loading => view! { <SkeletonPanels label=app::LOADING panels=4 /> }.into_any(),
        Kind::Missing => view! { <Missing id=id.to_string() /> }.into_any(),
        Kind::Failed => view! { <Failed watch /> }.into_any(),
        Kind::Shown => view! { <Shown id watch /> }.into_any(),
    }
}

/// Which of its faces the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Loading,
    Shown,
    Missing,
    Failed,
}

impl Kind {
    fn of(watched: &Watched) -> Self {
        match watched {
            Watched::Loading => Self::Loading,
            Watched::Alive(_) | Watched::Ended { last: Some(_), .. } => Self::Shown,
            Watched::Ended { last: None, .. } | Watched::Missing => Self::Missing,
            Watched::Failed(_) => Self::Failed,
        }
    }
}

#[component]
fn Missing(id: String) -> impl IntoView {
    super::set_title(&session::missing_title(&id));
    view! {
        <Notice is_page=true glyph=Glyph::Empty title=session::missing_title(&id) text=session::MISSING_TEXT>
            <a class="button" href=format!("{BASE}/sessions")>{app::NOT_FOUND_LINK}</a>
        </Notice>
    }
}

#[component]
fn Failed(watch: SessionWatch) -> impl IntoView {
    let error = move || match watch.watched() {
        Watched::Failed(error) => Some(error),
        _ => None,
    };
    let glyph = match error() {
        Some(ApiError::Forbidden(_)) => Glyph::Lock,
        _ => Glyph::Alert,
    };
    let text = move || {
        error()
            .map(|error| error.detail().to_owned())
            .unwrap_or_default()
    };
    view! {
        <Notice is_page=true glyph title=session::FAILED_TITLE text=Signal::derive(text)>
            <Button label=app::RETRY on_press=Callback::new(move |()| watch.fetch()) />
        </Notice>
    }
}
