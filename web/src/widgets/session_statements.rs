//! The last statements of a session, and the last lines of its log.

use leptos::html;
use leptos::prelude::*;
use sluicegate_shared::session::{QueryResponse, SessionQuery};

use crate::format;
use crate::messages::session;

/// The statements, the newest first.
#[component]
pub fn StatementTable(
    /// The statements, the oldest first.
    #[prop(into)]
    statements: Signal<Vec<SessionQuery>>,
) -> impl IntoView {
    let row = |query: SessionQuery| {
        let servers: Vec<String> = query.responses.iter().map(response).collect();
        let (state, class) = match (&query.completed, servers.is_empty()) {
            (None, _) => (session::STATEMENT_RUNS.to_owned(), "is-running"),
            (Some(_), true) => (session::STATEMENT_ANSWERED.to_owned(), ""),
            (Some(_), false) => (servers.join(", "), ""),
        };
        let time = query
            .received
            .split_once('T')
            .map_or("", |(_, time)| time)
            .to_owned();
        view! {
            <tr>
                <td class="is-time" title=query.received.clone()>{time}</td>
                <td class="is-statement" title=query.statement.clone()><code>{query.statement.clone()}</code></td>
                <td class="is-command">{query.command}</td>
                <td class=class>{state}</td>
            </tr>
        }
    };
    view! {
        <Show
            when=move || statements.with(|list| !list.is_empty())
            fallback=|| view! { <p class="panel-empty">{session::NO_STATEMENTS}</p> }
        >
            <div class="scroll-box" tabindex="0" role="region" aria-label=session::STATEMENT_LIST>
                <table class="grid-table grid-statements">
                    <thead>
                        <tr>
                            <th scope="col">{session::RECEIVED}</th>
                            <th scope="col">{session::STATEMENT}</th>
                            <th scope="col" class="is-command">{session::COMMAND}</th>
                            <th scope="col">{session::REPLIED}</th>
                        </tr>
                    </thead>
                    <tbody>{move || statements.get().into_iter().rev().map(row).collect_view()}</tbody>
                </table>
            </div>
        </Show>
    }
}

fn response(response: &QueryResponse) -> String {
    format!(
        "{} {}",
        response.server,
        format::milliseconds(response.duration)
    )
}

/// The last lines of a log; stays at the end unless someone has scrolled up.
#[component]
pub fn LogTail(
    /// The lines.
    #[prop(into)]
    lines: Signal<Vec<String>>,
) -> impl IntoView {
    let tail: NodeRef<html::Pre> = NodeRef::new();
    let follows = StoredValue::new(true);
    Effect::new(move || {
        lines.track();
        if let Some(tail) = tail.get().filter(|_| follows.get_value()) {
            tail.set_scroll_top(tail.scroll_height());
        }
    });
    let on_scroll = move |_| {
        if let Some(tail) = tail.get_untracked() {
            let end = tail.scroll_height() - tail.client_height();
            follows.set_value(end - tail.scroll_top() < 8);
        }
    };
    view! {
        <Show
            when=move || lines.with(|lines| !lines.is_empty())
            fallback=|| view! { <p class="panel-empty">{session::NO_LOG}</p> }
        >
            <pre class="log-tail" node_ref=tail tabindex="0" role="region" aria-label=session::LOG on:scroll=on_scroll>
                {move || lines.with(|lines| lines.join("\n"))}
            </pre>
        </Show>
    }
}
