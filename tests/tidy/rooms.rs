//! The layer rules of docs/ARCHITECTURE.md, *Rooms*.

use std::path::Path;

use crate::source::{Complaint, Source};

/// A room of the server imports only rooms on earlier lines; rooms on one line never each other.
const SERVER_LINES: &[&[&str]] = &[
    &["wire", "sql", "telemetry", "config"],
    &["pipeline", "net", "store", "servers", "auth"],
    &["backend", "filters", "routers"],
    &["monitors", "services"],
    &["sessions"],
    &["listeners", "workbench"],
    &["control"],
    &["api", "ctl"],
    &["app", "main", "lib"],
];

/// What each room of the console may import.
const WEB_ROOMS: &[(&str, &[&str])] = &[
    ("format", &[]),
    ("components", &["format"]),
    ("api", &["format"]),
    ("state", &["api", "format"]),
    // Texts put what api and state know into words.
    ("messages", &["state", "api", "format"]),
    ("widgets", &["components", "messages", "state", "format"]),
    (
        "pages",
        &[
            "widgets",
            "components",
            "messages",
            "state",
            "api",
            "format",
        ],
    ),
];

pub fn check_server(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in sources {
        let room = room_of(&source.path, "server/src/");
        let Some(line) = line_of(room) else {
            let message = format!("room `{room}` has no line: give it one in tests/tidy/rooms.rs");
            complaints.push(source.complain(1, message));
            continue;
        };
        for (number, used) in imports(source) {
            let allowed = used == room || line_of(&used).is_some_and(|other| other < line);
            if !allowed {
                let message = format!(
                    "room `{room}` (line {}) imports `{used}`: hand the need in as a trait or a \
                     channel at construction",
                    line + 1
                );
                complaints.push(source.complain(number, message));
            }
        }
    }
    complaints
}

pub fn check_web(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in sources {
        let room = room_of(&source.path, "web/src/");
        let Some((_, allowed)) = WEB_ROOMS.iter().find(|(name, _)| *name == room) else {
            continue; // lib.rs, main.rs and files that stand alone put the rooms together
        };
        for (number, used) in imports(source) {
            let is_room = WEB_ROOMS.iter().any(|(name, _)| *name == used);
            if is_room && used != room && !allowed.contains(&used.as_str()) {
                let message = format!("room `{room}` imports `{used}`: it may use {allowed:?}");
                complaints.push(source.complain(number, message));
            }
        }
    }
    complaints
}

pub fn check_map() -> Vec<Complaint> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let map = std::fs::read_to_string(repository.join("docs/ARCHITECTURE.md")).unwrap_or_default();
    let mut complaints = Vec::new();
    for crate_root in ["server/src/lib.rs", "web/src/lib.rs", "shared/src/lib.rs"] {
        let text = std::fs::read_to_string(repository.join(crate_root)).unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            let Some(room) = line
                .strip_prefix("pub mod ")
                .and_then(|r| r.strip_suffix(';'))
            else {
                continue;
            };
            if !map.contains(&format!("`{room}`")) {
                let message = format!("room `{room}` is not in docs/ARCHITECTURE.md: describe it");
                complaints.push(Complaint {
                    path: crate_root.into(),
                    line: number,
                    message,
                });
            }
        }
    }
    complaints
}

fn room_of<'a>(path: &'a str, prefix: &str) -> &'a str {
    let below = path.strip_prefix(prefix).unwrap_or(path);
    below.split(['/', '.']).next().unwrap_or(below)
}

fn line_of(room: &str) -> Option<usize> {
    SERVER_LINES.iter().position(|line| line.contains(&room))
}

/// Rooms named as `crate::room`, alone or in a group (`use crate::{a::B, c}`), tests left out.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut group: Option<Group> = None;
    for (number, line) in source.production_lines() {
        let code = line.split("//").next().unwrap_or(line);
        if let Some(open) = &mut group {
            open.take(code, number, &mut found);
        }
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            if let Some(inside) = rest.strip_prefix('{') {
                let open = group.insert(Group {
                    depth: 1,
                    begins: true,
                });
                open.take(inside, number, &mut found);
            } else {
                found.extend(name(rest).map(|room| (number, room)));
            }
        }
        if group.as_ref().is_some_and(|open| open.depth == 0) {
            group = None;
        }
    }
    found
}

/// Where in `use crate::{..}` the reading is.
struct Group {
    depth: usize,
    /// Whether a name at the outermost depth begins here.
    begins: bool,
}

impl Group {
    fn take(&mut self, code: &str, number: usize, found: &mut Vec<(usize, String)>) {
        for (at, letter) in code.char_indices() {
            match letter {
                _ if self.depth == 0 => return,
                '{' => self.depth += 1,
                '}' => self.depth -= 1,
                ',' if self.depth == 1 => self.begins = true,
                letter if letter.is_whitespace() => {}
                _ if self.begins && self.depth == 1 => {
                    self.begins = false;
                    found.extend(name(&code[at..]).map(|room| (number, room)));
                }
                _ => {}
            }
        }
    }
}

/// The identifier at the beginning; none for a type or a macro of the crate's root.
fn name(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let word = &text[..end];
    word.starts_with(|c: char| c.is_ascii_lowercase())
        .then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &str)]) {
        let source = Source {
            path: "server/src/x.rs".into(),
            text: text.into(),
        };
        let expected: Vec<_> = expected
            .iter()
            .map(|(n, r)| (*n, (*r).to_owned()))
            .collect();
        assert_eq!(imports(&source), expected);
    }

    #[test]
    fn imports_are_found_alone_and_in_groups() {
        check(
            "use crate::wire::Packet;\nlet x = crate::net::Stream::new();",
            &[(1, "wire"), (2, "net")],
        );
        check(
            "use crate::{wire::{Packet, Malformed}, net};",
            &[(1, "wire"), (1, "net")],
        );
        check(
            "use crate::{\n    auth::{\n        A,\n        B,\n    },\n    api::C,\n};\nuse x;",
            &[(2, "auth"), (6, "api")],
        );
        check("// crate::api\n#[cfg(test)]\nuse crate::api;", &[]);
    }

    #[test]
    fn a_later_room_is_refused() {
        let text = "use crate::sessions::X;\nuse crate::wire::Y;\nuse crate::net::Z;".to_owned();
        let source = Source {
            path: "server/src/auth/x.rs".into(),
            text,
        };
        let lines: Vec<usize> = check_server(&[source]).iter().map(|c| c.line).collect();
        assert_eq!(lines, [1, 3]);
    }
}
