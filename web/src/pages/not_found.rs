//! What stands at an address that is no page.

use leptos::prelude::*;

use super::BASE;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::messages::app;

/// The page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    super::set_title(app::NOT_FOUND_TITLE);
    view! {
        <Notice is_page=true glyph=Glyph::Empty title=app::NOT_FOUND_TITLE text=app::NOT_FOUND_TEXT>
            <a class="button" href=format!("{BASE}/sessions")>{app::NOT_FOUND_LINK}</a>
        </Notice>
    }
}
