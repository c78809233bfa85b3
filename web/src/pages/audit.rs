//! Who changed what, when and from where; what was before; and a way back.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen_futures::spawn_local;

use super::BASE;
use super::objects::state::PolledView;
use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::badge::{Badge, Tone};
use crate::components::button::Button;
use crate::components::icon::{Glyph, Icon};
use crate::format;
use crate::messages::{app, audit as texts};
use crate::state::access::Access;
use crate::state::json_diff::{Changed, changed};
use crate::state::polled::Polled;
use crate::state::settings::Settings;

const PAGE_SIZE: usize = 50;

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let query = use_query_map();
    let number = Memo::new(move |_| {
        let text = query.with(|query| query.get("page"));
        text.and_then(|text| text.parse::<usize>().ok())
            .unwrap_or(0)
    });
    let polled = Polled::start(
        move || {
            format!(
                "audit?sort=-id&page[size]={PAGE_SIZE}&page[number]={}",
                number.get()
            )
        },
        1,
    );
    let records = Memo::new(move |_| polled.page().objects.clone());
    let is_empty = Memo::new(move |_| records.with(Vec::is_empty));
    let told = RwSignal::new(None::<String>);
    let open = RwSignal::new(None::<String>);
    let more = move || records.with(Vec::len) == PAGE_SIZE;
    let link = |to: usize, label: &'static str| {
        view! { <a class="button" href=format!("{BASE}/audit?page={to}")>{label}</a> }
    };
    let table = move || {
        view! {
            <div class="table-scroll">
                <table class="data-table" aria-label=texts::TITLE>
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
    };
    view! {
        <div class="page page-full">
            <div class="toolbar">
                <h1 class="toolbar-title">{texts::TITLE}</h1>
                <span class="page-note" role="status">{move || told.get()}</span>
                <span class="toolbar-space"></span>
                {move || (number.get() > 0).then(|| link(number.get() - 1, texts::NEWER))}
                {move || more().then(|| link(number.get() + 1, texts::OLDER))}
            </div>
            <div class="page-table live-data">
                <PolledView
                    polled
                    is_empty
                    empty_glyph=Glyph::Audit
                    empty_title=texts::EMPTY_TITLE.to_owned()
                    empty_text=texts::EMPTY_TEXT.to_owned()
                >
                    {table}
                </PolledView>
            </div>
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
    let label = format!("{} {}", texts::SHOW, record.id());
    view! {
        <tbody class="audit-record" class:is-open=move || is_open.get()>
            <tr>
                <td class="audit-toggle">
                    <button type="button" class="icon-button" aria-label=label aria-expanded=move || is_open.get().to_string() on:click=toggle>
                        <Icon glyph=Signal::derive(move || if is_open.get() { Glyph::Close } else { Glyph::More }) />
                    </button>
                </td>
                <th scope="row">{move || settings.time_of(&time)}</th>
                <td>{record.text("/user").to_owned()}</td>
                <td class="is-wide">{record.text("/address").to_owned()}</td>
                <td>{action}</td>
                <td>{kind} " " <strong>{record.text("/name").to_owned()}</strong></td>
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
    let disabled = move || access.is_read_only().then(|| app::READ_ONLY.to_owned());
    let path = StoredValue::new(format!("{}/undo", path_of("audit", &id)));
    let undo = Callback::new(move |()| {
        let write = Write::new(Method::Post, path.get_value());
        spawn_local(async move {
            let text = match write.send().await {
                Ok(()) => texts::UNDONE.to_owned(),
                Err(error) => texts::failed(&access.refused(&error)),
            };
            let _ = told.try_set(Some(text));
            polled.ask();
        });
    });
    view! { <Button label=texts::UNDO glyph=Glyph::Undo disabled=Signal::derive(disabled) on_press=undo /> }
}
