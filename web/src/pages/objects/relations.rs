//! What an object is related to.

use leptos::prelude::*;

use super::kind::Kind;
use super::targets::TargetChoice;
use crate::api::objects::{Object, path_of};
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::messages::objects as texts;
use crate::pages::BASE;
use crate::state::polled::Polled;

/// The panel.
#[component]
pub(super) fn Relations(
    kind: Kind,
    name: String,
    object: Memo<Option<Object>>,
    polled: Polled,
) -> impl IntoView {
    let related = Memo::new(move |_| {
        let object = object.get();
        let names = |other: Kind| {
            let names = object
                .as_ref()
                .map(|o| o.related(other.path()))
                .unwrap_or_default();
            (other.path(), names)
        };
        let all = Kind::ALL.into_iter().map(names);
        all.filter(|(_, names)| !names.is_empty())
            .collect::<Vec<_>>()
    });
    let group = move |(path, names): (&'static str, Vec<String>)| {
        let other = Kind::of(path);
        let link = move |name: String| {
            let href = other.map(|other| other.href(&name));
            view! { <li><a class="chip" href=href><Icon glyph=other.map_or(Glyph::Next, Kind::glyph) />{name}</a></li> }
        };
        view! {
            <div class="fact">
                <dt class="fact-label">{texts::related(kind.path(), path)}</dt>
                <dd class="fact-value"><ul class="chips">{names.into_iter().map(link).collect_view()}</ul></dd>
            </div>
        }
    };
    let module = move || {
        let module = object.with(|object| object.as_ref().map(|o| kind.module_of(o)));
        module.filter(|module| !module.is_empty()).map(|module| {
            let href = format!("{BASE}/{}", path_of("modules", &module));
            view! { <ul class="chips"><li><a class="chip" href=href><Icon glyph=Glyph::Module />{module}</a></li></ul> }
        })
    };
    let sessions = (kind == Kind::Services).then(|| {
        let href = format!(
            "{BASE}/sessions?search=service:{}",
            crate::api::request::segment(&name)
        );
        view! { <a class="panel-link" href=href>{texts::SHOW_SESSIONS}</a> }
    });
    view! {
        <Panel title=texts::RELATED>
            <dl class="facts">
                {move || related.get().into_iter().map(group).collect_view()}
                <div class="fact">
                    <dt class="fact-label">{texts::MODULE}</dt>
                    <dd class="fact-value">{module}</dd>
                </div>
            </dl>
            <Show when=move || related.with(Vec::is_empty)>
                <p class="panel-empty">{texts::NO_RELATED}</p>
            </Show>
            {sessions}
            {(!kind.targets().is_empty()).then(|| view! { <TargetChoice kind name polled /> })}
        </Panel>
    }
}
