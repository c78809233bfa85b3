//! The choice of the columns of a table.

use leptos::prelude::*;

use crate::components::check_box::CheckBox;
use crate::components::icon::Glyph;
use crate::components::menu::Menu;
use crate::messages::sessions;

/// A column to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnChoice {
    /// Its key.
    pub key: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Whether it is always shown.
    pub fixed: bool,
}

/// The chooser.
#[component]
pub fn ColumnChooser(
    /// All columns.
    choices: Vec<ColumnChoice>,
    /// The keys of those shown.
    #[prop(into)]
    shown: Signal<Vec<&'static str>>,
    /// A column is to be shown, or hidden.
    on_toggle: Callback<&'static str>,
) -> impl IntoView {
    let choices = StoredValue::new(choices);
    let check = move |choice: ColumnChoice| {
        let checked = Signal::derive(move || shown.with(|shown| shown.contains(&choice.key)));
        let on_change = Callback::new(move |_| on_toggle.run(choice.key));
        view! { <li><CheckBox label=choice.label checked fixed=choice.fixed on_change /></li> }
    };
    view! {
        <Menu label=sessions::COLUMNS glyph=Glyph::Columns>
            <ul class="chooser">{choices.get_value().into_iter().map(check).collect_view()}</ul>
        </Menu>
    }
}
