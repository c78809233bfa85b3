//! Who changed what, when and from where; what was before; and a way back.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen_futures::spawn_local;

use super::BASE;
use super::list_page::{EmptyTexts, ListPage};
use super::objects::kind::Kind;
use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::badge::{Badge, Tone};
use crate::components::button::Button;
use crate::components::holding::Holding;
use crate::components::icon::{Glyph, Icon};
use crate::format;
use crate::messages::audit as texts;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::json_diff::{Changed, changed};
use crate::state::live::Live;
use crate::state::polled::Polled;
use crate::state::settings::Settings;
use crate::widgets::pause_button::PauseButton;

const PAGE_SIZE: usize = 50;

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let number = Memo::new(move |_| {
        let text = query.with(|query| query.get("page"));
        text.and_then(|text| text.parse::<usize>().ok())
            .unwrap_or(0)
    });
    let path = move || {
        let number = number.get();
        format!("audit?sort=-id&page[size]={PAGE_SIZE}&page[number]={number}")
    };
    let following = Following::start(Polled::start(path, 0), number);
    let Following {
        polled,
        records,
        holding,
        paused,
        ..
    } = following;
    let is_empty = Memo::new(move |_| records.with(Vec::is_empty));
    let told = RwSignal::new(None::<String>);
    let open = RwSignal::new(None::<String>);
    let empty = EmptyTexts {
        glyph: Glyph::Audit,
        title: texts::EMPTY_TITLE.to_owned(),
        text: texts::EMPTY_TEXT.to_owned(),
    };
    let hint = move || paused.get().then(|| texts::paused(following.waiting()));
    let link = |to: usize, label: &'static str| {
        view! { <a class="button" href=format!("{BASE}/audit?page={to}")>{label}</a> }
    };
    let has_older = Memo::new(move |_| records.with(Vec::len) == PAGE_SIZE);
    let tools = move || {
        view! {
            <span class="page-note" role="status">{move || told.get()}</span>
            {move || (number.get() > 0).then(|| link(number.get() - 1, texts::NEWER))}
            {move || has_older.get().then(|| link(number.get() + 1, texts::OLDER))}
            <PauseButton paused on_change=Callback::new(move |on| paused.set(on)) />
        }
    };
    view! {
        <ListPage title=texts::TITLE polled is_empty empty holding hint=Signal::derive(hint) tools>
            <RecordTable records holding open told polled />
        </ListPage>
    }
}

/// The records as they are told: the page is asked for again when there are new ones, but for while
/// someone is on the list, or has stopped it. `Copy`.
#[derive(Debug, Clone, Copy)]
struct Following {
    polled: Polled,
    records: Memo<Vec<Object>>,
    holding: Holding,
    paused: RwSignal<bool>,
    /// The last record that there was when what is shown was asked for.
    upto: Memo<u64>,
    live: Live,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Default)]
struct Shown {
    upto: u64,
    records: Vec<Object>,
}

impl Shown {
    /// Records come at any time to a list that has none, as before another page has come.
    fn after(before: Option<&Self>, now: Self, stops: bool) -> Self {
        let stays = |before: &&Self| stops && !before.records.is_empty() && !now.records.is_empty();
        if let Some(before) = before.filter(stays) {
            return before.clone();
        }
        let upto = before.map_or(0, |before| before.upto).max(now.upto);
        Self { upto, ..now }
    }
}

impl Following {
    fn start(polled: Polled, number: Memo<usize>) -> Self {
        let live = expect_context::<Live>();
        let holding = Holding::new();
        let paused = RwSignal::new(false);
        let stops = Memo::new(move |_| paused.get() || holding.is_held());
        let asked = StoredValue::new(untrack(move || live.audit()));
        let shown = Memo::new(move |before: Option<&Shown>| {
            let records = polled.page().objects.clone();
            let newest = || records.first()?.id().parse::<u64>().ok();
            let newest = (number.get_untracked() == 0).then(newest).flatten();
            let upto = newest.unwrap_or_else(|| asked.get_value());
            Shown::after(before, Shown { upto, records }, stops.get())
        });
        let following = Self {
            polled,
            records: Memo::new(move |_| shown.with(|shown| shown.records.clone())),
            holding,
            paused,
            upto: Memo::new(move |_| shown.with(|shown| shown.upto)),
            live,
        };
        let stale = Memo::new(move |_| live.link().is_stale());
        // Tells whether what was asked for may have been lost.
        Effect::new(move |lost: Option<bool>| {
            let lost = lost.unwrap_or(false) || stale.get();
            if stale.get() || stops.get() {
                return lost;
            }
            if lost || following.waiting() > 0 {
                asked.set_value(untrack(move || live.audit()));
                polled.ask();
            }
            false
        });
        Effect::new(move || {
            let is_held = stops.get() && !paused.get();
            holding.set_waiting(if is_held { following.waiting() } else { 0 });
        });
        following
    }

