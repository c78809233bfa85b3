//! The question before a session is ended.

use leptos::prelude::*;
use sluicegate_web::widgets::kill_dialog::{KillDialog, Victim};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

struct Question {
    page: Page,
    open: RwSignal<bool>,
    answers: RwSignal<Vec<Option<u32>>>,
    error: RwSignal<Option<String>>,
}

impl Question {
    async fn ask() -> Self {
        let open = RwSignal::new(true);
        let answers = RwSignal::new(Vec::new());
        let error = RwSignal::new(None);
        let page = Page::show(move || {
            let victim = Victim {
                id: 7,
                user: "ann".to_owned(),
                client: "::1".to_owned(),
            };
            let on_confirm = Callback::new(move |grace_s| answers.update(|a| a.push(grace_s)));
            view! { <KillDialog victim=Signal::stored(victim) open busy=false error on_confirm /> }
        })
        .await;
        settle().await;
        Self {
            page,
            open,
            answers,
            error,
        }
    }

    fn is_shown(&self) -> bool {
        self.page
            .find("dialog")
            .unchecked_into::<web_sys::HtmlDialogElement>()
            .open()
    }
}

#[wasm_bindgen_test]
async fn it_names_the_session_and_kills_it_at_once() {
    let question = Question::ask().await;
    assert!(question.is_shown());
    assert!(
        question
            .page
            .find("dialog")
            .text_content()
            .unwrap()
            .contains("Kill session 7?")
    );
    question.page.press("Kill session").await;
    assert_eq!(question.answers.get_untracked(), [None]);
}

#[wasm_bindgen_test]
async fn it_kills_after_seconds_but_not_after_nonsense() {
    let question = Question::ask().await;
    question.page.find("input[inputmode]").focus().unwrap();
    question.page.enter("input[inputmode]", "soon").await;
    question.page.press("Kill session").await;
    assert!(question.answers.get_untracked().is_empty());
    assert_eq!(
        question
            .page
            .find("input[inputmode]")
            .get_attribute("aria-invalid")
            .unwrap(),
        "true"
    );
    question.page.enter("input[inputmode]", "5").await;
    question.page.press("Kill session").await;
    assert_eq!(question.answers.get_untracked(), [Some(5)]);
}

#[wasm_bindgen_test]
async fn cancel_closes_it_and_does_nothing() {
    let question = Question::ask().await;
    question.page.press("Cancel").await;
    assert!(!question.is_shown());
    assert!(!question.open.get_untracked());
    assert!(question.answers.get_untracked().is_empty());
}

#[wasm_bindgen_test]
async fn a_failure_is_told_and_it_stays_open() {
    let question = Question::ask().await;
    question.error.set(Some("no such luck".to_owned()));
    settle().await;
    assert!(question.is_shown());
    assert_eq!(question.page.texts("[role=alert]"), ["no such luck"]);
}
