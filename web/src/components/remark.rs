//! A remark on something that was done, until somebody has read it.

use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use super::icon::{Glyph, Icon};

/// The remark, if there is one. Read out when it comes.
#[component]
pub fn Remark(
    /// What is remarked; closing it takes it away.
    text: RwSignal<Option<String>>,
    /// The name of the button that closes it.
    close: &'static str,
) -> impl IntoView {
    let is_there = Memo::new(move |_| text.with(Option::is_some));
    let on_press = Callback::new(move |()| text.set(None));
    view! {
        // The place is there before the remark: only then is it read out.
        <div class="remark-place" role="status">
            <Show when=move || is_there.get()>
                <div class="remark">
                    <Icon glyph=Glyph::Info />
                    <p class="remark-text">{move || text.get()}</p>
                    <Button label=close glyph=Glyph::Close kind=ButtonKind::Quiet icon_only=true on_press />
                </div>
            </Show>
        </div>
    }
}
