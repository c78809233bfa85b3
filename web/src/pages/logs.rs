//! The log of the gateway: its last lines, as they come.

use leptos::html;
use leptos::prelude::*;

use super::BASE;
use super::objects::state::PolledView;
use crate::api::objects::Object;
use crate::components::badge::{Badge, Tone};
use crate::components::check_box::CheckBox;
use crate::components::icon::Glyph;
use crate::components::search_box::SearchBox;
use crate::messages::logs as texts;
use crate::state::polled::Polled;
use crate::state::settings::Settings;

/// So many lines are shown.
const LINES: usize = 500;
const PRIORITIES: [&str; 6] = ["alert", "error", "warning", "notice", "info", "debug"];

/// The page.
#[component]
pub fn LogsPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let priority = RwSignal::new(String::new());
    let search = RwSignal::new(String::new());
    let follow = RwSignal::new(true);
    let polled = Polled::start(
        move || {
            let wanted = priority.get();
            let wanted = if wanted.is_empty() {
                wanted
            } else {
                format!("&priority={wanted}")
            };
            format!("maxscale/logs/entries?page[size]={LINES}{wanted}")
        },
        1,
    );
    let lines = Memo::new(move |_| {
        let words = search.get().to_lowercase();
        let answers = |line: &&Object| {
            let text = format!(
                "{} {} {}",
                line.text("/message"),
                line.text("/module"),
                line.text("/session"),
            );
            let text = text.to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        let page = polled.page();
        page.objects
            .iter()
            .filter(answers)
            .cloned()
            .collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| polled.page().objects.is_empty());
    let option = move |name: &'static str| {
        view! { <option value=name prop:selected=move || priority.with(|p| p == name)>{name}</option> }
    };
    view! {
        <div class="page page-full">
            <div class="toolbar">
                <h1 class="toolbar-title">{texts::TITLE}</h1>
                <SearchBox label=texts::SEARCH hint=texts::SEARCH_HINT value=search on_change=Callback::new(move |text| search.set(text)) />
                <label class="field-pair">
                    <span>{texts::LEVELS}</span>
                    <select class="field-input" on:change:target=move |ev| priority.set(ev.target().value())>
                        <option value="">{texts::ALL}</option>
                        {PRIORITIES.map(option).collect_view()}
                    </select>
                </label>
                <span class="toolbar-space"></span>
                <CheckBox label=texts::FOLLOW checked=follow on_change=Callback::new(move |on| follow.set(on)) />
            </div>
            <div class="page-table live-data">
                <PolledView
                    polled
                    is_empty
                    empty_glyph=Glyph::Log
                    empty_title=texts::EMPTY_TITLE.to_owned()
                    empty_text=texts::EMPTY_TEXT.to_owned()
                >
                    <Lines lines follow />
                </PolledView>
            </div>
        </div>
    }
}

/// The lines. Scrolling up stops following.
#[component]
fn Lines(lines: Memo<Vec<Object>>, follow: RwSignal<bool>) -> impl IntoView {
    let list: NodeRef<html::Ol> = NodeRef::new();
    Effect::new(move || {
        lines.track();
        if let Some(list) = list.get().filter(|_| follow.get()) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let on_wheel = move |ev: leptos::ev::WheelEvent| {
        if ev.delta_y() < 0.0 {
            follow.set(false);
        }
    };
    view! {
        <ol class="log-list" node_ref=list tabindex="0" aria-label=texts::LIST on:wheel=on_wheel>
            <For each=move || lines.get() key=|line| line.id().to_owned() children=|entry| line(&entry) />
        </ol>
    }
}

fn line(line: &Object) -> impl IntoView + use<> {
    let priority = line.text("/priority").to_owned();
    let tone = match priority.as_str() {
        "alert" | "error" => Tone::Bad,
        "warning" => Tone::Warning,
        "notice" => Tone::Neutral,
        _ => Tone::Faint,
    };
    let settings = expect_context::<Settings>();
    let given = line.text("/timestamp").to_owned();
    let seconds = line.number("/unix_timestamp");
    let time = move || {
        seconds.map_or_else(
            || given.clone(),
            |seconds| settings.time(seconds as f64 * 1000.0),
        )
    };
    let session = line.text("/session").to_owned();
    let session = (!session.is_empty()).then(|| {
        let href = format!("{BASE}/sessions/{session}");
        view! { <a href=href>{texts::session(&session)}</a> }
    });
    view! {
        <li class="log-line">
            <span class="log-time">{time}</span>
            <span class="log-level"><Badge text=Signal::stored(priority) tone=Signal::stored(tone) /></span>
            <span class="log-module">{line.text("/module").to_owned()} " " {session}</span>
            <span class="log-text">{line.text("/message").to_owned()}</span>
        </li>
    }
}
