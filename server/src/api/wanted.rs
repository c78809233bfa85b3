//! What the body of a write wants of a configured object.

use super::body::Node;
use super::chain::ChainInBody;
use super::error::ApiError;
use crate::control::ObjectError;
use crate::control::links::{Links, Relationship};

/// The parts of a document that a write can be about, and where they stand.
pub(super) struct Wanted<'a> {
    pub(super) data: Node<'a>,
    pub(super) attributes: Option<Node<'a>>,
    pub(super) parameters: Option<Node<'a>>,
    pub(super) links: Links,
    /// Where the array of each relationship stands.
    places: Vec<(Relationship, String)>,
}

impl<'a> Wanted<'a> {
    /// Reads the document of an object, but for its relationships. `id` is that of one that is there.
    pub(super) fn of_document(
        root: Node<'a>,
        kind: &'static str,
        id: Option<&str>,
    ) -> Result<Self, ApiError> {
        let data = root.resource(kind, id)?;
        let attributes = data.get("attributes");
        if let Some(attributes) = &attributes {
            attributes.map()?;
        }
        let parameters = attributes
            .as_ref()
            .and_then(|found| found.get("parameters"));
        if let Some(parameters) = &parameters {
            parameters.map()?;
        }
        Ok(Self {
            attributes,
            parameters,
            links: Links::default(),
            places: Vec::new(),
            data,
        })
    }

    /// Reads the relationships of the document: it may have these.
    pub(super) fn read_links(&mut self, relationships: &[Relationship]) -> Result<(), ApiError> {
        let Some(given) = self.data.get("relationships") else {
            return Ok(());
        };
        let given = given.object(relationships)?;
        for &relationship in relationships {
            if let Some(node) = given.get(relationship) {
                let node = node.object(&["data", "links"])?;
                self.link(relationship, &node.need("data")?)?;
            }
        }
        Ok(())
    }

    /// Reads the document of one relationship.
    pub(super) fn of_relationship(
        root: Node<'a>,
        relationship: Relationship,
    ) -> Result<Self, ApiError> {
        let root = root.object(&["data", "links"])?;
        let data = root.need("data")?;
        let mut wanted = Self {
            data: root,
            attributes: None,
            parameters: None,
            links: Links::default(),
            places: Vec::new(),
        };
        wanted.link(relationship, &data)?;
        Ok(wanted)
    }

    fn link(&mut self, relationship: Relationship, data: &Node<'_>) -> Result<(), ApiError> {
        let names = ChainInBody::parse_of(data, relationship)?.into_names();
        self.links.set(relationship, names);
        self.places.push((relationship, data.pointer().to_owned()));
        Ok(())
    }

    /// The error with the place in the body that it is about.
    pub(super) fn placed(&self, error: ObjectError) -> ApiError {
        let detail = error.to_string();
        match &error {
            ObjectError::Parameter(fault) => {
                let Some(parameters) = &self.parameters else {
                    let place = self.attributes.as_ref().unwrap_or(&self.data);
                    return place.error(detail);
                };
                let (outer, inner) = fault
                    .parameter
                    .split_once('.')
                    .unwrap_or((&fault.parameter, ""));
                let whole = parameters.get(&fault.parameter);
                let outer = parameters.get(outer);
                let inner = outer.as_ref().and_then(|outer| outer.get(inner));
                let given = whole.or(inner).or(outer);
                given.as_ref().unwrap_or(parameters).error(detail)
            }
            ObjectError::Link {
                relationship,
                index,
                ..
            } => match self.place(relationship) {
                Some(place) => ApiError::bad_request(detail).at(format!("{place}/{index}/id")),
                None => self.data.error(detail),
            },
            ObjectError::Relationship { relationship, .. } => match self.place(relationship) {
                Some(place) => ApiError::bad_request(detail).at(place),
                None => self.data.error(detail),
            },
            ObjectError::Taken(_) | ObjectError::Name(_) => {
                let id = self.data.get("id");
                id.as_ref().unwrap_or(&self.data).error(detail)
            }
            ObjectError::Module { .. } => {
                let attributes = self.attributes.as_ref();
                let module = attributes
                    .and_then(|found| found.get("router").or_else(|| found.get("module")));
                module.as_ref().unwrap_or(&self.data).error(detail)
            }
            _ => error.into(),
        }
    }

    fn place(&self, relationship: &str) -> Option<&str> {
        let mut places = self.places.iter();
        let found = places.find(|(known, _)| *known == relationship);
        found.map(|(_, place)| place.as_str())
    }
}
