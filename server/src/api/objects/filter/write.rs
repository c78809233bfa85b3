//! Writes of filters.

use serde_json::json;

use super::FilterResource;
use crate::api::error::ApiError;
use crate::api::objects::write::{Alteration, Creation, Done, Removal, Writable};
use crate::api::wanted::Wanted;
use crate::api::{query, unchanged};
use crate::control::Control;
use crate::control::links::Relationship;

impl Writable for FilterResource {
    const LINKS: &'static [Relationship] = &[];
    const MODULE: Option<&'static str> = Some("module");
    type Asked = query::None;

    fn moves(attribute: &str) -> bool {
        attribute == "filter_diagnostics"
    }

    /// Filters are put into services and sessions there, not here: relationships that are given have
    /// to be those that the filter has.
    fn read_links(wanted: &mut Wanted<'_>, present: Option<&Self>) -> Result<(), ApiError> {
        let Some(relationships) = wanted.data.get("relationships") else {
            return Ok(());
        };
        for (name, given) in relationships.members()? {
            let stays = match present {
                Some(filter) => unchanged::relationship(&given, filter, name),
                // A new one is used by nothing.
                None => given
                    .get("data")
                    .is_some_and(|data| *data.value() == json!([])),
            };
            if !stays {
                let detail = "the relationships of a filter are changed at services and sessions";
                return Err(given.error(detail));
            }
        }
        Ok(())
    }

    async fn create(control: &Control, new: Creation<'_>) -> Done {
        control
            .create_filter(new.by, new.id, new.module, new.parameters)
            .await
    }

    async fn alter(control: &Control, to: Alteration<'_, Self>) -> Done {
        let Some(parameters) = to.parameters else {
            return Ok(());
        };
        control
            .alter_filter(to.by, to.id, parameters, to.expected)
            .await
    }

    async fn delete(control: &Control, old: Removal<'_>) -> Done {
        control
            .delete_filter(old.by, old.id, old.force, old.expected)
            .await
    }
}
