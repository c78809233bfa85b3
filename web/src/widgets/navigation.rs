//! The pages one can go to.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::messages::app;

/// A page that is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// Where it is.
    pub href: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its sign.
    pub glyph: Glyph,
    /// The name of the group that begins with it; empty when none does.
    pub group: &'static str,
}

impl NavItem {
    /// Whether `path` is this page, or one below it.
    pub fn holds(&self, path: &str) -> bool {
        path.strip_prefix(self.href)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The navigation.
#[component]
pub fn Navigation(
    /// The pages.
    items: Vec<NavItem>,
    /// The path of the page that is shown.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let link = move |item: NavItem| {
        let current = move || path.with(|path| item.holds(path)).then_some("page");
        let group = (!item.group.is_empty()).then(
            || view! { <li class="nav-group"><span class="nav-label">{item.group}</span></li> },
        );
        view! {
            {group}
            <li>
                <a class="nav-link" href=item.href aria-current=current title=item.label>
                    <Icon glyph=item.glyph />
                    <span class="nav-label">{item.label}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="nav" aria-label=app::NAVIGATION>
            <ul class="nav-list">{items.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_holds_its_page_and_those_below() {
        let item = NavItem {
            href: "/console/sessions",
            label: "",
            glyph: Glyph::Sessions,
            group: "",
        };
        let cases = [
            ("/console/sessions", true),
            ("/console/sessions/", true),
            ("/console/sessions/7", true),
            ("/console/sessions2", false),
            ("/console/", false),
        ];
        for (path, expected) in cases {
            assert_eq!(item.holds(path), expected, "{path}");
        }
    }
}
