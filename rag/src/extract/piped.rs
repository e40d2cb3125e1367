//! A program outside of this one, fed through a pipe and listened to, so that it needs no file.
//!
//! For the confined child only, whose limits hold for the program too. What fails
//! is nothing: the caller goes on without it.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// What the program prints about the input, at most so many bytes of it, or nothing.
pub(crate) fn printed(command: &mut Command, input: &[u8], limit: u64) -> Option<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Nothing can be opened here, not even the null device; this process has its own standard error there.
        .stderr(Stdio::inherit())
        .spawn()
        .ok()?;
    let (mut pipe, output) = (child.stdin.take()?, child.stdout.take()?);
    let mut printed = Vec::new();
    let read = std::thread::scope(|scope| {
        // The program may stop reading before the end; that is its decision.
        scope.spawn(move || pipe.write_all(input).is_ok());
        output.take(limit).read_to_end(&mut printed)
    });
    let done = child.wait().ok()?;
    (read.is_ok() && done.success()).then(|| String::from_utf8_lossy(&printed).into_owned())
}
