//! The `modules` resource: what objects can be made of.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Attributes of one module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleAttributes {
    /// `filter`, `router`, `monitor`, `protocol`; absent for the gateway and for servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Commands of the module, as resources.
    pub commands: Vec<Value>,
    /// One sentence for a person.
    pub description: String,
    /// `GA`.
    pub maturity: String,
    /// `Filter`, `Router`, ..
    pub module_type: String,
    /// The parameters of objects that are made of it.
    pub parameters: Vec<ModuleParameter>,
    /// The version of the program.
    pub version: String,
}

/// What is known of a parameter; forms are built from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleParameter {
    /// Its name.
    pub name: String,
    /// `bool`, `count`, `int`, `duration`, `size`, `string`, `enum`, `enum_mask`, `regex`, ..
    #[serde(rename = "type")]
    pub kind: String,
    /// The value that it has when none is given; absent when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Value>,
    /// The values to choose from, of enums.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enum_values: Option<Vec<String>>,
    /// The unit of its values (`ms`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it has to be given.
    pub mandatory: bool,
    /// Whether it is only known for the sake of older configurations.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Whether it can be changed at run time.
    pub modifiable: bool,
    /// One sentence for a person.
    pub description: String,
}
