//! A drawing of listeners, services, filters and servers, and how they hang together. Its nodes lead
//! to their pages.

mod drawing;

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::messages::dashboard as texts;
use crate::pages::objects::kind::Kind;
use crate::state::polled::Polled;
use drawing::{Drawing, NODE_HEIGHT, NODE_WIDTH, Node, WIDTH, draw};

/// The columns, in the order in which statements pass them.
const COLUMNS: [Kind; 4] = [
    Kind::Listeners,
    Kind::Services,
    Kind::Filters,
    Kind::Servers,
];

/// The map.
#[component]
pub(super) fn ObjectMap(on_go: Callback<String>) -> impl IntoView {
    let polled = COLUMNS
        .map(|kind| Polled::follow(kind.path(), move || kind.path().to_owned(), kind.rounds()));
    let drawing = Memo::new(move |_| draw(&polled.map(|polled| polled.page().objects.clone())));
    let size = move || format!("0 0 {WIDTH} {}", drawing.with(|drawing| drawing.height));
    let lines = move || drawing.with(|drawing| drawing.lines.join(""));
    let arrows = move || drawing.with(|drawing| drawing.arrows.join(""));
    // What changes of a node changes within it: the focus stays.
    let places = move || {
        let place = |(at, node): (usize, Node)| (at, node.kind, node.name);
        let nodes = drawing.with(|drawing| drawing.nodes.clone());
        nodes.into_iter().enumerate().map(place).collect::<Vec<_>>()
    };
    view! {
        <div class="map-scroll" tabindex="0" role="region" aria-label=texts::MAP>
            <svg class="map" viewBox=size>
                <path class="map-lines" d=lines />
                <path class="map-arrows" d=arrows />
                <For each=places key=Clone::clone children=move |(at, ..)| view! { <MapNode drawing at on_go /> } />
            </svg>
        </div>
    }
}

#[component]
fn MapNode(drawing: Memo<Drawing>, at: usize, on_go: Callback<String>) -> impl IntoView {
    let node = Memo::new(move |_| drawing.with(|drawing| drawing.nodes.get(at).cloned()));
    let part = move |part: fn(&Node) -> String| {
        Signal::derive(move || node.with(|node| node.as_ref().map(part).unwrap_or_default()))
    };
    let href = part(|node| node.kind.href(&node.name));
    let click = move |ev: MouseEvent| {
        if !(ev.ctrl_key() || ev.meta_key() || ev.shift_key()) {
            ev.prevent_default();
            on_go.run(href.get_untracked());
        }
    };
    let label = part(Node::label);
    let class = part(|node| {
        let idle = if node.is_idle { " is-idle" } else { "" };
        format!("map-node {}{idle}", node.tone.class())
    });
    view! {
        // Within a group, `a` is the link of a drawing, not that of a page.
        <g class=move || class.get()>
            <a href=move || href.get() aria-label=move || label.get() on:click=click>
                <rect x=part(|node| node.x.to_string()) y=part(|node| node.y.to_string()) width=NODE_WIDTH.to_string() height=NODE_HEIGHT.to_string() rx="5" />
                <circle cx=part(|node| (node.x + 14).to_string()) cy=part(|node| (node.y + NODE_HEIGHT / 2).to_string()) r="4" />
                <text x=part(|node| (node.x + 26).to_string()) y=part(|node| (node.y + 20).to_string())>
                    {part(|node| shortened(&node.name, &node.detail))} " "
                    <tspan class="map-detail" x=part(|node| (node.x + NODE_WIDTH - 10).to_string()) text-anchor="end">{part(|node| node.detail.clone())}</tspan>
                </text>
            </a>
        </g>
    }
}

impl Node {
    /// What is read: it contains what is seen, in its order.
    fn label(&self) -> String {
        let Self {
            kind,
            name,
            detail,
            state,
            ..
        } = self;
        format!("{} {name} {detail} {state}", kind.one())
    }
}

/// As much of a name as there is room for beside the detail.
fn shortened(name: &str, detail: &str) -> String {
    const LETTERS_MAX: usize = 22;
    let room = LETTERS_MAX - detail.chars().count().min(LETTERS_MAX / 2);
    if name.chars().count() <= room {
        return name.to_owned();
    }
    name.chars().take(room - 1).chain(['…']).collect()
}
