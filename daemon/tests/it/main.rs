//! The program's integration tests, one binary for all of them. A module tests one subject and says which.

mod answers;
mod audit;
mod calculate;
mod canary;
mod commands;
mod connecting;
mod crash;
mod day;
#[path = "../../benches/path/endpoint.rs"]
#[expect(dead_code, reason = "shared with the benchmarks, which search too")]
#[expect(clippy::unwrap_used, reason = "shared with the benchmarks; what cannot be set up stops the test")]
mod endpoint;
mod eval_retrieval;
mod fed;
mod hints;
mod intent;
mod keys;
mod models_change;
mod phi;
mod program;
#[path = "../../benches/path/stage.rs"]
#[expect(dead_code, reason = "shared with the benchmarks, which live in real time")]
#[expect(clippy::unwrap_used, reason = "shared with the benchmarks; what cannot be set up stops the test")]
mod stage;
mod tidy;
mod writing;
