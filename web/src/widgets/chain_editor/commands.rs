//! What the editor offers in the command palette.

use leptos::prelude::*;

use super::{Parts, chain_of, item};
use crate::messages::chain;
use crate::state::chain::draft::{Draft, Edit};
use crate::state::palette::{Command, Palette};

/// Offers the commands as long as the editor is shown.
pub(super) fn offer(parts: Parts) {
    if let Some(palette) = use_context::<Palette>() {
        palette.offer(move || commands(parts));
    }
}

fn commands(parts: Parts) -> Vec<Command> {
    if parts.locked().get_untracked().is_some() {
        return Vec::new();
    }
    let run = |title: String, edit: Edit| {
        Command::run(chain::GROUP, title, move || parts.edit(edit.clone()))
    };
    let draft = parts.editing().draft();
    let chain = chain_of(draft);
    let mut commands = Vec::new();
    if draft.with(Draft::is_changed) {
        commands.push(Command::run(chain::GROUP, chain::APPLY, move || {
            parts.apply();
        }));
        commands.push(run(chain::DISCARD.to_owned(), Edit::Discard));
    }
    if draft.with(Draft::can_undo) {
        commands.push(run(chain::UNDO.to_owned(), Edit::Undo));
    }
    if draft.with(Draft::can_redo) {
        commands.push(run(chain::REDO.to_owned(), Edit::Redo));
    }
    for name in &chain {
        let actions = item::actions(&chain, name).into_iter();
        commands.extend(
            actions
                .filter(|action| !action.disabled)
                .map(|action| run(chain::command(&action.label, name), action.key)),
        );
    }
    for choice in parts.choices().get_untracked() {
        if !chain.contains(&choice.name) {
            let edit = Edit::Insert {
                name: choice.name.clone(),
                at: usize::MAX,
            };
            commands.push(run(chain::add(&choice.name), edit));
        }
    }
    commands
}