    /// How many records are not shown yet.
    fn waiting(self) -> usize {
        let new = self.live.audit().saturating_sub(self.upto.get());
        usize::try_from(new).unwrap_or(usize::MAX)
    }
}

#[component]
fn RecordTable(
    records: Memo<Vec<Object>>,
    holding: Holding,
    open: RwSignal<Option<String>>,
    told: RwSignal<Option<String>>,
    polled: Polled,
) -> impl IntoView {
    on_cleanup(move || holding.release());
    view! {
        <div class="table-scroll">
            <table
                class="data-table"
                aria-label=texts::TITLE
                on:pointerenter=move |_| holding.point(true)
                on:pointerleave=move |_| holding.point(false)
                on:focusin=move |_| holding.focus()
                on:focusout=move |ev| holding.blur(&ev)
            >
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{texts::WHEN}</th>
                        <th scope="col">{texts::WHO}</th>
                        <th scope="col" class="is-wide">{texts::FROM}</th>
                        <th scope="col">{texts::ACTION}</th>
                        <th scope="col">{texts::OBJECT}</th>
                        <th scope="col" class="is-wide">{texts::OUTCOME}</th>
                    </tr>
                </thead>
                <For
                    each=move || records.get()
                    key=|record| record.id().to_owned()
                    children=move |record| view! { <Record record open told polled /> }
                />
            </table>
        </div>
    }
}

/// A record, and what it changed when it is open.
#[component]
fn Record(
    record: Object,
    open: RwSignal<Option<String>>,
    told: RwSignal<Option<String>>,
    polled: Polled,
) -> impl IntoView {
    let id = StoredValue::new(record.id().to_owned());
    let is_open = Memo::new(move |_| open.get() == Some(id.get_value()));
    let toggle = move |_| {
        let to = (!is_open.get_untracked()).then(|| id.get_value());
        open.set(to);
    };
    let changes = StoredValue::new(changed(record.at("/before"), record.at("/after")));
    let outcome = record.text("/outcome").to_owned();
    let tone = if outcome.is_empty() || outcome == "done" {
        Tone::Good
    } else {
        Tone::Warning
    };
    let kind = record.text("/kind").to_lowercase();
    let action = match record.number("/undoes") {
        Some(other) => format!("{} ({})", record.text("/action"), texts::undoes(other)),
        None => record.text("/action").to_owned(),
    };
    let settings = expect_context::<Settings>();
    let time = record.text("/time").to_owned();
    let when = move || {
        // Day and hour stay whole where there is little room.
        let text = settings.time_of(&time);
        let part = |part: &str| view! { <span class="time-part">{part.to_owned()}" "</span> };
        text.split(' ').map(part).collect_view()
    };
    let name = record.text("/name").to_owned();
    let named = match href_of(&kind, &name) {
        Some(href) => view! { <a href=href><strong>{name}</strong></a> }.into_any(),
        None => view! { <strong>{name}</strong> }.into_any(),
    };
    let label = format!("{} {}", texts::SHOW, record.id());
    view! {
        <tbody class="audit-record" class:is-open=move || is_open.get()>
            // A press on the button is one on the row.
            <tr class="audit-row" on:click=toggle>
                <td class="audit-toggle">
                    <button type="button" class="icon-button" aria-label=label aria-expanded=move || is_open.get().to_string()>
                        <Icon glyph=Signal::derive(move || if is_open.get() { Glyph::Opened } else { Glyph::Closed }) />
                    </button>
                </td>
                <th scope="row">{when}</th>
                <td>{record.text("/user").to_owned()}</td>
                <td class="is-wide">{record.text("/address").to_owned()}</td>
                <td>{action}</td>
                <td>{kind} " " {named}</td>
                <td class="is-wide"><Badge text=Signal::stored(outcome) tone=Signal::stored(tone) /></td>
            </tr>
            <Show when=move || is_open.get()>
                <tr>
                    <td colspan="7" class="audit-change">
                        <ChangeTable changes=changes.get_value() />
                        <Undo id=id.get_value() told polled />
                    </td>
                </tr>
            </Show>
        </tbody>
    }
}

