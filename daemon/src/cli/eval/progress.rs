//! How far a long evaluation is, on standard error, so that what is printed stays the result alone.

use std::time::{Duration, Instant};

/// Between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(10);

/// Lines on standard error, not more than one every few seconds.
pub(super) struct Progress {
    what: &'static str,
    of: usize,
    done: usize,
    said: Instant,
}

impl Progress {
    pub(super) fn start(what: &'static str, of: usize) -> Self {
        Self { what, of, done: 0, said: Instant::now() }
    }

    pub(super) fn step(&mut self) {
        self.steps(1);
    }

    pub(super) fn steps(&mut self, count: usize) {
        self.done += count;
        if self.said.elapsed() >= PROGRESS_EVERY || self.done == self.of {
            eprintln!("{} {} of {}", self.what, self.done, self.of);
            self.said = Instant::now();
        }
    }
}
