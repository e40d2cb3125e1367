//! The program's integration tests, one binary for all of them. A module tests one subject and says which.

mod commands;
mod crash;
mod program;
mod tidy;
