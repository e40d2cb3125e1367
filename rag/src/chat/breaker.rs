//! Leaves an endpoint alone that fails again and again.
//!
//! Closed, everything passes. After a few failures in a row, or when the endpoint itself names a time, it opens: nobody
//! asks until then. When the time is over one request is let through to see; if it goes well the breaker closes, and if
//! not it opens for twice as long. A request that ends without a verdict, because its reader went away, decides nothing.
//! Time is handed in; nothing here waits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// Failures in a row that open it.
const FAILURES: u32 = 3;
/// Seconds it stays open the first time.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(15);
/// It never stays open for longer, whatever an endpoint asks for.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Watches one endpoint.
#[derive(Clone, Debug)]
pub struct Breaker {
    state: State,
    failures: u32,
    pause: TimeDelta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: DateTime<Utc> },
    Trying,
}

/// What a breaker looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Condition {
    /// It is asked.
    Closed,
    /// It is left alone.
    Open {
        /// Until then.
        until: DateTime<Utc>,
    },
    /// One request is on its way to see whether it is back.
    HalfOpen,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { state: State::Closed, failures: 0, pause: FIRST_PAUSE }
    }
}

impl Breaker {
    /// Whether a request may go. True from an open breaker whose time is over makes that request the one that looks.
    pub fn admits(&mut self, now: DateTime<Utc>) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } if now >= until => {
                self.state = State::Trying;
                true
            }
            State::Open { .. } | State::Trying => false,
        }
    }

    /// It answered.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// It did not. `retry_after` is what the endpoint asks for, if it does.
    pub fn failed(&mut self, now: DateTime<Utc>, retry_after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let was_trying = self.state == State::Trying;
        let asked = retry_after.map(|asked| TimeDelta::from_std(asked).unwrap_or(LONGEST_PAUSE));
        if !was_trying && asked.is_none() && self.failures < FAILURES {
            return;
        }
        let pause = asked.unwrap_or(TimeDelta::zero()).max(if was_trying || self.failures >= FAILURES {
            self.pause
        } else {
            TimeDelta::zero()
        });
        self.state = State::Open { until: now + pause.min(LONGEST_PAUSE) };
        if was_trying {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// It was asked, and nobody waited for its answer. Somebody else may look.
    pub fn abandoned(&mut self, now: DateTime<Utc>) {
        if self.state == State::Trying {
            self.state = State::Open { until: now };
        }
    }

    /// What it looks like.
    pub const fn condition(&self) -> Condition {
        match self.state {
            State::Closed => Condition::Closed,
            State::Open { until } => Condition::Open { until },
            State::Trying => Condition::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Breaker, Condition, FIRST_PAUSE, LONGEST_PAUSE};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn it_opens_after_failures_in_a_row_and_not_before() {
        let mut breaker = Breaker::default();
        for _ in 0..2 {
            breaker.failed(NOW, None);
            assert!(breaker.admits(NOW));
        }
        breaker.succeeded();
        for _ in 0..3 {
            assert!(breaker.admits(NOW));
            breaker.failed(NOW, None);
        }
        assert!(!breaker.admits(NOW + FIRST_PAUSE - TimeDelta::seconds(1)));
    }

    #[test]
    fn one_request_looks_whether_it_is_back_and_decides() {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            breaker.failed(NOW, None);
        }
        let then = NOW + FIRST_PAUSE;
        assert!(breaker.admits(then), "the one that looks");
        assert!(!breaker.admits(then), "nobody else meanwhile");
        assert_eq!(breaker.condition(), Condition::HalfOpen);
        breaker.failed(then, None);
        assert_eq!(breaker.condition(), Condition::Open { until: then + FIRST_PAUSE });
        let later = then + FIRST_PAUSE;
        assert!(breaker.admits(later));
        breaker.failed(later, None);
        assert_eq!(
            breaker.condition(),
            Condition::Open { until: later + FIRST_PAUSE * 2 },
            "twice as long the second time"
        );
        assert!(breaker.admits(later + FIRST_PAUSE * 2));
        breaker.succeeded();
        assert!(breaker.admits(later) && breaker.admits(later));
    }

    #[test]
    fn an_endpoint_that_names_a_time_is_left_alone_so_long() {
        let mut breaker = Breaker::default();
        breaker.failed(NOW, Some(Duration::from_secs(90)));
        assert!(!breaker.admits(NOW + TimeDelta::seconds(89)));
        assert!(breaker.admits(NOW + TimeDelta::seconds(90)));
        let mut breaker = Breaker::default();
        breaker.failed(NOW, Some(Duration::MAX));
        assert_eq!(breaker.condition(), Condition::Open { until: NOW + LONGEST_PAUSE });
    }

    #[test]
    fn a_look_that_nobody_waited_for_decides_nothing() {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            breaker.failed(NOW, None);
        }
        let then = NOW + FIRST_PAUSE;
        assert!(breaker.admits(then));
        breaker.abandoned(then);
        assert!(breaker.admits(then), "somebody else looks");
    }
}
