//! The switches of the session's log levels.

use leptos::prelude::*;
use sluicegate_shared::session::SessionParameters;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::components::check_box::CheckBox;
use crate::components::panel::Panel;
use crate::messages::{levels, session};
use crate::state::access::Access;
use crate::state::session_watch::SessionWatch;

/// The switches in their panel.
#[component]
pub(super) fn LogLevels(id: u64, watch: SessionWatch, ended: Memo<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let failure = RwSignal::new(None::<String>);
    let set = Memo::new(move |_| {
        let watched = watch.watched();
        watched
            .session()
            .map_or_else(SessionParameters::default, |s| s.attributes.parameters)
    });
    let fixed = Memo::new(move |_| ended.get() || access.is_read_only());
    let switch = move |(key, label): (&'static str, &'static str)| {
        let change = move |on: bool| {
            spawn_local(async move {
                let answer = api::sessions::set_log_levels(id, &[(key, on)]).await;
                let told = answer.map_err(|error| session::levels_failed(&access.refused(&error)));
                let _ = failure.try_set(told.err());
                watch.fetch();
            });
        };
        let checked = Signal::derive(move || is_on(set.get(), key));
        view! { <CheckBox label checked fixed on_change=Callback::new(change) /> }
    };
    view! {
        <Panel title=session::LOG_LEVELS>
            <div class="switches">{levels::LEVELS.map(switch).collect_view()}</div>
            <p class="panel-hint">{session::LOG_LEVELS_HINT}</p>
            <p class="form-error panel-hint" role="alert">{move || failure.get()}</p>
        </Panel>
    }
}

fn is_on(set: SessionParameters, key: &str) -> bool {
    match key {
        "log_error" => set.log_error,
        "log_warning" => set.log_warning,
        "log_notice" => set.log_notice,
        "log_info" => set.log_info,
        _ => set.log_debug,
    }
}
