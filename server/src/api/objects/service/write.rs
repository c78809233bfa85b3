//! Writes of services.

use super::ServiceResource;
use crate::api::error::ApiError;
use crate::api::objects::write::{Alteration, Creation, Done, Removal, Writable};
use crate::api::query::Parameters;
use crate::control::Control;
use crate::control::links::{FILTERS, LISTENERS, MONITORS, Relationship, SERVERS, SERVICES};

impl Writable for ServiceResource {
    const LINKS: &'static [Relationship] = &[FILTERS, LISTENERS, MONITORS, SERVERS, SERVICES];
    const MODULE: Option<&'static str> = Some("router");
    type Asked = Rechaining;

    fn moves(attribute: &str) -> bool {
        !matches!(attribute, "parameters" | "router" | "source" | "started")
    }

    async fn create(control: &Control, new: Creation<'_>) -> Done {
        control
            .create_service(new.by, new.id, new.module, new.parameters, new.links)
            .await
    }

    async fn alter(control: &Control, to: Alteration<'_, Self>) -> Done {
        control
            .alter_service(
                to.by,
                to.id,
                to.parameters,
                to.links,
                to.asked.live,
                to.expected,
            )
            .await
    }

    async fn delete(control: &Control, old: Removal<'_>) -> Done {
        control
            .delete_service(old.by, old.id, old.force, old.expected)
            .await
    }
}

/// Parameters of `PATCH`.
#[derive(Default)]
pub(in crate::api) struct Rechaining {
    /// Whether live sessions get the filters as well.
    live: bool,
}

impl Parameters for Rechaining {
    const NAMES: &'static [&'static str] = &["sessions"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        self.live = match value {
            "all" => true,
            "new" => false,
            _ => {
                let detail = format!("{name}={value}: known are all, new");
                return Err(ApiError::bad_request(detail));
            }
        };
        Ok(())
    }
}
