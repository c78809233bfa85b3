//! One line of the log: a row of the list, and all of it when it is selected.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::logs::LogLine;
use crate::components::badge::{Badge, Tone};
use crate::components::facts::{Fact, Facts};
use crate::components::icon::{Glyph, Icon};
use crate::messages::logs as texts;
use crate::pages::BASE;
use crate::state::settings::Settings;

/// The tone of a priority.
fn tone_of(priority: &str) -> Tone {
    match priority {
        "alert" | "error" => Tone::Bad,
        "warning" => Tone::Warning,
        "notice" => Tone::Neutral,
        _ => Tone::Faint,
    }
}

/// When a line was logged, in the time zone that one has chosen.
fn time_of(line: &LogLine, settings: Settings) -> String {
    line.at_s.map_or_else(
        || line.timestamp.clone(),
        |seconds| settings.time(seconds as f64 * 1000.0),
    )
}

/// A row.
pub(super) fn row(line: &LogLine, settings: Settings) -> AnyView {
    let own = line.clone();
    let time = move || time_of(&own, settings);
    let class = format!("log-level {}", tone_of(&line.priority).class());
    let session = line.session.as_deref().map(texts::session);
    view! {
        <span class="log-time">{time}</span>
        <span class=class>{line.priority.clone()}</span>
        <span class="log-module">{line.module.clone()}</span>
        <span class="log-session">{session}</span>
        <span class="log-text">{line.message.clone()}</span>
    }
    .into_any()
}

/// All of the selected line.
#[component]
pub(super) fn Details(
    line: Memo<Option<Arc<LogLine>>>,
    selected: RwSignal<Option<u64>>,
) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let close = move |_| selected.set(None);
    let content = move || {
        let line = line.get()?;
        let priority = line.priority.clone();
        let tone = tone_of(&priority);
        let (module, message) = (line.module.clone(), line.message.clone());
        let session = line.session.clone().map(|id| {
            let href = format!("{BASE}/sessions/{id}");
            view! { <Fact label=texts::SESSION><a href=href>{id}</a></Fact> }
        });
        Some(view! {
            <section class="log-details" aria-label=texts::DETAILS>
                <button type="button" class="icon-button log-close" aria-label=texts::CLOSE on:click=close>
                    <Icon glyph=Glyph::Close />
                </button>
                <Facts>
                    <Fact label=texts::TIME value=time_of(&line, settings) />
                    <Fact label=texts::PRIORITY>
                        <Badge text=Signal::stored(priority) tone=Signal::stored(tone) />
                    </Fact>
                    <Fact label=texts::MODULE value=module />
                    {session}
                </Facts>
                <p class="log-message">{message}</p>
            </section>
        })
    };
    view! { <div role="status">{content}</div> }
}
