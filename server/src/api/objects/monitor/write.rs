//! Writes of monitors.

use super::MonitorResource;
use crate::api::objects::write::{Alteration, Creation, Done, Writable};
use crate::control::links::{Relationship, SERVERS, SERVICES};
use crate::control::{By, Control};

impl Writable for MonitorResource {
    const LINKS: &'static [Relationship] = &[SERVERS, SERVICES];
    const MODULE: Option<&'static str> = Some("module");

    fn moves(attribute: &str) -> bool {
        Self::FOUND_OUT.contains(&attribute)
    }

    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a> {
        Box::pin(control.create_monitor(
            creation.by,
            creation.id,
            creation.module,
            creation.parameters,
            creation.links,
        ))
    }

    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a> {
        Box::pin(control.alter_monitor(
            alteration.by,
            alteration.id,
            alteration.parameters,
            alteration.links,
            alteration.expected,
        ))
    }

    fn delete<'a>(
        control: &'a Control,
        by: &'a By,
        id: &'a str,
        force: bool,
        expected: Option<u64>,
    ) -> Done<'a> {
        Box::pin(control.delete_monitor(by, id, force, expected))
    }
}
