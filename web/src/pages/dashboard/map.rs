//! A drawing of listeners, services, filters and servers, and how they hang together. Its nodes lead
//! to their pages.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::api::objects::Object;
use crate::components::badge::Tone;
use crate::messages::dashboard as texts;
use crate::pages::objects::kind::{Kind, state_of};
use crate::state::polled::Polled;

/// The columns, in the order in which statements pass them.
const COLUMNS: [Kind; 4] = [
    Kind::Listeners,
    Kind::Services,
    Kind::Filters,
    Kind::Servers,
];
const WIDTH: usize = 960;
const NODE_WIDTH: usize = 180;
const NODE_HEIGHT: usize = 30;
const ROW: usize = 40;

/// A node of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    kind: Kind,
    name: String,
    state: String,
    tone: Tone,
    x: usize,
    y: usize,
}

/// The drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Drawing {
    nodes: Vec<Node>,
    /// The paths of the lines between them.
    lines: Vec<String>,
    height: usize,
}

/// The map.
#[component]
pub(super) fn ObjectMap(on_go: Callback<String>) -> impl IntoView {
    let polled = COLUMNS.map(|kind| Polled::start(move || kind.path().to_owned(), 2));
    let drawing = Memo::new(move |_| draw(&polled.map(|polled| polled.page().objects.clone())));
    let node = move |node: Node| {
        let href = node.kind.href(&node.name);
        let to = href.clone();
        let click = move |ev: MouseEvent| {
            if !(ev.ctrl_key() || ev.meta_key() || ev.shift_key()) {
                ev.prevent_default();
                on_go.run(to.clone());
            }
        };
        let Node {
            name,
            state,
            tone,
            x,
            y,
            kind,
        } = node;
        let label = format!("{} {name} {state}", kind.one());
        view! {
            // Within a group, `a` is the link of a drawing, not that of a page.
            <g class=format!("map-node {}", tone.class())>
                <a href=href aria-label=label on:click=click>
                    <rect x=x.to_string() y=y.to_string() width=NODE_WIDTH.to_string() height=NODE_HEIGHT.to_string() rx="5" />
                    <circle cx=(x + 14).to_string() cy=(y + NODE_HEIGHT / 2).to_string() r="4" />
                    <text x=(x + 26).to_string() y=(y + 20).to_string()>{shortened(&name)}</text>
                </a>
            </g>
        }
    };
    let size = move || format!("0 0 {WIDTH} {}", drawing.with(|drawing| drawing.height));
    let lines = move || drawing.with(|drawing| drawing.lines.join(""));
    view! {
        <div class="map-scroll" tabindex="0" role="region" aria-label=texts::MAP>
            <svg class="map" viewBox=size>
                <path class="map-lines" d=lines />
                {move || drawing.get().nodes.into_iter().map(node).collect_view()}
            </svg>
        </div>
    }
}

fn shortened(name: &str) -> String {
    const LETTERS_MAX: usize = 20;
    if name.chars().count() <= LETTERS_MAX {
        return name.to_owned();
    }
    name.chars().take(LETTERS_MAX - 1).chain(['…']).collect()
}

fn draw(columns: &[Vec<Object>; 4]) -> Drawing {
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let step = (WIDTH - NODE_WIDTH) / (COLUMNS.len() - 1);
    let mut drawing = Drawing {
        height: tallest.max(1) * ROW,
        ..Drawing::default()
    };
    for (at, (kind, objects)) in COLUMNS.iter().zip(columns).enumerate() {
        let free = (tallest - objects.len()) * ROW / 2;
        for (row, object) in objects.iter().enumerate() {
            let state = state_of(object);
            drawing.nodes.push(Node {
                kind: *kind,
                name: object.id().to_owned(),
                state: state.text,
                tone: state.tone,
                x: at * step,
                y: free + row * ROW + (ROW - NODE_HEIGHT) / 2,
            });
        }
    }
    for service in &columns[1] {
        let own = (Kind::Services, service.id().to_owned());
        let mut join = |from: &(Kind, String), to: &(Kind, String)| {
            drawing.lines.extend(line(&drawing.nodes, from, to));
        };
        for listener in service.related("listeners") {
            join(&(Kind::Listeners, listener), &own);
        }
        let filters = service.related("filters");
        // Through its filters, in order, to its servers.
        let last = filters.into_iter().fold(own, |from, filter| {
            let to = (Kind::Filters, filter);
            join(&from, &to);
            to
        });
        for server in service.related("servers") {
            join(&last, &(Kind::Servers, server));
        }
    }
    drawing
}

/// The path between two nodes; within a column it goes around its right side.
fn line(nodes: &[Node], from: &(Kind, String), to: &(Kind, String)) -> Option<String> {
    let find = |(kind, name): &(Kind, String)| {
        nodes
            .iter()
            .find(|node| node.kind == *kind && node.name == *name)
    };
    let (from, to) = (find(from)?, find(to)?);
    let (x1, y1) = (from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2);
    let y2 = to.y + NODE_HEIGHT / 2;
    if from.x == to.x {
        let out = x1 + 26;
        return Some(format!("M{x1} {y1}C{out} {y1} {out} {y2} {x1} {y2}"));
    }
    let x2 = to.x;
    let middle = x1.midpoint(x2);
    Some(format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(id: &str, related: &str) -> Object {
        let text = format!(
            r#"{{"id":"{id}","type":"x","attributes":{{"state":"Running"}},"relationships":{related}}}"#
        );
        let resource: sluicegate_shared::jsonapi::Resource<serde_json::Value> =
            serde_json::from_str(&text).unwrap();
        resource.into()
    }

    #[test]
    fn a_service_hangs_between_its_listeners_and_its_servers() {
        let service = object(
            "s",
            r#"{"listeners":{"data":[{"id":"l","type":"listeners"}]},
                "filters":{"data":[{"id":"f","type":"filters"}]},
                "servers":{"data":[{"id":"db1","type":"servers"},{"id":"db2","type":"servers"},
                                   {"id":"gone","type":"servers"}]}}"#,
        );
        let columns = [
            vec![object("l", "{}")],
            vec![service],
            vec![object("f", "{}")],
            vec![object("db1", "{}"), object("db2", "{}")],
        ];
        let drawing = draw(&columns);
        assert_eq!(drawing.nodes.len(), 5);
        assert_eq!(drawing.lines.len(), 4, "{:?}", drawing.lines);
        assert_eq!(drawing.height, 2 * ROW);
        assert_eq!(draw(&[vec![], vec![], vec![], vec![]]).height, ROW);
    }
}
