//! A place in the document to show things in, and hands to use them.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, KeyboardEventInit};

const STYLES: [&str; 5] = [
    include_str!("../../styles/tokens.css"),
    include_str!("../../styles/base.css"),
    include_str!("../../styles/controls.css"),
    include_str!("../../styles/table.css"),
    include_str!("../../styles/objects.css"),
];

/// A shown view. Gone when dropped.
pub(crate) struct Page {
    root: HtmlElement,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl Page {
    /// Shows a view in a box of 1000 by 400 pixels.
    pub(crate) async fn show<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        let style = document().create_element("style").unwrap();
        style.set_text_content(Some(&STYLES.concat()));
        root.append_child(&style).unwrap();
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        place.style().set_property("width", "1000px").unwrap();
        place.style().set_property("height", "400px").unwrap();
        root.append_child(&place).unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let handle = leptos::mount::mount_to(place, view);
        settle().await;
        Self {
            root,
            unmount: Some(Box::new(move || drop(handle))),
        }
    }

    /// The first element that a selector finds.
    pub(crate) fn find(&self, selector: &str) -> HtmlElement {
        self.try_find(selector)
            .unwrap_or_else(|| panic!("nothing is {selector}"))
    }

    /// The same, if there is one.
    pub(crate) fn try_find(&self, selector: &str) -> Option<HtmlElement> {
        self.root
            .query_selector(selector)
            .unwrap()
            .map(JsCast::unchecked_into)
    }

    /// All elements that a selector finds.
    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length())
            .map(|i| list.get(i).unwrap().unchecked_into())
            .collect()
    }

    /// The texts of all elements that a selector finds.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector)
            .iter()
            .map(|e| e.text_content().unwrap_or_default())
            .collect()
    }

    /// Presses the button with that text.
    pub(crate) async fn press(&self, text: &str) {
        let buttons = self.all("button");
        let button = buttons
            .iter()
            .find(|b| b.text_content().unwrap_or_default().contains(text));
        let button = button.unwrap_or_else(|| panic!("no button says {text}"));
        button.unchecked_ref::<HtmlElement>().click();
        settle().await;
    }

    /// Types a key into an element.
    pub(crate) async fn key(&self, selector: &str, key: &str) {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.find(selector).dispatch_event(&event).unwrap();
        settle().await;
    }

    /// Chooses a value of a select.
    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        let select = self.find(selector);
        js_sys::Reflect::set(&select, &"value".into(), &value.into()).unwrap();
        let event = web_sys::Event::new("change").unwrap();
        select.dispatch_event(&event).unwrap();
        settle().await;
    }

    /// Puts a text into a field as if it was typed.
    pub(crate) async fn enter(&self, selector: &str, text: &str) {
        let input: web_sys::HtmlInputElement = self.find(selector).unchecked_into();
        input.set_value(text);
        let event = web_sys::Event::new("input").unwrap();
        input.dispatch_event(&event).unwrap();
        settle().await;
    }

    /// Sends an event that does not bubble.
    pub(crate) async fn send(&self, selector: &str, event: &web_sys::Event) {
        self.find(selector).dispatch_event(event).unwrap();
        settle().await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
        self.root.remove();
    }
}

/// Waits until effects have run and a frame was drawn.
pub(crate) async fn settle() {
    TimeoutFuture::new(40).await;
}
