//! Commands of modules: `/v1/maxscale/modules/:module/:command?ARGUMENT&..`.

use gloo_net::http::Request;
use serde_json::Value;

use super::objects::Object;
use super::request::{ApiError, segment, send};

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleCommand {
    /// Its module.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Whether it changes something.
    pub writes: bool,
    /// Its arguments, in order.
    pub arguments: Vec<CommandArgument>,
}

/// An argument of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandArgument {
    /// What it is: `FILTER`, `SERVER`, `STRING`, ...
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Whether it has to be given.
    pub required: bool,
}

impl ModuleCommand {
    /// The commands that a module tells of.
    pub fn all(module: &Object) -> Vec<Self> {
        let list = module.at("/commands").as_array();
        let command = |value: &Value| Self::of(module.id(), value);
        list.map_or_else(Vec::new, |list| list.iter().map(command).collect())
    }

    fn of(module: &str, value: &Value) -> Self {
        let text = |pointer: &str| {
            let value = value.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let arguments = value.pointer("/attributes/parameters");
        let arguments = arguments.and_then(Value::as_array);
        Self {
            module: module.to_owned(),
            name: text("/id"),
            description: text("/attributes/description"),
            writes: text("/attributes/method") == "POST",
            arguments: arguments.map_or_else(Vec::new, |list| {
                list.iter().map(CommandArgument::of).collect()
            }),
        }
    }

    /// The path with the arguments; those at the end that are empty are left out.
    fn path(&self, arguments: &[String], escape: fn(&str) -> String) -> String {
        let given = arguments.iter().rposition(|text| !text.is_empty());
        let given = given.map_or(0, |last| last + 1);
        let given: Vec<String> = arguments[..given].iter().map(|text| escape(text)).collect();
        let (module, name) = (escape(&self.module), escape(&self.name));
        let query = given.join("&");
        format!("/v1/maxscale/modules/{module}/{name}?{query}")
    }

    /// Performs it. What it tells, if it tells something.
    pub async fn run(&self, arguments: &[String]) -> Result<Option<Value>, ApiError> {
        let path = self.path(arguments, segment);
        let request = if self.writes {
            Request::post(&path)
        } else {
            Request::get(&path)
        };
        let response = send(request).await?;
        let text = response.text().await;
        let text = text.map_err(|error| ApiError::Unreachable(error.to_string()))?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let document: Value =
            serde_json::from_str(&text).map_err(|error| ApiError::Unreadable(error.to_string()))?;
        Ok(document.get("meta").cloned())
    }
}

impl CommandArgument {
    fn of(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let kind = text("type");
        Self {
            // `[STRING]` may be left out.
            required: value["required"]
                .as_bool()
                .unwrap_or(!kind.starts_with('[')),
            kind: kind.trim_matches(['[', ']']).to_owned(),
            description: text("description").to_owned(),
        }
    }

    /// The kind of objects whose names it takes, if it takes such.
    pub fn names(&self) -> Option<&'static str> {
        Some(match self.kind.as_str() {
            "FILTER" => "filters",
            "SERVER" => "servers",
            "SERVICE" => "services",
            "MONITOR" => "monitors",
            "LISTENER" => "listeners",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> ModuleCommand {
        let module = r#"{"id":"qlafilter","type":"modules","attributes":{"commands":[{"id":"log",
            "attributes":{"description":"Tells.","method":"GET","parameters":[
            {"type":"FILTER","description":"The filter.","required":true},
            {"type":"[STRING]","description":"From."}]}}]}}"#;
        let module: sluicegate_shared::jsonapi::Resource<Value> =
            serde_json::from_str(module).unwrap();
        ModuleCommand::all(&Object::from(module)).remove(0)
    }

    #[test]
    fn a_command_is_read_with_its_arguments() {
        let command = command();
        assert_eq!((command.name.as_str(), command.writes), ("log", false));
        let [filter, from] = command.arguments.as_slice() else {
            panic!("two arguments");
        };
        assert_eq!((filter.names(), filter.required), (Some("filters"), true));
        assert_eq!((from.kind.as_str(), from.required), ("STRING", false));
        assert_eq!(from.names(), None);
    }

    #[test]
    fn arguments_stand_in_the_query_in_their_order() {
        let path = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
            command().path(&arguments, |text| text.replace('&', "%26"))
        };
        let base = "/v1/maxscale/modules/qlafilter/log?";
        assert_eq!(path(&["a&b", ""]), format!("{base}a%26b"));
        assert_eq!(path(&["a", "0", "9"]), format!("{base}a&0&9"));
        assert_eq!(path(&[]), base);
    }
}
