//! The choice of objects of a kind, by their names.

use leptos::prelude::*;

use super::kind::Kind;
use super::state::FailedNotice;
use crate::components::check_box::CheckBox;
use crate::components::radio_group::Radio;
use crate::messages::objects as texts;
use crate::state::polled::{Fetched, Polled};

/// Boxes for all objects of a kind.
#[component]
pub(in crate::pages) fn NameChoice(
    of: Kind,
    chosen: RwSignal<Option<Vec<String>>>,
    /// One of them is chosen, not several.
    #[prop(optional)]
    one: bool,
    /// The one that can't be chosen: it is itself.
    #[prop(optional, into)]
    but: String,
) -> impl IntoView {
    let all = Polled::follow(of.path(), move || of.path().to_owned(), 0);
    let names = Memo::new(move |_| {
        let page = all.page();
        let names = page.objects.iter().map(|object| object.id().to_owned());
        names.filter(|name| *name != but).collect::<Vec<_>>()
    });
    let check = move |name: String| {
        let own = StoredValue::new(name.clone());
        let is_own = move |chosen: &Option<Vec<String>>| {
            let list = chosen.as_ref();
            list.is_some_and(|list| own.with_value(|own| list.contains(own)))
        };
        let checked = Signal::derive(move || chosen.with(is_own));
        let on_change = Callback::new(move |on: bool| {
            chosen.update(|chosen| {
                let list = chosen.get_or_insert_default();
                list.retain(|other| !one && *other != own.get_value());
                if on {
                    list.push(own.get_value());
                }
            });
        });
        if one {
            view! { <li><Radio label=name name=of.path() checked on_choose=Callback::new(move |()| on_change.run(true)) /></li> }.into_any()
        } else {
            view! { <li><CheckBox label=name checked on_change /></li> }.into_any()
        }
    };
    let instead = Memo::new(move |_| match all.fetched() {
        Fetched::Ready(_) if names.with(Vec::is_empty) => Some(None),
        Fetched::Failed(error) => Some(Some(error)),
        Fetched::Loading | Fetched::Ready(_) => None,
    });
    let retry = Callback::new(move |()| all.ask());
    let instead = move || {
        instead.get().map(|error| match error {
            Some(error) => view! { <FailedNotice error retry /> }.into_any(),
            None => view! { <p class="form-about">{texts::none(of.path())}</p> }.into_any(),
        })
    };
    view! {
        <ul class="name-choice"><For each=move || names.get() key=String::clone children=check /></ul>
        {instead}
    }
}
