//! A configuration as one file.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::configuration::{Configuration, Object};

/// The text of a file that says what `configuration` does: every parameter that was given, by
/// section.
///
/// # Errors
/// The name of the object and of the parameter whose value no file can hold.
pub fn export(configuration: &Configuration) -> Result<String, String> {
    let mut text = String::new();
    // Values are written as they are, so a `$` at the beginning of one means itself.
    section(
        &mut text,
        &configuration.maxscale,
        None,
        &["substitute_variables"],
    )?;
    let Configuration {
        servers,
        monitors,
        filters,
        services,
        listeners,
        ..
    } = configuration;
    for object in servers {
        section(&mut text, object, Some("server"), &[])?;
    }
    for object in monitors {
        section(&mut text, object, Some("monitor"), &[])?;
    }
    for object in filters {
        section(&mut text, object, Some("filter"), &[])?;
    }
    for object in services {
        section(&mut text, object, Some("service"), &[])?;
    }
    for object in listeners {
        section(&mut text, object, Some("listener"), &[])?;
    }
    Ok(text)
}

fn section<P>(
    text: &mut String,
    object: &Object<P>,
    word: Option<&str>,
    without: &[&str],
) -> Result<(), String> {
    let gap = if text.is_empty() { "" } else { "\n" };
    // Writing to a String does not fail.
    let _ = writeln!(text, "{gap}[{}]", object.name);
    if let Some(word) = word {
        let _ = writeln!(text, "type={word}");
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
        let value = value.as_str().unwrap_or_default();
        // Alone, a carriage return ends no line, but at the end of one it is a part of its end.
        if value.contains('\n') || value.trim_matches('\r') != value {
            return Err(format!(
                "[{}] {name}: a value of several lines can't be in a file",
                object.name
            ));
        }
        let _ = writeln!(text, "{name}={value}");
    }
    Ok(())
}
