//! What a table shows.

use leptos::prelude::*;

use crate::components::badge::Tone;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableColumn {
    /// Its key, told when its head is pressed.
    pub key: &'static str,
    /// Its head.
    pub title: &'static str,
    /// What it holds, in a sentence.
    pub hint: &'static str,
    /// Its width in CSS pixels, at least.
    pub width_px: u16,
    /// Its share of what the screen has beyond the widths of all columns.
    pub share: u8,
    /// How its cells look.
    pub kind: CellKind,
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text at the left.
    Text,
    /// Digits at the right.
    Number,
    /// The link that opens the row.
    Link,
    /// A badge.
    Badge,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Its meaning.
    pub tone: Tone,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// What it is known by.
    pub key: u64,
    /// Where its link leads.
    pub href: String,
    /// Whether it is about to go.
    pub leaving: bool,
    /// A cell per column.
    pub cells: Vec<Cell>,
}

/// By which column the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSort {
    /// The column's key.
    pub key: &'static str,
    /// Largest first.
    pub descending: bool,
}

/// Where rows come from. Only those in sight are ever asked for.
#[derive(Debug, Clone, Copy)]
pub struct RowSource {
    /// How many there are.
    pub len: Signal<usize>,
    /// The row at a place; read inside an effect, so that it can change.
    pub row: Callback<usize, Option<TableRow>>,
    /// The place of a key.
    pub place: Callback<u64, Option<usize>>,
    /// The key at a place.
    pub key: Callback<usize, Option<u64>>,
}

/// Where one is in a table. Kept by the caller, so that one can come back to it.
#[derive(Debug, Clone, Copy)]
pub struct TablePlace {
    /// How far it is scrolled.
    pub scroll_top: StoredValue<f64>,
    /// The key of the selected row.
    pub selected: RwSignal<Option<u64>>,
}

impl TablePlace {
    /// At the top, nothing selected.
    pub fn new() -> Self {
        Self {
            scroll_top: StoredValue::new(0.0),
            selected: RwSignal::new(None),
        }
    }
}

impl Default for TablePlace {
    fn default() -> Self {
        Self::new()
    }
}

/// Why rows must not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hold {
    /// The pointer is over the rows.
    pub pointer: bool,
    /// The table has the focus and a row is selected.
    pub focus: bool,
}

impl Hold {
    /// Whether anything holds the rows.
    pub fn is_held(self) -> bool {
        self.pointer || self.focus
    }
}
