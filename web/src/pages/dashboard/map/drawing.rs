//! Where the nodes and lines of the map are. Each service has a lane of its own, with its listeners
//! at the left and its chain of filters at the right, so that no line passes behind a node.

use crate::api::objects::Object;
use crate::components::badge::Tone;
use crate::format;
use crate::messages::dashboard as texts;
use crate::pages::objects::kind::{Kind, state_of};

pub(super) const WIDTH: usize = 960;
pub(super) const NODE_WIDTH: usize = 192;
pub(super) const NODE_HEIGHT: usize = 30;
const ROW: usize = 40;
/// Between lanes.
const GAP: usize = 12;
const STEP: usize = (WIDTH - NODE_WIDTH) / 3;
/// How far lines from service to service reach out.
const BEND: usize = 58;

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) tone: Tone,
    /// A figure beside the name.
    pub(super) detail: String,
    /// Nothing leads through it.
    pub(super) is_idle: bool,
    pub(super) x: usize,
    pub(super) y: usize,
}

/// The drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Drawing {
    pub(super) nodes: Vec<Node>,
    /// The paths of the lines between them.
    pub(super) lines: Vec<String>,
    /// The heads of those that lead from a service to another one.
    pub(super) arrows: Vec<String>,
    pub(super) height: usize,
}

/// A service with what hangs on it, and where its lane is.
struct Lane<'a> {
    service: &'a Object,
    listeners: Vec<&'a Object>,
    filters: Vec<&'a Object>,
    top: usize,
    height: usize,
}

impl Lane<'_> {
    /// Where so many nodes in the middle of it begin.
    fn centred(&self, count: usize) -> usize {
        self.top + (self.height - count * ROW) / 2
    }

    /// The middle of its service.
    fn middle(&self) -> usize {
        self.centred(1) + ROW / 2
    }
}

/// Draws listeners, services, filters and servers.
pub(super) fn draw([listeners, services, filters, servers]: &[Vec<Object>; 4]) -> Drawing {
    let (lanes, end) = lanes(listeners, services, filters);
    let idle = filters.iter().filter(|filter| {
        let is_own = |own: &&Object| own.id() == filter.id();
        !lanes.iter().any(|lane| lane.filters.iter().any(is_own))
    });
    let idle: Vec<&Object> = idle.collect();
    let height = (end + idle.len() * ROW).max(servers.len() * ROW).max(ROW);
    let mut drawing = Drawing {
        height,
        ..Drawing::default()
    };
    // Servers stand in the middle of what leads to them.
    let middle = if end == 0 { height } else { end };
    let top = middle.saturating_sub(servers.len() * ROW) / 2;
    let places = servers.iter().enumerate();
    let places: Vec<(String, usize)> = places
        .map(|(row, server)| {
            let y = drawing.put(Kind::Servers, server, 3, top + row * ROW, false);
            (server.id().to_owned(), y)
        })
        .collect();
    for lane in &lanes {
        drawing.lane(lane, &places);
    }
    drawing.inner(&lanes);
    for (row, filter) in idle.into_iter().enumerate() {
        drawing.put(Kind::Filters, filter, 2, end + row * ROW, true);
    }
    drawing
}

/// The lanes from top to bottom, and where the last one ends.
fn lanes<'a>(
    listeners: &'a [Object],
    services: &'a [Object],
    filters: &'a [Object],
) -> (Vec<Lane<'a>>, usize) {
    let find = |all: &'a [Object], names: Vec<String>| -> Vec<&'a Object> {
        let found = names.into_iter();
        found
            .filter_map(|name| all.iter().find(|object| object.id() == name))
            .collect()
    };
    let mut top = 0;
    let lanes = services.iter().map(|service| {
        let listeners = find(listeners, service.related("listeners"));
        let filters = find(filters, service.related("filters"));
        let height = listeners.len().max(filters.len()).max(1) * ROW;
        let lane = Lane {
            service,
            listeners,
            filters,
            top,
            height,
        };
        top += height + GAP;
        lane
    });
    let lanes: Vec<Lane<'a>> = lanes.collect();
    (lanes, top)
}

impl Drawing {
    /// Puts a node into a row; tells where its middle is.
    fn put(&mut self, kind: Kind, object: &Object, column: usize, top: usize, idle: bool) -> usize {
        let mut state = state_of(object);
        let inner = object.related(Kind::Services.path());
        if kind == Kind::Services && !inner.is_empty() {
            state.text = texts::leads_to(&state.text, &inner);
        }
        let y = top + (ROW - NODE_HEIGHT) / 2;
        self.nodes.push(Node {
            kind,
            name: object.id().to_owned(),
            tone: if idle { Tone::Faint } else { state.tone },
            state: state.text,
            detail: detail(kind, object),
            is_idle: idle,
            x: column * STEP,
            y,
        });
        y + NODE_HEIGHT / 2
    }

