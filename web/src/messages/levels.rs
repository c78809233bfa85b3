//! Names of log levels.

/// The documented switches with their names, the gravest first.
pub const LEVELS: [(&str, &str); 5] = [
    ("log_error", "Errors"),
    ("log_warning", "Warnings"),
    ("log_notice", "Notices"),
    ("log_info", "Info"),
    ("log_debug", "Debug"),
];

/// Switches a level.
pub fn switch(label: &str, on: bool) -> String {
    format!("Log level {label}: {}", if on { "on" } else { "off" })
}
