//! Counters that many threads write: each thread has a part of its own, as far as there are parts
//! enough, so that none waits for another one's cache line. Readers add the parts up.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many parts there are.
const PARTS: usize = 8;

/// The parts of something that is counted.
#[derive(Debug, Default)]
pub struct Parts<T>([Part<T>; PARTS]);

/// One part, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Part<T>(T);

impl<T> Parts<T> {
    /// The part of this thread.
    pub fn own(&self) -> &T {
        let [first, ..] = &self.0;
        &self.0.get(own_part()).unwrap_or(first).0
    }

    /// All parts.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|part| &part.0)
    }
}

/// The number of the part of this thread.
fn own_part() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static PART: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    PART.with(|part| {
        if part.get() == usize::MAX {
            part.set(NEXT.fetch_add(1, Ordering::Relaxed) % PARTS);
        }
        part.get()
    })
}
