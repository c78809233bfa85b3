//! The chain editor of a service: what its sessions begin with.

use leptos::prelude::*;

use super::kind::Kind;
use crate::api::chains::ServerChain;
use crate::api::objects::Object;
use crate::components::check_box::CheckBox;
use crate::components::panel::Panel;
use crate::messages::chain;
use crate::pages::read_only;
use crate::pages::session::choice;
use crate::state::access::Access;
use crate::state::chain::draft::Draft;
use crate::state::chain::editing::{Editing, Outcome, Target};
use crate::state::filter_choices;
use crate::state::live::Live;
use crate::state::polled::Polled;
use crate::widgets::chain_editor::ChainEditor;

/// The editor in its panel.
#[component]
pub(super) fn ServiceChain(
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let live = expect_context::<Live>();
    let editing = Editing::start(Target::Service(name), access);
    let told = Memo::new(move |_| {
        object.with(|object| {
            let object = object.as_ref()?;
            Some(ServerChain {
                active: object.related(Kind::Filters.path()),
                version: object.version().map(str::to_owned),
                ..ServerChain::default()
            })
        })
    });
    Effect::new(move || {
        if let Some(told) = told.get() {
            editing.seen(told);
        }
    });
    Effect::new(move || {
        if editing.outcome().get() == Outcome::Accepted {
            polled.ask();
        }
    });
    let known = filter_choices::filters();
    let choices = Memo::new(move |_| known.get().into_iter().map(choice).collect::<Vec<_>>());
    let stale = Memo::new(move |_| live.link().is_stale());
    let locked = move || read_only(access);
    let unsendable = move || stale.get().then(|| chain::NOT_CONNECTED.to_owned());
    let note = move || {
        let lost = stale.get() && editing.draft().with(Draft::is_changed);
        lost.then(|| chain::OFFLINE.to_owned())
    };
    let options = editing.options();
    let sessions = Memo::new(move |_| {
        object.with(|object| {
            object
                .as_ref()
                .and_then(|o| o.number("/connections"))
                .unwrap_or(0)
        })
    });
    let label = Signal::derive(move || chain::live_sessions(sessions.get()));
    view! {
        <Panel title=chain::TITLE class="panel-wide panel-chain" aside=chain::OF_SERVICE>
            <ChainEditor
                editing
                choices
                locked=Signal::derive(locked)
                unsendable=Signal::derive(unsendable)
                note=Signal::derive(note)
            >
                <CheckBox
                    label
                    checked=Signal::derive(move || options.with(|o| o.live_sessions))
                    on_change=Callback::new(move |on| options.update(|o| o.live_sessions = on))
                />
            </ChainEditor>
        </Panel>
    }
}
