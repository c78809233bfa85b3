//! Ways to look at the list of sessions: those that one has saved in this browser, and some that many
//! will want.

use leptos::prelude::*;

const KEY: &str = "sluicegate.views";
/// So many can be saved.
const SAVED_MAX: usize = 40;

/// A view: its name, and what the address says of it.
pub type NamedView = (String, Query);
/// What an address says, by key.
pub type Query = Vec<(String, String)>;

/// What everyone has.
const COMMON: [(&str, &[(&str, &str)]); 6] = [
    ("All sessions", &[]),
    ("Busy now", &[("search", "state:busy"), ("sort", "-rate")]),
    (
        "Open transactions",
        &[("search", "trx:yes"), ("sort", "-connected")],
    ),
    ("Longest idle", &[("sort", "-idle")]),
    ("Most statements a second", &[("sort", "-rate")]),
    ("Most memory", &[("sort", "-memory")]),
];

/// Those that everyone has.
pub fn common() -> Vec<NamedView> {
    let view = |(name, query): (&str, &[(&str, &str)])| {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        (name.to_owned(), query.iter().map(pair).collect())
    };
    COMMON.into_iter().map(view).collect()
}

/// The saved views. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct SavedViews(RwSignal<Vec<NamedView>>);

impl SavedViews {
    /// Those that were saved before.
    pub fn remembered() -> Self {
        let storage = window().local_storage().ok().flatten();
        let text = storage.and_then(|storage| storage.get_item(KEY).ok().flatten());
        Self(RwSignal::new(parse(&text.unwrap_or_default())))
    }

    /// Those that everyone has, and those that were saved before.
    pub fn named() -> Vec<NamedView> {
        let mut views = common();
        views.extend(Self::remembered().0.get_untracked());
        views
    }

    /// All of them, the oldest first.
    pub fn all(self) -> Vec<NamedView> {
        self.0.get()
    }

    /// Saves one; another of the same name goes.
    pub fn save(self, name: &str, query: Query) {
        self.0.update(|views| put(views, name, query));
        self.keep();
    }

    /// Lets go of one.
    pub fn remove(self, name: &str) {
        self.0
            .update(|views| views.retain(|(other, _)| other != name));
        self.keep();
    }

    fn keep(self) {
        let text = self
            .0
            .with_untracked(|views| serde_json::to_string(views).unwrap_or_default());
        if let Ok(Some(storage)) = window().local_storage() {
            // A full or forbidden storage means that it is not remembered.
            let _ = storage.set_item(KEY, &text);
        }
    }
}

/// What was kept; nothing of what is not readable.
fn parse(text: &str) -> Vec<NamedView> {
    serde_json::from_str(text).unwrap_or_default()
}

fn put(views: &mut Vec<NamedView>, name: &str, query: Query) {
    let name = name.trim();
    if name.is_empty() {
        return;
    }
    views.retain(|(other, _)| other != name);
    views.push((name.to_owned(), query));
    let over = views.len().saturating_sub(SAVED_MAX);
    views.drain(..over);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::session_list::view::View;

    #[test]
    fn what_was_kept_is_read_again_and_what_is_broken_is_nothing() {
        let mut views = Vec::new();
        put(&mut views, " mine ", vec![("sort".into(), "-idle".into())]);
        let text = serde_json::to_string(&views).unwrap();
        assert_eq!(parse(&text), views);
        assert_eq!(views[0].0, "mine");
        for text in ["", "{}", "[[1,2]]"] {
            assert!(parse(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_name_stands_for_one_view_and_there_is_an_end_of_them() {
        let mut views = Vec::new();
        put(&mut views, "", Vec::new());
        assert!(views.is_empty());
        for number in 0..SAVED_MAX + 3 {
            put(&mut views, &number.to_string(), Vec::new());
        }
        put(&mut views, "5", vec![("a".into(), "b".into())]);
        assert_eq!(views.len(), SAVED_MAX);
        assert_eq!(views.iter().filter(|(name, _)| name == "5").count(), 1);
    }

    #[test]
    fn what_everyone_has_is_understood() {
        for (name, query) in &COMMON[1..] {
            let get = |key: &str| {
                let found = query.iter().find(|(other, _)| *other == key);
                found.map(|(_, value)| (*value).to_owned())
            };
            let view = View::from_query(get);
            assert_eq!(view.to_query().len(), query.len(), "{name}");
        }
    }
}
