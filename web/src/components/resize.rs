//! Elements whose size changes.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Runs this whenever the element changes its size, from when it is there.
pub fn on_resize(element: NodeRef<html::Div>, run: impl Fn() + 'static) {
    let run: Closure<dyn Fn()> = Closure::new(run);
    let Ok(observer) = web_sys::ResizeObserver::new(run.as_ref().unchecked_ref()) else {
        return;
    };
    let observer = StoredValue::new_local((observer, run));
    Effect::new(move || {
        if let Some(element) = element.get() {
            observer.with_value(|(observer, _)| observer.observe(&element));
        }
    });
    on_cleanup(move || {
        let _ = observer.try_with_value(|(observer, _)| observer.disconnect());
    });
}
