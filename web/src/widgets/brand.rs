//! The mark of the product: a sluice, its gate raised, water running below.

use leptos::prelude::*;

use crate::messages::app;

/// Mark and name.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path class="brand-frame" d="M4.5 21V3.5M19.5 21V3.5M3 4.5h18" />
                <path class="brand-gate" d="M7.5 7h9v5.5h-9Z" />
                <path
                    class="brand-water"
                    d="M7.5 16.2q1.5-1.4 3 0t3 0 3 0M7.5 20q1.5-1.4 3 0t3 0 3 0"
                />
            </svg>
            <span class="brand-name">{app::PRODUCT}</span>
        </span>
    }
}
