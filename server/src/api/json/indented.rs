//! The layout of documents: a line for each member, indented by four.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// The end of a line and the beginning of one that is indented as deeply as documents are.
const LINE: &[u8] = b"\n                                                                ";
/// How far a level is indented.
const STEP: usize = 4;

/// Writes the beginning of each line at once: long lists are little but lines.
#[derive(Debug, Default)]
pub(super) struct Indented {
    depth: usize,
    has_members: bool,
}

impl Indented {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_members = false;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_members {
            self.line(writer)?;
        }
        self.has_members = true;
        writer.write_all(bracket)
    }

    fn member<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        let mut left = self.depth * STEP;
        let begin = LINE.len().min(1 + left);
        writer.write_all(LINE.get(..begin).unwrap_or(LINE))?;
        left -= begin - 1;
        while left > 0 {
            writer.write_all(b" ")?;
            left -= 1;
        }
        Ok(())
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.member(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_members = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.member(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_members = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;
    use serde_json::ser::PrettyFormatter;
    use serde_json::{Serializer, Value, json};

    use super::*;

    #[test]
    fn documents_are_laid_out_as_by_the_formatter_of_serde_json() {
        let mut deep = json!([1, {"a": []}]);
        for _ in 0..30 {
            deep = json!({"b": [deep, {}], "a": "x\n", "c": null});
        }
        for value in [
            json!([]),
            json!({}),
            json!("text"),
            json!([[], {}, [1]]),
            deep,
        ] {
            let with = |value: &Value| {
                let mut text = Vec::new();
                let mut writer = Serializer::with_formatter(&mut text, Indented::default());
                value.serialize(&mut writer).unwrap();
                String::from_utf8(text).unwrap()
            };
            let mut text = Vec::new();
            let formatter = PrettyFormatter::with_indent(b"    ");
            let mut writer = Serializer::with_formatter(&mut text, formatter);
            value.serialize(&mut writer).unwrap();
            assert_eq!(with(&value), String::from_utf8(text).unwrap());
        }
    }
}
