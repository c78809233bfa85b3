//! Decodes one event a few rows at a time.
//!
//! A snapshot of 10,000 sessions is some 3 MB of JSON: decoded at once it would hold up the page for
//! longer than a frame. So the list of rows is cut into its elements, each decoded by itself, and the
//! caller says after each whether there is time for another.

use serde::de::DeserializeOwned;
use sluicegate_shared::event::{Delta, SessionRow, Snapshot};

/// What an event is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// [`sluicegate_shared::event::SNAPSHOT`]
    Snapshot,
    /// [`sluicegate_shared::event::DELTA`]
    Delta,
}

/// A decoded event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Everything that is true now.
    Snapshot(Snapshot),
    /// What changed.
    Delta(Delta),
}

/// How far a reader has come.
#[derive(Debug)]
pub enum Reading {
    /// Call again.
    More,
    /// The event.
    Done(Event),
    /// The text is no such event; what is wrong with it.
    Malformed(String),
}

/// Decodes the text of one event step by step.
#[derive(Debug)]
pub struct EventReader {
    kind: EventKind,
    text: String,
    rows: Vec<SessionRow>,
    scan: Scan,
}

/// Where the scan of the text is.
#[derive(Debug, Default)]
struct Scan {
    at: usize,
    depth: usize,
    /// Start and end of the last string that stood directly in the event: the key of what follows.
    key: (usize, usize),
    /// Behind the `[` of the list of rows, once it was met.
    list_begin: Option<usize>,
    /// At the `]` of the list of rows, once it was met.
    list_end: Option<usize>,
    row_begin: usize,
}

/// What the scan has met.
enum Met {
    Row(usize, usize),
    End,
}

/// The list is deep by one object and one array; its rows are one deeper.
const LIST_DEPTH: usize = 2;

impl EventReader {
    /// A reader of `text`.
    pub fn new(kind: EventKind, text: String) -> Self {
        Self {
            kind,
            text,
            rows: Vec::new(),
            scan: Scan::default(),
        }
    }

    /// Decodes the next row, or, after the last, the rest of the event.
    pub fn step(&mut self) -> Reading {
        match self.scan.next(self.text.as_bytes(), self.list_key()) {
            Met::Row(begin, end) => match decode(self.text.get(begin..end)) {
                Ok(row) => {
                    self.rows.push(row);
                    Reading::More
                }
                Err(error) => Reading::Malformed(error),
            },
            Met::End => self.finish().map_or_else(Reading::Malformed, Reading::Done),
        }
    }

    fn list_key(&self) -> &'static [u8] {
        match self.kind {
            EventKind::Snapshot => b"sessions",
            EventKind::Delta => b"changed",
        }
    }

    /// Decodes what is left when the rows are taken out.
    fn finish(&mut self) -> Result<Event, String> {
        let rest = match (self.scan.list_begin, self.scan.list_end) {
            (Some(begin), Some(end)) => self
                .text
                .get(..begin)
                .zip(self.text.get(end..))
                .map(|(before, behind)| format!("{before}{behind}")),
            _ => None,
        };
        let rest = rest.as_deref().or(Some(&self.text));
        let rows = std::mem::take(&mut self.rows);
        Ok(match self.kind {
            EventKind::Snapshot => Event::Snapshot(Snapshot {
                sessions: rows,
                ..decode::<Snapshot>(rest)?
            }),
            EventKind::Delta => Event::Delta(Delta {
                changed: rows,
                ..decode::<Delta>(rest)?
            }),
        })
    }
}

impl Scan {
    /// Goes on to the end of the next row, or to the end of the text.
    fn next(&mut self, text: &[u8], list_key: &[u8]) -> Met {
        while let Some(&byte) = text.get(self.at) {
            let at = self.at;
            self.at += 1;
            match byte {
                b'"' => {
                    self.skip_string(text);
                    if self.depth == 1 {
                        self.key = (at + 1, self.at.saturating_sub(1));
                    }
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    let is_list = byte == b'['
                        && self.list_begin.is_none()
                        && self.depth == LIST_DEPTH
                        && text.get(self.key.0..self.key.1) == Some(list_key);
                    if is_list {
                        self.list_begin = Some(self.at);
                    } else if self.in_list() && self.depth == LIST_DEPTH + 1 {
                        self.row_begin = at;
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.in_list() && self.depth == LIST_DEPTH {
                        return Met::Row(self.row_begin, self.at);
                    }
                    if self.in_list() && self.depth < LIST_DEPTH {
                        self.list_end = Some(at);
                    }
                }
                _ => {}
            }
        }
        Met::End
    }

    fn in_list(&self) -> bool {
        self.list_begin.is_some() && self.list_end.is_none()
    }

    /// Goes behind the closing quote.
    fn skip_string(&mut self, text: &[u8]) {
        while let Some(&byte) = text.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                _ => 1,
            };
            if byte == b'"' {
                return;
            }
        }
    }
}

