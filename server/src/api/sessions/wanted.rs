//! What the body of a `PATCH` asks of a session.

use std::net::IpAddr;

use serde_json::Value;

use super::SessionResource;
use crate::api::body::Node;
use crate::api::chain::ChainInBody;
use crate::api::error::ApiError;
use crate::api::resource::Resource;
use crate::api::unchanged;
use crate::control::sessions::{Apply, LogChange, LogSwitches};

/// Attributes that move by themselves: what a body says of them was true when it was read.
const MOVING: &[&str] = &[
    "connections",
    "database",
    "idle",
    "io_activity",
    "log",
    "memory",
    "queries",
    "seconds_alive",
    "state",
    "statement_count",
    "transaction",
];

/// What a body asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) chain: Option<ChainInBody>,
    pub(super) apply: Apply,
    pub(super) log: LogChange,
}

impl Wanted {
    /// Reads the document of a session. Its id and type may be left out, and what can't be changed
    /// may be in it as it is.
    pub(super) fn parse(root: Node<'_>, session: &SessionResource) -> Result<Self, ApiError> {
        let data = root.resource(SessionResource::KIND, Some(&session.id()))?;
        let mut wanted = Self::default();
        let attributes = data.get("attributes");
        if let Some(attributes) = &attributes {
            wanted.read_attributes(attributes, session)?;
        }
        if let Some(relationships) = data.get("relationships") {
            let told = attributes.as_ref().and_then(|found| found.get("filters"));
            let active = told.and_then(|told| told.value().get("active"));
            wanted.read_relationships(relationships, active, session)?;
        }
        match attributes.and_then(|found| found.get("apply")) {
            Some(apply) if wanted.chain.is_none() => {
                Err(apply.error("there are no filters that this could be about"))
            }
            _ => Ok(wanted),
        }
    }

    fn read_attributes(
        &mut self,
        attributes: &Node<'_>,
        session: &SessionResource,
    ) -> Result<(), ApiError> {
        for (name, value) in attributes.members()? {
            match name {
                "apply" => self.apply = apply(&value)?,
                "parameters" => self.log = log(&value)?,
                "relationships" => self.chain = ChainInBody::of_relationships(value)?,
                name if MOVING.contains(&name) => {
                    unchanged::check_moving(session, name, &value)?;
                }
                // Read with `rdns=true` it is a name.
                "remote" if session.address().is_some() && is_name(value.value()) => {}
                name if SessionResource::ATTRIBUTES.contains(&name) => {
                    let present = session.attribute(name).unwrap_or_default();
                    let is_older = name == "filters" && waited(value.value(), &present);
                    if !is_older && !unchanged::attribute(value.value(), &present) {
                        return Err(value.error(format!("{name} can't be changed")));
                    }
                }
                name => {
                    let known = "known are apply, parameters, relationships";
                    return Err(value.error(format!("'{name}' means nothing here; {known}")));
                }
            }
        }
        Ok(())
    }

    /// `active` are the filters that acted when the body was read, if it says so.
    fn read_relationships(
        &mut self,
        relationships: Node<'_>,
        active: Option<&Value>,
        session: &SessionResource,
    ) -> Result<(), ApiError> {
        let relationships = relationships.object(SessionResource::RELATIONSHIPS)?;
        if let Some(services) = relationships.get("services")
            && !unchanged::relationship(&services, session, "services")
        {
            return Err(services.error("a session stays with its service"));
        }
        let Some(filters) = relationships.get("filters") else {
            return Ok(());
        };
        let chain = ChainInBody::of_document(filters)?;
        // Sent back as they were read they are no wish: a chain that waits would be given up.
        if active.is_some_and(|active| *active == Value::from(chain.names())) {
            return Ok(());
        }
        match &self.chain {
            Some(other) if !other.agrees(&chain) => {
                let detail = "the attributes give other filters than the relationships";
                Err(relationships.error(detail))
            }
            _ => {
                self.chain = Some(chain);
                Ok(())
            }
        }
    }
}

/// Whether what waited in `given`, an earlier state of `filters`, acts at `present`.
fn waited(given: &Value, present: &Value) -> bool {
    given.get("generation") == present.get("generation")
        && given.get("pending") == present.get("active")
}

/// Whether it may be the name of an address.
fn is_name(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| !text.is_empty() && text.parse::<IpAddr>().is_err())
}

fn apply(node: &Node<'_>) -> Result<Apply, ApiError> {
    match node.text()? {
        "idle" => Ok(Apply::Idle),
        "transaction_end" => Ok(Apply::TransactionEnd),
        other => Err(node.error(format!(
            "'{other}' is no time to apply a change; known are idle, transaction_end"
        ))),
    }
}

fn log(parameters: &Node<'_>) -> Result<LogChange, ApiError> {
    let mut change = LogChange::default();
    for (name, value) in parameters.members()? {
        let switch = LogSwitches::named(name).ok_or_else(|| {
            let known = LogSwitches::ALL.map(|(name, _)| name).join(", ");
            value.error(format!("there is no parameter '{name}'; known are {known}"))
        })?;
        change.set(switch, value.boolean()?);
    }
    Ok(change)
}
