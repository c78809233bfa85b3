//! Tables: for people, and for programs.

use serde_json::Value;

/// Titles and rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<'a>(titles: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            titles: titles.into_iter().map(str::to_owned).collect(),
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// For people: columns under their titles, numbers to the right.
    pub(super) fn drawn(&self) -> String {
        let columns: Vec<Column> = (0..self.titles.len()).map(|at| self.column(at)).collect();
        let mut text = String::new();
        line(&mut text, &self.titles, &columns);
        let rule: Vec<String> = columns.iter().map(|c| "─".repeat(c.width)).collect();
        line(&mut text, &rule, &columns);
        for row in &self.rows {
            line(&mut text, row, &columns);
        }
        text
    }

    /// For programs: a tab between two cells; tab, line feed and backslash in a cell are escaped.
    pub(super) fn tab_separated(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.titles).chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        text
    }

    fn column(&self, at: usize) -> Column {
        let cells = || self.rows.iter().filter_map(move |row| row.get(at));
        let title = self.titles.get(at).map_or(0, |title| width(title));
        let mut filled = cells().filter(|cell| !cell.is_empty()).peekable();
        Column {
            width: cells().map(|cell| width(cell)).fold(title, usize::max),
            numbers: filled.peek().is_some() && filled.all(|cell| cell.parse::<f64>().is_ok()),
        }
    }
}

struct Column {
    width: usize,
    numbers: bool,
}

fn line(text: &mut String, cells: &[String], columns: &[Column]) {
    let begin = text.len();
    for (number, (cell, column)) in cells.iter().zip(columns).enumerate() {
        let gap = if number == 0 { "" } else { "  " };
        let cell = harmless(cell);
        let padding = " ".repeat(column.width.saturating_sub(cell.chars().count()));
        let (before, behind) = if column.numbers {
            (padding.as_str(), "")
        } else {
            ("", padding.as_str())
        };
        for part in [gap, before, &cell, behind] {
            text.push_str(part);
        }
    }
    let end = begin + text.get(begin..).unwrap_or_default().trim_end().len();
    text.truncate(end);
    text.push('\n');
}

fn width(cell: &str) -> usize {
    harmless(cell).chars().count()
}

/// Without control characters: names and statements of clients may hold what terminals obey.
fn harmless(cell: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    cell.chars().map(shown).collect()
}

fn escaped(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c if c.is_control() => text.extend(c.escape_unicode()),
            c => text.push(c),
        }
    }
    text
}

/// A value in one cell; empty when there is none.
pub(super) fn one_line(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_array() && !item.is_object()) =>
        {
            let items: Vec<String> = items.iter().map(one_line).collect();
            items.join(", ")
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
