//! Texts of forms.

use crate::state::form::{Fault, FieldKind};

/// The button that begins a change.
pub const EDIT: &str = "Edit";
/// The button that sends it.
pub const SAVE: &str = "Save";
/// A change was made.
pub const SAVED: &str = "Saved.";
/// The way to take it back.
pub const UNDO_IN_AUDIT: &str = "Undo it in the audit";
/// The button that makes something.
pub const CREATE: &str = "Create";
/// Section.
pub const PARAMETERS: &str = "Parameters";
/// Why nothing can be saved.
pub const NOTHING_CHANGED: &str = "Nothing was changed";
/// Why nothing can be saved.
pub const FAULTY: &str = "Some fields are not right yet";
/// A field that can't be changed.
pub const FIXED: &str = "Can't be changed at run time";
/// A parameter of the gateway that can't be changed while it runs.
pub const RESTART: &str = "Needs a restart, with another value in the configuration file";
/// The search of a long form.
pub const SEARCH: &str = "Search parameters";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Search parameters";
/// No parameter answers to the search.
pub const NO_MATCH: &str = "No parameter answers to the search.";
/// Yes.
pub const ON: &str = "on";
/// No.
pub const OFF: &str = "off";
/// A value that is none.
pub const UNSET: &str = "not set";
/// A field that has to be filled in.
pub const MANDATORY: &str = "required";
/// The label of the field of a name.
pub const NAME: &str = "Name";
/// The label of the choice of a module.
pub const MODULE: &str = "Module";
/// The same, where nothing around it says what is edited.
pub const EDIT_PARAMETERS: &str = "Edit parameters";
/// Another one was faster.
pub const CONFLICT: &str = "It has been changed meanwhile. Your values above are kept: Save makes them \
     now, Cancel shows the others.";
/// A name that is none.
pub const NAME_MISSING: &str = "Give it a name.";

/// What is wrong with a field.
pub fn fault(fault: &Fault) -> String {
    match fault {
        Fault::Missing => "This has to be given.".to_owned(),
        Fault::NotWhole => "A whole number, please.".to_owned(),
        Fault::Negative => "Not below zero, please.".to_owned(),
        Fault::NotSize => "A number of bytes, or with Ki, Mi or Gi: 64Ki.".to_owned(),
        Fault::NotDuration => "A time with its unit: 300ms, 5s, 2m, 1h.".to_owned(),
        Fault::NotKnown(value) => format!("{value} is none of its values."),
    }
}

/// The kind of a field in a word or two.
pub fn kind(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Password => "password",
        FieldKind::Bool => "on or off",
        FieldKind::Whole { .. } => "number",
        FieldKind::Size => "size, e.g. 64Ki",
        FieldKind::Duration => "time, e.g. 5s",
        FieldKind::One(_) => "one of",
        FieldKind::Many(_) => "some of",
    }
}

/// The kind of a field, with its values.
pub fn kind_of(field: &FieldKind) -> String {
    match field {
        FieldKind::One(values) => values.join(" | "),
        FieldKind::Many(values) => format!("some of {}", values.join(", ")),
        other => kind(other).to_owned(),
    }
}

/// Its default.
pub fn default(text: &str) -> String {
    format!("default {text}")
}

/// The fields that have their defaults.
pub fn with_defaults(count: usize) -> String {
    format!("{count} with default values")
}

/// It was refused.
pub fn failed(detail: &str) -> String {
    format!("Nothing was changed. {detail}")
}
