//! Texts of the login page.

use crate::api::request::ApiError;

/// The title.
pub const TITLE: &str = "Log in";
/// The field of the name.
pub const USER: &str = "User";
/// The field of the password.
pub const PASSWORD: &str = "Password";
/// The box to be remembered.
pub const REMEMBER: &str = "Stay logged in for a week";
/// The button.
pub const SUBMIT: &str = "Log in";
/// The button while the server is asked.
pub const SUBMITTING: &str = "Logging in…";
/// The token ran out.
pub const EXPIRED: &str = "Your login has expired. Log in again to go on where you were.";
/// A field was left empty.
pub const USER_MISSING: &str = "Enter the name of an admin account.";

/// Why it failed.
pub fn failure(error: &ApiError) -> String {
    match error {
        ApiError::Unauthorized => {
            "User or password is wrong. Accounts of the console are not those of the database."
                .to_owned()
        }
        ApiError::Unreachable(_) => "The server does not answer. Try again in a moment.".to_owned(),
        ApiError::Refused(429, _) => "Too many attempts. Wait a moment, then try again.".to_owned(),
        other => match other.detail() {
            "" => "The server refused the login and did not say why.".to_owned(),
            detail => format!("The server refused the login: {detail}"),
        },
    }
}
