//! Forms made from what modules tell: parameters, commands, and the menu of views.

use leptos::prelude::*;
use serde_json::json;
use sluicegate_web::state::access::Access;
use sluicegate_web::state::command_run::{CommandArgument, ModuleCommand};
use sluicegate_web::state::form::FieldSpec;
use sluicegate_web::state::saved_views::Query;
use sluicegate_web::widgets::command_form::CommandForm;
use sluicegate_web::widgets::parameter_form::{FormFields, FormState};
use sluicegate_web::widgets::view_menu::ViewMenu;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

fn fields(count: usize) -> Vec<FieldSpec> {
    let field = |number: usize| {
        FieldSpec::of(&json!({
            "name": format!("limit_{number}"), "type": "count", "modifiable": number != 3,
            "mandatory": false, "description": "A limit.",
        }))
    };
    (1..=count).filter_map(field).collect()
}

async fn form(count: usize) -> (Page, FormState) {
    let made = StoredValue::new(None);
    let page = Page::show(move || {
        let form = FormState::new(
            Signal::stored(fields(count)),
            Signal::stored(json!({"limit_1": 5})),
            false,
        );
        made.set_value(Some(form));
        view! { <FormFields form /> }
    })
    .await;
    (page, made.get_value().unwrap())
}

#[wasm_bindgen_test]
async fn what_the_server_refuses_is_said_at_its_field_until_it_is_changed() {
    let (page, form) = form(3).await;
    assert!(page.try_find(".form-row.is-faulty").is_none());
    form.refuse(vec![("limit_2".to_owned(), "too much".to_owned())]);
    settle().await;
    let faulty = page.find(".form-row.is-faulty");
    let text = faulty.text_content().unwrap();
    assert!(
        text.contains("limit_2") && text.contains("too much"),
        "{text}"
    );
    page.enter("#field-limit_2", "7").await;
    assert!(page.try_find(".form-row.is-faulty").is_none());
    assert_eq!(untrack(|| form.changes()).get("limit_2"), Some(&json!(7)));
}

#[wasm_bindgen_test]
async fn a_long_form_is_searched_and_what_is_fixed_stands_last() {
    let (page, _) = form(20).await;
    let last = page.texts(".form-label").pop();
    assert_eq!(last.as_deref(), Some("limit_3"));
    page.enter(".form-search input", "limit_1").await;
    assert_eq!(page.texts(".form-label").len(), 11, "1 and 10 to 19");
    page.enter(".form-search input", "nothing").await;
    assert!(page.texts(".form-label").is_empty());
    let (short, _) = form(5).await;
    assert!(short.try_find(".form-search").is_none());
}

fn command() -> ModuleCommand {
    let argument = |kind: &str, required| CommandArgument {
        kind: kind.to_owned(),
        description: format!("{kind}."),
        required,
    };
    ModuleCommand {
        module: "qlafilter".to_owned(),
        name: "log".to_owned(),
        description: "Tells the lines.".to_owned(),
        writes: false,
        arguments: vec![argument("FILTER", true), argument("STRING", false)],
    }
}

fn names() -> Callback<&'static str, Vec<String>> {
    Callback::new(|kind| match kind {
        "filters" => vec!["QLA".to_owned()],
        _ => Vec::new(),
    })
}

#[wasm_bindgen_test]
async fn a_command_is_run_when_what_it_needs_is_given() {
    let page = Page::show(|| {
        provide_context(Access::unknown());
        view! { <CommandForm command=command() names=names() /> }
    })
    .await;
    assert_eq!(page.texts("option"), ["", "QLA"]);
    let run = ".command-fields .button";
    let disabled = || page.find(run).get_attribute("aria-disabled");
    assert_eq!(disabled().as_deref(), Some("true"));
    page.choose("select", "QLA").await;
    assert_eq!(disabled().filter(|text| text == "true"), None);
}

#[wasm_bindgen_test]
async fn an_argument_that_goes_without_saying_is_not_asked_for() {
    let page = Page::show(|| {
        provide_context(Access::unknown());
        view! { <CommandForm command=command() first="QLA" names=names() /> }
    })
    .await;
    assert!(page.try_find("select").is_none());
    assert_eq!(page.texts(".field-label"), ["STRING"]);
}

#[wasm_bindgen_test]
async fn views_are_chosen_saved_and_forgotten() {
    let storage = window().local_storage().unwrap().unwrap();
    storage.remove_item("sluicegate.views").unwrap();
    let opened = StoredValue::new(None::<Query>);
    let page = Page::show(move || {
        let now = Callback::new(|()| vec![("search".to_owned(), "user:ann".to_owned())]);
        let on_open = Callback::new(move |query| opened.set_value(Some(query)));
        view! { <ViewMenu now same=Signal::stored((String::new(), false)) on_open /> }
    })
    .await;
    page.press("Views").await;
    page.press("Longest idle").await;
    let sort = vec![("sort".to_owned(), "-idle".to_owned())];
    assert_eq!(opened.get_value(), Some(sort));
    assert!(page.try_find(".view-list").is_none(), "the menu is closed");
    page.press("Views").await;
    page.enter(".view-save input", "Ann").await;
    page.press("Save").await;
    page.press("Ann").await;
    let search = vec![("search".to_owned(), "user:ann".to_owned())];
    assert_eq!(opened.get_value(), Some(search));
    page.press("Views").await;
    page.find("[aria-label='Forget the view Ann']").click();
    settle().await;
    assert!(!page.texts(".view-list li").contains(&"Ann".to_owned()));
}
