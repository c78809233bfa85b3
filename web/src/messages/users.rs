//! Texts of the page of accounts.

/// The page.
pub const TITLE: &str = "Users";
/// Head of a column.
pub const ACCOUNT: &str = "Account";
/// May do all.
pub const ADMIN: &str = "admin: may do everything";
/// May read.
pub const BASIC: &str = "basic: may only read";
/// The button.
pub const NEW: &str = "New user";
/// The dialog.
pub const NEW_TITLE: &str = "Create a user";
/// The button.
pub const EDIT: &str = "Change";
/// The field.
pub const NAME: &str = "Name";
/// The field.
pub const PASSWORD: &str = "Password";
/// The field of an account that exists.
pub const NEW_PASSWORD: &str = "New password (empty: as it is)";
/// Nobody.
pub const EMPTY_TITLE: &str = "No users";
/// What to do about it.
pub const EMPTY_TEXT: &str =
    "Nobody may use this console but those whom the server lets in otherwise.";
/// The button.
pub const DELETE: &str = "Delete";
/// A field is empty.
pub const MISSING: &str = "Name and password are needed.";
/// What deleting means.
pub const DELETE_TEXT: &str = "The account is gone at once, and with it its tokens.";

/// The one who is logged in.
pub fn own(name: &str) -> String {
    format!("{name} (you)")
}

/// The dialog.
pub fn edit_title(name: &str) -> String {
    format!("Change {name}")
}

/// The dialog.
pub fn delete_title(name: &str) -> String {
    format!("Delete the user {name}?")
}
