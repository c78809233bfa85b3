//! What the server remarks on a change that leads to another page: it is shown there.

use leptos::prelude::*;

/// The remark that is on its way to a page. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy, Default)]
pub struct RemarkOnTheWay(StoredValue<Option<(String, String)>>);

impl RemarkOnTheWay {
    /// Sends a remark ahead to the page at `href`.
    pub fn send(self, href: &str, remark: Option<String>) {
        let remark = remark.map(|text| (href.to_owned(), text));
        // The console may be gone.
        let _ = self.0.try_set_value(remark);
    }

    /// The remark for the page at `href`: it has come, and does not come again.
    pub fn take(self, href: &str) -> Option<String> {
        let arrived = self.0.try_update_value(|remark| {
            let is_here = remark.as_ref().is_some_and(|(to, _)| to == href);
            is_here.then(|| remark.take()).flatten()
        });
        arrived.flatten().map(|(_, text)| text)
    }
}