fn decode<T: DeserializeOwned>(text: Option<&str>) -> Result<T, String> {
    serde_json::from_str(text.unwrap_or_default()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u64, user: &str) -> String {
        let user = serde_json::to_string(user).unwrap();
        format!(
            r#"{{"id":{id},"user":{user},"remote":"::1","port":1,"service":"s","state":"idle",
            "transaction":false,"connected_ms":1,"active_ms":2,"statements":3,"io_activity":4,
            "memory":5,"thread":0,"connections":[{{"server":"a","connection_id":7,"cipher":""}}]}}"#
        )
    }

    fn read(kind: EventKind, text: &str) -> (usize, Result<Event, String>) {
        let mut reader = EventReader::new(kind, text.to_owned());
        for steps in 1..=100 {
            match reader.step() {
                Reading::More => {}
                Reading::Done(event) => return (steps, Ok(event)),
                Reading::Malformed(error) => return (steps, Err(error)),
            }
        }
        panic!("the reader did not come to an end");
    }

    fn check_snapshot(text: &str, steps_expected: usize) {
        let whole: Snapshot = serde_json::from_str(text).unwrap();
        assert_eq!(
            read(EventKind::Snapshot, text),
            (steps_expected, Ok(Event::Snapshot(whole))),
            "{text}"
        );
    }

    fn check_delta(text: &str, steps_expected: usize) {
        let whole: Delta = serde_json::from_str(text).unwrap();
        assert_eq!(
            read(EventKind::Delta, text),
            (steps_expected, Ok(Event::Delta(whole))),
            "{text}"
        );
    }

    #[test]
    fn a_snapshot_is_decoded_a_row_a_step_and_equals_the_whole() {
        check_snapshot(r#"{"now_ms":9,"sessions":[]}"#, 1);
        check_snapshot(
            &format!(r#"{{"now_ms":9,"sessions":[{}]}}"#, row(1, "a")),
            2,
        );
        check_snapshot(
            &format!(
                r#" {{ "sessions" : [ {} , {} ] , "now_ms" : 9 }} "#,
                row(1, "a"),
                row(2, "b")
            ),
            3,
        );
    }

    #[test]
    fn brackets_and_quotes_inside_strings_cut_nothing() {
        let row = row(1, "a\"]}[{ \\ ü");
        check_snapshot(&format!(r#"{{"now_ms":9,"sessions":[{row}]}}"#), 2);
    }

    #[test]
    fn unknown_keys_of_a_newer_server_are_skipped() {
        let text = format!(
            r#"{{"others":[{{"sessions":[1]}}],"now_ms":9,"sessions":[{}],"more":{{"sessions":[2]}}}}"#,
            row(1, "a")
        );
        check_snapshot(&text, 2);
    }

    #[test]
    fn a_delta_has_changed_rows_and_ends() {
        let text = format!(
            r#"{{"now_ms":9,"changed":[{}],"ended":[{{"id":4,"reason":"killed [by] \"admin\""}}]}}"#,
            row(1, "a")
        );
        check_delta(&text, 2);
        check_delta(r#"{"now_ms":9,"changed":[],"ended":[]}"#, 1);
    }

    #[test]
    fn malformed_text_is_an_error_and_never_a_panic() {
        let whole = format!(r#"{{"now_ms":9,"sessions":[{}]}}"#, row(1, "a"));
        for end in 0..whole.len() {
            let (_, event) = read(EventKind::Snapshot, &whole[..end]);
            assert!(event.is_err(), "{}", &whole[..end]);
        }
        for text in [
            "",
            "]]]",
            "\"\\",
            "[]",
            "null",
            r#"{"now_ms":1,"sessions":[{}]}"#,
        ] {
            assert!(read(EventKind::Snapshot, text).1.is_err(), "{text}");
        }
    }
}
