//! The commands of a module: on the page of an object that is made of it, and on its own.

use leptos::prelude::*;

use super::kind::Kind;
use crate::api::modules::{CommandArgument, ModuleCommand};
use crate::api::objects::{Object, path_of};
use crate::components::panel::Panel;
use crate::messages::modules as texts;
use crate::state::polled::Polled;
use crate::widgets::command_form::CommandForm;

/// The commands that can be performed on an object; nothing for an object without any.
#[component]
pub(super) fn ModuleCommands(module: Memo<String>, name: String, kind: Kind) -> impl IntoView {
    let modules = Polled::start(move || path_of("maxscale/modules", &module.get()), 0);
    let fits = move |command: &ModuleCommand| {
        let first = command.arguments.first();
        first.and_then(CommandArgument::names) == Some(kind.path())
    };
    let commands = Memo::new(move |_| {
        let module = modules.first();
        let mut commands = module.map_or_else(Vec::new, |module| ModuleCommand::all(&module));
        commands.retain(fits);
        commands
    });
    let name = StoredValue::new(name);
    move || {
        let commands = commands.get();
        (!commands.is_empty())
            .then(|| view! { <CommandPanel commands first=name.get_value() of=module.get() /> })
    }
}

/// A panel with commands.
#[component]
pub(in crate::pages) fn CommandPanel(
    commands: Vec<ModuleCommand>,
    /// Their first argument, where it goes without saying.
    #[prop(optional, into)]
    first: Option<String>,
    /// Their module: of objects to choose from, those that are made of it.
    of: String,
) -> impl IntoView {
    let lists = Kind::ALL.map(|kind| {
        (
            kind,
            Polled::follow(kind.path(), move || kind.path().to_owned(), 0),
        )
    });
    let names = Callback::new(move |path: &'static str| {
        let found = lists.iter().find(|(kind, _)| kind.path() == path);
        let is_of = |kind: Kind, object: &Object| kind.module_of(object) == of;
        found.map_or_else(Vec::new, |(kind, polled)| {
            let page = polled.page();
            let objects = page.objects.iter().filter(|object| is_of(*kind, object));
            objects.map(|object| object.id().to_owned()).collect()
        })
    });
    let form = move |command: ModuleCommand| match first.clone() {
        Some(first) => view! { <CommandForm command first=first names /> }.into_any(),
        None => view! { <CommandForm command names /> }.into_any(),
    };
    view! {
        <Panel title=texts::COMMANDS class="panel-commands">
            {commands.into_iter().map(form).collect_view()}
        </Panel>
    }
}
