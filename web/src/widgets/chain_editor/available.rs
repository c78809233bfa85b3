//! The filters that can be put in.

use leptos::prelude::*;

use super::{FilterChoice, Parts};
use crate::components::icon::{Glyph, Icon};
use crate::components::search_box::SearchBox;
use crate::messages::{app, chain};
use crate::state::chain::draft::Edit;

/// The list.
#[component]
pub(super) fn AvailableFilters(parts: Parts) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let words: Vec<String> = search.with(|text| {
            let words = text.split_whitespace();
            words.map(str::to_lowercase).collect()
        });
        let answers = |choice: &&FilterChoice| {
            let FilterChoice {
                name,
                module,
                description,
            } = choice;
            let text = format!("{name} {module} {description}").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        parts
            .choices()
            .with(|choices| choices.iter().filter(answers).cloned().collect::<Vec<_>>())
    });
    let nothing = move || {
        let none = parts.choices().with(Vec::is_empty);
        if none {
            chain::NO_FILTERS
        } else {
            chain::NO_MATCH
        }
    };
    view! {
        <section class="chain-available" aria-label=chain::AVAILABLE>
            <h3 class="chain-heading">{chain::AVAILABLE}</h3>
            <SearchBox
                label=chain::SEARCH
                hint=chain::SEARCH_HINT
                value=search
                on_change=Callback::new(move |text| search.set(text))
            />
            <ul class="choice-list">
                <For each=move || found.get() key=FilterChoice::clone children=move |choice| view! { <Choice parts choice /> } />
            </ul>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="chain-none">{nothing}</p>
            </Show>
        </section>
    }
}

#[component]
fn Choice(parts: Parts, choice: FilterChoice) -> impl IntoView {
    let FilterChoice {
        name,
        module,
        description,
    } = choice;
    let own = StoredValue::new(name.clone());
    let is_in = Memo::new(move |_| {
        own.with_value(|name| {
            parts
                .editing()
                .draft()
                .with(|draft| draft.chain().contains(name))
        })
    });
    let add = move |_| {
        let name = own.get_value();
        parts.edit(Edit::Insert {
            name,
            at: usize::MAX,
        });
    };
    let disabled = move || {
        is_in
            .get()
            .then(|| chain::IN_CHAIN.to_owned())
            .or_else(|| parts.locked().get())
    };
    let press = move |ev: leptos::ev::PointerEvent| {
        if !is_in.get_untracked() {
            parts.drag().press(&own.get_value(), &ev);
        }
    };
    let label = chain::add(&name);
    let title = description.clone();
    view! {
        <li class="choice" class:is-in=move || is_in.get() title=title on:pointerdown=press>
            <span class="choice-grip"><Icon glyph=Glyph::Filter /></span>
            <span class="choice-name">{name}</span>
            <span class="choice-module">{module}</span>
            <span class="choice-text">{description}</span>
            <button
                type="button"
                class="icon-button"
                aria-label=label
                aria-disabled=move || disabled().map(|_| "true")
                title=move || disabled().unwrap_or_else(|| app::ADD.to_owned())
                on:click=add
            >
                <Icon glyph=Signal::derive(move || if is_in.get() { Glyph::Check } else { Glyph::Plus }) />
            </button>
        </li>
    }
}
