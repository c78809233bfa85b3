//! Keeps of results what there is room for.

use std::time::Duration;

use super::budget::Held;
use super::cell::{cell, weight};
use super::outcome::{Answer, Outcome, ResultRows};
use crate::backend::Results;
use crate::wire::reply::{ColumnDefinition, ErrPacket, OkPacket, TextRow};

/// See the module.
#[derive(Debug)]
pub(super) struct Collector {
    outcomes: Vec<Outcome>,
    /// Columns of the rows that come.
    columns: Vec<ColumnDefinition>,
    /// The most rows that are kept of a resultset; `None`: no limit but that of bytes.
    rows_max: Option<u64>,
    held: Held,
    is_full: bool,
    /// Whether rows are yet to come.
    in_rows: bool,
}

impl Collector {
    /// Nothing has come yet.
    pub(super) fn new(rows_max: Option<u64>, held: Held) -> Self {
        Self {
            outcomes: Vec::new(),
            columns: Vec::new(),
            rows_max,
            held,
            is_full: false,
            in_rows: false,
        }
    }

    /// All that has come, which took so long.
    pub(super) fn finish(self, time: Duration) -> Answer {
        Answer {
            time,
            outcomes: self.outcomes,
            held: self.held,
        }
    }

    fn rows(&mut self) -> Option<&mut ResultRows> {
        match self.outcomes.last_mut() {
            Some(Outcome::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    /// Takes room for an outcome; when there is none nothing more is kept. False: this one is not.
    fn admit(&mut self, bytes: usize) -> bool {
        self.is_full = self.is_full || !self.held.take(size_of::<Outcome>() + bytes);
        !self.is_full
    }
}

impl Results for Collector {
    fn begin(&mut self, columns: Vec<ColumnDefinition>) {
        let name = |column: &ColumnDefinition| String::from_utf8_lossy(&column.name).into_owned();
        let fields: Vec<String> = columns.iter().map(name).collect();
        let bytes = fields.iter().map(|name| size_of::<String>() + name.len());
        let mut rows = ResultRows {
            complete: true,
            ..ResultRows::default()
        };
        if self.admit(bytes.sum()) {
            rows.fields = fields;
            self.columns = columns;
        } else {
            rows.complete = false;
        }
        self.outcomes.push(Outcome::Rows(rows));
        self.in_rows = true;
    }

    fn room(&self) -> usize {
        let known = match self.outcomes.last() {
            Some(Outcome::Rows(rows)) => rows.rows.len() as u64,
            _ => 0,
        };
        if self.is_full || self.rows_max.is_some_and(|max| known >= max) {
            return 0;
        }
        self.held.room()
    }

    fn row(&mut self, row: &TextRow<'_>) {
        let values = row.values.iter().zip(&self.columns);
        let cells: Vec<_> = values.map(|(value, column)| cell(column, *value)).collect();
        let bytes = cells.iter().map(weight).sum::<usize>() + size_of::<Vec<()>>();
        self.is_full = self.is_full || !self.held.take(bytes);
        if self.is_full {
            return self.lost_row();
        }
        if let Some(rows) = self.rows() {
            rows.rows.push(cells);
        }
    }

    fn lost_row(&mut self) {
        let rows_max = self.rows_max;
        if let Some(rows) = self.rows() {
            rows.complete = false;
            // A row that is too long is the last one that counts: none is left out in between.
            let known = rows.rows.len() as u64;
            self.is_full = self.is_full || rows_max.is_none_or(|max| known < max);
        }
    }

    fn end(&mut self) {
        self.in_rows = false;
    }

    fn done(&mut self, ok: &OkPacket) {
        self.admit(0);
        self.outcomes.push(Outcome::Done {
            affected_rows: ok.affected_rows,
            last_insert_id: ok.last_insert_id,
            warnings: ok.warnings,
        });
    }

    fn failed(&mut self, error: ErrPacket) {
        match self.outcomes.last_mut() {
            Some(Outcome::Rows(rows)) if self.in_rows => {
                rows.complete = false;
                rows.failure = Some(error.into());
            }
            _ => self.outcomes.push(Outcome::Failed(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reply::{ColumnFlags, ColumnType};
    use crate::workbench::Cell;
    use crate::workbench::budget::Budget;

    fn column(name: &str) -> ColumnDefinition {
        ColumnDefinition {
            schema: Vec::new(),
            table: Vec::new(),
            org_table: Vec::new(),
            name: name.into(),
            org_name: Vec::new(),
            extended: Vec::new(),
            collation: 45,
            max_len: 0,
            column_type: ColumnType::Long,
            flags: ColumnFlags::empty(),
            decimals: 0,
        }
    }

    fn collector(rows_max: Option<u64>, bytes: usize) -> Collector {
        Collector::new(rows_max, Held::new(&Budget::new(1 << 20), bytes))
    }

    fn row(collector: &mut Collector, value: &[u8]) {
        if collector.room() < value.len() {
            return collector.lost_row();
        }
        let values = vec![Some(value)];
        collector.row(&TextRow { values });
    }

    fn only(collector: Collector) -> ResultRows {
        let mut outcomes = collector.finish(Duration::ZERO).outcomes;
        match (outcomes.pop(), outcomes.is_empty()) {
            (Some(Outcome::Rows(rows)), true) => rows,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rows_behind_the_most_that_are_wanted_are_left_out() {
        let mut collector = collector(Some(2), 1 << 20);
        collector.begin(vec![column("n")]);
        for value in [b"1", b"2", b"3", b"4"] {
            row(&mut collector, value);
        }
        collector.end();
        let rows = only(collector);
        assert_eq!(rows.fields, ["n"]);
        assert_eq!(rows.rows, [[Cell::Signed(1)], [Cell::Signed(2)]]);
        assert!(!rows.complete);
    }

    #[test]
    fn as_many_rows_as_are_wanted_are_complete() {
        let mut collector = collector(Some(1), 1 << 20);
        collector.begin(vec![column("n")]);
        row(&mut collector, b"1");
        collector.end();
        assert!(only(collector).complete);
    }

    #[test]
    fn a_result_that_is_too_large_ends_where_there_is_no_more_room() {
        let mut collector = collector(None, 4096);
        collector.begin(vec![column("text")]);
        row(&mut collector, b"1");
        row(&mut collector, &[b'x'; 5000]);
        // This one would have room, but rows are missing before it.
        row(&mut collector, b"3");
        collector.end();
        let rows = only(collector);
        assert_eq!((rows.rows.len(), rows.complete), (1, false));
    }

    #[test]
    fn an_error_belongs_to_the_rows_that_it_has_ended_and_else_stands_alone() {
        let error = || ErrPacket::new(1317, b"70100", "interrupted");
        let mut ended = collector(None, 1 << 20);
        ended.begin(vec![column("n")]);
        row(&mut ended, b"1");
        ended.failed(error());
        let rows = only(ended);
        assert_eq!(rows.failure.map(|failure| failure.errno), Some(1317));
        assert!(!rows.complete && rows.rows.len() == 1);

        let mut after = collector(None, 1 << 20);
        after.begin(vec![column("n")]);
        after.end();
        after.done(&OkPacket::default());
        after.failed(error());
        let outcomes = after.finish(Duration::ZERO).outcomes;
        assert!(matches!(
            outcomes.as_slice(),
            [Outcome::Rows(_), Outcome::Done { .. }, Outcome::Failed(_)]
        ));
    }

    #[test]
    fn the_columns_of_many_results_take_room_too() {
        let mut collector = collector(None, 1000);
        for _ in 0..100 {
            collector.begin(vec![column(&"c".repeat(100))]);
            collector.end();
        }
        let outcomes = collector.finish(Duration::ZERO).outcomes;
        let named = |outcome: &&Outcome| matches!(outcome, Outcome::Rows(rows) if rows.complete);
        assert_eq!(outcomes.len(), 100);
        assert!(outcomes.iter().filter(named).count() < 10);
    }
}
