//! The rules file: what is stored, and who gets what is stored.

mod condition;

use serde::Deserialize;
use serde_json::Value;

use super::statement::Statement;
use crate::filters::SessionFacts;
use condition::{StoreCondition, UseCondition};

/// All sets of rules. A statement is stored by the first one that says so.
#[derive(Debug)]
pub(super) struct Rules {
    sets: Vec<RuleSet>,
    /// The file's content, for people.
    pub(super) shown: Value,
}

#[derive(Debug)]
struct RuleSet {
    /// One of them must hold; `None`: everything is stored.
    store: Option<Vec<StoreCondition>>,
    /// One of them must hold; `None`: everybody gets it.
    uses: Option<Vec<UseCondition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    store: Option<Vec<RawCondition>>,
    #[serde(rename = "use")]
    uses: Option<Vec<RawCondition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCondition {
    attribute: String,
    op: String,
    value: String,
}

impl Rules {
    /// Those of no file: everything is stored, and for everybody.
    pub(super) fn none() -> Self {
        Self {
            sets: vec![RuleSet {
                store: None,
                uses: None,
            }],
            shown: Value::Array(Vec::new()),
        }
    }

    /// Reads the text of a rules file: one set of rules or an array of them.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let sets = match file {
            Value::Array(sets) => sets,
            set => vec![set],
        };
        let parsed = sets.iter().map(|set| {
            let raw = RawSet::deserialize(set).map_err(|error| error.to_string())?;
            RuleSet::of(&raw)
        });
        Ok(Self {
            sets: parsed.collect::<Result<_, _>>()?,
            shown: Value::Array(sets.clone()),
        })
    }

    /// Which sets of rules let the session have what is stored.
    pub(super) fn usable_by(&self, session: &SessionFacts) -> Vec<bool> {
        let usable = |set: &RuleSet| {
            let uses = set.uses.as_ref();
            uses.is_none_or(|uses| uses.iter().any(|condition| condition.holds(session)))
        };
        self.sets.iter().map(usable).collect()
    }

    /// The set of rules by which a statement's result is stored.
    pub(super) fn set_for(
        &self,
        sql: &[u8],
        statement: &Statement<'_>,
        database: Option<&str>,
    ) -> Option<usize> {
        self.sets.iter().position(|set| {
            let store = set.store.as_ref();
            store.is_none_or(|store| store.iter().any(|c| c.holds(sql, statement, database)))
        })
    }
}

impl RuleSet {
    fn of(raw: &RawSet) -> Result<Self, String> {
        let store = raw.store.as_ref().map(|conditions| {
            let parse = |c: &RawCondition| StoreCondition::parse(&c.attribute, &c.op, &c.value);
            conditions.iter().map(parse).collect::<Result<_, _>>()
        });
        let uses = raw.uses.as_ref().map(|conditions| {
            let parse = |c: &RawCondition| UseCondition::parse(&c.attribute, &c.op, &c.value);
            conditions.iter().map(parse).collect::<Result<_, _>>()
        });
        Ok(Self {
            store: store.transpose()?,
            uses: uses.transpose()?,
        })
    }
}

#[cfg(test)]
mod tests;
