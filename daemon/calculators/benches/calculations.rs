//! How long one calculation takes, from a JSON object to a finished answer.
//!
//! Every calculator with its worked example, many times; the slowest percentile over all of them is the figure in the
//! reference. `cargo bench -p voiceassist-calculators --bench calculations` runs it; `--profile dev` for the unoptimised program.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use voiceassist_calculators::{Calculator, registry};

/// Measured runs of each calculator.
const RUNS: usize = 2_000;
/// Runs before measuring.
const WARM_UP: usize = 200;

fn main() {
    let mut all = Vec::new();
    let mut slowest = (Duration::ZERO, "");
    for calculator in registry::all() {
        let mut times = measure(calculator);
        let median = percentile(&mut times, 50);
        if median > slowest.0 {
            slowest = (median, calculator.id);
        }
        all.extend(times);
    }
    let count = registry::all().count();
    println!(
        "{count} calculators, {RUNS} runs each: p50 {:?}, p99 {:?}",
        percentile(&mut all, 50),
        percentile(&mut all, 99)
    );
    println!("slowest by its median: {} {:?}", slowest.1, slowest.0);
}

fn measure(calculator: &'static Calculator) -> Vec<Duration> {
    let inputs: Map<String, Value> = serde_json::from_str(calculator.example.inputs).unwrap_or_default();
    let run = || black_box(calculator.calculate(black_box(&inputs)).is_ok());
    (0..WARM_UP).for_each(|_| {
        run();
    });
    (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect()
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}
