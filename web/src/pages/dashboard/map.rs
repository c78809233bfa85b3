//! A drawing of listeners, services, filters and servers, and how they hang together. Its nodes lead
//! to their pages.

mod drawing;

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::messages::dashboard as texts;
use crate::pages::objects::kind::Kind;
use crate::state::polled::Polled;
use drawing::{NODE_HEIGHT, NODE_WIDTH, Node, WIDTH, draw};

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
    view! {
        <div class="map-scroll" tabindex="0" role="region" aria-label=texts::MAP>
            <svg class="map" viewBox=size>
                <path class="map-lines" d=lines />
                <For
                    each=move || drawing.get().nodes
                    key=|node| node.clone()
                    children=move |node| view! { <MapNode node on_go /> }
                />
            </svg>
        </div>
    }
}

#[component]
fn MapNode(node: Node, on_go: Callback<String>) -> impl IntoView {
    let Node {
        kind,
        name,
        state,
        tone,
        detail,
        is_idle,
        x,
        y,
    } = node;
    let href = kind.href(&name);
    let to = href.clone();
    let click = move |ev: MouseEvent| {
        if !(ev.ctrl_key() || ev.meta_key() || ev.shift_key()) {
            ev.prevent_default();
            on_go.run(to.clone());
        }
    };
    let label = format!("{} {name} {state} {detail}", kind.one());
    let class = format!("map-node {}", tone.class());
    let middle = y + NODE_HEIGHT / 2;
    let text = y + 20;
    view! {
        // Within a group, `a` is the link of a drawing, not that of a page.
        <g class=class class:is-idle=is_idle>
            <a href=href on:click=click>
                <title>{label}</title>
                <rect x=x.to_string() y=y.to_string() width=NODE_WIDTH.to_string() height=NODE_HEIGHT.to_string() rx="5" />
                <circle cx=(x + 14).to_string() cy=middle.to_string() r="4" />
                <text x=(x + 26).to_string() y=text.to_string()>{shortened(&name, &detail)}</text>
                <text class="map-detail" aria-hidden="true" x=(x + NODE_WIDTH - 10).to_string() y=text.to_string() text-anchor="end">{detail}</text>
            </a>
        </g>
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
