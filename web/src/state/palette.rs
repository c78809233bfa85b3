//! What can be done by typing its name: pages and widgets offer commands while they are shown.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::*;

/// What a command does.
#[derive(Clone)]
pub enum Action {
    /// Goes to an address.
    Go(String),
    /// Does something.
    Run(Arc<dyn Fn() + Send + Sync>),
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Go(href) => write!(f, "Go({href})"),
            Self::Run(_) => write!(f, "Run"),
        }
    }
}

/// A command.
#[derive(Debug, Clone)]
pub struct Command {
    /// What it is called.
    pub title: String,
    /// What kind of command it is.
    pub group: &'static str,
    /// What it does.
    pub action: Action,
}

impl Command {
    /// A command that goes to an address.
    pub fn go(group: &'static str, title: impl Into<String>, href: impl Into<String>) -> Self {
        let (title, action) = (title.into(), Action::Go(href.into()));
        Self {
            title,
            group,
            action,
        }
    }

    /// A command that does something.
    pub fn run(
        group: &'static str,
        title: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (title, action) = (title.into(), Action::Run(Arc::new(run)));
        Self {
            title,
            group,
            action,
        }
    }
}

/// Gives commands when it is asked.
type Source = Arc<dyn Fn() -> Vec<Command> + Send + Sync>;

/// The palette. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Whether it is open.
    pub open: RwSignal<bool>,
    sources: StoredValue<Vec<(u64, Source)>>,
    next: StoredValue<u64>,
    version: RwSignal<u64>,
}

impl Palette {
    /// A palette without commands.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            sources: StoredValue::new(Vec::new()),
            next: StoredValue::new(0),
            version: RwSignal::new(0),
        }
    }

    /// Offers commands until the owner of the caller goes.
    pub fn offer(self, source: impl Fn() -> Vec<Command> + Send + Sync + 'static) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.sources
            .update_value(|sources| sources.push((id, Arc::new(source))));
        on_cleanup(move || {
            self.sources
                .try_update_value(|sources| sources.retain(|(other, _)| *other != id));
        });
    }

    /// There are other commands now.
    pub fn renew(self) {
        self.version.update(|version| *version += 1);
    }

    /// Changes when there are other commands.
    pub fn track(self) {
        self.version.track();
    }

    /// All commands of now, those of the page before those of the frame.
    pub fn commands(self) -> Vec<Command> {
        let sources = self.sources.get_value();
        untrack(|| {
            sources
                .iter()
                .rev()
                .flat_map(|(_, source)| source())
                .collect()
        })
    }
}

impl Default for Palette {
    fn default() -> Self {
        Self::new()
    }
}

/// How well a title answers to what was typed: smaller is better, nothing when it does not. All words
/// have to be in it; those at the beginning of a word of the title count more.
pub fn rank(title: &str, typed: &str) -> Option<usize> {
    let title = title.to_lowercase();
    typed
        .to_lowercase()
        .split_whitespace()
        .try_fold(0, |rank, word| {
            let at = title.find(word)?;
            let starts = at == 0 || !title[..at].ends_with(char::is_alphanumeric);
            Some(rank + at + if starts { 0 } else { 100 })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_by_words_in_any_order() {
        assert_eq!(rank("Move QLA up", "up qla"), Some(9 + 5));
        assert_eq!(rank("Move QLA up", ""), Some(0));
        assert_eq!(rank("Move QLA up", "down"), None);
        assert!(rank("Sessions", "ses") < rank("Obsession", "ses"));
    }
}
