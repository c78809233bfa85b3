//! Keeps of results what there is room for.

use std::time::Duration;

use super::budget::Held;
use super::cell::{cell, weight};
use super::outcome::{Answer, Outcome, ResultRows};
use crate::backend::Results;
use crate::wire::reply::{ColumnDefinition, ErrPacket, OkPacket, TextRow};

/// What is told where results are left out.
const LEFT_OUT: (u16, &[u8; 5], &str) = (
    1105,
    b"HY000",
    "the gateway has no room for more results: what came after this one is left out",
);

/// See the module.
#[derive(Debug)]
pub(super) struct Collector {
    outcomes: Vec<Outcome>,
    /// Columns of the rows that come.
    columns: Vec<ColumnDefinition>,
    /// The most rows that are kept of a resultset; `None`: no limit but that of bytes.
    rows_max: Option<u64>,
    held: Held,
    /// What is taken for a row that is being read.
    reserved: usize,
    /// No more rows of this resultset are kept.
    is_full: bool,
    /// No more results are kept: the last one says so.
    left_out: bool,
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
            reserved: 0,
            is_full: false,
            left_out: false,
            in_rows: false,
        }
    }

    /// All that has come, which took so long.
    pub(super) fn finish(mut self, time: Duration) -> Answer {
        self.give_back();
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

    /// Keeps an outcome, which has so many bytes besides its own. Without room for it nothing more is
    /// kept but an error that says so, and the last one of all.
    fn admit(&mut self, bytes: usize, outcome: impl FnOnce() -> Outcome) {
        if self.left_out {
            return;
        }
        if self.held.take(size_of::<Outcome>() + bytes) {
            self.outcomes.push(outcome());
        } else {
            self.left_out = true;
            let error = ErrPacket::new(LEFT_OUT.0, LEFT_OUT.1, LEFT_OUT.2);
            self.outcomes.push(Outcome::Failed(error.into()));
        }
    }

    /// The row that was reserved for is there, or does not come.
    fn give_back(&mut self) {
        self.held.give_back(std::mem::take(&mut self.reserved));
    }
}

impl Results for Collector {
    fn begin(&mut self, columns: Vec<ColumnDefinition>) {
        let name = |column: &ColumnDefinition| String::from_utf8_lossy(&column.name).into_owned();
        let fields: Vec<String> = columns.iter().map(name).collect();
        let bytes = fields.iter().map(|name| size_of::<String>() + name.len());
        self.admit(bytes.sum(), || {
            Outcome::Rows(ResultRows {
                fields,
                complete: true,
                ..ResultRows::default()
            })
        });
        self.is_full = self.left_out;
        self.in_rows = true;
        self.columns = if self.left_out { Vec::new() } else { columns };
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

    fn reserve(&mut self, bytes: usize) -> bool {
        let may = self.held.take(bytes);
        if may {
            self.reserved += bytes;
        }
        may
    }

    fn row(&mut self, row: &TextRow<'_>) {
        self.give_back();
        let bytes = row.values.iter().map(|value| weight(*value)).sum::<usize>();
        self.is_full = self.is_full || !self.held.take(bytes + size_of::<Vec<()>>());
        if self.is_full {
            return self.lost_row();
        }
        let values = row.values.iter().zip(&self.columns);
        let cells: Vec<_> = values.map(|(value, column)| cell(column, *value)).collect();
        if let Some(rows) = self.rows() {
            rows.rows.push(cells);
        }
    }

    fn lost_row(&mut self) {
        self.give_back();
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
        self.columns = Vec::new();
    }

    fn done(&mut self, ok: &OkPacket) {
        self.admit(0, || Outcome::Done {
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
    fn results_end_where_there_is_no_more_room_and_that_is_said() {
        let mut collector = collector(None, 16 << 10);
        for _ in 0..5000 {
            collector.begin(vec![column(&"c".repeat(100))]);
            row(&mut collector, b"1");
            collector.end();
            collector.done(&OkPacket::default());
        }
        collector.failed(ErrPacket::new(1317, b"70100", "interrupted"));
        let Answer { outcomes, held, .. } = collector.finish(Duration::ZERO);
        assert!(held.bytes() <= 16 << 10);
        assert!((20..200).contains(&outcomes.len()), "{}", outcomes.len());
        let (kept, last) = outcomes.split_at(outcomes.len() - 2);
        let whole = |one: &Outcome| match one {
            Outcome::Rows(rows) => rows.fields.len() == 1,
            Outcome::Done { .. } => true,
            Outcome::Failed(_) => false,
        };
        assert!(kept.iter().all(whole));
        let errors = last.iter().map(|one| match one {
            Outcome::Failed(failure) => (failure.errno, failure.message.contains("no room")),
            other => panic!("{other:?}"),
        });
        assert_eq!(errors.collect::<Vec<_>>(), [(1105, true), (1317, false)]);
    }

    #[test]
    fn what_follows_rows_that_are_too_long_is_told() {
        let mut collector = collector(None, 4096);
        collector.begin(vec![column("text")]);
        row(&mut collector, &[b'x'; 5000]);
        collector.end();
        collector.done(&OkPacket::default());
        let outcomes = collector.finish(Duration::ZERO).outcomes;
        let (first, second) = (&outcomes[0], &outcomes[1]);
        assert!(matches!(first, Outcome::Rows(rows) if !rows.complete));
        assert!(matches!(second, Outcome::Done { .. }));
    }

    #[test]
    fn a_row_has_its_room_before_it_is_read_and_digits_before_they_are_written() {
        let budget = Budget::new(4000);
        let mut collector = Collector::new(None, Held::new(&budget, 4000));
        collector.begin(vec![column("bytes")]);
        let before = collector.held.bytes();
        assert!(collector.reserve(3000) && !collector.reserve(3000));
        assert!(Held::new(&budget, 4000).room() < 1000);
        let values = vec![Some([0xff; 3000].as_slice())];
        collector.row(&TextRow { values });
        assert_eq!(collector.held.bytes(), before);
        collector.end();
        let rows = only(collector);
        assert!(rows.rows.is_empty() && !rows.complete);
    }
}
