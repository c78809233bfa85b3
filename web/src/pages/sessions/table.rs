//! Sessions as rows of a table.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use sluicegate_shared::event::SessionState;

use super::SessionsPlace;
use super::address::Address;
use crate::components::badge::Tone;
use crate::components::virtual_table::VirtualTable;
use crate::components::virtual_table::model::{
    Cell, CellKind, Hold, RowSource, TableColumn, TableRow, TableSort,
};
use crate::format;
use crate::messages::sessions;
use crate::pages::BASE;
use crate::state::rows::Row;
use crate::state::session_list::column::Column;
use crate::state::session_list::list::{Counts, SessionList};

/// The table.
#[component]
pub(super) fn SessionTable(
    list: SessionList,
    address: Address,
    hold: RwSignal<Hold>,
    counts: Memo<Counts>,
    marks: RwSignal<BTreeSet<u64>>,
) -> impl IntoView {
    let view = address.view();
    let chosen = Memo::new(move |_| view.with(|view| view.columns.clone()));
    let columns =
        Memo::new(move |_| chosen.with(|c| c.iter().map(|&c| column(c)).collect::<Vec<_>>()));
    let sort = Memo::new(move |_| {
        let sort = view.with(|view| view.sort);
        TableSort {
            key: sort.column.key(),
            descending: sort.descending,
        }
    });
    let len = Memo::new(move |_| counts.get().rows);
    let source = RowSource {
        len: len.into(),
        row: Callback::new(move |place| {
            let (row, now_ms) = list.row_at(place)?;
            Some(chosen.with(|columns| table_row(&row, columns, now_ms)))
        }),
        place: Callback::new(move |id| list.place_of(id)),
        key: Callback::new(move |place| list.id_at(place)),
    };
    let on_sort = Callback::new(move |key| {
        if let Some(column) = Column::named(key) {
            address.sort_by(column);
        }
    });
    let navigate = use_navigate();
    let navigate = StoredValue::new_local(navigate);
    let on_open = Callback::new(move |href: String| {
        navigate.with_value(|navigate| {
            let options = leptos_router::NavigateOptions {
                resolve: false,
                ..Default::default()
            };
            navigate(&href, options);
        });
    });
    // The table goes with its pointer and its focus still in it when the list gets empty.
    on_cleanup(move || hold.set(Hold::default()));
    let SessionsPlace(at) = expect_context();
    view! { <VirtualTable label=sessions::TITLE at columns source sort on_sort on_open hold marks /> }
}

fn column(column: Column) -> TableColumn {
    let (width_px, share) = width(column);
    TableColumn {
        key: column.key(),
        title: sessions::column(column),
        hint: sessions::column_hint(column),
        width_px,
        share,
        kind: kind(column),
    }
}

/// The width of a column in pixels, and its share of what is left.
fn width(column: Column) -> (u16, u8) {
    match column {
        Column::Transaction => (56, 0),
        Column::Idle | Column::Thread => (60, 0),
        Column::User | Column::Service => (80, 4),
        Column::Client => (134, 4),
        Column::Database => (76, 4),
        Column::Servers | Column::Filters => (92, 7),
        Column::State | Column::Rate => (70, 0),
        Column::Statements => (88, 0),
        Column::Id => (62, 0),
        Column::Connected => (82, 0),
        Column::Memory | Column::Io => (74, 0),
    }
}

fn kind(column: Column) -> CellKind {
    match column {
        Column::Id => CellKind::Link,
        Column::State | Column::Transaction => CellKind::Badge,
        Column::User
        | Column::Client
        | Column::Service
        | Column::Database
        | Column::Servers
        | Column::Filters => CellKind::Text,
        _ => CellKind::Number,
    }
}

fn table_row(row: &Row, columns: &[Column], now_ms: u64) -> TableRow {
    let id = row.session.id;
    TableRow {
        key: id,
        href: format!("{BASE}/sessions/{id}"),
        leaving: row.ended,
        cells: columns
            .iter()
            .map(|&column| cell(row, column, now_ms))
            .collect(),
    }
}

fn cell(row: &Row, column: Column, now_ms: u64) -> Cell {
    let session = &row.session;
    let text = match column {
        Column::Id => session.id.to_string(),
        Column::User => session.user.clone(),
        Column::Client => client(&session.remote, session.port),
        Column::Service => session.service.clone(),
        Column::Database => session.database.clone().unwrap_or_else(none),
        Column::Servers => {
            let servers: Vec<&str> = session
                .connections
                .iter()
                .map(|c| c.server.as_str())
                .collect();
            if servers.is_empty() {
                none()
            } else {
                servers.join(", ")
            }
        }
        Column::Filters => sessions::filters(&session.filters, session.pending.as_deref()),
        Column::State => return state(row),
        Column::Transaction if session.transaction => {
            return Cell {
                text: sessions::IN_TRANSACTION.to_owned(),
                tone: Tone::Warning,
            };
        }
        Column::Transaction => String::new(),
        Column::Connected => format::age(now_ms.saturating_sub(session.connected_ms)),
        Column::Idle => format::age(now_ms.saturating_sub(session.active_ms)),
        Column::Statements => format::count(session.statements),
        Column::Rate => return rate(row.statement_rate.per_second(now_ms)),
        Column::Io => format::count(session.io_activity),
        Column::Memory => format::bytes(session.memory),
        Column::Thread => session.thread.to_string(),
    };
    let tone = if text == format::NONE {
        Tone::Faint
    } else {
        Tone::Neutral
    };
    Cell { text, tone }
}

/// An address and a port; a Unix socket has none.
pub(in crate::pages) fn client(remote: &str, port: u16) -> String {
    match port {
        0 => remote.to_owned(),
        _ if remote.contains(':') => format!("[{remote}]:{port}"),
        _ => format!("{remote}:{port}"),
    }
}

/// What a session is doing.
pub(in crate::pages) fn state(row: &Row) -> Cell {
    let (text, tone) = match row.session.state {
        _ if row.ended => (sessions::STATE_ENDED, Tone::Faint),
        SessionState::Idle => (sessions::STATE_IDLE, Tone::Faint),
        SessionState::Busy => (sessions::STATE_BUSY, Tone::Active),
        SessionState::Closing => (sessions::STATE_CLOSING, Tone::Bad),
    };
    Cell {
        text: text.to_owned(),
        tone,
    }
}

fn rate(per_second: f64) -> Cell {
    let text = format::rate(per_second);
    let tone = if text == "0" {
        Tone::Faint
    } else {
        Tone::Neutral
    };
    Cell { text, tone }
}

fn none() -> String {
    format::NONE.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::rows::tests::{rows, session};

    #[test]
    fn a_session_is_told_in_short_texts() {
        let rows = rows(vec![session(7, "ann")]);
        let row = table_row(rows.get(7).unwrap(), &Column::ALL, 62_000);
        let texts: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "7",
                "ann",
                "10.0.0.7:40000",
                "Read-Write",
                "Shop",
                "db1",
                "–",
                "idle",
                "",
                "1m 01s",
                "1m 00s",
                "0",
                "0",
                "0",
                "1.0 KiB",
                "0",
            ]
        );
        assert_eq!(row.href, "/console/sessions/7");
    }

    #[test]
    fn a_client_is_an_address_and_a_port_or_a_socket() {
        assert_eq!(client("10.0.0.7", 4000), "10.0.0.7:4000");
        assert_eq!(client("::1", 4000), "[::1]:4000");
        assert_eq!(client("localhost", 0), "localhost");
    }
}
