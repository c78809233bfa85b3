//! What only the server of a statement that is over still knows: `LAST_INSERT_ID()` and its like,
//! `ROW_COUNT()`, `FOUND_ROWS()`, warnings.

use super::state::Asked;
use crate::routers::Replied;
use crate::sql::{Kinds, Verb};

/// See the module. While there is something of it, the session's next statement may ask for it.
#[derive(Debug, Default)]
pub(super) struct Aftermath {
    /// A value was generated, and no other statement on data has followed.
    generated: bool,
    /// The last statement failed, or something of it was counted.
    counted: bool,
}

impl Aftermath {
    pub(super) fn is_empty(&self) -> bool {
        !self.generated && !self.counted
    }

    /// A request is answered.
    pub(super) fn answered(&mut self, asked: &Asked, replied: &Replied) {
        if !asked.command.is_statement() {
            return;
        }
        let kinds = asked.kinds.kinds;
        let failed = replied.error.is_some();
        let counts = failed || replied.counted || kinds.contains(Kinds::COUNTS_ROWS);
        let asks_back = kinds.contains(Kinds::PREVIOUS_STATEMENT);
        self.counted = counts || asks_back && self.counted;
        // What ends or sets something stands between a write and the question for its key.
        let asks = Kinds::LAST_INSERT_ID | Kinds::SEQUENCE | Kinds::PREVIOUS_STATEMENT;
        let is_other = kinds.intersects(Kinds::READ | Kinds::WRITE) && !kinds.intersects(asks);
        let may_generate = replied.insert_id || generates_unseen(asked);
        self.generated = may_generate || self.generated && (failed || !is_other);
    }
}

/// Whether it may generate a value of which its reply says nothing.
fn generates_unseen(asked: &Asked) -> bool {
    let kinds = asked.kinds.kinds;
    let unseen = Kinds::CALL | Kinds::STORED_FUNCTION | Kinds::COMPOUND;
    let inserts = matches!(asked.kinds.verb, Verb::Insert | Verb::Replace);
    kinds.intersects(unseen)
        || kinds.contains(Kinds::SEQUENCE | Kinds::WRITE)
        || kinds.contains(Kinds::RETURNING) && inserts
}
