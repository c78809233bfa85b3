//! Buttons, menus, switches.

use leptos::prelude::*;
use sluicegate_web::components::button::Button;
use sluicegate_web::components::icon::Glyph;
use sluicegate_web::components::menu::Menu;
use sluicegate_web::components::search_box::SearchBox;
use sluicegate_web::state::theme::Theme;
use sluicegate_web::widgets::column_chooser::{ColumnChoice, ColumnChooser};
use sluicegate_web::widgets::theme_switch::ThemeSwitch;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

#[wasm_bindgen_test]
async fn a_disabled_button_does_nothing_but_says_why() {
    let presses = RwSignal::new(0);
    let reason = RwSignal::new(Some("you may not".to_owned()));
    let page = Page::show(move || {
        let on_press = Callback::new(move |()| presses.update(|n| *n += 1));
        view! { <Button label="Go" disabled=reason on_press /> }
    })
    .await;
    page.press("Go").await;
    assert_eq!(presses.get_untracked(), 0);
    assert!(
        page.find("button")
            .text_content()
            .unwrap()
            .contains("you may not")
    );
    reason.set(None);
    page.press("Go").await;
    assert_eq!(presses.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn a_menu_opens_and_escape_closes_it_and_gives_the_focus_back() {
    let page = Page::show(|| {
        view! { <Menu label="More" glyph=Glyph::Menu><a href="#">"Inside"</a></Menu> }
    })
    .await;
    assert!(page.try_find(".menu-panel").is_none());
    page.press("More").await;
    page.find(".menu-panel a").focus().unwrap();
    page.key(".menu-panel a", "Escape").await;
    assert!(page.try_find(".menu-panel").is_none());
    let focused = document().active_element().unwrap();
    assert_eq!(
        focused,
        *page.find("button").unchecked_ref::<web_sys::Element>()
    );
}

#[wasm_bindgen_test]
async fn a_menu_closes_when_the_focus_goes_elsewhere() {
    let page = Page::show(|| {
        view! {
            <Menu label="More" glyph=Glyph::Menu><a href="#">"Inside"</a></Menu>
            <input class="elsewhere" />
        }
    })
    .await;
    page.press("More").await;
    page.find(".menu-panel a").focus().unwrap();
    settle().await;
    assert!(page.try_find(".menu-panel").is_some());
    page.find(".elsewhere").focus().unwrap();
    settle().await;
    assert!(page.try_find(".menu-panel").is_none());
}

#[wasm_bindgen_test]
async fn a_theme_is_chosen_applied_and_remembered() {
    let theme = RwSignal::new(Theme::System);
    let page = Page::show(move || {
        let on_change = Callback::new(move |key| theme.set(Theme::named(key).unwrap()));
        view! { <ThemeSwitch value=Signal::derive(move || theme.get().key()) on_change /> }
    })
    .await;
    page.find("input[value=dark]").click();
    settle().await;
    assert_eq!(theme.get_untracked(), Theme::Dark);
    theme.get_untracked().apply();
    let root = document().document_element().unwrap();
    assert_eq!(root.get_attribute("data-theme").unwrap(), "dark");
    assert_eq!(Theme::remembered(), Theme::Dark);
    Theme::System.apply();
}

#[wasm_bindgen_test]
async fn a_search_box_reports_what_is_typed_and_can_be_emptied() {
    let value = RwSignal::new(String::new());
    let page = Page::show(move || {
        let on_change = Callback::new(move |text| value.set(text));
        view! { <SearchBox label="Search" hint="" value on_change /> }
    })
    .await;
    page.enter("input", "user:ann").await;
    assert_eq!(value.get_untracked(), "user:ann");
    value.set(String::new());
    settle().await;
    let input: web_sys::HtmlInputElement = page.find("input").unchecked_into();
    assert_eq!(input.value(), "");
}

#[wasm_bindgen_test]
async fn columns_are_chosen_but_a_fixed_one_stays() {
    let toggled = RwSignal::new(Vec::new());
    let page = Page::show(move || {
        let choice = |key, fixed| ColumnChoice {
            key,
            label: key,
            fixed,
        };
        view! {
            <ColumnChooser
                choices=vec![choice("id", true), choice("user", false)]
                shown=Signal::stored(vec!["id"])
                on_toggle=Callback::new(move |key| toggled.update(|keys| keys.push(key)))
            />
        }
    })
    .await;
    page.press("Columns").await;
    let boxes = page.all(".chooser input");
    for input in boxes {
        input.unchecked_ref::<web_sys::HtmlInputElement>().click();
    }
    settle().await;
    assert_eq!(toggled.get_untracked(), ["user"]);
}
