//! Texts of the page of settings.

/// The page.
pub const TITLE: &str = "Settings";
/// What they are.
pub const HINT: &str = "These are yours, and kept in this browser.";
/// Section.
pub const LOOK: &str = "Look";
/// Section.
pub const DATA: &str = "Data";
/// A choice.
pub const TIME_ZONE: &str = "Time zone";
/// In the browser's time zone.
pub const LOCAL: &str = "This browser's";
/// In UTC.
pub const UTC: &str = "UTC";
/// A choice.
pub const DENSITY: &str = "Density";
/// Much on a screen.
pub const COMPACT: &str = "Compact";
/// Room for fingers.
pub const COMFORTABLE: &str = "Comfortable";
/// A choice.
pub const UPDATE: &str = "Ask for news";
/// What it is about.
pub const UPDATE_HINT: &str = "Sessions are live at any rate; this is for everything else.";

/// A rate.
pub fn every(seconds: u32) -> String {
    match seconds {
        1 => "Every second".to_owned(),
        _ => format!("Every {seconds} seconds"),
    }
}
