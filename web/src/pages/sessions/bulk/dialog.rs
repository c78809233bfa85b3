//! Asks before several sessions are met, and tells for each what came of it.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Action;
use crate::api;
use crate::api::request::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::text_field::TextField;
use crate::messages::{app, bulk, chain, levels};
use crate::pages::objects::kind::Kind;
use crate::pages::objects::names::NameChoice;
use crate::pages::sessions::client;
use crate::state::access::Access;
use crate::state::live::Live;

/// So many sessions are shown; all are met.
const SHOWN_MAX: usize = 200;
const GRACE_MAX_S: u32 = 86_400;

/// A session that is met.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Met {
    id: u64,
    user: String,
    client: String,
}

/// The choices of the dialog. `Copy`.
#[derive(Debug, Clone, Copy)]
struct Choices {
    grace: RwSignal<String>,
    levels: RwSignal<BTreeMap<&'static str, bool>>,
    chain: RwSignal<Option<Vec<String>>>,
}

/// What is done to each session.
#[derive(Debug, Clone)]
enum Deed {
    Kill(Option<u32>),
    Restart,
    Levels(Vec<(&'static str, bool)>),
    Chain(Vec<String>),
}

impl Choices {
    fn new() -> Self {
        Self {
            grace: RwSignal::new("0".to_owned()),
            levels: RwSignal::new(BTreeMap::new()),
            chain: RwSignal::new(None),
        }
    }

    /// What is to be done, as far as it is chosen rightly.
    fn deed(self, action: Action) -> Option<Deed> {
        Some(match action {
            Action::Kill => {
                let seconds: u32 = self.grace.get().trim().parse().ok()?;
                (seconds <= GRACE_MAX_S).then_some(())?;
                Deed::Kill((seconds > 0).then_some(seconds))
            }
            Action::Restart => Deed::Restart,
            Action::Levels => {
                let levels: Vec<_> = self.levels.get().into_iter().collect();
                (!levels.is_empty()).then_some(Deed::Levels(levels))?
            }
            Action::Chain => Deed::Chain(self.chain.get().unwrap_or_default()),
        })
    }
}

impl Deed {
    async fn perform(&self, id: u64) -> Result<(), ApiError> {
        match self {
            Self::Kill(grace_s) => api::sessions::kill(id, *grace_s).await,
            Self::Restart => api::sessions::restart(id).await,
            Self::Levels(levels) => api::sessions::set_log_levels(id, levels).await,
            Self::Chain(chain) => {
                let answer = api::chains::set_of_session(id, chain, false, None).await;
                answer.map(drop)
            }
        }
    }
}

/// The dialog.
#[component]
pub(super) fn BulkDialog(
    action: Action,
    marks: RwSignal<BTreeSet<u64>>,
    close: Callback<()>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let access = expect_context::<Access>();
    let met = StoredValue::new(met(live, &marks.get_untracked()));
    let count = met.with_value(Vec::len);
    let open = RwSignal::new(true);
    Effect::new(move || {
        if !open.get() {
            close.run(());
        }
    });
    let choices = Choices::new();
    let results = RwSignal::new(BTreeMap::<u64, Result<(), String>>::new());
    let begun = RwSignal::new(false);
    let perform = Callback::new(move |()| {
        let Some(deed) = untrack(|| choices.deed(action)) else {
            return;
        };
        begun.set(true);
        spawn_local(async move {
            for Met { id, .. } in met.get_value() {
                let answer = deed.perform(id).await;
                let told = match answer {
                    Err(ApiError::NotFound(_)) => Err(bulk::GONE.to_owned()),
                    answer => answer.map_err(|error| access.refused(&error)),
                };
                // The dialog may be closed before all is done: it goes on.
                let _ = results.try_update(|results| results.insert(id, told));
            }
        });
    });
    let done = Memo::new(move |_| results.with(BTreeMap::len));
    let disabled = move || {
        choices
            .deed(action)
            .is_none()
            .then(|| bulk::LEAVE.to_owned())
    };
    let danger = action == Action::Kill;
    view! {
        <Dialog title=bulk::title(action.label(), count) open>
            <Show when=move || !begun.get()><ChoiceFields action choices /></Show>
            <MetTable met results />
            <div class="dialog-actions">
                <span class="page-note" role="status">
                    {move || begun.get().then(|| bulk::progress(done.get(), count))}
                </span>
                <Show
                    when=move || begun.get()
                    fallback=move || view! {
                        <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                        <Button
                            label=bulk::DO_IT
                            kind=if danger { ButtonKind::Danger } else { ButtonKind::Primary }
                            disabled=Signal::derive(disabled)
                            on_press=perform
                        />
                    }
                >
                    <Button label=bulk::CLOSE on_press=Callback::new(move |()| open.set(false)) />
                </Show>
            </div>
        </Dialog>
    }
}

fn met(live: Live, ids: &BTreeSet<u64>) -> Vec<Met> {
    live.with_rows(|rows| {
        let row = |id: &u64| {
            let session = &rows.get(*id)?.session;
            Some(Met {
                id: *id,
                user: session.user.clone(),
                client: client(&session.remote, session.port),
            })
        };
        ids.iter().filter_map(row).collect()
    })
}

#[component]
fn ChoiceFields(action: Action, choices: Choices) -> impl IntoView {
    match action {
        Action::Kill => {
            view! { <TextField label=bulk::GRACE name="grace" value=choices.grace /> }.into_any()
        }
        Action::Restart => view! { <p class="dialog-text">{bulk::RESTART_HINT}</p> }.into_any(),
        Action::Levels => {
            let level = move |(key, label): (&'static str, &'static str)| {
                let change = move |text: String| {
                    choices.levels.update(|levels| {
                        match text.as_str() {
                            "on" => levels.insert(key, true),
                            "off" => levels.insert(key, false),
                            _ => levels.remove(key),
                        };
                    });
                };
                view! {
                    <label class="field field-inline">
                        <span class="field-label">{label}</span>
                        <select class="field-input" on:change:target=move |ev| change(ev.target().value())>
                            <option value="">{bulk::LEAVE}</option>
                            <option value="on">{bulk::ON}</option>
                            <option value="off">{bulk::OFF}</option>
                        </select>
                    </label>
                }
            };
            view! { <div class="choices">{levels::LEVELS.map(level).collect_view()}</div> }
                .into_any()
        }
        Action::Chain => {
            let line = move || chain::line(&choices.chain.get().unwrap_or_default());
            view! {
                <fieldset class="choices">
                    <legend class="field-label">{bulk::FILTERS}</legend>
                    <NameChoice of=Kind::Filters chosen=choices.chain />
                    <p class="bulk-line">{line}</p>
                    <p class="form-about">{bulk::CHAIN_HINT}</p>
                </fieldset>
            }
            .into_any()
        }
    }
}

#[component]
fn MetTable(
    met: StoredValue<Vec<Met>>,
    results: RwSignal<BTreeMap<u64, Result<(), String>>>,
) -> impl IntoView {
    let count = met.with_value(Vec::len);
    let row = move |Met { id, user, client }: Met| {
        let result = move || match results.with(|results| results.get(&id).cloned()) {
            None => ("tone-faint", bulk::WAITING.to_owned()),
            Some(Ok(())) => ("tone-good", bulk::DONE.to_owned()),
            Some(Err(detail)) => ("tone-bad", detail),
        };
        view! {
            <tr>
                <th scope="row">{id}</th>
                <td>{user}</td>
                <td>{client}</td>
                <td><span class=move || format!("cell-text {}", result().0)>{move || result().1}</span></td>
            </tr>
        }
    };
    let shown: Vec<Met> = met.with_value(|met| met.iter().take(SHOWN_MAX).cloned().collect());
    view! {
        <div class="bulk-table" tabindex="0" role="region" aria-label=bulk::SESSION>
            <table class="grid-table">
                <thead>
                    <tr>
                        <th scope="col">{bulk::SESSION}</th>
                        <th scope="col">{bulk::USER}</th>
                        <th scope="col">{bulk::CLIENT}</th>
                        <th scope="col">{bulk::RESULT}</th>
                    </tr>
                </thead>
                <tbody>{shown.into_iter().map(row).collect_view()}</tbody>
            </table>
            {(count > SHOWN_MAX).then(|| view! { <p class="chain-none">{bulk::more(count - SHOWN_MAX)}</p> })}
        </div>
    }
}
