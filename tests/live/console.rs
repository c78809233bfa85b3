//! The console as the tests use it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use mysql_async::Conn;
use sluicegate_tests::api::{ADMIN, Api};
use sluicegate_tests::browser::Browser;
use sluicegate_tests::clients::{self, Endpoint};
use sluicegate_tests::demo::{Demo, Ports, VISITOR};
use sluicegate_tests::scratch;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// Users made before the gateway starts, so that no test waits for a refresh of accounts.
const USERS_MAX: usize = 60;

/// The demonstration that all tests share which leave it as it is.
static SHARED: OnceCell<Demo> = OnceCell::const_new();
/// Where its clients run: a test's own runtime ends with the test.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("a runtime can be made"));
static NEXT_USER: AtomicUsize = AtomicUsize::new(0);

/// The demonstration with its clients, and a browser.
pub struct Stage {
    demo: Held,
    pub browser: Browser,
    /// Where the browser finds the console.
    pub console_port: u16,
    /// The database user of this test, whose password is his name.
    pub user: String,
}

enum Held {
    Shared(&'static Demo),
    Own(Box<Demo>),
}

/// A browser before the shared demonstration; nobody is logged in to the console yet.
pub async fn stage() -> Stage {
    let demo = SHARED.get_or_init(|| async {
        let start = || {
            let users: Vec<String> = (0..USERS_MAX).map(user_name).collect();
            let folder = scratch::folder("live");
            RUNTIME.block_on(Demo::start_with(&folder, Ports::free(), &users))
        };
        let started = RUNTIME.spawn_blocking(start);
        started.await.expect("the shared demonstration starts")
    });
    let number = NEXT_USER.fetch_add(1, Ordering::Relaxed);
    assert!(number < USERS_MAX, "more tests than users: raise USERS_MAX");
    let demo = demo.await;
    Stage {
        demo: Held::Shared(demo),
        console_port: demo.gateway().admin_port(),
        browser: Browser::start().await,
        user: user_name(number),
    }
}

/// The same with a demonstration of its own, to break something in it.
pub async fn own_stage() -> Stage {
    let demo = Demo::start(&scratch::folder("live"), Ports::free()).await;
    Stage {
        console_port: demo.gateway().admin_port(),
        demo: Held::Own(Box::new(demo)),
        browser: Browser::start().await,
        user: VISITOR.0.to_owned(),
    }
}

fn user_name(number: usize) -> String {
    format!("guest{number}")
}

impl Stage {
    pub fn demo(&self) -> &Demo {
        match &self.demo {
            Held::Shared(demo) => demo,
            Held::Own(demo) => demo,
        }
    }

    /// The demonstration, to break something in it.
    pub fn own_demo(&mut self) -> &mut Demo {
        match &mut self.demo {
            Held::Shared(_) => panic!("this demonstration is not the test's own"),
            Held::Own(demo) => demo,
        }
    }

    pub fn api(&self) -> Api {
        self.demo().gateway().api()
    }

    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/console/{path}", self.console_port)
    }

    /// Opens a page and logs in there.
    pub async fn log_in(&self, path: &str) {
        self.log_in_as(ADMIN, path).await;
        self.browser.find(".frame").await;
        // Off the place of the button that was clicked: rows under a pointer do not move.
        self.browser.point((1.0, 1.0)).await;
    }

    /// The same with any account, which may be refused.
    pub async fn log_in_as(&self, account: (&str, &str), path: &str) {
        self.browser.open(&self.address(path)).await;
        self.fill_in(account).await;
    }

    /// Fills in the form of the log-in and sends it.
    pub async fn fill_in(&self, (user, password): (&str, &str)) {
        self.browser.fill("input[name=username]", user).await;
        self.browser.fill("input[name=password]", password).await;
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

    /// Waits until nothing that a selector finds has this text.
    pub async fn no_longer_says(&self, selector: &str, text: &str) {
        let what = format!("{selector} no longer says {text}");
        let gone = format!("!({})", with_text(selector, text));
        self.browser.until(&what, &gone).await;
    }

    /// Chooses a value of a `<select>`.
    pub async fn choose(&self, selector: &str, value: &str) {
        let option = format!("document.querySelector('{selector} option[value=\"{value}\"]')");
        self.browser.until(value, &option).await;
        let script = format!(
            "const s = document.querySelector('{selector}'); s.value = '{value}'; \
             s.dispatchEvent(new Event('change', {{bubbles: true}}))"
        );
        self.browser.script(&script).await;
    }

    /// Opens the page of a session and waits for its editor.
    pub async fn open_editor(&self, id: u32) {
        let address = self.address(&format!("sessions/{id}"));
        self.browser.open(&address).await;
        self.says(".choice", "Mask-Names").await;
        self.says(".chain-status", "generation").await;
    }

    /// A client of this test's user.
    pub async fn visitor(&self) -> Conn {
        self.client_at(self.demo().ports().split).await
    }

    /// The same at the service that reads from replicas.
    pub async fn reader(&self) -> Conn {
        self.client_at(self.demo().ports().read).await
    }

    async fn client_at(&self, port: u16) -> Conn {
        let endpoint = Endpoint::Tcp(port);
        let options = clients::options(&endpoint, &self.user, &self.user, VISITOR.2);
        clients::connect(options).await
    }

    /// Ends everything; the page must not have had errors.
    pub async fn end(self) {
        self.end_despite(&[]).await;
    }

    /// The same where the test has caused some: answers and failures of requests.
    pub async fn end_despite(self, caused: &[&str]) {
        let mut errors = self.browser.errors().await;
        // The browser notes every answer of 400 and above; the page deals with these.
        let answered = |error: &String| {
            let usual = ["of 401", "of 403", "of 404", "of 412"];
            usual.iter().chain(caused).any(|s| error.contains(s))
        };
        errors.retain(|error| !(error.contains("Failed to load resource") && answered(error)));
        assert_eq!(errors, Vec::<String>::new(), "errors of the page");
        self.browser.close().await;
        if let Held::Own(demo) = self.demo {
            demo.stop().await;
        }
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
