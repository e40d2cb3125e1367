//! `with-postgres [--safe] -- CMD ARGS…`: runs a command beside a PostgreSQL cluster of its own.
//!
//! Starts a cluster in a temporary directory, names it to the command in `VOICEASSIST_TEST_DATABASE_URL`, hands on
//! signals, ends with the command's exit code and leaves nothing behind. `--safe` keeps fsync on. The program refuses to
//! use a cluster that runs already: whoever has one sets the variable himself.

use std::io::{IsTerminal, stdin};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitCode;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use voiceassist_fakes::postgres::{Durability, PrivateCluster, TEST_DATABASE_VARIABLE};

const USAGE: &str = "usage: with-postgres [--safe] -- COMMAND [ARGUMENT…]";
/// The shell's codes: wrong usage, and the base to which a signal's number is added.
const WRONG_USAGE: u8 = 64;
const SIGNAL_BASE: i32 = 128;
const CANNOT_RUN: u8 = 69;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stderr, reason = "the only voice of a command-line program")]
async fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let durability = if arguments.first().is_some_and(|first| first == "--safe") {
        arguments.remove(0);
        Durability::Safe
    } else {
        Durability::Fast
    };
    if arguments.first().is_some_and(|first| first == "--") {
        arguments.remove(0);
    }
    let Some((program, arguments)) = arguments.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(WRONG_USAGE);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    match run(command, durability).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("with-postgres: {}", with_causes(&*error));
            ExitCode::from(CANNOT_RUN)
        }
    }
}

async fn run(mut command: Command, durability: Durability) -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Before anything starts, so that no signal finds the default action, which would leave the cluster behind.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let dir = tempfile::Builder::new().prefix("voiceassist-pg-").tempdir()?;
    let cluster = PrivateCluster::start(dir.path(), durability)?;
    let mut child = command.env(TEST_DATABASE_VARIABLE, cluster.url("postgres")).spawn()?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            // In a terminal the command has had the interrupt already, as part of the same foreground group.
            _ = interrupt.recv() => if !stdin().is_terminal() { forward(&child, Signal::INT) },
            _ = terminate.recv() => forward(&child, Signal::TERM),
            _ = hang_up.recv() => forward(&child, Signal::HUP),
        }
    };
    cluster.stop()?;
    let code = status.code().or_else(|| status.signal().map(|signal| SIGNAL_BASE + signal)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// A command that has ended meanwhile needs no signal.
fn forward(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = kill_process(pid, signal);
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
