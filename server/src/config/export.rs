//! A configuration as one file.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::configuration::{Configuration, Object};
use super::secret::REDACTED;

/// What becomes of passwords in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// They stand there as they are: the file can be started with.
    Clear,
    /// Stars stand in their place: the file can be shown around, and is refused at a start.
    Hidden,
}

/// The text of a file that says what `configuration` does: every parameter that was given, by
/// section.
///
/// # Errors
/// The name of the object and of the parameter whose value no file can hold.
pub fn export(configuration: &Configuration, passwords: Passwords) -> Result<String, String> {
    let mut writer = Writer {
        text: String::new(),
        passwords,
    };
    // Values are written as they are, so a `$` at the beginning of one means itself.
    writer.section(&configuration.maxscale, None, &["substitute_variables"])?;
    let Configuration {
        servers,
        monitors,
        filters,
        services,
        listeners,
        ..
    } = configuration;
    for object in servers {
        writer.section(object, Some("server"), &[])?;
    }
    for object in monitors {
        writer.section(object, Some("monitor"), &[])?;
    }
    for object in filters {
        writer.section(object, Some("filter"), &[])?;
    }
    for object in services {
        writer.section(object, Some("service"), &[])?;
    }
    for object in listeners {
        writer.section(object, Some("listener"), &[])?;
    }
    Ok(writer.text)
}

struct Writer {
    text: String,
    passwords: Passwords,
}

impl Writer {
    fn section<P>(
        &mut self,
        object: &Object<P>,
        word: Option<&str>,
        without: &[&str],
    ) -> Result<(), String> {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        // Writing to a String does not fail.
        let _ = writeln!(self.text, "{gap}[{}]", object.name);
        if let Some(word) = word {
            let _ = writeln!(self.text, "type={word}");
        }
        let document = object.values.document();
        let none = Map::new();
        let parameters = document
            .get("parameters")
            .and_then(Json::as_object)
            .unwrap_or(&none);
        for (name, value) in parameters {
            if name == "type" || without.contains(&name.as_str()) {
                continue;
            }
            let is_hidden = self.passwords == Passwords::Hidden && object.values.is_password(name);
            let value = match value.as_str().unwrap_or_default() {
                "" => "",
                _ if is_hidden => REDACTED,
                value => value,
            };
            // Alone, a carriage return ends no line, but at the end of one it is a part of its end.
            if value.contains('\n') || value.trim_matches('\r') != value {
                return Err(format!(
                    "[{}] {name}: a value of several lines can't be in a file",
                    object.name
                ));
            }
            let _ = writeln!(self.text, "{name}={value}");
        }
        Ok(())
    }
}
