//! The states that every page with polled data has: loading, empty, failed, not allowed, gone.

use leptos::prelude::*;

use crate::api::request::ApiError;
use crate::components::button::Button;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::components::skeleton::SkeletonTable;
use crate::messages::{app, objects as texts};
use crate::state::polled::{Fetched, Polled};

/// Which of its faces a page shows.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    Loading,
    Failed(ApiError),
    Empty,
    Shown,
}

/// Shows its children when there is something to show.
#[component]
pub(in crate::pages) fn PolledView(
    /// The data.
    polled: Polled,
    /// Whether there is nothing.
    #[prop(into)]
    is_empty: Signal<bool>,
    /// The sign of nothing.
    empty_glyph: Glyph,
    /// What is the matter then.
    empty_title: String,
    /// What to do about it.
    empty_text: String,
    /// What is shown.
    children: ChildrenFn,
) -> impl IntoView {
    let face = Memo::new(move |_| match polled.fetched() {
        Fetched::Loading => Face::Loading,
        Fetched::Failed(error) => Face::Failed(error),
        Fetched::Ready(_) if is_empty.get() => Face::Empty,
        Fetched::Ready(_) => Face::Shown,
    });
    move || match face.get() {
        Face::Loading => view! { <SkeletonTable label=app::LOADING rows=8 /> }.into_any(),
        Face::Failed(error) => {
            view! { <FailedNotice error retry=Callback::new(move |()| polled.ask()) /> }.into_any()
        }
        Face::Empty => {
            view! { <Notice glyph=empty_glyph title=empty_title.clone() text=empty_text.clone() /> }
                .into_any()
        }
        Face::Shown => children().into_any(),
    }
}

/// What failed, and a way to try again.
#[component]
pub(in crate::pages) fn FailedNotice(
    /// Why.
    error: ApiError,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    let (glyph, title, text) = match error {
        ApiError::Forbidden(detail) => (Glyph::Lock, texts::NOT_ALLOWED, detail),
        error => (Glyph::Alert, texts::FAILED, error.detail().to_owned()),
    };
    view! {
        <Notice glyph title text>
            <Button label=app::RETRY on_press=retry />
        </Notice>
    }
}
