//! Tables of a session's connections and of what its client says of itself.

use leptos::prelude::*;
use sluicegate_shared::session::SessionConnection;

use crate::components::icon::{Glyph, Icon};
use crate::messages::session;

/// Its connections to servers.
#[component]
pub fn ConnectionTable(
    /// The connections.
    #[prop(into)]
    connections: Signal<Vec<SessionConnection>>,
) -> impl IntoView {
    let row = |connection: SessionConnection| {
        view! {
            <tr>
                <th scope="row">{connection.server}</th>
                <td class="is-number">{connection.connection_id}</td>
                <td><Cipher cipher=connection.cipher /></td>
            </tr>
        }
    };
    view! {
        <Show
            when=move || connections.with(|connections| !connections.is_empty())
            fallback=|| view! { <p class="panel-empty">{session::NO_CONNECTIONS}</p> }
        >
            <table class="grid-table grid-connections">
                <thead>
                    <tr>
                        <th scope="col">{session::SERVER}</th>
                        <th scope="col" class="is-number">{session::CONNECTION_ID}</th>
                        <th scope="col">{session::CIPHER}</th>
                    </tr>
                </thead>
                <tbody>{move || connections.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </Show>
    }
}

/// What the client's connector says of itself.
#[component]
pub fn AttributeTable(
    /// Names and values.
    #[prop(into)]
    attributes: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let row = |(name, value): (String, String)| {
        view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> }
    };
    view! {
        <Show
            when=move || attributes.with(|attributes| !attributes.is_empty())
            fallback=|| view! { <p class="panel-empty">{session::NO_ATTRIBUTES}</p> }
        >
            <table class="grid-table">
                <tbody>{move || attributes.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </Show>
    }
}

/// A TLS cipher, or that there is none.
#[component]
pub fn Cipher(
    /// The cipher; empty without TLS.
    cipher: String,
) -> impl IntoView {
    if cipher.is_empty() {
        view! { <span class="cipher tone-faint">{session::PLAIN}</span> }.into_any()
    } else {
        view! { <span class="cipher"><Icon glyph=Glyph::Lock />{cipher}</span> }.into_any()
    }
}
