//! What the gateway makes of statements: `/maxscale/query_classifier` and what is below it.

use serde::{Deserialize, Serialize};

/// Attributes of the classifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassifierAttributes {
    /// Its parameters.
    pub parameters: ClassifierParameters,
}

/// Parameters of the classifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassifierParameters {
    /// `query_classifier_cache_size` in bytes.
    pub cache_size: Option<u64>,
}

/// Attributes of a remembered statement; its canonical form is the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RememberedAttributes {
    /// What it does.
    pub classification: StatementClass,
    /// How often it was asked for.
    pub hits: u64,
}

/// What a statement does, in the documented words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatementClass {
    /// `sql::OP_SELECT`, ..
    pub operation: String,
    /// `Parser::Result::PARSED` or `Parser::Result::INVALID`.
    pub parse_result: String,
    /// `sql::TYPE_READ`, .., joined with `|`.
    pub type_mask: String,
}

/// Attributes of a statement that was given to be classified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassifyAttributes {
    /// The statement with `?` in place of its values.
    pub canonical: String,
    /// Columns that it uses, and what looks like them.
    pub fields: Vec<UsedColumn>,
    /// Functions that it uses.
    pub functions: Vec<UsedFunction>,
    /// What it does.
    #[serde(flatten)]
    pub class: StatementClass,
}

/// A column that a statement uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsedColumn {
    /// Its name; `*`: all.
    pub column: String,
}

/// A function that a statement uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsedFunction {
    /// Its name.
    pub name: String,
}
