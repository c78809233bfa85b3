//! The table of pages: one line each.

use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::view::iterators::StaticVec;
use leptos_router::any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute};
use leptos_router::components::{FlatRoutes, FlatRoutesProps, Redirect};
use leptos_router::{NestedRoute, path};

use crate::components::icon::Glyph;
use crate::messages::{app, audit, dashboard, logs, modules, sessions, settings, users};
use crate::pages::audit::AuditPage;
use crate::pages::dashboard::DashboardPage;
use crate::pages::ended::EndedPage;
use crate::pages::gateway::GatewayPage;
use crate::pages::logs::LogsPage;
use crate::pages::modules::{ModulePage, ModulesPage};
use crate::pages::not_found::NotFoundPage;
use crate::pages::objects::{
    CreateObjectPage, FilterPage, FiltersPage, ListenerPage, ListenersPage, MonitorPage,
    MonitorsPage, ServerPage, ServersPage, ServicePage, ServicesPage,
};
use crate::pages::session::SessionPage;
use crate::pages::sessions::SessionsPage;
use crate::pages::settings::SettingsPage;
use crate::pages::users::UsersPage;
use crate::widgets::navigation::NavItem;

/// A page: its place in the navigation, if it has one, and its route.
struct Page {
    nav: Option<NavItem>,
    route: AnyNestedRoute,
}

/// `page!("/path", View)` for a page, `page!("/path", View, "Name", Glyph)` for one that is listed,
/// with one more name for the first of a group.
macro_rules! page {
    ($path:tt, $view:expr) => {
        Page {
            nav: None,
            route: NestedRoute::new(path!($path), $view).into_any_nested_route(),
        }
    };
    ($path:tt, $view:expr, $label:expr, $glyph:expr) => {
        page!($path, $view, $label, $glyph, "")
    };
    ($path:tt, $view:expr, $label:expr, $glyph:expr, $group:expr) => {
        Page {
            nav: Some(NavItem {
                href: concat!("/console", $path),
                label: $label,
                glyph: $glyph,
                group: $group,
            }),
            ..page!($path, $view)
        }
    };
}

fn pages() -> Vec<Page> {
    let mut pages = vec![
        page!("/", || view! { <Redirect path="/sessions" /> }),
        page!(
            "/dashboard",
            DashboardPage,
            dashboard::TITLE,
            Glyph::Dashboard
        ),
        page!("/login", || view! { <Redirect path="/sessions" /> }),
        page!("/sessions", SessionsPage, sessions::TITLE, Glyph::Sessions),
        page!("/sessions/:id", SessionPage),
        page!("/ended", EndedPage),
    ];
    pages.extend(object_pages());
    pages.extend([
        page!("/logs", LogsPage, logs::TITLE, Glyph::Log, app::NAV_WATCH),
        page!("/audit", AuditPage, audit::TITLE, Glyph::Audit),
        page!(
            "/gateway",
            GatewayPage,
            modules::GATEWAY,
            Glyph::Gateway,
            app::NAV_ADMINISTER
        ),
        page!("/modules", ModulesPage, modules::TITLE, Glyph::Module),
        page!("/modules/:name", ModulePage),
        page!("/users", UsersPage, users::TITLE, Glyph::Users),
        page!("/settings", SettingsPage, settings::TITLE, Glyph::Settings),
    ]);
    pages
}

/// The pages of what is configured.
fn object_pages() -> [Page; 11] {
    [
        page!(
            "/services",
            ServicesPage,
            "Services",
            Glyph::Service,
            app::NAV_CONFIGURE
        ),
        page!("/services/:name", ServicePage),
        page!("/servers", ServersPage, "Servers", Glyph::Server),
        page!("/servers/:name", ServerPage),
        page!("/monitors", MonitorsPage, "Monitors", Glyph::Monitor),
        page!("/monitors/:name", MonitorPage),
        page!("/listeners", ListenersPage, "Listeners", Glyph::Listener),
        page!("/listeners/:name", ListenerPage),
        page!("/filters", FiltersPage, "Filters", Glyph::Filter),
        page!("/filters/:name", FilterPage),
        page!("/create/:kind", CreateObjectPage),
    ]
}

/// The pages of the navigation.
pub(super) fn listed() -> Vec<NavItem> {
    pages().into_iter().filter_map(|page| page.nav).collect()
}

/// The page at the current address.
#[component]
pub(super) fn CurrentPage() -> impl IntoView {
    let routes: Vec<AnyNestedRoute> = pages().into_iter().map(|page| page.route).collect();
    let routes = StaticVec::from(routes);
    // Not by `view!`, which takes children for views.
    FlatRoutes(
        FlatRoutesProps::builder()
            .fallback(NotFoundPage)
            .children(ToChildren::to_children(move || routes))
            .build(),
    )
}
