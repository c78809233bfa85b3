//! Chains of filters in bodies: `[{"id": "QLA", "type": "filters"}, ..]`.

use super::body::Node;
use super::error::ApiError;
use crate::control::ChainError;

/// A chain as a body gives it; nothing is known of its filters yet.
#[derive(Debug, Clone)]
pub(super) struct ChainInBody {
    names: Vec<String>,
    pointer: String,
}

impl ChainInBody {
    /// Reads the array of a relationship. The type of an item may be left out.
    pub(super) fn parse(data: &Node<'_>) -> Result<Self, ApiError> {
        Self::parse_of(data, "filters")
    }

    /// Reads the array of a relationship to objects of that kind.
    pub(super) fn parse_of(data: &Node<'_>, kind: &str) -> Result<Self, ApiError> {
        let mut names: Vec<String> = Vec::new();
        for item in data.items()? {
            let item = item.object(&["id", "type"])?;
            if let Some(given) = item.get("type")
                && given.text()? != kind
            {
                return Err(given.error(format!("the type of an item has to be '{kind}'")));
            }
            let id = item.need("id")?;
            let name = id.text()?;
            if names.iter().any(|known| known == name) {
                return Err(id.error(format!("{name} is given twice")));
            }
            names.push(name.to_owned());
        }
        Ok(Self {
            names,
            pointer: data.pointer().to_owned(),
        })
    }

    /// Reads `relationships`, in which nothing but `filters` can be changed.
    pub(super) fn of_relationships(relationships: Node<'_>) -> Result<Option<Self>, ApiError> {
        let relationships = relationships.object(&["filters"])?;
        let Some(filters) = relationships.get("filters") else {
            return Ok(None);
        };
        let filters = filters.object(&["data", "links"])?;
        Self::parse(&filters.need("data")?).map(Some)
    }

    /// Reads the body of a relationship's own endpoint.
    pub(super) fn of_document(root: Node<'_>) -> Result<Self, ApiError> {
        let root = root.object(&["data", "links"])?;
        Self::parse(&root.need("data")?)
    }

    /// The names, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The names, in order.
    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    /// Whether both name the same filters in the same order.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.names == other.names
    }

    /// What is wrong with the chain, with the place of it in the body.
    pub(super) fn error(&self, error: &ChainError) -> ApiError {
        let pointer = format!("{}/{}/id", self.pointer, error.index());
        ApiError::bad_request(error.to_string()).at(pointer)
    }
}
