//! The page of a session that is known, alive or ended.

use leptos::prelude::*;
use sluicegate_shared::session::{ConnectionBuffers, SessionMemory};

use super::chain::SessionChain;
use super::facts::SessionFacts;
use super::kill::Kill;
use super::levels::LogLevels;
use super::restart::Restart;
use crate::components::badge::{Badge, Tone};
use crate::components::banner::Banner;
use crate::components::facts::{Fact, Facts};
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::format;
use crate::messages::session;
use crate::pages::BASE;
use crate::state::session_watch::{SessionWatch, Watched};
use crate::widgets::session_connections::{AttributeTable, Cipher, ConnectionTable};
use crate::widgets::session_flow::SessionFlow;
use crate::widgets::session_overview::{OverviewCounters, OverviewFacts};
use crate::widgets::session_statements::{LogTail, StatementTable};

/// The page.
#[component]
pub(super) fn Shown(id: u64, watch: SessionWatch) -> impl IntoView {
    let facts = SessionFacts::new(watch, expect_context());
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
                <Restart id ended />
                <Kill id overview ended />
            </header>
            <Show when=move || ended.get()>
                <Banner text=Signal::derive(ended_text) tone=Tone::Warning />
            </Show>
            <OverviewCounters overview />
            <Panel title=session::FLOW class="panel-wide">
                <SessionFlow flow=facts.flow() />
            </Panel>
            <div class="session-columns">
                <SessionChain id watch ended />
                <div>
                    <Panel title=session::STATEMENT_LIST class="live-data">
                        <StatementTable statements=facts.statements() />
                    </Panel>
                    <Panel title=session::LOG class="live-data"><LogTail lines=facts.log() /></Panel>
                </div>
            </div>
            <div class="panels live-data">
                <div class="panel-stack">
                    <Panel title=session::OVERVIEW><OverviewFacts overview /></Panel>
                    <LogLevels id watch ended />
                </div>
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
                    <Panel title=session::HISTORY><HistoryFacts facts /></Panel>
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
fn HistoryFacts(facts: SessionFacts) -> impl IntoView {
    let history = facts.history();
    let fact = move |(at, label): (usize, &'static str)| {
        let count =
            move || history.with(|history| history.get(at).map(|count| format::count(*count)));
        view! { <Fact label value=Signal::derive(count) /> }
    };
    view! {
        <Facts>{session::HISTORY_FACTS.into_iter().enumerate().map(fact).collect_view()}</Facts>
    }
}

#[component]
fn MemoryFacts(facts: SessionFacts) -> impl IntoView {
    let memory = facts.memory();
    let total = Signal::derive(move || format::bytes(memory.get().total));
    let parts = move || {
        let SessionMemory {
            connection_buffers,
            total,
            ..
        } = memory.get();
        connection_buffers.map(|ConnectionBuffers { total: buffers }| {
            let other = format::bytes(total.saturating_sub(buffers));
            view! {
                <Fact label=session::MEMORY_BUFFERS value=format::bytes(buffers) />
                <Fact label=session::MEMORY_OTHER value=other />
            }
        })
    };
    view! {
        <Facts>
            <Fact label=session::MEMORY_TOTAL value=total />
            {parts}
        </Facts>
    }
}
