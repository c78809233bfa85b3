//! Texts of the frame and of the states that every page has.

use crate::format;

/// A group of the navigation.
pub const NAV_CONFIGURE: &str = "Configure";
/// A group of the navigation.
pub const NAV_WATCH: &str = "Watch";
/// A group of the navigation.
pub const NAV_ADMINISTER: &str = "Administer";
/// The product.
pub const PRODUCT: &str = "Sluicegate";
/// The link to the content, first in the order of focus.
pub const SKIP_LINK: &str = "Skip to content";
/// The name of the navigation.
pub const NAVIGATION: &str = "Main";
/// The button that shows the navigation on narrow screens.
pub const MENU: &str = "Menu";
/// The button of the user's menu, for those who don't see the icon.
pub const LOG_OUT: &str = "Log out";
/// The switch of the theme.
pub const THEME: &str = "Theme";
/// As the system says.
pub const THEME_SYSTEM: &str = "System theme";
/// Light.
pub const THEME_LIGHT: &str = "Light theme";
/// Dark.
pub const THEME_DARK: &str = "Dark theme";
/// A button that asks again.
pub const RETRY: &str = "Retry";
/// A button that connects at once.
pub const RECONNECT: &str = "Connect now";
/// The group of actions of the page that is shown.
pub const THIS_PAGE: &str = "This page";
/// A button that stops a list.
pub const PAUSE: &str = "Pause";
/// A button that lets it go on.
pub const RESUME: &str = "Resume";
/// A button that adds something.
pub const ADD: &str = "Add";
/// A button that closes a dialog and changes nothing.
pub const CANCEL: &str = "Cancel";
/// The button that takes a remark away.
pub const CLOSE_REMARK: &str = "Close this remark";
/// For those who don't see the skeleton.
pub const LOADING: &str = "Loading";
/// Nothing is known of the server yet.
pub const UNREACHABLE_TITLE: &str = "The server does not answer";
/// What to do about it.
pub const UNREACHABLE_TEXT: &str =
    "The console is loaded, but the API behind it cannot be reached.";
/// An address that is no page.
pub const NOT_FOUND_TITLE: &str = "There is no such page";
/// What to do about it.
pub const NOT_FOUND_TEXT: &str = "The address may be mistyped, or the page is gone.";
/// The way out of it.
pub const NOT_FOUND_LINK: &str = "Go to the sessions";
/// Why a button is disabled.
pub const READ_ONLY: &str = "Your account is for reading only";
/// The name of the connection indicator.
pub const CONNECTION: &str = "Live data";
/// Events come.
pub const LIVE: &str = "Live";
/// The first attempt.
pub const CONNECTING: &str = "Connecting";
/// A short break.
pub const RECONNECTING: &str = "Reconnecting";
/// A long break.
pub const DISCONNECTED: &str = "Disconnected";

/// How old the data is, behind a state.
pub fn data_age(age_ms: u64) -> String {
    format!("data {} old", format::age(age_ms))
}

/// The banner of a long break.
pub fn disconnected_banner(age_ms: Option<u64>) -> String {
    match age_ms {
        Some(age_ms) => format!(
            "No connection to the server. What you see is {} old; the console keeps trying.",
            format::age(age_ms)
        ),
        None => "No connection to the server. The console keeps trying.".to_owned(),
    }
}

/// The banner of an event that could not be read.
pub fn fault_banner(fault: &str) -> String {
    format!("An event of the server could not be read, so what you see may lack something: {fault}")
}

/// The title of the browser's tab.
pub fn document_title(page: &str) -> String {
    format!("{page} · {PRODUCT}")
}
