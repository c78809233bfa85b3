//! Writes of monitors.

use super::MonitorResource;
use crate::api::objects::write::{Alteration, Creation, Done, Removal, Writable};
use crate::api::query;
use crate::control::Control;
use crate::control::links::{Relationship, SERVERS, SERVICES};

impl Writable for MonitorResource {
    const LINKS: &'static [Relationship] = &[SERVERS, SERVICES];
    const MODULE: Option<&'static str> = Some("module");
    type Asked = query::None;

    fn moves(attribute: &str) -> bool {
        Self::FOUND_OUT.contains(&attribute)
    }

    async fn create(control: &Control, new: Creation<'_>) -> Done {
        control
            .create_monitor(new.by, new.id, new.module, new.parameters, new.links)
            .await
    }

    async fn alter(control: &Control, to: Alteration<'_, Self>) -> Done {
        control
            .alter_monitor(to.by, to.id, to.parameters, to.links, to.expected)
            .await
    }

    async fn delete(control: &Control, old: Removal<'_>) -> Done {
        control
            .delete_monitor(old.by, old.id, old.force, old.expected)
            .await
    }
}
