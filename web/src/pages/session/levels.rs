//! The switches of the session's log levels.

use leptos::prelude::*;
use sluicegate_shared::session::SessionParameters;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::components::check_box::CheckBox;
use crate::components::panel::Panel;
use crate::messages::{levels, session};
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::palette::{Command, Palette};
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
    let change = move |key: &'static str, on: bool| {
        spawn_local(async move {
            let answer = api::sessions::set_log_levels(id, &[(key, on)]).await;
            let told = answer.map_err(|error| session::levels_failed(&access.refused(&error)));
            let _ = failure.try_set(told.err());
            watch.fetch();
        });
    };
    if let Some(palette) = use_context::<Palette>() {
        palette.offer(move || {
            let command = |(key, label): (&'static str, &'static str)| {
                let on = !is_on(set.get(), key);
                let title = levels::switch(label, on);
                Command::run(session::GROUP, title, move || change(key, on))
            };
            let known = levels::LEVELS.iter().filter(|_| !fixed.get());
            known.copied().map(command).collect()
        });
    }
    let switch = move |(key, label): (&'static str, &'static str)| {
        let checked = Signal::derive(move || is_on(set.get(), key));
        view! { <CheckBox label checked fixed on_change=Callback::new(move |on| change(key, on)) /> }
    };
    view! {
        <Panel title=session::LOG_LEVELS>
            <div class="switches">{levels::LEVELS.map(switch).collect_view()}</div>
            <p class="panel-hint">
                {move || read_only(access).unwrap_or_else(|| session::LOG_LEVELS_HINT.to_owned())}
            </p>
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