/// Where the object of a record is in the console, if it has a page there.
fn href_of(kind: &str, name: &str) -> Option<String> {
    match kind {
        "sessions" => Some(format!("{BASE}/{}", path_of(kind, name))),
        "maxscale" => Some(format!("{BASE}/gateway")),
        kind => Kind::of(kind).map(|kind| kind.href(name)),
    }
}

#[component]
fn ChangeTable(changes: Vec<Changed>) -> impl IntoView {
    if changes.is_empty() {
        return view! { <p class="panel-empty">{texts::NO_CHANGE}</p> }.into_any();
    }
    let value = |text: Option<String>| text.unwrap_or_else(|| format::NONE.to_owned());
    let row = move |Changed {
                        path,
                        before,
                        after,
                    }: Changed| {
        view! {
            <tr>
                <th scope="row">{path}</th>
                <td class="is-before"><del>{value(before)}</del></td>
                <td class="is-after">{value(after)}</td>
            </tr>
        }
    };
    view! {
        <table class="grid-table diff-table" aria-label=texts::CHANGE>
            <thead>
                <tr>
                    <th scope="col">{texts::WHAT}</th>
                    <th scope="col">{texts::BEFORE}</th>
                    <th scope="col">{texts::AFTER}</th>
                </tr>
            </thead>
            <tbody>{changes.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Undo(id: String, told: RwSignal<Option<String>>, polled: Polled) -> impl IntoView {
    let access = expect_context::<Access>();
    let busy = RwSignal::new(false);
    let disabled = move || read_only(access);
    let path = StoredValue::new(format!("{}/undo", path_of("audit", &id)));
    let undo = Callback::new(move |()| {
        let write = Write::new(Method::Post, path.get_value());
        busy.set(true);
        spawn_local(async move {
            let text = match write.send().await {
                Ok(_) => texts::UNDONE.to_owned(),
                Err(error) => texts::failed(&access.refused(&error)),
            };
            let _ = busy.try_set(false);
            let _ = told.try_set(Some(text));
            polled.ask();
        });
    });
    view! { <Button label=texts::UNDO glyph=Glyph::Undo busy=Signal::derive(move || busy.get()) disabled=Signal::derive(disabled) on_press=undo /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(upto: u64, ids: &[&str]) -> Shown {
        let record = |id: &&str| {
            let text = format!(r#"{{"id":"{id}","type":"audit","attributes":{{}}}}"#);
            let resource: sluicegate_shared::jsonapi::Resource<serde_json::Value> =
                serde_json::from_str(&text).unwrap();
            Object::from(resource)
        };
        Shown {
            upto,
            records: ids.iter().map(record).collect(),
        }
    }

    #[test]
    fn records_that_come_to_a_stopped_list_wait() {
        let before = shown(7, &["7", "6"]);
        let now = || shown(8, &["8", "7"]);
        assert_eq!(Shown::after(Some(&before), now(), true), before);
        assert_eq!(Shown::after(Some(&before), now(), false), now());
        assert_eq!(Shown::after(None, now(), true), now());
    }

    #[test]
    fn another_page_comes_to_a_stopped_list_too() {
        let before = shown(70, &["70", "69"]);
        let turning = Shown::after(Some(&before), shown(60, &[]), true);
        assert_eq!(turning, shown(70, &[]), "what is known is not forgotten");
        let next = Shown::after(Some(&turning), shown(60, &["20"]), true);
        assert_eq!(next, shown(70, &["20"]));
    }
}
