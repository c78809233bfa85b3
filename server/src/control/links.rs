//! What an object is to refer to.

/// The name of a relationship: that of the kind of objects it leads to.
pub type Relationship = &'static str;

/// Servers.
pub const SERVERS: Relationship = "servers";
/// Services.
pub const SERVICES: Relationship = "services";
/// Filters, in order.
pub const FILTERS: Relationship = "filters";
/// Monitors.
pub const MONITORS: Relationship = "monitors";
/// Listeners.
pub const LISTENERS: Relationship = "listeners";

/// The relationships that are given; others stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(Vec<(Relationship, Vec<String>)>);

impl Links {
    /// Gives one relationship.
    pub fn set(&mut self, relationship: Relationship, names: Vec<String>) {
        self.0.retain(|(known, _)| *known != relationship);
        self.0.push((relationship, names));
    }

    /// The names that are given for a relationship.
    pub fn get(&self, relationship: Relationship) -> Option<&[String]> {
        let found = self.0.iter().find(|(known, _)| *known == relationship);
        found.map(|(_, names)| names.as_slice())
    }

    /// Whether none is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Relationship, Vec<String>)> for Links {
    fn from_iter<I: IntoIterator<Item = (Relationship, Vec<String>)>>(given: I) -> Self {
        let mut links = Self::default();
        for (relationship, names) in given {
            links.set(relationship, names);
        }
        links
    }
}
