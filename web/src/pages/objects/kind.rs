//! The kinds of configured objects: where they are, what a list shows of them, what can be done.

use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::badge::Tone;
use crate::components::data_table::{DataCell, DataColumn, DataLook, DataRow};
use crate::components::icon::Glyph;
use crate::format;
use crate::messages::objects as texts;
use crate::pages::BASE;
use crate::state::event_objects::EventObjects;

/// A kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::pages) enum Kind {
    Services,
    Servers,
    Monitors,
    Listeners,
    Filters,
}

impl Kind {
    /// All kinds, as the navigation has them.
    pub(in crate::pages) const ALL: [Self; 5] = [
        Self::Services,
        Self::Servers,
        Self::Monitors,
        Self::Listeners,
        Self::Filters,
    ];

    /// Its path in the API and in the console.
    pub(in crate::pages) fn path(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Servers => "servers",
            Self::Monitors => "monitors",
            Self::Listeners => "listeners",
            Self::Filters => "filters",
        }
    }

    /// The kind of a path.
    pub(in crate::pages) fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.path() == path)
    }

    /// One of it.
    pub(in crate::pages) fn one(self) -> &'static str {
        self.path().trim_end_matches('s')
    }

    /// How often all of it are asked for, in update times. Events tell of most kinds what changes by
    /// itself; the rest of them changes seldom.
    pub(in crate::pages) fn rounds(self) -> u32 {
        if EventObjects::tell_of(self.path()) {
            15
        } else {
            2
        }
    }

    pub(in crate::pages) fn glyph(self) -> Glyph {
        match self {
            Self::Services => Glyph::Service,
            Self::Servers => Glyph::Server,
            Self::Monitors => Glyph::Monitor,
            Self::Listeners => Glyph::Listener,
            Self::Filters => Glyph::Filter,
        }
    }

    /// Where one of it is in the console.
    pub(in crate::pages) fn href(self, name: &str) -> String {
        format!("{BASE}/{}", path_of(self.path(), name))
    }

    /// The `api` of the modules that it can be made of; servers are all of one.
    pub(in crate::pages) fn api(self) -> Option<&'static str> {
        match self {
            Self::Services => Some("router"),
            Self::Servers => None,
            Self::Monitors => Some("monitor"),
            Self::Listeners => Some("protocol"),
            Self::Filters => Some("filter"),
        }
    }

    /// The module of an object.
    pub(in crate::pages) fn module_of(self, object: &Object) -> String {
        let text = match self {
            Self::Services => object.text("/router"),
            Self::Servers => "servers",
            Self::Monitors | Self::Filters => object.text("/module"),
            Self::Listeners => "MariaDBProtocol",
        };
        text.to_owned()
    }

    /// The kinds of what it leads to, as far as that can be chosen.
    pub(in crate::pages) fn targets(self) -> &'static [Self] {
        match self {
            Self::Services => &[Self::Servers, Self::Services],
            Self::Monitors => &[Self::Servers],
            Self::Servers | Self::Listeners | Self::Filters => &[],
        }
    }

    /// Whether its servers may be those of a monitor.
    pub(in crate::pages) fn has_cluster(self) -> bool {
        self == Self::Services
    }

    /// The relationships that are chosen when one is made, besides where it leads to: the kind of what
    /// is chosen, and whether there may be several.
    pub(in crate::pages) fn chosen(self) -> &'static [(Self, bool)] {
        match self {
            Self::Services => &[(Self::Filters, true)],
            Self::Listeners => &[(Self::Services, false)],
            Self::Servers | Self::Monitors | Self::Filters => &[],
        }
    }

    pub(in crate::pages) fn columns(self) -> Vec<DataColumn> {
        use DataLook::{Badge, Number, Text};
        let column = |title, look, narrow| DataColumn {
            title,
            look,
            narrow,
        };
        let name = column(texts::NAME, Text, true);
        let state = column(texts::STATE, Badge, true);
        match self {
            Self::Services => vec![
                name,
                state,
                column(texts::ROUTER, Text, false),
                column(texts::SESSIONS, Number, true),
                column(texts::TOTAL, Number, false),
                column(texts::TARGETS, Text, false),
                column(texts::FILTERS, Text, false),
            ],
            Self::Servers => vec![
                name,
                state,
                column(texts::ADDRESS, Text, false),
                column(texts::CONNECTIONS, Number, true),
                column(texts::TOTAL, Number, false),
                column(texts::LAG, Number, true),
                column(texts::GTID, Text, false),
                column(texts::VERSION, Text, false),
            ],
            Self::Monitors => vec![
                name,
                state,
                column(texts::MODULE, Text, true),
                column(texts::SERVERS, Text, false),
            ],
            Self::Listeners => vec![
                name,
                state,
                column(texts::ADDRESS, Text, true),
                column(texts::SERVICE, Text, true),
            ],
            Self::Filters => vec![
                name,
                column(texts::MODULE, Text, true),
                column(texts::SERVICES, Text, true),
            ],
        }
    }

    /// The row of an object in the list.
    pub(in crate::pages) fn row(self, object: &Object) -> DataRow {
        let count = |pointer: &str| {
            let number = object.number(pointer).unwrap_or(0);
            DataCell::number(format::count(number), number)
        };
        let list = |kinds: &[Self]| {
            let all = kinds.iter().flat_map(|kind| {
                let names = object.related(kind.path()).into_iter();
                names.map(|name| (name.clone(), kind.href(&name)))
            });
            let links: Vec<_> = all.collect();
            if links.is_empty() {
                return DataCell::toned(format::NONE, Tone::Faint);
            }
            DataCell::links(links)
        };
        let name = DataCell::text(object.id());
        let state = state_of(object);
        let cells = match self {
            Self::Services => vec![
                name,
                state,
                DataCell::text(object.text("/router")),
                count("/connections"),
                count("/total_connections"),
                list(Self::Services.targets()),
                list(&[Self::Filters]),
            ],
            Self::Servers => vec![
                name,
                state,
                DataCell::text(address(object)),
                count("/statistics/connections"),
                count("/statistics/total_connections"),
                lag(object),
                DataCell::text(or_none(object.text("/gtid_current_pos").to_owned())),
                DataCell::text(or_none(object.text("/version_string").to_owned())),
            ],
            Self::Monitors => vec![
                name,
                state,
                DataCell::text(object.text("/module")),
                list(&[Self::Servers]),
            ],
            Self::Listeners => vec![
                name,
                state,
                DataCell::text(address(object)),
                list(&[Self::Services]),
            ],
            Self::Filters => vec![
                name,
                DataCell::text(object.text("/module")),
                list(&[Self::Services]),
            ],
        };
        let href = Some(self.href(object.id()));
        DataRow {
            key: object.id().to_owned(),
            href,
            cells,
        }
    }

    /// What can be done with one, besides changing and deleting it.
    pub(in crate::pages) fn actions(self, object: &Object) -> Vec<(&'static str, Write)> {
        let path = path_of(self.path(), object.id());
        let put = |label, verb: &str| (label, Write::new(Method::Put, format!("{path}/{verb}")));
        let state = object.text("/state");
        let is_off = state.contains("Stopped");
        match self {
            Self::Filters => Vec::new(),
            Self::Servers => {
                let set = |is_set: bool, set: &'static str, clear: &'static str, word: &str| {
                    let (label, verb) = if is_set {
                        (clear, "clear")
                    } else {
                        (set, "set")
                    };
                    let write = Write::new(Method::Put, format!("{path}/{verb}"));
                    (label, write.with("state", word))
                };
                let maintained = state.contains("Maintenance");
                let draining = state.contains("Drain");
                vec![
                    set(
                        maintained,
                        texts::MAINTENANCE,
                        texts::END_MAINTENANCE,
                        "maintenance",
                    ),
                    set(draining, texts::DRAIN, texts::END_DRAIN, "drain"),
                ]
            }
            _ if is_off => vec![put(texts::START, "start")],
            _ => vec![put(texts::STOP, "stop")],
        }
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        format::NONE.to_owned()
    } else {
        text
    }
}

