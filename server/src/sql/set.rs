//! The parts of `SET` statements (MariaDB documentation: "SET", "SET TRANSACTION", "SET
//! STATEMENT", "SET NAMES").

mod item;
mod parse;

pub use item::{Isolation, SetItem, VariableScope};

use super::classification::Kinds;
use super::cursor::Cursor;
use super::dialect::Dialect;

/// What the `SET` statements of a text set, in order.
///
/// Statements of other kinds are passed over; the variables of a `SET STATEMENT ... FOR` are among
/// the items, what its `FOR` runs is not.
pub fn set_items(text: &[u8], dialect: Dialect) -> SetItems<'_> {
    SetItems {
        cursor: Cursor::new(text, dialect),
        items: None,
    }
}

/// Iterates over what a text sets: [`set_items`].
#[derive(Debug, Clone)]
pub struct SetItems<'a> {
    cursor: Cursor<'a>,
    /// The items of the current statement.
    items: Option<parse::Items>,
}

impl<'a> Iterator for SetItems<'a> {
    type Item = SetItem<'a>;

    fn next(&mut self) -> Option<SetItem<'a>> {
        loop {
            if let Some(items) = &mut self.items {
                if let Some((item, _)) = items.next(&mut self.cursor) {
                    return Some(item);
                }
                self.items = None;
                if !self.cursor.end_statement() {
                    return None;
                }
            } else if self.cursor.eat(b"SET") {
                self.items = Some(parse::Items::new(&mut self.cursor));
            } else if self.cursor.is_done() || !self.cursor.end_statement() {
                return None;
            }
        }
    }
}

/// What a `SET` statement does, from behind its first word on. For a `SET STATEMENT`, its
/// variables only: the cursor is left behind the `FOR`.
pub(super) fn classify(cursor: &mut Cursor<'_>) -> (Kinds, bool) {
    let mut items = parse::Items::new(cursor);
    let mut kinds = Kinds::empty();
    let mut parsed = true;
    let mut count = 0;
    while let Some((item, inside)) = items.next(cursor) {
        kinds |= item.kinds() | inside;
        parsed &= item != SetItem::Other;
        count += 1;
    }
    parsed &= count > 0;
    if items.is_for_statement() {
        kinds |= Kinds::SET_STATEMENT;
        parsed &= cursor.eat(b"FOR");
    } else {
        parsed &= cursor.peek().is_none();
    }
    if !parsed {
        kinds |= Kinds::WRITE | Kinds::SESSION_WRITE;
    }
    (kinds, parsed)
}

#[cfg(test)]
mod tests;
