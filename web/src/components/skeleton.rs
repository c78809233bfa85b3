//! The shape of what is about to come.

use leptos::prelude::*;

/// The shape of a table.
#[component]
pub fn SkeletonTable(
    /// For those who don't see it.
    label: &'static str,
    /// How many rows.
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton skeleton-table" role="status">
            <span class="visually-hidden">{label}</span>
            {(0..rows)
                .map(|_| {
                    view! {
                        <div class="skeleton-row">
                            {(0..7).map(|_| view! { <span class="skeleton-bar"></span> }).collect_view()}
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The shape of panels.
#[component]
pub fn SkeletonPanels(
    /// For those who don't see it.
    label: &'static str,
    /// How many panels.
    panels: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton skeleton-panels" role="status">
            <span class="visually-hidden">{label}</span>
            {(0..panels)
                .map(|_| {
                    view! {
                        <div class="panel">
                            {(0..5).map(|_| view! { <span class="skeleton-bar"></span> }).collect_view()}
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}