/// Address and port, or the socket.
pub(in crate::pages) fn address(object: &Object) -> String {
    let socket = object.text("/parameters/socket");
    if !socket.is_empty() {
        return socket.to_owned();
    }
    let address = object.text("/parameters/address");
    match object.number("/parameters/port") {
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
        None => address.to_owned(),
    }
}

fn lag(object: &Object) -> DataCell {
    match object.number("/replication_lag") {
        Some(seconds) => DataCell {
            tone: if seconds > 10 {
                Tone::Warning
            } else {
                Tone::Neutral
            },
            ..DataCell::number(texts::lag(seconds), seconds)
        },
        None => DataCell::toned(format::NONE, Tone::Faint),
    }
}

/// The state of an object, with what it means.
pub(in crate::pages) fn state_of(object: &Object) -> DataCell {
    let state = object.text("/state");
    let has = |word: &str| state.contains(word);
    let tone = if has("Down") || has("Failed") || has("Auth Error") || has("Exhausted") {
        Tone::Bad
    } else if has("Maintenance") || has("Drain") || has("Stopped") {
        Tone::Warning
    } else if has("Master") || has("Slave") || has("Started") || has("Running") || has("Synced") {
        Tone::Good
    } else {
        Tone::Neutral
    };
    DataCell::toned(state, tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_cell_for_each_of_its_columns() {
        let resource = r#"{"id":"a b","type":"x","attributes":{"state":"Slave, Running",
            "parameters":{"address":"::1","port":3306},"replication_lag":42}}"#;
        let object: sluicegate_shared::jsonapi::Resource<serde_json::Value> =
            serde_json::from_str(resource).unwrap();
        let object = Object::from(object);
        for kind in [
            Kind::Services,
            Kind::Servers,
            Kind::Monitors,
            Kind::Listeners,
            Kind::Filters,
        ] {
            assert_eq!(Kind::of(kind.path()), Some(kind));
        }
        assert_eq!(address(&object), "[::1]:3306");
        assert_eq!(state_of(&object).tone, Tone::Good);
        assert_eq!(lag(&object).text, "42 s");
    }
}
