//! Which columns of a resultset are masked, and the masking of its rows.

use super::mask::Mask;
use super::names;
use super::rules::Rule;
use crate::pipeline::PacketRole;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::Cursor;
use crate::wire::reply::{ColumnDefinition, ColumnFlags, ColumnType};
use crate::wire::value::{BinaryValue, NullBitmap};

/// The bitmap of a binary row leaves its first two bits out.
const BITMAP_OFFSET: usize = 2;

/// What matters here of a column's definition.
#[derive(Debug)]
pub(super) struct Column {
    kind: ColumnType,
    is_unsigned: bool,
    /// Whether its values have several bytes for each character of ASCII.
    is_wide: bool,
    /// Its own name, or the one that the statement gives it if it has none.
    pub(super) name: Box<[u8]>,
    pub(super) table: Box<[u8]>,
    pub(super) database: Box<[u8]>,
}

impl Column {
    /// Reads a column definition. Whether it has extended metadata shows in itself: read as if it
    /// had, one without has nothing left where its fixed fields should be.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let definition = ColumnDefinition::decode(payload, Capabilities::EXTENDED_METADATA)
            .or_else(|_| ColumnDefinition::decode(payload, Capabilities::empty()))?;
        let name = if definition.org_name.is_empty() {
            definition.name
        } else {
            definition.org_name
        };
        Ok(Self {
            kind: definition.column_type,
            is_unsigned: definition.flags.contains(ColumnFlags::UNSIGNED),
            is_wide: names::has_wide_characters(definition.collation),
            name: name.into(),
            table: definition.org_table.into(),
            database: definition.schema.into(),
        })
    }

    /// The memory that it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.name.len() + self.table.len() + self.database.len()
    }

    /// The type, if its values can't be masked.
    pub(super) fn unmaskable(&self) -> Option<ColumnType> {
        (!can_be_masked(self.kind)).then_some(self.kind)
    }
}

/// For each column of a resultset the rule that masks it, by index.
#[derive(Debug)]
pub(super) struct Plan {
    columns: Vec<PlannedColumn>,
    /// All columns of the resultset; `columns` ends with the last masked one.
    count: usize,
}

#[derive(Debug)]
struct PlannedColumn {
    column_type: ColumnType,
    is_unsigned: bool,
    is_wide: bool,
    rule: Option<usize>,
}

impl Plan {
    /// `None`: nothing is masked. `active` are the rules that concern the session.
    pub(super) fn of(definitions: &[Column], rules: &[Rule], active: &[usize]) -> Option<Self> {
        let planned = definitions.iter().map(|column| PlannedColumn {
            column_type: column.kind,
            is_unsigned: column.is_unsigned,
            is_wide: column.is_wide,
            rule: rule_for(column, rules, active).filter(|_| can_be_masked(column.kind)),
        });
        let mut columns: Vec<_> = planned.collect();
        let last = columns.iter().rposition(|column| column.rule.is_some())?;
        columns.truncate(last + 1);
        Some(Self {
            columns,
            count: definitions.len(),
        })
    }

    /// Masks a row in its place.
    pub(super) fn mask(
        &self,
        row: &mut [u8],
        role: PacketRole,
        rules: &[Rule],
    ) -> Result<(), Malformed> {
        let mut at = 0;
        let nulls = if role == PacketRole::BinaryRow {
            let mut cursor = Cursor::new(row, "binary row");
            cursor.u8()?;
            NullBitmap::decode(&mut cursor, self.count, BITMAP_OFFSET)?;
            at = row.len() - cursor.remaining();
            row.get(1..at).map(<[u8]>::to_vec)
        } else {
            None
        };
        for (index, column) in self.columns.iter().enumerate() {
            if nulls.as_ref().is_some_and(|nulls| is_null(nulls, index)) {
                continue;
            }
            let rest = row.get_mut(at..).unwrap_or_default();
            let mask = column.rule.and_then(|rule| rules.get(rule));
            let mask = mask.map(|rule| &rule.mask);
            at += match nulls {
                Some(_) => column.pass_binary(rest, mask)?,
                None => column.pass_string(rest, mask)?,
            };
        }
        Ok(())
    }
}

impl PlannedColumn {
    /// The length of a binary value that may be masked.
    fn pass_binary(&self, bytes: &mut [u8], mask: Option<&Mask>) -> Result<usize, Malformed> {
        if mask.is_some() {
            return self.pass_string(bytes, mask);
        }
        let mut cursor = Cursor::new(bytes, "binary row");
        BinaryValue::decode(&mut cursor, self.column_type, self.is_unsigned)?;
        Ok(bytes.len() - cursor.remaining())
    }

    /// The length of a length-encoded string that may be masked.
    fn pass_string(&self, bytes: &mut [u8], mask: Option<&Mask>) -> Result<usize, Malformed> {
        let mut cursor = Cursor::new(bytes, "row");
        let value = cursor.lenenc_bytes_or_null()?;
        let len = value.map_or(0, <[u8]>::len);
        let end = bytes.len() - cursor.remaining();
        if let Some(mask) = mask
            && let Some(value) = bytes.get_mut(end - len..end)
        {
            mask.apply(value, self.is_wide);
        }
        Ok(end)
    }
}

fn is_null(nulls: &[u8], index: usize) -> bool {
    let bit = index + BITMAP_OFFSET;
    nulls
        .get(bit / 8)
        .is_some_and(|byte| byte & 1 << (bit % 8) != 0)
}

/// The first of the `active` rules that means the column.
pub(super) fn rule_for(column: &Column, rules: &[Rule], active: &[usize]) -> Option<usize> {
    let means = |index: &&usize| rules.get(**index).is_some_and(|rule| rule.means(column));
    active.iter().find(means).copied()
}

/// Whether values of the type are text or bytes.
fn can_be_masked(column_type: ColumnType) -> bool {
    use ColumnType::{Blob, Enum, LongBlob, MediumBlob, Set, String, TinyBlob, VarChar, VarString};
    matches!(
        column_type,
        Blob | Enum | LongBlob | MediumBlob | Set | String | TinyBlob | VarChar | VarString
    )
}
