use super::*;

/// The size of what a function returns.
fn size_of_end<A, B, C, D, F>(_: impl Fn(A, B, C, D) -> F) -> usize {
    size_of::<F>()
}

/// What is here is held for every idle client: a byte more is a megabyte more for a million of them.
/// Buffers and texts come on top of it.
#[test]
fn an_idle_session_is_small() {
    let task = size_of_end(run);
    let sizes = [task, size_of::<Session>(), size_of::<SessionRecord>()];
    let limits = [288, 1400, 896];
    let names = ["the task", "the session", "its record"];
    for ((size, limit), name) in sizes.into_iter().zip(limits).zip(names) {
        assert!(size <= limit, "{name} has {size} bytes, of {limit} allowed");
    }
}
