//! Work that several threads do side by side.

use std::{panic, thread};

/// Works on each of `parts` in a thread of its own, the first in this one.
pub(crate) fn side_by_side<T: Send, R: Send>(
    parts: Vec<T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else { return Vec::new() };
    thread::scope(|scope| {
        let rest: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let mut done = vec![work(first)];
        done.extend(
            rest.into_iter().map(|worker| {
                worker.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
            }),
        );
        done
    })
}
