//! The program: reads arguments, environment and files, wires the parts, runs one command.
//!
//! Nothing is decided here and no rule lives here; see `cli.rs` for the commands, `config.rs` for what they are told
//! and `wiring.rs` for how the parts meet. It is the only crate that touches the process' environment.

#![expect(unreachable_pub, reason = "in a program `pub` marks what a module offers to the others")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod account;
mod administration;
mod audit;
mod cli;
mod client;
mod config;
mod demo;
mod doctor;
mod dumps;
mod egress;
mod hooks;
mod keys;
mod known;
mod lifecycle;
mod models;
mod policy;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    telemetry::panics::tell_without_content();
    if let Err(error) = dumps::forbid() {
        eprintln!("voiceassist: forbidding core dumps: {error}");
        return cli::exit::FAILED.into();
    }
    // Every TLS connection of the process uses this one provider.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("voiceassist: another TLS provider is already installed");
        return cli::exit::FAILED.into();
    }
    let arguments = cli::Arguments::parse();
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    cli::run(arguments, &environment).into()
}
