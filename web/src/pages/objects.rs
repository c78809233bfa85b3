//! Pages of configured objects: a list, a page for one, and a page that makes one, the same for all
//! kinds. What differs is in [`kind`].

mod actions;
pub(super) mod commands;
mod create;
pub(super) mod kind;
mod list;
pub(super) mod names;
pub(super) mod parameters;
mod relations;
mod service_chain;
pub(super) mod shown;
pub(super) mod state;
mod targets;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use create::CreatePage;
use kind::Kind;
use list::ObjectList;
use shown::ObjectPage;

use super::not_found::NotFoundPage;

macro_rules! pages {
    ($($kind:ident, $list:ident, $one:ident;)*) => {
        $(
            /// The list of all of them.
            #[component]
            pub fn $list() -> impl IntoView {
                view! { <ObjectList kind=Kind::$kind /> }
            }

            /// The page of one of them.
            #[component]
            pub fn $one() -> impl IntoView {
                one_of(Kind::$kind)
            }
        )*
    };
}

pages! {
    Services, ServicesPage, ServicePage;
    Servers, ServersPage, ServerPage;
    Monitors, MonitorsPage, MonitorPage;
    Listeners, ListenersPage, ListenerPage;
    Filters, FiltersPage, FilterPage;
}

/// The page of one object, made anew for each name.
fn one_of(kind: Kind) -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    move || view! { <ObjectPage kind name=name.get() /> }
}

/// The page that makes an object of the kind in the address.
#[component]
pub fn CreateObjectPage() -> impl IntoView {
    let params = use_params_map();
    let kind = Memo::new(move |_| params.with(|params| Kind::of(&params.get("kind")?)));
    move || match kind.get() {
        Some(kind) => view! { <CreatePage kind /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}
