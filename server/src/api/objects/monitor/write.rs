//! Writes of monitors.

use super::MonitorResource;
use crate::api::objects::write::{Alteration, Creation, Done, Writable};
use crate::control::links::{Relationship, SERVERS, SERVICES};
use crate::control::{Author, Control};

impl Writable for MonitorResource {
    const LINKS: &'static [Relationship] = &[SERVERS, SERVICES];
    const MODULE: Option<&'static str> = Some("module");
    const MOVING: &'static [&'static str] = Self::FOUND_OUT;

    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a> {
        Box::pin(control.create_monitor(
            creation.author,
            creation.id,
            creation.module,
            creation.parameters,
            creation.links,
        ))
    }

    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a> {
        Box::pin(control.alter_monitor(
            alteration.author,
            alteration.id,
            alteration.parameters,
            alteration.links,
            alteration.expected,
        ))
    }

    fn delete<'a>(
        control: &'a Control,
        author: &'a Author,
        id: &'a str,
        force: bool,
        expected: Option<u64>,
    ) -> Done<'a> {
        Box::pin(control.delete_monitor(author, id, force, expected))
    }
}
