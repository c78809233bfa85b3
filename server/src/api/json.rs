//! JSON as this API writes it: keys sorted, indented by 4 or compact.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::PrettyFormatter;

/// The media type of every document.
pub(super) const CONTENT_TYPE: &str = "application/json";

const INDENT: &[u8] = b"    ";

/// The text of a document. Something that is not representable, which no document of this API is,
/// becomes an empty text.
pub(super) fn text(document: &impl Serialize, pretty: bool) -> Vec<u8> {
    let Ok(mut value) = serde_json::to_value(document) else {
        return Vec::new();
    };
    // A no-op unless some crate of the build turns on serde_json's `preserve_order`.
    value.sort_all_objects();
    let mut text = Vec::new();
    let written = if pretty {
        let formatter = PrettyFormatter::with_indent(INDENT);
        value.serialize(&mut Serializer::with_formatter(&mut text, formatter))
    } else {
        value.serialize(&mut Serializer::new(&mut text))
    };
    if written.is_err() {
        text.clear();
    }
    text
}
