//! A drawing of the way from the client through the service to the servers.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::messages::{chain, session};

/// The way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// The client.
    pub client: FlowNode,
    /// The filters that act, in order.
    pub filters: Vec<String>,
    /// The service.
    pub service: FlowNode,
    /// The servers.
    pub servers: Vec<FlowNode>,
    /// Whether something flows now.
    pub busy: bool,
}

/// A station on the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowNode {
    /// Its name.
    pub name: String,
    /// A fact about it.
    pub detail: String,
    /// Whether the way to it is encrypted.
    pub secure: bool,
    /// Statements that came from there or went there, where they are counted.
    pub statements: Option<u64>,
}

impl FlowNode {
    /// What is told of it to those who don't see it.
    fn label(&self) -> String {
        match self.statements {
            Some(count) => session::flow_station(&self.name, count),
            None => self.name.clone(),
        }
    }
}

/// The drawing.
#[component]
pub fn SessionFlow(
    /// The way.
    #[prop(into)]
    flow: Signal<Flow>,
) -> impl IntoView {
    let client = Memo::new(move |_| flow.with(|flow| flow.client.clone()));
    let service = Memo::new(move |_| flow.with(|flow| flow.service.clone()));
    let filters = Memo::new(move |_| flow.with(|flow| flow.filters.clone()));
    // The boxes stay while their counts grow.
    let servers = Memo::new(move |_| flow.with(|flow| flow.servers.len()));
    let label = move || {
        let labels =
            |flow: &Flow| -> Vec<String> { flow.servers.iter().map(FlowNode::label).collect() };
        let servers = flow.with(labels);
        let servers = if servers.is_empty() {
            session::NO_CONNECTIONS.to_owned()
        } else {
            servers.join(", ")
        };
        let filters = chain::line(&filters.get());
        let (client, service) = (client.get().label(), service.get().label());
        session::flow_label(&client, &filters, &service, &servers)
    };
    let server = move |at: usize| {
        let node = move |flow: &Flow| flow.servers.get(at).cloned().unwrap_or_default();
        let node = Memo::new(move |_| flow.with(node));
        view! {
            <div class="flow-server">
                <span class="flow-line"></span>
                <FlowBox glyph=Glyph::Server node />
            </div>
        }
    };
    view! {
        <div class="flow live-data" class:is-busy=move || flow.with(|flow| flow.busy) class:has-filters=move || filters.with(|f| !f.is_empty()) role="img" aria-label=label>
            <FlowBox glyph=Glyph::User node=client />
            <span class="flow-line"></span>
            <Show when=move || filters.with(|filters| !filters.is_empty())>
                <ol class="flow-filters">
                    {move || filters.get().into_iter().map(|name| view! { <li class="flow-filter"><Icon glyph=Glyph::Filter />{name}</li> }).collect_view()}
                </ol>
                <span class="flow-line"></span>
            </Show>
            <FlowBox glyph=Glyph::Service node=service />
            <span class="flow-line flow-fan"></span>
            <div class="flow-servers">
                {move || {
                    match servers.get() {
                        0 => view! { <p class="flow-none">{session::NO_CONNECTIONS}</p> }.into_any(),
                        count => (0..count).map(server).collect_view().into_any(),
                    }
                }}
            </div>
        </div>
    }
}

#[component]
fn FlowBox(glyph: Glyph, #[prop(into)] node: Signal<FlowNode>) -> impl IntoView {
    view! {
        <div class="flow-box">
            <Icon glyph=glyph />
            <span class="flow-name">{move || node.with(|node| node.name.clone())}</span>
            <Show when=move || node.with(|node| node.secure)>
                <span class="flow-lock"><Icon glyph=Glyph::Lock /></span>
            </Show>
            <span class="flow-detail">{move || node.with(|node| node.detail.clone())}</span>
            <Show when=move || node.with(|node| node.statements.is_some())>
                <span class="flow-count">{move || node.with(|node| node.statements.map(session::statements))}</span>
            </Show>
        </div>
    }
}
