//! Commands of modules: what can be done with an object besides changing its parameters.

use serde_json::Value;

use super::error::ObjectError;
use super::{By, Control};

impl Control {
    /// Lets a filter of `module` do what a command says; the first of the `arguments` is the
    /// filter's name. Answers what there is to tell, `Null` when nothing.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn filter_command(
        &self,
        by: Option<&By>,
        module: &str,
        command: &str,
        arguments: &[String],
    ) -> Result<Value, ObjectError> {
        let Some((name, rest)) = arguments.split_first() else {
            let message = "the name of a filter is expected behind the question mark";
            return Err(ObjectError::Filter(message.to_owned()));
        };
        let filter = self.objects.configured_filter(name)?;
        if filter.module != module {
            let of = filter.module;
            let message = format!("{name} is a filter of the module {of}, not of {module}");
            return Err(ObjectError::Filter(message));
        }
        let (command, rest) = (command.to_owned(), rest.to_vec());
        let text = command.clone();
        let done = tokio::task::spawn_blocking(move || filter.command(&command, &rest)).await;
        let told = done.unwrap_or(Ok(Value::Null))?;
        if let Some(by) = by {
            let user = &by.author.user;
            tracing::info!("{user} has given the filter '{name}' the command {text}");
        }
        Ok(told)
    }
}
