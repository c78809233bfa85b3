//! Sessions that have ended a short while ago.

use leptos::prelude::*;

use super::BASE;
use super::list_page::{EmptyTexts, ListPage};
use super::sessions::client;
use crate::api::objects::Object;
use crate::components::badge::Tone;
use crate::components::data_table::{DataCell, DataColumn, DataLook, DataRow, DataTable};
use crate::components::holding::Holding;
use crate::components::icon::{Glyph, Icon};
use crate::format;
use crate::messages::{bulk, ended as texts, objects, session, sessions};
use crate::state::polled::Polled;
use crate::state::settings::Settings;

/// The page.
#[component]
pub fn EndedPage() -> impl IntoView {
    let polled = Polled::start(|| "sessions?ended=true".to_owned(), 1);
    let settings = expect_context::<Settings>();
    let rows = Memo::new(move |_| {
        let page = polled.page();
        page.objects
            .iter()
            .rev()
            .map(|object| row(object, settings))
            .collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let empty = EmptyTexts {
        glyph: Glyph::Sessions,
        title: texts::EMPTY_TITLE.to_owned(),
        text: texts::EMPTY_TEXT.to_owned(),
    };
    let holding = Holding::new();
    let lead = || {
        view! {
            <a class="back-link" href=format!("{BASE}/sessions")>
                <Icon glyph=Glyph::Back />
                <span>{sessions::TITLE}</span>
            </a>
        }
    };
    view! {
        <ListPage title=texts::HEADING polled is_empty empty count=texts::HINT holding lead>
            <DataTable label=texts::HEADING columns=columns() rows holding />
        </ListPage>
    }
}

fn columns() -> Vec<DataColumn> {
    let column = |title, look, narrow| DataColumn {
        title,
        look,
        narrow,
    };
    vec![
        column(bulk::SESSION, DataLook::Number, true),
        column(bulk::USER, DataLook::Text, true),
        column(bulk::CLIENT, DataLook::Text, false),
        column(objects::SERVICE, DataLook::Text, false),
        column(session::CONNECTED, DataLook::Text, false),
        column(texts::TITLE, DataLook::Text, false),
        column(session::STATEMENTS, DataLook::Number, false),
        column(texts::WHY, DataLook::Sentence, true),
    ]
}

fn row(object: &Object, settings: Settings) -> DataRow {
    let number = |pointer: &str| object.number(pointer).unwrap_or(0);
    let port = u16::try_from(number("/port")).unwrap_or(0);
    let statements = number("/statement_count");
    let why = match object.text("/close_reason/detail") {
        "" => DataCell::toned(format::NONE, Tone::Faint),
        reason => DataCell::text(reason),
    };
    DataRow {
        key: object.id().to_owned(),
        href: Some(format!("{BASE}/sessions/{}", object.id())),
        cells: vec![
            DataCell::number(object.id(), object.id().parse().unwrap_or(0)),
            DataCell::text(object.text("/user")),
            DataCell::text(client(object.text("/remote"), port)),
            DataCell::text(object.related("services").join(", ")),
            DataCell::text(settings.time_of(object.text("/connected"))),
            DataCell::text(settings.time_of(object.text("/ended"))),
            DataCell::number(format::count(statements), statements),
            why,
        ],
    }
}
