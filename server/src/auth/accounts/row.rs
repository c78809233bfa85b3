//! One row of an account table, its columns by name.

use super::rows::TableRows;

/// A row of `table`; a missing column, or one that is NULL, reads as empty.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a TableRows,
    cells: &'a [Option<Vec<u8>>],
}

impl<'a> Row<'a> {
    /// Every row of `table`.
    pub(super) fn all(table: &'a TableRows) -> impl Iterator<Item = Row<'a>> {
        table.rows.iter().map(move |cells| Row { table, cells })
    }

    /// Whether there is such a column.
    pub(super) fn has(self, column: &str) -> bool {
        self.table.column(column).is_some()
    }

    /// What the column says; `None` when it is missing or NULL.
    pub(super) fn cell(self, column: &str) -> Option<&'a [u8]> {
        let place = self.table.column(column)?;
        self.cells.get(place)?.as_deref()
    }

    pub(super) fn bytes(self, column: &str) -> &'a [u8] {
        self.cell(column).unwrap_or_default()
    }

    pub(super) fn text(self, column: &str) -> String {
        String::from_utf8_lossy(self.bytes(column)).into_owned()
    }

    /// Whether an enum column says `Y`.
    pub(super) fn yes(self, column: &str) -> bool {
        self.bytes(column).eq_ignore_ascii_case(b"Y")
    }

    /// The privileges held: columns that end in `_priv` and say `Y`, without that ending.
    pub(super) fn privileges(self) -> impl Iterator<Item = &'a str> {
        let columns = self.table.columns.iter().zip(self.cells);
        columns.filter_map(|(column, cell)| {
            let held = cell
                .as_deref()
                .is_some_and(|cell| cell.eq_ignore_ascii_case(b"Y"));
            let (name, ending) = column.split_at_checked(column.len().checked_sub(5)?)?;
            (held && ending.eq_ignore_ascii_case("_priv")).then_some(name)
        })
    }
}
