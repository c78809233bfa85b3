//! Commands of modules: what can be done with an object besides changing its parameters.

use serde_json::Value;

use super::error::ObjectError;
use super::journal::Entry;
use super::{By, Control};
use crate::store::ObjectKind;

impl Control {
    /// Lets a filter of `module` do what a command says; the first of the `arguments` is the
    /// filter's name. Answers what there is to tell, `Null` when nothing. What is done `by` somebody
    /// is written down before.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn filter_command(
        &self,
        by: Option<&By>,
        module: &str,
        command: &'static str,
        arguments: &[String],
    ) -> Result<Value, ObjectError> {
        // No filter may change or go meanwhile.
        let _writing = match by {
            Some(_) => Some(self.writing.write().await),
            None => None,
        };
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
        let document = filter.values.document();
        let entry = Entry {
            action: command,
            kind: ObjectKind::Filter,
            name: name.clone(),
            before: Some(document.clone()),
            after: Some(document),
        };
        if let Some(by) = by {
            self.commit(by, vec![entry.clone()]).await?;
            let user = &by.author.user;
            tracing::info!(
                object = name,
                "{user} gives the filter '{name}' the command {command}"
            );
        }
        let rest = rest.to_vec();
        let done = tokio::task::spawn_blocking(move || filter.command(command, &rest)).await;
        let done = match done {
            Ok(done) => done.map_err(ObjectError::from),
            Err(error) => {
                tracing::error!(
                    object = name,
                    "the command {command} of the filter '{name}' has failed: {error}"
                );
                let what = format!("the command {command} of {name} has failed; the log says more");
                Err(ObjectError::Broken(what))
            }
        };
        if let (Err(error), Some(by)) = (&done, by) {
            self.note_failure(by, entry, error.to_string()).await;
        }
        done
    }
}
