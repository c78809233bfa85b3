//! One session: what it is doing, the way it takes, who is at its ends.

mod facts;
mod kill;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use facts::SessionFacts;
use kill::Kill;

use super::BASE;
use crate::api::request::ApiError;
use crate::components::badge::{Badge, Tone};
use crate::components::banner::Banner;
use crate::components::button::Button;
use crate::components::facts::{Fact, Facts};
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::panel::Panel;
use crate::components::skeleton::SkeletonPanels;
use crate::format;
use crate::messages::{app, session};
use crate::state::access::Access;
use crate::state::clock::Clock;
use crate::state::live::Live;
use crate::state::session_watch::{SessionWatch, Watched};
use crate::widgets::session_connections::{AttributeTable, Cipher, ConnectionTable};
use crate::widgets::session_flow::SessionFlow;
use crate::widgets::session_overview::{OverviewCounters, OverviewFacts};

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
    let watch = SessionWatch::start(
        id,
        expect_context(),
        expect_context::<Access>(),
        expect_context(),
    );
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

#[component]
fn Shown(id: u64, watch: SessionWatch) -> impl IntoView {
    let facts = SessionFacts::new(watch, expect_context::<Live>(), expect_context::<Clock>());
    let overview = facts.overview();
    let state = Signal::derive(move || overview.with(|o| o.state.clone()));
    let tone = Signal::derive(move || overview.with(|o| o.tone));
    let ended = Memo::new(move |_| matches!(watch.watched(), Watched::Ended { .. }));
    let ended_text = move || {
        let why = match watch.watched() {
            Watched::Ended {
                reason: Some(reason),
                ..
            } => session::ended(&reason),
            _ => session::ENDED_UNKNOWN.to_owned(),
        };
        format!("{why} {}", session::ENDED_LAST)
    };
    view! {
        <div class="page" class:is-ended=move || ended.get()>
            <header class="page-head">
                <a class="back-link" href=format!("{BASE}/sessions")>
                    <Icon glyph=Glyph::Back />
                    <span>{session::ALL_SESSIONS}</span>
                </a>
                <h1 class="page-title">{session::title(id)}</h1>
                <Badge text=state tone />
                <span class="page-space"></span>
                <Kill id overview ended />
            </header>
            <Show when=move || ended.get()>
                <Banner text=Signal::derive(ended_text) tone=Tone::Warning />
            </Show>
            <OverviewCounters overview />
            <Panel title=session::FLOW class="panel-wide">
                <SessionFlow flow=facts.flow() />
            </Panel>
            <div class="panels live-data">
                <Panel title=session::OVERVIEW><OverviewFacts overview /></Panel>
                <div class="panel-stack">
                    <Panel title=session::CONNECTIONS aside=facts.connection_count()>
                        <ConnectionTable connections=facts.connections() />
                    </Panel>
                    <Panel title=session::TLS><TlsFacts facts /></Panel>
                </div>
                <div class="panel-stack">
                    <Panel title=session::ATTRIBUTES>
                        <AttributeTable attributes=facts.attributes() />
                    </Panel>
                    <Panel title=session::MEMORY><MemoryFacts facts /></Panel>
                </div>
            </div>
        </div>
    }
}

#[component]
fn TlsFacts(facts: SessionFacts) -> impl IntoView {
    let client = facts.client_cipher();
    let servers = facts.connections();
    let server = |label: String, cipher: String| {
        view! { <Fact label=label><Cipher cipher=cipher /></Fact> }
    };
    view! {
        <Facts>
            {move || server(session::TLS_CLIENT.to_owned(), client.get())}
            {move || {
                servers.get().into_iter().map(|c| server(c.server, c.cipher)).collect_view()
            }}
        </Facts>
    }
}

#[component]
fn MemoryFacts(facts: SessionFacts) -> impl IntoView {
    let memory = facts.memory();
    let total = Signal::derive(move || format::bytes(memory.get().total));
    let buffers = Signal::derive(move || format::bytes(memory.get().connection_buffers));
    let other = move || memory.with(|m| m.total.saturating_sub(m.connection_buffers));
    view! {
        <Facts>
            <Fact label=session::MEMORY_TOTAL value=total />
            <Fact label=session::MEMORY_BUFFERS value=buffers />
            <Fact label=session::MEMORY_OTHER value=Signal::derive(move || format::bytes(other())) />
        </Facts>
    }
}
