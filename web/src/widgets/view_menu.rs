//! The menu of views: those that everyone has, those that one has saved, and a way to save one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::components::menu::Menu;
use crate::messages::sessions as texts;
use crate::state::saved_views::{NamedView, Query, SavedViews, common};

/// The menu.
#[component]
pub fn ViewMenu(
    /// What the address says now, without tracking.
    now: Callback<(), Query>,
    /// Where the API tells the same, and whether it can't be asked for all of it.
    #[prop(into)]
    same: Signal<(String, bool)>,
    /// Another view is wanted.
    on_open: Callback<Query>,
) -> impl IntoView {
    let views = SavedViews::remembered();
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let choose = Callback::new(move |query: Query| {
        open.set(false);
        on_open.run(query);
    });
    let common = move || {
        let view = |(name, query): NamedView| view! { <li>{choice(name, query, choose)}</li> };
        common().into_iter().map(view).collect_view()
    };
    let saved = move || {
        let view = move |(name, query): NamedView| {
            let own = name.clone();
            view! {
                <li class="view-saved">
                    {choice(name, query, choose)}
                    <button type="button" class="icon-button" aria-label=texts::forget(&own) on:click=move |_| views.remove(&own)>
                        <Icon glyph=Glyph::Close />
                    </button>
                </li>
            }
        };
        views.all().into_iter().map(view).collect_view()
    };
    let save = move |ev: SubmitEvent| {
        ev.prevent_default();
        views.save(&name.get_untracked(), now.run(()));
        name.set(String::new());
    };
    view! {
        <Menu label=texts::VIEWS glyph=Glyph::Map open>
            <ul class="chooser view-list" aria-label=texts::VIEWS>{common()} {saved}</ul>
            <form class="view-save" on:submit=save>
                <input
                    class="field-input"
                    type="text"
                    aria-label=texts::VIEW_NAME
                    placeholder=texts::VIEW_NAME
                    autocomplete="off"
                    maxlength="60"
                    prop:value=move || name.get()
                    on:input:target=move |ev| name.set(ev.target().value())
                />
                <button type="submit" class="button">{texts::VIEW_SAVE}</button>
            </form>
            <p class="view-api">
                <a href=move || same.get().0 target="_blank" rel="noopener">{texts::SAME_API}</a>
                <Show when=move || same.get().1>
                    <span class="form-about">{texts::SAME_API_PART}</span>
                </Show>
            </p>
        </Menu>
    }
}

fn choice(name: String, query: Query, choose: Callback<Query>) -> impl IntoView {
    view! {
        <button type="button" class="action" on:click=move |_| choose.run(query.clone())>{name}</button>
    }
}
