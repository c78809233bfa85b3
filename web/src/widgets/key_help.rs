//! The help with keys.

use leptos::prelude::*;

use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::messages::palette as texts;

/// The help.
#[component]
pub fn KeyHelp(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let key = |(keys, what): &(&'static str, &'static str)| {
        view! {
            <div class="fact">
                <dt class="fact-label"><kbd>{*keys}</kbd></dt>
                <dd class="fact-value">{*what}</dd>
            </div>
        }
    };
    let place = move |(place, keys): &(&'static str, &'static [(&'static str, &'static str)])| {
        view! {
            <section>
                <h3 class="chain-heading">{*place}</h3>
                <dl class="facts">{keys.iter().map(key).collect_view()}</dl>
            </section>
        }
    };
    view! {
        <Dialog title=texts::HELP open>
            <div class="key-help">{texts::KEY_HELP.iter().map(place).collect_view()}</div>
            <div class="dialog-actions">
                <Button label=texts::CLOSE on_press=Callback::new(move |()| open.set(false)) />
            </div>
        </Dialog>
    }
}
