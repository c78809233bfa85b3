//! The console as the tests use it.

use mysql_async::Conn;
use sluicegate_tests::api::ADMIN;
use sluicegate_tests::browser::Browser;
use sluicegate_tests::clients::{self, Endpoint};
use sluicegate_tests::demo::{Demo, Ports, VISITOR};
use sluicegate_tests::scratch;

/// The demonstration with its clients, and a browser.
pub struct Stage {
    pub demo: Demo,
    pub browser: Browser,
}

/// Starts everything; nobody is logged in to the console yet.
pub async fn stage() -> Stage {
    let demo = Demo::start(&scratch::folder("live"), Ports::free()).await;
    Stage {
        demo,
        browser: Browser::start().await,
    }
}

impl Stage {
    pub fn address(&self, path: &str) -> String {
        format!(
            "http://127.0.0.1:{}/console/{path}",
            self.demo.gateway().admin_port()
        )
    }

    /// Opens a page and logs in there.
    pub async fn log_in(&self, path: &str) {
        self.browser.open(&self.address(path)).await;
        self.browser.fill("input[name=username]", ADMIN.0).await;
        self.browser.fill("input[name=password]", ADMIN.1).await;
        self.browser.click("button[type=submit]").await;
    }

    /// Presses what a selector finds and has this text, as soon as it is there.
    pub async fn press(&self, selector: &str, text: &str) {
        let element = with_text(selector, text);
        self.browser.until(text, &element).await;
        self.browser.script(&format!("{element}.click()")).await;
    }

    /// Waits until what a selector finds has this text.
    pub async fn says(&self, selector: &str, text: &str) {
        let what = format!("{selector} says {text}");
        self.browser.until(&what, &with_text(selector, text)).await;
    }

    /// A client of the visitor's account.
    pub async fn visitor(&self) -> Conn {
        let (user, password, database) = VISITOR;
        let endpoint = Endpoint::Tcp(self.demo.gateway().port());
        clients::connect(clients::options(&endpoint, user, password, database)).await
    }

    /// Ends everything; the page must not have had errors.
    pub async fn end(self) {
        let mut errors = self.browser.errors().await;
        // The browser notes every answer of 400 and above; the page deals with these.
        let answered = |error: &String| {
            ["of 401", "of 403", "of 404", "of 412"]
                .iter()
                .any(|s| error.contains(s))
        };
        errors.retain(|error| !(error.contains("Failed to load resource") && answered(error)));
        assert_eq!(errors, Vec::<String>::new(), "errors of the page");
        self.browser.close().await;
        self.demo.stop().await;
    }
}

/// JavaScript: the element of a selector that has this text.
pub fn with_text(selector: &str, text: &str) -> String {
    format!(
        "[...document.querySelectorAll('{selector}')].find(e => e.textContent.includes('{text}'))"
    )
}

/// JavaScript: the row of a user in the table of sessions, or undefined.
pub fn row_of(user: &str) -> String {
    format!(
        "[...document.querySelectorAll('[role=row]')].find(row => \
         [...row.querySelectorAll('[role=gridcell],[role=cell],[role=rowheader],td')]\
         .some(cell => cell.textContent.trim() === '{user}'))"
    )
}