    /// Lines from services to services, at their left: what is routed to a service begins there as
    /// what comes from its listeners does.
    fn inner(&mut self, lanes: &[Lane<'_>]) {
        for from in lanes {
            for name in from.service.related(Kind::Services.path()) {
                let Some(to) = lanes.iter().find(|lane| lane.service.id() == name) else {
                    continue;
                };
                let (begin, end) = (from.middle(), to.middle());
                let out = STEP - BEND.min(STEP / 8 + begin.abs_diff(end) / 8);
                let (tip, back) = (STEP - 2, STEP - 9);
                let line = format!("M{STEP} {begin}C{out} {begin} {out} {end} {tip} {end}");
                self.lines.push(line);
                let (above, below) = (end - 4, end + 4);
                let arrow = format!("M{back} {above}L{tip} {end}L{back} {below}Z");
                self.arrows.push(arrow);
            }
        }
    }

    fn lane(&mut self, lane: &Lane<'_>, servers: &[(String, usize)]) {
        let own = self.put(Kind::Services, lane.service, 1, lane.centred(1), false);
        let top = lane.centred(lane.listeners.len());
        for (row, listener) in lane.listeners.iter().enumerate() {
            let y = self.put(Kind::Listeners, listener, 0, top + row * ROW, false);
            self.lines.push(curve(NODE_WIDTH, y, STEP, own));
        }
        let top = lane.centred(lane.filters.len());
        let mut last = None;
        for (row, filter) in lane.filters.iter().enumerate() {
            let y = self.put(Kind::Filters, filter, 2, top + row * ROW, false);
            self.lines.push(match last {
                None => curve(STEP + NODE_WIDTH, own, 2 * STEP, y),
                Some(last) => {
                    let x = 2 * STEP + NODE_WIDTH / 2;
                    format!("M{x} {}V{}", last + NODE_HEIGHT / 2, y - NODE_HEIGHT / 2)
                }
            });
            last = Some(y);
        }
        let out = 2 * STEP + NODE_WIDTH;
        let from = last.unwrap_or(own);
        if last.is_none() {
            // Through its own lane, where no filter is.
            self.lines
                .push(format!("M{} {own}H{out}", STEP + NODE_WIDTH));
        }
        for name in lane.service.related("servers") {
            let place = servers.iter().find(|(server, _)| *server == name);
            let line = place.map(|(_, y)| curve(out, from, 3 * STEP, *y));
            self.lines.extend(line);
        }
    }
}

/// The figure beside the name.
fn detail(kind: Kind, object: &Object) -> String {
    let count = |pointer: &str| object.number(pointer).map(format::count);
    let text = match kind {
        Kind::Services => count("/connections"),
        Kind::Servers => count("/statistics/connections"),
        Kind::Listeners => object
            .number("/parameters/port")
            .map(|port| port.to_string()),
        Kind::Filters | Kind::Monitors => None,
    };
    text.unwrap_or_default()
}

fn curve(x1: usize, y1: usize, x2: usize, y2: usize) -> String {
    let middle = x1.midpoint(x2);
    format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}")
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

    fn service(name: &str, filters: &str, services: &str) -> Object {
        object(
            name,
            &format!(
                r#"{{"services":{{"data":[{services}]}},
                "listeners":{{"data":[{{"id":"l-{name}","type":"listeners"}}]}},
                "filters":{{"data":[{filters}]}},
                "servers":{{"data":[{{"id":"db1","type":"servers"}},{{"id":"db2","type":"servers"}},
                                   {{"id":"gone","type":"servers"}}]}}}}"#
            ),
        )
    }

    fn columns() -> [Vec<Object>; 4] {
        let two = r#"{"id":"f","type":"filters"},{"id":"g","type":"filters"}"#;
        [
            vec![object("l-a", "{}"), object("l-b", "{}")],
            vec![
                service("a", two, r#"{"id":"b","type":"services"}"#),
                service("b", "", ""),
            ],
            vec![object("f", "{}"), object("g", "{}"), object("idle", "{}")],
            vec![object("db1", "{}"), object("db2", "{}")],
        ]
    }

    #[test]
    fn every_service_has_its_listeners_filters_and_servers() {
        let drawing = draw(&columns());
        assert_eq!(drawing.nodes.len(), 9);
        // a: its listener, into f, on to g, to two servers, to b; b: its listener, its lane, two
        // servers.
        assert_eq!(drawing.lines.len(), 6 + 4, "{:?}", drawing.lines);
        assert_eq!(drawing.arrows.len(), 1, "{:?}", drawing.arrows);
        assert_eq!(draw(&[vec![], vec![], vec![], vec![]]).height, ROW);
    }

    #[test]
    fn lanes_don_t_overlap_and_what_is_not_used_stands_below() {
        let drawing = draw(&columns());
        let y = |name: &str| {
            let node = drawing.nodes.iter().find(|node| node.name == name);
            node.map(|node| node.y).unwrap()
        };
        assert!(y("f") < y("g") && y("g") < y("b"), "{:?}", drawing.nodes);
        assert!(y("a") < y("b") && y("b") < y("idle"));
        let idle = drawing.nodes.iter().filter(|node| node.is_idle);
        assert_eq!(
            idle.map(|node| node.name.as_str()).collect::<Vec<_>>(),
            ["idle"]
        );
    }
}
