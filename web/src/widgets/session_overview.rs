//! The facts of a session at a glance.

use leptos::prelude::*;

use crate::components::badge::{Badge, Tone};
use crate::components::facts::{Fact, Facts};
use crate::format;
use crate::messages::session;

/// The facts, as texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// What it is doing.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// The user.
    pub user: String,
    /// The client's address and port.
    pub client: String,
    /// The service.
    pub service: String,
    /// The listener; empty when the server does not tell.
    pub listener: String,
    /// The default database.
    pub database: Option<String>,
    /// Whether a transaction is open.
    pub transaction: bool,
    /// Since when it lives.
    pub connected: String,
    /// How long it lives.
    pub age: String,
    /// How long nothing happened.
    pub idle: String,
    /// The worker.
    pub thread: usize,
    /// Statements since the start.
    pub statements: String,
    /// Statements a second.
    pub rate: String,
    /// Packets and chunks moved.
    pub io: String,
}

/// Everything but the counters.
#[component]
pub fn OverviewFacts(
    /// The facts.
    #[prop(into)]
    overview: Signal<Overview>,
) -> impl IntoView {
    let text = move |part: fn(&Overview) -> String| Signal::derive(move || overview.with(part));
    let database = text(|o| {
        o.database
            .clone()
            .unwrap_or(session::DATABASE_NONE.to_owned())
    });
    let transaction = text(|o| {
        let text = if o.transaction {
            session::TRANSACTION_OPEN
        } else {
            session::TRANSACTION_NONE
        };
        text.to_owned()
    });
    let transaction_tone = move || {
        overview.with(|o| {
            if o.transaction {
                Tone::Warning
            } else {
                Tone::Neutral
            }
        })
    };
    view! {
        <Facts>
            <Fact label=session::STATE>
                <Badge text=text(|o| o.state.clone()) tone=Signal::derive(move || overview.with(|o| o.tone)) />
            </Fact>
            <Fact label=session::USER value=text(|o| o.user.clone()) />
            <Fact label=session::CLIENT value=text(|o| o.client.clone()) />
            <Fact label=session::SERVICE value=text(|o| o.service.clone()) />
            <Fact label=session::LISTENER value=text(|o| or_none(&o.listener)) />
            <Fact label=session::DATABASE value=database />
            <Fact label=session::TRANSACTION>
                <Badge text=transaction tone=Signal::derive(transaction_tone) />
            </Fact>
            <Fact label=session::CONNECTED value=text(|o| o.connected.clone()) />
            <Fact label=session::THREAD value=text(|o| session::thread(o.thread)) />
        </Facts>
    }
}

fn or_none(text: &str) -> String {
    if text.is_empty() { format::NONE } else { text }.to_owned()
}

/// The counters, large.
#[component]
pub fn OverviewCounters(
    /// The facts.
    #[prop(into)]
    overview: Signal<Overview>,
) -> impl IntoView {
    let counter = move |label: &'static str, part: fn(&Overview) -> &String| {
        view! {
            <div class="counter">
                <dt class="counter-label">{label}</dt>
                <dd class="counter-value">{move || overview.with(|o| part(o).clone())}</dd>
            </div>
        }
    };
    view! {
        <dl class="counters live-data">
            {counter(session::CONNECTED, |o| &o.age)}
            {counter(session::IDLE, |o| &o.idle)}
            {counter(session::STATEMENTS, |o| &o.statements)}
            {counter(session::RATE, |o| &o.rate)}
            {counter(session::IO, |o| &o.io)}
        </dl>
    }
}
