//! A command of a module: a form made from its arguments, a button that performs it, and what it told.

use leptos::prelude::*;

use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Glyph;
use crate::messages::{app, modules as texts};
use crate::state::access::Access;
use crate::state::command_run::{CommandArgument, CommandRun, ModuleCommand, Told};

/// The names of objects of a kind, for arguments that are such.
pub type NamesOf = Callback<&'static str, Vec<String>>;

/// The command.
#[component]
pub fn CommandForm(
    /// The command.
    command: ModuleCommand,
    /// Its first argument, where it goes without saying.
    #[prop(optional, into)]
    first: Option<String>,
    /// Names to choose from, tracked.
    names: NamesOf,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let skipped = usize::from(first.is_some());
    let own = command.arguments.clone();
    let (title, about) = (command.name.clone(), command.description.clone());
    let label_of = title.clone();
    let prefix = format!("command-{}-{}", command.module, command.name);
    let writes = command.writes;
    let run = CommandRun::new(command, first, access);
    let why_not = move || match (writes && access.is_read_only(), run.is_missing()) {
        (true, _) => Some(app::READ_ONLY.to_owned()),
        (_, true) => Some(texts::MISSING.to_owned()),
        _ => None,
    };
    let perform = Callback::new(move |()| run.perform());
    let fields = own.into_iter().enumerate().skip(skipped);
    let field = move |(at, argument): (usize, CommandArgument)| {
        let id = format!("{prefix}-{at}");
        view! { <Argument at argument id run names /> }
    };
    let busy = move || run.told() == Told::Running;
    let kind = if writes { texts::WRITES } else { texts::READS };
    let tone = if writes { Tone::Warning } else { Tone::Neutral };
    view! {
        <section class="module-command" aria-label=label_of>
            <header class="command-head">
                <h3 class="command-name">{title}</h3>
                <Badge text=Signal::stored(kind.to_owned()) tone=Signal::stored(tone) />
                <p class="command-about">{about}</p>
            </header>
            <div class="command-fields">
                {fields.map(field).collect_view()}
                <Button
                    label=texts::RUN
                    busy=Signal::derive(busy)
                    glyph=Glyph::Play
                    kind=if writes { ButtonKind::Primary } else { ButtonKind::Plain }
                    disabled=Signal::derive(why_not)
                    on_press=perform
                />
            </div>
            <Result run />
        </section>
    }
}

#[component]
fn Argument(
    at: usize,
    argument: CommandArgument,
    id: String,
    run: CommandRun,
    names: NamesOf,
) -> impl IntoView {
    let set = move |text: String| run.give(at, text);
    let value = move || run.given(at);
    let control = match argument.names() {
        Some(kind) => {
            let option = move |name: String| {
                let own = name.clone();
                view! { <option value=name.clone() prop:selected=move || value() == own>{name.clone()}</option> }
            };
            view! {
                <select class="field-input" id=id.clone() on:change:target=move |ev| set(ev.target().value())>
                    <option value="" prop:selected=move || value().is_empty()></option>
                    {move || names.run(kind).into_iter().map(option).collect_view()}
                </select>
            }
            .into_any()
        }
        None => view! {
            <input
                class="field-input"
                id=id.clone()
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=(!argument.required).then_some(texts::OPTIONAL)
                prop:value=value
                on:input:target=move |ev| set(ev.target().value())
            />
        }
        .into_any(),
    };
    let label = argument.description.trim_end_matches('.').to_owned();
    let label = if label.is_empty() {
        argument.kind
    } else {
        label
    };
    view! {
        <label class="field" for=id.clone()>
            <span class="field-label">{label}</span>
            {control}
        </label>
    }
}

#[component]
fn Result(run: CommandRun) -> impl IntoView {
    let content = move || {
        match run.told() {
        Told::Nothing | Told::Running => ().into_any(),
        Told::Failed(text) => view! { <p class="form-error" role="alert">{texts::failed(&text)}</p> }.into_any(),
        Told::Done(None) => view! { <p class="command-done">{texts::DONE}</p> }.into_any(),
        Told::Done(Some(text)) => view! {
            <pre class="command-result" tabindex="0" role="region" aria-label=texts::RESULT>{text}</pre>
        }
        .into_any(),
    }
    };
    view! { <div role="status">{content}</div> }
}
