//! A command of a module, with its arguments and what came of it.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

pub use crate::api::modules::{CommandArgument, ModuleCommand};
use crate::state::access::Access;

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Told {
    /// It was not performed yet.
    #[default]
    Nothing,
    /// It is under way.
    Running,
    /// It was performed; what it told.
    Done(Option<String>),
    /// It was refused, or did not arrive; why.
    Failed(String),
}

/// The command. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct CommandRun {
    command: StoredValue<ModuleCommand>,
    given: RwSignal<Vec<String>>,
    told: RwSignal<Told>,
    access: Access,
}

impl CommandRun {
    /// Nothing is given yet but for the first argument, if it goes without saying.
    pub fn new(command: ModuleCommand, first: Option<String>, access: Access) -> Self {
        let mut given = vec![String::new(); command.arguments.len()];
        if let (Some(first), Some(place)) = (first, given.first_mut()) {
            *place = first;
        }
        Self {
            command: StoredValue::new(command),
            given: RwSignal::new(given),
            told: RwSignal::new(Told::Nothing),
            access,
        }
    }

    /// An argument, as it was given.
    pub fn given(self, at: usize) -> String {
        self.given
            .with(|given| given.get(at).cloned().unwrap_or_default())
    }

    /// Gives an argument.
    pub fn give(self, at: usize, text: String) {
        self.given.update(|given| {
            if let Some(place) = given.get_mut(at) {
                *place = text;
            }
        });
    }

    /// Whether an argument that is needed is not given.
    pub fn is_missing(self) -> bool {
        self.command.with_value(|command| {
            self.given
                .with(|given| is_missing(&command.arguments, given))
        })
    }

    /// What came of it.
    pub fn told(self) -> Told {
        self.told.get()
    }

    /// Performs it.
    pub fn perform(self) {
        if self.told.with_untracked(|told| *told == Told::Running) {
            return;
        }
        let command = self.command.get_value();
        let arguments = self.given.get_untracked();
        self.told.set(Told::Running);
        spawn_local(async move {
            let now = match command.run(&arguments).await {
                Ok(meta) => Told::Done(meta.as_ref().map(text_of)),
                Err(error) => Told::Failed(self.access.refused(&error)),
            };
            // The page may be gone.
            let _ = self.told.try_set(now);
        });
    }
}

fn is_missing(arguments: &[CommandArgument], given: &[String]) -> bool {
    let mut pairs = arguments.iter().zip(given);
    pairs.any(|(argument, text)| argument.required && text.trim().is_empty())
}

/// What a command told: a list of texts a line each, anything else as JSON.
fn text_of(meta: &Value) -> String {
    let lines = meta.as_array().and_then(|items| {
        let texts = items.iter().map(Value::as_str);
        texts.collect::<Option<Vec<_>>>()
    });
    match (meta, lines) {
        (Value::String(text), _) => text.clone(),
        (_, Some(lines)) => lines.join("\n"),
        _ => serde_json::to_string_pretty(meta).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_can_be_performed_when_all_that_is_needed_is_given() {
        let argument = |required| CommandArgument {
            required,
            ..CommandArgument::default()
        };
        let arguments = [argument(true), argument(false)];
        let given = |text: &str| [text.to_owned(), String::new()];
        assert!(is_missing(&arguments, &given(" ")));
        assert!(!is_missing(&arguments, &given("QLA")));
    }

    #[test]
    fn what_a_command_told_is_shown_as_text() {
        assert_eq!(text_of(&json!("as it is")), "as it is");
        assert_eq!(text_of(&json!(["a", "b"])), "a\nb");
        assert_eq!(text_of(&json!({"a": 1})), "{\n  \"a\": 1\n}");
    }
}
