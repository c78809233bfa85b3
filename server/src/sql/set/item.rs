//! What a `SET` can set.

use crate::sql::classification::Kinds;
use crate::sql::dialect::Dialect;
use crate::sql::name::{Name, string_value};
use crate::sql::token::TokenKind;
use crate::sql::tokenizer::Tokenizer;

/// One thing that a `SET` sets. Values are as they stand in the statement, quotes included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetItem<'a> {
    /// `@name = value`
    UserVariable {
        /// The variable, without its `@`.
        name: Name<'a>,
        /// An expression.
        value: &'a [u8],
    },
    /// `name = value`, with whatever says the scope.
    SystemVariable {
        /// Whom it is set for.
        scope: VariableScope,
        /// The variable.
        name: Name<'a>,
        /// An expression.
        value: &'a [u8],
        /// What the value means for a variable that is a switch, if that can be told.
        switch: Option<bool>,
        /// The isolation level, if the variable is for that and the value can be told.
        isolation: Option<Isolation>,
    },
    /// `NAMES value` with a collation or without, `CHARACTER SET value`
    CharacterSet {
        /// A name, in quotes or not, or `DEFAULT`.
        name: Name<'a>,
    },
    /// `TRANSACTION`
    Transaction {
        /// Whom it is set for; `None`: the next transaction.
        scope: Option<VariableScope>,
        /// The isolation level, if it is set.
        isolation: Option<Isolation>,
        /// Whether transactions only read, if it is set.
        read_only: Option<bool>,
    },
    /// `ROLE value`
    Role {
        /// A name or `NONE`.
        value: &'a [u8],
    },
    /// `PASSWORD`, `DEFAULT ROLE`: accounts are changed.
    Account,
    /// Something that is not understood. It is the last item.
    Other,
}

/// Whom a variable is set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VariableScope {
    /// The session.
    Session,
    /// The server: `GLOBAL`, `PERSIST`, `PERSIST_ONLY`.
    Global,
    /// The statement behind the `FOR` of a `SET STATEMENT`.
    Statement,
}

/// An isolation level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// `READ UNCOMMITTED`
    ReadUncommitted,
    /// `READ COMMITTED`
    ReadCommitted,
    /// `REPEATABLE READ`
    RepeatableRead,
    /// `SERIALIZABLE`
    Serializable,
}

impl SetItem<'_> {
    /// What setting it does.
    pub(in crate::sql) fn kinds(&self) -> Kinds {
        match *self {
            Self::UserVariable { .. } => Kinds::SESSION_WRITE | Kinds::USERVAR_WRITE,
            Self::SystemVariable {
                scope: VariableScope::Global,
                ..
            } => Kinds::WRITE | Kinds::GLOBAL_SYSVAR_WRITE,
            Self::SystemVariable {
                scope: VariableScope::Statement,
                ..
            } => Kinds::empty(),
            Self::SystemVariable {
                scope: VariableScope::Session,
                name,
                switch,
                isolation,
                ..
            } => Kinds::SESSION_WRITE | Kinds::SYSVAR_WRITE | of_variable(name, switch, isolation),
            Self::CharacterSet { .. } => Kinds::SESSION_WRITE | Kinds::SYSVAR_WRITE,
            Self::Role { .. } => Kinds::SESSION_WRITE,
            Self::Transaction {
                scope,
                isolation,
                read_only,
            } => {
                let scope = match scope {
                    None => Kinds::SESSION_WRITE | Kinds::NEXT_TRANSACTION,
                    Some(VariableScope::Global) => {
                        return Kinds::WRITE | Kinds::GLOBAL_SYSVAR_WRITE;
                    }
                    Some(_) => Kinds::SESSION_WRITE | Kinds::SYSVAR_WRITE,
                };
                scope | of_isolation(isolation) | of_read_only(read_only)
            }
            Self::Account => Kinds::WRITE | Kinds::DDL | Kinds::IMPLICIT_COMMIT,
            Self::Other => Kinds::WRITE | Kinds::SESSION_WRITE,
        }
    }
}

fn of_variable(name: Name<'_>, switch: Option<bool>, isolation: Option<Isolation>) -> Kinds {
    let matters = Kinds::LITERALS_MATTER;
    if name.is(b"autocommit") {
        match switch {
            Some(true) => matters | Kinds::AUTOCOMMIT_ON,
            Some(false) => matters | Kinds::AUTOCOMMIT_OFF,
            None => matters,
        }
    } else if is_isolation(name) {
        matters | Kinds::ISOLATION | of_isolation(isolation)
    } else if name.is(b"tx_read_only") || name.is(b"transaction_read_only") {
        matters | of_read_only(switch)
    } else {
        Kinds::empty()
    }
}

fn of_isolation(isolation: Option<Isolation>) -> Kinds {
    match isolation {
        None => Kinds::empty(),
        Some(Isolation::Serializable) => Kinds::ISOLATION | Kinds::SERIALIZABLE,
        Some(_) => Kinds::ISOLATION,
    }
}

fn of_read_only(read_only: Option<bool>) -> Kinds {
    match read_only {
        None => Kinds::empty(),
        Some(true) => Kinds::READ_ONLY_TRANSACTION,
        Some(false) => Kinds::READ_WRITE_TRANSACTION,
    }
}

/// The one word, number or string that a value consists of.
fn single(value: &[u8], dialect: Dialect) -> Option<Vec<u8>> {
    if let Some(text) = string_value(value, dialect) {
        return Some(text.to_ascii_uppercase());
    }
    let mut tokens = Tokenizer::new(value, dialect).filter(|token| !token.is_blank());
    let token = tokens.next()?;
    let fits = matches!(
        token.kind,
        TokenKind::Word | TokenKind::QuotedName | TokenKind::Number
    );
    let is_alone = tokens.next().is_none();
    (fits && is_alone).then(|| Name::new(token.text).unquoted().to_ascii_uppercase())
}

/// What a value means for a switch.
pub(super) fn switch(value: &[u8], dialect: Dialect) -> Option<bool> {
    match single(value, dialect)?.as_slice() {
        b"ON" | b"TRUE" | b"1" => Some(true),
        b"OFF" | b"FALSE" => Some(false),
        digits if digits.iter().all(|&byte| byte == b'0') => Some(false),
        _ => None,
    }
}

fn is_isolation(variable: Name<'_>) -> bool {
    variable.is(b"tx_isolation") || variable.is(b"transaction_isolation")
}

/// What a value means for a variable that holds an isolation level.
pub(super) fn isolation(variable: Name<'_>, value: &[u8], dialect: Dialect) -> Option<Isolation> {
    if !is_isolation(variable) {
        return None;
    }
    Some(match single(value, dialect)?.as_slice() {
        b"READ-UNCOMMITTED" | b"0" => Isolation::ReadUncommitted,
        b"READ-COMMITTED" | b"1" => Isolation::ReadCommitted,
        b"REPEATABLE-READ" | b"2" => Isolation::RepeatableRead,
        b"SERIALIZABLE" | b"3" => Isolation::Serializable,
        _ => return None,
    })
}
