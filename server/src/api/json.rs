//! JSON as this API writes it: keys sorted, indented by 4 or compact.

mod indented;

use indented::Indented;
use serde::Serialize;
use serde_json::{Serializer, Value};

/// The media type of every document.
pub(super) const CONTENT_TYPE: &str = "application/json";

/// A document as a value. Something that is not representable, which no document of this API is,
/// becomes null.
pub(super) fn value(document: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

/// The text of a document.
pub(super) fn text(mut document: Value, pretty: bool) -> Vec<u8> {
    // A no-op unless some crate of the build turns on serde_json's `preserve_order`.
    document.sort_all_objects();
    text_of(&document, pretty, 0)
}

/// The text of a document that sorts its keys itself; place for `length` bytes is made at once.
pub(super) fn text_of(document: &impl Serialize, pretty: bool, length: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(length);
    let written = if pretty {
        let formatter = Indented::default();
        document.serialize(&mut Serializer::with_formatter(&mut text, formatter))
    } else {
        document.serialize(&mut Serializer::new(&mut text))
    };
    // Writing a value into memory does not fail.
    if written.is_err() {
        text.clear();
    }
    text
}
